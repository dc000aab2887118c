// From one schema to another and back on MariaDB, through the whole line: mariadb-dump says that the database is what
// was asked for, then that it is what it had been, and no row is missing.
#include <doctest/doctest.h>

#include <algorithm>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "dataflow/database.hpp"
#include "dataflow/error.hpp"
#include "dataflow/execute.hpp"
#include "support/mariadb.hpp"

using namespace dataflow;
using namespace dataflow::test;

namespace {

struct Trip {
  std::string name;
  std::string from, to;
  std::string rows = {};                                        ///< put into `from`
  std::vector<std::pair<std::string, std::string>> after = {};  ///< queries on the way there, and what they give
  Hints hints = {};
};

const std::vector<Trip>& trips() {
  static const std::vector<Trip> all = {
      {"a column in the middle",
       "CREATE TABLE t (id int PRIMARY KEY, c int);",
       "CREATE TABLE t (id int PRIMARY KEY, b varchar(10) DEFAULT 'x', c int);",
       "INSERT INTO t VALUES (1, 5), (2, NULL);",
       {{"SELECT group_concat(b) FROM t", "x,x"}}},
      {"columns that go take their values along",
       "CREATE TABLE t (id int PRIMARY KEY, a varchar(20) NOT NULL, b blob, c int NOT NULL DEFAULT 3);",
       "CREATE TABLE t (id int PRIMARY KEY);",
       "INSERT INTO t VALUES (1, 'one', x'00ff', 1), (2, 'it''s', NULL, 2), (3, '\\\\', x'', 3);",
       {}},
      {"a column of a table without a key",
       "CREATE TABLE t (a int, b varchar(10), c double);",
       "CREATE TABLE t (a int, b varchar(10));",
       "INSERT INTO t VALUES (1, 'x', 0.1), (1, 'y', NULL), (NULL, NULL, 3);",
       {}},
      {"a table goes and comes back",
       "CREATE TABLE p (id int AUTO_INCREMENT PRIMARY KEY, n varchar(10) UNIQUE);"
       "CREATE TABLE c (id int PRIMARY KEY, p int, FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE);",
       "CREATE TABLE other (a int);",
       "INSERT INTO p VALUES (7, 'a'), (9, 'b'); INSERT INTO c VALUES (1, 7), (2, NULL);",
       {}},
      {"values that a new type changes",
       "CREATE TABLE t (id int PRIMARY KEY, a decimal(10,2), b varchar(20), d datetime(6));",
       "CREATE TABLE t (id int PRIMARY KEY, a int, b int, d date);",
       "INSERT INTO t VALUES (1, 1.50, '007', '2024-02-29 12:34:56.789012'), (2, 2.00, '8', NULL), (3, NULL, NULL, "
       "NULL);",
       {{"SELECT group_concat(a ORDER BY id) FROM t", "2,2"}, {"SELECT group_concat(b ORDER BY id) FROM t", "7,8"}}},
      {"full-text indexes beside columns",
       "CREATE TABLE t (id int PRIMARY KEY, x text, v varchar(20));"
       "CREATE TABLE u (id int PRIMARY KEY, x text, v varchar(20), n int);"
       "CREATE TABLE w (id int PRIMARY KEY, x text, v varchar(20), n int, FULLTEXT ft (x));"
       "CREATE TABLE y (id int PRIMARY KEY, x text, v varchar(20), n int, FULLTEXT fv (v));",
       "CREATE TABLE t (id int PRIMARY KEY, x text, v varchar(20), z int, FULLTEXT ft (x));"
       "CREATE TABLE u (id int PRIMARY KEY, x text, n int NOT NULL DEFAULT 1, v varchar(30), FULLTEXT ft (x), FULLTEXT "
       "fv (v), FULLTEXT fxv (x, v), KEY n (n));"
       "CREATE TABLE w (id int PRIMARY KEY, x text, m int, n int, FULLTEXT f2 (x));"
       "CREATE TABLE y (id int PRIMARY KEY, x text, v varchar(20), n int, m int, FULLTEXT fv (v), FULLTEXT fx (x));",
       "INSERT INTO t VALUES (1, 'some words', 'v'); INSERT INTO u VALUES (1, 'some words', 'other', 3);"
       "INSERT INTO w VALUES (1, 'some words', 'v', 5); INSERT INTO y VALUES (1, 'some words', 'v', 5);",
       {{"SELECT count(*) FROM u WHERE MATCH (x, v) AGAINST ('words')", "1"}}},
      {"rows that keep the numbers of a full-text index",
       "CREATE TABLE `a-t` (id int PRIMARY KEY, x text, v varchar(20), FULLTEXT ft (x));"
       "ALTER TABLE `a-t` DROP KEY ft;",
       "CREATE TABLE `a-t` (id int PRIMARY KEY, z int, x text);",
       "INSERT INTO `a-t` VALUES (1, 'some words', 'v');",
       {}},
      {"foreign keys around types under new names",
       "CREATE TABLE p (id int PRIMARY KEY, n int);"
       "CREATE TABLE c (id int PRIMARY KEY, p int, r int, q int, CONSTRAINT fp FOREIGN KEY (p) REFERENCES p (id) ON "
       "DELETE CASCADE, CONSTRAINT fr FOREIGN KEY (r) REFERENCES c (id), CONSTRAINT fq FOREIGN KEY (q) REFERENCES p "
       "(id));"
       "CREATE TABLE stays (id int PRIMARY KEY, p int, CONSTRAINT fs FOREIGN KEY (p) REFERENCES p (id));",
       "CREATE TABLE `p\"2` (ident bigint PRIMARY KEY, n int);"
       "CREATE TABLE c2 (id bigint PRIMARY KEY, parent bigint, r bigint, q bigint, CONSTRAINT fp FOREIGN KEY (parent) "
       "REFERENCES `p\"2` (ident) ON DELETE SET NULL, CONSTRAINT fr FOREIGN KEY (r) REFERENCES c2 (id));"
       "CREATE TABLE stays (id int PRIMARY KEY, p bigint, CONSTRAINT fs FOREIGN KEY (p) REFERENCES `p\"2` (ident));",
       "INSERT INTO p VALUES (7, 1), (8, 2); INSERT INTO c VALUES (1, 7, NULL, 8), (2, NULL, 1, NULL);"
       "INSERT INTO stays VALUES (1, 8);",
       {{"SELECT group_concat(r) FROM c2", "1"}},
       {.tables = {{{{}, "p\"2"}, "p"}, {{{}, "c2"}, "c"}},
        .columns = {{{{}, "p\"2"}, "ident", "id"}, {{{}, "c2"}, "parent", "p"}}}},
      {"another character set for the columns to come",
       "CREATE TABLE t (id int, n varchar(50), k char(3) CHARACTER SET latin1, PRIMARY KEY (id, n)) CHARSET=utf8mb4;",
       "CREATE TABLE t (id int, n varchar(50) CHARACTER SET utf8mb4, k char(3), PRIMARY KEY (id, n)) CHARSET=latin1;",
       "INSERT INTO t VALUES (1, 'ä€', 'é'), (2, '', NULL);",
       {{"SELECT hex(n) FROM t WHERE id = 1", "C3A4E282AC"}}},
      {"an engine that leaves its option in the table",
       "CREATE TABLE t (id int PRIMARY KEY, n varchar(50)) ENGINE=Aria ROW_FORMAT=PAGE TRANSACTIONAL=1;"
       "CREATE TABLE u (id int PRIMARY KEY, n varchar(50));",
       "CREATE TABLE t (id int PRIMARY KEY, n varchar(50), m int);"
       "CREATE TABLE u (id int PRIMARY KEY, n varchar(50)) ENGINE=Aria;",
       "INSERT INTO t VALUES (1, 'a'); INSERT INTO u VALUES (2, 'b');",
       {}},
      {"a moment that is required",
       "CREATE TABLE t (id int PRIMARY KEY, a timestamp NULL DEFAULT NULL, b datetime);",
       "CREATE TABLE t (id int PRIMARY KEY, a timestamp NOT NULL DEFAULT '2020-01-01 00:00:00', b datetime NOT NULL "
       "DEFAULT current_timestamp());",
       "INSERT INTO t VALUES (1, '2024-02-29 12:00:00', '2024-02-29 12:00:00');",
       {}},
      {"labels of an enum",
       "CREATE TABLE t (id int PRIMARY KEY, e enum('a','b'), s set('x','y'));",
       "CREATE TABLE t (id int PRIMARY KEY, e enum('z','a','b','it''s'), s set('x','y','z'));",
       "INSERT INTO t VALUES (1, 'a', 'x,y'), (2, 'b', '');",
       {{"SELECT group_concat(e ORDER BY id) FROM t", "a,b"}}},
      {"keys of every kind",
       "CREATE TABLE t (id int, a varchar(50), b varchar(50), g point NOT NULL, KEY old (a));",
       "CREATE TABLE t (id int NOT NULL AUTO_INCREMENT, a varchar(50), b varchar(50), g point NOT NULL, PRIMARY KEY "
       "(id), "
       "UNIQUE KEY u (a(10), b DESC), KEY k (b) COMMENT 'why', KEY i (a, b) IGNORED, FULLTEXT KEY f (a), SPATIAL KEY s "
       "(g));",
       "INSERT INTO t VALUES (1, 'a', 'b', point(1, 2)), (2, 'c', 'd', point(3, 4));",
       {}},
      {"foreign keys around a type",
       "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int, CONSTRAINT f FOREIGN KEY (p) "
       "REFERENCES p (id) ON DELETE SET NULL);",
       "CREATE TABLE p (id bigint PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p bigint, CONSTRAINT f FOREIGN KEY "
       "(p) "
       "REFERENCES p (id) ON DELETE SET NULL);",
       "INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1), (2, NULL);",
       {}},
      {"a foreign key comes, checked",
       "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int);",
       "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int, KEY p (p), CONSTRAINT f "
       "FOREIGN KEY "
       "(p) REFERENCES p (id));",
       "INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1), (2, NULL);",
       {}},
      {"checks, and what is computed",
       "CREATE TABLE t (id int PRIMARY KEY, a int, v int AS (a + 1) VIRTUAL, CONSTRAINT small CHECK (a < 10));",
       "CREATE TABLE t (id int PRIMARY KEY, a int CHECK (a <> 4), v int AS (a + 1) STORED, w int AS (a * 2) VIRTUAL, "
       "CONSTRAINT small CHECK (a < 100));",
       "INSERT INTO t (id, a) VALUES (1, 5), (2, NULL);",
       {{"SELECT group_concat(w) FROM t", "10"}}},
      {"character sets and options",
       "CREATE TABLE t (id int PRIMARY KEY, a varchar(20), b varchar(20) CHARACTER SET latin1) DEFAULT "
       "CHARSET=utf8mb3;",
       "CREATE TABLE t (id int PRIMARY KEY, a varchar(20), b varchar(20)) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin "
       "ROW_FORMAT=COMPRESSED COMMENT='it''s';",
       "INSERT INTO t VALUES (1, 'ä', 'ö');",
       {{"SELECT hex(b) FROM t", "C3B6"}}},
      {"partitions",
       "CREATE TABLE t (id int NOT NULL, d date NOT NULL, PRIMARY KEY (id, d));",
       "CREATE TABLE t (id int NOT NULL, d date NOT NULL, PRIMARY KEY (id, d)) PARTITION BY RANGE (year(d)) (PARTITION "
       "a "
       "VALUES LESS THAN (2000), PARTITION b VALUES LESS THAN MAXVALUE);",
       "INSERT INTO t VALUES (1, '1999-01-01'), (2, '2024-01-01');",
       {}},
      {"views, triggers, routines, events, sequences",
       "CREATE TABLE t (id int PRIMARY KEY, a int); CREATE SEQUENCE s START WITH 5; CREATE VIEW v AS SELECT a FROM t;"
       "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = coalesce(NEW.a, 1);"
       "CREATE FUNCTION f (x int) RETURNS int DETERMINISTIC RETURN x + 1;",
       "CREATE TABLE t (id int PRIMARY KEY, a int); CREATE SEQUENCE s START WITH 5 INCREMENT BY 2;"
       "CREATE VIEW v AS SELECT a, id FROM t; CREATE VIEW a_first AS SELECT id FROM v;"
       "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = coalesce(NEW.a, 2);"
       "CREATE FUNCTION f (x int) RETURNS int DETERMINISTIC RETURN x + 2; CREATE PROCEDURE p () SELECT 1;"
       "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 00:00:00' DO DELETE FROM t;",
       "INSERT INTO t VALUES (1, 1); DO nextval(s);",
       {{"SELECT f(1)", "3"}}},
      {"names with quotes in them",
       "CREATE TABLE `a``b` (`c'd` int PRIMARY KEY, `e\"f` varchar(10), KEY `g``h` (`e\"f`));",
       "CREATE TABLE `a``b` (`c'd` int PRIMARY KEY, `i``j` int DEFAULT 1, KEY `k'l` (`i``j`));",
       "INSERT INTO `a``b` VALUES (1, 'x');",
       {}},
      {"a required column, filled",
       "CREATE TABLE t (id int PRIMARY KEY, a int);",
       "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b varchar(10) NOT NULL);",
       "INSERT INTO t VALUES (1, NULL), (2, 5);",
       {{"SELECT group_concat(a, b ORDER BY id) FROM t", "-1new,5new"}},
       {.fills = {{{{}, "t"}, "a", Literal{std::int64_t{-1}}}, {{{}, "t"}, "b", Literal{std::string("new")}}}}},
      {"a history of its own",
       "CREATE TABLE t (id int PRIMARY KEY, a int) WITH SYSTEM VERSIONING;",
       "CREATE TABLE t (id int PRIMARY KEY, a int, b int) WITH SYSTEM VERSIONING;",
       "INSERT INTO t VALUES (1, 1); UPDATE t SET a = 2;",
       {{"SELECT count(*) FROM t FOR SYSTEM_TIME ALL", "2"}}},
  };
  return all;
}

}  // namespace

