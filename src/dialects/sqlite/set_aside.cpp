#include "dialects/sqlite/set_aside.hpp"

#include <algorithm>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/sqlite/rebuild.hpp"

namespace dataflow::sqlite {

namespace {

constexpr std::string_view rowid_column_name = "dataflow_rowid", value_column = "dataflow_value",
                           before_column = "dataflow_before", after_column = "dataflow_after";

bool stored(const Column& column) { return !column.generated; }

/// A key column keeps its declared type and collation, so that comparing it with its original can use the index. It
/// must not begin to convert: not as a rowid where it was none, nor as ANY outside its STRICT table.
std::string key_column(const Table& table, const Name& name) {
  const Column& column = *find_column(table, name);
  std::string type = declared_type(column.type, false, false);
  if (equal_ignoring_case(type, "INTEGER") && rowid_column(table) == nullptr) type = "INT";
  if (equal_ignoring_case(type, "ANY") && strict(table)) type.clear();
  return quote(name.text) + (type.empty() ? "" : " " + type) +
         (column.collation.empty() ? "" : " COLLATE " + quote(column.collation.text));
}

/// Values are kept in columns without a type: nothing is converted.
struct KeyColumns {
  std::vector<std::string> definitions, names, sources;
  std::string primary_key;

  KeyColumns(const Table& table, const std::vector<Name>& key, const std::string& source_alias) {
    if (key.empty()) {
      definitions = {std::string(rowid_column_name) + " INTEGER PRIMARY KEY"};
      names = {std::string(rowid_column_name)};
      sources = {source_alias + rowid_name(table)};
      return;
    }
    for (const Name& name : key) {
      definitions.push_back(key_column(table, name));
      names.push_back(quote(name.text));
      sources.push_back(source_alias + quote(name.text));
    }
    primary_key = ", PRIMARY KEY (" + join(names, ", ") + ")";
  }
};

}  // namespace

std::string rowid_name(const Table& table) {
  if (without_rowid(table)) return {};
  if (const Column* column = rowid_column(table)) return quote(column->name.text);
  return row_key(table).rowid;
}

/// The key by which the rows are found again once the table is `after`.
static RowKey lasting_key(const Table& table, const Table& after) {
  RowKey key = row_key(table);
  const auto stays = [&](const Name& name) { return find_column(after, name) != nullptr; };
  if (key.stable && std::all_of(key.columns.begin(), key.columns.end(), stays)) return key;
  const Column* alias = rowid_column(after);
  const bool kept = keeps_rowid(table, after) || (alias != nullptr && find_column(table, alias->name) == nullptr);
  return {.columns = {}, .rowid = kept ? rowid_name(table) : std::string(), .stable = false};
}

std::vector<Statement> set_column_aside(const Table& table, const Table& after, const Column& column, SetAside& to) {
  const RowKey key = lasting_key(table, after);
  if (key.columns.empty() && key.rowid.empty()) return {};
  to.key = key.stable ? key.columns : std::vector<Name>{};
  const KeyColumns keys(table, to.key, "");
  std::vector<std::string> definitions = keys.definitions, names = keys.names, sources = keys.sources;
  const auto add = [&](const std::string& name, const std::string& source) {
    definitions.push_back(name), names.push_back(name), sources.push_back(source);
  };
  add(std::string(value_column), quote(column.name.text));
  if (!key.stable)  // a rowid alone may be given to another row: the rest of the row is kept to recognise it
    for (const Column& other : table.columns)
      if (other.name != column.name && stored(other) && find_column(after, other.name) != nullptr)
        add(quote(other.name.text), quote(other.name.text));
  const std::string rows = "SELECT " + join(sources, ", ") + " FROM " + quote(table.name.text) + " WHERE " +
                           quote(column.name.text) + " IS NOT NULL";
  return {Run{"CREATE TABLE " + to.location + " (" + join(definitions, ", ") + keys.primary_key + ")"},
          Run{"INSERT INTO " + to.location + " " + rows},
          SameRows{rows, "SELECT " + join(names, ", ") + " FROM " + to.location,
                   "the values of " + table.name.text + "." + column.name.text + " could not be set aside"}};
}

static std::vector<std::string> row_columns(const Table& table, const std::string& rowid) {
  std::vector<std::string> out;
  if (rowid_column(table) == nullptr && !rowid.empty()) out.push_back(rowid);
  for (const Column& column : table.columns)
    if (stored(column)) out.push_back(quote(column.name.text));
  return out;
}

std::vector<Statement> set_table_aside(const Table& table, SetAside& to) {
  const std::string rowid = rowid_name(table);
  std::vector<std::string> definitions;
  if (rowid_column(table) == nullptr && !rowid.empty())
    definitions.push_back(std::string(rowid_column_name) + " INTEGER PRIMARY KEY");
  for (const Column& column : table.columns)
    if (stored(column)) definitions.push_back(quote(column.name.text));
  const std::string rows = "SELECT " + join(row_columns(table, rowid), ", ") + " FROM " + quote(table.name.text);
  std::vector<Statement> out = {
      Run{"CREATE TABLE " + to.location + " (" + join(definitions, ", ") + ")"},
      Run{"INSERT INTO " + to.location + " " + rows},
      SameRows{rows, "SELECT * FROM " + to.location, "the rows of " + table.name.text + " could not be set aside"}};
  if (const Column* column = rowid_column(table); column != nullptr && column->identity == Identity::always)
    out.push_back(Run{"CREATE TABLE " + to.location +
                      "_sequence AS SELECT seq FROM sqlite_sequence WHERE name = " + text_literal(table.name.text)});
  return out;
}

std::vector<Statement> restore_table(const Table& table, const SetAside& from) {
  const std::string name = quote(table.name.text), columns = join(row_columns(table, rowid_name(table)), ", ");
  std::vector<Statement> out = {Run{"INSERT INTO " + name + " (" + columns + ") SELECT * FROM " + from.location},
                                SameRows{"SELECT * FROM " + from.location, "SELECT " + columns + " FROM " + name,
                                         "the rows of " + table.name.text + " could not be put back"}};
  if (const Column* column = rowid_column(table); column != nullptr && column->identity == Identity::always) {
    out.push_back(Run{"DELETE FROM sqlite_sequence WHERE name = " + text_literal(table.name.text)});
    out.push_back(Run{"INSERT INTO sqlite_sequence (name, seq) SELECT " + text_literal(table.name.text) +
                      ", seq FROM " + from.location + "_sequence"});
  }
  return out;
}

std::vector<Statement> set_changes_aside(const Table& table, const Name& copy, const Column& column, bool by_rowid,
                                         SetAside& to) {
  to.key = by_rowid ? std::vector<Name>{} : row_key(table).columns;
  const KeyColumns old(table, to.key, "o.");
  std::vector<std::string> conditions;
  for (std::size_t i = 0; i < old.names.size(); ++i)
    conditions.push_back((to.key.empty() ? "n." + rowid_name(table) : "n." + old.names[i]) + " = " + old.sources[i]);
  const std::string o = "o." + quote(column.name.text), n = "n." + quote(column.name.text);
  return {Run{"CREATE TABLE " + to.location + " (" + join(old.definitions, ", ") + ", " + std::string(before_column) +
              ", " + std::string(after_column) + old.primary_key + ")"},
          Run{"INSERT INTO " + to.location + " SELECT " + join(old.sources, ", ") + ", " + o + ", " + n + " FROM " +
              quote(table.name.text) + " AS o JOIN " + quote(copy.text) + " AS n ON " + join(conditions, " AND ") +
              " WHERE " + o + " IS NOT " + n + " OR typeof(" + o + ") <> typeof(" + n + ")"}};
}

std::string join_condition(const Table& table, const SetAside& from, const std::vector<Name>& unchanged) {
  std::vector<std::string> conditions;
  for (const Name& name : from.key) conditions.push_back("b." + quote(name.text) + " = o." + quote(name.text));
  if (from.key.empty()) {
    conditions.push_back("b." + std::string(rowid_column_name) + " = o." + rowid_name(table));
    if (from.kind == "column" && rowid_column(table) == nullptr)
      for (const Name& name : unchanged) conditions.push_back("b." + quote(name.text) + " IS o." + quote(name.text));
  }
  return join(conditions, " AND ");
}

std::vector<Statement> restore(const Schema& live, const SetAside& aside) {
  const auto found = std::find_if(live.tables.begin(), live.tables.end(),
                                  [&](const Table& t) { return equal_ignoring_case(t.name.text, aside.table.text); });
  if (found == live.tables.end())
    throw Error(ErrorCode::not_found, "there is no table " + aside.table.text + " to put the data back into",
                "create it first, or roll back the migration that dropped it");
  const Table& table = *found;
  const std::string name = quote(table.name.text);
  if (aside.column.empty()) {
    const std::string columns = join(row_columns(table, rowid_name(table)), ", ");
    return {Run{"INSERT OR IGNORE INTO " + name + " (" + columns + ") SELECT * FROM " + aside.location}};
  }
  const Column* column = find_column(table, aside.column);
  if (column == nullptr)
    throw Error(ErrorCode::not_found,
                "there is no column " + aside.table.text + "." + aside.column.text + " to put the data back into",
                "add it first, or roll back the migration that dropped it");
  const bool whole = aside.kind == "column";
  std::vector<Name> others;
  for (const Column& other : table.columns)
    if (other.name != aside.column && stored(other)) others.push_back(other.name);
  const std::string rows = " FROM " + aside.location + " AS b WHERE " + join_condition(table, aside, others) +
                           (whole ? "" : " AND b." + std::string(after_column) + " IS o." + quote(column->name.text));
  const std::string kept = "b." + std::string(whole ? value_column : before_column);
  return {Run{"UPDATE " + name + " AS o SET " + quote(column->name.text) + " = (SELECT " + kept + rows +
              ") WHERE EXISTS (SELECT 1" + rows + ")"}};
}

}  // namespace dataflow::sqlite
