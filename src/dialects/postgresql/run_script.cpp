#include <deque>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/first_words.hpp"
#include "dialects/postgresql/errors.hpp"
#include "dialects/postgresql/lexer.hpp"
#include "dialects/postgresql/postgresql.hpp"
#include "dialects/postgresql/settings.hpp"
#include "dialects/waiting.hpp"

namespace dataflow::postgresql {

namespace {

/// What becomes of a statement of a file that somebody else wrote. Nothing of it may leave the scratch place.
enum class Treatment : std::uint8_t {
  run,
  watched,  ///< it may run any code: what changes the whole server is undone
  begins,   ///< opens a transaction
  ends,     ///< commits one
  skip,     ///< nothing of a schema, and it would reach beyond the scratch place, or rows
  refuse
};

/// First words, most telling first: the first row that fits counts.
struct Rule {
  std::string_view words;
  Treatment treatment;
};
constexpr Rule rules[] = {
    {"BEGIN", Treatment::begins},
    {"START TRANSACTION", Treatment::begins},
    {"PREPARE TRANSACTION", Treatment::refuse},
    {"COMMIT PREPARED", Treatment::refuse},
    {"ROLLBACK PREPARED", Treatment::refuse},
    {"ROLLBACK TO", Treatment::run},
    {"ROLLBACK WORK TO", Treatment::run},
    {"ROLLBACK TRANSACTION TO", Treatment::run},
    {"ROLLBACK", Treatment::refuse},
    {"ABORT", Treatment::refuse},
    {"COMMIT", Treatment::ends},
    {"END", Treatment::ends},
    {"CREATE USER MAPPING", Treatment::run},
    {"ALTER USER MAPPING", Treatment::run},
    {"DROP USER MAPPING", Treatment::run},
    {"CREATE DATABASE", Treatment::skip},
    {"CREATE ROLE", Treatment::skip},
    {"CREATE USER", Treatment::skip},
    {"CREATE GROUP", Treatment::skip},
    {"CREATE TABLESPACE", Treatment::skip},
    {"CREATE SUBSCRIPTION", Treatment::skip},
    {"ALTER DATABASE", Treatment::skip},
    {"ALTER ROLE", Treatment::skip},
    {"ALTER USER", Treatment::skip},
    {"ALTER GROUP", Treatment::skip},
    {"ALTER TABLESPACE", Treatment::skip},
    {"ALTER SUBSCRIPTION", Treatment::skip},
    {"ALTER SYSTEM", Treatment::skip},
    {"DROP DATABASE", Treatment::skip},
    {"DROP ROLE", Treatment::skip},
    {"DROP USER", Treatment::skip},
    {"DROP GROUP", Treatment::skip},
    {"DROP TABLESPACE", Treatment::skip},
    {"DROP SUBSCRIPTION", Treatment::skip},
    {"DROP OWNED", Treatment::refuse},
    {"REASSIGN OWNED", Treatment::refuse},
    {"COMMENT ON DATABASE", Treatment::skip},
    {"COMMENT ON ROLE", Treatment::skip},
    {"COMMENT ON TABLESPACE", Treatment::skip},
    {"COMMENT ON SUBSCRIPTION", Treatment::skip},
    {"SECURITY LABEL", Treatment::skip},
    {"COPY", Treatment::skip},
    {"VACUUM", Treatment::skip},
    {"ANALYZE", Treatment::skip},
    {"ANALYSE", Treatment::skip},
    {"REINDEX", Treatment::skip},
    {"CHECKPOINT", Treatment::skip},
    {"LOAD", Treatment::skip},
    {"DO", Treatment::watched},
    {"CALL", Treatment::watched},
    {"SELECT", Treatment::watched},
    {"WITH", Treatment::watched},
    {"VALUES", Treatment::watched},
    {"TABLE", Treatment::watched},
    {"EXECUTE", Treatment::watched},
    {"EXPLAIN", Treatment::watched},
    {"FETCH", Treatment::watched},
    {"INSERT", Treatment::watched},
    {"UPDATE", Treatment::watched},
    {"DELETE", Treatment::watched},
    {"MERGE", Treatment::watched},
    {"CREATE TABLE", Treatment::watched},
    {"CREATE MATERIALIZED VIEW", Treatment::watched},
    {"REFRESH", Treatment::watched},
};

/// Whether the transaction at hand has written to a shared catalog: whoever changes roles locks them until its end, and
/// the rest shows by rows that are not older than the transaction.
constexpr std::string_view changed_the_server =
    "WITH start AS (SELECT pg_catalog.age(pg_catalog.pg_current_xact_id_if_assigned()::xid) AS age) "
    "SELECT 1 FROM pg_catalog.pg_locks AS l JOIN pg_catalog.pg_class AS c ON c.oid = l.relation WHERE l.pid = "
    "pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.database = 0 AND l.mode NOT IN ('AccessShareLock', "
    "'RowShareLock') AND c.relname IN ('pg_authid', 'pg_auth_members', 'pg_database', 'pg_tablespace', "
    "'pg_db_role_setting', 'pg_subscription', 'pg_parameter_acl', 'pg_replication_origin') "
    "UNION ALL SELECT 1 FROM pg_catalog.pg_database AS c, start WHERE pg_catalog.age(c.xmin) <= start.age "
    "UNION ALL SELECT 1 FROM pg_catalog.pg_tablespace AS c, start WHERE pg_catalog.age(c.xmin) <= start.age "
    "UNION ALL SELECT 1 FROM pg_catalog.pg_db_role_setting AS c, start WHERE pg_catalog.age(c.xmin) <= start.age "
    "UNION ALL SELECT 1 FROM pg_catalog.pg_shdescription AS c, start WHERE pg_catalog.age(c.xmin) <= start.age "
    "UNION ALL SELECT 1 FROM pg_catalog.pg_shseclabel AS c, start WHERE pg_catalog.age(c.xmin) <= start.age";

Treatment treatment_of(const ScriptStatement& statement) {
  if (grants_beyond(statement.text)) return Treatment::skip;
  const Rule* rule = rule_for(rules, words_of(statement.text, 3));
  return rule == nullptr ? Treatment::run : rule->treatment;
}

/// Inside of a transaction nothing runs CONCURRENTLY, and nobody else is there to be spared.
std::string without_concurrently(std::string_view sql) {
  std::string out;
  for (std::size_t at = 0; at < sql.size();) {
    const Token token = token_at(sql, at);
    if (token.kind != Lexeme::word || upper(token.text) != "CONCURRENTLY") out += token.text;
    at += token.text.size();
  }
  return out;
}

class Reader;

/// A statement that failed where it stood among several files, and what has to be set when it is tried again.
struct Waiting {
  Reader* reader;
  ScriptStatement statement;
  std::string search_path;
};

class Reader {
 public:
  Reader(Scratch& scratch, std::string_view origin)
      : server_(scratch.connection()), own_database_(scratch.is_database()), origin_(origin) {}

