#include <algorithm>
#include <csignal>
#include <exception>
#include <new>
#include <utility>

#include "cli/help.hpp"
#include "cli/output.hpp"
#include "cli/source.hpp"
#include "core/tell.hpp"
#include "core/text.hpp"
#include "dataflow/cli.hpp"

namespace dataflow::cli {

namespace {
using Tokens = std::vector<std::string>;

/// A reader that goes away must not kill a migration half way through its report.
class IgnoreBrokenPipes {
 public:
  IgnoreBrokenPipes() : before_(std::signal(SIGPIPE, SIG_IGN)) {}
  IgnoreBrokenPipes(const IgnoreBrokenPipes&) = delete;
  IgnoreBrokenPipes& operator=(const IgnoreBrokenPipes&) = delete;
  ~IgnoreBrokenPipes() { std::signal(SIGPIPE, before_); }

 private:
  void (*before_)(int);
};

// Options that stand for a command when they stand alone.
constexpr std::pair<std::string_view, std::string_view> spelled_as_options[] = {
    {"--help", "help"}, {"--version", "version"}, {"--exit-codes", "help --exit-codes"}};

bool is_option(const std::string& token) { return token.size() > 1 && token.starts_with('-'); }

/// Where the command's name begins: options of every command may stand before it.
std::size_t first_word(const Tokens& tokens) {
  std::size_t at = 0;
  while (at < tokens.size() && is_option(tokens[at])) at += tokens[at] == "--format" ? 2 : 1;
  return std::min(at, tokens.size());
}

[[noreturn]] void no_command(const std::string& word) {
  std::string near = suggestion(word, first_words());
  for (const Command& command : commands())
    if (near.empty() && command.name.ends_with(" " + word)) near = command.name;
  throw Error(ErrorCode::usage, "there is no command " + shown(word),
              near.empty() ? "help lists the commands" : "did you mean " + near + "?");
}

[[noreturn]] void no_member(const std::string& group, const std::vector<std::string>& members,
                            const std::string& word) {
  if (word.empty() || is_option(word))
    throw Error(ErrorCode::usage, group + " needs a command", "one of " + join(members, ", "));
  const std::string near = suggestion(word, members);
  throw Error(ErrorCode::usage, "there is no command " + shown(group + ' ' + word),
              near.empty() ? group + " has " + join(members, ", ") : "did you mean " + group + ' ' + near + "?");
}

/// The command that `tokens` name; its name is taken out of them.
const Command& take_command(Tokens& tokens) {
  const std::size_t at = first_word(tokens);
  if (at == tokens.size()) {
    for (const auto& [option, meaning] : spelled_as_options) {
      const auto found = std::find(tokens.begin(), tokens.end(), option);
      if (found == tokens.end()) continue;
      tokens.erase(found);
      const Tokens words = split(meaning, ' ');
      tokens.insert(tokens.end(), words.begin() + 1, words.end());
      return *find_command(words.front());
    }
    throw Error(ErrorCode::usage, "no command was given", "help lists the commands");
  }
  const std::string word = tokens[at];
  const auto first = tokens.begin() + static_cast<std::ptrdiff_t>(at);
  const auto group = members(word);
  if (group.empty()) {
    const Command* command = find_command(word);
    if (command == nullptr) no_command(word);
    tokens.erase(first);
    return *command;
  }
  if (at + 1 < tokens.size()) {
    if (const Command* command = find_command(word + ' ' + tokens[at + 1])) {
      tokens.erase(first, first + 2);
      return *command;
    }
    if (tokens[at + 1] == "--help") {
      tokens.erase(first + 1);
      return *find_command("help");
    }
  }
  no_member(word, group, at + 1 < tokens.size() ? tokens[at + 1] : "");
}

/// Errors need to know how to look before the options have been read.
OutputOptions guess(const Tokens& tokens) {
  OutputOptions options;
  for (std::size_t i = 0; i < tokens.size(); ++i)
    if (lower(tokens[i]) == "--format=json" ||
        (tokens[i] == "--format" && i + 1 < tokens.size() && lower(tokens[i + 1]) == "json"))
      options.json = true;
  return options;
}

int dispatch(const std::string& program, Tokens tokens, DataFlow* models, Output& output) {
  const Command& command = take_command(tokens);
  Arguments arguments = parse(command, tokens);
  std::string format = arguments.value("format").value_or(split(command.formats, ' ').front());
  output.options({.json = format == "json",
                  .quiet = arguments.flag("quiet"),
                  .ascii = arguments.flag("ascii"),
                  .color = !arguments.has("color") || arguments.flag("color"),
                  .github = format == "github",
                  .progress = progress_mode(arguments.value("progress").value_or("auto"), arguments.flag("quiet"))});
  const Watching watching(output.watcher());
  tell({.title = "connecting"});
  Context context{program, command, std::move(arguments), models, output, std::move(format)};
  return context.arguments.flag("help") ? explain(context, command) : command.run(context);
}

/// What a failure of any kind comes to, as text and as exit status.
template <class Work> int guarded(Output& output, Work work) {
  try {
    return work();
  } catch (const Error& error) {
    output.complain(error);
    return exit_status(error.code);
  } catch (const std::bad_alloc&) {
    output.complain(Error(ErrorCode::internal, "there is not enough memory"));
  } catch (const std::exception& error) {
    output.complain(Error(ErrorCode::internal, std::string("unexpected: ") + error.what(), "please report this"));
  }
  return exit_status(ErrorCode::internal);
}

std::string program_name(int argc, const char* const* argv) {
  const std::string path = argc > 0 && argv[0] != nullptr ? argv[0] : "";
  const std::string name = path.substr(path.rfind('/') + 1);
  return name.empty() ? "dataflow" : name;
}
}  // namespace

int run(int argc, const char* const* argv, DataFlow* models) {
  const IgnoreBrokenPipes ignore;
  Tokens tokens(argv + std::min(argc, 1), argv + argc);
  const auto end_of_options = std::find(tokens.begin(), tokens.end(), "--");
  std::replace(tokens.begin(), end_of_options, std::string("-h"), std::string("--help"));
  const bool simple = std::find(tokens.begin(), end_of_options, "--simple-exit") != end_of_options;
  Output output(guess(tokens));
  int status = guarded(output, [&] { return dispatch(program_name(argc, argv), tokens, models, output); });
  const int written = guarded(output, [&] { return output.finish(), 0; });
  if (status == 0) status = written;
  if (simple && status != 0) status = 1;
  output.end(status);
  return status;
}

}  // namespace dataflow::cli
