#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"
#include "cli/source.hpp"
#include "cli/table.hpp"

namespace dataflow::cli {

std::vector<Option> migrate_history_options() {
  return {database_option(), {.name = "limit", .value = "N", .help = "how many; 100 when not given"}};
}

int migrate_history(Context& context) {
  Target target(context);
  const auto limit = static_cast<std::size_t>(context.arguments.number("limit", 1).value_or(100));
  const auto migrations = history(target.database(Open::read_only), limit);
  if (context.json()) {
    context.output.document(dump({{"ok", true}, {"database", target.name()}, {"migrations", json_of(migrations)}}));
    return 0;
  }
  if (migrations.empty()) {
    context.output.say("no migrations\n");
    return 0;
  }
  Rows rows = {{"VERSION", "STATUS", "APPLIED", "LEVEL", "OPERATIONS", "DESCRIPTION"}};
  for (const auto& m : migrations)
    rows.push_back({m.version, std::string(to_string(m.status)), m.applied_at, std::string(to_string(m.safety_level)),
                    std::to_string(m.operations.size()),
                    m.error.empty() ? m.description : m.description + ": " + m.error});
  context.output.result(aligned(rows));
  return 0;
}

}  // namespace dataflow::cli
