#include "dataflow/change.hpp"

#include <algorithm>
#include <type_traits>

#include "change/rename.hpp"
#include "dataflow/error.hpp"

namespace dataflow {

namespace {
std::string shown(const Path& path) {
  return path.schema.empty() ? path.name.text : path.schema.text + '.' + path.name.text;
}

std::string shown(const std::vector<KeyPart>& parts) {
  std::string out = " (";
  for (const KeyPart& part : parts)
    out += (&part == &parts.front() ? "" : ", ") + (part.expression.empty() ? part.column.text : part.expression.text);
  return out + ')';
}

std::string named(std::string_view noun, const Name& name, const std::string& otherwise) {
  return std::string(noun) + (name.empty() ? otherwise : ' ' + name.text);
}

std::string title(const Table& table) { return "table " + shown(table.path()); }
std::string title(const Column& column) { return "column " + column.name.text; }
std::string title(const Unique& unique) { return named("unique constraint", unique.name, shown(unique.parts)); }
std::string title(const ForeignKey& key) { return named("foreign key", key.name, " to " + shown(key.references)); }
std::string title(const Check& check) { return named("check", check.name, " (" + check.expression.text + ')'); }
std::string title(const Index& index) { return named("index", index.name, shown(index.parts)); }
std::string title(const Definition& d) { return d.kind + ' ' + shown({d.schema, d.name}); }

[[noreturn]] void fail(const std::string& sentence) {
  throw Error(ErrorCode::invalid_schema, sentence, "the schema is not the one this change was made for; compare again");
}

Table& table_at(Schema& schema, const Path& path) {
  if (Table* table = find_table(schema, path)) return *table;
  fail("there is no table " + shown(path));
}

// Where the objects of a kind stand, and how messages call that place.
std::vector<Table>& siblings(Schema& schema, const Path&, const Table&) { return schema.tables; }
std::vector<Definition>& siblings(Schema& schema, const Path&, const Definition&) { return schema.definitions; }
std::vector<Column>& siblings(Schema& s, const Path& in, const Column&) { return table_at(s, in).columns; }
std::vector<Unique>& siblings(Schema& s, const Path& in, const Unique&) { return table_at(s, in).uniques; }
std::vector<ForeignKey>& siblings(Schema& s, const Path& in, const ForeignKey&) { return table_at(s, in).foreign_keys; }
std::vector<Check>& siblings(Schema& s, const Path& in, const Check&) { return table_at(s, in).checks; }
std::vector<Index>& siblings(Schema& s, const Path& in, const Index&) { return table_at(s, in).indexes; }

template <class Object> std::string place(const Path& in) {
  constexpr bool top_level = std::is_same_v<Object, Table> || std::is_same_v<Object, Definition>;
  return top_level ? "the schema" : "table " + shown(in);
}

// Tables, columns and definitions are known by name. A constraint or index can stand there without one, or share its
// name with another (SQLite allows it for constraints), so it is known by its value.
bool same_object(const Table& a, const Table& b) { return a.path() == b.path(); }
bool same_object(const Column& a, const Column& b) { return a.name == b.name; }
bool same_object(const Definition& a, const Definition& b) {
  return a.name == b.name && a.kind == b.kind && a.schema == b.schema && a.on == b.on;
}
template <class Part> bool same_object(const Part& a, const Part& b) { return a == b; }

// What must not stand there twice.
bool clashes(const Index& a, const Index& b) { return !a.name.empty() && a.name == b.name; }
template <class Object> bool clashes(const Object& a, const Object& b) {
  constexpr bool known_by_name =
      std::is_same_v<Object, Table> || std::is_same_v<Object, Column> || std::is_same_v<Object, Definition>;
  return known_by_name && same_object(a, b);
}

template <class Object> void require_free(const std::vector<Object>& objects, const Object& object, const Path& in) {
  if (std::any_of(objects.begin(), objects.end(), [&](const Object& other) { return clashes(other, object); }))
    fail(place<Object>(in) + " already has " + title(object));
}

// The object a change speaks of. Of equal ones the one at `position`, otherwise the last, which is where Create puts
// it.
template <class Object>
auto locate(std::vector<Object>& objects, const Object& object, const Path& in, std::size_t position = at_end) {
  if (position < objects.size() && objects[position] == object)
    return objects.begin() + static_cast<std::ptrdiff_t>(position);
  const auto found =
      std::find_if(objects.rbegin(), objects.rend(), [&](const Object& other) { return same_object(other, object); });
  if (found == objects.rend()) fail(place<Object>(in) + " has no " + title(object) + " as the change says");
  if (!(*found == object)) fail(title(object) + " of " + place<Object>(in) + " is not as the change says");
  return std::prev(found.base());
}

struct Apply {
  Schema& schema;

