// Tables, foreign keys and definitions that come or go as wholes.
#include <algorithm>

#include "core/text.hpp"
#include "dialects/aside.hpp"
#include "dialects/mariadb/alter.hpp"
#include "dialects/mariadb/lower.hpp"
#include "dialects/mariadb/tokens.hpp"

namespace dataflow::mariadb {

Block lone(std::string title, std::string sql) { return {std::move(title), {RunAlone{std::move(sql), {}}}}; }

Keeping& Direction::keep(const Name& table, const Name& column, std::string kind) {
  asides_.push_back(aside_for({.prefix = "dataflow_backup_", .longest = 34},
                              options_.seed + "/" + direction_ + "/" + table.text, table, column, std::move(kind),
                              options_.taken, asides_));
  return kept[{table, column}] = {asides_.back(), {}};
}

/// A dropped table is put away under another name: no row is moved, and it comes back as it was.
Block Direction::drop(const Table& table) {
  const std::string name = quote(table.name.text), title = "drop table " + table.name.text;
  if (!options_.create_backup) return lone(title, "DROP TABLE " + name);
  return lone(title, "RENAME TABLE " + name + " TO " + keep(table.name, {}, "table").aside.location);
}

Block Direction::create(const Table& table) {
  const std::string title = "create table " + table.name.text;
  if (const Keeping* keeping = returned(table.name, {}))
    return lone(title, "RENAME TABLE " + keeping->aside.location + " TO " + quote(table.name.text));
  Table bare = table;
  bare.foreign_keys.clear();
  return lone(title, create_table(bare));
}

Block Direction::drop_keys(const Table& table, const std::vector<ForeignKey>& keys) const {
  std::vector<std::string> clauses;
  for (const ForeignKey& key : keys) clauses.push_back("DROP FOREIGN KEY " + quote(key.name.text));
  return lone(
      "drop foreign keys of " + table.name.text,
      "ALTER TABLE " + quote(table.name.text) + " " + join(clauses, ", ") + clause(way_of_names(flavour_), flavour_));
}

/// With its checks off the server adds a foreign key without copying the table; new rows are held to it from then on,
/// and a query tells whether the old ones are.
Block Direction::add_keys(const Table& table, const std::vector<ForeignKey>& keys) const {
  std::vector<std::string> clauses = hold_indexes(table, keys);
  for (const ForeignKey& key : keys) clauses.push_back("ADD " + foreign_key_clause(key));
  return {"add foreign keys to " + table.name.text,
          with_settings({{"foreign_key_checks", "0"}},
                        "ALTER TABLE " + quote(table.name.text) + " " + join(clauses, ", ") +
                            clause({Algorithm::nocopy, false}, flavour_),
                        flavour_)};
}

Block Direction::check_keys(const Table& table, const std::vector<ForeignKey>& keys) const {
  Block out{"check the foreign keys of " + table.name.text, {}};
  for (const ForeignKey& key : keys) {
    std::vector<std::string> matches, present, columns;
    for (std::size_t i = 0; i < key.columns.size(); ++i) {
      const std::string child = "c." + quote(key.columns[i].text);
      columns.push_back(child);
      present.push_back(child + " IS NOT NULL");
      if (i < key.referenced.size()) matches.push_back("p." + quote(key.referenced[i].text) + " = " + child);
    }
    const std::string parent = (key.references.schema.empty() ? "" : quote(key.references.schema.text) + ".") +
                               quote(key.references.name.text);
    out.statements.push_back(NoRows{"SELECT " + join(columns, ", ") + " FROM " + quote(table.name.text) +
                                        " AS c WHERE " + join(present, " AND ") + " AND NOT EXISTS (SELECT 1 FROM " +
                                        parent + " AS p WHERE " + join(matches, " AND ") + ") LIMIT 3",
                                    "rows of " + table.name.text + " point to no row of " + key.references.name.text});
  }
  return out;
}

/// CREATE OR REPLACE leaves no moment without the object; a sequence goes on where it stands.
Block Direction::definition(const Definition* before, const Definition* after) {
  const Definition& d = after != nullptr ? *after : *before;
  const std::string what = d.kind + " " + d.name.text;
  if (after == nullptr) {
    if (d.kind == "sequence" && options_.create_backup) {
      const SetAside& aside = keep(d.name, {}, "sequence").aside;
      return lone("drop " + what, "RENAME TABLE " + quote(d.name.text) + " TO " + aside.location);
    }
    return lone("drop " + what, mariadb::drop(d));
  }
  if (d.kind == "sequence") {
    const auto all = tokens(d.text.text);  // CREATE SEQUENCE `s` options ENGINE = …
    if (before == nullptr) {
      if (const Keeping* keeping = returned(d.name, {}))
        return lone("create " + what, "RENAME TABLE " + keeping->aside.location + " TO " + quote(d.name.text));
      return lone("create " + what, d.text.text);
    }
    const auto engine = std::find_if(all.begin(), all.end(), [](const Token& t) { return t.is("engine"); });
    const std::size_t end = engine == all.end() ? d.text.text.size() : engine->begin;
    return lone("alter " + what,
                "ALTER SEQUENCE " + quote(d.name.text) + " " + d.text.text.substr(all.at(2).end, end - all[2].end));
  }
  std::vector<Statement> statements;
  for (std::string& sql : mariadb::create(d)) {
    if (!sql.starts_with("CREATE")) {
      statements.push_back(Run{std::move(sql)});
      continue;
    }
    if (before != nullptr) sql = "CREATE OR REPLACE" + sql.substr(std::string_view("CREATE").size());
    statements.push_back(RunAlone{std::move(sql), {}});
  }
  return {(before == nullptr ? "create " : "replace ") + what, std::move(statements)};
}

}  // namespace dataflow::mariadb
