#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/sqlite/sqlite.hpp"

namespace dataflow::sqlite {

namespace {

/// SQLite has no enumerated type: a CHECK holds the column to its labels.
void spell_enumerations(Table& table) {
  for (const Column& column : table.columns) {
    if (column.type.kind != Kind::enumeration || column.type.dimensions > 0 || !column.type.spelled.empty()) continue;
    std::vector<std::string> labels;
    for (const std::string& label : column.type.labels) labels.push_back(text_literal(label));
    table.checks.push_back({.name = "ck_" + table.name.text + "_" + column.name.text,
                            .expression = Sql(quote(column.name.text) + " IN (" + join(labels, ", ") + ")")});
  }
}

}  // namespace

Wanted normalize(Connection*, const Wanted& wanted) {
  Schema schema = wanted.schema;
  if (schema.dialect != "sqlite")
    for (Table& table : schema.tables) spell_enumerations(table);
  const auto scratch = memory();
  for (const std::string& statement : creation_script(schema)) {
    try {
      scratch->run(statement);
    } catch (const Error& e) {
      Error error(ErrorCode::invalid_schema, std::string("SQLite does not take this schema: ") + e.what(), e.hint);
      error.dialect = "sqlite";
      error.statement = statement;
      throw error;
    }
  }
  return {inspect(*scratch), wanted.hints};
}

Wanted load(Connection*, std::string_view sql, std::string_view origin) {
  const auto scratch = memory();
  try {
    scratch->script(sql);
  } catch (const Error& e) {
    Error error(ErrorCode::bad_document, std::string(origin) + ": " + e.what(),
                "the text is read by SQLite itself; the statement must run there");
    error.dialect = "sqlite";
    error.statement = e.statement.substr(0, 300);
    throw error;
  }
  return {inspect(*scratch), {}};
}

}  // namespace dataflow::sqlite
