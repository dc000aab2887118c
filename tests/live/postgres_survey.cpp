// What the survey says of changes to PostgreSQL databases that hold data: figures, obstacles, cases.
#include <doctest/doctest.h>

#include <algorithm>

#include "dataflow/error.hpp"
#include "db/url.hpp"
#include "dialects/postgresql/postgresql.hpp"
#include "plan/operations.hpp"
#include "support/postgres.hpp"

using namespace dataflow;
using namespace dataflow::test;

namespace {

/// Two databases, and what leads from the one, with its data, to the other.
class Survey {
 public:
  Survey(const std::string& before, const std::string& after, Hints hints = {}, const std::string& user = "postgres")
      : before_(before), connection_(postgresql::connect(parse_url(before_.url(user)), Open::existing)) {
    const PostgresDatabase wanted(after);
    const auto other = postgresql::connect(parse_url(wanted.url()), Open::existing);
    hints_ = hints;
    from_ = postgresql::inspect(*connection_);
    changes_ =
        diff(from_, {postgresql::inspect(*other), std::move(hints)}, {nullptr, postgresql::same_type, nullptr}).changes;
  }

  std::vector<Evidence> evidence(const std::string& description) {
    std::string all;
    for (const Change& change : changes_) {
      if (to_operation(change).description() == description)
        return postgresql::survey(*connection_, from_, change, changes_, hints_);
      all += "\n" + to_operation(change).description();
    }
    FAIL("there is no '" << description << "' among" << all);
    return {};
  }

  Assessment operator()(const std::string& description) {
    std::vector<Assessment> aspects;
    for (const Evidence& e : evidence(description)) aspects.push_back(grade(e, postgresql::all_facts(), {14, 0}, {}));
    return merge(std::move(aspects));
  }

  std::string blocking(const std::string& description) { return (*this)(description).blocking.value_or("nothing"); }
  Connection& connection() { return *connection_; }

 private:
  PostgresDatabase before_;
  std::unique_ptr<Connection> connection_;
  Schema from_;
  std::vector<Change> changes_;
  Hints hints_;
};

}  // namespace

TEST_CASE("survey of PostgreSQL: what drops take with them") {
  Survey survey(
      "CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY, full_one text, empty_one text, "
      "\"o\"\"dd\" text, p int REFERENCES parent); CREATE TABLE gone (id int, p int REFERENCES parent); CREATE VIEW "
      "short AS SELECT id, full_one FROM t; CREATE INDEX t_full ON t (lower(full_one)); INSERT INTO t SELECT i, CASE "
      "WHEN i <= 3 THEN 'x' END, NULL, 'y' FROM generate_series(1, 5) i; INSERT INTO gone SELECT i FROM "
      "generate_series(1, 4) i",
      "CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY)");
  CHECK(survey("drop column full_one from t").reason == "drops a column that holds 3 values");
  CHECK(survey("drop column full_one from t").data_loss == DataLoss::high);
  CHECK(survey("drop column empty_one from t").reason == "drops a column that holds nothing");
  CHECK(survey("drop column o\"dd from t").reason == "drops a column that holds 5 values");
  CHECK(survey("drop column p from t").lock == "ACCESS EXCLUSIVE; ACCESS EXCLUSIVE on parent");
  CHECK(survey("drop table gone").reason == "drops a table that holds 4 rows");
  CHECK(survey("drop table gone").lock == "ACCESS EXCLUSIVE; ACCESS EXCLUSIVE on parent");
  CHECK(survey("drop table gone").rows == 4u);
}

TEST_CASE("survey of PostgreSQL: what stands on an object is named") {
  const std::string table = "CREATE TABLE t (id int PRIMARY KEY, a int); CREATE TABLE c (a int REFERENCES t); ";
  Survey survey(
      table + "CREATE VIEW active AS SELECT a FROM t; CREATE INDEX t_a ON t (a)",
      "CREATE TABLE s (id int PRIMARY KEY, b int); CREATE TABLE c (a int REFERENCES s); CREATE VIEW active AS "
      "SELECT b AS a FROM s; CREATE INDEX t_a ON s (b)",
      {.tables = {{{"public", "s"}, "t"}}, .columns = {{{"public", "s"}, "b", "a"}}});
  const auto by_table = survey.evidence("rename table t to s").at(0).dependents;
  CHECK(std::find(by_table.begin(), by_table.end(), "a foreign key of c") != by_table.end());
  const auto by_column = survey.evidence("rename column a to b in s").at(0).dependents;
  CHECK(std::find(by_column.begin(), by_column.end(), "index t_a") != by_column.end());
  Survey function(
      "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1'; CREATE VIEW v AS SELECT "
      "f(1) AS x",
      "CREATE VIEW v AS SELECT 1 AS x");
  CHECK(function("drop object f(integer)").level == RiskLevel::medium);  // the view is replaced by the same plan
}

