// What the survey says of changes to MariaDB databases that hold data: figures, obstacles, cases.
#include <doctest/doctest.h>

#include <algorithm>

#include "core/text.hpp"
#include "dataflow/diff.hpp"
#include "dialects/mariadb/mariadb.hpp"
#include "dialects/mariadb/tokens.hpp"
#include "plan/operations.hpp"
#include "support/mariadb_line.hpp"

using namespace dataflow;
using namespace dataflow::test;

namespace {

/// Two databases, and what leads from the one, with its data, to the other.
class Survey {
 public:
  Survey(const std::string& before, const std::string& after, Hints hints = {})
      : connection_(connect_to_mariadb(before_.url())), hints_(hints) {
    connection_->run("SET SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_ZERO_DATE'");
    connection_->script(before);
    const MariaDbDatabase wanted;
    const auto other = connect_to_mariadb(wanted.url());
    other->script(after);
    from_ = mariadb::inspect(*connection_);
    changes_ = diff(from_, {mariadb::inspect(*other), std::move(hints)},
                    {equal_ignoring_case, mariadb::same_type, mariadb::same_tokens})
                   .changes;
  }

  std::vector<Evidence> evidence(const std::string& description) {
    std::string all;
    for (const Change& change : changes_) {
      if (to_operation(change).description() == description)
        return mariadb::survey(*connection_, from_, change, changes_, hints_);
      all += "\n" + to_operation(change).description();
    }
    FAIL("there is no '" << description << "' among" << all);
    return {};
  }

  Assessment operator()(const std::string& description) {
    std::vector<Assessment> aspects;
    for (const Evidence& e : evidence(description)) aspects.push_back(grade(e, mariadb::all_facts(), {10, 11}, {}));
    return merge(std::move(aspects));
  }

  std::string blocking(const std::string& description) { return (*this)(description).blocking.value_or("nothing"); }
  Connection& connection() { return *connection_; }
  const MariaDbDatabase& database() const { return before_; }

 private:
  MariaDbDatabase before_;
  std::unique_ptr<Connection> connection_;
  Schema from_;
  std::vector<Change> changes_;
  Hints hints_;
};

/// What is said of a column of t that changes its type, with these values in it.
struct Retyped {
  TypeChange change;
  bool fits, comes_back;
  std::string blocking, remedy;
};
Retyped retyped(const std::string& before, const std::string& after, const std::string& values) {
  Survey survey(
      "CREATE TABLE t (id int PRIMARY KEY AUTO_INCREMENT, a " + before + "); INSERT INTO t (a) VALUES " + values,
      "CREATE TABLE t (id int PRIMARY KEY AUTO_INCREMENT, a " + after + ")");
  for (const Evidence& e : survey.evidence("alter column a of t"))
    if (e.act == Act::change_type)
      return {e.type_change, e.fits, e.comes_back, e.blocking.value_or("nothing"), e.remedy};
  FAIL("the type stays " << before);
  return {};
}

/// Whether the server, asked to do it, says no, or makes other values of them.
struct Done {
  bool refused, same;
};
Done done(Connection* connection, const std::string& before, const std::string& after, const std::string& values) {
  connection->run("SET SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_ZERO_DATE'");
  connection->script("CREATE OR REPLACE TABLE t (id int PRIMARY KEY AUTO_INCREMENT, a " + before +
                     "); INSERT INTO t (a) VALUES " + values);
  const std::string read = "SELECT HEX(CAST(a AS CHAR)) FROM t ORDER BY id";
  const Rows was = connection->query(read);
  try {
    connection->run("ALTER TABLE t MODIFY a " + after);
  } catch (const Error&) {
    return {true, false};
  }
  try {
    connection->run("ALTER TABLE t MODIFY a " + before);
  } catch (const Error&) {
    return {false, false};
  }
  return {false, connection->query(read) == was};
}

}  // namespace

