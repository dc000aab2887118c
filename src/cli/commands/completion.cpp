#include <algorithm>
#include <cctype>

#include "cli/commands.hpp"
#include "cli/help.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"
#include "cli/source.hpp"
#include "core/text.hpp"

namespace dataflow::cli {

namespace {
/// What may stand next: behind `command`, or behind its option `option`.
struct Candidates {
  std::string command, option;
  std::vector<std::string> words;
};

/// The rows that all three scripts are printed from.
std::vector<Candidates> candidates() {
  std::vector<Candidates> rows = {{"", "", first_words()}};
  for (const std::string& word : first_words())
    if (auto seconds = members(word); !seconds.empty()) rows.push_back({word, "", std::move(seconds)});
  for (const Command& command : commands()) {
    const std::string name(command.name);
    Candidates row{name, "", {}};
    if (command.words.find('|') != std::string_view::npos) row.words = split(command.words, '|');
    if (command.words == "[COMMAND...]") row.words = first_words();
    for (const Option& option : options_of(command)) {
      row.words.push_back(spelling(option));
      if (!option.is_flag()) rows.push_back({name, "--" + option.name, option.words});
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string cases(std::string_view indent, std::string_view before, std::string_view after) {
  std::string text;
  for (const auto& [command, option, words] : candidates())
    text += std::string(indent) + "'" + command + '|' + option + "') " + std::string(before) + join(words, " ") +
            std::string(after) + " ;;\n";
  return text;
}

std::string groups() {
  std::vector<std::string> words;
  for (const std::string& word : first_words())
    if (!members(word).empty()) words.push_back(word);
  return join(words, "|");
}

// $1 the function's name, $2 the program's, $3 groups, $4 cases. Words that begin with a dash are offered once a dash
// was typed; where nothing is known, files are.
constexpr std::string_view bash_script = R"(# bash completion for $2
$1() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command= word words=
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word == -* ]] && continue
    case $command in
      '') command=$word ;;
      $3) command+=" $word" ;;
    esac
  done
  [[ $previous == --* ]] || previous=
  case "$command|$previous" in
$4    *) case "$command|" in
$4    esac ;;
  esac
  [[ $current == -* || $words != *--* ]] || words=${words%%--*}
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -o default -F $1 $2
)";

constexpr std::string_view zsh_script = R"(#compdef $2
# zsh completion for $2
$1() {
  local current=${words[CURRENT]} previous=${words[CURRENT-1]} command= word found=
  for word in "${(@)words[2,CURRENT-1]}"; do
    [[ $word == -* ]] && continue
    case $command in
      ('') command=$word ;;
      ($3) command+=" $word" ;;
    esac
  done
  [[ $previous == --* ]] || previous=
  case "$command|$previous" in
$4    *) case "$command|" in
$4    esac ;;
  esac
  [[ $current == -* || $found != *--* ]] || found=${found%%--*}
  if [[ -n $found ]]; then compadd -- ${=found}; elif [[ $current != -* ]]; then _files; fi
}
if [[ $funcstack[1] == $1 ]]; then $1 "$@"; else compdef $1 $2; fi
)";

constexpr std::string_view fish_script = R"(# fish completion for $2
function $1
  set -l tokens (commandline -opc)
  set -l command
  for word in $tokens[2..-1]
    string match -q -- '-*' $word; and continue
    switch "$command"
      case ''
        set command $word
      case $3
        set command "$command $word"
    end
  end
  set -l previous
  string match -q -- '--*' $tokens[-1]; and set previous $tokens[-1]
  switch "$command|$previous"
$4    case '*'
      switch "$command|"
$4      end
  end
end
complete -c $2 -a '($1)'
complete -c $2 -f -n '$1 | string match -qv -- "-*"'
)";

std::string filled(std::string_view form, const std::vector<std::string>& values) {
  std::string text;
  for (std::size_t i = 0; i < form.size(); ++i) {
    const bool slot = form[i] == '$' && i + 1 < form.size() && form[i + 1] >= '1' && form[i + 1] <= '9';
    const std::size_t number = slot ? static_cast<std::size_t>(form[i + 1] - '1') : values.size();
    if (number < values.size())
      text += values[number], ++i;
    else
      text += form[i];
  }
  return text;
}

std::string fish_cases() {
  std::string text;
  for (const auto& [command, option, words] : candidates()) {
    text += "    case '" + command + '|' + option + "'\n";
    text += words.empty() ? "      true\n" : "      printf '%s\\n' " + join(words, " ") + '\n';
  }
  return text;
}

std::string bash_of(const std::string& function, const std::string& program) {
  return filled(bash_script, {function, program, groups(), cases("    ", "words='", "'")});
}
std::string zsh_of(const std::string& function, const std::string& program) {
  return filled(zsh_script, {function, program, groups(), cases("    ", "found='", "'")});
}
std::string fish_of(const std::string& function, const std::string& program) {
  return filled(fish_script, {function, program, join(split(groups(), '|'), " "), fish_cases()});
}

struct Shell {
  std::string_view name;
  std::string (*script)(const std::string& function, const std::string& program);
};
constexpr Shell shells[] = {{"bash", bash_of}, {"zsh", zsh_of}, {"fish", fish_of}};

std::string function_name(const std::string& program) {
  std::string name = "_" + program + "_words";
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}
}  // namespace

int completion(Context& context) {
  const std::string& word = context.arguments.words.front();
  std::vector<std::string> known;
  for (const auto& [name, script] : shells) {
    known.emplace_back(name);
    if (name != word) continue;
    const std::string text = script(function_name(context.program), context.program);
    if (context.json()) context.output.document(dump({{"ok", true}, {"shell", name}, {"script", text}}));
    context.output.result(text);
    return 0;
  }
  const std::string near = suggestion(word, known);
  throw Error(ErrorCode::usage, "there is no completion for " + shown(word),
              near.empty() ? "there is one for " + join(known, ", ") : "did you mean " + near + "?");
}

}  // namespace dataflow::cli