TEST_CASE(
    "survey of PostgreSQL: programs whose text names what is renamed or dropped are named, for no server follows") {
  const std::string programs =
      "SET check_function_bodies = off;"
      "CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $x$ BEGIN NEW.a := 1; RETURN NEW; END $x$; "
      "CREATE FUNCTION counted() RETURNS bigint LANGUAGE sql AS 'SELECT count(a) FROM T'; "
      "CREATE PROCEDURE dynamic() LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'DELETE FROM \"t\"'; END $$; "
      "CREATE FUNCTION other(t_a int) RETURNS int LANGUAGE sql AS 'SELECT t_a -- of t';";
  Survey renamed(
      "CREATE TABLE t (id int PRIMARY KEY, a int); " + programs +
          "CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION audit(); CREATE FUNCTION followed() "
          "RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(a) FROM t; END",
      "CREATE TABLE s (id int PRIMARY KEY, b int); " + programs +
          "CREATE FUNCTION followed() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(b) FROM s; END",
      {.tables = {{{"public", "s"}, "t"}}, .columns = {{{"public", "s"}, "b", "a"}}});
  CHECK(renamed.evidence("rename table t to s").at(0).by_text ==
        std::vector<std::string>{"function counted", "procedure dynamic"});
  CHECK(renamed("rename table t to s").level == RiskLevel::critical);
  CHECK(renamed("rename table t to s").reason.find("named in the text of function counted, procedure dynamic") !=
        std::string::npos);
  CHECK(renamed.evidence("rename column a to b in s").at(0).by_text ==
        std::vector<std::string>{"function audit", "function counted"});
  Survey rewritten(
      "CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM t'",
      "CREATE TABLE s (a int); CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM s'",
      {.tables = {{{"public", "s"}, "t"}}});
  CHECK(rewritten("rename table t to s").level == RiskLevel::high);
  Survey dropped("CREATE TABLE t (id int PRIMARY KEY, a int); " + programs,
                 "CREATE TABLE t (id int PRIMARY KEY); " + programs);
  CHECK(dropped("drop column a from t").reason.find("named in the text of function counted") != std::string::npos);
}

TEST_CASE("survey of PostgreSQL: required columns and missing values") {
  const std::string before =
      "CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t SELECT i, CASE WHEN i > 2 THEN "
      "'x' END FROM generate_series(1, 6) i";
  const std::string after = "CREATE TABLE t (id int PRIMARY KEY, a text NOT NULL, b int NOT NULL)";
  Survey survey(before, after);
  CHECK(survey.blocking("alter column a of t") == "2 rows of t would have no value for a (first: id 1, 2)");
  CHECK(survey.blocking("add column b to t") == "6 rows of t would have no value for b (first: id 1, 2, 3)");
  CHECK(survey("add column b to t").remedy.find("--backfill t.b=SQL") != std::string::npos);
  Survey filled(before, after,
                {.fills = {{{"public", "t"}, "a", Sql("'none'")}, {{"public", "t"}, "b", Literal{std::int64_t{7}}}}});
  CHECK(filled.blocking("alter column a of t") == "nothing");
  CHECK(filled("alter column a of t").work == Work::rewrite);
  CHECK(filled.blocking("add column b to t") == "nothing");
  Survey many("CREATE TABLE t (a text); INSERT INTO t SELECT NULL FROM generate_series(1, 1500)",
              "CREATE TABLE t (a text NOT NULL)");
  CHECK(many.blocking("alter column a of t").starts_with("more than 1000 rows of t would have no value for a"));
  Survey proved("CREATE TABLE t (a int CONSTRAINT c CHECK (a IS NOT NULL)); INSERT INTO t VALUES (1)",
                "CREATE TABLE t (a int NOT NULL CONSTRAINT c CHECK (a IS NOT NULL))");
  CHECK(proved("alter column a of t").work == Work::catalog);
}

