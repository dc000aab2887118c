#include <algorithm>
#include <map>
#include <set>

#include "core/text.hpp"
#include "dataflow/files.hpp"

namespace dataflow {

namespace {

using K = OperationKind;
constexpr std::size_t longest_name = 60;

std::string singular(std::string word) {
  if (word.ends_with("ies") && word.size() > 4) return word.replace(word.size() - 3, 3, "y");
  if (word.ends_with("sses") || word.ends_with("xes") || word.ends_with("ches") || word.ends_with("shes"))
    return word.substr(0, word.size() - 2);
  if (word.ends_with("s") && !word.ends_with("ss") && !word.ends_with("us") && word.size() > 3)
    return word.substr(0, word.size() - 1);
  return word;
}

std::vector<const Operation*> of_kind(const Plan& plan, K kind) {
  std::vector<const Operation*> out;
  for (const Operation& o : plan.operations)
    if (o.kind == kind) out.push_back(&o);
  return out;
}

std::string table_of(const std::vector<const Operation*>& operations) {
  const auto same = [&](const Operation* o) { return o->table == operations[0]->table; };
  return std::all_of(operations.begin(), operations.end(), same) ? slug(operations[0]->table.text) : std::string();
}

/// The words that all names share: "retry" of retry_count, last_retry_at and retry_reason.
std::vector<std::string> shared_words(const std::vector<const Operation*>& operations) {
  std::vector<std::string> words = split(slug(operations[0]->object.text), '_');
  std::erase_if(words, [&](const std::string& word) {
    return word.empty() || !std::all_of(operations.begin(), operations.end(), [&](const Operation* o) {
             const std::vector<std::string> others = split(slug(o->object.text), '_');
             return std::find(others.begin(), others.end(), word) != others.end();
           });
  });
  return words;
}

std::string columns_phrase(std::string_view verb, std::string_view preposition,
                           const std::vector<const Operation*>& operations) {
  const std::string table = table_of(operations), begin = std::string(verb) + '_';
  if (table.empty()) return begin + "columns";
  if (operations.size() == 1)
    return begin + slug(operations[0]->object.text) + '_' + std::string(preposition) + '_' + table;
  const std::vector<std::string> shared = shared_words(operations);
  if (!shared.empty()) return begin + singular(table) + '_' + join(shared, "_") + "_columns";
  return begin + "columns_" + std::string(preposition) + '_' + table;
}

std::string tables_phrase(std::string_view verb, const std::vector<const Operation*>& operations) {
  std::vector<std::string> names;
  for (const Operation* o : operations) names.push_back(slug(o->table.text));
  std::string text = std::string(verb) + '_' + join(names, "_and_");
  if (names.size() <= 2 && text.size() <= longest_name) return text;
  return std::string(verb) + '_' + names[0] + "_and_" + std::to_string(names.size() - 1) + "_more_tables";
}

/// Kinds that say what a migration is about when indexes, keys and the like come along with them.
std::optional<std::string> told_by(const Plan& plan, K kind, const std::set<K>& along) {
  const auto main = of_kind(plan, kind);
  if (main.empty()) return std::nullopt;
  for (const Operation& o : plan.operations)
    if (o.kind != kind && !along.contains(o.kind)) return std::nullopt;
  switch (kind) {
    case K::create_table: return tables_phrase("create", main);
    case K::drop_table: return tables_phrase("drop", main);
    case K::add_column: return columns_phrase("add", "to", main);
    case K::drop_column: return columns_phrase("drop", "from", main);
    case K::alter_column: return columns_phrase("change", "of", main);
    default: return std::nullopt;
  }
}

}  // namespace

std::string slug(std::string_view text) {
  std::string out;
  for (const char c : lower(text)) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (word)
      out += c;
    else if (!out.empty() && !out.ends_with('_'))
      out += '_';
  }
  while (out.ends_with('_')) out.pop_back();
  return out;
}

std::string derived_name(const Plan& plan) {
  const std::set<K> parts = {K::add_index,      K::drop_index,      K::alter_index,
                             K::add_constraint, K::drop_constraint, K::alter_constraint};
  std::string name;
  for (const K kind : {K::create_table, K::drop_table, K::add_column, K::drop_column, K::alter_column})
    if (name.empty()) name = told_by(plan, kind, parts).value_or("");
  if (name.empty()) name = slug(describe(plan));
  if (name.size() > longest_name) {
    name.resize(longest_name);
    name.resize(std::min(name.size(), name.rfind('_')));
  }
  return name.empty() ? "migration" : name;
}

}  // namespace dataflow
