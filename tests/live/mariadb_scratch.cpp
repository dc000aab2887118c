// Scratch databases of MariaDB: what is tried there stays there, and goes away whatever happens.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "support/mariadb_line.hpp"
#include "support/one_file.hpp"

using namespace dataflow;
using namespace dataflow::test;
using mariadb::Scratch;

namespace {

std::vector<std::string> scratch_databases() {
  return MariaDb::instance().rows("mysql", "SHOW DATABASES LIKE 'dataflow\\_scratch\\_%'");
}

bool there(const std::string& name) {
  const auto all = scratch_databases();
  return std::find(all.begin(), all.end(), name) != all.end();
}

/// Everything that users have made anywhere on the server but in scratch databases.
std::vector<std::string> the_rest() {
  return MariaDb::instance().rows(
      "mysql",
      "SELECT 'database', SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME, '' FROM information_schema.SCHEMATA WHERE "
      "SCHEMA_NAME "
      "NOT LIKE 'dataflow%' UNION ALL SELECT 'table', TABLE_SCHEMA, TABLE_NAME, TABLE_ROWS > 0 FROM "
      "information_schema.TABLES WHERE TABLE_SCHEMA NOT LIKE 'dataflow%' AND TABLE_SCHEMA NOT IN ('mysql', 'sys', "
      "'performance_schema', 'information_schema') UNION ALL SELECT 'routine', ROUTINE_SCHEMA, ROUTINE_NAME, '' FROM "
      "information_schema.ROUTINES WHERE ROUTINE_SCHEMA NOT LIKE 'dataflow%' UNION ALL SELECT 'account', User, Host, "
      "'' "
      "FROM mysql.user UNION ALL SELECT 'variable', VARIABLE_NAME, VARIABLE_VALUE, '' FROM "
      "information_schema.GLOBAL_VARIABLES WHERE VARIABLE_NAME IN ('max_connections', 'event_scheduler', 'sql_mode') "
      "UNION ALL SELECT 'column', TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE "
      "TABLE_SCHEMA LIKE 'test%' ORDER BY 1, 2, 3, 4");
}

constexpr const char* tables = "SHOW FULL TABLES";

}  // namespace

TEST_CASE("a scratch database of MariaDB is like the database beside it, empty, and goes away") {
  const MariaDbDatabase database("CREATE TABLE t (a int)");
  database.run("ALTER DATABASE " + database.name() + " CHARACTER SET latin2 COLLATE latin2_bin");
  const auto connection = connect_to_mariadb(database.url());
  connection->run("START TRANSACTION");  // does not hinder, and does not end
  connection->run("INSERT INTO t VALUES (1)");
  std::string name;
  {
    Scratch scratch(*connection);
    auto& inside = scratch.connection();
    name = inside.database();
    CHECK(name.starts_with("dataflow_scratch_"));
    CHECK(name.size() <= 64);
    CHECK(inside.query(tables).empty());
    const std::string like =
        "SELECT @@character_set_database, @@collation_database, @@sql_mode, @@default_storage_engine";
    CHECK(inside.query(like) == connection->query(like));
    scratch.build(std::vector<std::string>{"CREATE TABLE child (p int, FOREIGN KEY (p) REFERENCES parent (id))",
                                           "CREATE TABLE parent (id int PRIMARY KEY)"});
    CHECK(inside.query("SHOW TABLES").size() == 2);
    const Error error = error_from([&] {
      scratch.build(std::vector<std::string>{"CREATE TABLE a (x int)", "CREATE TABLE b (x nix)"});
    });
    CHECK(error.statement == "CREATE TABLE b (x nix)");
    Scratch second(*connection);
    CHECK(second.connection().database() != name);
    CHECK(there(name));
  }
  CHECK_FALSE(there(name));
  connection->run("ROLLBACK");
  CHECK(connection->query("SELECT * FROM t").empty());
}

