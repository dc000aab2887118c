#include <algorithm>
#include <atomic>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/postgresql/postgresql.hpp"
#include "dialects/postgresql/settings.hpp"

namespace dataflow::postgresql {

struct Scratch::Impl {
  virtual ~Impl() = default;
  std::unique_ptr<Server> inside;
  bool database = false;
};

namespace {

/// Runs something whose failure changes nothing.
void attempt(Server& server, const std::string& sql) noexcept {
  try {
    server.run(sql);
  } catch (const Error&) {}
}

/// A name says which session made the database: pid and start of its process. One that has gone left it behind.
void drop_what_dead_runs_left(Server& server) {
  const Rows dead = server.query(
      "SELECT d.datname FROM pg_catalog.pg_database AS d, "
      "pg_catalog.regexp_match(d.datname, '^dataflow_scratch_([0-9]+)_([0-9]+)_[0-9]+$') AS made "
      "WHERE made IS NOT NULL AND pg_catalog.pg_has_role(d.datdba, 'USAGE') AND NOT EXISTS (SELECT FROM "
      "pg_catalog.pg_stat_activity AS a WHERE a.pid::text = made[1] AND (a.backend_start IS NULL OR "
      "(pg_catalog.date_part('epoch', a.backend_start) * 1000000)::bigint::text = made[2]))");
  for (const Row& row : dead)
    attempt(server, "DROP DATABASE IF EXISTS " + quote(row[0].value_or("")) + " WITH (FORCE)");
}

/// What a new table or index gets where its statement leaves it open.
constexpr std::string_view defaults[] = {
    "default_table_access_method", "default_tablespace", "default_toast_compression",
    "default_text_search_config",  "lc_monetary",        "xmloption"};

void hand_defaults_on(Server& from, Server& to) {
  std::string read, write;
  for (const std::string_view name : defaults) {
    read += (read.empty() ? "SELECT " : ", ") + ("pg_catalog.current_setting('" + std::string(name) + "')");
    write += (write.empty() ? "SELECT " : ", ") + ("pg_catalog.set_config('" + std::string(name) + "', ?, false)");
  }
  to.query(write, from.query(read).at(0));
}

/// CREATE DATABASE with the encoding and locale of the one at hand, whatever this version calls their columns.
std::string create_like(Server& server, const std::string& name) {
  const Row like = server
                       .query(
                           "SELECT pg_catalog.pg_encoding_to_char(d.encoding), d.datcollate, d.datctype, "
                           "j ->> 'datlocprovider', COALESCE(j ->> 'datlocale', j ->> 'daticulocale'), j ->> "
                           "'daticurules' FROM pg_catalog.pg_database AS d, pg_catalog.to_jsonb(d) AS j "
                           "WHERE d.datname = pg_catalog.current_database()")
                       .at(0);
  std::string sql = "CREATE DATABASE " + quote(name) + " TEMPLATE template0 ENCODING " +
                    text_literal(like[0].value_or("")) + " LC_COLLATE " + text_literal(like[1].value_or("")) +
                    " LC_CTYPE " + text_literal(like[2].value_or(""));
  if (like[3] == "i") sql += " LOCALE_PROVIDER icu ICU_LOCALE " + text_literal(like[4].value_or(""));
  if (like[3] == "i" && like[5]) sql += " ICU_RULES " + text_literal(*like[5]);
  if (like[3] == "b") sql += " LOCALE_PROVIDER builtin BUILTIN_LOCALE " + text_literal(like[4].value_or(""));
  return sql;
}

struct OwnDatabase final : Scratch::Impl {
  explicit OwnDatabase(Server& beside) : maintenance(beside.another("")) {
    static std::atomic<unsigned> number = 0;
    database = true;
    drop_what_dead_runs_left(*maintenance);
    name = "dataflow_scratch_" +
           maintenance
               ->query(
                   "SELECT pid || '_' || (pg_catalog.date_part('epoch', backend_start) * 1000000)::bigint FROM "
                   "pg_catalog.pg_stat_activity WHERE pid = pg_catalog.pg_backend_pid()")
               .at(0)
               .at(0)
               .value_or("") +
           '_' + std::to_string(++number);
    maintenance->run(create_like(*maintenance, name));
    try {
      inside = maintenance->another(name);
      inside->query(apply_settings("false"));  // also where a pooler stands between: nobody else comes here
      hand_defaults_on(*maintenance, *inside);
      // Nothing here has to outlive a crash.
      inside->query("SELECT pg_catalog.set_config('synchronous_commit', 'off', false)");
    } catch (...) {
      drop();
      throw;
    }
  }
  ~OwnDatabase() override { drop(); }
  void drop() noexcept {
    inside.reset();
    attempt(*maintenance, "DROP DATABASE IF EXISTS " + quote(name) + " WITH (FORCE)");
  }
  std::unique_ptr<Server> maintenance;
  std::string name;
};

/// What a schema renamed aside does not take with it, or what may not be renamed.
constexpr std::string_view in_the_way =
    "SELECT 'schema ' || nspname FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' AND nspname <> "
    "'information_schema' AND NOT pg_catalog.pg_has_role(nspowner, 'USAGE') UNION ALL "
    "SELECT 'extension ' || extname FROM pg_catalog.pg_extension WHERE oid >= 16384 UNION ALL "
    "SELECT 'event trigger ' || evtname FROM pg_catalog.pg_event_trigger UNION ALL "
    "SELECT 'publication ' || pubname FROM pg_catalog.pg_publication UNION ALL "
    "SELECT 'foreign data wrapper ' || fdwname FROM pg_catalog.pg_foreign_data_wrapper UNION ALL "
    "SELECT 'language ' || lanname FROM pg_catalog.pg_language WHERE oid >= 16384 UNION ALL "
    "SELECT 'cast to ' || pg_catalog.format_type(casttarget, NULL) FROM pg_catalog.pg_cast WHERE oid >= 16384 UNION "
    "ALL SELECT 'default privileges of ' || pg_catalog.pg_get_userbyid(defaclrole) FROM pg_catalog.pg_default_acl "
    "WHERE defaclnamespace = 0 LIMIT 1";

struct Aside final : Scratch::Impl {
  Aside(Server& beside, const std::string& why) {
    const auto refuse = [&](const std::string& obstacle) {
      Error error(ErrorCode::permission,
                  "there is no place on this server to try a schema out: " + why + ", and " + obstacle +
                      " cannot be set aside for the moment",
                  "ALTER ROLE " + quote(beside.user()) + " CREATEDB, or name another server with --dev");
      error.dialect = "postgresql";
      error.sqlstate = "42501";
      return error;
    };
    inside = beside.another("");
    inside->run("BEGIN");
    inside->query(apply_settings("true"));
    if (const Rows obstacles = inside->query(in_the_way); !obstacles.empty())
      throw refuse(obstacles[0][0].value_or(""));
    try {
      move_schemas();
    } catch (const Error& e) {
      if (e.code == ErrorCode::permission) throw refuse("its schemas");
      throw;
    }
  }

