// Plans made against a live database, carried out, remembered and taken back.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataflow/database.hpp"
#include "dataflow/plan.hpp"

namespace dataflow {

struct PlanOptions {
  std::vector<std::string> include_tables = {};  ///< empty: all
  std::vector<OperationKind> exclude_operations = {};
  bool drop_unmanaged = false;  ///< also drop what nobody asked for and nobody owns
  bool create_backup = true;    ///< set data aside before it is destroyed
  bool rehearse = true;         ///< run up and down on a scratch copy of the schema first
  /// Build and drop indexes so that writers do not wait, in statements that commit by themselves (PostgreSQL).
  bool online = false;
  /// The database holds a schema without its rows: graded as if every table were full.
  bool rows_unknown = false;
};

/// What turns the live schema into `wanted`, graded on the live data and rehearsed. Writes nothing.
/// An operation that would fail on today's data carries Assessment::blocking.
/// Throws Error{invalid_schema} for a wanted schema that contradicts itself, Error{refused} when the rehearsal fails.
Plan plan(Database& database, const Wanted& wanted, const PlanOptions& options = {});

struct ExecuteOptions {
  std::uint64_t timeout_ms = 300'000;    ///< for the whole run, in milliseconds; 0 = not bounded
  bool validate_after_migration = true;  ///< inspect again before the commit; roll back on a difference
  std::string name = {};                 ///< empty: migration_YYYYMMDD_HHMMSS
  std::string applied_by = {};           ///< empty: the operating system's user
  /// Where a plan commits in parts and a later part fails: take back what was committed. Otherwise it stays, and
  /// resume() goes on.
  bool rollback_on_error = true;
};

/// What happened, in figures.
struct Outcome {
  bool success = false;
  std::string version;  ///< of the history row
  std::uint64_t rows_affected = 0;
  double duration_seconds = 0;
  std::size_t steps_completed = 0;
  bool rollback_triggered = false;
};

/// Carries out `plan` in one transaction and records it. Throws Error{stale} when the database is no longer what the
/// plan was made for, Error{locked, timeout, sql, verification, disk_full, …} when it fails: then nothing has changed
/// but a row with status `failed` in the history, where that could be written.
/// A plan with statements that commit by themselves runs in several transactions. Killed between them, it is
/// unfinished(), and resume() finishes it.
Outcome execute(Database& database, const Plan& plan, const ExecuteOptions& options = {});

/// Unfinished: interrupted between the parts of its plan.
enum class MigrationStatus : std::uint8_t { pending, applied, failed, rolled_back, unfinished };
std::string_view to_string(MigrationStatus status);

struct RollbackStep {
  OperationKind operation_type = OperationKind::alter_object;
  std::string sql;
  RiskLevel risk_level = RiskLevel::safe;
  std::uint64_t estimated_duration_ms = 0;
};

/// A plan as history knows it, or as it will know it.
struct Migration {
  std::string version;  ///< empty while pending
  std::string name;
  std::string description;
  MigrationStatus status = MigrationStatus::pending;
  RiskLevel safety_level = RiskLevel::safe;
  std::vector<Operation> operations;
  std::vector<std::string> sql_up, sql_down;
  std::vector<RollbackStep> rollback_steps;
  std::string applied_at, rolled_back_at;  ///< UTC, ISO 8601
  std::string applied_by;
  std::uint64_t duration_ms = 0;
  std::string checksum;
  std::string error;  ///< failed: why
  Plan plan;
};
/// A plan dressed as a pending migration.
Migration as_migration(const Plan& plan);

/// Newest first. An empty history, or none at all, gives an empty list.
std::vector<Migration> history(Database& database, std::size_t limit = 100);
/// Throws Error{not_found} with the nearest versions. A leading "migration_" may be left out.
Migration find_migration(Database& database, std::string_view version);

/// The schema that a migration led to, as it was when the migration ended. Throws Error{not_found} where there is no
/// such migration, or none that was carried out.
Schema recorded_schema(Database& database, std::string_view version);
/// What was changed in the schema since dataflow last left it, not by a migration of its own. Nothing where it never
/// changed anything there.
std::optional<Difference> drift(Database& database);

/// A migration that was interrupted between two of its transactions.
struct Unfinished {
  Migration migration;
  bool going_back = false;          ///< it was being taken back
  std::size_t steps_completed = 0;  ///< in that direction
  std::string error;                ///< why it stopped, where that is known
};
/// Nothing when there is none.
std::optional<Unfinished> unfinished(Database& database);
/// Finishes what was interrupted, in the direction it was going, or with `back` by taking it back. Nothing when there
/// is nothing to finish, or no longer: another process was faster, or the schema was changed since, which makes the
/// migration a failed one. Throws as execute() does.
std::optional<Outcome> resume(Database& database, const ExecuteOptions& options = {}, bool back = false);

struct RollbackAnalysis {
  std::string version;
  bool possible = false;
  bool fully_reversible = false;  ///< every value comes back
  bool data_loss_warning = false;
  Reversal reversal = Reversal::none;
  std::vector<std::string> irreversible_operations;
  std::vector<std::string> obstacles;  ///< why it is not possible now
  Plan plan;                           ///< the plan that goes back, graded on today's data
};
RollbackAnalysis analyze_rollback(Database& database, std::string_view version);

/// Takes back one applied migration by its stored, reviewed down statements. The history row becomes `rolled_back`.
/// Throws Error{conflict} when later migrations stand on it or the schema was changed behind its back,
/// Error{refused} when a step cannot be undone and `force_partial` is false.
Outcome rollback(Database& database, std::string_view version, const ExecuteOptions& options = {},
                 bool force_partial = false);

/// Data that was set aside and still is.
struct Backup {
  std::int64_t id = 0;
  std::string version;  ///< the migration that set it aside
  std::string table, column, kind, location;
  std::uint64_t rows = 0;
  std::string checksum, created_at, restored_at;
};
std::vector<Backup> backups(Database& database);
/// Puts the values of a backup back into the table, where the column (or table) is there again. Returns the rows
/// restored.
std::uint64_t restore_backup(Database& database, std::int64_t id);
/// Deletes backups for good: those with these ids, or all older than `days`. Returns what was deleted.
std::vector<Backup> prune_backups(Database& database, const std::vector<std::int64_t>& ids,
                                  std::optional<int> older_than_days);

}  // namespace dataflow
