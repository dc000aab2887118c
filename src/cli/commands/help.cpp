#include "cli/help.hpp"

#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/json_schema.hpp"
#include "cli/output.hpp"
#include "cli/table.hpp"
#include "core/text.hpp"

namespace dataflow::cli {

namespace {
/// The commands whose names begin with `prefix`.
Rows listed(std::string_view prefix) {
  Rows rows;
  for (const Command& command : commands())
    if (command.name.starts_with(prefix)) rows.push_back({"", usage_of(command), std::string(command.help)});
  return rows;
}

std::string overview(const std::string& program, bool models) {
  return "Brings a database to the schema you want, and back.\n\nUsage:\n  " + program +
         " COMMAND [OPTIONS]\n\nCommands:\n" + aligned(listed("")) +
         "\nA SOURCE is a database URL (sqlite:app.db), a SQLite file, a .sql file, a directory of them,\na snapshot, "
         "git:REV:PATH (git:HEAD~1:schema.sql), version:V of the history, - for standard input" +
         (models ? ", or models for the models of this program" : "") +
         ".\nThe database may also be named by the environment variable DATAFLOW_DATABASE.\n\n" + program +
         " help COMMAND explains a command; " + program + " --exit-codes lists the exit statuses.\n";
}

int print_exit_codes(Context& context) {
  if (context.json()) {
    Json rows = Json::array();
    for (const auto& [status, meaning] : exit_statuses()) rows.push_back({{"status", status}, {"meaning", meaning}});
    context.output.document(dump({{"ok", true}, {"exit_codes", std::move(rows)}}));
  }
  context.output.result("Exit statuses:\n" + exit_status_table());
  return 0;
}

int print_commands(Context& context, const std::string& prefix) {
  if (context.json()) {
    Json rows = Json::array();
    for (const Command& command : commands())
      if (command.name.starts_with(prefix))
        rows.push_back({{"name", command.name}, {"words", command.words}, {"help", command.help}});
    context.output.document(dump({{"ok", true}, {"commands", std::move(rows)}}));
  }
  context.output.result(prefix.empty() ? overview(context.program, context.models != nullptr)
                                       : "Commands:\n" + aligned(listed(prefix)));
  return 0;
}
}  // namespace

std::vector<Option> help_options() {
  return {{.name = "exit-codes", .help = "list the exit statuses"},
          {.name = "json-schema", .help = "print the JSON Schema of what a command prints with --format json"}};
}

int help(Context& context) {
  if (context.arguments.flag("exit-codes")) return print_exit_codes(context);
  const std::string name = join(context.arguments.words, " ");
  if (context.arguments.flag("json-schema")) return context.output.document(dump(json_schema(name))), 0;
  if (name.empty()) return print_commands(context, "");
  if (const Command* command = find_command(name)) return explain(context, *command);
  if (!members(name).empty()) return print_commands(context, name + ' ');
  std::vector<std::string> names;
  for (const Command& command : commands()) names.emplace_back(command.name);
  const std::string near = suggestion(name, names);
  throw Error(ErrorCode::usage, "there is no command '" + name + "'",
              near.empty() ? "help lists the commands" : "did you mean " + near + "?");
}

}  // namespace dataflow::cli
