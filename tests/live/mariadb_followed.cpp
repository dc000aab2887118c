// A schema that is followed step by step is, after each, the one that a whole reading finds.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "dialects/followed.hpp"
#include "dialects/mariadb/mariadb.hpp"
#include "support/mariadb.hpp"
#include "support/mariadb_line.hpp"

using namespace dataflow;
using namespace dataflow::test;

namespace {

const std::string shop =
    "CREATE TABLE p (id int PRIMARY KEY, n varchar(10));"
    "CREATE TABLE c (id int PRIMARY KEY, p int, up int, CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id), CONSTRAINT g "
    "FOREIGN KEY (up) REFERENCES c (id));"
    "CREATE TABLE `it's ``odd``` (id int);"
    "CREATE TABLE dataflow_backup_x (id int);"
    "CREATE VIEW v AS SELECT id FROM p; CREATE SEQUENCE s; CREATE FUNCTION fn () RETURNS int RETURN 1;"
    "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01' DO SET @a = 1;"
    "CREATE TRIGGER t1 BEFORE INSERT ON p FOR EACH ROW SET NEW.n = 'x';";

}  // namespace

TEST_CASE("what a statement of MariaDB may have changed is read again, and nothing else is needed") {
  const MariaDbDatabase database(shop);
  const auto connection = connect_to_mariadb(database.url());
  Followed followed(mariadb_dialect, *connection);
  const std::vector<std::string> statements = {
      "ALTER TABLE `c` ADD COLUMN `a` int, ALGORITHM=INSTANT, LOCK=NONE",
      "SET STATEMENT foreign_key_checks = 0 FOR ALTER TABLE `c` DROP FOREIGN KEY `f`, ALGORITHM=INSTANT, LOCK=NONE",
      "SET STATEMENT foreign_key_checks = 0 FOR ALTER TABLE `c` RENAME KEY `f` TO `f`, ADD CONSTRAINT `f` FOREIGN KEY "
      "(`p`) REFERENCES `p` (`id`)",
      "ALTER TABLE `p` RENAME COLUMN `id` TO `key`, ALGORITHM=INSTANT, LOCK=NONE",
      "ALTER TABLE `p` RENAME COLUMN `key` TO `id`",
      "RENAME TABLE `p` TO `q`",
      "CREATE OR REPLACE TRIGGER `t1` BEFORE INSERT ON q FOR EACH ROW SET NEW.n = 'y'",
      "CREATE TRIGGER t2 AFTER DELETE ON `q` FOR EACH ROW SET @a = 1",
      "RENAME TABLE `q` TO dataflow_backup_q",
      "RENAME TABLE dataflow_backup_q TO `p`",
      "DROP TRIGGER `t2`",
      "CREATE TABLE `new` (`id` int PRIMARY KEY)",
      "CREATE TRIGGER t3 BEFORE INSERT ON new FOR EACH ROW SET NEW.id = 1",
      "DROP TABLE `new`",
      "ALTER TABLE `it's ``odd``` MODIFY COLUMN `id` bigint",
      "RENAME TABLE `it's ``odd``` TO `c'd`",
      "CREATE OR REPLACE VIEW `v` AS SELECT n FROM p",
      "DROP VIEW `v`",
      "ALTER SEQUENCE `s` INCREMENT BY 5",
      "RENAME TABLE `s` TO dataflow_backup_s",
      "RENAME TABLE dataflow_backup_s TO `s2`",
      "CREATE OR REPLACE FUNCTION `fn` () RETURNS int RETURN 2",
      "CREATE OR REPLACE EVENT `e` ON SCHEDULE EVERY 2 DAY STARTS '2037-01-01' DO SET @a = 2",
      "DROP EVENT `e`",
      "UPDATE p SET n = 'z'",
      "CREATE INDEX i ON p (n)",  // not ours: all is read
      "ALTER TABLE p RENAME TO p2",
      "DROP TABLE IF EXISTS dataflow_backup_x, `c'd`",
  };
  for (const std::string& sql : statements) {
    CAPTURE(sql);
    connection->run(sql);
    followed.after({RunAlone{sql, {}}});
    const Schema whole = mariadb::inspect(*connection);
    CHECK(followed.place() == place(mariadb_dialect, whole));
    CHECK(followed.schema() == whole);
  }
}

TEST_CASE("words that lowering does not write say nothing of what they change") {
  const MariaDbDatabase database(shop);
  const auto connection = connect_to_mariadb(database.url());
  const Schema before = mariadb::inspect(*connection);
  const auto told = [&](const std::string& sql) {
    return mariadb::reread(*connection, before, {Run{sql}}).has_value();
  };
  CHECK(told("ALTER TABLE `p` ADD COLUMN x int"));
  CHECK(told("LOCK TABLES `p` WRITE"));
  for (const char* sql : {"ALTER TABLE p RENAME q", "ALTER TABLE other.p ADD x int", "RENAME TABLE a TO b, c TO d",
                          "DROP TABLE a, b", "CREATE UNIQUE INDEX i ON p (n)", "CALL changes_something()",
                          "CREATE PACKAGE k AS PROCEDURE a (); END", "ALTER DATABASE CHARACTER SET latin1"}) {
    CAPTURE(sql);
    CHECK(!told(sql));
  }
}
