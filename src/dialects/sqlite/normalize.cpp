#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/sqlite/sqlite.hpp"
#include "dialects/waiting.hpp"

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

namespace {

void run_script(Connection& scratch, std::string_view sql, const std::string& origin) {
  try {
    scratch.script(sql);
  } catch (const Error& e) {
    Error error(ErrorCode::bad_document, origin + ": " + e.what(),
                "the text is read by SQLite itself; the statement must run there");
    error.dialect = "sqlite";
    error.statement = e.statement.substr(0, 300);
    throw error;
  }
}

struct Waiting {
  const SqlText* file;
  std::string statement;
};

}  // namespace

Wanted load(Connection*, std::span<const SqlText> files) {
  const auto scratch = memory();
  if (files.size() == 1) {
    run_script(*scratch, files[0].sql, files[0].origin);
    return {inspect(*scratch), {}};
  }
  std::vector<Waiting> all;
  for (const SqlText& file : files)
    for (FileStatement& statement : split_file(file.sql)) all.push_back({&file, std::move(statement.text)});
  run_waiting(
      std::move(all), [&](const Waiting& w) { run_script(*scratch, w.statement, w.file->origin); },
      [](const Error& e) { return std::string_view(e.what()).find("no such ") != std::string_view::npos; });
  return {inspect(*scratch), {}};
}

}  // namespace dataflow::sqlite
