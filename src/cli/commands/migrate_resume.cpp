#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"
#include "cli/source.hpp"

namespace dataflow::cli {

std::vector<Option> migrate_resume_options() {
  return {database_option(), {.name = "back", .help = "take back what was carried out instead"}, timeout_option()};
}

int migrate_resume(Context& context) {
  Target target(context);
  Database& database = target.database(Open::existing);
  const auto interrupted = unfinished(database);
  const auto outcome = resume(database, execute_options(context.arguments), context.arguments.flag("back"));
  std::string said = "nothing to finish";
  Json document = {{"ok", true}, {"database", target.name()}, {"migration", nullptr}};
  if (outcome) {
    const Migration migration = find_migration(database, outcome->version);
    said = (migration.status == MigrationStatus::applied ? "finished " : "took back ") + migration.version;
    document["migration"] = json_of(migration);
  } else if (interrupted) {
    said = "migration " + interrupted->migration.version +
           " cannot go on: the schema was changed since; migrate auto plans anew from what is there";
  }
  document["message"] = said;
  if (context.json()) context.output.document(dump(document));
  context.output.say(said + '\n');
  return 0;
}

}  // namespace dataflow::cli
