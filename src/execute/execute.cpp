#include "dataflow/execute.hpp"

#include <algorithm>
#include <thread>

#include "core/tell.hpp"
#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dataflow/snapshot.hpp"
#include "dialects/statement.hpp"
#include "execute/course.hpp"

namespace dataflow {

std::string_view to_string(MigrationStatus status) {
  switch (status) {
    case MigrationStatus::pending: return "pending";
    case MigrationStatus::applied: return "applied";
    case MigrationStatus::failed: return "failed";
    case MigrationStatus::rolled_back: return "rolled_back";
    case MigrationStatus::unfinished: return "unfinished";
  }
  return {};
}

Migration as_migration(const Plan& plan) {
  Migration m;
  m.description = describe(plan);
  m.name = m.description;
  m.safety_level = level(plan);
  m.operations = plan.operations;
  m.sql_up = sql_up(plan);
  m.sql_down = sql_down(plan);
  m.checksum = plan.file ? plan.file->checksum : checksum(plan);
  if (plan.file) m.name = plan.file->name;
  if (plan.file && plan.operations.empty()) m.description = plan.file->name;
  const Plan back = inverse(plan);
  for (const Operation& operation : plan.rollback) {
    RollbackStep step{.operation_type = operation.kind,
                      .sql = {},
                      .risk_level = operation.assessment.level,
                      .estimated_duration_ms = operation.assessment.time.high_ms};
    Plan one;
    if (operation.step < back.steps.size()) one.steps = {back.steps[operation.step]};
    step.sql = join(sql_up(one), ";\n");
    m.rollback_steps.push_back(std::move(step));
  }
  m.plan = plan;
  return m;
}

Deadline deadline_after(std::chrono::milliseconds timeout) {
  if (timeout.count() == 0) return std::nullopt;
  return std::chrono::steady_clock::now() + timeout;
}

bool rewrites(const Plan& plan) {
  if (plan.file) return true;  // what a person wrote may do anything
  return std::any_of(plan.steps.begin(), plan.steps.end(), [](const Step& step) {
    return std::any_of(step.up.begin(), step.up.end(), [](const Statement& s) {
      return std::holds_alternative<SameRows>(s) ||
             (std::holds_alternative<Run>(s) &&
              (std::get<Run>(s).sql.starts_with("DROP TABLE") || std::get<Run>(s).sql.starts_with("UPDATE ")));
    });
  });
}

void run_steps(Connection& connection, const std::vector<Step>& steps, std::size_t from, std::size_t end,
               Outcome& outcome) {
  const auto say = [&](std::string_view title, std::size_t done) {
    tell({.activity = Activity::run,
          .title = title,
          .done = done,
          .total = steps.size(),
          .unit = "step",
          .rows = outcome.rows_affected});
  };
  for (std::size_t i = from; i < end; ++i) {
    const Step& step = steps[i];
    for (const Statement& statement : step.up) {
      const bool is_check = std::holds_alternative<SameRows>(statement) || std::holds_alternative<NoRows>(statement);
      say(is_check ? "checking rows: " + step.title : step.title, i);
      try {
        outcome.rows_affected += run(connection, statement);
      } catch (Error& e) {
        e.step = step.title;
        throw;
      }
    }
    ++outcome.steps_completed;
    say(step.title, i + 1);
  }
}

void until_unlocked(const Dialect& dialect, const Deadline& deadline, const std::function<void()>& attempt) {
  constexpr int tries_without_deadline = 10;
  std::chrono::milliseconds pause{20};
  for (int tries = 1;; ++tries) {
    try {
      return attempt();
    } catch (const Error& e) {
      // An embedded server has waited already. Elsewhere all locks were given back: others go first, then again.
      const bool in_time =
          deadline ? std::chrono::steady_clock::now() + pause < *deadline : tries < tries_without_deadline;
      if (e.code != ErrorCode::locked || dialect.embedded || !in_time) throw;
    }
    tell({.activity = Activity::wait, .title = "waiting for a lock that another session holds"});
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::milliseconds(2000));
  }
}

Outcome execute(Database& database, const Plan& plan, const ExecuteOptions& options) {
  Migration migration = as_migration(plan);
  migration.applied_by = options.applied_by.empty() ? operating_system_user() : options.applied_by;
  migration.applied_at = utc_now();
  tell({.activity = Activity::run,
        .title = "starting",
        .total = plan.steps.size(),
        .unit = "step",
        .expected_ms = estimate(plan).high_ms});
  return Course(database, plan, std::move(migration), options).forward();
}

}  // namespace dataflow
