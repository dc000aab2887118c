#include <algorithm>

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
  return follows(c.before, std::get<Alter<Part>>(parent).before);
}
bool comes_with(const Rename<Table>&, const Change&) { return false; }
bool comes_with(const Rename<Column>& c, const Change& parent) {
  const auto& other = std::get<Rename<Column>>(parent);
  return c.before == other.before && c.after == other.after;
}

}  // namespace

Parents::Parents(const Sides& sides, const std::vector<Change>& changes) : sides_(sides), changes_(changes) {
  std::map<std::string, Path> tables;
  for (const Schema* schema : {&sides_.from, &sides_.to})
    for (const Table& table : schema->tables) tables[quote(table.path())] = sides_.naming.after(table.path());
  for (const Schema* schema : {&sides_.from, &sides_.to})
    for (const Table& table : schema->tables) {
      std::vector<std::string> names = split_list(attribute(table.options.attributes, "inherits"));
      if (has(table.options.attributes, "partition of"))
        names.push_back(attribute(table.options.attributes, "partition of"));
      for (const std::string& name : names)
        if (const auto at = tables.find(name); at != tables.end())
          parents_[sides_.naming.after(table.path())].push_back(at->second);
    }
}

std::optional<std::size_t> Parents::change_above(const Change& change, std::size_t self) const {
  const Path in = std::visit([](const auto& c) { return c.in; }, change);
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