TEST_CASE("MariaDB: there and back, as mariadb-dump sees it") {
  for (const Trip& trip : trips()) {
    CAPTURE(trip.name);
    for (const bool through_sql : {false, true}) {
      CAPTURE(through_sql);
      const MariaDbDatabase database(trip.from + trip.rows), wanted(trip.to);
      const std::string shape_before = database.shape(), rows_before = database.contents();
      Database live(database.url());
      Wanted to = through_sql ? schema_from_sql(live, trip.to, "test")
                              : Wanted{inspect(*std::make_unique<Database>(wanted.url())), {}, true};
      to.hints = trip.hints;
      const Plan there = plan(live, to, {.drop_unmanaged = true});
      for (const Operation& operation : there.operations)
        REQUIRE_MESSAGE(!operation.assessment.blocking, operation.assessment.blocking.value_or(""));
      const std::string version = execute(live, there).version;
      CHECK(database.shape() == wanted.shape());
      for (const auto& asked : trip.after) CHECK_MESSAGE(database.value(asked.first) == asked.second, asked.first);
      CHECK(plan(live, to, {.drop_unmanaged = true}).empty());
      rollback(live, version);
      CHECK(database.shape() == shape_before);
      CHECK(database.contents() == rows_before);
    }
  }
}

TEST_CASE("MariaDB: a value written since a column's type changed stays on the way back") {
  const MariaDbDatabase database(
      "CREATE TABLE t (id int PRIMARY KEY, a decimal(10,2)); INSERT INTO t VALUES (1, 1.50), (2, 2.50);");
  Database live(database.url());
  const std::string version =
      execute(live, plan(live, schema_from_sql(live, "CREATE TABLE t (id int PRIMARY KEY, a int)", "test"),
                         {.drop_unmanaged = true}))
          .version;
  database.run("UPDATE t SET a = 77 WHERE id = 2");
  rollback(live, version);
  CHECK(database.rows("SELECT a FROM t ORDER BY id") == std::vector<std::string>{"1.50", "77.00"});
}

