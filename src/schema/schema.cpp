#include "dataflow/schema.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_map>

#include "core/text.hpp"
#include "dataflow/error.hpp"

namespace dataflow {

namespace {
template <class Tables> auto find_in(Tables& tables, const Path& path) -> decltype(tables.data()) {
  for (auto& table : tables)
    if (table.name == path.name && table.schema == path.schema) return &table;
  return nullptr;
}

template <class Columns> auto find_in(Columns& columns, const Name& name) -> decltype(columns.data()) {
  const auto at = std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.name == name; });
  return at == columns.end() ? nullptr : &*at;
}

std::string shown(const Path& path) {
  return path.schema.empty() ? path.name.text : path.schema.text + '.' + path.name.text;
}

std::string shown(std::string_view noun, const Name& name) {
  return name.empty() ? std::string(noun) : std::string(noun) + ' ' + name.text;
}

[[noreturn]] void invalid(const std::string& sentence, std::string hint) {
  throw Error(ErrorCode::invalid_schema, sentence, std::move(hint));
}

// Servers that fold names accept a reference in another case, so a look-up that fails exactly is tried without case.
class Tables {
 public:
  explicit Tables(const Schema& schema) {
    for (const Table& table : schema.tables) {
      if (!exact_.emplace(key(table.path()), &table).second)
        invalid("table " + shown(table.path()) + " stands twice in the schema", "give one of them another name");
      folded_.emplace(lower(key(table.path())), &table);
    }
  }
  const Table* find(const Path& path) const {
    if (const auto at = exact_.find(key(path)); at != exact_.end()) return at->second;
    const auto at = folded_.find(lower(key(path)));
    return at == folded_.end() ? nullptr : at->second;
  }

 private:
  static std::string key(const Path& path) {
    return std::to_string(path.schema.text.size()) + ':' + path.schema.text + path.name.text;
  }
  std::unordered_map<std::string, const Table*> exact_, folded_;
};

bool has_column(const Table& table, const Name& name) {
  return find_column(table, name) || std::any_of(table.columns.begin(), table.columns.end(), [&](const Column& c) {
           return equal_ignoring_case(c.name.text, name.text);
         });
}

std::string nearest_column(const Table& table, const Name& name) {
  std::vector<std::string> names;
  for (const Column& column : table.columns) names.push_back(column.name.text);
  const std::string near = nearest(name.text, names);
  return near.empty()
             ? "table " + shown(table.path()) + " has " + count(names.size(), "column") + ": " + join(names, ", ")
             : "did you mean " + near + "?";
}

void require_column(const Table& table, const Name& name, const std::string& user) {
  if (!has_column(table, name))
    invalid(user + " names column " + name.text + ", which table " + shown(table.path()) + " does not have",
            nearest_column(table, name));
}

void check_parts(const Table& table, const std::vector<KeyPart>& parts, const std::string& user) {
  if (parts.empty()) invalid(user + " has no columns", "name at least one column");
  for (const KeyPart& part : parts)
    if (part.expression.empty()) require_column(table, part.column, user);
}

void check_columns(const Schema& schema, const Table& table) {
  // A server that has such a table may have it.
  if (table.columns.empty() && schema.dialect.empty())
    invalid("table " + shown(table.path()) + " has no columns", "give it at least one");
  std::set<Name> seen;
  for (const Column& column : table.columns)
    if (!seen.insert(column.name).second)
      invalid("table " + shown(table.path()) + " has column " + column.name.text + " twice", "rename one of them");
}

void check_keys(const Table& table) {
  const std::string of = " of table " + shown(table.path());
  if (table.primary_key) check_parts(table, table.primary_key->parts, "the primary key" + of);
  for (const Unique& unique : table.uniques)
    check_parts(table, unique.parts, shown("unique constraint", unique.name) + of);
  std::set<Name> seen;
  for (const Index& index : table.indexes) {
    check_parts(table, index.parts, shown("index", index.name) + of);
    if (!index.name.empty() && !seen.insert(index.name).second)
      invalid("table " + shown(table.path()) + " has index " + index.name.text + " twice", "rename one of them");
  }
}

void check_foreign_key(const Tables& tables, const Table& table, const ForeignKey& key) {
  const std::string user = shown("foreign key", key.name) + " of table " + shown(table.path());
  if (key.columns.empty()) invalid(user + " has no columns", "name at least one column");
  for (const Name& column : key.columns) require_column(table, column, user);
  const Table* referenced = tables.find(key.references);
  if (!referenced)
    invalid(user + " references table " + shown(key.references) + ", which is not in the schema",
            "add the table, or correct the reference");
  if (!key.referenced.empty() && key.referenced.size() != key.columns.size())
    invalid(user + " maps " + count(key.columns.size(), "column") + " to " + std::to_string(key.referenced.size()),
            "name as many referenced columns as columns");
  for (const Name& column : key.referenced) require_column(*referenced, column, user);
}

void check_definitions(const Schema& schema) {
  std::set<std::tuple<std::string_view, Name, Name, Name>> seen;
  for (const Definition& d : schema.definitions)
    if (!seen.emplace(d.kind, d.schema, d.name, d.on).second)
      invalid(d.kind + ' ' + shown({d.schema, d.name}) + " stands twice in the schema",
              "give one of them another name");
}
}  // namespace

const Table* find_table(const Schema& schema, const Path& path) { return find_in(schema.tables, path); }
Table* find_table(Schema& schema, const Path& path) { return find_in(schema.tables, path); }
const Column* find_column(const Table& table, const Name& name) { return find_in(table.columns, name); }
Column* find_column(Table& table, const Name& name) { return find_in(table.columns, name); }

void validate(const Schema& schema) {
  const Tables tables(schema);
  for (const Table& table : schema.tables) {
    check_columns(schema, table);
    check_keys(table);
    for (const ForeignKey& key : table.foreign_keys) check_foreign_key(tables, table, key);
  }
  check_definitions(schema);
}

}  // namespace dataflow
