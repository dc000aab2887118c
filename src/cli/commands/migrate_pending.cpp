#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/migrations.hpp"
#include "cli/output.hpp"
#include "cli/source.hpp"
#include "core/text.hpp"

namespace dataflow::cli {

namespace {
/// Says nothing and answers nothing.
class Silence final : public Console {
 public:
  void print(std::string_view) override {}
  std::optional<std::string> ask(std::string_view) override { return {}; }
};

std::string indented(std::string_view text, const std::string& by) {
  std::string out;
  for (const auto& line : split(text, '\n')) out += by + line + '\n';
  return out;
}

std::string listed(const Migration& migration) {
  std::string text =
      "pending: " + migration.description + "\n  safety: " + std::string(to_string(migration.safety_level)) + '\n';
  for (const auto& operation : migration.operations) {
    text += "  - " + operation.description() + ": " + std::string(to_string(operation.assessment.level)) + '\n';
    if (operation.assessment.blocking) text += "    blocked: " + *operation.assessment.blocking + '\n';
  }
  text += "  SQL:\n";
  for (const auto& statement : migration.sql_up)
    text += indented(statement + (statement.ends_with(';') ? "" : ";"), "    ");
  return text;
}
}  // namespace

static int pending_files(Context& context) {
  Target target(context);
  const MigrationDirectory directory = migrations_of(context.arguments);
  const MigrationJournal journal = compare(directory, target.database(Open::read_only));
  if (context.json())
    context.output.document(dump({{"ok", true},
                                  {"database", target.name()},
                                  {"migrations", json_of(journal.pending)},
                                  {"conflicts", json_of(journal.conflicts)}}));
  if (journal.pending.empty()) context.output.say("No migrations to apply\n");
  for (const MigrationFile& file : journal.pending) context.output.result(label(file) + '\n');
  context.output.say(listed(journal.conflicts));
  return 0;
}

std::vector<Option> migrate_pending_options() {
  Option dir = dir_option();
  dir.help = "list the files of this directory that are not applied, instead";
  return {database_option(), to_option(), dir, layout_option(), dev_option(), rename_option()};
}

int migrate_pending(Context& context) {
  if (context.arguments.has("dir")) return pending_files(context);
  Target target(context);
  const Wanted wanted = target.wanted(context);
  Silence silence;
  // A dry run, because that creates no database where there is none yet.
  const AutoMigrateResult result = target.dataflow().auto_migrate_to(wanted, {.dry_run = true, .console = &silence});
  if (context.json())
    context.output.document(
        dump({{"ok", true}, {"database", target.name()}, {"migrations", json_of(result.migrations)}}));
  else if (result.migrations.empty())
    context.output.say("No migrations to apply\n");
  for (const auto& migration : result.migrations) context.output.result(listed(migration));
  return 0;
}

}  // namespace dataflow::cli
