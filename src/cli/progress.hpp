// What is shown while a command works: a line on the terminal, or a stream of events.
#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "cli/command.hpp"
#include "dataflow/error.hpp"
#include "dataflow/watcher.hpp"

namespace dataflow::cli {

enum class ProgressMode : std::uint8_t { none, line, events };

Option progress_option();
/// What --progress asks for. `auto` is a line where standard error is a terminal that can take one back.
ProgressMode progress_mode(std::string_view word, bool quiet);

/// An activity that goes on: what was said of it last, and when. Times count from its beginning.
struct Shown {
  using Time = std::chrono::milliseconds;
  Activity activity = Activity::start;
  std::string title = {}, unit = {};
  std::uint64_t done = 0, total = 0, rows = 0;
  std::uint64_t expected_ms = 0;
  Time done_at{}, rows_at{};
};
/// How long the activity will still take at `now`: what was expected, or more where what is done took longer, for steps
/// are not alike and a first quick one says little. Nothing where that cannot be told.
std::optional<Shown::Time> time_left(const Shown& shown, Shown::Time now);
/// Rows a second up to when they were last counted.
std::uint64_t rate(const Shown& shown);
/// One line of at most `width` columns. `elapsed`: since the work began, of which the activity is a part.
std::string progress_text(const Shown& shown, Shown::Time elapsed, Shown::Time now, std::size_t width, bool ascii);

/// Writes to standard error. Another thread lets the time go on while one statement runs.
class ProgressPrinter final : public Watcher {
 public:
  ProgressPrinter(ProgressMode mode, bool ascii);
  ~ProgressPrinter() override;

  void see(const Stage& stage) override;
  /// Takes the line away: something else is printed. The next work is new work.
  void pause();
  /// True where it took the error as an event.
  bool complain(const Error& error);
  /// The last event.
  void end(int status);

 private:
  using Clock = std::chrono::steady_clock;

  void tick();
  void draw(Clock::time_point now);
  void erase();
  void event(Clock::time_point now);

  const ProgressMode mode_;
  const bool ascii_;
  const Clock::time_point start_ = Clock::now();
  std::mutex mutex_;
  std::condition_variable changed_;
  bool working_ = false, drawn_ = false, unsaid_ = false, over_ = false;
  Shown shown_;
  std::uint64_t expected_ms_ = 0;  ///< of what is run in this work
  Clock::time_point work_start_, activity_start_, printed_;
  std::optional<Clock::time_point> run_start_;
  std::thread ticker_;  // last: it uses the others
};

}  // namespace dataflow::cli
