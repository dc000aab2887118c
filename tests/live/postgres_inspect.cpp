// What must hold of inspect on PostgreSQL whatever stands in the database: no order of creation shows, a transaction
// that is open stays as it is, nothing that happens meanwhile and no oddity of the catalog is an error.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "dataflow/error.hpp"
#include "dialects/postgresql/postgresql.hpp"
#include "support/inspected.hpp"

using namespace dataflow;
using namespace dataflow::test;

namespace {

std::unique_ptr<Connection> connected(const PostgresDatabase& database) {
  return postgresql::connect(parse_url(database.url()), Open::existing);
}

const Unmodelled* reported(const Schema& schema, const std::string& kind) {
  for (const Unmodelled& one : schema.unmodelled)
    if (one.kind == kind) return &one;
  return nullptr;
}

}  // namespace

TEST_CASE("the order of creation does not show") {
  const std::string types = "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('a', 'b'); CREATE SEQUENCE app.s;";
  const PostgresDatabase one(
      types +
      "CREATE TABLE b (id integer PRIMARY KEY, m app.mood, n text);"
      "CREATE TABLE a (id integer REFERENCES b, n bigint DEFAULT nextval('app.s'), UNIQUE (n));"
      "CREATE INDEX i1 ON b (n); CREATE INDEX i2 ON b (m) WHERE m = 'a';"
      "ALTER TABLE b ADD CONSTRAINT c1 CHECK (id > 0), ADD CONSTRAINT c2 CHECK (n <> '');"
      "CREATE VIEW app.v AS SELECT a.id, b.m FROM a, b; CREATE VIEW w AS SELECT v.m FROM app.v, a;"
      "GRANT SELECT ON a TO PUBLIC; GRANT INSERT ON a TO PUBLIC; COMMENT ON TABLE a IS 'a'");
  const PostgresDatabase two("CREATE TABLE gone (x integer);" + types +
                             "CREATE TABLE a (x text, id integer, n bigint); ALTER TABLE a DROP x;"
                             "CREATE TABLE b (id integer, m text, y integer, n text NOT NULL);"
                             "ALTER TABLE b ADD CONSTRAINT c2 CHECK (n <> ''), DROP y, ALTER n DROP NOT NULL;"
                             "ALTER TABLE b ALTER m TYPE app.mood USING m::app.mood, ADD CONSTRAINT c1 CHECK (id > 0);"
                             "CREATE INDEX i2 ON b (m) WHERE m = 'a'; CREATE INDEX other ON b (n);"
                             "ALTER INDEX other RENAME TO i1; GRANT INSERT, SELECT ON a TO PUBLIC;"
                             "ALTER TABLE b ADD PRIMARY KEY (id); ALTER TABLE a ADD UNIQUE (n), ADD FOREIGN KEY (id) "
                             "REFERENCES b; ALTER TABLE a ALTER n SET DEFAULT nextval('app.s'); DROP TABLE gone;"
                             "CREATE VIEW app.v AS SELECT a.id, b.m FROM a, b; COMMENT ON TABLE a IS 'a';"
                             "CREATE VIEW w AS SELECT v.m FROM app.v, a");
  CHECK(to_text(inspected(one)) == to_text(inspected(two)));
  CHECK(inspected(one) == inspected(two));
}

TEST_CASE("an open transaction sees itself and keeps its settings") {
  const PostgresDatabase database("CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('a')");
  const auto connection = connected(database);
  connection->run("BEGIN");
  connection->run("SET LOCAL search_path = app");
  connection->run("SET LOCAL \"DateStyle\" = 'German'");
  connection->run("CREATE TABLE app.t (m mood DEFAULT 'a', d date DEFAULT '2020-01-31')");
  const Schema inside = postgresql::inspect(*connection);
  CHECK(connection->query("SHOW search_path").at(0).at(0) == "app");
  CHECK(connection->query("SHOW \"DateStyle\"").at(0).at(0) == "German, DMY");
  REQUIRE(inside.tables.size() == 1);
  CHECK(inside.tables[0].columns[0].type.spelled == "app.mood");
  CHECK(inside.tables[0].columns[1].default_value == Default(Sql("'2020-01-31'::date")));
  connection->run("COMMIT");
  CHECK(postgresql::inspect(*connection) == inside);
  CHECK(inspected(database) == inside);
}

TEST_CASE("a failed reading leaves an open transaction usable") {
  const PostgresDatabase database(
      "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'select 1'; CREATE VIEW v AS SELECT f() AS a;"
      "DELETE FROM pg_proc WHERE proname = 'f'");
  const auto connection = connected(database);
  connection->run("BEGIN");
  CHECK_THROWS_AS(postgresql::inspect(*connection), Error);
  CHECK(connection->query("SELECT 1").at(0).at(0) == "1");
  connection->run("ROLLBACK");
  CHECK_THROWS_AS(postgresql::inspect(*connection), Error);
  CHECK(connection->query("SELECT 1").at(0).at(0) == "1");
}

TEST_CASE("what others create and drop meanwhile is no error") {
  const PostgresDatabase database("CREATE TABLE t (a integer)");
  std::atomic<bool> done = false;
  std::thread other([&] {
    while (!done)
      database.run(
          "CREATE VIEW v AS SELECT a FROM t; CREATE INDEX i ON t ((a + 1)) WHERE a > 0;"
          "CREATE FUNCTION f(x t) RETURNS text LANGUAGE sql AS 'select 1::text'; DROP FUNCTION f; DROP VIEW v; DROP "
          "INDEX i");
  });
  const auto connection = connected(database);
  for (int i = 0; i < 30; ++i) CHECK_NOTHROW(postgresql::inspect(*connection));
  done = true;
  other.join();
}

TEST_CASE("an odd catalog is reported") {
  const PostgresDatabase database(
      "CREATE TABLE t (a integer); CREATE ROLE inspect_dead; GRANT SELECT ON t TO inspect_dead;"
      "CREATE INDEX i ON t (a); CREATE TYPE shell");
  database.run(
      "DELETE FROM pg_shdepend WHERE refobjid = (SELECT oid FROM pg_authid WHERE rolname = 'inspect_dead');"
      "DELETE FROM pg_authid WHERE rolname = 'inspect_dead';"
      "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'i'::regclass");
  const Schema schema = inspected(database);
  REQUIRE(schema.tables.size() == 1);
  CHECK(schema.tables[0].indexes.at(0).attributes.contains("invalid"));
  const Unmodelled* grant = reported(schema, "grant");
  REQUIRE(grant != nullptr);
  CHECK(grant->path == Path{"public", "t"});
  CHECK(reported(schema, "shell type") != nullptr);
}
