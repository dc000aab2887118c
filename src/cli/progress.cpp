#include "cli/progress.hpp"

#include <unistd.h>

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

std::string duration(milliseconds time) {
  const std::int64_t tenths = time.count() / 100, seconds = tenths / 10;
  const auto two = [](std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  if (seconds < 10) return std::to_string(seconds) + '.' + std::to_string(tenths % 10) + " s";
  if (seconds < 60) return std::to_string(seconds) + " s";
  if (seconds < 3600) return std::to_string(seconds / 60) + ':' + two(seconds % 60) + " min";
  return std::to_string(seconds / 3600) + ':' + two(seconds / 60 % 60) + " h";
}

double rate(const Shown& shown, milliseconds in_activity) {
  const auto ms = static_cast<double>(in_activity.count());
  return ms < 1 ? 0 : static_cast<double>(shown.rows) * 1000 / ms;
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

std::optional<milliseconds> time_left(const Shown& shown, milliseconds in_activity) {
  if (shown.done > 0 && shown.total >= shown.done) {
    const double each = static_cast<double>(in_activity.count()) / static_cast<double>(shown.done);
    return milliseconds(static_cast<std::int64_t>(each * static_cast<double>(shown.total - shown.done)));
  }
  const milliseconds expected(static_cast<std::int64_t>(std::min<std::uint64_t>(shown.expected_ms, 1'000'000'000'000)));
  if (shown.expected_ms == UINT64_MAX || expected <= in_activity) return {};
  return expected - in_activity;
}

std::string progress_text(const Shown& shown, milliseconds elapsed, milliseconds in_activity, std::size_t width,
                          bool ascii) {
  std::vector<std::string> parts;
  const bool steps = shown.unit == "step" && shown.total > 0;
  const std::string step =
      steps ? "step " + grouped(std::min(shown.done + 1, shown.total)) + " of " + grouped(shown.total) + ": " : "";
  parts.push_back(step + page::shown(shown.title, ascii));
  if (!steps && shown.done > 0 && shown.total > 0)
    parts.push_back(grouped(shown.done) + " of " + grouped(shown.total) + ' ' + shown.unit +
                    (shown.total == 1 ? "" : "s"));
  else if (!steps && shown.done > 0)
    parts.push_back(grouped(shown.done) + ' ' + shown.unit + (shown.done == 1 ? "" : "s"));
  if (shown.rows > 0)
    parts.push_back(grouped(shown.rows) + " rows, " + grouped(static_cast<std::uint64_t>(rate(shown, in_activity))) +
                    " a second");
  parts.push_back(duration(elapsed));
  if (const auto left = time_left(shown, in_activity); left && *left >= milliseconds(1000))
    parts.push_back("about " + duration(*left) + " left");
  // What does not fit is taken from the title: the figures are what moves.
  std::string figures;
  for (std::size_t i = 1; i < parts.size(); ++i) figures += (ascii ? " - " : " · ") + parts[i];
  const std::size_t used = display_width(figures);
  const std::string dots = ascii ? "..." : "…";
  const auto cut = [&](const std::string& text, std::size_t room) {
    if (display_width(text) <= room) return text;
    const std::size_t mark = display_width(dots);
    if (room <= mark) return std::string();
    std::string kept;
    for (const char c : text) {
      const bool begins_a_character = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
      if (begins_a_character && display_width(kept) + mark + 2 > room) break;
      kept += c;
    }
    return kept + dots;
  };
  if (used + 4 > width) return cut(parts.front() + figures, width);
  return cut(parts.front(), width - used) + figures;
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
  if (!working_) work_start_ = now;
  if (other) activity_start_ = now, shown_ = {};
  const bool other_title = shown_.title != stage.title;
  shown_.activity = stage.activity;
  shown_.title = stage.title;
  shown_.unit = stage.unit;
  shown_.done = stage.done, shown_.total = stage.total, shown_.rows = stage.rows;
  if (stage.expected_ms != 0) shown_.expected_ms = stage.expected_ms;
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
               {"rows_per_second", static_cast<std::uint64_t>(rate(shown_, in_activity))}};
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
