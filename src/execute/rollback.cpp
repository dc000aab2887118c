#include <algorithm>

#include "core/tell.hpp"
#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dataflow/execute.hpp"
#include "execute/course.hpp"
#include "plan/operations.hpp"

namespace dataflow {

std::vector<Migration> history(Database& database, std::size_t limit) {
  return Store(database).migrations("1 = 1", {}, limit);
}

Migration find_migration(Database& database, std::string_view version) {
  Store store(database);
  auto found = store.migrations("version IN (?, ?)", {std::string(version), "migration_" + std::string(version)}, 1);
  if (!found.empty()) return std::move(found[0]);
  std::vector<std::string> known;
  for (const Migration& m : store.migrations("1 = 1", {}, 1000)) known.push_back(m.version);
  const std::string near = nearest(version, known);
  throw Error(ErrorCode::not_found, "there is no migration '" + std::string(version) + "'",
              known.empty()   ? "the history is empty"
              : !near.empty() ? "did you mean " + near + "?"
                              : "the newest is " + known[0]);
}

namespace {

std::vector<std::string> later_ones(Store& store, const Migration& migration) {
  std::vector<std::string> out;
  for (const Migration& m : store.migrations("status = 'applied'", {}, 1'000'000)) {
    if (m.version == migration.version) break;
    out.push_back(m.version);
  }
  return out;
}

/// What a person wrote may concern roles or the whole server: a scratch copy must not see it.
bool reaches_beyond(const Dialect& dialect, const Statement& statement) {
  const auto* run = std::get_if<Run>(&statement);
  const auto* alone = std::get_if<RunAlone>(&statement);
  const std::string& sql = run != nullptr ? run->sql : alone != nullptr ? alone->sql : std::string();
  const auto parts = dialect.split(sql);
  return std::any_of(parts.begin(), parts.end(), [](const FileStatement& part) { return !part.rehearsed; });
}

/// What going back renames, so that it is not taken for a drop and an addition. `after`: the schema it leads to.
Hints renames_of(const Plan& back, const Schema& after) {
  Hints out;
  const auto is = [](const Table& table, const Name& shown) {
    return table.name == shown || table.schema.text + '.' + table.name.text == shown.text;
  };
  for (const Operation& o : back.operations)
    if (o.kind == OperationKind::rename_table)
      for (const Table& table : after.tables)
        if (table.name.text == new_name(o))
          out.tables.push_back({table.path(), o.table.text.substr(o.table.text.rfind('.') + 1)});
  for (const Operation& o : back.operations) {
    if (o.kind != OperationKind::rename_column) continue;
    for (const Table& table : after.tables) {
      const bool was = std::any_of(out.tables.begin(), out.tables.end(), [&](const Hints::TableRename& rename) {
        return rename.table == table.path() && is({.schema = table.schema, .name = rename.before}, o.table);
      });
      if (was || is(table, o.table)) out.columns.push_back({table.path(), Name(new_name(o)), o.object});
    }
  }
  return out;
}

/// Grades going back on today's data. What the down statements lead to is asked of a scratch copy.
void grade_today(Database& database, Plan& back, const Schema& live) {
  const Dialect& dialect = *database.impl().dialect;
  std::vector<Step> one_way = back.steps;
  for (Step& step : one_way) {
    step.down.clear();
    if (back.file) std::erase_if(step.up, [&](const Statement& s) { return reaches_beyond(dialect, s); });
  }
  Connection& connection = *database.impl().connection;
  const auto rehearse = [&] {
    tell({.activity = Activity::rehearse, .title = "rehearsing the way back on a copy of the schema"});
    const Watching nobody(nullptr);
    return dialect.rehearse(&connection, live, one_way, dialect.set_aside_tables(connection));
  };
  const Rehearsal rehearsal = rehearse();
  if (rehearsal.up_failure)
    throw Error(ErrorCode::refused, "going back would fail: " + rehearsal.up_failure->sentence, "nothing was changed");
  const Difference difference =
      diff(live, {rehearsal.after_up, renames_of(back, rehearsal.after_up)}, dialect.sameness);
  std::vector<Operation> operations = graded(database, {live, difference.changes, {}, nullptr});
  for (Operation& operation : operations) {
    for (std::size_t i = 0; i < back.steps.size(); ++i)
      if (back.steps[i].title.find(operation.table.text) != std::string::npos) operation.step = i;
    const bool saved = std::any_of(back.set_aside.begin(), back.set_aside.end(), [&](const SetAside& aside) {
      return equal_ignoring_case(aside.table.text, operation.table.text) &&
             (aside.column.empty() || equal_ignoring_case(aside.column.text, operation.object.text));
    });
    if (saved && operation.assessment.reversal == Reversal::schema_only)
      operation.assessment.reversal = Reversal::with_backup;
    // What this column or value needs was set aside by the migration itself: the rebuild brings it.
    const bool restored =
        std::any_of(back.rollback_set_aside.begin(), back.rollback_set_aside.end(), [&](const SetAside& aside) {
          return equal_ignoring_case(aside.table.text, operation.table.text) &&
                 (aside.column.empty() || equal_ignoring_case(aside.column.text, operation.object.text));
        });
    if (restored) operation.assessment.blocking.reset(), operation.assessment.remedy.clear();
  }
  back.operations = std::move(operations);
}

}  // namespace

RollbackAnalysis analyze_rollback(Database& database, std::string_view version) {
  const Dialect& dialect = *database.impl().dialect;
  const Migration migration = find_migration(database, version);
  RollbackAnalysis out;
  out.version = migration.version;
  out.plan = inverse(migration.plan);
  out.plan.notes.clear();
  if (std::string note = parts_note(out.plan); !note.empty()) out.plan.notes.push_back(std::move(note));
  out.reversal = reversal(migration.plan);
  out.fully_reversible = out.reversal == Reversal::exact || out.reversal == Reversal::with_backup;
  for (const Operation& operation : migration.plan.operations)
    if (operation.assessment.reversal == Reversal::schema_only || operation.assessment.reversal == Reversal::none)
      out.irreversible_operations.push_back(operation.description());
  out.data_loss_warning = !out.irreversible_operations.empty();
  Store store(database);
  if (migration.status != MigrationStatus::applied)
    out.obstacles.push_back("its status is " + std::string(to_string(migration.status)));
  else if (const auto later = later_ones(store, migration); !later.empty())
    out.obstacles.push_back("later migrations stand on it: " + join(later, ", "));
  const auto existing = store.own_names();
  for (const SetAside& aside : migration.plan.set_aside)
    if (std::find(existing.begin(), existing.end(), aside.location) == existing.end())
      out.obstacles.push_back("the data set aside in " + aside.location + " is gone");
  const Schema live = inspect(database);
  if (out.obstacles.empty() && fingerprint(dialect, live) != migration.plan.to)
    out.obstacles.emplace_back("the schema was changed since, not by a migration");
  out.possible = out.obstacles.empty();
  if (out.possible) {
    grade_today(database, out.plan, live);
    for (const Operation& operation : out.plan.operations)
      if (operation.assessment.blocking) out.obstacles.push_back(*operation.assessment.blocking);
  }
  return out;
}

Outcome rollback(Database& database, std::string_view version, const ExecuteOptions& options, bool force_partial) {
  const RollbackAnalysis analysis = analyze_rollback(database, version);
  if (!analysis.possible)
    throw Error(ErrorCode::conflict,
                "migration " + analysis.version + " cannot be rolled back: " + join(analysis.obstacles, "; "),
                "roll back later migrations first: migrate rollback --to; look at: migrate show " + analysis.version);
  if (!analysis.fully_reversible && !force_partial)
    throw Error(ErrorCode::refused, "not everything comes back: " + join(analysis.irreversible_operations, ", "),
                "pass --force-partial to go back without those rows");
  return Course(database, analysis.plan, find_migration(database, analysis.version), options).back();
}

}  // namespace dataflow