TEST_CASE("survey of MariaDB: types, judged by the data as the server does") {
  struct Case {
    const char *before, *after, *values;
    bool refused, same;
  };
  // The last two are what the server does; the survey has to know it beforehand.
  constexpr Case cases[] = {
      {"int", "bigint", "(1), (NULL), (-5)", false, true},
      {"bigint", "int", "(1), (2147483647)", false, true},
      {"bigint", "int", "(2147483648)", true, false},
      {"int", "int unsigned", "(1)", false, true},
      {"int", "int unsigned", "(-1)", true, false},
      {"bigint unsigned", "bigint", "(9223372036854775808)", true, false},
      {"varchar(10)", "int", "('12'), ('-3')", false, true},
      {"varchar(10)", "int", "('007')", false, false},
      {"varchar(10)", "int", "('abc')", true, false},
      {"varchar(10)", "int", "('')", true, false},
      {"int", "varchar(3)", "(123)", false, true},
      {"int", "varchar(3)", "(1234)", true, false},
      {"decimal(10,2)", "decimal(12,2)", "(1.25)", false, true},
      {"decimal(10,2)", "decimal(5,2)", "(12345.00)", true, false},
      {"decimal(10,2)", "decimal(10,1)", "(1.20)", false, true},
      {"decimal(10,2)", "decimal(10,1)", "(1.25)", false, false},
      {"decimal(10,2)", "int", "(1.00)", false, true},
      {"decimal(10,2)", "int", "(1.50)", false, false},
      {"double", "float", "(0.5)", false, true},
      {"double", "float", "(0.1234567891)", false, false},
      {"varchar(20)", "varchar(5)", "('ab'), ('ünïcö')", false, true},
      {"varchar(20)", "varchar(5)", "('abcdef')", true, false},
      {"varchar(20)", "varchar(5)", "('abcde   ')", true, false},
      {"varchar(20)", "char(5)", "('abcde   ')", false, false},
      {"varchar(20)", "char(5)", "('abcdef')", true, false},
      {"varchar(10)", "int", "('12 ')", false, false},
      {"char(20)", "varchar(5)", "('abcde   ')", false, true},
      {"varchar(20)", "text", "('a '), ('ü')", false, true},
      {"mediumtext", "varchar(3)", "('日本語')", false, true},
      {"mediumtext", "varchar(2)", "('日本語')", true, false},
      {"varbinary(4)", "varchar(4) CHARACTER SET utf8mb4", "(x'C3BC')", false, true},
      {"varbinary(4)", "varchar(4) CHARACTER SET utf8mb4", "(x'FFFE')", true, false},
      {"varchar(4) CHARACTER SET utf8mb4", "varbinary(4)", "('üü')", false, true},
      {"varchar(4) CHARACTER SET utf8mb4", "varbinary(4)", "('üüü')", true, false},
      {"float", "double", "(0.5)", false, true},
      {"int", "float", "(16777216)", false, true},
      {"int", "float", "(16777217)", false, false},
      {"bigint", "double", "(9007199254740993)", false, false},
      {"decimal(20,5)", "double", "(1.5)", false, true},
      {"decimal(30,15)", "double", "(123456789012345.123456789012345)", false, false},
      {"int", "decimal(5,2)", "(999)", false, true},
      {"int", "decimal(5,2)", "(1000)", true, false},
      {"varchar(10)", "decimal(5,2)", "('1.50')", false, true},
      {"varchar(10)", "decimal(5,2)", "('1.5')", false, false},
      {"varchar(10)", "double", "('x')", true, false},
      {"time(6)", "time", "('01:02:03')", false, true},
      {"time(6)", "time", "('01:02:03.5')", false, false},
      {"timestamp NULL", "datetime", "('2020-01-02 03:04:05')", false, true},
      {"uuid", "binary(16)", "('123e4567-e89b-12d3-a456-426655440000')", false, true},
      {"uuid", "varchar(36)", "('123e4567-e89b-12d3-a456-426655440000')", false, true},
      {"varchar(36)", "uuid", "('123E4567-e89b-12d3-a456-426655440000')", false, false},
      {"varchar(40)", "inet6", "('::1')", false, true},
      {"varchar(40)", "inet6", "('zz')", true, false},
      {"tinyint(1)", "tinyint(4)", "(1), (7)", false, true},
      {"set('a','b')", "varchar(5)", "('a,b')", false, true},
      {"varchar(5)", "set('a','b')", "('a,b'), ('')", false, true},
      {"varchar(5)", "set('a','b')", "('a,c')", true, false},
      {"varchar(20)", "char(20)", "('ab')", false, true},
      {"varchar(20)", "char(20)", "('ab ')", false, false},
      {"text", "tinytext", "(REPEAT('x', 255))", false, true},
      {"text", "tinytext", "(REPEAT('x', 256))", true, false},
      {"varchar(20) CHARACTER SET utf8mb4", "varchar(19) CHARACTER SET latin1", "('ü')", false, true},
      {"varchar(20) CHARACTER SET utf8mb4", "varchar(19) CHARACTER SET latin1", "('日')", true, false},
      {"varchar(20) CHARACTER SET utf8mb4", "varchar(19) CHARACTER SET utf8mb3", "('😀')", true, false},
      {"enum('a','b')", "enum('b','a')", "('a'), ('b')", false, true},
      {"enum('a','b')", "enum('a')", "('a')", false, true},
      {"enum('a','b')", "enum('a')", "('b')", true, false},
      {"enum('a','b')", "varchar(5)", "('b')", false, true},
      {"varchar(5)", "enum('a','b')", "('b')", false, true},
      {"varchar(5)", "enum('a','b')", "('c')", true, false},
      {"set('a','b','c')", "set('c','a')", "('a,c'), ('')", false, true},
      {"set('a','b','c')", "set('c','a')", "('a,b')", true, false},
      {"varbinary(10)", "varbinary(2)", "(x'0102')", false, true},
      {"varbinary(10)", "varbinary(2)", "(x'010203')", true, false},
      {"datetime(6)", "datetime(3)", "('2020-01-02 03:04:05.123')", false, true},
      {"datetime(6)", "datetime(3)", "('2020-01-02 03:04:05.123456')", false, false},
      {"datetime", "date", "('2020-01-02 00:00:00')", false, true},
      {"datetime", "date", "('2020-01-02 00:00:01')", false, false},
      {"date", "datetime", "('2020-01-02')", false, true},
      {"datetime", "timestamp NULL", "('2020-01-02 03:04:05')", false, true},
      {"datetime", "timestamp NULL", "('2039-01-02 03:04:05')", true, false},
      {"varchar(20)", "date", "('2020-01-02')", false, true},
      {"varchar(20)", "date", "('2020-13-02')", true, false},
      {"varchar(36)", "uuid", "('123e4567-e89b-12d3-a456-426655440000')", false, true},
      {"varchar(36)", "uuid", "('nonsense')", true, false},
      {"int", "year", "(2000)", false, true},
      {"int", "year", "(1800)", true, false},
      {"bit(8)", "bit(4)", "(15)", false, true},
      {"bit(8)", "bit(4)", "(16)", true, false},
  };
  const MariaDbDatabase database;
  const auto connection = connect_to_mariadb(database.url());
  for (const Case& c : cases) {
    const std::string before = c.before, after = c.after, values = c.values;
    CAPTURE(before);
    CAPTURE(after);
    CAPTURE(values);
    const Done server = done(connection.get(), before, after, values);
    CHECK(server.refused == c.refused);
    CHECK(server.same == c.same);
    const Retyped said = retyped(before, after, values);
    CHECK((said.blocking != "nothing") == c.refused);
    CHECK(said.fits == c.same);
    if (!c.refused && !c.same) CHECK(said.remedy.find("would not come back") != std::string::npos);
  }
}

