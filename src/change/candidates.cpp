#include "change/candidates.hpp"

#include <algorithm>
#include <map>

#include "core/text.hpp"

namespace dataflow {

namespace {
/// More pairs than this in one group are noise: their number is told instead.
constexpr std::size_t most_pairs = 64;

struct Alike {
  std::size_t dropped, created;
};

struct Wording {
  std::string noun;   ///< "column"
  std::string trait;  ///< what the two have in common
  std::string place;  ///< where, for the note
};

std::string reason(std::size_t dropped, std::size_t created, const Wording& wording) {
  if (dropped == 1 && created == 1)
    return "the only dropped and the only added " + wording.noun + " with " + wording.trait;
  return "ambiguous: " + std::to_string(dropped) + " dropped and " + std::to_string(created) + " added " +
         wording.noun + "s share " + wording.trait;
}

// `propose` makes the candidate of a pair.
template <class Object, class IsAlike, class Propose>
void pair_up(const std::vector<const Object*>& dropped, const std::vector<const Object*>& created,
             const Wording& wording, IsAlike&& is_alike, Propose&& propose, Difference& out) {
  std::vector<Alike> pairs;
  std::vector<std::size_t> of_dropped(dropped.size()), of_created(created.size());
  for (std::size_t d = 0; d < dropped.size(); ++d)
    for (std::size_t c = 0; c < created.size(); ++c)
      if (is_alike(*dropped[d], *created[c])) pairs.push_back({d, c}), ++of_dropped[d], ++of_created[c];
  for (std::size_t i = 0; i < std::min(pairs.size(), most_pairs); ++i) {
    const auto [d, c] = pairs[i];
    out.candidates.push_back(propose(*dropped[d], *created[c], reason(of_created[c], of_dropped[d], wording)));
  }
  if (pairs.size() > most_pairs)
    out.notes.push_back(wording.place + ": " + count(pairs.size() - most_pairs, "more pair") +
                        " of dropped and added " + wording.noun + "s could be renames");
}

std::string shown(const Path& path) {
  return path.schema.empty() ? path.name.text : path.schema.text + '.' + path.name.text;
}

bool same_columns(const Table& a, const Table& b, const Same& same) {
  std::map<std::string, const Column*> by_name;
  for (const Column& column : a.columns) by_name.emplace(same.key(column.name), &column);
  return a.columns.size() == b.columns.size() &&
         std::all_of(b.columns.begin(), b.columns.end(), [&](const Column& column) {
           const auto at = by_name.find(same.key(column.name));
           return at != by_name.end() && same.names(at->second->name, column.name) && same.shape(*at->second, column);
         });
}

std::string column_keys(const Table& table, const Same& same) {
  std::vector<std::string> keys;
  for (const Column& column : table.columns) keys.push_back(same.key(Path{column.name, {}}));
  std::sort(keys.begin(), keys.end());
  return same.key(table.schema) + '\n' + join(keys, "\n");
}
}  // namespace

void propose_columns(const Path& table, const ColumnTurnover& turnover, const Same& same, Difference& out) {
  pair_up(
      turnover.dropped, turnover.created, {"column", "this type, nullability and default", "table " + shown(table)},
      [&](const Column& a, const Column& b) { return same.shape(a, b); },
      [&](const Column& before, const Column& after, std::string reason) {
        return RenameCandidate{table, before.name, after.name, true, std::move(reason)};
      },
      out);
}

void propose_tables(const std::vector<const Table*>& dropped, const std::vector<const Table*>& created,
                    const Same& same, Difference& out) {
  struct Group {
    std::vector<const Table*> dropped, created;
  };
  std::map<std::string, Group> groups;
  for (const Table* table : dropped) groups[column_keys(*table, same)].dropped.push_back(table);
  for (const Table* table : created) groups[column_keys(*table, same)].created.push_back(table);
  for (const auto& [key, group] : groups)
    pair_up(
        group.dropped, group.created, {"table", "these columns", "the schema"},
        [&](const Table& a, const Table& b) { return same_columns(a, b, same); },
        [](const Table& before, const Table& after, std::string reason) {
          return RenameCandidate{after.path(), before.name, after.name, false, std::move(reason)};
        },
        out);
}

}  // namespace dataflow
