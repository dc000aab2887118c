// What going forward and going back have in common.
#pragma once
#include <chrono>
#include <functional>
#include <string>

#include "dataflow/error.hpp"
#include "dataflow/execute.hpp"
#include "dialects/dialect.hpp"

namespace dataflow {

/// Runs `attempt`, which leaves nothing behind when it fails, again while others hold a lock it needs and there is
/// time.
void until_unlocked(const Dialect& dialect, const Deadline& deadline, const std::function<void()>& attempt);
Deadline deadline_after(std::chrono::milliseconds timeout);
/// Whether a plan moves or drops rows, so that the server's own checks are worth their time at the end.
bool rewrites(const Plan& plan);
/// Runs the up statements of the steps [from, end). An Error carries the step it came from.
void run_steps(Connection& connection, const std::vector<Step>& steps, std::size_t from, std::size_t end,
               Outcome& outcome);
/// Grades changes on the live data. `plan` gets their operations; nothing runs.
struct Grading {
  const Schema& from;
  const std::vector<Change>& changes;
  const Hints& hints;
  const Lowered* lowered = nullptr;  ///< nullptr: steps and data set aside are not known
  bool rows_unknown = false;         ///< what was counted says nothing
};
std::vector<Operation> graded(Database& database, const Grading& grading);

}  // namespace dataflow
