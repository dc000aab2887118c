// What a wanted schema says nothing about stays as it is.
#include <algorithm>

#include "dialects/postgresql/models.hpp"
#include "dialects/postgresql/render.hpp"

namespace dataflow::postgresql {

namespace {

/// Words of `live` that `wanted` does not have.
void adopt(Attributes& wanted, const Attributes& live) { wanted.insert(live.begin(), live.end()); }

void adopt_owner(Attributes& wanted, const Attributes& live) {
  if (const auto* owner = value_of(live, "owner")) wanted.try_emplace("owner", *owner);
}

void adopt_comment(std::string& wanted, const std::string& live) {
  if (wanted.empty()) wanted = live;
}

void adopt_parts(std::vector<KeyPart>& wanted, const std::vector<KeyPart>& live) {
  for (std::size_t i = 0; i < std::min(wanted.size(), live.size()); ++i)
    if (wanted[i].column == live[i].column) adopt(wanted[i].attributes, live[i].attributes);
}

template <class Key> void adopt_key(Key& wanted, const Key& live) {
  adopt_parts(wanted.parts, live.parts);
  if (wanted.parts == live.parts) adopt(wanted.attributes, live.attributes);
}

/// A model cannot speak of storage, grants, methods, …: where it has the same part, the words about it are live's.
class Silence {
 public:
  Silence(const Table& live, Table& wanted, const Hints& hints) : live_(live), wanted_(wanted), hints_(hints) {}

  void keep() {
    adopt_comment(wanted_.options.comment, live_.options.comment);
    adopt(wanted_.options.attributes, live_.options.attributes);
    for (Column& column : wanted_.columns) keep_column(column);
    keep_primary_key();
    for (Unique& unique : wanted_.uniques)
      if (const auto* live = namesake(live_.uniques, unique)) adopt_key(unique, *live);
    for (Index& index : wanted_.indexes)
      if (const auto* live = namesake(live_.indexes, index)) adopt_key(index, *live);
    for (ForeignKey& key : wanted_.foreign_keys)
      if (const auto* live = namesake(live_.foreign_keys, key)) adopt(key.attributes, live->attributes);
    for (Check& check : wanted_.checks)
      if (const auto* live = namesake(live_.checks, check); live != nullptr && live->expression == check.expression)
        adopt(check.attributes, live->attributes);
  }

 private:
  template <class Part> static const Part* namesake(const std::vector<Part>& parts, const Part& like) {
    const auto at = std::find_if(parts.begin(), parts.end(), [&](const Part& part) { return part.name == like.name; });
    return at == parts.end() ? nullptr : &*at;
  }

  const Column* column_before(const Name& name) const {
    if (const Column* same = find_column(live_, name)) return same;
    for (const auto& hint : hints_.columns)
      if (hint.table == wanted_.path() && hint.column == name) return find_column(live_, hint.before);
    return nullptr;
  }

  void keep_column(Column& column) {
    const Column* live = column_before(column.name);
    if (live == nullptr) return;
    adopt_comment(column.comment, live->comment);
    for (const auto& [key, value] : live->attributes) {
      const bool of_type = key == "storage" || key == "compression";
      const bool of_identity = key == "identity options";
      if (of_type && !same_type(column.type, live->type)) continue;
      if (of_identity && column.identity == Identity::none) continue;
      if (column.nullable && key.starts_with("not null")) continue;
      column.attributes.try_emplace(key, value);
    }
  }

  /// A key without a name is called as it is called.
  void keep_primary_key() {
    if (!wanted_.primary_key || !live_.primary_key) return;
    PrimaryKey& key = *wanted_.primary_key;
    const bool unnamed = key.name.text == wanted_.name.text + "_pkey";
    if (unnamed && key.parts == live_.primary_key->parts) key.name = live_.primary_key->name;
    adopt_key(key, *live_.primary_key);
  }

  const Table& live_;
  Table& wanted_;
  const Hints& hints_;
};

const Table* table_before(const Schema& live, const Table& wanted, const Hints& hints) {
  if (const Table* same = find_table(live, wanted.path())) return same;
  for (const auto& hint : hints.tables)
    if (hint.table == wanted.path()) return find_table(live, {wanted.schema, hint.before});
  return nullptr;
}

/// Whether a live table is, through how many levels ever, a partition of a table that a model declares.
bool partition_of_declared(const Schema& live, const Table& table, const Schema& wanted) {
  const Table* at = &table;
  for (std::size_t level = 0; level < live.tables.size(); ++level) {
    const auto* parent = value_of(at->options.attributes, "partition of");
    if (parent == nullptr) return false;
    const Path path = read_path(*parent);
    const Table* declaration = find_table(wanted, path);
    if (declaration != nullptr && declared(*declaration)) return true;
    at = find_table(live, path);
    if (at == nullptr) return false;
  }
  return false;
}

void keep_partitions(const Schema& live, Schema& wanted) {
  std::vector<Table> partitions;
  for (const Table& table : live.tables)
    if (find_table(wanted, table.path()) == nullptr && partition_of_declared(live, table, wanted))
      partitions.push_back(table);
  for (Table& table : partitions) wanted.tables.push_back(std::move(table));
}

}  // namespace

Wanted settle(const Schema& live, Wanted wanted) {
  const bool models = declared(wanted.schema);
  // Hints of the command line are given after a schema is read.
  wanted.hints = complete_models(wanted.hints);
  for (Table& table : wanted.schema.tables) {
    const Table* before = table_before(live, table, wanted.hints);
    if (before == nullptr) continue;
    adopt_owner(table.options.attributes, before->options.attributes);
    adopt_order_of_grants(table.options.attributes, before->options.attributes);
    for (Column& column : table.columns)
      if (const Column* same = find_column(*before, column.name))
        adopt_order_of_grants(column.attributes, same->attributes);
    if (declared(table)) Silence(*before, table, wanted.hints).keep();
  }
  const Objects objects(live);
  for (Definition& d : wanted.schema.definitions) {
    const std::size_t at = objects.find(d.kind, {d.schema, d.name}, d.on);
    if (at >= live.tables.size() + live.definitions.size()) continue;
    const Definition& before = live.definitions[at - live.tables.size()];
    adopt_owner(d.attributes, before.attributes);
    adopt_order_of_grants(d.attributes, before.attributes);
    if (models) adopt(d.attributes, before.attributes);
  }
  if (models) keep_partitions(live, wanted.schema);
  return wanted;
}

}  // namespace dataflow::postgresql
