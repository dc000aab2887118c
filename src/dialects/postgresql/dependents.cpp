#include "dialects/postgresql/dependents.hpp"

#include <algorithm>
#include <type_traits>

namespace dataflow::postgresql {

std::string key_of(const std::string& kind, const Path& path, const Name& on) {
  return kind + '\n' + path.schema.text + '\n' + path.name.text + '\n' + on.text;
}
std::string key_of(const Definition& d) { return key_of(d.kind, {d.schema, d.name}, d.on); }
std::string key_of(const Path& table) { return key_of("table", table); }
std::string key_of(const Path& table, const Name& column) { return key_of(table) + "\n#" + column.text; }
std::string key_of_part(const Path& table, const std::string& part) { return key_of(table) + "\n:" + part; }

std::string part_name(const Column& c) { return "column " + c.name.text; }
std::string part_name(const PrimaryKey&) { return "primary key"; }
std::string part_name(const Unique& u) { return "unique " + u.name.text; }
std::string part_name(const ForeignKey& f) { return "foreign key " + f.name.text; }
std::string part_name(const Check& c) { return "check " + c.name.text; }
std::string part_name(const Index& i) { return "index " + i.name.text; }

// --- names ---

Naming::Naming(const std::vector<Change>& changes) {
  for (const Change& change : changes) {
    if (const auto* table = std::get_if<Rename<Table>>(&change)) {
      const Path old_path{table->in.schema, table->before}, new_path{table->in.schema, table->after};
      after_[old_path] = new_path, before_[new_path] = old_path;
    }
    if (const auto* column = std::get_if<Rename<Column>>(&change))
      columns_[{column->in, column->before}] = column->after;
  }
}

Path Naming::before(const Path& path) const {
  const auto at = before_.find(path);
  return at == before_.end() ? path : at->second;
}
Path Naming::after(const Path& path) const {
  const auto at = after_.find(path);
  return at == after_.end() ? path : at->second;
}
Name Naming::after(const Path& table, const Name& column) const {
  const auto at = columns_.find({table, column});
  return at == columns_.end() ? column : at->second;
}
Name Naming::before(const Path& table, const Name& column) const {
  for (const auto& [old_name, new_name] : columns_)
    if (old_name.first == table && new_name == column) return old_name.second;
  return column;
}
bool Naming::renames(const Path& table) const {
  const Path later = after(table);
  return later != table ||
         std::any_of(columns_.begin(), columns_.end(), [&](const auto& entry) { return entry.first.first == later; });
}
bool Naming::touches(const Definition& d) const {
  if (!any()) return false;
  if (!d.on.empty() && renames({d.schema, d.on})) return true;
  return std::any_of(d.depends_on.begin(), d.depends_on.end(), [&](const Dependency& need) {
    return need.kind == "table" && (renames(need.path) || renames(before(need.path)));
  });
}

// --- dependents ---

namespace {

bool is_type(const std::string& kind) {
  return kind == "enum" || kind == "domain" || kind == "composite type" || kind == "range type";
}

bool has_part(const std::vector<KeyPart>& parts, const Name& column) {
  return std::any_of(parts.begin(), parts.end(), [&](const KeyPart& p) { return p.column == column; });
}
bool has_name(const std::vector<Name>& names, const Name& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}
bool in_expressions(const std::vector<KeyPart>& parts, const Name& column) {
  return std::any_of(parts.begin(), parts.end(), [&](const KeyPart& p) { return mentions(p.expression.text, column); });
}

template <class Part> const Part* named(const std::vector<Part>& parts, const Name& name) {
  for (const Part& part : parts)
    if (part.name == name) return &part;
  return nullptr;
}

/// The same part of a table in another schema.
const PrimaryKey* same_part(const Table& t, const PrimaryKey&) { return t.primary_key ? &*t.primary_key : nullptr; }
const Unique* same_part(const Table& t, const Unique& u) { return named(t.uniques, u.name); }
const ForeignKey* same_part(const Table& t, const ForeignKey& f) { return named(t.foreign_keys, f.name); }
const Check* same_part(const Table& t, const Check& c) { return named(t.checks, c.name); }
const Index* same_part(const Table& t, const Index& i) { return named(t.indexes, i.name); }

bool inherited(const Attributes& attributes) {
  return attributes.contains("inherited") || attributes.contains("attached to");
}

}  // namespace

struct Follow {
  Dependents& d;
  std::size_t i;