TEST_CASE("an account of MariaDB that may make no database is told what to grant") {
  const MariaDbDatabase database("CREATE USER scratch_tenant@localhost");
  database.run("GRANT ALL ON " + database.name() + ".* TO scratch_tenant@localhost");
  const auto connection = connect_to_mariadb(database.url("scratch_tenant"));
  const Error none = error_from([&] { Scratch scratch(*connection); });
  CHECK(none.code == ErrorCode::permission);
  CHECK(has(none.hint, "GRANT ALL ON `dataflow\\_scratch\\_%`.* TO `scratch_tenant`@`localhost`"));
  database.run(none.hint.substr(0, none.hint.find(", or")));
  {
    Scratch scratch(*connect_to_mariadb(database.url("scratch_tenant")));
    scratch.connection().run("CREATE TABLE t (a int)");
  }
  database.run("DROP USER scratch_tenant@localhost");
}

TEST_CASE("what a killed run leaves behind on MariaDB is gone after the next start, and what lives stays") {
  const MariaDbDatabase database;
  const auto connection = connect_to_mariadb(database.url());
  Scratch alive(*connection);
  alive.connection().run("CREATE TABLE t (a int)");
  const auto before = scratch_databases();
  const pid_t child = fork();
  if (child == 0) {
    const auto own = connect_to_mariadb(database.url());
    Scratch scratch(*own);
    scratch.connection().run("CREATE TABLE t (a int)");
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  REQUIRE(WIFSIGNALED(status));
  std::string left;
  for (const std::string& name : scratch_databases())
    if (std::find(before.begin(), before.end(), name) == before.end()) left = name;
  REQUIRE(!left.empty());
  for (int i = 0; i < 100; ++i) {  // the server needs a moment to see that its client has gone
    if (MariaDb::instance().rows("mysql", "SELECT IS_FREE_LOCK('" + left + "')")[0] == "1") break;
    usleep(50'000);
  }
  { Scratch next(*connection); }
  CHECK_FALSE(there(left));
  CHECK(there(alive.connection().database()));
  CHECK(alive.connection().query("SELECT * FROM t").empty());
}

TEST_CASE("a file runs as the client program of MariaDB would run it") {
  const MariaDbDatabase database;
  const auto connection = connect_to_mariadb(database.url());
  Scratch scratch(*connection);
  auto& inside = scratch.connection();
  const std::string mode = *inside.query("SELECT @@sql_mode")[0][0];
  run_script(scratch,
             "/*M!999999\\- enable the sandbox mode */ \n"
             "-- a dump; of a 'shop\n"
             "/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;\n"
             "CREATE DATABASE /*!32312 IF NOT EXISTS*/ `shop` /*!40100 DEFAULT CHARACTER SET utf8mb4 */;\n"
             "USE `shop`;\n"
             "DROP TABLE IF EXISTS `shop`.`a`;\n"
             "CREATE TABLE `shop` . `a` (`x` int, y varchar(9) DEFAULT 'it''s; \\'') COMMENT \"it's;\";\n"
             "CREATE TABLE b (x int, `shop` int, INDEX (x));\n"
             "INSERT INTO a VALUES (1, ';'); LOCK TABLES a WRITE; UNLOCK TABLES;\n"
             "DELIMITER $$\n"
             "CREATE PROCEDURE p()\nBEGIN\n  -- one; two\n  SELECT 1; SELECT '$';\nEND$$\n"
             "DELIMITER ;;\n"
             "/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER g BEFORE INSERT ON shop.a FOR "
             "EACH ROW BEGIN SET NEW.x = 1; SET NEW.y = ''; END */;;\n"
             "delimiter ;\n"
             "CREATE FUNCTION f() RETURNS int DETERMINISTIC BEGIN DECLARE n int; IF n > 1 THEN SET n = 2; END IF; "
             "RETURN CASE n WHEN 1 THEN 2 END; END;\n"
             "CREATE VIEW v AS SELECT `shop`.`a`.`x` FROM `shop`.`a`;\n"
             "CREATE TABLE shop (shop int); ALTER TABLE shop.shop ADD y int; # twice\n"
             "CREATE VIEW w AS SELECT shop.shop FROM shop;\n"
             "RENAME TABLE shop.b TO shop.c; START TRANSACTION; COMMIT; SET @x = 1, NAMES latin1",
             "file.sql");
  CHECK(inside.query(tables) ==
        Rows{{"a", "BASE TABLE"}, {"c", "BASE TABLE"}, {"shop", "BASE TABLE"}, {"v", "VIEW"}, {"w", "VIEW"}});
  CHECK(inside.query("SELECT * FROM a").empty());
  CHECK(inside.query("SHOW COLUMNS FROM shop").size() == 2);
  CHECK(inside.query("SELECT ROUTINE_NAME, ROUTINE_DEFINITION LIKE '%-- one; two\n%' FROM information_schema.ROUTINES "
                     "WHERE ROUTINE_SCHEMA = DATABASE() ORDER BY 1") == Rows{{"f", "0"}, {"p", "1"}});
  CHECK(inside.query("SHOW TRIGGERS").size() == 1);
  CHECK(inside.query("SELECT @@sql_mode, @@character_set_client, @@foreign_key_checks, DATABASE() = ?",
                     {inside.database()}) == Rows{{mode, "utf8mb4", "0", "1"}});
}

TEST_CASE("statements of a file are split, with the lines where they begin") {
  const auto split = mariadb::split_script(
      "\xEF\xBB\xBF-- first\nSELECT 1;\n\n  SELECT ';', `;`, \"\\\";\" /* ; */;SELECT 2\\G\n"
      "delimiter //\nSELECT 3; SELECT 4//\nDELIMITER ;\n\nSELECT 5 # end;\n");
  REQUIRE(split.size() == 5);
  CHECK(split[0].text == "SELECT 1");
  CHECK(split[0].line == 2);
  CHECK(split[1].text == "SELECT ';', `;`, \"\\\";\" /* ; */");
  CHECK(split[1].line == 4);
  CHECK(split[2].text == "SELECT 2");
  CHECK(split[3].text == "SELECT 3; SELECT 4");
  CHECK(split[3].line == 6);
  CHECK(split[4].line == 9);
  const auto parted = mariadb::split_script(
      "DELIMITER $$\nDROP PROCEDURE IF EXISTS p;\n-- it\nCREATE PROCEDURE p() BEGIN SELECT 1, \\\n 2; END;\n$$");
  REQUIRE(parted.size() == 2);
  CHECK(parted[0].text == "DROP PROCEDURE IF EXISTS p");
  CHECK(parted[1].text == "-- it\nCREATE PROCEDURE p() BEGIN SELECT 1, \n 2; END;");
  CHECK(parted[1].line == 3);
  CHECK(mariadb::split_script("").empty());
  CHECK(mariadb::split_script("-- nothing\n;;\n/* ; */").empty());
}

TEST_CASE("a file for MariaDB may be strict, have a table called event, and several statements before a mark") {
  const MariaDbDatabase database;
  const auto connection = connect_to_mariadb(database.url());
  Scratch scratch(*connection);
  run_script(
      scratch,
      "SET SESSION sql_mode = 'STRICT_ALL_TABLES';\n"
      "CREATE TABLE IF NOT EXISTS event (id int) ENGINE=MyISAM;\n"
      "DELIMITER //\nDROP TRIGGER IF EXISTS tr;\nCREATE TRIGGER tr BEFORE INSERT ON event FOR EACH ROW BEGIN SET "
      "@a = 1, \\\n @b = 2; END;\n//\n",
      "file.sql");
  const Schema schema = mariadb::inspect(scratch.connection());
  CHECK(find_table(schema, {"", "event"}) != nullptr);
  CHECK(schema.definitions.size() == 1);
}

TEST_CASE("an error in a file for MariaDB says where") {
  const MariaDbDatabase database;
  const auto connection = connect_to_mariadb(database.url());
  Scratch scratch(*connection);
  const auto error_in = [&](const std::string& sql) {
    return error_from([&] { run_script(scratch, sql, "file.sql"); });
  };
  const Error error = error_in("CREATE TABLE a (x int);\n\nCREATE TABLE b (y nix);");
  CHECK(error.code == ErrorCode::bad_document);
  CHECK(std::string(error.what()) == "file.sql:3: unknown data type: 'nix'");
  CHECK(error.statement == "CREATE TABLE b (y nix)");
  CHECK(error.dialect == "mariadb");
  // a body that never ends: its beginning is to blame
  const Error open = error_in("CREATE TABLE c (x int);\nCREATE PROCEDURE p() BEGIN\nSELECT 1;\nSELECT 2;");
  CHECK(open.code == ErrorCode::bad_document);
  CHECK(std::string(open.what()).starts_with("file.sql:2: "));
  CHECK(std::string(error_in("CREATE TABLE d (x int;\nCREATE TABLE e (x int);").what()).starts_with("file.sql:1: "));
}

TEST_CASE("nothing of a file leaves the scratch database") {
  const MariaDbDatabase database("CREATE TABLE t (a int); CREATE TABLE shop (a int)");
  const auto connection = connect_to_mariadb(database.url());
  const auto before = the_rest();
  const std::string live = database.name();
  const std::vector<std::string> scripts = {
      "USE " + live + "; CREATE TABLE escaped (a int); DROP TABLE IF EXISTS t;",
      "DROP DATABASE " + live + "; CREATE DATABASE escaped; ALTER DATABASE " + live + " CHARACTER SET latin7",
      "CREATE TABLE " + live + ".escaped (a int)",
      "CREATE TABLE `" + live + "` /* */ . /* */ escaped (a int)",
      "DROP TABLE IF EXISTS a, " + live + ".t",
      "DROP TABLE " + live + ".t",
      "DROP VIEW IF EXISTS x, " + live + ".t",
      "/*!50000 DROP TABLE */ /*!50000 " + live + ".t */",
      "CREATE TABLE a (x int); RENAME TABLE a TO " + live + ".b",
      "CREATE TABLE a (x int); ALTER TABLE a RENAME " + live + ".b",
      "CREATE TABLE a (x int); ALTER TABLE a ADD y int, RENAME AS " + live + ".b",
      "ALTER TABLE " + live + ".t ADD b int",
      "CREATE INDEX i ON " + live + ".t (a)",
      "DROP INDEX i ON " + live + ".t",
      "CREATE OR REPLACE TABLE IF NOT EXISTS " + live + ".t (z int)",
      "CREATE OR REPLACE TABLE " + live + ".t (z int)",
      "CREATE TRIGGER g BEFORE INSERT ON " + live + ".t FOR EACH ROW SET NEW.a = 1",
      "CREATE PROCEDURE " + live + ".p() SELECT 1",
      "CREATE SEQUENCE " + live + ".s",
      std::string("CREATE USER escaped; GRANT ALL ON *.* TO escaped@localhost; DROP USER root@localhost"),
      std::string("CREATE ROLE escaped; RENAME USER root@localhost TO escaped; SET PASSWORD = PASSWORD('x')"),
      std::string("SET GLOBAL max_connections = 33; SET @@GLOBAL.max_connections = 33; SET @x = 1, GLOBAL "
                  "max_connections = 33; SET @x = 2, @@global.max_connections = 33"),
      std::string("/*!40101 SET GLOBAL max_connections = 33 */; FLUSH TABLES; SHUTDOWN; KILL 1; BACKUP STAGE START"),
      "EXECUTE IMMEDIATE 'DROP TABLE " + live + ".t'",
      "BEGIN NOT ATOMIC DROP TABLE " + live + ".t; END",
      "PREPARE s FROM 'DROP TABLE " + live + ".t'; EXECUTE s",
      "INSERT INTO " + live + ".t VALUES (1)",
      "CREATE PROCEDURE p() DROP TABLE " + live + ".t; CALL p(); DO 1; SELECT 1",
      "TRUNCATE " + live + ".t; DELETE FROM " + live + ".t; LOAD DATA INFILE '/etc/passwd' INTO TABLE " + live + ".t",
      "SET STATEMENT max_statement_time = 1 FOR DROP TABLE " + live + ".t",
      "source /etc/passwd\n\\! touch /tmp/escaped\nCREATE SERVER escaped FOREIGN DATA WRAPPER mysql OPTIONS (HOST "
      "'h')",
      std::string("CREATE FUNCTION escaped RETURNS STRING SONAME 'escaped.so'; INSTALL SONAME 'escaped'")};
  for (const std::string& sql : scripts) {
    CAPTURE(sql);
    Scratch scratch(*connection);
    try {
      run_script(scratch, sql, "file");
    } catch (const Error& e) {
      CHECK(e.code == ErrorCode::bad_document);
    }
    CHECK(the_rest() == before);
  }
}

TEST_CASE("an event in a scratch database of MariaDB never fires, and is read as if it would") {
  MariaDb& server = MariaDb::instance();
  const MariaDbDatabase database("CREATE TABLE fired (a int)");
  const std::string every =
      "CREATE EVENT e ON SCHEDULE EVERY 1 SECOND DO INSERT INTO " + database.name() + ".fired VALUES (1)";
  server.run("mysql", "SET GLOBAL event_scheduler = ON");
  {
    const auto connection = connect_to_mariadb(database.url());
    Scratch scratch(*connection);
    run_script(scratch, every + ";", "test");
    const Schema schema = mariadb::inspect(scratch.connection());
    REQUIRE(schema.definitions.size() == 1);
    CHECK(has(schema.definitions[0].text.text, " ENABLE DO "));
    std::this_thread::sleep_for(std::chrono::milliseconds(2500));
  }
  CHECK(database.value("SELECT count(*) FROM fired") == "0");
  database.run(every);  // the scheduler runs indeed
  std::this_thread::sleep_for(std::chrono::milliseconds(2500));
  CHECK(database.value("SELECT count(*) > 0 FROM fired") == "1");
  server.run("mysql", "SET GLOBAL event_scheduler = OFF");
}

TEST_CASE("several files of MariaDB run in any order") {
  const std::vector<SqlText> files = {
      {"1_views.sql", "CREATE VIEW v AS SELECT f(a) AS b FROM t;"},
      {"2_programs.sql",
       "DELIMITER //\nCREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.a = 1; SET NEW.n = 2; END//\n"
       "CREATE FUNCTION f(x INT) RETURNS INT DETERMINISTIC BEGIN RETURN x + 1; END//\nDELIMITER ;\n"},
      {"3_indexes.sql", "CREATE INDEX i ON t (a); ALTER TABLE child ADD COLUMN c INT;"},
      {"4_children.sql", "CREATE TABLE child (id INT, FOREIGN KEY (id) REFERENCES t (n))"},
      {"5_tables.sql", "CREATE TABLE t (n INT PRIMARY KEY, a INT)"},
  };
  const MariaDbDatabase database;
  Database server(database.url());
  std::string in_order;
  for (const std::size_t i : {4U, 3U, 2U, 1U, 0U}) in_order += files[i].sql + ";\n";
  const Wanted asked = schema_from_sql(server, in_order, "all.sql");
  CHECK(compare(schema_from_sql(server, files).schema, asked).changes.empty());
  CHECK(asked.schema.tables.size() == 2);
  CHECK(asked.schema.definitions.size() == 3);
  std::vector<SqlText> broken = files;
  broken[4].sql = "SELECT 1";
  std::string said;
  try {
    schema_from_sql(server, broken);
  } catch (const Error& e) {
    said = e.what();
  }
  CHECK(said.find(".sql:1: ") != std::string::npos);
  CHECK(scratch_databases().empty());
}
