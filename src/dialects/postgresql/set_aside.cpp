#include "dialects/postgresql/set_aside.hpp"

#include <algorithm>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/aside.hpp"

namespace dataflow::postgresql {

namespace {

constexpr std::string_view number_column = "dataflow_row", value_column = "dataflow_value",
                           before_column = "dataflow_before", after_column = "dataflow_after";

std::string q(const Name& name) { return quote(name.text); }
std::string as_text(const std::string& value) { return "(" + value + ")::text"; }

std::vector<std::string> stored_columns(const Table& table, bool lasting_types) {
  std::vector<std::string> out;
  for (const Column& column : table.columns)
    if (!column.generated) out.push_back(lasting_types ? lasting(column) : q(column.name));
  return out;
}

bool required(const Table& table, const std::vector<KeyPart>& parts) {
  return std::all_of(parts.begin(), parts.end(), [&](const KeyPart& part) {
    const Column* column = find_column(table, part.column);
    return column != nullptr && !column->nullable;
  });
}

std::vector<Name> names_of(const std::vector<KeyPart>& parts) {
  std::vector<Name> out;
  for (const KeyPart& part : parts) out.push_back(part.column);
  return out;
}

/// The columns that tell the rows of a table apart without `without`; empty when there are none.
std::vector<Name> key_of(const Table& table, const Name& without) {
  const auto usable = [&](const std::vector<KeyPart>& parts) {
    return !parts.empty() && required(table, parts) && std::none_of(parts.begin(), parts.end(), [&](const KeyPart& p) {
      return p.column == without || p.column.empty();
    });
  };
  if (table.primary_key && usable(table.primary_key->parts)) return names_of(table.primary_key->parts);
  for (const Unique& unique : table.uniques)
    if (usable(unique.parts) && !has(unique.attributes, "deferrable")) return names_of(unique.parts);
  for (const Index& index : table.indexes)
    if (index.unique && index.where.empty() && usable(index.parts)) return names_of(index.parts);
  return {};
}

/// What is told apart by nothing else is told by all of its values, and a number among equals: these can be swapped.
std::vector<Name> all_but(const Table& table, const Table& after, const Name& without) {
  std::vector<Name> out;
  for (const Column& column : table.columns)
    if (column.name != without && !column.generated && find_column(after, column.name) != nullptr)
      out.push_back(column.name);
  return out;
}

struct Key {
  std::vector<Name> columns;
  bool numbered = false;
};

Key lasting_key(const Table& table, const Table& after, const Name& column) {
  const std::vector<Name> key = key_of(table, column);
  const auto stays = [&](const Name& name) { return find_column(after, name) != nullptr; };
  if (!key.empty() && std::all_of(key.begin(), key.end(), stays)) return {key, false};
  return {all_but(table, after, column), true};
}

/// As SetAside::key holds it.
std::vector<Name> recorded(const Key& key) {
  std::vector<Name> out = key.columns;
  if (key.numbered) out.emplace_back(number_column);
  return out;
}
Key read_key(std::vector<Name> recorded) {
  const bool numbered = !recorded.empty() && recorded.back().text == number_column;
  if (numbered) recorded.pop_back();
  return {std::move(recorded), numbered};
}

std::vector<std::string> texts(const std::vector<Name>& columns, const std::string& alias) {
  std::vector<std::string> out;
  for (const Name& name : columns) out.push_back(alias + q(name) + "::text");
  return out;
}

/// The number of a row among those that are equal to it. Rows are taken as they lie.
std::string row_number(const std::vector<Name>& columns, const std::string& alias) {
  return "row_number() OVER (" +
         (columns.empty() ? std::string() : "PARTITION BY " + join(texts(columns, alias), ", ")) + ")";
}

/// SELECT list of a key as text, by name.
std::vector<std::string> key_sources(const Key& key) {
  std::vector<std::string> out;
  for (const Name& name : key.columns) out.push_back(q(name) + "::text AS " + q(name));
  if (key.numbered) out.push_back(row_number(key.columns, "") + " AS " + std::string(number_column));
  return out;
}

std::string rows_of(const Table& table) { return "ONLY " + quote(table.path()); }

}  // namespace

SetAside new_aside(const Path& table, const Name& column, std::string kind, const Place& place) {
  const std::string origin =
      place.options.seed + "/" + std::string(place.direction) + "/" + table.schema.text + "." + table.name.text;
  SetAside out = aside_for({.prefix = "dataflow_backup.", .longest = 40}, origin, table.name, column, std::move(kind),
                           place.taken);
  place.taken.push_back(out.location);
  return out;
}

std::vector<Statement> set_table_aside(const Table& table, const SetAside& to) {
  const std::string rows = "SELECT " + join(stored_columns(table, true), ", ") + " FROM " + rows_of(table);
  std::vector<Statement> out = {
      Run{"CREATE TABLE " + to.location + " AS " + rows},
      SameRows{rows, "SELECT * FROM " + to.location, "the rows of " + table.name.text + " could not be set aside"}};
  std::vector<std::string> sequences;
  for (const Column& column : table.columns)
    if (column.identity != Identity::none)
      sequences.push_back("SELECT " + text_literal(column.name.text) +
                          "::text AS dataflow_column, pg_catalog.pg_sequence_last_value("
                          "pg_catalog.pg_get_serial_sequence(" +
                          text_literal(quote(table.path())) + ", " + text_literal(column.name.text) +
                          ")::regclass) AS dataflow_value");
  if (!sequences.empty())
    out.push_back(Run{"CREATE TABLE " + to.location + "_sequence AS " + join(sequences, " UNION ALL ")});
  return out;
}

std::vector<Statement> restore_table(const Table& table, const SetAside& from) {
  std::vector<std::string> targets, sources;
  bool identity = false;
  for (const Column& column : table.columns) {
    if (column.generated) continue;
    targets.push_back(q(column.name));
    sources.push_back(q(column.name) + (user_defined(column.type) ? "::" + type_name(column.type) : ""));
    identity = identity || column.identity != Identity::none;
  }
  if (targets.empty()) return {};
  std::vector<Statement> out = {
      Run{"INSERT INTO " + quote(table.path()) + " (" + join(targets, ", ") + ") OVERRIDING SYSTEM VALUE SELECT " +
          join(sources, ", ") + " FROM " + from.location},
      SameRows{"SELECT * FROM " + from.location,
               "SELECT " + join(stored_columns(table, true), ", ") + " FROM " + rows_of(table),
               "the rows of " + table.name.text + " could not be put back"}};
  if (identity)
    out.push_back(Run{"SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence(" +
                      text_literal(quote(table.path())) + ", dataflow_column)::regclass, dataflow_value) FROM " +
                      from.location + "_sequence WHERE dataflow_value IS NOT NULL"});
  return out;
}

std::vector<Statement> set_column_aside(const Table& table, const Table& after, const Column& column, SetAside& to) {
  const Key key = lasting_key(table, after, column.name);
  to.key = recorded(key);
  std::vector<std::string> list = key_sources(key);
  list.push_back(q(column.name) + (user_defined(column.type) ? "::text" : "") + " AS " + std::string(value_column));
  const std::string rows = "SELECT * FROM (SELECT " + join(list, ", ") + " FROM " + quote(table.path()) +
                           ") AS o WHERE " + std::string(value_column) + " IS NOT NULL";
  std::vector<Statement> out = {Run{"CREATE TABLE " + to.location + " AS " + rows}};
  const std::string value = q(column.name) + (user_defined(column.type) ? "::text" : "");
  out.push_back(
      SameRows{"SELECT " + value + " FROM " + quote(table.path()) + " WHERE " + q(column.name) + " IS NOT NULL",
               "SELECT " + std::string(value_column) + " FROM " + to.location,
               "the values of " + table.name.text + "." + column.name.text + " could not be set aside"});
  return out;
}

std::vector<Statement> set_changes_aside(const Table& table, const Column& column, const std::string& changed,
                                         const std::string& condition, SetAside& to) {
  const Key key = lasting_key(table, table, column.name);
  to.key = recorded(key);
  std::vector<std::string> list = key_sources(key), kept;
  list.push_back(q(column.name) + (user_defined(column.type) ? "::text" : "") + " AS " + std::string(before_column));
  list.push_back(as_text(changed) + " AS " + std::string(after_column));
  list.push_back("(" + condition + ") AS dataflow_changed");
  for (const Name& name : key.columns) kept.push_back(q(name));
  if (key.numbered) kept.emplace_back(number_column);
  kept.emplace_back(before_column), kept.emplace_back(after_column);
  return {Run{"CREATE TABLE " + to.location + " AS SELECT " + join(kept, ", ") + " FROM (SELECT " + join(list, ", ") +
              " FROM " + quote(table.path()) + ") AS o WHERE dataflow_changed"}};
}

std::string restore_column(const Table& table, const Column& column, const SetAside& from,
                           const std::string& converted) {
  const bool whole = from.kind == "column";
  const Key key = read_key(from.key);
  std::vector<std::string> conditions;
  for (const Name& name : key.columns)
    conditions.push_back("o." + q(name) + "::text " + (key.numbered ? "IS NOT DISTINCT FROM" : "=") + " b." + q(name));
  std::string source = from.location + " AS b";
  if (key.numbered) {
    std::vector<std::string> list = {"tableoid AS dataflow_table", "ctid AS dataflow_place"};
    for (const Name& name : key.columns) list.push_back(q(name));
    list.push_back(row_number(key.columns, "") + " AS " + std::string(number_column));
    source += ", (SELECT " + join(list, ", ") + " FROM " + quote(table.path()) + ") AS o";
    conditions.push_back("o." + std::string(number_column) + " = b." + std::string(number_column));
    conditions.emplace_back("t.tableoid = o.dataflow_table AND t.ctid = o.dataflow_place");
  }
  if (!whole)
    conditions.push_back(std::string(key.numbered ? "t." : "o.") + q(column.name) + "::text IS NOT DISTINCT FROM " +
                         (converted.empty() ? std::string(changed_value) : as_text(converted)));
  return "UPDATE " + quote(table.path()) + " AS " + (key.numbered ? "t" : "o") + " SET " + q(column.name) + " = b." +
         std::string(whole ? value_column : before_column) +
         (user_defined(column.type) ? "::" + type_name(column.type) : "") + " FROM " + source + " WHERE " +
         join(conditions, " AND ");
}

std::vector<Statement> set_sequence_aside(const Path& sequence, const SetAside& to) {
  return {Run{"CREATE TABLE " + to.location + " AS SELECT last_value, is_called FROM " + quote(sequence)}};
}

std::string restore_sequence(const Path& sequence, const SetAside& from) {
  return "SELECT pg_catalog.setval(" + text_literal(quote(sequence)) + "::regclass, last_value, is_called) FROM " +
         from.location;
}

std::string continue_identity(const Path& table, const Name& column) {
  return "SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence(" + text_literal(quote(table)) + ", " +
         text_literal(column.text) + ")::regclass, max(" + q(column) + ")) FROM " + quote(table) + " HAVING max(" +
         q(column) + ") > 0";
}

namespace {

[[noreturn]] void gone(const std::string& what) {
  throw Error(ErrorCode::not_found, "there is no " + what + " to put the data back into",
              "create it first, or roll back the migration that dropped it");
}

const Table& table_for(const Schema& live, const SetAside& aside) {
  const Table* found = nullptr;
  for (const Table& table : live.tables) {
    if (table.name != aside.table) continue;
    if (aside.column.empty() || find_column(table, aside.column) != nullptr || found == nullptr) found = &table;
    if (table.schema.text == "public" && found == &table) break;
  }
  if (found == nullptr) gone("table " + aside.table.text);
  return *found;
}

}  // namespace

std::vector<Statement> restore(const Schema& live, const SetAside& aside) {
  if (aside.kind == "sequence") {
    for (const Definition& d : live.definitions)
      if (d.kind == "sequence" && d.name == aside.table) return {Run{restore_sequence({d.schema, d.name}, aside)}};
    gone("sequence " + aside.table.text);
  }
  const Table& table = table_for(live, aside);
  if (aside.column.empty()) {
    std::vector<Statement> out = restore_table(table, aside);
    if (out.empty()) return out;
    std::get<Run>(out[0]).sql += " ON CONFLICT DO NOTHING";
    out.erase(out.begin() + 1);  // rows that are there already stay: the two need not be the same
    return out;
  }
  const Column* column = find_column(table, aside.column);
  if (column == nullptr) gone("column " + aside.table.text + "." + aside.column.text);
  return {Run{restore_column(table, *column, aside, std::string(changed_value) + "::" + type_name(column->type))}};
}

std::vector<std::string> set_aside_tables(Connection& connection) {
  std::vector<std::string> out;
  for (const Row& row : connection.query(
           "SELECT pg_catalog.format('CREATE TABLE dataflow_backup.%I (%s)', c.relname, "
           "pg_catalog.string_agg(pg_catalog.format('%I %s', a.attname, pg_catalog.format_type(a.atttypid, "
           "a.atttypmod)), ', ' ORDER BY a.attnum)) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid "
           "= c.relnamespace LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT "
           "a.attisdropped WHERE n.nspname = 'dataflow_backup' AND c.relkind = 'r' GROUP BY c.oid, c.relname ORDER BY "
           "c.relname"))
    out.push_back(row[0].value_or(""));
  return out;
}

}  // namespace dataflow::postgresql