  /// With `waiting`, statements that fail go there.
  void read(std::string_view sql, std::vector<Waiting>* waiting) {
    server_.run("SET search_path = \"$user\", public");  // as psql finds it
    for (const ScriptStatement& statement : split_script(sql)) {
      if (waiting == nullptr) {
        explained(statement);
        continue;
      }
      try {
        attempt(statement);
      } catch (const Error& e) {
        if (e.code != ErrorCode::bad_document) throw;
        waiting->push_back(
            {this, statement, server_.query("SELECT pg_catalog.current_setting('search_path')")[0][0].value_or("")});
      }
    }
    if (open_)
      throw Error(ErrorCode::bad_document, origin_ + " begins a transaction and does not end it",
                  "add COMMIT, or leave BEGIN out");
    server_.run("RESET SESSION AUTHORIZATION");
    server_.run("RESET ROLE");
    server_.query(apply_settings("false"));
  }

  void again(const Waiting& w) {
    server_.query("SELECT pg_catalog.set_config('search_path', " + text_literal(w.search_path) + ", false)");
    attempt(w.statement);
    server_.query(apply_settings("false"));
  }

 private:
  /// A failure leaves a transaction that is open as it was.
  void attempt(const ScriptStatement& statement) {
    const bool inside = !own_database_ || open_;
    if (!inside) return explained(statement);
    server_.run("SAVEPOINT dataflow_attempt");
    try {
      explained(statement);
    } catch (const Error&) {
      server_.run("ROLLBACK TO SAVEPOINT dataflow_attempt");
      throw;
    }
    if (!own_database_ || open_) server_.run("RELEASE SAVEPOINT dataflow_attempt");
  }

