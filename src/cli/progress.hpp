// What is shown while a command works: a line on the terminal, or a stream of events.
#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>
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

/// Work that goes on, as one line of at most `width` columns.
/// `elapsed` and `since`: since the work began, and since the activity did.
struct Shown {
  Activity activity = Activity::start;
  std::string title, unit;
  std::uint64_t done = 0, total = 0, rows = 0, expected_ms = 0;
};
std::string progress_text(const Shown& shown, std::chrono::milliseconds elapsed, std::chrono::milliseconds in_activity,
                          std::size_t width, bool ascii);
/// How long the activity will still take; nothing where that cannot be told.
std::optional<std::chrono::milliseconds> time_left(const Shown& shown, std::chrono::milliseconds in_activity);

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
  Clock::time_point work_start_, activity_start_, printed_;
  std::thread ticker_;  // last: it uses the others
};

}  // namespace dataflow::cli
