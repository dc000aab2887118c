// The migration's transaction, and the digest that says whether a catalog has changed.
#include <doctest/doctest.h>

#include <thread>

#include "support/postgres.hpp"
#include "support/postgres_line.hpp"

using namespace dataflow;
using namespace dataflow::test;
using postgresql::catalog_digest;

TEST_CASE("a migration is one transaction: whole, or nothing of it") {
  const PostgresDatabase database("CREATE TABLE t (a int)");
  const auto connection = connect_to(database.url());
  {
    const auto migrating = postgresql::begin(*connection, std::nullopt, false);
    connection->run("ALTER TABLE public.t ADD COLUMN b int");
  }
  CHECK(database.value("SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0") == "1");
  {
    const auto migrating = postgresql::begin(*connection, in(5000), false);
    connection->run("ALTER TABLE public.t ADD COLUMN b int");
    CHECK(connection->query("SHOW check_function_bodies") == Rows{{"off"}});
    migrating->check();
    migrating->commit();
  }
  CHECK(database.value("SELECT count(*) FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0") == "2");
  CHECK(connection->query("SHOW check_function_bodies") == Rows{{"on"}});
  CHECK(connection->query("SHOW lock_timeout") == Rows{{"5s"}});
  {
    const auto migrating = postgresql::begin(*connection, std::nullopt, false);
    CHECK_THROWS_AS(connection->query("SELECT 1/0"), Error);
    CHECK_THROWS_AS(migrating->commit(), Error);
  }
  CHECK(connection->query("SELECT 1") == Rows{{"1"}});
}

TEST_CASE("one migration at a time, and the other one is named") {
  const PostgresDatabase database;
  const auto one = connect_to(database.url() + "&application_name=the_first"), two = connect_to(database.url());
  auto first = postgresql::begin(*one, std::nullopt, false);
  const auto start = std::chrono::steady_clock::now();
  two->set_deadline(in(300));
  const Error locked = error_of([&] { postgresql::begin(*two, in(300), false); });
  CHECK(locked.code == ErrorCode::locked);
  CHECK(holds(locked.what(), "the_first (pid " + *one->query("SELECT pg_backend_pid()")[0][0]));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(4));
  const PostgresDatabase elsewhere;
  const auto other = connect_to(elsewhere.url());
  postgresql::begin(*other, in(300), false);

  std::thread ends([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    first.reset();
  });
  two->set_deadline(std::nullopt);
  const auto second = postgresql::begin(*two, in(5000), false);
  ends.join();
  two->run("CREATE TABLE public.t (a int)");
}

TEST_CASE("constraints that were put off are held before the end") {
  const PostgresDatabase database(
      "CREATE TABLE p (a int PRIMARY KEY); CREATE TABLE c (a int REFERENCES p DEFERRABLE INITIALLY DEFERRED)");
  const auto connection = connect_to(database.url());
  const auto migrating = postgresql::begin(*connection, std::nullopt, true);
  connection->run("INSERT INTO public.c VALUES (7)");
  const Error error = error_of([&] { migrating->check(); });
  CHECK(error.code == ErrorCode::verification);
  CHECK(holds(error.what(), "(a)=(7)"));
}

