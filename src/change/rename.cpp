#include "change/rename.hpp"

namespace dataflow {

namespace {
using NewNames = std::map<Name, Name>;

void rename(Name& name, const NewNames& names) {
  if (const auto at = names.find(name); at != names.end()) name = at->second;
}

void rename(std::vector<KeyPart>& parts, const NewNames& names) {
  for (KeyPart& part : parts) rename(part.column, names);
}

void rename_columns(Table& table, const NewNames& names) {
  for (Column& column : table.columns) rename(column.name, names);
  if (table.primary_key) rename(table.primary_key->parts, names);
  for (Unique& unique : table.uniques) rename(unique.parts, names);
  for (Index& index : table.indexes) rename(index.parts, names);
  for (ForeignKey& key : table.foreign_keys)
    for (Name& column : key.columns) rename(column, names);
}

void rename_table(Name& name, const Name& schema, const Renames& renames) {
  if (const auto at = renames.tables.find({schema, name}); at != renames.tables.end()) name = at->second;
}

void rename_referenced(ForeignKey& key, const Renames& renames) {
  rename_table(key.references.name, key.references.schema, renames);
  const auto columns = renames.columns.find(key.references);
  if (columns == renames.columns.end()) return;
  for (Name& column : key.referenced) rename(column, columns->second);
}

void rename_needed(std::vector<Dependency>& dependencies, const Renames& renames) {
  for (Dependency& dependency : dependencies) {
    if (dependency.kind != "table") continue;
    rename_table(dependency.path.name, dependency.path.schema, renames);
    if (const auto columns = renames.columns.find(dependency.path); columns != renames.columns.end())
      rename(dependency.column, columns->second);
  }
}
}  // namespace

void follow(Schema& schema, const Renames& renames) {
  if (renames.empty()) return;
  for (Table& table : schema.tables) {
    rename_table(table.name, table.schema, renames);
    if (const auto columns = renames.columns.find(table.path()); columns != renames.columns.end())
      rename_columns(table, columns->second);
    for (ForeignKey& key : table.foreign_keys) rename_referenced(key, renames);
    rename_needed(table.depends_on, renames);
  }
  for (Definition& definition : schema.definitions) {
    if (!definition.on.empty()) rename_table(definition.on, definition.schema, renames);
    rename_needed(definition.depends_on, renames);
  }
}

}  // namespace dataflow
