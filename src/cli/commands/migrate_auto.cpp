#include <algorithm>

#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"
#include "cli/source.hpp"
#include "core/text.hpp"
#include "migrate/options.hpp"

namespace dataflow::cli {

namespace {
std::string dashed(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '_', '-');
  return text;
}

Option option_of(const AutoMigrateOption& row) {
  Option option{.name = dashed(row.name), .value = std::string(row.value), .help = std::string(row.help)};
  for (const auto& alias : split(row.aliases, ' '))
    if (!alias.empty()) option.aliases.push_back(dashed(alias));
  if (const auto* flag = std::get_if<bool AutoMigrateOptions::*>(&row.member))
    option.on = AutoMigrateOptions{}.*(*flag);
  if (option.name == "interactive") option.opposites = {"non-interactive"};
  if (option.name == "max-risk-level") option.words = {"SAFE", "LOW", "MEDIUM", "HIGH", "CRITICAL"};
  return option;
}

AutoMigrateOptions options_given(const Arguments& arguments) {
  AutoMigrateOptions options;
  for (const auto& row : auto_migrate_options()) {
    const auto values = arguments.values(dashed(row.name));
    if (values.empty()) continue;
    const bool list = std::holds_alternative<std::vector<std::string> AutoMigrateOptions::*>(row.member);
    options.set(row.name, list ? join(values, ",") : values.back());
  }
  return options;
}

Json document_of(const AutoMigrateResult& result, const std::string& database, bool dry_run) {
  Json document = {{"ok", result.success}, {"database", database}, {"dry_run", dry_run}, {"message", result.message}};
  if (!result.success) document["error"] = json_of(Error(result.code, result.message, result.hint));
  document["migrations"] = json_of(result.migrations);
  document["plan"] = json_of(result.plan);
  return document;
}
}  // namespace

std::vector<Option> migrate_auto_options() {
  std::vector<Option> options = {
      database_option(),
      to_option(),
      dev_option(),
      rename_option(),
      {.name = "backfill",
       .value = "PLACE=SQL",
       .help = "what rows that are there get in a new or newly required column: table.column=expression"}};
  for (const auto& row : auto_migrate_options())
    if (row.name != "format") options.push_back(option_of(row));
  return options;
}

int migrate_auto(Context& context) {
  AutoMigrateOptions options = options_given(context.arguments);
  options.console = &context.output;
  Target target(context);
  context.output.about(target.name(), file_of(context.arguments.value("to").value_or("")));
  const Wanted wanted = target.wanted(context);
  const AutoMigrateResult result = target.dataflow().auto_migrate_to(wanted, options);
  if (context.json()) {
    context.output.document(dump(document_of(result, target.name(), options.dry_run)));
    return result.success ? 0 : exit_status(result.code);
  }
  const bool script = context.format != "table" && context.format != "tree";
  if (result.success && !script && (options.dry_run || !options.interactive)) context.output.say(result.message + '\n');
  if (result.success) return 0;
  context.output.complain(Error(result.code, result.message, result.hint));
  return exit_status(result.code);
}

}  // namespace dataflow::cli
