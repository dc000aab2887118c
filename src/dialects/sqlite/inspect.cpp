#include <algorithm>
#include <map>
#include <set>

#include "core/tell.hpp"
#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/sqlite/sqlite.hpp"
#include "dialects/sqlite/tokens.hpp"

namespace dataflow::sqlite {

bool ours(std::string_view name) {
  const std::string folded = lower(name);
  return folded.starts_with("sqlite_") || folded.starts_with("dataflow_");
}

/// One scan of sqlite_schema holds everything. Only where a virtual table stands is a second statement needed:
/// the server alone knows which tables are its shadows.
Schema inspect(Connection& connection) {
  const Rows rows =
      connection.query("SELECT type, name, tbl_name, coalesce(sql, '') FROM main.sqlite_schema ORDER BY rowid");
  std::set<std::string> shadows;
  const auto is_virtual = [](const std::string& sql) {
    const auto all = tokens(std::string_view(sql).substr(0, 200));
    return all.size() > 1 && all[1].is("virtual");
  };
  if (std::any_of(rows.begin(), rows.end(), [&](const Row& row) { return *row[0] == "table" && is_virtual(*row[3]); }))
    for (const Row& row :
         connection.query("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'"))
      shadows.insert(*row[0]);

  Schema schema{.dialect = "sqlite"};
  std::map<std::string, std::size_t> place;
  const auto each = [&](auto&& visit) {
    std::size_t done = 0;
    for (const Row& row : rows) {
      tell({.activity = Activity::read,
            .title = "reading the schema",
            .done = ++done,
            .total = rows.size(),
            .unit = "object"});
      if (!ours(*row[1]) && !ours(*row[2]) && !shadows.contains(*row[1])) visit(*row[0], *row[1], *row[2], *row[3]);
    }
  };
  each([&](const std::string& type, const std::string& name, const std::string&, const std::string& sql) {
    if (type != "table" || is_virtual(sql)) return;
    Table table = read_table(sql);
    table.name = name;
    place[lower(name)] = schema.tables.size();
    schema.tables.push_back(std::move(table));
  });
  each([&](const std::string& type, const std::string& name, const std::string& on, const std::string& sql) {
    if (type == "table" && is_virtual(sql)) {
      schema.definitions.push_back({.kind = "virtual table", .name = name, .text = Sql(sql)});
    } else if (type == "view" || type == "trigger") {
      schema.definitions.push_back(
          {.kind = type, .name = name, .on = type == "trigger" ? Name(on) : Name(), .text = Sql(sql)});
    } else if (type == "index" && !sql.empty()) {
      const auto table = place.find(lower(on));
      if (table == place.end()) return;  // an index of a shadow table
      Index index = read_index(sql);
      for (KeyPart& part : index.parts)
        for (const Column& column : schema.tables[table->second].columns)
          if (equal_ignoring_case(column.name.text, part.column.text)) part.column = column.name;
      schema.tables[table->second].indexes.push_back(std::move(index));
    }
  });
  // A trigger names its table in any case; a foreign key its target's columns.
  for (Definition& d : schema.definitions)
    if (const auto table = place.find(lower(d.on.text)); !d.on.empty() && table != place.end())
      d.on = schema.tables[table->second].name;
  for (Table& table : schema.tables) {
    for (ForeignKey& key : table.foreign_keys) {
      const auto target = place.find(lower(key.references.name.text));
      if (target == place.end()) continue;
      key.references.name = schema.tables[target->second].name;
      for (Name& column : key.referenced)
        for (const Column& candidate : schema.tables[target->second].columns)
          if (equal_ignoring_case(candidate.name.text, column.text)) column = candidate.name;
    }
  }
  return schema;
}

}  // namespace dataflow::sqlite
