#include <algorithm>
#include <limits>

#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/migrations.hpp"
#include "cli/output.hpp"
#include "cli/source.hpp"
#include "cli/table.hpp"
#include "core/text.hpp"

namespace dataflow::cli {

namespace {
std::size_t count_of(const std::vector<Migration>& migrations, MigrationStatus status) {
  return static_cast<std::size_t>(
      std::count_if(migrations.begin(), migrations.end(), [&](const Migration& m) { return m.status == status; }));
}

const Migration* last_applied(const std::vector<Migration>& newest_first) {
  const auto found = std::find_if(newest_first.begin(), newest_first.end(),
                                  [](const Migration& m) { return m.status == MigrationStatus::applied; });
  return found == newest_first.end() ? nullptr : &*found;
}
}  // namespace

std::vector<Option> migrate_status_options() {
  Option to = to_option();
  to.help = "say also what is pending against this schema";
  Option dir = dir_option();
  dir.help = "say also which files of this directory are applied";
  return {database_option(), to, dir, layout_option()};
}

static void add_files(const MigrationDirectory& directory, const MigrationJournal& journal, Json& document,
                      Rows& rows) {
  document["files"] = {{"directory", directory.path},
                       {"applied", json_of(journal.applied)},
                       {"pending", json_of(journal.pending)},
                       {"conflicts", json_of(journal.conflicts)}};
  rows.push_back({"files", directory.path + ": " + std::to_string(journal.applied.size()) + " applied, " +
                               std::to_string(journal.pending.size()) + " pending, " +
                               count(journal.conflicts.size(), "conflict")});
  for (const AppliedFile& a : journal.applied)
    rows.push_back({"  applied", a.file.version + ' ' + a.file.name + " on " + a.applied_at +
                                     (a.file.carried_out ? "" : ", marked only")});
  for (const MigrationFile& file : journal.pending) rows.push_back({"  pending", label(file)});
  for (const MigrationConflict& c : journal.conflicts) rows.push_back({"  conflict", c.description});
}

int migrate_status(Context& context) {
  Target target(context);
  Database& database = target.database(Open::read_only);
  const auto all = history(database, std::numeric_limits<std::int32_t>::max());
  std::optional<Plan> pending;
  if (context.arguments.has("to") || context.models != nullptr) pending = plan(database, target.wanted(context));
  const Migration* last = last_applied(all);

  Json document = {{"ok", true}, {"database", target.name()}};
  Rows rows = {{"database", target.name()}};
  for (const auto status : {MigrationStatus::applied, MigrationStatus::failed, MigrationStatus::rolled_back}) {
    document[std::string(to_string(status))] = count_of(all, status);
    rows.push_back({std::string(to_string(status)), count(count_of(all, status), "migration")});
  }
  document["last"] = last == nullptr ? Json() : json_of(*last);
  if (last != nullptr) rows.push_back({"last", last->version + " on " + last->applied_at + ": " + last->description});
  if (const auto interrupted = unfinished(database)) {
    const std::string where =
        std::to_string(interrupted->steps_completed) + " of " + count(interrupted->migration.plan.steps.size(), "step");
    document["unfinished"] = {{"version", interrupted->migration.version},
                              {"going_back", interrupted->going_back},
                              {"steps_completed", interrupted->steps_completed},
                              {"error", interrupted->error}};
    rows.push_back({"unfinished", interrupted->migration.version + ": " + where +
                                      (interrupted->going_back ? " taken back" : " carried out") +
                                      (interrupted->error.empty() ? "" : "; " + interrupted->error)});
  }
  if (pending) {
    document["pending"] = json_of(pending->operations);
    rows.push_back({"pending", pending->empty()
                                   ? "nothing"
                                   : describe(*pending) + " (" + std::string(to_string(level(*pending))) + ')'});
  }
  if (context.arguments.has("dir")) {
    const MigrationDirectory directory = migrations_of(context.arguments);
    add_files(directory, compare(directory, database), document, rows);
  }
  if (context.json()) context.output.document(dump(document));
  context.output.result(aligned(rows));
  return 0;
}

}  // namespace dataflow::cli
