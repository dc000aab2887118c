// A plan on its way: its parts one after another, with what the next start needs to go on written at each commit.
#pragma once
#include <chrono>
#include <optional>

#include "dataflow/execute.hpp"
#include "dialects/followed.hpp"
#include "execute/run.hpp"
#include "execute/store.hpp"
#include "plan/parts.hpp"

namespace dataflow {

/// Carries out a plan that commits in one part or in several. Whatever happens, the database is at a place that our own
/// records name: before the plan, after it, or at a step from which the next course goes on.
class Course {
 public:
  /// `plan`: the way to go; for a way back the inverse of the migration's own. `options` must outlive the course.
  Course(Database& database, Plan plan, Migration migration, const ExecuteOptions& options);
  ~Course();
  Course(const Course&) = delete;
  Course& operator=(const Course&) = delete;

  /// From the beginning. Throw as execute() and rollback() do.
  Outcome forward();
  Outcome back();
  /// From where an earlier course stopped. Throws Error{stale} where the schema is not what that one left.
  Outcome go_on(const Progress& from);

 private:
  Outcome go(bool begun);
  void transaction(const PlanPart& part, bool first, bool last);
  void begin(Store& store, bool last);
  void finish(Store& store);
  void run(std::size_t from, std::size_t end);
  bool carried_out(std::size_t step);
  void must_stand_at(std::size_t step);
  void must_be_ours(Store& store);
  void record_set_aside(Store& store, std::size_t from, std::size_t end);
  [[noreturn]] void fail(const Error& error);
  [[noreturn]] void take_back(const Error& error);
  template <class What> void remember(What&& what);
  void remember_failure(const Error& error);
  void remember_stop(const Error& error);
  std::uint64_t elapsed_ms() const;

  Database& database_;
  const Dialect& dialect_;
  Connection& connection_;
  const Plan plan_;
  Migration migration_;
  const ExecuteOptions& options_;
  const std::vector<PlanPart> parts_;
  const std::vector<std::size_t> filled_by_;  ///< per entry of the plan's set_aside: the step that completes it
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  const Deadline deadline_;
  Progress at_;                       ///< what is committed
  std::optional<Followed> followed_;  ///< what stands behind all that has run
  bool committed_ = false;            ///< whether anything is
  Outcome outcome_;
};

}  // namespace dataflow
