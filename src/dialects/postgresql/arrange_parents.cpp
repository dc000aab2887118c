#include <algorithm>
#include <set>

#include "dialects/postgresql/arrange_op.hpp"
#include "dialects/postgresql/render.hpp"

namespace dataflow::postgresql::arranging {

namespace {

bool inherited(const Attributes& attributes) { return has(attributes, "inherited"); }
bool same(const Column& a, const Column& b) { return a.name == b.name; }
bool same(const Check& a, const Check& b) { return a.name == b.name; }
bool same(const PrimaryKey&, const PrimaryKey&) { return true; }
bool same(const Unique& a, const Unique& b) { return a.parts == b.parts; }
bool same(const ForeignKey& a, const ForeignKey& b) {
  return a.columns == b.columns && a.references == b.references && a.referenced == b.referenced;
}
template <class Part> bool follows(const Part& child, const Part& parent) {
  if constexpr (requires { same(child, parent); })
    return inherited(child.attributes) && same(child, parent);
  else
    return false;
}
template <class Part> bool comes_with(const Create<Part>& c, const Change& parent) {
  return follows(c.object, std::get<Create<Part>>(parent).object);
}
template <class Part> bool comes_with(const Drop<Part>& c, const Change& parent) {
  return follows(c.object, std::get<Drop<Part>>(parent).object);
}
template <class Part> bool comes_with(const Alter<Part>& c, const Change& parent) {
  // A key that belongs to an unfinished one does not follow it.
  if constexpr (std::is_same_v<Part, PrimaryKey> || std::is_same_v<Part, Unique>)
    if (has(c.before.attributes, "attached to") != has(c.after.attributes, "attached to")) return false;
  return follows(c.before, std::get<Alter<Part>>(parent).before);
}
bool comes_with(const Rename<Table>&, const Change&) { return false; }
bool comes_with(const Rename<Column>& c, const Change& parent) {
  const auto& other = std::get<Rename<Column>>(parent);
  return c.before == other.before && c.after == other.after;
}

}  // namespace

Parents::Parents(const Sides& sides, const std::vector<Change>& changes, const std::set<std::size_t>& anew)
    : sides_(sides), changes_(changes), anew_(anew) {
  const auto parents_in = [&](const Schema& schema, auto&& visit) {
    for (const Table& table : schema.tables) {
      std::vector<Path> parents = read_paths(attribute(table.options.attributes, "inherits"));
      for (const Path& parent : read_paths(attribute(table.options.attributes, "partition of")))
        parents.push_back(parent);
      for (const Path& parent : parents) visit(sides.naming.after(table.path()), sides.naming.after(parent));
    }
  };
  std::set<std::pair<Path, Path>> before;
  parents_in(sides.from, [&](const Path& table, const Path& parent) { before.emplace(table, parent); });
  parents_in(sides.to, [&](const Path& table, const Path& parent) {
    if (before.contains({table, parent})) parents_[table].push_back(parent);
  });
}

/// Every partition comes, goes and changes its place with a table that is made anew.
std::optional<std::size_t> Parents::change_of_tree(const Change& change) const {
  const auto in_tree = [&](const Schema& schema, const Path& root, const Path& path) {
    const std::vector<Table> tables = partitions_below(schema, root);
    return std::any_of(tables.begin(), tables.end(), [&](const Table& t) { return t.path() == path; });
  };
  for (const std::size_t i : anew_) {
    const auto* root = std::get_if<Alter<TableOptions>>(&changes_[i]);
    if (root == nullptr) continue;
    const Path old = sides_.naming.before(root->in);
    if (const auto* create = std::get_if<Create<Table>>(&change))
      if (in_tree(sides_.to, root->in, create->object.path())) return i;
    if (const auto* drop = std::get_if<Drop<Table>>(&change))
      if (in_tree(sides_.from, old, drop->object.path())) return i;
    if (const auto* alter = std::get_if<Alter<TableOptions>>(&change))
      if (in_tree(sides_.to, root->in, alter->in) && in_tree(sides_.from, old, sides_.naming.before(alter->in)))
        return i;
  }
  return std::nullopt;
}

std::optional<std::size_t> Parents::change_above(const Change& change, std::size_t self) const {
  const Path in = std::visit([](const auto& c) { return c.in; }, change);
  if (const auto tree = change_of_tree(change)) return tree;
  if (const auto type = change_of_type(change, in)) return type;
  const auto at = parents_.find(in);
  if (at == parents_.end()) return std::nullopt;
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    if (i == self || changes_[i].index() != change.index()) continue;
    const Path other = std::visit([](const auto& c) { return c.in; }, changes_[i]);
    if (std::find(at->second.begin(), at->second.end(), other) == at->second.end()) continue;
    if (std::visit([&](const auto& c) { return comes_with(c, changes_[i]); }, change)) return i;
  }
  return std::nullopt;
}

std::optional<std::size_t> Parents::drop_of_column(const Path& in, const Name& column) const {
  const auto at = parents_.find(in);
  if (at == parents_.end()) return std::nullopt;
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    const auto* drop = std::get_if<Drop<Column>>(&changes_[i]);
    if (drop != nullptr && drop->object.name == column &&
        std::find(at->second.begin(), at->second.end(), drop->in) != at->second.end())
      return i;
  }
  return std::nullopt;
}

template <class Key> std::optional<std::size_t> Parents::change_of_key(const Path& in, const Key& key) const {
  const auto at = parents_.find(in);
  if (at == parents_.end()) return std::nullopt;
  const std::string index = attribute(key.attributes, "attached to");
  const auto is = [&](const Path& parent, const auto& part) {
    using Part = std::decay_t<decltype(part)>;
    if constexpr (std::is_same_v<Part, Index>) return quote(Path{parent.schema, part.name}) == index;
    if constexpr (std::is_same_v<Part, Key>) return part.parts == key.parts;
    return false;
  };
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    const bool found = std::visit(
        [&](const auto& c) {
          if (std::find(at->second.begin(), at->second.end(), c.in) == at->second.end()) return false;
          if constexpr (requires { c.object; }) return is(c.in, c.object);
          if constexpr (requires { c.before.name; }) return is(c.in, c.before) || is(c.in, c.after);
          return false;
        },
        changes_[i]);
    if (found) return i;
  }
  return std::nullopt;
}
template std::optional<std::size_t> Parents::change_of_key(const Path& in, const PrimaryKey& key) const;
template std::optional<std::size_t> Parents::change_of_key(const Path& in, const Unique& key) const;

/// The columns of a table of a type are its attributes.
std::optional<std::size_t> Parents::change_of_type(const Change& change, const Path& in) const {
  if (!std::holds_alternative<Create<Column>>(change) && !std::holds_alternative<Drop<Column>>(change) &&
      !std::holds_alternative<Alter<Column>>(change))
    return std::nullopt;
  const Table *before = find_table(sides_.from, sides_.naming.before(in)), *after = find_table(sides_.to, in);
  if (before == nullptr || after == nullptr) return std::nullopt;
  const std::string type = attribute(before->options.attributes, "of type");
  if (type.empty() || type != attribute(after->options.attributes, "of type")) return std::nullopt;
  if (const auto* alter = std::get_if<Alter<Column>>(&change);
      alter != nullptr && !other_type(alter->before, alter->after))
    return std::nullopt;
  for (std::size_t i = 0; i < changes_.size(); ++i)
    if (const auto* alter = std::get_if<Alter<Definition>>(&changes_[i]);
        alter != nullptr && quote(Path{alter->after.schema, alter->after.name}) == type)
      return i;
  return std::nullopt;
}

}  // namespace dataflow::postgresql::arranging