TEST_CASE("every DDL changes the digest of the catalog") {
  const PostgresDatabase database;
  const auto connection = connect_to(database.url());
  std::string before = catalog_digest(*connection);
  for (const std::string statement : {"CREATE TABLE t (a int, b text, c int[])",
                                      "ALTER TABLE t ADD COLUMN d int",
                                      "ALTER TABLE t ALTER b SET DEFAULT 'x'",
                                      "ALTER TABLE t ALTER b SET DEFAULT 'y'",
                                      "ALTER TABLE t ALTER a SET NOT NULL",
                                      "ALTER TABLE t ALTER b SET STATISTICS 7",
                                      "ALTER TABLE t ALTER b SET (n_distinct = 5)",
                                      "ALTER TABLE t ALTER b SET STORAGE EXTERNAL",
                                      "ALTER TABLE t ALTER b TYPE varchar(20)",
                                      "ALTER TABLE t ALTER b TYPE varchar(30)",
                                      "ALTER TABLE t DROP COLUMN d",
                                      "ALTER TABLE t RENAME COLUMN c TO e",
                                      "ALTER TABLE t ADD CONSTRAINT ck CHECK (a > 0) NOT VALID",
                                      "ALTER TABLE t VALIDATE CONSTRAINT ck",
                                      "ALTER TABLE t RENAME CONSTRAINT ck TO ck2",
                                      "CREATE UNIQUE INDEX i ON t (a)",
                                      "ALTER INDEX i SET (fillfactor = 70)",
                                      "ALTER TABLE t REPLICA IDENTITY USING INDEX i",
                                      "ALTER TABLE t CLUSTER ON i",
                                      "ALTER INDEX i RENAME TO i2",
                                      "ALTER TABLE t SET UNLOGGED",
                                      "ALTER TABLE t SET LOGGED",
                                      "ALTER TABLE t SET (autovacuum_enabled = off)",
                                      "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
                                      "CREATE POLICY p ON t USING (a > 1)",
                                      "ALTER POLICY p ON t USING (a > 2)",
                                      "COMMENT ON TABLE t IS 'x'",
                                      "COMMENT ON COLUMN t.a IS 'x'",
                                      "COMMENT ON COLUMN t.a IS NULL",
                                      "GRANT SELECT ON t TO pg_monitor",
                                      "GRANT UPDATE (a) ON t TO pg_monitor",
                                      "ALTER TABLE t OWNER TO pg_monitor",
                                      "CREATE TABLE r (a int REFERENCES t (a))",
                                      "ALTER TABLE r DISABLE TRIGGER ALL",
                                      "CREATE VIEW v AS SELECT a FROM t",
                                      "CREATE OR REPLACE VIEW v AS SELECT a + 0 AS a FROM t",
                                      "ALTER VIEW v SET (security_barrier)",
                                      "CREATE MATERIALIZED VIEW m AS SELECT a FROM t",
                                      "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                                      "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2'",
                                      "ALTER FUNCTION f() IMMUTABLE",
                                      "CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
                                      "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION g()",
                                      "ALTER TABLE t DISABLE TRIGGER tr",
                                      "ALTER TRIGGER tr ON t RENAME TO tr2",
                                      "CREATE AGGREGATE ag (int) (sfunc = int4pl, stype = int)",
                                      "CREATE TYPE mood AS ENUM ('a')",
                                      "ALTER TYPE mood ADD VALUE 'b'",
                                      "ALTER TYPE mood RENAME VALUE 'b' TO 'c'",
                                      "CREATE TYPE pair AS (x int)",
                                      "ALTER TYPE pair ADD ATTRIBUTE y int",
                                      "CREATE TYPE span AS RANGE (subtype = int)",
                                      "CREATE DOMAIN dom AS int",
                                      "ALTER DOMAIN dom ADD CHECK (VALUE > 0)",
                                      "ALTER DOMAIN dom SET DEFAULT 3",
                                      "CREATE SEQUENCE s",
                                      "ALTER SEQUENCE s INCREMENT 2",
                                      "ALTER TABLE t ADD COLUMN id int GENERATED ALWAYS AS IDENTITY",
                                      "ALTER TABLE t ALTER id SET INCREMENT 3",
                                      "CREATE STATISTICS st ON a, b FROM t",
                                      "CREATE RULE ru AS ON DELETE TO r DO NOTHING",
                                      "CREATE TABLE part (a int) PARTITION BY RANGE (a)",
                                      "CREATE TABLE part1 PARTITION OF part FOR VALUES FROM (1) TO (2)",
                                      "ALTER TABLE part DETACH PARTITION part1",
                                      "CREATE SCHEMA other",
                                      "ALTER TABLE r SET SCHEMA other",
                                      "COMMENT ON SCHEMA public IS 'mine'",
                                      "GRANT CREATE ON SCHEMA public TO pg_monitor",
                                      "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO pg_monitor",
                                      "CREATE COLLATION co (provider = icu, locale = 'de')",
                                      "CREATE CAST (mood AS int) WITH INOUT",
                                      "CREATE OPERATOR === (leftarg = int, rightarg = int, function = int4eq)",
                                      "CREATE TEXT SEARCH CONFIGURATION ts (COPY = simple)",
                                      "ALTER TEXT SEARCH CONFIGURATION ts DROP MAPPING FOR word",
                                      "CREATE PUBLICATION pub FOR TABLE t",
                                      "ALTER PUBLICATION pub DROP TABLE t",
                                      "CREATE EVENT TRIGGER et ON sql_drop EXECUTE FUNCTION et()",
                                      "CREATE FOREIGN DATA WRAPPER w",
                                      "CREATE SERVER srv FOREIGN DATA WRAPPER w",
                                      "CREATE FOREIGN TABLE ft (a int) SERVER srv OPTIONS (x 'y')",
                                      "ALTER FOREIGN TABLE ft OPTIONS (SET x 'z')",
                                      "CREATE USER MAPPING FOR PUBLIC SERVER srv OPTIONS (a 'b')",
                                      "ALTER USER MAPPING FOR PUBLIC SERVER srv OPTIONS (SET a 'c')",
                                      "DROP TABLE t CASCADE"}) {
    CAPTURE(statement);
    if (statement.starts_with("CREATE EVENT TRIGGER"))
      database.run("CREATE FUNCTION et() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'");
    database.run(statement);
    const std::string after = catalog_digest(*connection);
    CHECK(after != before);
    before = after;
  }
}