  template <class Object> void operator()(const Create<Object>& change) const {
    auto& objects = siblings(schema, change.in, change.object);
    require_free(objects, change.object, change.in);
    const std::size_t position = std::min(change.position, objects.size());
    objects.insert(objects.begin() + static_cast<std::ptrdiff_t>(position), change.object);
  }

  template <class Object> void operator()(const Drop<Object>& change) const {
    auto& objects = siblings(schema, change.in, change.object);
    objects.erase(locate(objects, change.object, change.in, change.position));
  }

  template <class Object> void operator()(const Alter<Object>& change) const {
    auto& objects = siblings(schema, change.in, change.before);
    const auto at = locate(objects, change.before, change.in);
    if (!clashes(change.before, change.after)) require_free(objects, change.after, change.in);
    *at = change.after;
  }

  void operator()(const Create<PrimaryKey>& change) const {
    auto& key = table_at(schema, change.in).primary_key;
    if (key) fail(place<PrimaryKey>(change.in) + " already has a primary key");
    key = change.object;
  }
  void operator()(const Drop<PrimaryKey>& change) const { primary_key(change.in, change.object).reset(); }
  void operator()(const Alter<PrimaryKey>& change) const { primary_key(change.in, change.before) = change.after; }

  void operator()(const Create<TableOptions>& change) const { options(change.in, {}) = change.object; }
  void operator()(const Drop<TableOptions>& change) const { options(change.in, change.object) = {}; }
  void operator()(const Alter<TableOptions>& change) const { options(change.in, change.before) = change.after; }

  void operator()(const Rename<Table>& change) const {
    const Path after{change.in.schema, change.after};
    table_at(schema, {change.in.schema, change.before});
    if (change.after != change.before && find_table(schema, after))
      fail("the schema already has table " + shown(after));
    follow(schema, {.tables = {{{change.in.schema, change.before}, change.after}}});
  }

  void operator()(const Rename<Column>& change) const {
    const Table& table = table_at(schema, change.in);
    if (!find_column(table, change.before)) fail(title(table) + " has no column " + change.before.text);
    if (change.after != change.before && find_column(table, change.after))
      fail(title(table) + " already has column " + change.after.text);
    follow(schema, {.columns = {{change.in, {{change.before, change.after}}}}});
  }

  std::optional<PrimaryKey>& primary_key(const Path& in, const PrimaryKey& expected) const {
    auto& key = table_at(schema, in).primary_key;
    if (key != expected) fail("the primary key of table " + shown(in) + " is not as the change says");
    return key;
  }

  TableOptions& options(const Path& in, const TableOptions& expected) const {
    auto& options = table_at(schema, in).options;
    if (!(options == expected)) fail("the options of table " + shown(in) + " are not as the change says");
    return options;
  }
};

Path path_of(const Path&, const Table& table) { return table.path(); }
Path path_of(const Path&, const Definition& definition) { return {definition.schema, definition.name}; }
template <class Part> Path path_of(const Path& in, const Part&) { return in; }

struct Subject {
  template <class Object> Path operator()(const Create<Object>& change) const {
    return path_of(change.in, change.object);
  }
  template <class Object> Path operator()(const Drop<Object>& change) const {
    return path_of(change.in, change.object);
  }
  template <class Object> Path operator()(const Alter<Object>& change) const {
    return path_of(change.in, change.before);
  }
  Path operator()(const Rename<Table>& change) const { return {change.in.schema, change.before}; }
  Path operator()(const Rename<Column>& change) const { return change.in; }
};
}  // namespace

Change inverse(const Change& change) {
  return std::visit([](const auto& c) -> Change { return inverse(c); }, change);
}

std::vector<Change> inverse(const std::vector<Change>& changes) {
  std::vector<Change> out;
  out.reserve(changes.size());
  std::transform(changes.rbegin(), changes.rend(), std::back_inserter(out),
                 [](const Change& change) { return inverse(change); });
  return out;
}

void apply_change(Schema& schema, const Change& change) { std::visit(Apply{schema}, change); }

Path subject(const Change& change) { return std::visit(Subject{}, change); }

}  // namespace dataflow