TEST_CASE("survey of MariaDB: what it says of a type, and what kind of change it is") {
  const Retyped shorter = retyped("varchar(20)", "varchar(2)", "('abc'), ('ab'), ('abcd')");
  CHECK(shorter.blocking == "2 values of t.a do not fit into varchar(2) (first: id 1, 3)");
  CHECK(shorter.remedy == "correct these values first, or choose another type");
  CHECK(shorter.change == TypeChange::narrowing);
  CHECK(retyped("int", "bigint", "(1)").change == TypeChange::widening);
  CHECK(retyped("int unsigned", "bigint", "(1)").change == TypeChange::widening);
  CHECK(retyped("int", "bigint unsigned", "(1)").change == TypeChange::narrowing);
  CHECK(retyped("enum('a')", "enum('a','b')", "('a')").change == TypeChange::widening);
  CHECK(retyped("enum('a','b')", "enum('a')", "('a')").change == TypeChange::narrowing);
  CHECK(retyped("tinytext", "mediumtext", "('a')").change == TypeChange::widening);
  CHECK(retyped("varchar(5)", "text", "('a')").change == TypeChange::widening);
  CHECK(retyped("date", "datetime", "('2020-01-01')").change == TypeChange::widening);
  const Retyped other = retyped("varchar(10)", "int", "('12')");
  CHECK(other.comes_back);
  CHECK(retyped("decimal(10,2)", "decimal(10,1)", "(1.25)").remedy ==
        "1 value of t.a would not come back as it was (first: id 1): choose a wider type to keep them");
}