  void move_schemas() {
    std::size_t n = 0;
    for (const Row& row :
         inside->query("SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN "
                       "('information_schema', 'dataflow', 'dataflow_backup') ORDER BY nspname"))
      inside->run("ALTER SCHEMA " + quote(row[0].value_or("")) + " RENAME TO dataflow_aside_" + std::to_string(++n));
    inside->run("CREATE SCHEMA public");
    inside->run(std::string("GRANT ") + (inside->version() < 150000 ? "ALL" : "USAGE") + " ON SCHEMA public TO PUBLIC");
    inside->run("COMMENT ON SCHEMA public IS 'standard public schema'");
    inside->run("SAVEPOINT owner");
    try {
      inside->run("ALTER SCHEMA public OWNER TO pg_database_owner");
      inside->run("RELEASE SAVEPOINT owner");
    } catch (const Error&) {  // only the owner of the database may
      inside->run("ROLLBACK TO SAVEPOINT owner");
    }
  }
  ~Aside() override {
    if (inside) attempt(*inside, "ROLLBACK");
  }
};

std::unique_ptr<Scratch::Impl> place(Server& beside) {
  std::string why;
  try {
    return std::make_unique<OwnDatabase>(beside);
  } catch (const Error& e) {
    // No right to create one, or none to enter it (pg_hba.conf, a pooler that knows only some).
    if (e.code != ErrorCode::permission && e.code != ErrorCode::not_found && !e.sqlstate.starts_with("08")) throw;
    why = e.what();
  }
  return std::make_unique<Aside>(beside, why);
}

}  // namespace

Scratch::Scratch(Connection& beside) : impl_(place(server(beside))) {}
Scratch::~Scratch() = default;
Server& Scratch::connection() { return *impl_->inside; }
bool Scratch::is_database() const { return impl_->database; }

void Scratch::build(std::span<const std::string> statements) {
  constexpr std::size_t in_one_message = 100;
  for (; !statements.empty(); statements = statements.subspan(std::min(in_one_message, statements.size())))
    connection().batch(statements.first(std::min(in_one_message, statements.size())));
}

}  // namespace dataflow::postgresql
