#include "dialects/mariadb/set_aside.hpp"

#include <algorithm>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/mariadb/alter.hpp"

namespace dataflow::mariadb {

namespace {

constexpr std::string_view value_column = "dataflow_value", before_column = "dataflow_before",
                           after_column = "dataflow_after", noted_column = "dataflow_noted";

bool stored(const Column& column) { return !column.generated && !column.attributes.contains("row"); }

/// By what the rows of a holder are joined to those of the table.
std::vector<Name> found_by(const Table& table, const Name& column) {
  std::vector<Name> key = row_key(table);
  const bool of_itself = std::find(key.begin(), key.end(), column) != key.end();
  if (!key.empty() && !of_itself) return key;
  key.clear();
  for (const Column& other : table.columns)
    if (stored(other) && other.name != column) key.push_back(other.name);
  return key;
}

/// A column with the same values as `column`, and nothing else of it.
std::string bare(const Column& column, const Table& table, std::string_view name, bool nullable) {
  const Column whole = spelled_out(column, table);
  Column out{.name = Name(name), .type = whole.type, .nullable = nullable, .collation = whole.collation};
  if (const auto set = whole.attributes.find("character set"); set != whole.attributes.end())
    out.attributes["character set"] = set->second;
  if (!nullable) out.attributes.erase("no default");
  return column_definition(out);
}

std::vector<std::string> quoted(const std::vector<Name>& names, const std::string& alias = {}) {
  std::vector<std::string> out;
  for (const Name& name : names) out.push_back(alias + quote(name.text));
  return out;
}

std::string joined_on(const Table& table, const SetAside& aside) {
  std::vector<std::string> out;
  for (const Name& name : aside.key)
    out.push_back(aside.location + "." + quote(name.text) + " <=> " + quote(table.name.text) + "." + quote(name.text));
  return join(out, " AND ");
}

/// Equal to the byte: collations hold 'a' and 'A' equal, and numbers compare with texts.
std::string same_bytes(const std::string& a, const std::string& b) {
  return "CAST(" + a + " AS BINARY) <=> CAST(" + b + " AS BINARY)";
}

}  // namespace

std::vector<Name> row_key(const Table& table) {
  const auto usable = [&](const std::vector<KeyPart>& parts) {
    return std::all_of(parts.begin(), parts.end(), [&](const KeyPart& part) {
      const Column* column = find_column(table, part.column);
      return column != nullptr && !column->nullable && !part.attributes.contains("length");
    });
  };
  const auto names = [](const std::vector<KeyPart>& parts) {
    std::vector<Name> out;
    for (const KeyPart& part : parts) out.push_back(part.column);
    return out;
  };
  if (table.primary_key && usable(table.primary_key->parts)) return names(table.primary_key->parts);
  for (const Index& index : table.indexes)
    if (index.unique && usable(index.parts) && !index.attributes.contains("without overlaps"))
      return names(index.parts);
  return {};
}

std::string holder(const Table& table, const Column& column, const Column* becomes, SetAside& to) {
  to.key = found_by(table, column.name);
  const bool keyed = to.key == row_key(table) && !to.key.empty();
  std::vector<std::string> items;
  for (const Name& name : to.key) items.push_back(bare(*find_column(table, name), table, name.text, !keyed));
  if (becomes != nullptr) {
    items.push_back(bare(column, table, before_column, true));
    items.push_back(bare(*becomes, table, after_column, true));
    items.push_back(quote(noted_column) + " tinyint(1) NOT NULL DEFAULT 0");
  } else {
    items.push_back(bare(column, table, value_column, true));
  }
  if (keyed) items.push_back("PRIMARY KEY (" + join(quoted(to.key), ", ") + ")");
  return "CREATE TABLE IF NOT EXISTS " + to.location + " (" + join(items, ", ") + ") ENGINE=InnoDB";
}

std::vector<Statement> keep_values(const Table& table, const Column& column, const SetAside& to) {
  const bool changes = to.kind != "column";
  std::vector<std::string> into = quoted(to.key), from = into;
  into.push_back(quote(changes ? before_column : value_column));
  from.push_back(quote(column.name.text));
  const std::string rows = "SELECT " + join(from, ", ") + " FROM " + quote(table.name.text) + " WHERE " +
                           quote(column.name.text) + " IS NOT NULL";
  return {Run{"DELETE FROM " + to.location}, Run{"INSERT INTO " + to.location + " (" + join(into, ", ") + ") " + rows},
          SameRows{rows, "SELECT " + join(into, ", ") + " FROM " + to.location,
                   "the values of " + table.name.text + "." + column.name.text + " could not be set aside"}};
}

std::vector<Statement> note_changes(const Table& table, const Column& column, const SetAside& to) {
  const std::string after = quote(after_column), noted = quote(noted_column);
  return {
      Run{"UPDATE " + to.location + " JOIN " + quote(table.name.text) + " ON " + joined_on(table, to) + " SET " +
          after + " = " + quote(table.name.text) + "." + quote(column.name.text) + ", " + noted + " = 1 WHERE " +
          noted + " = 0"},
      Run{"DELETE FROM " + to.location + " WHERE " + noted + " = 1 AND " + same_bytes(quote(before_column), after)}};
}

std::vector<Statement> keep_nulls(const Table& table, const Column& column, const std::string& fill,
                                  const SetAside& to) {
  std::vector<std::string> into = quoted(to.key), from = into;
  into.push_back(quote(after_column)), into.push_back(quote(noted_column));
  from.push_back(fill), from.emplace_back("1");
  return {Run{"INSERT INTO " + to.location + " (" + join(into, ", ") + ") SELECT " + join(from, ", ") + " FROM " +
              quote(table.name.text) + " WHERE " + quote(column.name.text) + " IS NULL"}};
}

Statement put_back(const Table& table, const Column& column, const SetAside& from) {
  const std::string value = quote(table.name.text) + "." + quote(column.name.text);
  const std::string head = "UPDATE " + quote(table.name.text) + " JOIN " + from.location + " ON " +
                           joined_on(table, from) + " SET " + value + " = ";
  if (from.kind == "column") return Run{head + quote(value_column) + " WHERE " + value + " IS NULL"};
  // What became of a value is equal to it, converted back; a text has to be so letter by letter.
  const std::string after = quote(after_column);
  return Run{head + quote(before_column) + " WHERE " +
             (of_characters(column.type) ? same_bytes(value, after) : value + " <=> " + after)};
}

std::string is_there(const std::string& location) {
  return "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = " +
         text_literal(location);
}

std::vector<Statement> restore(const Schema& live, const SetAside& aside) {
  const auto found =
      std::find_if(live.tables.begin(), live.tables.end(), [&](const Table& t) { return t.name == aside.table; });
  if (found == live.tables.end())
    throw Error(ErrorCode::not_found, "there is no table " + aside.table.text + " to put the data back into",
                "create it first, or roll back the migration that dropped it");
  const Table& table = *found;
  if (aside.column.empty()) {
    std::vector<Name> columns;
    for (const Column& column : table.columns)
      if (stored(column)) columns.push_back(column.name);
    const std::string list = join(quoted(columns), ", ");
    return {Run{"INSERT IGNORE INTO " + quote(table.name.text) + " (" + list + ") SELECT " + list + " FROM " +
                aside.location}};
  }
  const Column* column = find_column(table, aside.column);
  if (column == nullptr)
    throw Error(ErrorCode::not_found,
                "there is no column " + aside.table.text + "." + aside.column.text + " to put the data back into",
                "add it first, or roll back the migration that dropped it");
  return {put_back(table, *column, aside)};
}

}  // namespace dataflow::mariadb