TEST_CASE("survey of MariaDB: what drops take with them") {
  Survey survey(
      "CREATE TABLE t (id int PRIMARY KEY, `it``s` int, b int, KEY kb (b)); INSERT INTO t VALUES (1, 5, NULL), (2, "
      "NULL, "
      "NULL); CREATE TABLE gone (id int PRIMARY KEY); INSERT INTO gone VALUES (1), (2), (3); CREATE VIEW v AS SELECT "
      "`it``s` FROM t; CREATE TABLE c (id int PRIMARY KEY, gid int, CONSTRAINT f FOREIGN KEY (gid) REFERENCES gone "
      "(id))",
      "CREATE TABLE t (id int PRIMARY KEY); CREATE VIEW v AS SELECT 1 AS one; CREATE TABLE c (id int PRIMARY KEY, gid "
      "int, KEY f (gid))");
  const Evidence held = survey.evidence("drop column it`s from t").at(0);
  CHECK(held.values == 1);
  CHECK(held.rows == 2);
  CHECK(held.when == "instant");
  CHECK(held.dependents.empty());  // the view is changed along with it
  const Evidence empty = survey.evidence("drop column b from t").at(0);
  CHECK(empty.values == 0);
  CHECK(empty.when == "nocopy");
  CHECK(survey.evidence("drop table gone").at(0).values == 3);
  CHECK(survey.evidence("drop table gone").at(0).dependents.empty());  // the foreign key goes too
}

TEST_CASE("survey of MariaDB: what stands on it and stays") {
  const std::string around =
      "CREATE VIEW v AS SELECT id FROM t; CREATE TABLE c (id int PRIMARY KEY, k int, CONSTRAINT f FOREIGN KEY (k) "
      "REFERENCES t (k))";
  const MariaDbDatabase database(
      "CREATE TABLE t (id int PRIMARY KEY, a int, k int, UNIQUE uk (k)); CREATE VIEW v AS "
      "SELECT a FROM t; CREATE TABLE c (id int PRIMARY KEY, k int, CONSTRAINT f FOREIGN KEY "
      "(k) REFERENCES t (k)); CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = "
      "1; CREATE PROCEDURE pr() SELECT a FROM t; CREATE VIEW other AS SELECT k FROM c");
  const auto connection = connect_to_mariadb(database.url());
  const Schema from = mariadb::inspect(*connection);
  const Table& t = *find_table(from, {"", "t"});
  const auto dependents = [&](const Change& change) {
    auto out = mariadb::survey(*connection, from, change, {change}, {}).at(0).dependents;
    std::sort(out.begin(), out.end());
    return join(out, ", ");
  };
  const Path path{"", "t"};
  CHECK(dependents(Drop<Column>{path, *find_column(t, "a")}) == "procedure pr, trigger tr, view v");
  CHECK(dependents(Rename<Column>{path, "k", "z"}) == "a foreign key of c, index uk");
  CHECK(dependents(Drop<Table>{{}, t}) == "a foreign key of c, procedure pr, view v");
  CHECK(dependents(Drop<Index>{path, t.indexes.at(0)}) == "a foreign key of c");
}