  void split() const { d.split.insert(i); }
  Path old(const Path& path) const { return d.naming_.before(path); }

  void operator()(const Drop<Table>& c) const { d.whole(key_of(old(c.object.path()))); }
  void operator()(const Drop<Column>& c) const {
    const Path table = old(c.in);
    d.column(table, d.naming_.before(c.in, c.object.name), false, true);
  }
  void operator()(const Alter<Column>& c) const {
    const bool generated = other_generated(c.before, c.after);
    if (!generated && !other_type(c.before, c.after)) return;
    d.column(old(c.in), d.naming_.before(c.in, c.before.name), other_base(c.before, c.after), generated);
  }
  void operator()(const Drop<Definition>& c) const {
    if (is_type(c.object.kind)) return;  // a column of the type has its own change
    d.whole(key_of(c.object));
  }
  void operator()(const Alter<Definition>& c) const {
    if (needs_new_type(c.before, c.after)) {
      d.anew.insert(i);
      d.type(c.before);
    } else if (!changes_in_place(c.before, c.after) || d.naming_.touches(c.before)) {
      split();
      d.whole(key_of(c.before));
    }
  }
  void operator()(const Alter<TableOptions>& c) const {
    const Path table = old(c.in);
    const Table *before = find_table(d.from_, table), *after = find_table(d.target_, c.in);
    if (before == nullptr || after == nullptr || !needs_new_table(*before, *after)) return;
    d.anew.insert(i);
    d.table(table);
    for (const Table& partition : partitions_below(d.from_, table)) d.table(partition.path());
  }
  void operator()(const Drop<PrimaryKey>& c) const { d.key(old(c.in), c.object.parts); }
  void operator()(const Drop<Unique>& c) const { d.key(old(c.in), c.object.parts); }
  void operator()(const Drop<Index>& c) const {
    if (c.object.unique) d.key(old(c.in), c.object.parts);
  }
  void operator()(const Alter<PrimaryKey>& c) const { key_part(c); }
  void operator()(const Alter<Unique>& c) const { key_part(c); }
  void operator()(const Alter<Index>& c) const {
    // An index comes and goes with the one it is attached to.
    const std::string left = attribute(c.before.attributes, "attached to"),
                      joined = attribute(c.after.attributes, "attached to");
    if (left != joined && (d.drops_index(left) || d.creates_index(joined))) split();
    key_part(c);
  }
  void operator()(const Alter<ForeignKey>& c) const {
    if (!changes_in_place(c.before, c.after)) split();
  }
  void operator()(const Alter<Check>& c) const {
    if (!changes_in_place(c.before, c.after)) split();
  }
  template <class Part> void key_part(const Alter<Part>& c) const {
    if (changes_in_place(c.before, c.after)) return;
    split();
    if constexpr (requires { c.before.unique; })
      if (!c.before.unique) return;
    d.key(old(c.in), c.before.parts);
  }
  template <class Other> void operator()(const Other&) const {}
};

Dependents::Dependents(const Schema& from, const Schema& target, const std::vector<Change>& changes,
                       const Naming& naming)
    : from_(from), target_(target), changes_(changes), naming_(naming) {
  for (const Definition& d : from.definitions)
    for (const Dependency& need : d.depends_on) index(need, {&d, {}, {}});
  for (const Table& t : from.tables)
    for (const Dependency& need : t.depends_on) index(need, {nullptr, t.path(), need.part});
  own_changes();
}

void Dependents::index(const Dependency& need, const Dependent& dependent) {
  const std::string key = key_of(need.kind, need.path, need.on);
  dependents_[key].push_back(dependent);
  if (!need.column.empty()) dependents_[key + "\n#" + need.column.text].push_back(dependent);
}

void Dependents::own_changes() {
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    const auto note = [&](const Path& in, const auto& object) {
      using Object = std::decay_t<decltype(object)>;
      if constexpr (std::is_same_v<Object, Definition>)
        own_[key_of(object)] = i;
      else if constexpr (std::is_same_v<Object, Table>)
        own_[key_of(naming_.before(object.path()))] = i;
      else if constexpr (std::is_same_v<Object, Column>)
        own_[key_of_part(naming_.before(in), "column " + naming_.before(in, object.name).text)] = i;
      else if constexpr (!std::is_same_v<Object, TableOptions>)
        own_[key_of_part(naming_.before(in), part_name(object))] = i;
    };
    std::visit(
        [&](const auto& c) {
          if constexpr (requires { c.before.name; })
            note(c.in, c.before);
          else if constexpr (requires {
                               c.position;
                               c.object.name;
                             })
            note(c.in, c.object);
        },
        changes_[i]);
  }
  // A create says nothing of what was there before, unless it comes in the place of something: the drop counts.
  for (std::size_t i = 0; i < changes_.size(); ++i)
    if (const auto* create = std::get_if<Create<Definition>>(&changes_[i]))
      if (const auto at = own_.find(key_of(create->object)); at != own_.end() && at->second == i) own_.erase(at);
}

