// The migration lock of MariaDB, what is one transaction and what is not, and the digest of a catalog.
#include <doctest/doctest.h>
#include <unistd.h>

#include <thread>

#include "dialects/mariadb/native.hpp"
#include "dialects/mariadb/own.hpp"
#include "support/mariadb_line.hpp"

using namespace dataflow;
using namespace dataflow::test;

namespace {

using Clock = std::chrono::steady_clock;

std::string name_of_session(const Connection& connection) {
  return "root@localhost (connection " + std::to_string(dynamic_cast<const mariadb::Server&>(connection).id());
}

}  // namespace

TEST_CASE("one migration of a MariaDB database at a time, whoever holds the lock has a name") {
  const MariaDbDatabase database("CREATE TABLE t (a int)"), another;
  const auto first = connect_to_mariadb(database.url()), second = connect_to_mariadb(database.url());
  const auto elsewhere = connect_to_mariadb(another.url());
  {
    const auto held = mariadb::hold(*first, after(1000));
    {
      const auto migrating = mariadb::begin(*first, after(1000), false);
      for (const bool whole : {true, false}) {
        const Error taken = error_from([&] {
          if (whole)
            mariadb::hold(*second, after(200));
          else
            mariadb::begin(*second, after(200), false);
        });
        CHECK(taken.code == ErrorCode::locked);
        CHECK(has(taken.what(), name_of_session(*first)));
      }
      mariadb::begin(*elsewhere, after(200), false);
      first->run("INSERT INTO t VALUES (1)");
      CHECK(database.value("SELECT COUNT(*) FROM t") == "0");
      migrating->commit();
      CHECK(database.value("SELECT COUNT(*) FROM t") == "1");
      first->run("INSERT INTO t VALUES (2)");
    }
    CHECK(database.value("SELECT COUNT(*) FROM t") == "1");
    CHECK(error_from([&] { mariadb::hold(*second, after(200)); }).code == ErrorCode::locked);
  }
  CHECK_NOTHROW(mariadb::hold(*second, after(200)));
  CHECK(first->query("SELECT @@autocommit, @@foreign_key_checks, @@lock_wait_timeout") == Rows{{"1", "1", "5"}});
  {
    const auto held = mariadb::hold(*first, std::nullopt);
    database.run("KILL " + std::to_string(mariadb::server(*first).id()));
    CHECK_NOTHROW(mariadb::hold(*second, after(3000)));  // the lock goes with the connection
  }
}

TEST_CASE("what follows a statement that commits by itself is one transaction again") {
  const MariaDbDatabase database("CREATE TABLE t (a int)");
  const auto connection = connect_to_mariadb(database.url());
  {
    const auto migrating = mariadb::begin(*connection, std::nullopt, false);
    connection->run("INSERT INTO t VALUES (1)");
    connection->run("ALTER TABLE t ADD COLUMN b int");
    connection->run("INSERT INTO t VALUES (2, 2)");
    connection->run("SET SESSION foreign_key_checks = 0");
  }
  CHECK(database.rows("SELECT a FROM t") == std::vector<std::string>{"1"});
  CHECK(connection->query("SELECT @@autocommit, @@foreign_key_checks") == Rows{{"1", "1"}});
}

