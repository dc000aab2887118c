// What becomes of a statement by its first words: a table of rules, the first row that fits counts.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "dialects/dialect.hpp"

namespace dataflow {

/// The first of `rules` whose `words` are those that `beginning` starts with; nullptr where none fits. `beginning`: the
/// words of a statement, upper case, a blank behind each.
template <class Rule, std::size_t n> const Rule* rule_for(const Rule (&rules)[n], std::string_view beginning) {
  for (const Rule& rule : rules)
    if (beginning.starts_with(std::string(rule.words) + ' ')) return &rule;
  return nullptr;
}

/// What becomes of a statement of a migration file.
struct FileRule {
  std::string_view words;
  FileStatement::Use use;
  bool alone, rehearsed;
};
template <std::size_t n> void judge(FileStatement& statement, const FileRule (&rules)[n], std::string_view beginning) {
  if (const FileRule* rule = rule_for(rules, beginning))
    statement.use = rule->use, statement.alone = rule->alone, statement.rehearsed = rule->rehearsed;
}

}  // namespace dataflow