TEST_CASE("survey of PostgreSQL: keys, references, checks and exclusions that data breaks") {
  Survey survey(
      "CREATE TABLE team (id int PRIMARY KEY); CREATE TABLE old (id int PRIMARY KEY, mail text, team int, n int); "
      "INSERT "
      "INTO team VALUES (1); INSERT INTO old SELECT i, 'm' || i / 2, i % 3, i FROM generate_series(1, 6) i",
      "CREATE TABLE team (id int PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY, email text, team int CONSTRAINT f "
      "REFERENCES team, n int, CONSTRAINT u UNIQUE (email), CONSTRAINT c CHECK (char_length(email) > 5 OR n < 5), "
      "CONSTRAINT x EXCLUDE (team WITH =) WHERE (n > 3))",
      {.tables = {{{"public", "t"}, "old"}}, .columns = {{{"public", "t"}, "email", "mail"}}});
  CHECK(survey.blocking("add constraint u to t") == "2 values of t (email) stand in more than one row (first: m1, m2)");
  CHECK(survey.blocking("add constraint f to t") == "4 rows of t point to no row of team (first: id 2, 3, 5)");
  CHECK(survey.blocking("add constraint c to t").starts_with("2 rows of t break CHECK ("));
  CHECK(survey("add constraint f to t").lock == "SHARE ROW EXCLUSIVE; SHARE ROW EXCLUSIVE on team");
  CHECK(survey.blocking("create object x") == "nothing");
  Survey lax(
      "CREATE TABLE team (id int PRIMARY KEY); CREATE TABLE t (team int); INSERT INTO t VALUES (9)",
      "CREATE TABLE team (id int PRIMARY KEY); CREATE TABLE t (team int); ALTER TABLE t ADD CONSTRAINT f FOREIGN "
      "KEY (team) REFERENCES team NOT VALID; ALTER TABLE t ADD CONSTRAINT c CHECK (team < 5) NOT VALID");
  CHECK(lax.blocking("add constraint f to t") == "nothing");
  CHECK(lax("add constraint f to t").work == Work::catalog);
  CHECK(lax.blocking("add constraint c to t") == "nothing");
  Survey pairs("CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t VALUES (1, 1), (2, 1), (3, 2)",
               "CREATE TABLE t (id int PRIMARY KEY, a int, CONSTRAINT x EXCLUDE (a WITH =))");
  CHECK(pairs.blocking("create object x") == "1 pair of rows of t excludes each other by x (first: id 1 and 2)");
  CHECK(pairs("create object x").blocks == Blocks::everything);
}

TEST_CASE("survey of PostgreSQL: what a new type does to values") {
  Survey survey(
      "CREATE TABLE t (id int PRIMARY KEY, a text, v varchar(50), longer varchar(10), n numeric(10, 2), i int, s text, "
      "j json, k varchar(10) CHECK (k <> '')); INSERT INTO t SELECT i, CASE WHEN i > 4 THEN 'abc' ELSE i::text END, "
      "repeat('x', i * 4), 'x', i * 0.25, i, i::text, '{}', 'k' FROM generate_series(1, 6) i",
      "CREATE TABLE t (id int PRIMARY KEY, a int, v varchar(20), longer text, n numeric(10, 1), i bigint, s int, j "
      "jsonb, k varchar(20) CHECK (k <> ''))");
  CHECK(survey.blocking("alter column a of t") ==
        "2 values of t.a cannot become integer: invalid input syntax for type integer: \"abc\" (first: id 5, 6)");
  CHECK(survey.blocking("alter column v of t") ==
        "1 value of t.v does not fit into character varying(20) (first: id 6)");
  CHECK(survey("alter column longer of t").work == Work::catalog);
  CHECK(survey("alter column longer of t").data_loss == DataLoss::none);
  CHECK(survey("alter column k of t").work == Work::scan);
  const Assessment rounded = survey("alter column n of t");
  CHECK(rounded.level == RiskLevel::high);
  CHECK(rounded.data_loss == DataLoss::low);
  CHECK(rounded.remedy.starts_with("3 values of t.n would not come back as they were (first: id 1, 3, 5)"));
  CHECK(survey("alter column i of t").level == RiskLevel::medium);
  CHECK(survey("alter column i of t").work == Work::rewrite);
  CHECK(survey("alter column s of t").data_loss == DataLoss::none);
  CHECK_FALSE(survey("alter column j of t").blocking);
}

