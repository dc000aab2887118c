// Scratch places: what is tried there stays there, and goes away whatever happens.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/one_file.hpp"
#include "support/postgres.hpp"
#include "support/postgres_line.hpp"

using namespace dataflow;
using namespace dataflow::test;
using postgresql::Scratch;

namespace {

std::string scratch_databases() {
  const std::string count = "SELECT count(*) FROM pg_database WHERE datname LIKE 'dataflow\\_scratch\\_%'";
  return Postgres::instance().psql("postgres", count)[0];
}

/// A role that owns a database of its own but may not create another.
class Tenant {
 public:
  explicit Tenant(const std::string& role) : role_(role), database_("CREATE ROLE " + role + " LOGIN") {
    database_.run("ALTER DATABASE " + database_.name() + " OWNER TO " + role + "; ALTER SCHEMA public OWNER TO " +
                  role);
    database_.run("CREATE SCHEMA app; CREATE TABLE app.t (a int); CREATE TABLE public.t (b int)", role);
  }
  ~Tenant() {
    try {
      database_.run("ALTER DATABASE " + database_.name() + " OWNER TO postgres; DROP OWNED BY " + role_ +
                    "; DROP ROLE " + role_);
    } catch (const std::runtime_error&) {}  // it goes with the server
  }
  Tenant(const Tenant&) = delete;
  Tenant& operator=(const Tenant&) = delete;
  const PostgresDatabase& database() const { return database_; }
  std::string url() const { return database_.url(role_); }

 private:
  std::string role_;
  PostgresDatabase database_;
};

constexpr const char* tables =
    "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = "
    "c.relnamespace WHERE c.relkind = 'r' AND n.nspname !~ '^(pg_|information_schema)' "
    "ORDER BY 1";

}  // namespace

TEST_CASE("a scratch database is like the database beside it, empty, and goes away") {
  const PostgresDatabase database("CREATE TABLE t (a int)");
  database.run("ALTER DATABASE " + database.name() + " SET xmloption = 'document'");
  const auto connection = connect_to(database.url());
  connection->run("BEGIN");  // does not hinder
  std::string name;
  {
    Scratch scratch(*connection);
    CHECK(scratch.is_database());
    auto& inside = scratch.connection();
    name = inside.database();
    CHECK(name.starts_with("dataflow_scratch_"));
    CHECK(inside.query(tables).empty());
    CHECK(inside.query("SHOW search_path") == Rows{{""}});
    CHECK(inside.query("SHOW xmloption") == Rows{{"document"}});
    const std::string like =
        "SELECT encoding, datcollate, datctype FROM pg_database WHERE datname = current_database()";
    CHECK(inside.query(like) == connection->query(like));
    inside.run("CREATE TABLE public.t (a int)");
    Scratch second(*connection);
    CHECK(second.connection().database() != name);
  }
  CHECK(Postgres::instance().psql("postgres", "SELECT 1 FROM pg_database WHERE datname = '" + name + "'").empty());
}

TEST_CASE("a role that may not create databases tries things out in a transaction") {
  const Tenant tenant("scratch_tenant");
  const auto connection = connect_to(tenant.url());
  const auto before = tenant.database().rows(tables);
  {
    Scratch scratch(*connection);
    CHECK_FALSE(scratch.is_database());
    auto& inside = scratch.connection();
    CHECK(
        inside.query("SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema|dataflow_aside_)'") ==
        Rows{{"public"}});
    CHECK(inside.query("SHOW search_path") == Rows{{""}});
    run_script(scratch,
               "BEGIN; CREATE SCHEMA app; CREATE TABLE app.t (c int); COMMIT;"
               "CREATE TABLE t (a int); CREATE INDEX CONCURRENTLY i ON t (a); DROP DATABASE postgres;",
               "file");
    CHECK(inside.query("SELECT a FROM public.t").empty());
    CHECK(inside.query("SELECT c FROM app.t").empty());
    CHECK(tenant.database().rows(tables) == before);
    // what stands aside is not hindered
    tenant.database().run("INSERT INTO app.t VALUES (1)");
  }
  CHECK(tenant.database().rows(tables) == before);
  CHECK(tenant.database().value("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'dataflow%'") == "0");

  tenant.database().run("CREATE SCHEMA of_another");
  const Error none = error_of([&] { Scratch scratch(*connection); });
  CHECK(none.code == ErrorCode::permission);
  CHECK(holds(none.what(), "of_another"));
  CHECK(holds(none.hint, "CREATEDB"));
}