TEST_CASE("survey of MariaDB: required columns") {
  const std::string before =
      "CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t VALUES (1, NULL), (2, 5), (3, NULL)";
  const std::string after = "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, z int NOT NULL)";
  SUBCASE("without a value") {
    Survey survey(before, after);
    CHECK(survey.blocking("add column z to t") == "3 rows of t would have no value for z (first: id 1, 2, 3)");
    CHECK(survey("add column z to t").remedy.find("--backfill t.z=SQL") != std::string::npos);
    CHECK(survey.blocking("alter column a of t") == "2 rows of t would have no value for a (first: id 1, 3)");
  }
  SUBCASE("with one") {
    Hints hints;
    hints.fills = {{{"", "t"}, "z", Sql("id * 2")}, {{"", "t"}, "a", Literal{std::int64_t{0}}}};
    Survey survey(before, after, hints);
    CHECK(survey.blocking("add column z to t") == "nothing");
    CHECK(survey.blocking("alter column a of t") == "nothing");
    CHECK(survey.evidence("add column z to t").at(0).when == "filled");
    CHECK(survey.evidence("alter column a of t").at(0).when == "filled");
  }
  SUBCASE("in an empty table") {
    Survey survey("CREATE TABLE t (id int PRIMARY KEY, a int)", after);
    CHECK(survey.blocking("add column z to t") == "nothing");
  }
}

TEST_CASE("survey of MariaDB: keys") {
  Survey survey(
      "CREATE TABLE t (id int PRIMARY KEY, a varchar(20), b varchar(20), n int, x text) COLLATE utf8mb4_general_ci; "
      "INSERT INTO t VALUES (1, 'same', 'ab1', NULL, 'same'), (2, 'same', 'ab2', NULL, 'same'), (3, NULL, NULL, 5, "
      "'other')",
      "CREATE TABLE t (id int PRIMARY KEY, a varchar(20), b varchar(20), n int, x text, UNIQUE ua (a), UNIQUE ub (b), "
      "UNIQUE up (b(2)), UNIQUE un (n), UNIQUE ux (x)) COLLATE utf8mb4_general_ci");
  CHECK(survey.blocking("add index ua to t") == "1 value of t (a) stands in more than one row (first: same)");
  CHECK(survey.blocking("add index ub to t") == "nothing");
  CHECK(survey.blocking("add index up to t") == "1 value of t (b) stands in more than one row (first: ab)");
  CHECK(survey.blocking("add index un to t") == "nothing");
  CHECK(survey.blocking("add index ux to t") == "1 value of t (x) stands in more than one row (first: same)");
  CHECK(survey.evidence("add index ub to t").at(0).when == "nocopy");
  CHECK(survey.evidence("add index ux to t").at(0).when == "copy");
}

TEST_CASE("survey of MariaDB: a collation that makes values equal") {
  Survey survey(
      "CREATE TABLE t (id int PRIMARY KEY, a varchar(20) COLLATE utf8mb4_bin, UNIQUE ua (a)) COLLATE "
      "utf8mb4_general_ci; "
      "INSERT INTO t VALUES (1, 'a'), (2, 'A')",
      "CREATE TABLE t (id int PRIMARY KEY, a varchar(20), UNIQUE ua (a)) COLLATE utf8mb4_general_ci");
  CHECK(survey.blocking("alter column a of t").find("stands in more than one row") != std::string::npos);
}

TEST_CASE("survey of MariaDB: constraints") {
  Survey survey(
      "CREATE TABLE p (id int PRIMARY KEY); INSERT INTO p VALUES (1); CREATE TABLE t (id int PRIMARY KEY, pid int, n "
      "int, "
      "m int); INSERT INTO t VALUES (1, 1, 1, 1), (2, 7, -1, -1), (3, NULL, NULL, NULL)",
      "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY, pid int, n int, m int CHECK (m > 0), z "
      "int DEFAULT -1 CHECK (z > 0), KEY f (pid), CONSTRAINT f FOREIGN KEY (pid) REFERENCES p (id), CONSTRAINT c CHECK "
      "(n > 0))");
  CHECK(survey.blocking("add constraint f to t") == "1 row of t points to no row of p (first: id 2)");
  CHECK(survey.blocking("add constraint c to t").find("1 row of t breaks CHECK (") == 0);
  CHECK(survey.blocking("alter column m of t").find("1 row of t breaks CHECK (") == 0);
  CHECK(survey.blocking("add column z to t").find("3 rows of t break CHECK (") == 0);
}

TEST_CASE("survey of MariaDB: a column that counts by itself") {
  Survey survey("CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL, KEY kn (n)); INSERT INTO t VALUES (1, 0), (2, 5)",
                "CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL AUTO_INCREMENT, KEY kn (n))");
  CHECK(survey.blocking("alter column n of t") == "1 value of t.n is 0 and would get another number (first: id 1)");
}

