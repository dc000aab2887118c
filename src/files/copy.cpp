#include "files/copy.hpp"

#include "core/text.hpp"
#include "dialects/dialect.hpp"
#include "dialects/statement.hpp"

namespace dataflow {

namespace {

/// Without what would do something of its own when rows come in.
Schema without_triggers(Schema schema) {
  std::erase_if(schema.definitions, [](const Definition& d) { return d.kind == "trigger"; });
  return schema;
}

void copy_rows(Connection& copy, const Dialect& dialect, const std::string& source, const Table& table) {
  std::vector<std::string> columns;
  for (const Column& column : table.columns)
    if (!column.generated) columns.push_back(dialect.quote(column.name.text));
  const std::string name = dialect.quote(table.name.text), list = join(columns, ", ");
  if (!columns.empty())
    copy.run("INSERT INTO " + name + " (" + list + ") SELECT " + list + " FROM " + source + '.' + name);
}

void set_sequence(Connection& copy, const Dialect& dialect, const std::string& source, const Name& sequence) {
  const std::string name = dialect.quote(sequence.text);
  const Rows next = copy.query("SELECT next_not_cached_value FROM " + source + '.' + name);
  copy.query("SELECT setval(" + name + ", " + next.at(0).at(0).value_or("1") + ", 0)");
}

void make_triggers(Connection& copy, const Dialect& dialect, const Schema& from, const Schema& to) {
  const Difference missing = diff(from, {to, {}}, dialect.sameness);
  for (const Step& step : dialect.lower(from, missing.changes, {}, {.to = &to, .create_backup = false}).steps)
    for (Statement statement : step.up) {
      if (auto* own = std::get_if<RunAlone>(&statement)) own->done.clear();
      run(copy, statement);
    }
}

}  // namespace

bool copies_rows(const Database& database) { return database.dialect() == "mariadb"; }

Database copy_with_rows(Database& database) {
  const Dialect& dialect = *database.impl().dialect;
  const Schema live = inspect(database), bare = without_triggers(live);
  const std::string source =
      dialect.quote(database.impl().connection->query("SELECT database()").at(0).at(0).value_or(""));
  Database out = stand(database.dialect(), &database, bare);
  Connection& copy = *out.impl().connection;
  const Row own = copy.query("SELECT @@SESSION.sql_mode, @@SESSION.foreign_key_checks").at(0);
  copy.run("SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO', SESSION foreign_key_checks = 0");
  for (const Table& table : live.tables) copy_rows(copy, dialect, source, table);
  for (const Definition& d : live.definitions)
    if (d.kind == "sequence") set_sequence(copy, dialect, source, d.name);
  copy.run("SET SESSION sql_mode = ?, SESSION foreign_key_checks = " + own.at(1).value_or("1"), {own.at(0)});
  make_triggers(copy, dialect, bare, live);
  return out;
}

}  // namespace dataflow
