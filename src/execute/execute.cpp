#include "dataflow/execute.hpp"

#include <algorithm>
#include <thread>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dataflow/snapshot.hpp"
#include "dialects/statement.hpp"
#include "execute/run.hpp"
#include "execute/store.hpp"

namespace dataflow {

std::string_view to_string(MigrationStatus status) {
  switch (status) {
    case MigrationStatus::pending: return "pending";
    case MigrationStatus::applied: return "applied";
    case MigrationStatus::failed: return "failed";
    case MigrationStatus::rolled_back: return "rolled_back";
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
  m.checksum = checksum(plan);
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
  return std::any_of(plan.steps.begin(), plan.steps.end(), [](const Step& step) {
    return std::any_of(step.up.begin(), step.up.end(), [](const Statement& s) {
      return std::holds_alternative<SameRows>(s) ||
             (std::holds_alternative<Run>(s) &&
              (std::get<Run>(s).sql.starts_with("DROP TABLE") || std::get<Run>(s).sql.starts_with("UPDATE ")));
    });
  });
}

void run_steps(Connection& connection, const Plan& plan, Outcome& outcome) {
  for (const Step& step : plan.steps) {
    for (const Statement& statement : step.up) {
      try {
        outcome.rows_affected += run(connection, statement);
      } catch (Error& e) {
        e.step = step.title;
        throw;
      }
    }
    ++outcome.steps_completed;
  }
}

void must_be(const Dialect& dialect, Connection& connection, const std::string& fingerprint_expected, ErrorCode code,
             const std::string& sentence, const std::string& hint) {
  if (fingerprint(dialect, dialect.inspect(connection)) != fingerprint_expected) throw Error(code, sentence, hint);
}

/// What stands after a plan and was not reported as nobody's is ours from now on.
static Schema without_unmanaged(Schema schema, const std::vector<Unmanaged>& unmanaged) {
  const auto nobodys = [&](std::string_view kind, const Path& path) {
    return std::any_of(unmanaged.begin(), unmanaged.end(),
                       [&](const Unmanaged& u) { return u.kind == kind && u.path == path; });
  };
  std::erase_if(schema.tables, [&](const Table& t) { return nobodys("table", t.path()); });
  for (Table& table : schema.tables)
    std::erase_if(table.indexes, [&](const Index& i) { return nobodys("index", {table.schema, i.name}); });
  std::erase_if(schema.definitions, [&](const Definition& d) { return nobodys(d.kind, {d.schema, d.name}); });
  return schema;
}

/// A failed attempt is remembered too, in a transaction of its own; where even that cannot be written, the error itself
/// is what counts.
static void remember_failure(Database& database, Migration migration, const Error& error) {
  try {
    database.impl().connection->set_deadline(deadline_after(std::chrono::seconds(5)));
    const auto transaction = database.impl().dialect->begin(*database.impl().connection, std::nullopt, false);
    Store store(database);
    store.create();
    migration.status = MigrationStatus::failed;
    migration.error = error.what();
    migration.version = store.new_version(migration.version);
    store.add(migration, std::nullopt);
    transaction->commit();
  } catch (const Error&) {}
  database.impl().connection->set_deadline(std::nullopt);
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
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::milliseconds(2000));
  }
}

Outcome execute(Database& database, const Plan& plan, const ExecuteOptions& options) {
  const Dialect& dialect = *database.impl().dialect;
  Connection& connection = *database.impl().connection;
  const auto start = std::chrono::steady_clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); };
  const Deadline deadline = deadline_after(std::chrono::milliseconds(options.timeout_ms));
  Outcome outcome;
  Migration migration = as_migration(plan);
  migration.version = options.name;
  migration.applied_by = options.applied_by.empty() ? operating_system_user() : options.applied_by;
  migration.applied_at = utc_now();
  try {
    connection.set_deadline(deadline);
    until_unlocked(dialect, deadline, [&] {
      outcome = {};
      const auto transaction = dialect.begin(connection, deadline, rewrites(plan));
      must_be(dialect, connection, plan.from, ErrorCode::stale, "the database changed since this plan was made",
              "plan again; nothing was changed");
      Store store(database);
      store.create();  // first: data is set aside beside our records
      run_steps(connection, plan, outcome);
      const Schema after = dialect.inspect(connection);
      if (options.validate_after_migration && fingerprint(dialect, after) != plan.to)
        throw Error(ErrorCode::verification, "the schema is not what the plan promised",
                    "nothing was changed; please report this plan");
      transaction->check();
      migration.version = store.new_version(options.name);
      migration.status = MigrationStatus::applied;
      migration.duration_ms = static_cast<std::uint64_t>(elapsed() * 1000);
      store.add(migration, store.state("owned"));
      for (const SetAside& aside : plan.set_aside) store.add_backup(migration.version, aside);
      store.set_owned(without_unmanaged(after, plan.unmanaged));
      store.clear_state("model");
      transaction->commit();
    });
    connection.set_deadline(std::nullopt);
  } catch (const Error& e) {
    connection.set_deadline(std::nullopt);
    if (e.code != ErrorCode::stale && e.code != ErrorCode::locked && e.code != ErrorCode::read_only) {
      migration.duration_ms = static_cast<std::uint64_t>(elapsed() * 1000);
      remember_failure(database, migration, e);
    }
    throw;
  }
  outcome.success = true;
  outcome.version = migration.version;
  outcome.duration_seconds = elapsed();
  return outcome;
}

}  // namespace dataflow
