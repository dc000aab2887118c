// Every row of the facts against a real server: an ALTER TABLE with the algorithm and lock that way_of() says is taken,
// one with less is refused, and the table and its indexes are written anew where the facts say so.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <set>

#include "core/text.hpp"
#include "dataflow/diff.hpp"
#include "dialects/mariadb/errors.hpp"
#include "dialects/mariadb/mariadb.hpp"
#include "dialects/mariadb/spelling.hpp"
#include "dialects/mariadb/tokens.hpp"
#include "support/mariadb_line.hpp"

using namespace dataflow;
using namespace dataflow::test;
using mariadb::Algorithm;
using mariadb::Way;

namespace {

/// A statement that stands for a case of an act. `columns`: of t besides id, n, v and x. `rest`: its options.
struct Sample {
  Act act;
  std::string_view when, alter;
  std::string_view columns = "", options = "", before = "";
  bool untrue = false;  ///< the server takes INSTANT for it, and writes the table anew
};

constexpr std::string_view fulltext = "FULLTEXT ft (x)", hashed = "UNIQUE uh (x)", aria = "ENGINE=Aria",
                           compressed = "ROW_FORMAT=COMPRESSED", redundant = "ROW_FORMAT=REDUNDANT",
                           computed = "g int AS (n + 1) VIRTUAL", stored = "g int AS (n + 1) STORED",
                           indexed = "g int AS (n + 1) VIRTUAL, KEY kg (g)",
                           partitioned = "PARTITION BY HASH (id) PARTITIONS 3", versioned = "WITH SYSTEM VERSIONING",
                           history = "SET SESSION system_versioning_alter_history = KEEP",
                           unchecked = "SET SESSION foreign_key_checks = 0";

constexpr Sample samples[] = {
    {Act::change_table_options, "instant", "COLLATE=utf8mb4_bin"},
    {Act::change_table_options, "instant", "STATS_PERSISTENT=1"},
    {Act::change_table_options, "instant", "MAX_ROWS=1000"},
    {Act::change_table_options, "instant", "PAGE_CHECKSUM=1"},
    {Act::change_table_options, "instant", "DROP PERIOD FOR p",
     "s date NOT NULL DEFAULT '2020-01-01', e date NOT NULL DEFAULT '2021-01-01', PERIOD FOR p (s, e)"},
    {Act::change_table_options, "inplace", "ROW_FORMAT=COMPACT"},
    {Act::change_table_options, "inplace", "PAGE_COMPRESSED=1"},
    {Act::change_table_options, "inplace", "ROW_FORMAT=COMPACT", computed},
    {Act::change_table_options, "inplace, writers wait", "ROW_FORMAT=COMPACT", fulltext},
    {Act::change_table_options, "inplace, writers wait", "ROW_FORMAT=COMPACT", indexed},
    {Act::change_table_options, "inplace, writers wait", "DROP SYSTEM VERSIONING", "", versioned, history},
    {Act::change_table_options, "copy", "ADD SYSTEM VERSIONING"},
    {Act::change_table_options, "copy", "ADD PERIOD FOR p (s, e)",
     "s date NOT NULL DEFAULT '2020-01-01', e date NOT NULL DEFAULT '2021-01-01'"},
    {Act::change_table_options, "copy", "COLLATE=utf8mb4_bin", "", aria},
    {Act::change_table_options, "copy", "COLLATE=utf8mb4_bin", hashed},
    {Act::change_table_options, "copy", "ENGINE=Aria", "", "", "", true},
    {Act::change_table_options, "copy", "PARTITION BY HASH (id) PARTITIONS 2", "", "", "", true},
    {Act::change_table_options, "copy", "REMOVE PARTITIONING", "", partitioned, "", true},

    {Act::add_nullable_column, "instant", "ADD COLUMN z int"},
    {Act::add_nullable_column, "instant", "ADD COLUMN z int FIRST"},
    {Act::add_nullable_column, "instant", "ADD COLUMN z text AFTER id", stored},
    {Act::add_nullable_column, "instant", "ADD COLUMN z int", "", redundant},
    {Act::add_nullable_column, "instant", "ADD COLUMN z int", "", partitioned},
    {Act::add_nullable_column, "instant", "ADD COLUMN z int", "", versioned, history},
    {Act::add_nullable_column, "instant", "ADD COLUMN z int INVISIBLE"},
    {Act::add_nullable_column, "instant", "ADD COLUMN z int CHECK (z > 0)"},
    {Act::add_nullable_column, "inplace", "ADD COLUMN z int", "", compressed},
    {Act::add_nullable_column, "inplace, writers wait", "ADD COLUMN z int", fulltext},
    {Act::add_nullable_column, "instant", "ADD COLUMN z int", computed},
    {Act::add_nullable_column, "instant", "ADD COLUMN z int AFTER g", "g int AS (n + 1) VIRTUAL, b int"},
    {Act::add_nullable_column, "inplace, writers wait", "ADD COLUMN z int", indexed},
    {Act::add_nullable_column, "copy", "ADD COLUMN z int", "FULLTEXT ft (x), FULLTEXT fv (v)"},
    {Act::add_nullable_column, "copy", "ADD COLUMN z int FIRST", indexed},
    {Act::add_nullable_column, "copy", "ADD COLUMN z int AFTER id", computed},
    {Act::add_nullable_column, "copy", "ADD COLUMN z int", "", aria},
    {Act::add_nullable_column, "copy", "ADD COLUMN z int", hashed},
    {Act::add_column_with_default, "instant", "ADD COLUMN z int NOT NULL DEFAULT 5"},
    {Act::add_column_with_default, "instant", "ADD COLUMN z timestamp NOT NULL DEFAULT current_timestamp()"},
    {Act::add_column_with_default, "instant", "ADD COLUMN z varchar(20) DEFAULT 'it''s `x`'"},
    {Act::add_column_with_default, "inplace", "ADD COLUMN z int DEFAULT 5", "", compressed},
    {Act::add_column_with_default, "inplace, writers wait", "ADD COLUMN z int DEFAULT 5", fulltext},
    {Act::add_column_with_default, "copy", "ADD COLUMN z int DEFAULT 5", "", aria},
    {Act::add_column_with_volatile_default, "copy", "ADD COLUMN z varchar(36) DEFAULT uuid()"},
    {Act::add_column_with_volatile_default, "copy", "ADD COLUMN z int DEFAULT (n + 1)"},
    {Act::add_column_with_volatile_default, "inplace, writers wait", "ADD COLUMN z int NOT NULL AUTO_INCREMENT UNIQUE"},
    {Act::add_required_column, "instant", "ADD COLUMN z int NOT NULL"},
    {Act::add_required_column, "inplace", "ADD COLUMN z int NOT NULL", "", compressed},
    {Act::add_required_column, "inplace, writers wait", "ADD COLUMN z int NOT NULL", fulltext},
    {Act::add_required_column, "copy", "ADD COLUMN z int NOT NULL", "", aria},
    {Act::add_generated_column, "instant", "ADD COLUMN z int AS (n * 2) VIRTUAL"},
    {Act::add_generated_column, "instant", "ADD COLUMN z int AS (n * 2) VIRTUAL", fulltext},
    {Act::add_generated_column, "copy", "ADD COLUMN z int AS (n * 2) STORED"},
    {Act::add_generated_column, "copy", "ADD COLUMN z int AS (n * 2) VIRTUAL FIRST", computed},
    {Act::add_generated_column, "copy", "ADD COLUMN z int AS (n * 2) VIRTUAL", "", partitioned},

    {Act::drop_column, "instant", "DROP COLUMN v"},
    {Act::drop_column, "instant", "DROP COLUMN v", stored},
    {Act::drop_column, "instant", "DROP COLUMN g", stored},
    {Act::drop_column, "instant", "DROP COLUMN g", computed},
    {Act::drop_column, "instant", "DROP COLUMN v", computed},
    {Act::drop_column, "nocopy", "DROP COLUMN n"},
    {Act::drop_column, "nocopy", "DROP COLUMN g", indexed},
    {Act::drop_column, "nocopy", "DROP COLUMN n", "", partitioned},
    {Act::drop_column, "inplace", "DROP COLUMN b", "a int, b int, KEY k (a, b)"},
    {Act::drop_column, "inplace", "DROP COLUMN b", "g int AS (n + 1) VIRTUAL, a int, b int, KEY k (a, b)"},
    {Act::drop_column, "inplace", "DROP COLUMN v", "", compressed},
    {Act::drop_column, "inplace", "DROP COLUMN x", fulltext},
    {Act::drop_column, "inplace, writers wait", "DROP COLUMN v", fulltext},
    {Act::drop_column, "copy", "DROP COLUMN n", "FULLTEXT ft (x), FULLTEXT fv (v)"},
    {Act::drop_column, "copy", "DROP COLUMN v", indexed},
    {Act::drop_column, "copy", "DROP COLUMN b", "a int, b int, g int AS (n + 1) VIRTUAL, KEY k (a, b)"},
    {Act::drop_column, "inplace, writers wait", "DROP COLUMN z", "g int AS (n + 1) VIRTUAL, KEY kg (g), z int"},
    {Act::drop_column, "copy", "DROP COLUMN v", "g int AS (n + 1) VIRTUAL, FULLTEXT ft (x)"},
    {Act::drop_column, "copy", "DROP COLUMN v", hashed},
    {Act::drop_column, "copy", "DROP COLUMN v", "", aria},
    {Act::rename_column, "instant", "RENAME COLUMN v TO z"},
    {Act::rename_column, "instant", "RENAME COLUMN n TO z", indexed},
    {Act::rename_column, "instant", "RENAME COLUMN v TO z", "", aria},
    {Act::rename_column, "copy", "RENAME COLUMN v TO z", hashed},

    {Act::change_type, "instant", "MODIFY v varchar(63)"},
    {Act::change_type, "instant", "MODIFY v varchar(64)"},
    {Act::change_type, "instant", "MODIFY a varchar(100)", "a varchar(64)"},
    {Act::change_type, "instant", "MODIFY a varchar(100)", "a varchar(40)", redundant},
    {Act::change_type, "instant", "MODIFY a varbinary(255)", "a varbinary(128)"},
    {Act::change_type, "instant", "MODIFY a varchar(255) CHARACTER SET latin1", "a varchar(128) CHARACTER SET latin1"},
    {Act::change_type, "instant", "MODIFY a varchar(85) CHARACTER SET utf8mb3", "a varchar(60) CHARACTER SET utf8mb3"},
    {Act::change_type, "instant", "MODIFY a enum('a','b','c')", "a enum('a','b')"},
    {Act::change_type, "instant", "MODIFY a set('a','b','c')", "a set('a','b')"},
    {Act::change_type, "instant", "MODIFY a enum('a','b','c')", "a enum('a','b')", aria},
    {Act::change_type, "instant", "MODIFY n int(5)"},
    {Act::change_type, "instant", "MODIFY a float(7,2)", "a float"},
    {Act::change_type, "copy", "MODIFY a varchar(64)", "a varchar(32)"},
    {Act::change_type, "copy", "MODIFY a varchar(86) CHARACTER SET utf8mb3", "a varchar(60) CHARACTER SET utf8mb3"},
    {Act::change_type, "copy", "MODIFY a varchar(256) CHARACTER SET latin1", "a varchar(128) CHARACTER SET latin1"},
    {Act::change_type, "copy", "MODIFY v varchar(19)"},
    {Act::change_type, "copy", "MODIFY v text"},
    {Act::change_type, "copy", "MODIFY x mediumtext"},
    {Act::change_type, "copy", "MODIFY n bigint"},
    {Act::change_type, "copy", "MODIFY n int unsigned"},
    {Act::change_type, "copy", "MODIFY a char(11)", "a char(10)"},
    {Act::change_type, "copy", "MODIFY a decimal(12,2)", "a decimal(10,2)"},
    {Act::change_type, "copy", "MODIFY a datetime(6)", "a datetime"},
    {Act::change_type, "copy", "MODIFY a enum('a','c','b')", "a enum('a','b')"},
    {Act::change_type, "copy", "MODIFY a set('1','2','3','4','5','6','7','8','9')",
     "a set('1','2','3','4','5','6','7','8')"},
    {Act::change_type, "copy", "MODIFY v varchar(30)", "", aria},
    {Act::set_not_null, "inplace", "MODIFY n int NOT NULL"},
    {Act::set_not_null, "inplace", "MODIFY n int NOT NULL", "", partitioned},
    {Act::set_not_null, "inplace, writers wait", "MODIFY n int NOT NULL", fulltext},
    {Act::set_not_null, "copy", "MODIFY n int NOT NULL", "FULLTEXT ft (x), FULLTEXT fv (v)"},
    {Act::set_not_null, "copy", "MODIFY n int NOT NULL", stored},
    {Act::set_not_null, "copy", "MODIFY n int NOT NULL", indexed},
    {Act::set_not_null, "copy", "MODIFY a timestamp NOT NULL DEFAULT current_timestamp()",
     "a timestamp NULL DEFAULT '2020-01-01 00:00:00'"},
    {Act::drop_not_null, "inplace", "MODIFY a int", "a int NOT NULL DEFAULT 1"},
    {Act::drop_not_null, "instant", "MODIFY a int", "a int NOT NULL DEFAULT 1", redundant},
    {Act::drop_not_null, "inplace, writers wait", "MODIFY a int", "a int NOT NULL DEFAULT 1, FULLTEXT ft (x)"},
    {Act::drop_not_null, "inplace, writers wait", "MODIFY a int",
     "a int NOT NULL DEFAULT 1, g int AS (n + 1) VIRTUAL, KEY kg (g)"},
    {Act::drop_not_null, "copy", "MODIFY a int", "a int NOT NULL DEFAULT 1, UNIQUE uh (x)"},
    {Act::change_default, "instant", "ALTER COLUMN n SET DEFAULT 5"},
    {Act::change_default, "instant", "MODIFY v varchar(20) DEFAULT uuid()"},
    {Act::change_default, "instant", "MODIFY n int DEFAULT 5", "", aria},
    {Act::change_default, "copy", "ALTER COLUMN n SET DEFAULT 5", hashed},
    {Act::change_generated, "instant", "MODIFY g int AS (n + 2) VIRTUAL", computed},
    {Act::change_generated, "copy", "MODIFY g int AS (n + 2) VIRTUAL", indexed},
    {Act::change_generated, "copy", "MODIFY g int AS (n + 2) STORED", stored},
    {Act::change_generated, "copy", "MODIFY g int", stored},
    {Act::change_collation, "instant", "MODIFY v varchar(20) COLLATE utf8mb4_bin"},
    {Act::change_collation, "nocopy", "MODIFY v varchar(20) COLLATE utf8mb4_bin", "KEY kv (v)"},
    {Act::change_collation, "nocopy", "MODIFY v varchar(20) COLLATE utf8mb4_bin", "UNIQUE kv (v)"},
    {Act::change_collation, "nocopy, writers wait", "MODIFY v varchar(20) COLLATE utf8mb4_bin", "FULLTEXT kv (v)"},
    {Act::change_collation, "copy", "MODIFY v varchar(20) COLLATE utf8mb4_bin", "", aria},
    {Act::change_collation, "copy", "MODIFY a enum('a') COLLATE utf8mb4_bin", "a enum('a')"},
    {Act::change_column_options, "instant", "MODIFY v varchar(20) INVISIBLE"},
    {Act::change_column_options, "instant", "MODIFY n int CHECK (n > 0)"},
    {Act::change_column_options, "instant", "MODIFY n int", "CHECK (n > 0)", "",
     "ALTER TABLE t MODIFY n int CHECK (n > 0)"},
    {Act::change_column_options, "instant", "MODIFY a datetime ON UPDATE current_timestamp()", "a datetime"},
    {Act::change_column_options, "instant", "MODIFY n int WITHOUT SYSTEM VERSIONING", "", versioned, history},
    {Act::change_column_options, "instant", "MODIFY a varchar(60)", "a varchar(60) CHARACTER SET utf8mb3"},
    {Act::change_column_options, "instant", "MODIFY a varchar(60)", "a varchar(60) CHARACTER SET utf8mb3, KEY ka (a)"},
    {Act::change_column_options, "instant", "MODIFY a char(60)", "a char(60) CHARACTER SET utf8mb3"},
    {Act::change_column_options, "nocopy", "MODIFY a varchar(60) COLLATE utf8mb4_bin",
     "a varchar(60) CHARACTER SET utf8mb3, KEY ka (a)"},
    {Act::change_column_options, "nocopy, writers wait", "MODIFY a varchar(60) COLLATE utf8mb4_bin",
     "a varchar(60) CHARACTER SET utf8mb3, FULLTEXT ka (a)"},
    {Act::change_column_options, "copy", "MODIFY a varchar(80)", "a varchar(80) CHARACTER SET utf8mb3"},
    {Act::change_column_options, "copy", "MODIFY a char(60)", "a char(60) CHARACTER SET utf8mb3", redundant},
    {Act::change_column_options, "copy", "MODIFY a varchar(10)", "a varchar(10) CHARACTER SET latin1"},
    {Act::change_column_options, "copy", "MODIFY a text", "a text CHARACTER SET utf8mb3, KEY ka (a(9))"},
    {Act::change_column_options, "copy", "MODIFY v varchar(20) COMPRESSED"},
    {Act::change_column_options, "copy", "MODIFY a longtext COLLATE utf8mb4_bin", "a json"},
    {Act::change_identity, "instant", "MODIFY id int NOT NULL", "", "",
     "ALTER TABLE t MODIFY id int NOT NULL AUTO_INCREMENT"},
    {Act::change_identity, "copy", "MODIFY id int NOT NULL AUTO_INCREMENT"},
    {Act::change_comment, "instant", "MODIFY v varchar(20) COMMENT 'x'"},
    {Act::change_comment, "instant", "COMMENT 'x'"},
    {Act::change_comment, "instant", "MODIFY g int AS (n + 1) VIRTUAL COMMENT 'x'", computed},
    {Act::change_comment, "copy", "MODIFY g int AS (n + 1) VIRTUAL COMMENT 'x'", indexed},
    {Act::change_comment, "copy", "MODIFY g int AS (n + 1) STORED COMMENT 'x'", stored},

    {Act::add_primary_key, "inplace", "ADD PRIMARY KEY (id)", "", "", "ALTER TABLE t DROP PRIMARY KEY"},
    {Act::add_primary_key, "inplace, writers wait", "ADD PRIMARY KEY (id)", fulltext, "",
     "ALTER TABLE t DROP PRIMARY KEY"},
    {Act::add_primary_key, "copy", "ADD PRIMARY KEY (id)", hashed, "", "ALTER TABLE t DROP PRIMARY KEY"},
    {Act::drop_primary_key, "copy", "DROP PRIMARY KEY"},
    {Act::drop_primary_key, "inplace", "DROP PRIMARY KEY, ADD PRIMARY KEY (id, b)", "b int NOT NULL DEFAULT 1"},
    {Act::drop_primary_key, "inplace, writers wait", "DROP PRIMARY KEY, ADD PRIMARY KEY (id, b)",
     "b int NOT NULL DEFAULT 1, FULLTEXT ft (x)"},
    {Act::add_foreign_key, "instant", "ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES p (id)", "", "", unchecked},
    {Act::add_foreign_key, "nocopy", "ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)", "a int", "", unchecked},
    {Act::add_foreign_key, "copy", "ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES p (id)", hashed, "", unchecked},
    {Act::drop_foreign_key, "instant", "DROP FOREIGN KEY f", "CONSTRAINT f FOREIGN KEY (n) REFERENCES p (id)"},
    {Act::drop_foreign_key, "copy", "DROP FOREIGN KEY f",
     "UNIQUE uh (x), CONSTRAINT f FOREIGN KEY (n) REFERENCES p (id)"},
    {Act::add_check, "copy", "ADD CONSTRAINT c CHECK (n > 0)"},
    {Act::drop_check, "instant", "DROP CONSTRAINT c", "CONSTRAINT c CHECK (n > 0)"},
    {Act::drop_check, "instant", "DROP CONSTRAINT c", "CONSTRAINT c CHECK (n > 0)", aria},
    {Act::drop_check, "copy", "DROP CONSTRAINT c", "CONSTRAINT c CHECK (n > 0), UNIQUE uh (x)"},
    {Act::create_index, "instant", "DROP KEY kn, ADD KEY kn (n) COMMENT 'x'"},
    {Act::create_index, "nocopy", "ADD KEY kv (v)"},
    {Act::create_index, "nocopy", "ADD KEY kv (v)", computed},
    {Act::create_index, "nocopy", "ADD KEY kg (g)", computed},
    {Act::create_index, "nocopy", "ADD KEY kv (v)", "", partitioned},
    {Act::create_index, "nocopy", "DROP KEY kn, ADD KEY kn (n, v)"},
    {Act::create_index, "nocopy, writers wait", "ADD FULLTEXT kv (v)", fulltext},
    {Act::create_index, "nocopy, writers wait", "ADD SPATIAL ks (s)", "s point NOT NULL DEFAULT POINT(1, 1)"},
    {Act::create_index, "inplace, writers wait", "ADD FULLTEXT kv (v)"},
    {Act::create_index, "copy", "ADD FULLTEXT kv (v)", "", versioned},
    {Act::create_index, "copy", "ADD KEY kv (v)", "", aria},
    {Act::create_index, "copy", "ADD KEY kv (v)", hashed},
    {Act::create_unique_index, "instant", "DROP KEY ku, ADD UNIQUE ku (v) COMMENT 'x'", "UNIQUE ku (v)"},
    {Act::create_unique_index, "nocopy", "ADD UNIQUE kv (v)"},
    {Act::create_unique_index, "nocopy", "ADD UNIQUE ka (a)", "a varchar(768)"},
    {Act::create_unique_index, "nocopy", "ADD UNIQUE kx (x(20))"},
    {Act::create_unique_index, "copy", "ADD UNIQUE ka (a)", "a varchar(769)"},
    {Act::create_unique_index, "copy", "ADD UNIQUE kx (x)"},
    {Act::create_unique_index, "copy", "ADD UNIQUE kp (id, p WITHOUT OVERLAPS)",
     "s date NOT NULL DEFAULT '2020-01-01', e date NOT NULL DEFAULT '2021-01-01', PERIOD FOR p (s, e)"},
    {Act::drop_index, "instant", "ALTER KEY kn IGNORED"},
    {Act::drop_index, "nocopy", "DROP KEY kn"},
    {Act::drop_index, "nocopy", "DROP KEY uh", hashed},
    {Act::drop_index, "nocopy, writers wait", "DROP KEY kv, ADD FULLTEXT kv (v)", "KEY kv (v), FULLTEXT ft (x)"},
    {Act::drop_index, "inplace, writers wait", "DROP KEY kv, ADD FULLTEXT kv (v)", "KEY kv (v)"},
    {Act::drop_index, "copy", "DROP KEY kn", hashed},
    {Act::drop_index, "copy", "DROP KEY kn", "", aria},
};

/// A database with 50 rows in t.
std::string ground(const Sample& sample) {
  std::string out =
      "DROP TABLE IF EXISTS t; DROP TABLE IF EXISTS p; CREATE TABLE p (id int PRIMARY KEY); INSERT INTO p SELECT seq "
      "FROM seq_1_to_50; CREATE TABLE t (id "
      "int NOT NULL PRIMARY KEY, n int, v varchar(20), x text, " +
      (sample.columns.empty() ? std::string() : std::string(sample.columns) + ", ") + "KEY kn (n))";
  if (!sample.options.starts_with("ENGINE") && !sample.options.starts_with("PARTITION")) out += " ENGINE=InnoDB";
  return out + " DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci " + std::string(sample.options) +
         "; INSERT INTO t (id, n, v, x) SELECT seq, seq, seq, seq FROM seq_1_to_50;" +
         (sample.before.starts_with("ALTER") ? std::string(sample.before) + ";" : "");
}

/// The tables of InnoDB, its partitions too, by the numbers that change when one is written anew.
Rows files(Connection& connection) {
  return connection.query(
      "SELECT NAME, TABLE_ID, SPACE FROM information_schema.INNODB_SYS_TABLES WHERE NAME LIKE CONCAT(DATABASE(), "
      "'/t%') "
      "ORDER BY NAME");
}

/// Nothing where the server takes it; else the number of its error.
unsigned refusal(Connection& connection, const Sample& sample, const Way& way) {
  const std::string clause = mariadb::clause(way).substr(2), alter(sample.alter);
  const bool behind = alter.starts_with("PARTITION") || alter.starts_with("REMOVE");
  try {
    connection.run("ALTER TABLE t " + (behind ? clause + " " + alter : alter + ", " + clause));
    return 0;
  } catch (const mariadb::ServerError& error) {
    return error.number;
  }
}

/// The cheapest that the server takes, least first.
constexpr Way ways[] = {{Algorithm::instant, false}, {Algorithm::instant, true},  {Algorithm::nocopy, false},
                        {Algorithm::nocopy, true},   {Algorithm::inplace, false}, {Algorithm::inplace, true},
                        {Algorithm::copy, false},    {Algorithm::copy, true}};

/// What way_of() says of everything that leads from one table to another, as one statement.
Way predicted(const Sample& sample, const Schema& from, const Schema& to) {
  const Table& before = *find_table(from, {"", "t"});
  if (sample.act == Act::rename_column)  // to diff it is another column, unless told
    return mariadb::way_of(
        before, Rename<Column>{{"", "t"}, sample.alter.find(" n ") != std::string_view::npos ? "n" : "v", "z"});
  Way out{Algorithm::instant, false};
  bool found = false;
  const auto changes = diff(from, {to, {}}, {equal_ignoring_case, mariadb::same_type, mariadb::same_tokens}).changes;
  for (Change change : changes) {
    if (auto* create = std::get_if<Create<Column>>(&change)) {
      const auto& columns = find_table(to, {"", "t"})->columns;
      create->position =
          static_cast<std::size_t>(std::find(columns.begin(), columns.end(), create->object) - columns.begin());
    }
    const Way own = mariadb::way_of(before, change);
    out = {std::max(out.algorithm, own.algorithm), out.writers_wait || own.writers_wait};
    const auto acts = acts_of(change, mariadb::one_value);
    found = found || std::find(acts.begin(), acts.end(), sample.act) != acts.end();
  }
  CHECK(found);
  return out;
}

void try_out(const Sample& sample, Connection& connection) {
  CAPTURE(sample.alter);
  CAPTURE(sample.columns);
  CAPTURE(sample.options);
  connection.script(ground(sample));
  connection.run(
      "SET SESSION sql_mode = 'STRICT_TRANS_TABLES', foreign_key_checks = 1, system_versioning_alter_history = "
      "ERROR");
  if (sample.before.starts_with("SET")) connection.run(sample.before);
  const Schema from = mariadb::inspect(connection);
  const auto was = files(connection);
  const Way* taken = nullptr;
  for (const Way& way : ways) {
    const unsigned refused = refusal(connection, sample, way);
    if (refused == 0) {
      taken = &way;
      break;
    }
    CAPTURE(refused);
    REQUIRE((refused == 1845 || refused == 1846));
  }
  REQUIRE(taken != nullptr);
  REQUIRE(connection.query("SELECT count(*) FROM t").at(0).at(0) == "50");
  const Way way = predicted(sample, from, mariadb::inspect(connection));
  CHECK(mariadb::case_of(way) == sample.when);
  CHECK(mariadb::case_of(*taken) == (sample.untrue ? "instant" : sample.when));
  const Fact* fact = find_fact(mariadb::all_facts(), sample.act, sample.when, {10, 11});
  REQUIRE(fact != nullptr);
  CHECK(fact->when == sample.when);
  CHECK((fact->blocks == Blocks::writers) == way.writers_wait);
  const bool innodb = sample.options != aria && sample.alter != "ENGINE=Aria";
  if (innodb) CHECK((files(connection) != was) == (fact->work == Work::rewrite));
}

}  // namespace

