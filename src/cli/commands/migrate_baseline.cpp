#include "cli/commands.hpp"
#include "cli/migrations.hpp"
#include "cli/output.hpp"
#include "core/text.hpp"

namespace dataflow::cli {

std::vector<Option> migrate_baseline_options() {
  return {database_option(), dir_option(), layout_option(), timeout_option()};
}

int migrate_baseline(Context& context) {
  return with_conflicts(context, [&] {
    const MigrationDirectory directory = migrations_of(context.arguments);
    if (!directory.conflicts.empty()) throw MigrationConflictError(directory.conflicts);
    const std::size_t last = place_of(directory, context.arguments.words.front());
    Target target(context);
    Database& database = target.database(Open::existing);
    const MigrationJournal journal = compare(directory, database);
    Json document = {{"ok", true}, {"database", target.name()}, {"migrations", Json::array()}};
    std::size_t marked = 0;
    for (const MigrationFile& file : journal.pending) {
      if (place_of(directory, file.version) > last) continue;
      ExecuteOptions options = execute_options(context.arguments);
      options.name = file.version;
      execute(database, mark(database, file), options);
      document["migrations"].push_back(json_of(file));
      context.output.say("marked as applied " + label(file) + '\n');
      ++marked;
    }
    if (context.json()) context.output.document(dump(document));
    if (marked == 0) context.output.say("all of them are applied already\n");
    return 0;
  });
}

}  // namespace dataflow::cli
