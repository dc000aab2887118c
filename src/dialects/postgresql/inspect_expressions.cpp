// Which expressions the server has to write, and which of them are written alike.
#include <algorithm>
#include <charconv>

#include "dataflow/error.hpp"
#include "dialects/postgresql/inspect.hpp"

namespace dataflow::postgresql::inspection {

Columns::Columns(const Answer& rows) {
  std::vector<std::pair<std::uint64_t, Fields>> keyed;
  keyed.reserve(rows.size());
  for (const Fields f : rows) keyed.emplace_back((std::uint64_t{f.oid(0)} << 32U) + f.oid(1), f);
  const auto by_key = [](const auto& a, const auto& b) { return a.first < b.first; };
  // The server gives them as they lie on the disk, and sorting is cheaper here.
  if (!std::is_sorted(keyed.begin(), keyed.end(), by_key)) std::sort(keyed.begin(), keyed.end(), by_key);
  keys_.reserve(keyed.size());
  rows_.reserve(keyed.size());
  type_of_.reserve(keyed.size());
  std::unordered_map<std::uint64_t, std::uint32_t> places;
  for (const auto& [key, row] : keyed) {
    keys_.push_back(key);
    rows_.push_back(row);
    const std::pair type(row.oid(3), row.number(4));
    const std::uint64_t type_key = (std::uint64_t{type.first} << 32U) + static_cast<std::uint32_t>(type.second);
    const auto [place, is_new] = places.try_emplace(type_key, static_cast<std::uint32_t>(types_.size()));
    if (is_new) types_.push_back(type);
    type_of_.push_back(place->second);
  }
}

const Fields* Columns::find(Oid relation, int number) const {
  const std::uint64_t key = (std::uint64_t{relation} << 32U) + static_cast<std::uint32_t>(number);
  const auto at = std::lower_bound(keys_.begin(), keys_.end(), key);
  return at == keys_.end() || *at != key ? nullptr : &rows_[static_cast<std::size_t>(at - keys_.begin())];
}

std::string_view Columns::name(Oid relation, int number) const {
  const Fields* found = find(relation, number);
  return found == nullptr ? std::string_view() : found->view(2);
}

std::size_t Columns::count(Oid relation) const {
  const auto first = std::lower_bound(keys_.begin(), keys_.end(), std::uint64_t{relation} << 32U);
  return static_cast<std::size_t>(std::lower_bound(first, keys_.end(), (std::uint64_t{relation} + 1) << 32U) - first);
}

/// A tree names its fields: " :varattno 4 :vartype 23". What a constant or name holds cannot look like that: spaces in
/// it are escaped. Left out: where in the statement it stood, and the numbers of columns, whose names are the text's.
Expressions::Tree Expressions::read(std::string_view tree) {
  static constexpr std::string_view column = " :varattno ", left_out[] = {column, " :varattnosyn ", " :location "};
  Tree out;
  std::size_t copied = 0;
  for (std::size_t at = tree.find(" :"); at != std::string_view::npos; at = tree.find(" :", at + 1)) {
    const std::string_view field = tree.substr(at);
    const auto* name = std::find_if(std::begin(left_out), std::end(left_out),
                                    [&](std::string_view start) { return field.starts_with(start); });
    if (name == std::end(left_out)) continue;
    int number = 0;
    const char* end = std::from_chars(field.data() + name->size(), field.data() + field.size(), number).ptr;
    if (*name == column) out.columns.push_back(number);
    out.shape += tree.substr(copied, at + name->size() - copied);
    copied = static_cast<std::size_t>(end - tree.data());
  }
  out.shape += tree.substr(copied);
  return out;
}

void Expressions::add(Address of, std::string_view tree, Oid relation, const Columns& columns) {
  auto known = trees_.find(tree);
  if (known == trees_.end()) known = trees_.emplace(tree, read(tree)).first;
  std::string key = known->second.shape;
  for (const int number : known->second.columns) {
    key += '\0';
    if (number > 0)
      key += columns.name(relation, number);
    else  // a column of the system, or the whole row, which is written with the table's name
      key += ' ' + std::to_string(number == 0 ? std::int64_t{relation} : number);
  }
  add(of, std::move(key));
}

void Expressions::add(Address of, std::string key) {
  alike_[of] = first_.try_emplace(std::to_string(of.catalog) + '\0' + std::move(key), of).first->second;
}

std::vector<Oid> Expressions::asked(Oid catalog) const {
  std::vector<Oid> out;
  for (const auto& [key, of] : first_)
    if (of.catalog == catalog) out.push_back(of.object);
  std::sort(out.begin(), out.end());
  return out;
}

std::string_view Expressions::text(Address of) const {
  const auto first = alike_.find(of);
  const auto text = first == alike_.end() ? texts_.end() : texts_.find(first->second);
  if (text != texts_.end()) return text->second;
  Error error(ErrorCode::sql, "the schema changed while it was read", "try again");
  error.dialect = "postgresql";
  error.sqlstate = "42704";
  throw error;
}

}  // namespace dataflow::postgresql::inspection