TEST_CASE("survey of MariaDB: how the server goes about each aspect") {
  Survey survey("CREATE TABLE t (id int PRIMARY KEY, a int, b int); INSERT INTO t VALUES (1, 1, 1)",
                "CREATE TABLE t (id int PRIMARY KEY, a bigint DEFAULT 5 COMMENT 'x', b int NOT NULL)");
  for (const Evidence& e : survey.evidence("alter column a of t")) {
    CAPTURE(to_string(e.act));
    CHECK(e.when == (e.act == Act::change_type ? "copy" : "instant"));
  }
  CHECK(survey.evidence("alter column b of t").at(0).when == "inplace");
  CHECK(survey("alter column a of t").blocks == Blocks::everything);
  CHECK(survey("alter column b of t").lock == "LOCK=NONE; metadata EXCLUSIVE (moment)");
}

TEST_CASE("survey of MariaDB: names with quotes in them, keys of several columns") {
  Survey survey(
      "CREATE TABLE `it's \"a\" ``table``` (a int, `b``c` varchar(5), `d'` varchar(9), PRIMARY KEY (a, `b``c`)); "
      "INSERT INTO "
      "`it's \"a\" ``table``` VALUES (1, 'x', 'long one')",
      "CREATE TABLE `it's \"a\" ``table``` (a int, `b``c` varchar(5), `d'` varchar(2), PRIMARY KEY (a, `b``c`))");
  CHECK(survey.blocking("alter column d' of it's \"a\" `table`") ==
        "1 value of it's \"a\" `table`.d' does not fit into varchar(2) (first: a, b`c 1/x)");
}

TEST_CASE("survey of MariaDB: days without a number") {
  const std::string rows =
      "SET SESSION sql_mode = ''; CREATE OR REPLACE TABLE t (id int PRIMARY KEY, a date); INSERT INTO "
      "t VALUES (1, '0000-00-00'); SET SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_ZERO_DATE'";
  const std::string after = "CREATE TABLE t (id int PRIMARY KEY, a datetime)";
  Survey survey(rows, after);
  CHECK(survey.blocking("alter column a of t") == "1 value of t.a does not fit into datetime (first: id 1)");
  CHECK_THROWS_AS(survey.connection().run("ALTER TABLE t MODIFY a datetime"), Error);
  survey.connection().run("SET SESSION sql_mode = 'STRICT_TRANS_TABLES'");
  CHECK(survey.blocking("alter column a of t") == "nothing");
  survey.connection().run("ALTER TABLE t MODIFY a datetime");
}

TEST_CASE("survey of MariaDB: a transaction that the change would wait for") {
  Survey survey("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)",
                "CREATE TABLE t (id int PRIMARY KEY, z int)");
  try {
    survey.connection().run("INSTALL SONAME 'metadata_lock_info'");
  } catch (const Error& error) {
    if (!has(error.what(), "already")) throw;
  }
  CHECK(survey("add column z to t").remedy.empty());
  const auto other = connect_to_mariadb(survey.database().url());
  other->run("BEGIN");
  other->query("SELECT * FROM t");
  CHECK(survey("add column z to t").remedy.empty());  // one that has just begun is nobody's obstacle
  survey.connection().query("SELECT SLEEP(5)");
  CHECK(
      has(survey("add column z to t").remedy, "it waits for session " + std::to_string(mariadb::server(*other).id())));
  other->run("ROLLBACK");
  CHECK(survey("add column z to t").remedy.empty());
}

TEST_CASE("survey of MariaDB: an account that may not read the rows") {
  const MariaDbDatabase database("CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t VALUES (1, 5)");
  const std::string user = "no_" + database.name();
  database.run("CREATE USER " + user + "@localhost; GRANT ALTER ON " + database.name() + ".* TO " + user +
               "@localhost");
  const auto root = connect_to_mariadb(database.url());
  const Schema from = mariadb::inspect(*root);
  const auto connection = connect_to_mariadb(database.url(user));
  const Change change = Drop<Column>{{"", "t"}, *find_column(*find_table(from, {"", "t"}), "a")};
  const Evidence e = mariadb::survey(*connection, from, change, {change}, {}).at(0);
  CHECK(!e.rows);  // not known is not none
  CHECK(!e.values);
  database.run("DROP USER " + user + "@localhost");
}