void Dependents::follow_all() {
  for (std::size_t i = 0; i < changes_.size(); ++i) follow(i);
}
void Dependents::follow(std::size_t i) { std::visit(Follow{*this, i}, changes_[i]); }
void Dependents::follow(const Definition& definition) {
  if (is_type(definition.kind))
    type(definition);
  else
    whole(key_of(definition));
}

void Dependents::table(const Path& path) {
  whole(key_of(path));
  bounce_foreign_keys([&](const Path& in, const ForeignKey& key) { return in == path || key.references == path; });
  bounce_owner(path);
}

bool Dependents::drops_index(const std::string& name) const {
  return std::any_of(changes_.begin(), changes_.end(), [&](const Change& change) {
    const auto* drop = std::get_if<Drop<Index>>(&change);
    const auto* alter = std::get_if<Alter<Index>>(&change);
    return (drop != nullptr && quote(Path{drop->in.schema, drop->object.name}) == name) ||
           (alter != nullptr && quote(Path{alter->in.schema, alter->before.name}) == name &&
            !changes_in_place(alter->before, alter->after));
  });
}

bool Dependents::creates_index(const std::string& name) const {
  return std::any_of(changes_.begin(), changes_.end(), [&](const Change& change) {
    const auto* create = std::get_if<Create<Index>>(&change);
    const auto* alter = std::get_if<Alter<Index>>(&change);
    return (create != nullptr && quote(Path{create->in.schema, create->object.name}) == name) ||
           (alter != nullptr && quote(Path{alter->in.schema, alter->after.name}) == name &&
            !changes_in_place(alter->before, alter->after));
  });
}

void Dependents::whole(const std::string& key) {
  const auto at = dependents_.find(key);
  if (at == dependents_.end() || !seen_.insert("whole " + key).second) return;
  for (const Dependent& dependent : at->second) take_down(dependent);
}

void Dependents::type(const Definition& definition) {
  if (!seen_.insert("type " + key_of(definition)).second) return;
  const Path path{definition.schema, definition.name};
  for (const Table& table : from_.tables)
    for (const Column& c : table.columns)
      if (is_of(c.type.spelled, path)) {
        column(table.path(), c.name, true, false);
        // A default that changes may speak of what the type does not have before, or after.
        const auto own = own_.find(key_of_part(table.path(), part_name(c)));
        if (own != own_.end() && std::holds_alternative<Alter<Column>>(changes_[own->second]))
          default_first.insert(own->second);
      }
  const auto at = dependents_.find(key_of(definition));
  if (at == dependents_.end()) return;
  for (const Dependent& dependent : at->second) {
    if (dependent.definition != nullptr && is_type(dependent.definition->kind))
      type(*dependent.definition);
    else if (!dependent.part.starts_with("column ") || dependent.definition != nullptr)
      take_down(dependent);
  }
}