  void explained(const ScriptStatement& statement) {
    try {
      take(statement);
    } catch (const Error& e) {
      if (e.code != ErrorCode::sql && e.code != ErrorCode::permission && e.code != ErrorCode::bad_document &&
          e.code != ErrorCode::not_found)
        throw;
      fail(statement, e);
    }
  }

  void take(const ScriptStatement& statement) {
    switch (treatment_of(statement)) {
      case Treatment::run: return run(statement.text);
      case Treatment::watched: return watched(statement.text);
      case Treatment::begins:
        if (own_database_ && !open_) server_.run(statement.text);
        open_ = true;
        return;
      case Treatment::ends:
        if (own_database_) must_stay_inside();
        if (own_database_ && open_) server_.run("COMMIT");
        open_ = false;
        return;
      case Treatment::skip: return;
      case Treatment::refuse:
        throw Error(ErrorCode::bad_document, "this statement has no place in a file that describes a schema");
    }
  }

  void run(const std::string& sql) {
    // pg_dump writes this where public is not as it came; it is always there
    if (words_of(sql, 4) == "CREATE SCHEMA PUBLIC ") {
      server_.run("CREATE SCHEMA IF NOT EXISTS public");
    } else {
      server_.run(own_database_ ? sql : without_concurrently(sql));
    }
  }

  void watched(const std::string& sql) {
    if (!own_database_ || open_) return run(sql);
    server_.run("BEGIN");
    try {
      run(sql);
      must_stay_inside();
    } catch (...) {
      server_.run("ROLLBACK");
      throw;
    }
    server_.run("COMMIT");
  }

  void must_stay_inside() {
    if (!server_.query(changed_the_server).empty())
      throw Error(ErrorCode::bad_document, "it changes roles, databases or settings of the whole server",
                  "do that before, outside of this file");
  }

  [[noreturn]] void fail(const ScriptStatement& statement, const Error& cause) const {
    const std::string words = cause.what();
    std::string hint = cause.hint;
    if (cause.sqlstate == "42704" && words.find("role \"") != std::string::npos)
      hint = "roles belong to the whole server: create it there first, or leave owners and grants out of the file";
    Error error(ErrorCode::bad_document, origin_ + ':' + std::to_string(statement.line) + ": " + words, hint);
    error.dialect = "postgresql";
    error.sqlstate = cause.sqlstate;
    error.statement = cause.statement.substr(0, 300);
    throw error;
  }

  Server& server_;
  bool own_database_, open_ = false;
  std::string origin_;
};

}  // namespace

void run_scripts(Scratch& scratch, std::span<const SqlText> files) {
  std::deque<Reader> readers;
  std::vector<Waiting> waiting;
  for (const SqlText& file : files)
    readers.emplace_back(scratch, file.origin).read(file.sql, files.size() > 1 ? &waiting : nullptr);
  run_waiting(
      std::move(waiting), [](const Waiting& w) { w.reader->again(w); }, names_missing);
}

}  // namespace dataflow::postgresql
