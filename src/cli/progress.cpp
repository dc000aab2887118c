#include "cli/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "cli/json.hpp"
#include "core/text.hpp"
#include "dataflow/preview.hpp"
#include "preview/text.hpp"

namespace dataflow::cli {

namespace {
using std::chrono::milliseconds;

constexpr milliseconds before_the_line{500}, between_redraws{100}, between_signs_of_life{1000};

/// "1,234,567"
std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string duration(milliseconds time, bool with_tenths = true) {
  const std::int64_t tenths = time.count() / 100, seconds = tenths / 10;
  const auto two = [](std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  if (seconds < 10 && with_tenths) return std::to_string(seconds) + '.' + std::to_string(tenths % 10) + " s";
  if (seconds < 60) return std::to_string(seconds) + " s";
  if (seconds < 3600) return std::to_string(seconds / 60) + ':' + two(seconds % 60) + " min";
  return std::to_string(seconds / 3600) + ':' + two(seconds / 60 % 60) + " h";
}

void to_standard_error(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}
}  // namespace

Option progress_option() {
  return {.name = "progress",
          .value = "HOW",
          .help = "on standard error: a line on a terminal after half a second, events as JSON, or nothing",
          .words = {"auto", "none", "json"}};
}

ProgressMode progress_mode(std::string_view word, bool quiet) {
  if (word == "json") return ProgressMode::events;
  if (word == "none" || quiet || isatty(STDERR_FILENO) != 1) return ProgressMode::none;
  const char* kind = std::getenv("TERM");
  return kind == nullptr || *kind == '\0' || std::string_view(kind) == "dumb" ? ProgressMode::none : ProgressMode::line;
}

std::uint64_t rate(const Shown& shown) {
  const auto ms = static_cast<std::uint64_t>(std::max<std::int64_t>(shown.rows_at.count(), 1));
  return shown.rows / ms * 1000 + shown.rows % ms * 1000 / ms;
}

std::optional<milliseconds> time_left(const Shown& shown, milliseconds now) {
  constexpr std::uint64_t no_estimate = 1'000'000'000'000;
  if (shown.total > 0 && shown.done == shown.total) return milliseconds(0);
  milliseconds left{};
  if (shown.done > 0 && shown.done < shown.total) {
    const double each = static_cast<double>(shown.done_at.count()) / static_cast<double>(shown.done);
    const auto rest = static_cast<std::int64_t>(each * static_cast<double>(shown.total - shown.done));
    left = shown.done_at + milliseconds(rest) - now;
  }
  if (shown.expected_ms < no_estimate)
    left = std::max(left, milliseconds(static_cast<std::int64_t>(shown.expected_ms)) - now);
  if (left <= milliseconds(0)) return {};
  return left;
}

namespace {
/// `text`, or its beginning and dots, in at most `room` columns.
std::string cut(const std::string& text, std::size_t room, bool ascii) {
  if (display_width(text) <= room) return text;
  const std::string_view dots = ascii ? "..." : "…";
  if (room <= display_width(dots)) return {};
  return page::wrapped(text, room - display_width(dots)).front() + std::string(dots);
}

enum Detail : std::uint8_t { only_time, with_counts, with_time_left, with_rate };

std::string figures(const Shown& shown, milliseconds elapsed, milliseconds now, bool ascii, Detail detail) {
  std::vector<std::string> parts = {""};
  const std::string unit = shown.unit + (shown.done == 1 && shown.total <= 1 ? "" : "s");
  if (detail >= with_counts && shown.unit != "step" && shown.done > 0)
    parts.push_back(grouped(shown.done) + (shown.total > 0 ? " of " + grouped(shown.total) : "") + ' ' + unit);
  if (detail >= with_counts && shown.rows > 0)
    parts.push_back(grouped(shown.rows) + (shown.rows == 1 ? " row" : " rows") +
                    (detail >= with_rate ? ", " + grouped(rate(shown)) + " a second" : ""));
  parts.push_back(duration(elapsed));
  const auto left = time_left(shown, now);
  if (detail >= with_time_left && left && *left >= milliseconds(1000))
    parts.push_back("about " + duration(std::chrono::ceil<std::chrono::seconds>(*left), false) + " left");
  return join(parts, ascii ? " - " : " · ");
}
}  // namespace

std::string progress_text(const Shown& shown, milliseconds elapsed, milliseconds now, std::size_t width, bool ascii) {
  std::string title = page::shown(shown.title, ascii);
  if (shown.unit == "step" && shown.total > 0)
    title = "step " + grouped(std::min(shown.done + 1, shown.total)) + " of " + grouped(shown.total) + ": " + title;
  // The rate gives way to the title. Then the title does, but not to less than this.
  constexpr std::size_t least_title = 20;
  for (const Detail detail : {with_rate, with_time_left, with_counts, only_time}) {
    const std::string rest = figures(shown, elapsed, now, ascii, detail);
    const std::size_t used = display_width(rest);
    if (used + display_width(title) <= width) return title + rest;
    if (detail != with_rate && used + least_title <= width) return cut(title, width - used, ascii) + rest;
  }
  return cut(title, width, ascii);
}

ProgressPrinter::ProgressPrinter(ProgressMode mode, bool ascii) : mode_(mode), ascii_(ascii) {
  if (mode_ == ProgressMode::none) return;
  try {
    ticker_ = std::thread([this] { tick(); });
  } catch (const std::system_error&) {}  // then only what happens is told, not the time that goes by
}

ProgressPrinter::~ProgressPrinter() {
  if (!ticker_.joinable()) return;
  {
    const std::scoped_lock lock(mutex_);
    over_ = true;
    erase();
  }
  changed_.notify_all();
  ticker_.join();
}

void ProgressPrinter::see(const Stage& stage) {
  if (mode_ == ProgressMode::none) return;
  const std::scoped_lock lock(mutex_);
  const Clock::time_point now = Clock::now();
  const bool other = !working_ || shown_.activity != stage.activity;
  // The last of an activity is told even where events come thick.
  if (other && unsaid_ && mode_ == ProgressMode::events) event(now);
  if (!working_) work_start_ = now, run_start_.reset(), expected_ms_ = 0;
  if (other) {
    // Between the parts of a plan the schema is read; to whoever waits it is one run.
    if (stage.activity == Activity::run && !run_start_) run_start_ = now;
    activity_start_ = stage.activity == Activity::run ? *run_start_ : now;
    shown_ = {.activity = stage.activity};
  }
  if (stage.expected_ms != 0) expected_ms_ = stage.expected_ms;
  const auto since_start = std::chrono::duration_cast<milliseconds>(now - activity_start_);
  const bool other_title = shown_.title != stage.title;
  if (shown_.done != stage.done) shown_.done_at = since_start;
  if (shown_.rows != stage.rows) shown_.rows_at = since_start;
  shown_.title = stage.title;
  shown_.unit = stage.unit;
  shown_.done = stage.done, shown_.total = stage.total, shown_.rows = stage.rows;
  shown_.expected_ms = stage.activity == Activity::run ? expected_ms_ : 0;
  unsaid_ = true;
  if (!std::exchange(working_, true)) changed_.notify_all();
  if (mode_ == ProgressMode::events &&
      (other || (other_title && stage.activity == Activity::run) || now - printed_ >= between_redraws))
    event(now);
}

void ProgressPrinter::tick() {
  std::unique_lock lock(mutex_);
  while (!over_) {
    if (!working_) {
      changed_.wait(lock, [this] { return over_ || working_; });
      continue;
    }
    changed_.wait_for(lock, between_redraws, [this] { return over_; });
    if (over_ || !working_) continue;
    const Clock::time_point now = Clock::now();
    if (mode_ == ProgressMode::line && now - work_start_ >= before_the_line) draw(now);
    if (mode_ == ProgressMode::events && now - printed_ >= (unsaid_ ? between_redraws : between_signs_of_life))
      event(now);
  }
}

void ProgressPrinter::draw(Clock::time_point now) {
  const PreviewOptions terminal = preview_options(STDERR_FILENO);
  const auto since = [&](Clock::time_point then) { return std::chrono::duration_cast<milliseconds>(now - then); };
  // A line as wide as the terminal would wrap on some.
  const std::size_t width = terminal.width > 1 ? terminal.width - 1 : 1;
  to_standard_error("\r\x1b[K" +
                    progress_text(shown_, since(work_start_), since(activity_start_), width, ascii_ || terminal.ascii));
  drawn_ = true;
}

void ProgressPrinter::erase() {
  if (std::exchange(drawn_, false)) to_standard_error("\r\x1b[K");
}

void ProgressPrinter::event(Clock::time_point now) {
  const auto in_activity = std::chrono::duration_cast<milliseconds>(now - activity_start_);
  const auto seconds = [](milliseconds time) { return static_cast<double>(time.count()) / 1000; };
  Json json = {{"event", "progress"},
               {"seconds", seconds(std::chrono::duration_cast<milliseconds>(now - start_))},
               {"activity", to_string(shown_.activity)},
               {"title", shown_.title},
               {"unit", shown_.unit},
               {"done", shown_.done},
               {"total", shown_.total == 0 ? Json() : Json(shown_.total)},
               {"rows", shown_.rows},
               {"rows_per_second", rate(shown_)}};
  const auto left = time_left(shown_, in_activity);
  json["seconds_left"] = left ? Json(seconds(*left)) : Json();
  to_standard_error(json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n');
  printed_ = now;
  unsaid_ = false;
}

void ProgressPrinter::pause() {
  if (mode_ == ProgressMode::none) return;
  const std::scoped_lock lock(mutex_);
  if (unsaid_ && mode_ == ProgressMode::events) event(Clock::now());
  working_ = false;
  erase();
}

bool ProgressPrinter::complain(const Error& error) {
  pause();
  if (mode_ != ProgressMode::events) return false;
  const std::scoped_lock lock(mutex_);
  const Json json = {{"event", "error"}, {"error", json_of(error)}};
  to_standard_error(json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n');
  return true;
}

void ProgressPrinter::end(int status) {
  pause();
  if (mode_ != ProgressMode::events) return;
  const std::scoped_lock lock(mutex_);
  const auto elapsed = std::chrono::duration_cast<milliseconds>(Clock::now() - start_);
  const Json json = {
      {"event", "end"}, {"seconds", static_cast<double>(elapsed.count()) / 1000}, {"exit_status", status}};
  to_standard_error(json.dump() + '\n');
}

}  // namespace dataflow::cli
