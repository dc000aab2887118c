// Migration files: what becomes of each statement, and a scratch database to stand them in.
#include "dataflow/error.hpp"
#include "dialects/dialect.hpp"
#include "dialects/first_words.hpp"
#include "dialects/mariadb/lexer.hpp"
#include "dialects/mariadb/mariadb.hpp"

namespace dataflow::mariadb {

namespace {

using Use = FileStatement::Use;

/// By how a statement begins; the first row that fits counts. What changes the schema commits by itself.
constexpr FileRule rules[] = {
    {"BEGIN NOT ATOMIC", Use::run, true, true},
    {"BEGIN", Use::left_out, false, true},
    {"START TRANSACTION", Use::left_out, false, true},
    {"COMMIT", Use::left_out, false, true},
    {"ROLLBACK TO", Use::run, false, true},
    {"ROLLBACK WORK TO", Use::run, false, true},
    {"ROLLBACK", Use::refused, false, true},
    {"XA", Use::refused, false, true},
    {"USE", Use::refused, false, true},
    {"CREATE DATABASE", Use::refused, false, false},
    {"CREATE SCHEMA", Use::refused, false, false},
    {"ALTER DATABASE", Use::run, true, false},
    {"ALTER SCHEMA", Use::run, true, false},
    {"DROP DATABASE", Use::refused, false, false},
    {"DROP SCHEMA", Use::refused, false, false},
    {"CREATE USER", Use::run, true, false},
    {"ALTER USER", Use::run, true, false},
    {"DROP USER", Use::run, true, false},
    {"RENAME USER", Use::run, true, false},
    {"CREATE ROLE", Use::run, true, false},
    {"DROP ROLE", Use::run, true, false},
    {"GRANT", Use::run, true, false},
    {"REVOKE", Use::run, true, false},
    {"SET PASSWORD", Use::run, true, false},
    {"SET GLOBAL", Use::run, false, false},
    {"FLUSH", Use::run, true, false},
    {"CREATE TEMPORARY TABLE", Use::run, false, true},
    {"DROP TEMPORARY TABLE", Use::run, false, true},
    {"CREATE", Use::run, true, true},
    {"ALTER", Use::run, true, true},
    {"DROP", Use::run, true, true},
    {"RENAME", Use::run, true, true},
    {"TRUNCATE", Use::run, true, true},
    {"ANALYZE", Use::run, true, true},
    {"OPTIMIZE", Use::run, true, true},
    {"REPAIR", Use::run, true, true},
    {"LOCK", Use::locks, false, true},
    {"UNLOCK", Use::unlocks, false, true},
};

}  // namespace

std::vector<FileStatement> split_file(std::string_view sql) {
  std::vector<FileStatement> out;
  for (ScriptStatement& statement : split_script(sql)) {
    FileStatement& own = out.emplace_back();
    own.text = std::move(statement.text), own.line = statement.line;
    judge(own, rules, beginning(significant(own.text, 3)));
  }
  return out;
}

Stand stand(Connection* beside, const Schema& schema) {
  if (beside == nullptr)
    throw Error(ErrorCode::unsupported, "a schema of mariadb stands on a server, and there is none",
                "give --dev URL: a server where a scratch database can be made");
  const auto scratch = std::make_shared<Scratch>(*beside);
  const std::vector<std::string> script = creation_script(schema);
  scratch->build(script);
  return {.place = scratch, .connection = scratch->connection().another(scratch->connection().database())};
}

}  // namespace dataflow::mariadb
