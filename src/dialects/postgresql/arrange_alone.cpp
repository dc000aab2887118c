// What commits by itself goes before or behind everything else: between two commits nothing that clients use may be
// missing, and what is taken down around a change is missing until that change is done.
#include <algorithm>

#include "dialects/postgresql/arrange.hpp"
#include "dialects/postgresql/lower.hpp"

namespace dataflow::postgresql {

namespace {

bool is_of(const Change& change, const Definition& definition) {
  const auto same = [&](const Definition& d) {
    return d.kind == definition.kind && d.schema == definition.schema && d.name == definition.name;
  };
  if (const auto* c = std::get_if<Create<Definition>>(&change)) return same(c->object);
  if (const auto* c = std::get_if<Drop<Definition>>(&change)) return same(c->object);
  if (const auto* c = std::get_if<Alter<Definition>>(&change)) return same(c->after);
  return false;
}

/// Whether an index can as well come, or go, on the other side of a change.
struct Passes {
  const Path& table;
  const Index& index;
  bool creates;

  bool operator()(const Create<Definition>&) const { return true; }
  bool operator()(const Alter<Definition>&) const { return true; }
  bool operator()(const Drop<Definition>&) const { return true; }
  bool operator()(const Create<ForeignKey>& c) const { return !creates || c.object.references != table; }
  bool operator()(const Drop<ForeignKey>& c) const { return creates || c.object.references != table; }
  bool operator()(const Create<Index>& c) const { return c.in.schema != table.schema || c.object.name != index.name; }
  bool operator()(const Drop<Index>& c) const { return c.in.schema != table.schema || c.object.name != index.name; }
  bool operator()(const Rename<Table>&) const { return false; }
  bool operator()(const Create<Column>& c) const { return c.in != table || !of(c.object.name); }
  bool operator()(const Drop<Column>& c) const { return c.in != table || !of(c.object.name); }
  bool operator()(const Alter<Column>& c) const { return c.in != table || !of(c.after.name); }
  template <class Other> bool operator()(const Other& c) const { return c.in != table; }

  bool of(const Name& column) const {
    return mentions(index.where.text, column) ||
           std::any_of(index.parts.begin(), index.parts.end(),
                       [&](const KeyPart& p) { return p.column == column || mentions(p.expression.text, column); }) ||
           mentions(attribute(index.attributes, "include"), column);
  }
};

}  // namespace

void set_apart(std::vector<Arranged>& order, const Schema& from, const LowerOptions& options, const Hints& hints) {
  // The last of those that come first, so that they stay in their order.
  std::size_t front = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto* type = std::get_if<Alter<Definition>>(&order[i].change);
    if (type == nullptr || order[i].anew || !labels_stand_alone(*type, options, hints)) continue;
    const auto first = order.begin() + static_cast<std::ptrdiff_t>(front),
               here = order.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::any_of(first, here, [&](const Arranged& a) { return is_of(a.change, type->after); })) continue;
    std::rotate(first, here, here + 1);
    ++front;
  }
  if (!options.online) return;
  // From behind, so that they stay in their order too.
  for (std::size_t i = order.size(); i-- > front;) {
    const auto* create = std::get_if<Create<Index>>(&order[i].change);
    const auto* drop = std::get_if<Drop<Index>>(&order[i].change);
    if (order[i].with || (create == nullptr && drop == nullptr)) continue;
    const Path& table = create != nullptr ? create->in : drop->in;
    if (!beside_writers(from, table, options, order[i].aside)) continue;
    const Index& index = create != nullptr ? create->object : drop->object;
    const Passes passes{table, index, create != nullptr};
    const auto blocks = [&](const Arranged& a) { return !std::visit(passes, a.change); };
    const auto here = order.begin() + static_cast<std::ptrdiff_t>(i);
    const auto stop = std::find_if(here + 1, order.end(), blocks);
    // What cannot go last goes first, if it can, rather than in between.
    if (drop != nullptr && stop != order.end() && std::none_of(order.begin(), here, blocks)) {
      std::rotate(order.begin(), here, here + 1);
      ++front, ++i;
    } else {
      std::rotate(here, here + 1, stop);
    }
  }
}

}  // namespace dataflow::postgresql