TEST_CASE("survey of PostgreSQL: labels, domains and partitions") {
  Survey survey(
      "CREATE TYPE mood AS ENUM ('sad', 'ok', 'lost'); CREATE DOMAIN plus AS int; CREATE TABLE t (m mood, many mood[], "
      "d plus); INSERT INTO t VALUES ('lost', '{ok,lost}', -1), ('ok', '{}', 1), ('lost', NULL, NULL); CREATE TABLE p "
      "(k int) PARTITION BY RANGE (k); CREATE TABLE rest PARTITION OF p DEFAULT; INSERT INTO p VALUES (1), (15), (16), "
      "(NULL); CREATE TABLE one (k int); INSERT INTO one VALUES (31), (45)",
      "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE DOMAIN plus AS int CHECK (VALUE > 0) NOT NULL; CREATE TABLE t (m "
      "mood, many mood[], d plus); CREATE TABLE p (k int) PARTITION BY RANGE (k); CREATE TABLE rest PARTITION OF p "
      "DEFAULT; CREATE TABLE ten PARTITION OF p FOR VALUES FROM (10) TO (20); CREATE TABLE one PARTITION OF p FOR "
      "VALUES "
      "FROM (30) TO (40)");
  CHECK(survey.blocking("alter object mood") == "3 values of t.m, t.many hold the label 'lost', which goes");
  CHECK(survey("alter object mood").lock == "ACCESS EXCLUSIVE on t");
  CHECK(survey.blocking("alter object plus") ==
        "1 row of t has no value for d; 1 value of t.d breaks CHECK (VALUE > 0) (first: -1)");
  CHECK(survey.blocking("create table ten") ==
        "2 rows of the default partition rest belong into the partition FOR VALUES FROM (10) TO (20)");
  CHECK(survey.blocking("alter table one")
            .starts_with(
                "1 row of one does not belong into the partition FOR VALUES FROM (30) TO (40) (first: ctid (0,2))"));
  Survey more("CREATE TYPE mood AS ENUM ('a'); CREATE TABLE t (m mood)",
              "CREATE TYPE mood AS ENUM ('a', 'b'); CREATE TABLE t (m mood)");
  CHECK(more("alter object mood").work == Work::catalog);
}

TEST_CASE("survey of PostgreSQL: large tables are estimated, forbidden ones left out, deadlines kept") {
  Survey large(
      "CREATE TABLE t (id int, a int); INSERT INTO t SELECT i, NULLIF(i % 2, 0) FROM generate_series(1, "
      "1200000) i; ANALYZE t",
      "CREATE TABLE t (id bigint)");
  const Evidence e = large.evidence("drop column a from t").at(0);
  CHECK(e.about);
  REQUIRE(e.rows);
  REQUIRE(e.values);
  CHECK(*e.rows > 1'150'000);
  CHECK(*e.rows < 1'250'000);
  CHECK(*e.values > 500'000);
  CHECK(*e.values < 700'000);
  CHECK(large("drop column a from t").reason.starts_with("drops a column that holds about "));
  CHECK(large("alter column id of t").reason.find(" MB") != std::string::npos);
  large.connection().set_deadline(std::chrono::steady_clock::now());
  CHECK_THROWS_AS(large("alter column id of t"), Error);

  Postgres& server = Postgres::instance();
  server.run("postgres", "DROP ROLE IF EXISTS survey_guest; CREATE ROLE survey_guest LOGIN");
  {
    Survey forbidden(
        "CREATE TABLE t (id int, a int); INSERT INTO t VALUES (1, 1); GRANT USAGE ON SCHEMA public TO "
        "survey_guest",
        "CREATE TABLE t (id int NOT NULL)", {}, "survey_guest");
    CHECK(forbidden("drop column a from t").reason == "drops a column that holds an unknown number of values");
    CHECK_FALSE(forbidden.evidence("drop column a from t").at(0).rows);
    CHECK_FALSE(forbidden("alter column id of t").blocking);
  }
  {
    Survey hidden(
        "CREATE TABLE t (id int, a int); INSERT INTO t VALUES (1, 1); GRANT SELECT ON t TO survey_guest; ALTER "
        "TABLE t ENABLE ROW LEVEL SECURITY",
        "CREATE TABLE t (id int); ALTER TABLE t ENABLE ROW LEVEL SECURITY", {}, "survey_guest");
    CHECK(hidden("drop column a from t").reason == "drops a column that holds an unknown number of values");
  }
  server.run("postgres", "DROP ROLE survey_guest");
}

TEST_CASE("survey of PostgreSQL: nothing is written, defaults are not used up") {
  Survey survey(
      "CREATE TABLE t (id int); CREATE SEQUENCE s; INSERT INTO t VALUES (1), (2)",
      "CREATE SEQUENCE s; CREATE TABLE t (id int, n int NOT NULL DEFAULT nextval('s'), m int NOT NULL DEFAULT 1, "
      "CONSTRAINT u UNIQUE (n), CONSTRAINT o UNIQUE (m))");
  CHECK(survey.evidence("add column n to t").at(0).act == Act::add_column_with_volatile_default);
  CHECK(survey.evidence("add column m to t").at(0).act == Act::add_column_with_default);
  CHECK(survey.blocking("add constraint u to t") == "nothing");
  CHECK(survey.blocking("add constraint o to t") == "1 value of t (m) stands in more than one row (first: 1)");
  CHECK(survey.connection().query("SELECT is_called FROM public.s").at(0).at(0) == "f");
}
