#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"
#include "cli/source.hpp"
#include "cli/table.hpp"
#include "dataflow/preview.hpp"

namespace dataflow::cli {

namespace {
std::string head(const Migration& migration) {
  Rows rows;
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) rows.push_back({name, value});
  };
  add("version", migration.version);
  add("name", migration.name);
  add("description", migration.description);
  add("status", std::string(to_string(migration.status)));
  add("level", std::string(to_string(migration.safety_level)));
  add("applied", migration.applied_at + (migration.applied_by.empty() ? "" : " by " + migration.applied_by));
  add("rolled back", migration.rolled_back_at);
  add("took", std::to_string(migration.duration_ms) + " ms");
  add("checksum", migration.checksum);
  add("error", migration.error);
  return aligned(rows);
}
}  // namespace

int migrate_show(Context& context) {
  Target target(context);
  const Migration migration = find_migration(target.database(Open::read_only), context.arguments.words.front());
  if (context.json()) {
    Json document = {{"ok", true}, {"database", target.name()}, {"migration", json_of(migration)}};
    document["plan"] = json_of(migration.plan);
    context.output.document(dump(document));
    return 0;
  }
  PreviewOptions style = context.output.style();
  style.show_rollback_plan = true;
  context.output.result(head(migration) + '\n' + preview(migration.plan, Format::table, style));
  return 0;
}

}  // namespace dataflow::cli
