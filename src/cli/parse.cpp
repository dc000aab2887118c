#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>

#include "cli/command.hpp"
#include "cli/source.hpp"
#include "core/text.hpp"
#include "dataflow/error.hpp"

namespace dataflow::cli {

namespace {
Error usage(const Command& command, const std::string& sentence, std::string hint = {}) {
  if (hint.empty()) hint = "'help " + std::string(command.name) + "' explains it";
  return {ErrorCode::usage, sentence, std::move(hint)};
}

std::vector<std::string> spellings(const Option& option) {
  std::vector<std::string> names = {"--" + option.name};
  for (const auto& alias : option.aliases) names.push_back("--" + alias);
  if (!option.is_flag()) return names;
  for (std::size_t i = 0, positive = names.size(); i < positive; ++i) names.push_back("!--no-" + names[i].substr(2));
  for (const auto& opposite : option.opposites) names.push_back("!--" + opposite);
  return names;
}

CLI::Option* declare(CLI::App& app, const Option& option) {
  const std::string names = join(spellings(option), ",");
  CLI::Option* added = option.is_flag() ? app.add_flag(names) : app.add_option(names)->expected(0, 1);
  return added->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

std::string name_of(std::string_view token) { return std::string(token.substr(0, token.find('='))); }

[[noreturn]] void reject(const Command& command, const std::vector<Option>& options, const std::string& token) {
  std::vector<std::string> known;
  for (const auto& option : options)
    for (auto& name : spellings(option)) known.push_back(name.starts_with('!') ? name.substr(1) : name);
  const std::string near = suggestion(name_of(token), known);
  throw usage(command, std::string(command.name) + " has no option " + shown(name_of(token)),
              near.empty() ? "" : "did you mean " + near + "?");
}

std::string checked(const Command& command, const Option& option, const std::string& value) {
  const std::string name = "--" + option.name;
  if (value.empty()) throw usage(command, name + " needs a value");
  if (option.words.empty()) return value;
  for (const auto& word : option.words)
    if (equal_ignoring_case(word, value)) return word;
  const std::string near = suggestion(value, option.words);
  throw usage(command, name + " does not take " + shown(value),
              (near.empty() ? "" : "did you mean " + near + "? ") + "it takes " + join(option.words, ", "));
}

struct Arity {
  std::size_t least = 0, most = 0;
  std::string first_missing(std::string_view words, std::size_t given) const { return split(words, ' ')[given]; }
};
Arity arity(std::string_view words) {
  Arity arity;
  if (words.empty()) return arity;
  for (const std::string& word : split(words, ' ')) {
    ++arity.most;
    if (!word.starts_with('[')) ++arity.least;
    if (word.find("...") != std::string::npos) arity.most = static_cast<std::size_t>(-1);
  }
  return arity;
}

void check_words(const Command& command, const std::vector<std::string>& words) {
  const Arity expected = arity(command.words);
  const std::string name(command.name);
  if (words.size() > expected.most)
    throw usage(command, name + " does not take " + shown(words[expected.most]) +
                             (expected.most == 0 ? "" : ": it takes " + std::string(command.words) + " and no more"));
  if (words.size() < expected.least)
    throw usage(command, name + " needs " + expected.first_missing(command.words, words.size()));
  for (const auto& word : words)
    if (word.empty())
      throw usage(command, name + " was given an empty argument", "is a variable of your script not set?");
}

// `--x=` would take the next word for its value: a script's unset variable must not turn a source into a database.
void check_empty(const Command& command, const std::vector<std::string>& tokens) {
  for (const auto& token : tokens)
    if (token.starts_with("--") && token.find('=') == token.size() - 1)
      throw usage(command, token.substr(0, token.size() - 1) + " needs a value");
}
}  // namespace

std::string suggestion(const std::string& word, const std::vector<std::string>& known) {
  constexpr std::size_t telling = 3;
  const auto begun =
      std::find_if(known.begin(), known.end(), [&](const std::string& k) { return k.starts_with(word); });
  return word.size() >= telling && begun != known.end() ? *begun : nearest(word, known);
}

bool Arguments::flag(std::string_view name) const { return value(name) == "true"; }

std::optional<std::string> Arguments::value(std::string_view name) const {
  const auto found = options.find(name);
  if (found == options.end()) return {};
  return found->second.back();
}

std::vector<std::string> Arguments::values(std::string_view name) const {
  const auto found = options.find(name);
  return found == options.end() ? std::vector<std::string>{} : found->second;
}

std::optional<std::int64_t> Arguments::number(std::string_view name, std::int64_t least) const {
  const auto text = value(name);
  if (!text) return {};
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (failure != std::errc{} || end != text->data() + text->size() || number < least)
    throw Error(ErrorCode::usage, "--" + std::string(name) + " does not take " + shown(*text),
                "it takes a whole number of at least " + std::to_string(least));
  return number;
}

Arguments parse(const Command& command, const std::vector<std::string>& tokens) {
  const auto dashes = std::find(tokens.begin(), tokens.end(), "--");
  std::vector<std::string> before(tokens.begin(), dashes);
  check_empty(command, before);

  const std::vector<Option> options = options_of(command);
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  std::vector<CLI::Option*> declared;
  for (const auto& option : options) declared.push_back(declare(app, option));
  try {
    std::reverse(before.begin(), before.end());
    app.parse(before);
  } catch (const CLI::Error&) {
    throw usage(command, "cannot read the options of " + std::string(command.name));
  } catch (const std::invalid_argument&) {
    throw usage(command, "a flag of " + std::string(command.name) + " takes true or false, or no value");
  }

  Arguments arguments;
  for (std::size_t i = 0; i < options.size(); ++i)
    for (const auto& value : declared[i]->results())
      arguments.options[options[i].name].push_back(checked(command, options[i], value));
  if (arguments.flag("help")) return arguments;
  arguments.words = app.remaining();
  for (const auto& word : arguments.words)
    if (word.starts_with('-') && word != "-") reject(command, options, word);
  if (dashes != tokens.end()) arguments.words.insert(arguments.words.end(), dashes + 1, tokens.end());
  check_words(command, arguments.words);
  return arguments;
}

}  // namespace dataflow::cli
