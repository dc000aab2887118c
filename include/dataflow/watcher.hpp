// How far long work has come, for whoever wants to show it.
#pragma once
#include <cstdint>
#include <string_view>

namespace dataflow {

enum class Activity : std::uint8_t {
  start,     ///< nothing is known yet
  read,      ///< the catalog of a database
  try_out,   ///< SQL text or models, on a scratch copy
  survey,    ///< rows that a change will meet
  rehearse,  ///< the plan, on a scratch copy of the schema
  wait,      ///< for a lock that another session holds
  run,       ///< the statements of a plan
  verify     ///< that the result is what was planned
};
std::string_view to_string(Activity activity);  ///< "read", "try_out", …

/// Where the work stands. The texts live as long as the call that is given them.
struct Stage {
  Activity activity = Activity::start;
  std::string_view title = {};    ///< "reading the schema", "rebuild table users"
  std::uint64_t done = 0;         ///< of what `unit` names
  std::uint64_t total = 0;        ///< 0: not known
  std::string_view unit = {};     ///< "object", "change", "step"
  std::uint64_t rows = 0;         ///< rows written so far
  std::uint64_t expected_ms = 0;  ///< what the plan estimates for the whole activity; 0: nothing
};

/// Is told where the work stands, on the thread that does it. It must be quick, must not throw, and must not use the
/// database.
class Watcher {
 public:
  virtual ~Watcher() = default;
  virtual void see(const Stage& stage) = 0;
};

/// As long as it lives, `watcher` is told of all work with databases on this thread; with nullptr nobody is.
class Watching {
 public:
  explicit Watching(Watcher* watcher);
  ~Watching();
  Watching(const Watching&) = delete;
  Watching& operator=(const Watching&) = delete;

 private:
  Watcher* before_;
};

}  // namespace dataflow