TEST_CASE("what a killed run leaves behind is gone after the next start") {
  const PostgresDatabase database;
  const auto connection = connect_to(database.url());
  const std::string before = scratch_databases();
  const pid_t child = fork();
  if (child == 0) {
    const auto own = connect_to(database.url());
    Scratch scratch(*own);
    scratch.connection().run("CREATE TABLE public.t (a int)");
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  REQUIRE(WIFSIGNALED(status));
  const std::string mark = "SELECT datname FROM pg_database WHERE datname LIKE 'dataflow\\_scratch\\_%'";
  const auto left = Postgres::instance().psql("postgres", mark);
  REQUIRE(!left.empty());
  const std::string pid = left[0].substr(17, left[0].find('_', 17) - 17);
  for (int i = 0; i < 100; ++i) {  // the server needs a moment to see that its client has gone
    if (Postgres::instance().psql("postgres", "SELECT 1 FROM pg_stat_activity WHERE pid = " + pid).empty()) break;
    usleep(50'000);
  }
  { Scratch scratch(*connection); }
  CHECK(Postgres::instance().psql("postgres", "SELECT 1 FROM pg_database WHERE datname = '" + left[0] + "'").empty());
}

TEST_CASE("a file runs as psql would run it") {
  const PostgresDatabase database;
  const auto connection = connect_to(database.url());
  Scratch scratch(*connection);
  auto& inside = scratch.connection();
  run_script(scratch,
             "CREATE TABLE a (x int);\n"
             "CREATE SCHEMA public;\n"
             "SELECT pg_catalog.set_config('search_path', '', false);\n"
             "CREATE TABLE public.b (x int);\n"
             "COPY public.b (x) FROM stdin;\n1\n2\n\\.\n"
             "CREATE SCHEMA s; SET search_path = s;\n"
             "CREATE TABLE c (x int);\n"
             "BEGIN; CREATE TABLE d (x int); SAVEPOINT p; CREATE TABLE e (x int); ROLLBACK TO p; END;\n"
             "CREATE INDEX CONCURRENTLY i ON c (x);\n"
             "INSERT INTO c VALUES (1);\n"
             "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END;\n"
             "DO $$ BEGIN CREATE TABLE g (x int); END $$;\n"
             "CREATE TYPE mood AS ENUM ('a'); ALTER TYPE mood ADD VALUE 'b'; CREATE TABLE h (m mood DEFAULT 'b');\n"
             "SET SESSION AUTHORIZATION pg_read_all_data; SET ROLE NONE; SET client_encoding = LATIN1;",
             "file.sql");
  CHECK(inside.query(tables) == Rows{{"public.a"}, {"public.b"}, {"s.c"}, {"s.d"}, {"s.g"}, {"s.h"}});
  CHECK(inside.query("SELECT count(*) FROM public.b") == Rows{{"0"}});
  CHECK(inside.query("SELECT current_user, current_setting('search_path'), current_setting('client_encoding')") ==
        Rows{{"postgres", "", "UTF8"}});
}

TEST_CASE("an error in a file says where") {
  const PostgresDatabase database;
  const auto connection = connect_to(database.url());
  Scratch scratch(*connection);
  const Error error =
      error_of([&] { run_script(scratch, "CREATE TABLE a (x int);\n\nCREATE TABLE b (y nix);", "file.sql"); });
  CHECK(error.code == ErrorCode::bad_document);
  CHECK(std::string(error.what()) == "file.sql:3: type \"nix\" does not exist");
  CHECK(error.statement == "CREATE TABLE b (y nix)");
  CHECK(error.sqlstate == "42704");
  const Error role = error_of([&] { run_script(scratch, "ALTER TABLE a OWNER TO nobody_at_all;", "file.sql"); });
  CHECK(holds(role.hint, "create it there first"));
  CHECK(error_of([&] { run_script(scratch, "BEGIN; CREATE TABLE z (x int);", "f"); }).code == ErrorCode::bad_document);
}

TEST_CASE("nothing of a file leaves the scratch place") {
  const PostgresDatabase database("CREATE TABLE t (a int)");
  const std::string victim = Postgres::instance().create_database();
  const auto connection = connect_to(database.url());
  const auto cluster = [] {
    return Postgres::instance().psql(
        "postgres",
        "SELECT (SELECT string_agg(rolname, ',' ORDER BY rolname) FROM pg_roles), (SELECT string_agg(datname || "
        "coalesce(datacl::text, ''), ',' ORDER BY datname) FROM pg_database WHERE datname !~ 'dataflow_scratch'), "
        "(SELECT count(*) FROM pg_auth_members), (SELECT count(*) FROM pg_db_role_setting), (SELECT count(*) FROM "
        "pg_prepared_xacts), (SELECT count(*) FROM pg_shdescription), (SELECT count(*) FROM pg_file_settings WHERE "
        "sourcefile LIKE '%auto.conf')");
  };
  const auto before = cluster();
  const auto attempt = [&](const std::string& sql) {
    Scratch scratch(*connection);
    try {
      run_script(scratch, sql, "file");
    } catch (const Error& e) {
      CHECK(e.code == ErrorCode::bad_document);
    }
  };
  for (const std::string& sql :
       {"\\connect " + database.name() + "\nCREATE TABLE escaped (a int); DROP TABLE IF EXISTS t;",
        "DROP DATABASE " + victim + "; CREATE DATABASE escaped; COMMIT; ALTER DATABASE " + victim + " SET jit = off",
        std::string("/* */ create /* */ role escaped; CREATE USER escaped; GRANT pg_monitor TO pg_signal_backend"),
        std::string("ALTER SYSTEM SET work_mem = '5MB'; VACUUM; COMMENT ON ROLE postgres IS 'x'"),
        std::string("DO $$ BEGIN CREATE ROLE escaped; END $$"),
        std::string("BEGIN; DO $$ BEGIN EXECUTE 'CREATE ROLE escaped'; END $$; COMMIT"),
        std::string("CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN CREATE ROLE escaped; RETURN 1; END "
                    "$$; SELECT f(); INSERT INTO x VALUES (f())"),
        "DO $$ BEGIN EXECUTE 'ALTER DATABASE " + victim + " SET jit = off'; END $$",
        "DO $$ BEGIN EXECUTE 'GRANT ALL ON DATABASE " + victim + " TO pg_monitor'; END $$",
        "DO $$ BEGIN BEGIN EXECUTE 'REVOKE ALL ON DATABASE " + victim +
            " FROM PUBLIC'; EXCEPTION WHEN OTHERS THEN "
            "NULL; END; EXECUTE 'COMMENT ON ROLE postgres IS ''x'''; END $$",
        "GRANT ALL ON DATABASE " + victim + " TO pg_monitor",
        std::string("BEGIN; CREATE TABLE a (x int); PREPARE TRANSACTION 'escaped'"),
        std::string("SET SESSION AUTHORIZATION pg_monitor; RESET SESSION AUTHORIZATION; DROP OWNED BY postgres"),
        std::string("COPY (SELECT 1) TO PROGRAM 'touch /tmp/dataflow_escaped'")}) {
    CAPTURE(sql);
    attempt(sql);
    CHECK(cluster() == before);
  }
  CHECK(access("/tmp/dataflow_escaped", F_OK) != 0);
  CHECK(database.rows(tables) == std::vector<std::string>{"public.t"});
  Postgres::instance().drop_database(victim);
}

TEST_CASE("several files of PostgreSQL run in any order, a lone one in its own") {
  const std::vector<SqlText> files = {
      {"1_views.sql", "CREATE VIEW v AS SELECT total(a), kind FROM app.t; COMMENT ON VIEW v IS 'seen';"},
      {"2_functions.sql",
       "BEGIN; CREATE FUNCTION total(x app.t) RETURNS bigint LANGUAGE sql AS 'SELECT x.n + 1'; COMMIT;"
       "CREATE OR REPLACE FUNCTION total(x bigint) RETURNS bigint LANGUAGE sql AS 'SELECT max(n) FROM app.t';"},
      {"3_children.sql",
       "SET search_path = app; CREATE TABLE child (id bigint REFERENCES t); CREATE INDEX ON child (id)"},
      {"4_tables.sql", "CREATE TABLE app.t (n bigint PRIMARY KEY, a bigint, kind app.kind)"},
      {"5_types.sql", "CREATE TYPE app.kind AS ENUM ('a;b', 'c')"},
      {"6_schemas.sql", "CREATE SCHEMA app"},
  };
  const std::string in_order =
      "CREATE SCHEMA app; CREATE TYPE app.kind AS ENUM ('a;b', 'c'); CREATE TABLE app.t (n bigint PRIMARY KEY, a "
      "bigint, "
      "kind app.kind); CREATE TABLE app.child (id bigint REFERENCES app.t); CREATE INDEX ON app.child (id);" +
      files[1].sql + files[0].sql;
  Tenant tenant("files_tenant");
  const PostgresDatabase database;
  for (const std::string& url : std::vector<std::string>{database.url(), tenant.url()}) {
    Database server(url);
    const Wanted asked = schema_from_sql(server, in_order, "all.sql");
    const Difference difference = compare(schema_from_sql(server, files).schema, asked);
    CHECK(difference.changes.empty());
    CHECK(asked.schema.definitions.size() == 6);  // app, kind, both functions, the view, public
    std::vector<SqlText> broken = files;
    broken[3].sql += "; CREATE TABEL x ()";
    CHECK(std::string_view(error_of([&] { schema_from_sql(server, broken); }).what()).starts_with("4_tables.sql:1: "));
    broken[3].sql = files[3].sql;
    broken[4].sql = "SELECT 1";
    const Error missing = error_of([&] { schema_from_sql(server, broken); });
    CHECK(std::string_view(missing.what()).starts_with("1_views.sql:1: "));
    CHECK(missing.code == ErrorCode::bad_document);
  }
  CHECK(scratch_databases() == "0");
}
