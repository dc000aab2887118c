#include "dialects/postgresql/models.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "core/text.hpp"
#include "dataflow/error.hpp"

namespace dataflow::postgresql {

namespace {

constexpr std::string_view mark = "declared by a model";

void place(Name& schema) {
  if (schema.empty()) schema = "public";
}

bool enumeration(const Type& type) { return type.kind == Kind::enumeration && type.spelled.empty(); }

Definition enum_of(const Path& path, const std::vector<std::string>& labels) {
  Definition out{.kind = "enum", .schema = path.schema, .name = path.name};
  std::vector<std::string> literals;
  for (const std::string& label : labels) {
    literals.push_back(text_literal(label));
    out.parts.push_back({.name = label});
  }
  out.text = Sql("CREATE TYPE " + quote(path) + " AS ENUM (" + join(literals, ", ") + ")");
  return out;
}

bool defines(const Schema& schema, const std::string& kind, const Path& path) {
  return std::any_of(schema.definitions.begin(), schema.definitions.end(), [&](const Definition& d) {
    return d.kind == kind && d.schema == path.schema && d.name == path.name;
  });
}

/// Creates the enumerations that columns are of, one a name, each in the schema of its table.
void define_enumerations(Schema& schema) {
  std::map<Path, std::pair<std::vector<std::string>, std::string>> labels;
  for (Table& table : schema.tables)
    for (Column& column : table.columns) {
      if (!enumeration(column.type)) continue;
      const Path path{table.schema, column.type.name};
      const std::string user = table.name.text + "." + column.name.text;
      const auto [at, added] = labels.try_emplace(path, column.type.labels, user);
      if (!added && at->second.first != column.type.labels)
        throw Error(ErrorCode::invalid_schema,
                    "columns " + at->second.second + " and " + user + " are both of enumeration " + path.name.text +
                        ", but with different labels",
                    "rename one of the C++ enums, or put one of the tables into another schema");
      column.type.spelled = quote(path) + (column.type.dimensions > 0 ? "[]" : "");
      table.depends_on.push_back({.kind = "enum", .path = path, .part = "column " + column.name.text});
    }
  for (const auto& [path, entry] : labels)
    if (!defines(schema, "enum", path)) schema.definitions.push_back(enum_of(path, entry.first));
}

void define_schemas(Schema& schema) {
  std::set<Name> names;
  for (const Table& table : schema.tables) names.insert(table.schema);
  for (const Definition& d : schema.definitions)
    if (!d.schema.empty()) names.insert(d.schema);
  for (const Name& name : names)
    if (!defines(schema, "schema", {{}, name}))
      schema.definitions.push_back({.kind = "schema", .name = name, .text = Sql("CREATE SCHEMA " + quote(name.text))});
}

/// The columns that a foreign key of `table` refers to, where the key says none: those of the primary key.
std::vector<Name> referenced_by(const ForeignKey& key, const Table& target) {
  if (!key.referenced.empty() || !target.primary_key) return key.referenced;
  std::vector<Name> out;
  for (const KeyPart& part : target.primary_key->parts) out.push_back(part.column);
  return out;
}

bool unsigned_key(const Type& type) {
  return type.kind == Kind::uint64 && type.spelled.empty() && type.dimensions == 0;
}

/// PostgreSQL fills smallint, integer and bigint only, and a foreign key is of the type it refers to.
void narrow_filled_keys(Schema& schema) {
  for (Table& table : schema.tables)
    for (Column& column : table.columns)
      if (column.identity != Identity::none && unsigned_key(column.type)) column.type.kind = Kind::int64;
  for (bool changed = true; changed;) {
    changed = false;
    for (Table& table : schema.tables)
      for (const ForeignKey& key : table.foreign_keys) {
        const Table* target = find_table(schema, key.references);
        const std::vector<Name> referenced = target == nullptr ? std::vector<Name>() : referenced_by(key, *target);
        for (std::size_t i = 0; i < std::min(key.columns.size(), referenced.size()); ++i) {
          Column* column = find_column(table, key.columns[i]);
          const Column* to = find_column(*target, referenced[i]);
          if (column == nullptr || to == nullptr || !unsigned_key(column->type) || to->type.kind != Kind::int64)
            continue;
          column->type.kind = Kind::int64;
          changed = true;
        }
      }
  }
}

}  // namespace

Schema complete_models(Schema schema) {
  for (Table& table : schema.tables) {
    place(table.schema);
    for (ForeignKey& key : table.foreign_keys) place(key.references.schema);
  }
  narrow_filled_keys(schema);
  define_enumerations(schema);
  define_schemas(schema);
  return schema;
}

std::vector<std::string> place_postgis(Schema& schema, const std::optional<Name>& home) {
  std::vector<std::string> notes;
  for (Table& table : schema.tables)
    for (Column& column : table.columns) {
      const auto type = column.attributes.extract("postgis");
      if (type && home) column.type = {.kind = Kind::other, .spelled = quote(home->text) + "." + type.mapped()};
      if (type && !home)
        notes.push_back("column " + column.name.text + " of " + table.name.text + " is no " + type.mapped() +
                        " but what its member is: the extension postgis is not installed in the database");
    }
  return notes;
}

Hints complete_models(Hints hints) {
  for (auto& hint : hints.tables) place(hint.table.schema);
  for (auto& hint : hints.columns) place(hint.table.schema);
  for (auto& hint : hints.fills) place(hint.table.schema);
  return hints;
}

void mark_declared(Schema& schema, const Schema& models) {
  for (Table& table : schema.tables)
    if (find_table(models, table.path()) != nullptr) table.text.text = mark;
}

bool declared(const Table& table) { return table.text.text == mark; }
bool declared(const Schema& schema) {
  return std::any_of(schema.tables.begin(), schema.tables.end(), [](const Table& t) { return declared(t); });
}

}  // namespace dataflow::postgresql
