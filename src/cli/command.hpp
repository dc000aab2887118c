// What a command is. The commands themselves are the rows of the table in commands.cpp.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dataflow {
class DataFlow;
}

namespace dataflow::cli {

class Output;
struct Context;

/// An option of a command. Parser, help and completion all read these rows.
struct Option {
  std::string name;        ///< without dashes: "max-risk-level"
  std::string value = {};  ///< what its value is called in help; empty for a flag
  std::string help = {};
  std::vector<std::string> words = {};      ///< the values it takes; empty: any
  std::vector<std::string> aliases = {};    ///< other names; accepted, not listed
  std::vector<std::string> opposites = {};  ///< a flag's spellings beside --no-NAME that switch it off
  bool on = false;                          ///< a flag that is on unless switched off: help lists --no-NAME
  bool is_flag() const { return value.empty(); }
};

/// What stood on the command line, after the command's name.
struct Arguments {
  std::vector<std::string> words;
  std::map<std::string, std::vector<std::string>, std::less<>> options;

  bool has(std::string_view name) const { return options.find(name) != options.end(); }
  bool flag(std::string_view name) const;                         ///< false when not given
  std::optional<std::string> value(std::string_view name) const;  ///< the last one given
  std::vector<std::string> values(std::string_view name) const;   ///< all that were given
  /// A whole number of at least `least`. Throws Error{usage}.
  std::optional<std::int64_t> number(std::string_view name, std::int64_t least) const;
};

struct Command {
  std::string_view name;             ///< "migrate auto"
  std::string_view help;             ///< one line
  std::string_view words;            ///< "FROM TO", "[COMMAND...]": what stands behind the name
  std::string_view formats;          ///< values of --format; the first is the default
  std::string_view example;          ///< without the program's name
  std::string_view statuses;         ///< the exit statuses it can end with
  std::vector<Option> (*options)();  ///< its own options; those of every command are added
  int (*run)(Context&);
};

/// What a running command is given.
struct Context {
  std::string program;  ///< the name it was called by
  const Command& command;
  Arguments arguments;
  DataFlow* models;  ///< nullptr in the program that knows no models
  Output& output;
  std::string format = {};  ///< one of the command's formats
  bool json() const { return format == "json"; }
};

std::span<const Command> commands();
/// The row called `name`, or nullptr.
const Command* find_command(std::string_view name);
/// The first words of all names, each once: "inspect", "diff", "migrate", …
std::vector<std::string> first_words();
/// The second words of a group: "auto", "status", … for "migrate". Empty when `word` is no group.
std::vector<std::string> members(std::string_view word);
/// The command's own options and those every command has.
std::vector<Option> options_of(const Command& command);

/// The known word that was probably meant: one that begins like `word`, else the nearest; empty when none is near.
std::string suggestion(const std::string& word, const std::vector<std::string>& known);

/// Reads what stands behind the command's name. Throws Error{usage} that names the nearest option.
Arguments parse(const Command& command, const std::vector<std::string>& tokens);

}  // namespace dataflow::cli
