// Which object cannot stand without which: the rows of pg_depend, by the values that hold both ends.
#include <algorithm>
#include <tuple>

#include "dialects/postgresql/inspect.hpp"

namespace dataflow::postgresql::inspection {

namespace {

/// Members of an operator family or class, and of a publication, are objects of their own to the server.
bool is_member_catalog(Oid oid) {
  return oid == catalog::method_operator || oid == catalog::method_function || oid == catalog::publication_relation ||
         oid == catalog::publication_schema;
}

class Dependencies {
 public:
  Dependencies(Answers& answers, Picture& picture) : answers_(answers), picture_(picture) {}

  void read() {
    for (const Fields f : answers_.of(Query::aliases)) {
      owners_[{f.oid(0), f.oid(1)}] = {f.oid(2), f.oid(3)};
    }
    owners_of_members();
    for (const Fields f : answers_.of(Query::dependencies)) dependency(f);
    for (Table& table : picture_.schema.tables) tidy(table.depends_on);
    for (Definition& definition : picture_.schema.definitions) tidy(definition.depends_on);
  }

 private:
  /// The class before the family: an operator that belongs to both is written with the class.
  void owners_of_members() {
    for (const Fields f : answers_.of(Query::dependencies)) {
      if (!is_member_catalog(f.oid(0)) || f.letter(6) == 'n') continue;
      const Oid owner = f.oid(3);
      if (owner != catalog::operator_class && owner != catalog::operator_family && owner != catalog::publication)
        continue;
      Address& known = owners_[{f.oid(0), f.oid(1)}];
      if (known.catalog != catalog::operator_class) known = {owner, f.oid(4)};
    }
  }

  const Place* place(Address address) const {
    const auto found = picture_.places.find(address);
    return found == picture_.places.end() ? nullptr : &found->second;
  }

  /// The object that holds it: a rule that makes a view is the view, a row type its relation.
  Address resolved(Address address) const {
    if (const auto owner = owners_.find(address); owner != owners_.end()) return owner->second;
    if (address.catalog != catalog::type) return address;
    const auto relation = picture_.row_types.find(address.object);
    return relation == picture_.row_types.end() ? address : Address{catalog::relation, relation->second};
  }

  Name column(Address relation, Oid number) const {
    const auto found = picture_.relations.find(relation.object);
    if (relation.catalog != catalog::relation || found == picture_.relations.end()) return {};
    return number > 0 && number < found->second.columns.size() ? found->second.columns[number] : Name();
  }

  void dependency(const Fields& f) {
    const Address from = resolved({f.oid(0), f.oid(1)}), to = resolved({f.oid(3), f.oid(4)});
    const Place* source = place(from);
    if (source == nullptr) return;
    Dependency out;
    if (f.letter(6) == 'x') return report_extension(*source);
    if (!needed(to, f.oid(5), out)) return;
    out.part = source->part();
    if (source->is_table && out.part.empty())
      if (const Name own = column(from, f.oid(2)); !own.empty()) out.part = "column " + own.text;
    if (source->is_table) {
      const bool is_key = out.part.starts_with("foreign key ");
      const Table& table = picture_.schema.tables[source->index];
      if (out.kind == "table" && (is_key || out.path == table.path())) return;
      picture_.schema.tables[source->index].depends_on.push_back(std::move(out));
      return;
    }
    const Place* target = place(to);
    if (target != nullptr && !target->is_table && target->index == source->index) return;
    picture_.schema.definitions[source->index].depends_on.push_back(std::move(out));
  }

  void report_extension(const Place& source) {
    const bool is_table = source.is_table;
    const Definition* definition = is_table ? nullptr : &picture_.schema.definitions[source.index];
    picture_.report("extension dependency",
                    is_table ? picture_.schema.tables[source.index].path() : Path{definition->schema, definition->name},
                    "that it goes with an extension (DEPENDS ON EXTENSION) is not carried");
  }

  bool needed(Address to, Oid number, Dependency& out) const {
    if (const auto extension = picture_.extension_of.find(to); extension != picture_.extension_of.end())
      return is_definition({catalog::extension, extension->second}, out);
    const Place* target = place(to);
    if (target == nullptr) return false;
    if (!target->is_table) {
      is_definition(to, out);
    } else {
      out.kind = "table";
      out.path = picture_.schema.tables[target->index].path();
    }
    out.column = column(to, number);
    return true;
  }

  bool is_definition(Address address, Dependency& out) const {
    const Place* target = place(address);
    if (target == nullptr || target->is_table) return false;
    const Definition& definition = picture_.schema.definitions[target->index];
    out.kind = definition.kind;
    out.path = {definition.schema, definition.name};
    out.on = definition.on;
    return true;
  }

  static void tidy(std::vector<Dependency>& all) {
    const auto key = [](const Dependency& d) { return std::tie(d.kind, d.path, d.on, d.column, d.part); };
    std::sort(all.begin(), all.end(), [&](const Dependency& a, const Dependency& b) { return key(a) < key(b); });
    all.erase(std::unique(all.begin(), all.end()), all.end());
  }

  Answers& answers_;
  Picture& picture_;
  std::unordered_map<Address, Address, AddressHash> owners_;
};

}  // namespace

void read_dependencies(Answers& answers, Picture& picture) { Dependencies(answers, picture).read(); }

}  // namespace dataflow::postgresql::inspection
