// Migration files: what becomes of each statement, and a scratch database to stand them in.
#include "dataflow/error.hpp"
#include "dialects/dialect.hpp"
#include "dialects/first_words.hpp"
#include "dialects/postgresql/lexer.hpp"
#include "dialects/postgresql/postgresql.hpp"

namespace dataflow::postgresql {

namespace {

using Use = FileStatement::Use;

/// By how a statement begins; the first row that fits counts. What the server allows in no transaction it says itself
/// when the file is rehearsed; here stands only what must not be rehearsed.
constexpr FileRule rules[] = {
    {"BEGIN", Use::left_out, false, true},
    {"START TRANSACTION", Use::left_out, false, true},
    {"COMMIT PREPARED", Use::refused, false, true},
    {"COMMIT", Use::left_out, false, true},
    {"END", Use::left_out, false, true},
    {"ROLLBACK TO", Use::run, false, true},
    {"ROLLBACK WORK TO", Use::run, false, true},
    {"ROLLBACK TRANSACTION TO", Use::run, false, true},
    {"ROLLBACK", Use::refused, false, true},
    {"ABORT", Use::refused, false, true},
    {"PREPARE TRANSACTION", Use::refused, false, true},
    {"CREATE DATABASE", Use::run, true, false},
    {"DROP DATABASE", Use::run, true, false},
    {"ALTER DATABASE", Use::run, false, false},
    {"CREATE TABLESPACE", Use::run, true, false},
    {"DROP TABLESPACE", Use::run, true, false},
    {"ALTER TABLESPACE", Use::run, false, false},
    {"ALTER SYSTEM", Use::run, true, false},
    {"CREATE SUBSCRIPTION", Use::run, true, false},
    {"DROP SUBSCRIPTION", Use::run, true, false},
    {"VACUUM", Use::run, true, false},
    {"CREATE USER MAPPING", Use::run, false, true},
    {"ALTER USER MAPPING", Use::run, false, true},
    {"DROP USER MAPPING", Use::run, false, true},
    {"CREATE ROLE", Use::run, false, false},
    {"CREATE USER", Use::run, false, false},
    {"CREATE GROUP", Use::run, false, false},
    {"ALTER ROLE", Use::run, false, false},
    {"ALTER USER", Use::run, false, false},
    {"ALTER GROUP", Use::run, false, false},
    {"DROP ROLE", Use::run, false, false},
    {"DROP USER", Use::run, false, false},
    {"DROP GROUP", Use::run, false, false},
    {"DROP OWNED", Use::refused, false, false},
    {"REASSIGN OWNED", Use::refused, false, false},
};

}  // namespace

std::vector<FileStatement> split_file(std::string_view sql) {
  std::vector<FileStatement> out;
  for (ScriptStatement& statement : split_script(sql)) {
    FileStatement& own = out.emplace_back();
    own.line = statement.line;
    own.text = std::move(statement.text);
    if (statement.copies_rows) own.use = Use::refused;
    if (grants_beyond(own.text)) own.rehearsed = false;
    judge(own, rules, words_of(own.text, 3));
  }
  return out;
}

Stand stand(Connection* beside, const Schema& schema) {
  if (beside == nullptr)
    throw Error(ErrorCode::unsupported, "a schema of postgresql stands on a server, and there is none",
                "give --dev URL: a server where a scratch database can be made");
  const auto scratch = std::make_shared<Scratch>(*beside);
  if (!scratch->is_database()) {
    Error error(ErrorCode::permission, "a schema stands in a database of its own, and this role may create none",
                "ALTER ROLE " + quote(server(*beside).user()) + " CREATEDB, or name another server with --dev");
    error.dialect = "postgresql";
    throw error;
  }
  Server& inside = scratch->connection();
  // Bodies of functions may speak of what comes later.
  inside.run(
      "SELECT pg_catalog.set_config('search_path', '', false), "
      "pg_catalog.set_config('check_function_bodies', 'off', false)");
  scratch->build(creation_script(schema));
  inside.run("SELECT pg_catalog.set_config('check_function_bodies', 'on', false)");
  return {.place = scratch, .connection = inside.another("")};
}

}  // namespace dataflow::postgresql
