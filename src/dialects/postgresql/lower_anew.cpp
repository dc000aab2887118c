// A table that PostgreSQL cannot turn into what is wanted: its rows move into a new one.
#include <algorithm>

#include "core/text.hpp"
#include "dialects/postgresql/lower.hpp"
#include "dialects/postgresql/render.hpp"

namespace dataflow::postgresql {

namespace {

bool among(const std::vector<Table>& tables, const Path& path) {
  return std::any_of(tables.begin(), tables.end(), [&](const Table& t) { return t.path() == path; });
}

/// The partitions that stand below the table when the change is done, each after its parent. Those that come or go in
/// the same plan come and go here: the rows need a place.
std::vector<Table> partitions_after(const Path& table, const Place& place) {
  std::vector<Table> out = partitions_below(place.after, table);
  if (place.direction != "up" || place.options.to == nullptr) return out;
  const std::vector<Table> wanted = partitions_below(*place.options.to, table);
  std::erase_if(out, [&](const Table& t) { return !among(wanted, t.path()); });
  for (const Table& t : wanted) {
    const auto there = std::find_if(out.begin(), out.end(), [&](const Table& o) { return o.path() == t.path(); });
    if (there != out.end())
      there->options = t.options;
    else if (find_table(place.after, t.path()) == nullptr)
      out.push_back(t);
  }
  return out;
}

/// A partition that comes or goes in this plan has not followed what has happened to its parent's columns and checks.
void fit(Table& partition, const Table& parent) {
  std::vector<Column> columns;
  for (const Column& above : parent.columns) {
    const Column* own = find_column(partition, above.name);
    columns.push_back(own != nullptr && same_type(own->type, above.type) && own->collation == above.collation ? *own
                                                                                                              : above);
    columns.back().attributes["inherited"] = "";
  }
  partition.columns = std::move(columns);
  for (const Check& above : parent.checks) {
    const bool there = std::any_of(partition.checks.begin(), partition.checks.end(),
                                   [&](const Check& own) { return own.name == above.name; });
    if (!there && !has(above.attributes, "no inherit")) partition.checks.push_back(above);
  }
}

std::string rows_of(const Table& table) {
  return (has(table.options.attributes, "partition by") ? "" : "ONLY ") + quote(table.path());
}

}  // namespace

std::vector<Table> partitions_below(const Schema& schema, const Path& table) {
  std::vector<Table> out;
  for (const Table& t : schema.tables)
    if (attribute(t.options.attributes, "partition of") == quote(table)) {
      out.push_back(t);
      for (Table& below : partitions_below(schema, t.path())) out.push_back(std::move(below));
    }
  return out;
}

void make_anew(const Alter<TableOptions>& change, const Place& place, Written& out) {
  const Table& old = *find_table(place.before, change.in);
  Table fresh = *find_table(place.after, change.in);
  fresh.foreign_keys.clear();
  const std::string kept = quote(Path{{"dataflow_backup"}, {"moving_" + change.in.name.text.substr(0, 40)}});
  std::vector<std::string> columns;
  for (const Column& column : fresh.columns)
    if (!column.generated) columns.push_back(quote(column.name.text));
  const std::string list = columns.empty() ? "*" : join(columns, ", "), name = quote(change.in);
  const auto same = [&](const std::string& left, const std::string& right) {
    out.statements.emplace_back(SameRows{left, right, "the rows of " + change.in.name.text + " could not be moved"});
  };
  out.run("CREATE TABLE " + kept + " AS SELECT " + list + " FROM " + rows_of(old));
  same("SELECT " + list + " FROM " + rows_of(old), "SELECT * FROM " + kept);
  out.run("DROP " + table_word(old) + " " + name);
  out.run(create(fresh));
  for (Table& partition : partitions_after(change.in, place)) {
    partition.foreign_keys.clear();
    fit(partition, fresh);
    out.run(create(partition));
  }
  if (!columns.empty())
    out.run("INSERT INTO " + name + " (" + list + ") OVERRIDING SYSTEM VALUE SELECT * FROM " + kept);
  same("SELECT * FROM " + kept, "SELECT " + list + " FROM " + rows_of(fresh));
  out.run("DROP TABLE " + kept);
  for (const Column& column : fresh.columns)
    if (column.identity != Identity::none)
      out.run("SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence(" + text_literal(name) + ", " +
              text_literal(column.name.text) + ")::regclass, max(" + quote(column.name.text) + ")) FROM " + name +
              " HAVING max(" + quote(column.name.text) + ") > 0");
}

}  // namespace dataflow::postgresql
