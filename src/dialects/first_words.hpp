// What becomes of a statement by its first words: a table of rules, the first row that fits counts.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace dataflow {

/// The first of `rules` whose `words` are those that `beginning` starts with; nullptr where none fits. `beginning`: the
/// words of a statement, upper case, a blank behind each.
template <class Rule, std::size_t n> const Rule* rule_for(const Rule (&rules)[n], std::string_view beginning) {
  for (const Rule& rule : rules)
    if (beginning.starts_with(std::string(rule.words) + ' ')) return &rule;
  return nullptr;
}

}  // namespace dataflow
