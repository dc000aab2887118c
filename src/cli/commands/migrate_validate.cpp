#include "cli/commands.hpp"
#include "cli/migrations.hpp"
#include "cli/output.hpp"
#include "core/text.hpp"

namespace dataflow::cli {

std::vector<Option> migrate_validate_options() {
  return {database_option(), dir_option(), layout_option(), resolve_option()};
}

int migrate_validate(Context& context) {
  const Arguments& arguments = context.arguments;
  const MigrationDirectory directory = migrations_of(arguments);
  std::vector<MigrationConflict> conflicts = directory.conflicts;
  std::size_t pending = directory.files.size();
  if (arguments.has("database") || context.models != nullptr) {
    Target target(context);
    Database& database = target.database(arguments.has("resolve") ? Open::existing : Open::read_only);
    MigrationJournal journal = compare(directory, database);
    for (const std::string& action : arguments.values("resolve")) resolve(directory, journal, database, action);
    conflicts = journal.conflicts;
    pending = journal.pending.size();
    // What is pending is run on a copy of the schema, one after the other.
    if (conflicts.empty() && pending > 0) {
      Database copy = stand(database.dialect(), &database, inspect(database));
      replay(copy, journal.pending);
    }
  } else if (arguments.has("resolve")) {
    throw Error(ErrorCode::usage, "--resolve is about a database", "give --database URL");
  }
  if (context.json()) {
    context.output.document(dump({{"ok", conflicts.empty()},
                                  {"directory", directory.path},
                                  {"layout", to_string(directory.layout)},
                                  {"files", directory.files.size()},
                                  {"pending", pending},
                                  {"conflicts", json_of(conflicts)},
                                  {"notes", directory.notes}}));
    return conflicts.empty() ? 0 : exit_status(ErrorCode::conflict);
  }
  for (const std::string& note : directory.notes) context.output.say("note: " + note + '\n');
  context.output.result(listed(conflicts));
  if (conflicts.empty())
    context.output.result(count(directory.files.size(), "migration") + ", " + std::to_string(pending) +
                          " pending, no conflicts\n");
  return conflicts.empty() ? 0 : exit_status(ErrorCode::conflict);
}

}  // namespace dataflow::cli