TEST_CASE("MariaDB: a value written since a column was filled stays on the way back") {
  const MariaDbDatabase database(
      "CREATE TABLE t (id int PRIMARY KEY, a int, b varchar(9)); INSERT INTO t VALUES (1, NULL, '07'), (2, NULL, '8'), "
      "(3, 3, '9');");
  Database live(database.url());
  Wanted to = schema_from_sql(live, "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b int)", "test");
  to.hints.fills = {{{{}, "t"}, "a", Literal{std::int64_t{-1}}}};
  const std::string version = execute(live, plan(live, to, {.drop_unmanaged = true})).version;
  CHECK(database.rows("SELECT a, b FROM t ORDER BY id") == std::vector<std::string>{"-1|7", "-1|8", "3|9"});
  database.run("UPDATE t SET a = 5, b = 6 WHERE id = 2");
  rollback(live, version);
  CHECK(database.rows("SELECT a, b FROM t ORDER BY id") == std::vector<std::string>{"NULL|07", "5|6", "3|9"});
}

TEST_CASE("MariaDB: when a step fails, those before it are taken back") {
  const MariaDbDatabase database(
      "CREATE TABLE a (id int PRIMARY KEY, gone int); CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int "
      "PRIMARY KEY, p int);"
      "INSERT INTO a VALUES (1, 5);");
  const std::string before = database.shape();
  Database live(database.url());
  const Plan there =
      plan(live,
           schema_from_sql(
               live,
               "CREATE TABLE a (id int PRIMARY KEY, comes int); CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c "
               "(id int PRIMARY KEY, p int, KEY p (p), CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id));",
               "test"),
           {.drop_unmanaged = true});
  database.run("INSERT INTO c VALUES (1, 99)");  // points to nothing, and came after the plan was made
  try {
    execute(live, there);
    FAIL("nothing was refused");
  } catch (const Error& e) {
    CHECK(std::string(e.what()).find("point to no row of p") != std::string::npos);
    CHECK(e.hint.find("taken back") != std::string::npos);
  }
  CHECK(database.shape() == before);
  CHECK(database.value("SELECT gone FROM a") == "5");
  CHECK(database.value("SELECT status FROM dataflow_history") == "failed");
  CHECK(plan(live, schema_from_sql(live, "CREATE TABLE x (a int)", "test")).operations.size() == 1);
}