void Dependents::bounce_parts(const Path& path, auto&& concerns) {
  const Table* table = find_table(from_, path);
  if (table == nullptr) return;
  const auto all = [&](const auto& parts) {
    for (const auto& part : parts)
      if (concerns(part)) bounce(path, part);
  };
  all(table->checks);
  all(table->indexes);
  all(table->uniques);
  if (table->primary_key && concerns(*table->primary_key)) bounce(path, *table->primary_key);
}

void Dependents::bounce_foreign_keys(auto&& concerns) {
  for (const Table& table : from_.tables)
    for (const ForeignKey& key : table.foreign_keys)
      if (concerns(table.path(), key)) bounce(table.path(), key);
}

namespace {

/// Whether a part of the table has to be read anew when the column holds something else, or nothing at all.
struct Concerned {
  const Name& column;
  bool other_base, replaced;
  bool keys(const std::vector<KeyPart>& parts) const {
    return (replaced && has_part(parts, column)) || ((other_base || replaced) && in_expressions(parts, column));
  }
  bool operator()(const PrimaryKey& key) const { return keys(key.parts); }
  bool operator()(const Unique& unique) const { return keys(unique.parts); }
  bool operator()(const Index& index) const {
    return keys(index.parts) || ((other_base || replaced) && mentions(index.where.text, column));
  }
  bool operator()(const Check& check) const {
    return (other_base || replaced) && mentions(check.expression.text, column);
  }
};

}  // namespace

void Dependents::column(const Path& path, const Name& name, bool other_base, bool replaced) {
  if (!seen_.insert("column " + key_of(path, name)).second) return;
  const Table* table = find_table(from_, path);
  if (table == nullptr) return;
  for (const Column& other : table->columns)
    if (other.generated && other.name != name && mentions(other.generated->expression.text, name))
      bounce_column(path, other);
  bounce_parts(path, Concerned{name, other_base, replaced});
  if (other_base || replaced)
    bounce_foreign_keys([&](const Path& in, const ForeignKey& key) {
      return (in == path && has_name(key.columns, name)) || (key.references == path && has_name(key.referenced, name));
    });
  if (const auto at = dependents_.find(key_of(path, name)); at != dependents_.end())
    for (const Dependent& dependent : at->second)
      if (dependent.definition != nullptr || dependent.table != path) take_down(dependent);
}

/// Foreign keys stand on the key they refer to.
void Dependents::key(const Path& table, const std::vector<KeyPart>& parts) {
  bounce_foreign_keys([&](const Path&, const ForeignKey& foreign) {
    if (foreign.references != table) return false;
    const Table* referenced = find_table(from_, table);
    std::vector<Name> columns = foreign.referenced;
    if (columns.empty() && referenced != nullptr && referenced->primary_key)
      for (const KeyPart& p : referenced->primary_key->parts) columns.push_back(p.column);
    return columns.size() == parts.size() &&
           std::all_of(columns.begin(), columns.end(), [&](const Name& c) { return has_part(parts, c); });
  });
}

void Dependents::take_down(const Dependent& dependent) {
  if (dependent.definition != nullptr)
    take_down(*dependent.definition);
  else
    take_down(dependent.table, dependent.part);
}

void Dependents::take_down(const Definition& d) {
  const std::string key = key_of(d);
  if (!seen_.insert("down " + key).second) return;
  if (const auto own = own_.find(key); own != own_.end()) {
    if (std::holds_alternative<Drop<Definition>>(changes_[own->second])) return;
    if (is_type(d.kind)) return;
    split.insert(own->second);
  } else {
    const auto stays = std::find_if(target_.definitions.begin(), target_.definitions.end(), [&](const Definition& t) {
      return t.kind == d.kind && t.schema == d.schema && t.name == d.name &&
             (t.on == d.on || t.on == naming_.after({d.schema, d.on}).name);
    });
    if (stays == target_.definitions.end() || is_type(d.kind) || d.kind == "schema" || d.kind == "extension") return;
    bounces.push_back({Drop<Definition>{{d.schema, {}}, d}, Create<Definition>{{stays->schema, {}}, *stays}});
  }
  whole(key);
}