TEST_CASE("MariaDB facts: each is what the server does") {
  const MariaDbDatabase database;
  const auto connection = connect_to_mariadb(database.url());
  for (const Sample& sample : samples) try_out(sample, *connection);
}

TEST_CASE("MariaDB facts: clauses that need no more together than each alone, and those that do") {
  struct Clause {
    std::string_view text;
    Way way;
    bool alone = false;
  };
  constexpr Way instant{Algorithm::instant, false}, nocopy{Algorithm::nocopy, false},
      inplace{Algorithm::inplace, false};
  constexpr Clause clauses[] = {
      {"ADD COLUMN z int", instant},
      {"DROP COLUMN b", instant},
      {"MODIFY v varchar(30)", instant},
      {"MODIFY e enum('a','b','c')", instant},
      {"ALTER COLUMN n SET DEFAULT 5", instant},
      {"MODIFY d datetime COMMENT 'x'", instant},
      {"DROP CONSTRAINT c", instant},
      {"ADD COLUMN y int AS (n + 2) VIRTUAL", instant, true},
      {"DROP COLUMN g", instant, true},
      {"STATS_PERSISTENT=1", instant, true},
      {"ADD KEY ke (e)", nocopy},
      {"DROP KEY kn", nocopy},
      {"MODIFY w varchar(20) COLLATE utf8mb4_bin", nocopy},
      {"DROP COLUMN i", nocopy, true},
      {"MODIFY n int NOT NULL", inplace},
      {"ROW_FORMAT=COMPACT", inplace, true},
  };
  const Sample ground_of{
      Act::create_index, "", "",
      "e enum('a','b'), d datetime, g int AS (n + 1) VIRTUAL, b int, i int, w varchar(20), KEY ki (i), "
      "KEY kw (w), CONSTRAINT c CHECK (n > 0)"};
  const MariaDbDatabase database;
  const auto connection = connect_to_mariadb(database.url());
  const auto pair = [&](const Clause& a, const Clause& b, const Way& way) {
    const std::string both = std::string(a.text) + ", " + std::string(b.text);
    connection->script(ground(ground_of));
    return refusal(*connection, Sample{Act::create_index, "", both}, way) == 0;
  };
  std::set<std::string_view> lost;
  for (const Clause& a : clauses)
    for (const Clause* b = &a + 1; b != std::end(clauses); ++b) {
      CAPTURE(a.text);
      CAPTURE(b->text);
      // As instructions are grouped: what the dictionary takes apart from what touches indexes and rows.
      if ((a.way.algorithm == Algorithm::instant) != (b->way.algorithm == Algorithm::instant)) continue;
      const bool kept = pair(a, *b, {std::max(a.way.algorithm, b->way.algorithm), false});
      if (!a.alone && !b->alone) CHECK(kept);
      if (kept) continue;
      if (a.alone) lost.insert(a.text);
      if (b->alone) lost.insert(b->text);
    }
  for (const Clause& c : clauses)
    if (c.alone && c.text != "ROW_FORMAT=COMPACT") {
      CAPTURE(c.text);
      CHECK(lost.contains(c.text));
    }
}