TEST_CASE("a statement that waits for a lock stalls nobody for long") {
  const MariaDbDatabase database("CREATE TABLE t (a int); INSERT INTO t VALUES (1)");
  const auto connection = connect_to_mariadb(database.url()), holder = connect_to_mariadb(database.url());
  holder->run("START TRANSACTION");
  holder->query("SELECT * FROM t");
  std::chrono::milliseconds longest{0};
  std::thread reader([&] {
    const auto other = connect_to_mariadb(database.url());
    for (const auto end = Clock::now() + std::chrono::milliseconds(1500); Clock::now() < end;) {
      const auto begin = Clock::now();
      other->query("SELECT * FROM t");
      longest = std::max(longest, std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin));
      usleep(5'000);
    }
    holder->run("ROLLBACK");
  });
  {
    const auto migrating = mariadb::begin(*connection, after(20'000), false);
    CHECK_NOTHROW(connection->run("ALTER TABLE t ADD COLUMN b int"));
    migrating->commit();
  }
  reader.join();
  CHECK(longest < std::chrono::milliseconds(1300));  // one of eight tries waits, for a second
  CHECK(database.value("SELECT COUNT(b) FROM t") == "0");

  holder->run("START TRANSACTION");
  holder->query("SELECT * FROM t");
  const Error locked = error_from([&] {
    const auto migrating = mariadb::begin(*connection, after(500), false);
    connection->run("ALTER TABLE t ADD COLUMN c int");
  });
  CHECK(locked.code == ErrorCode::locked);
  CHECK(locked.statement == "ALTER TABLE t ADD COLUMN c int");
  CHECK(has(locked.what(), name_of_session(*holder)));
  CHECK(connection->query("SELECT @@lock_wait_timeout, @@innodb_lock_wait_timeout") == Rows{{"5", "5"}});
}

TEST_CASE("rows that a step let through without a parent are found before the end") {
  const MariaDbDatabase database(
      "CREATE TABLE `the ``parents` (id int PRIMARY KEY); CREATE TABLE child (id int PRIMARY KEY, p int); INSERT INTO "
      "child VALUES (1, 7), (2, NULL); CREATE TABLE other (p int, CONSTRAINT old FOREIGN KEY (p) REFERENCES `the "
      "``parents` (id)); SET foreign_key_checks = 0; INSERT INTO other VALUES (9)");
  const auto connection = connect_to_mariadb(database.url());
  const auto attempt = [&](const std::vector<std::string>& statements) {
    const auto migrating = mariadb::begin(*connection, std::nullopt, true);
    connection->run("SET SESSION foreign_key_checks = 0");
    for (const std::string& statement : statements) connection->run(statement);
    connection->run("SET SESSION foreign_key_checks = 1");
    migrating->check();
    migrating->commit();
  };
  CHECK_NOTHROW(attempt({"ALTER TABLE other COMMENT 'a row of it was without a parent before'"}));
  const Error added = error_from([&] {
    attempt(
        {"ALTER TABLE child ADD CONSTRAINT `f``k` FOREIGN KEY (p) REFERENCES `the ``parents` (id), "
         "ALGORITHM=INPLACE, LOCK=NONE"});
  });
  CHECK(added.code == ErrorCode::verification);
  CHECK(has(added.what(), "1 row of table child would point to no row of the `parents (foreign key f`k)"));
  connection->run("UPDATE child SET p = NULL");
  connection->run("DELETE FROM other");
  connection->run("INSERT INTO `the ``parents` VALUES (5)");
  connection->run("UPDATE child SET p = 5");
  CHECK(error_from([&] { attempt({"DELETE FROM `the ``parents` WHERE id = 5"}); }).code == ErrorCode::verification);
  CHECK(database.value("SELECT COUNT(*) FROM `the ``parents`") == "1");
  CHECK_NOTHROW(attempt({"INSERT INTO `the ``parents` VALUES (6)"}));
}

TEST_CASE("the digest of a MariaDB catalog changes with every object, and with nothing else") {
  const MariaDbDatabase database(
      "CREATE TABLE `t``1` (a int AUTO_INCREMENT PRIMARY KEY, b int) COMMENT ' AUTO_INCREMENT=9'");
  const auto connection = connect_to_mariadb(database.url());
  CHECK_FALSE(mariadb::standing(*connection));
  const std::string bare = mariadb::catalog_digest(*connection);
  for (const std::string_view table : mariadb::own_tables) connection->run(table);
  CHECK_FALSE(mariadb::standing(*connection));
  connection->run("INSERT INTO dataflow_state VALUES ('model', 'm'), ('catalog', 'c'), ('owned', 'x')");
  connection->run("CREATE TABLE dataflow_backup_1 (a int)");
  CHECK(mariadb::catalog_digest(*connection) == bare);
  const auto standing = mariadb::standing(*connection);
  REQUIRE(standing);
  CHECK(standing->model == "m");
  CHECK(standing->recorded == "c");
  CHECK(standing->now == bare);

  std::string last = bare;
  for (const char* sql : {"CREATE VIEW v AS SELECT a FROM `t``1`",
                          "CREATE OR REPLACE VIEW v AS SELECT b FROM `t``1`",
                          "CREATE SEQUENCE s",
                          "ALTER SEQUENCE s CYCLE",
                          "CREATE TRIGGER g BEFORE INSERT ON `t``1` FOR EACH ROW SET NEW.b = 5",
                          "CREATE OR REPLACE TRIGGER g BEFORE INSERT ON `t``1` FOR EACH ROW SET NEW.b = 6",
                          "CREATE PROCEDURE p(x int) SELECT 1",
                          "CREATE OR REPLACE PROCEDURE p(y int) SELECT 1",
                          "CREATE FUNCTION f() RETURNS int RETURN 1",
                          "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1",
                          "ALTER EVENT e COMMENT 'x'",
                          "ALTER TABLE `t``1` COMMENT ' AUTO_INCREMENT=8'",
                          "ALTER TABLE `t``1` ADD c int INVISIBLE",
                          "CREATE INDEX i ON `t``1` (b)",
                          "ALTER TABLE `t``1` ALTER INDEX i IGNORED",
                          "ALTER TABLE `t``1` ALTER b SET DEFAULT 3",
                          "ALTER TABLE `t``1` PARTITION BY HASH (a) PARTITIONS 2",
                          "RENAME TABLE `t``1` TO t2",
                          "DROP VIEW v",
                          "ALTER DATABASE CHARACTER SET latin2"}) {
    connection->run(sql);
    const std::string now = mariadb::catalog_digest(*connection);
    CAPTURE(sql);
    CHECK(now != last);
    CHECK(now == mariadb::catalog_digest(*connection));
    last = now;
  }
  for (const char* sql : {"INSERT INTO t2 VALUES (1000, 1)", "SELECT NEXT VALUE FOR s", "ANALYZE TABLE t2",
                          "FLUSH TABLES", "CREATE TEMPORARY TABLE temporary (a int)"}) {
    connection->query(sql);
    CAPTURE(sql);
    CHECK(mariadb::catalog_digest(*connect_to_mariadb(database.url())) == last);
  }
  connection->run("CREATE VIEW broken AS SELECT c FROM t2");
  connection->run("ALTER TABLE t2 DROP COLUMN c");
  CHECK_NOTHROW(mariadb::catalog_digest(*connection));
}
