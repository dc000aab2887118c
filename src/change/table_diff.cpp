#include "change/table_diff.hpp"

#include <algorithm>
#include <string_view>

#include "change/order.hpp"
#include "schema/canonical.hpp"

namespace dataflow {

namespace {
template <class Part> struct Matched {
  std::vector<std::size_t> dropped;                          ///< indexes into the parts before
  std::vector<std::pair<const Part*, const Part*>> altered;  ///< before, after
  std::vector<const Part*> created;
};

// Parts are paired by value first, so that the order and number of unnamed or namesake parts do not matter; only what
// is left is paired by name.
template <class Part> class Matcher {
 public:
  Matcher(const std::vector<Part>& before, const std::vector<Part>& after, const Same& same)
      : before_(before), after_(after), same_(same) {
    taken_.resize(before.size(), false);
    done_.resize(after.size(), false);
  }

  Matched<Part> match() {
    pair_equal();
    pair_same();
    pair_namesakes();
    for (std::size_t b = 0; b < before_.size(); ++b)
      if (!taken_[b]) out_.dropped.push_back(b);
    for (std::size_t a = 0; a < after_.size(); ++a)
      if (!done_[a]) out_.created.push_back(&after_[a]);
    return std::move(out_);
  }

 private:
  void pair_equal() {
    std::unordered_map<std::string, std::vector<std::size_t>> by_value;
    for (std::size_t b = before_.size(); b-- > 0;) by_value[canonical(before_[b])].push_back(b);
    for (std::size_t a = 0; a < after_.size(); ++a) {
      auto& equal = by_value[canonical(after_[a])];
      if (equal.empty()) continue;
      taken_[equal.back()] = done_[a] = true;
      equal.pop_back();
    }
  }

  void pair_same() {
    for_each_left([&](std::size_t b, std::size_t a) { return same_(before_[b], after_[a]); });
  }

  void pair_namesakes() {
    for_each_left([&](std::size_t b, std::size_t a) {
      if (!is_only(before_, before_[b].name) || !is_only(after_, after_[a].name)) return false;
      if (!same_.names(before_[b].name, after_[a].name)) return false;
      out_.altered.emplace_back(&before_[b], &after_[a]);
      return true;
    });
  }

  template <class Accept> void for_each_left(Accept&& accept) {
    for (std::size_t a = 0; a < after_.size(); ++a)
      for (std::size_t b = 0; !done_[a] && b < before_.size(); ++b)
        if (!taken_[b] && accept(b, a)) taken_[b] = done_[a] = true;
  }

  bool is_only(const std::vector<Part>& parts, const Name& name) const {
    return !name.empty() &&
           std::count_if(parts.begin(), parts.end(), [&](const Part& p) { return same_.names(p.name, name); }) == 1;
  }

  const std::vector<Part>&before_, &after_;
  const Same& same_;
  std::vector<bool> taken_, done_;
  Matched<Part> out_;
};

class Comparison {
 public:
  Comparison(const Table& before, const Table& after, const TableComparison& by, PartChanges& out)
      : before_(before), after_(after), by_(by), out_(out), in_(before.path()) {}

  ColumnTurnover run() {
    auto turnover = columns();
    if (!(before_.options == after_.options))
      out_.build.push_back(Alter<TableOptions>{in_, before_.options, after_.options});
    indexes_and_constraints();
    return turnover;
  }

 private:
  ColumnTurnover columns() {
    ColumnTurnover turnover;
    const auto existing = by_name(before_.columns), wanted = by_name(after_.columns);
    for (const Column& column : after_.columns)
      if (!existing.contains(column.name.text)) turnover.created.push_back(&column);
    for (const Column* column : turnover.created) out_.build.push_back(Create<Column>{in_, *column});
    for (const Column& column : after_.columns)
      if (const auto at = existing.find(column.name.text); at != existing.end()) alter(*at->second, column);
    Positions positions;
    for (const Column& column : before_.columns) {
      if (wanted.contains(column.name.text)) continue;
      turnover.dropped.push_back(&column);
      const auto index = static_cast<std::size_t>(&column - before_.columns.data());
      out_.drop_columns.push_back(Drop<Column>{in_, column, positions.remove(index)});
    }
    return turnover;
  }

  static std::unordered_map<std::string_view, const Column*> by_name(const std::vector<Column>& columns) {
    std::unordered_map<std::string_view, const Column*> out;
    for (const Column& column : columns) out.emplace(column.name.text, &column);
    return out;
  }

  void alter(const Column& before, const Column& after) {
    if (!by_.same(before, after)) out_.build.push_back(Alter<Column>{in_, before, after});
  }

  void indexes_and_constraints() {
    auto indexes = match(before_.indexes, after_.indexes);
    std::erase_if(indexes.dropped, [&](std::size_t i) { return !by_.may_drop(before_.indexes[i]); });
    const auto checks = match(before_.checks, after_.checks);
    const auto uniques = match(before_.uniques, after_.uniques);
    auto foreign_keys = match(before_.foreign_keys, after_.foreign_keys);
    replace_keys_to_dropped_tables(foreign_keys);

    drop(foreign_keys, before_.foreign_keys, out_.drop_foreign_keys);
    drop(indexes, before_.indexes, out_.drop_parts);
    drop(checks, before_.checks, out_.drop_parts);
    drop(uniques, before_.uniques, out_.drop_parts);
    primary_key();
    build(uniques, out_.build);
    build(checks, out_.build);
    build(indexes, out_.build);
    build(foreign_keys, out_.create_foreign_keys);
  }

  void primary_key() {
    const auto &before = before_.primary_key, &after = after_.primary_key;
    if (before && !after)
      out_.drop_parts.push_back(Drop<PrimaryKey>{in_, *before});
    else if (!before && after)
      out_.build.push_back(Create<PrimaryKey>{in_, *after});
    else if (before && !by_.same(*before, *after))
      out_.build.push_back(Alter<PrimaryKey>{in_, *before, *after});
  }

  template <class Part> Matched<Part> match(const std::vector<Part>& before, const std::vector<Part>& after) const {
    return Matcher<Part>(before, after, by_.same).match();
  }

  // A table can go only when no foreign key points to it, so such a key cannot wait to be altered.
  void replace_keys_to_dropped_tables(Matched<ForeignKey>& keys) const {
    std::erase_if(keys.altered, [&](const auto& pair) {
      const auto& [before, after] = pair;
      if (!by_.table_is_dropped(before->references)) return false;
      keys.dropped.push_back(static_cast<std::size_t>(before - before_.foreign_keys.data()));
      keys.created.push_back(after);
      return true;
    });
    std::sort(keys.dropped.begin(), keys.dropped.end());
  }

  template <class Part>
  void drop(const Matched<Part>& matched, const std::vector<Part>& before, std::vector<Change>& out) const {
    Positions positions;
    for (const std::size_t i : matched.dropped) out.push_back(Drop<Part>{in_, before[i], positions.remove(i)});
  }

  template <class Part> void build(const Matched<Part>& matched, std::vector<Change>& out) const {
    for (const auto& [before, after] : matched.altered) out.push_back(Alter<Part>{in_, *before, *after});
    for (const Part* part : matched.created) out.push_back(Create<Part>{in_, *part});
  }

  const Table &before_, &after_;
  const TableComparison& by_;
  PartChanges& out_;
  Path in_;
};
}  // namespace

ColumnTurnover compare(const Table& before, const Table& after, const TableComparison& by, PartChanges& out) {
  if (before == after) return {};
  return Comparison(before, after, by, out).run();
}

}  // namespace dataflow