void Dependents::take_down(const Path& path, const std::string& part) {
  const Table* table = find_table(from_, path);
  if (table == nullptr || part.empty()) return;
  const auto in = [&](const auto& parts) {
    for (const auto& p : parts)
      if (part_name(p) == part) bounce(path, p);
  };
  in(table->checks), in(table->indexes), in(table->uniques), in(table->foreign_keys);
  for (const Column& column : table->columns) {
    if (part_name(column) != part) continue;
    if (column.generated)
      bounce_column(path, column);
    else if (column.default_value)
      bounce_default(path, column);
  }
}

template <class Part> void Dependents::bounce(const Path& path, const Part& before) {
  const std::string key = key_of_part(path, part_name(before));
  if (inherited(before.attributes) || !seen_.insert("down " + key).second) return;
  const Path later = naming_.after(path);
  const Table* table = find_table(target_, later);
  if (table == nullptr) return;
  if (const auto own = own_.find(key); own != own_.end()) {
    if (std::holds_alternative<Alter<Part>>(changes_[own->second])) split.insert(own->second);
    return;
  }
  const Part* after = same_part(*table, before);
  if (after == nullptr) return;
  bounces.push_back({Drop<Part>{path, before}, Create<Part>{later, *after}});
  if constexpr (std::is_same_v<Part, Index>) {
    if (before.unique && before.where.empty()) this->key(path, before.parts);
  } else if constexpr (requires { before.parts; }) {
    this->key(path, before.parts);
  }
}

void Dependents::bounce_column(const Path& path, const Column& before) {
  const std::string key = key_of_part(path, part_name(before));
  if (!seen_.insert("down " + key).second) return;
  const Path later = naming_.after(path);
  const Table* table = find_table(target_, later);
  const Column* after = table == nullptr ? nullptr : find_column(*table, naming_.after(later, before.name));
  if (const auto own = own_.find(key); own != own_.end()) {
    if (std::holds_alternative<Alter<Column>>(changes_[own->second])) split.insert(own->second);
  } else if (after != nullptr && !has(before.attributes, "inherited")) {
    bounces.push_back({Drop<Column>{path, before}, Create<Column>{later, *after}});
  }
  column(path, before.name, true, true);
}

void Dependents::bounce_default(const Path& path, const Column& before) {
  const std::string key = key_of_part(path, part_name(before));
  if (!seen_.insert("default " + key).second) return;
  if (const auto own = own_.find(key); own != own_.end()) {
    if (std::holds_alternative<Alter<Column>>(changes_[own->second])) default_first.insert(own->second);
    return;
  }
  const Path later = naming_.after(path);
  const Table* table = find_table(target_, later);
  const Column* after = table == nullptr ? nullptr : find_column(*table, naming_.after(later, before.name));
  if (after == nullptr) return;
  Column off = before, on = *after;
  off.default_value.reset(), on.default_value.reset();
  bounces.push_back({Alter<Column>{path, before, off}, Alter<Column>{later, on, *after}});
}

void Dependents::bounce_owner(const Path& path) {
  for (const Definition& d : from_.definitions) {
    if (d.kind != "sequence" || !attribute(d.attributes, "owned by").starts_with(quote(path) + ".")) continue;
    if (own_.contains(key_of(d)) || !seen_.insert("owner " + key_of(d)).second) continue;
    Definition free = d;
    free.attributes.erase("owned by");
    bounces.push_back({Alter<Definition>{{d.schema, {}}, d, free}, Alter<Definition>{{d.schema, {}}, free, d}});
  }
}

}  // namespace dataflow::postgresql