TEST_CASE("data, maintenance and dataflow's own tables leave the digest of the catalog alone") {
  const PostgresDatabase database(
      "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int, b text); CREATE INDEX i ON t (a); "
      "CREATE "
      "TABLE u (a int DEFAULT 3, b serial); CREATE MATERIALIZED VIEW m AS SELECT a FROM t; CREATE TABLE part (a int) "
      "PARTITION BY LIST (a); CREATE TABLE part1 PARTITION OF part FOR VALUES IN (1); CREATE STATISTICS st ON a, b "
      "FROM t; ALTER TABLE u ADD COLUMN c int DEFAULT 7; CLUSTER t USING i");
  const auto connection = connect_to(database.url());
  const std::string before = catalog_digest(*connection);
  for (const std::string statement :
       {"INSERT INTO t (a, b) SELECT g, repeat('x', g) FROM generate_series(1, 5000) g", "DELETE FROM t WHERE a < 100",
        "INSERT INTO u SELECT FROM generate_series(1, 100)", "ANALYZE", "VACUUM", "VACUUM (FREEZE)",
        "SELECT nextval('u_b_seq')", "SELECT setval('u_b_seq', 900)", "TRUNCATE u", "TRUNCATE t RESTART IDENTITY",
        "VACUUM FULL t", "CLUSTER t", "REINDEX TABLE t", "REFRESH MATERIALIZED VIEW m", "CHECKPOINT",
        "CREATE TEMPORARY TABLE tmp (a int PRIMARY KEY, b text)", "BEGIN; CREATE TABLE undone (a int); ROLLBACK",
        "VACUUM FULL pg_class; VACUUM FULL pg_attribute",
        "CREATE SCHEMA dataflow; CREATE SCHEMA dataflow_backup; CREATE TABLE dataflow.state (key text PRIMARY KEY, n "
        "bigint GENERATED ALWAYS AS IDENTITY); CREATE TABLE dataflow_backup.b AS SELECT * FROM t"}) {
    CAPTURE(statement);
    database.run(statement);
    CHECK(catalog_digest(*connection) == before);
  }
  const auto temporary = connect_to(database.url());
  temporary->run("CREATE TEMPORARY TABLE tmp (a int PRIMARY KEY, b text)");
  CHECK(catalog_digest(*connection) == before);
}