TEST_CASE("MariaDB facts: each case has a sample") {
  const auto of_a_table = [](Act act) {
    return act != Act::create_definition && act != Act::replace_definition && act != Act::drop_definition;
  };
  for (const Fact& fact : mariadb::all_facts()) {
    if (fact.when.empty() || fact.when == "filled" || !fact.measured || !of_a_table(fact.act)) continue;
    CAPTURE(to_string(fact.act));
    CAPTURE(fact.when);
    CHECK(std::any_of(std::begin(samples), std::end(samples),
                      [&](const Sample& s) { return s.act == fact.act && s.when == fact.when; }));
  }
}

TEST_CASE("MariaDB facts: MySQL's are its own") {
  using mariadb::all_facts;
  CHECK(find_fact(all_facts(), Act::create_index, "nocopy", {10, 11})->work == Work::index_build);
  CHECK(find_fact(all_facts(), Act::create_index, "inplace", {8, 4})->source == "MySQL's manual, not measured");
  CHECK(find_fact(all_facts(), Act::create_index, "inplace, writers wait", {8, 0})->work == Work::index_build);
  CHECK(find_fact(all_facts(), Act::create_index, "inplace, writers wait", {9, 1})->work == Work::index_build);
  CHECK(find_fact(all_facts(), Act::create_index, "inplace, writers wait", {10, 6})->work == Work::rewrite);
  for (const Since server : {Since{8, 0}, Since{10, 6}, Since{11, 8}})
    for (std::size_t a = 0; a < acts; ++a) CHECK(find_fact(all_facts(), static_cast<Act>(a), "", server) != nullptr);
}

TEST_CASE("MariaDB facts: what was not measured is said where it is shown") {
  using mariadb::all_facts;
  CHECK(unmeasured(all_facts(), {10, 11}).empty());
  CHECK(unmeasured(all_facts(), {8, 0}) == "MySQL's manual, not measured");
  const Evidence index{.act = Act::create_index, .when = "nocopy", .rows = 3};
  CHECK(grade(index, all_facts(), {10, 11}, {}).lock == "LOCK=NONE; metadata EXCLUSIVE (moment)");
  const Evidence column{.act = Act::add_nullable_column, .when = "instant", .rows = 3};
  CHECK(grade(column, all_facts(), {10, 11}, {}).lock == "metadata EXCLUSIVE (moment)");
  CHECK(grade(column, all_facts(), {8, 0}, {}).lock == "metadata EXCLUSIVE (moment) (MySQL's manual, not measured)");
}

TEST_CASE("MariaDB facts: a CHECK in a column's line is not asked of the rows of today") {
  const MariaDbDatabase database("CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t VALUES (1, -1)");
  database.run("ALTER TABLE t MODIFY n int CHECK (n > 0), ALGORITHM=INSTANT");
  CHECK(database.value("SELECT n FROM t") == "-1");
}
