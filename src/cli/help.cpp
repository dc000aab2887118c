#include "cli/help.hpp"

#include <algorithm>
#include <charconv>

#include "cli/json.hpp"
#include "cli/output.hpp"
#include "cli/table.hpp"
#include "core/text.hpp"

namespace dataflow::cli {

namespace {
constexpr ExitStatus statuses[] = {
    {0, "done, or nothing to do"},
    {1, "failed"},
    {2, "the command line or an input makes no sense"},
    {3, "cancelled by the user"},
    {4, "refused for safety; nothing was changed"},
    {6, "somebody else holds the lock"},
    {7, "history and database disagree"},
    {8, "out of time; nothing was changed"},
    {10, "not permitted"},
    {12, "different (--check), or the result is not what was planned"},
};

/// "--max-risk-level LEVEL"
std::string spelled(const Option& option) {
  return option.is_flag() ? spelling(option) : spelling(option) + ' ' + option.value;
}

std::string described(const Option& option) {
  return option.words.empty() ? option.help : option.help + ": " + join(option.words, ", ");
}

std::string_view meaning_of(int status) {
  const auto* row =
      std::find_if(std::begin(statuses), std::end(statuses), [&](const ExitStatus& s) { return s.status == status; });
  return row == std::end(statuses) ? std::string_view{} : row->meaning;
}

Json json_of(const Option& option) {
  Json json = {{"name", option.name}, {"help", option.help}};
  if (!option.is_flag()) json["value"] = option.value;
  if (option.is_flag()) json["default"] = option.on;
  if (!option.words.empty()) json["words"] = option.words;
  if (!option.aliases.empty()) json["aliases"] = option.aliases;
  return json;
}
}  // namespace

std::span<const ExitStatus> exit_statuses() { return statuses; }

std::string spelling(const Option& option) {
  if (option.on && !option.opposites.empty()) return "--" + option.opposites.front();
  return (option.on ? "--no-" : "--") + option.name;
}

std::string exit_status_table() {
  Rows rows;
  for (const auto& [status, meaning] : statuses) rows.push_back({"", std::to_string(status), std::string(meaning)});
  return aligned(rows);
}

std::string usage_of(const Command& command) {
  std::string usage(command.name);
  if (!command.words.empty()) usage += ' ' + std::string(command.words);
  return usage;
}

int explain(Context& context, const Command& command) {
  if (context.json()) {
    Json options = Json::array();
    for (const auto& option : options_of(command)) options.push_back(json_of(option));
    context.output.document(dump({{"ok", true},
                                  {"command", command.name},
                                  {"help", command.help},
                                  {"words", command.words},
                                  {"options", std::move(options)},
                                  {"example", context.program + ' ' + std::string(command.example)}}));
    return 0;
  }
  std::string text =
      std::string(command.help) + "\n\nUsage:\n  " + context.program + ' ' + usage_of(command) + " [OPTIONS]\n";
  Rows options;
  for (const auto& option : options_of(command)) options.push_back({"", spelled(option), described(option)});
  text += "\nOptions:\n" + aligned(options);
  text += "\nExample:\n  " + context.program + ' ' + std::string(command.example) + '\n';
  Rows ends;
  for (const auto& status : split(command.statuses, ' ')) {
    int number = 0;
    std::from_chars(status.data(), status.data() + status.size(), number);
    ends.push_back({"", status, std::string(meaning_of(number))});
  }
  text += "\nExit status:\n" + aligned(ends);
  context.output.result(text);
  return 0;
}

}  // namespace dataflow::cli
