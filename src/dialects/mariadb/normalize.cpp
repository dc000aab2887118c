#include <algorithm>
#include <set>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/mariadb/flavour.hpp"
#include "dialects/mariadb/mariadb.hpp"

namespace dataflow::mariadb {

namespace {

constexpr std::string_view no_server_hint = "give --dev URL: a server where a scratch database can be made";

/// Every key has a length on this server: text that stands in one, or points to one, is as long as fits everywhere.
void shorten_keys(Schema& schema) {
  constexpr std::uint32_t longest = 255;
  std::set<std::pair<Path, Name>> in_keys;
  for (const Table& table : schema.tables) {
    const auto note = [&](const std::vector<KeyPart>& parts) {
      for (const KeyPart& part : parts)
        if (!part.attributes.contains("length")) in_keys.emplace(table.path(), part.column);
    };
    if (table.primary_key) note(table.primary_key->parts);
    for (const Unique& unique : table.uniques) note(unique.parts);
    for (const Index& index : table.indexes)
      if (!index.attributes.contains("type")) note(index.parts);
    for (const ForeignKey& key : table.foreign_keys) {
      for (const Name& name : key.columns) in_keys.emplace(table.path(), name);
      for (const Name& name : key.referenced) in_keys.emplace(key.references, name);
    }
  }
  for (Table& table : schema.tables)
    for (Column& column : table.columns)
      if ((column.type.kind == Kind::text || (column.type.kind == Kind::varchar && column.type.length == 0)) &&
          column.type.spelled.empty() && in_keys.contains({table.path(), column.name}))
        column.type.kind = Kind::varchar, column.type.length = longest;
}

/// A database is the schema here: names of schemas that models give for other servers have no place.
void leave_schemas_out(Schema& schema) {
  for (Table& table : schema.tables) {
    table.schema = {};
    for (ForeignKey& key : table.foreign_keys) key.references.schema = {};
  }
}

/// The columns that a foreign key refers to where it says none: those of the primary key.
void name_referenced(Schema& schema) {
  for (Table& table : schema.tables)
    for (ForeignKey& key : table.foreign_keys) {
      const Table* target = find_table(schema, key.references);
      if (!key.referenced.empty() || target == nullptr || !target->primary_key) continue;
      for (const KeyPart& part : target->primary_key->parts) key.referenced.push_back(part.column);
    }
}

/// What would be left out silently, or made into something else.
void refuse_what_is_not_there(const Schema& schema, Flavour flavour) {
  for (const Table& table : schema.tables)
    for (const Index& index : table.indexes) {
      const std::string what = "index " + index.name.text + " of " + table.name.text;
      if (!index.where.empty())
        throw Error(ErrorCode::unsupported, "MariaDB has no partial indexes: " + what,
                    "index a generated column that is NULL for the other rows, or leave the condition out");
      for (const KeyPart& part : index.parts)
        if (part.column.empty() && !has(flavour, Feature::indexed_expressions))
          throw Error(ErrorCode::unsupported, "MariaDB has no indexes on expressions: " + what,
                      "index a generated column");
    }
}

Schema complete_models(Schema schema, Flavour flavour) {
  refuse_what_is_not_there(schema, flavour);
  leave_schemas_out(schema);
  name_referenced(schema);
  shorten_keys(schema);
  return schema;
}

Hints complete_models(Hints hints) {
  for (auto& hint : hints.tables) hint.table.schema = {};
  for (auto& hint : hints.columns) hint.table.schema = {};
  for (auto& hint : hints.fills) hint.table.schema = {};
  return hints;
}

Schema built(Connection& server, const Schema& schema) {
  Scratch scratch(server);
  const std::vector<std::string> script = creation_script(schema);
  scratch.build(script);
  Schema out = inspect(scratch.connection());
  carry_clock(schema, out);
  return out;
}

}  // namespace

Wanted normalize(Connection* server, const Wanted& wanted) {
  if (server == nullptr)
    throw Error(ErrorCode::unsupported, "a schema of mariadb is read by a server, and there is none",
                std::string(no_server_hint));
  const std::string& dialect = wanted.schema.dialect;
  if (!dialect.empty() && dialect != "mariadb")
    throw Error(ErrorCode::unsupported, "a schema of " + dialect + " cannot be built on MariaDB");
  try {
    if (dialect.empty())
      return {built(*server, complete_models(wanted.schema, mariadb::server(*server).flavour())),
              complete_models(wanted.hints)};
    return {built(*server, wanted.schema), complete_models(wanted.hints)};
  } catch (const Error& e) {
    if (e.code != ErrorCode::sql && e.code != ErrorCode::not_found) throw;
    Error error(ErrorCode::invalid_schema, std::string("MariaDB does not take this schema: ") + e.what(), e.hint);
    error.dialect = "mariadb", error.sqlstate = e.sqlstate, error.statement = e.statement;
    throw error;
  }
}

Wanted load(Connection* server, std::span<const SqlText> files) {
  if (server == nullptr)
    throw Error(ErrorCode::unsupported, "reading SQL of mariadb needs a server", std::string(no_server_hint));
  Scratch scratch(*server);
  const OpenTimes open = run_scripts(scratch, files);
  Wanted out{inspect(scratch.connection()), {}};
  open.mark(out.schema);
  return out;
}

/// The server has read everything back. Open is only what a file left to its clock.
Wanted settle(const Schema& live, Wanted wanted) {
  settle_clock(live, wanted.schema);
  return wanted;
}

}  // namespace dataflow::mariadb
