// Every way in which a table rebuild is known to lose something, each reproduced by hand elsewhere, each held here.
#include <doctest/doctest.h>
#include <soci/soci.h>

#include "support/line.hpp"

using namespace dataflow;
using namespace dataflow::test;

namespace {

bool rebuilds(const Plan& plan) {
  for (const Step& step : plan.steps)
    if (step.title.starts_with("rebuild")) return true;
  return false;
}

}  // namespace

TEST_CASE("rebuild: children with ON DELETE CASCADE keep their rows, foreign_keys on or off") {
  for (const char* enforcement : {"ON", "OFF"}) {
    Folder folder;
    Sqlite file(folder / "a.db");
    file.run(
        "CREATE TABLE org (id INTEGER PRIMARY KEY, name TEXT);"
        "CREATE TABLE member (id INTEGER PRIMARY KEY, org_id INTEGER REFERENCES org (id) ON DELETE CASCADE);"
        "INSERT INTO org VALUES (1, 'a'); INSERT INTO member VALUES (10, 1), (11, 1);");
    soci::session session("sqlite3", file.path());
    session << std::string("PRAGMA foreign_keys = ") + enforcement;
    Database database(session);
    const Plan p =
        plan_to(database,
                "CREATE TABLE org (id INTEGER PRIMARY KEY, name TEXT NOT NULL);"
                "CREATE TABLE member (id INTEGER PRIMARY KEY, org_id INTEGER REFERENCES org (id) ON DELETE CASCADE);");
    REQUIRE(rebuilds(p));
    execute(database, p);
    CHECK(file.rows("SELECT id, org_id FROM member ORDER BY id") == std::vector<std::string>{"10|1", "11|1"});
    CHECK(file.value("SELECT count(*) FROM pragma_foreign_key_list('member') WHERE \"table\" = 'org'") == "1");
    int after = -1;
    session << "PRAGMA foreign_keys", soci::into(after);
    CHECK(after == (std::string(enforcement) == "ON" ? 1 : 0));
  }
}

TEST_CASE("rebuild: the AUTOINCREMENT mark is kept, so that no deleted id is handed out again") {
  Folder folder;
  Sqlite file(folder / "a.db");
  file.run(
      "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT); INSERT INTO t VALUES (1, 'a'), (2, 'b'), (50, "
      "'c'); DELETE FROM t WHERE id = 50;");
  const std::string version =
      migrate_to(file, "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT NOT NULL);");
  file.run("INSERT INTO t (v) VALUES ('d')");
  CHECK(file.value("SELECT max(id) FROM t") == "51");
  roll_back(file, version);
  file.run("DELETE FROM t WHERE id = 51; INSERT INTO t (v) VALUES ('e')");
  CHECK(file.value("SELECT max(id) FROM t") == "52");
}

TEST_CASE("rebuild: indexes, triggers and views stand afterwards as before") {
  Folder folder;
  Sqlite file(folder / "a.db");
  const std::string rest =
      "CREATE TABLE log (t TEXT);"
      "CREATE INDEX ix_v ON t (v) WHERE v <> '';"
      "CREATE UNIQUE INDEX ux_lower ON t (lower(v));"
      "CREATE TRIGGER t_ins AFTER INSERT ON t BEGIN INSERT INTO log VALUES (NEW.v); END;"
      "CREATE VIEW long_v AS SELECT * FROM t WHERE length(v) > 1;"
      "CREATE TRIGGER view_ins INSTEAD OF INSERT ON long_v BEGIN INSERT INTO t (v) VALUES (NEW.v); END;";
  file.run("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);" + rest + "INSERT INTO t VALUES (1, 'aa');");
  const auto objects = file.rows(
      "SELECT type, name, sql FROM sqlite_schema WHERE type <> 'table' AND name NOT LIKE 'dataflow%' ORDER BY name");
  const std::string version =
      migrate_to(file, "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT NOT NULL DEFAULT 'x');" + rest);
  CHECK(file.rows("SELECT type, name, sql FROM sqlite_schema WHERE type <> 'table' AND name NOT LIKE 'dataflow%' AND "
                  "name NOT LIKE 'sqlite%' ORDER BY name") == objects);
  file.run("INSERT INTO long_v (v) VALUES ('bb')");
  CHECK(file.rows("SELECT t FROM log") == std::vector<std::string>{"aa", "bb"});
  roll_back(file, version);
  CHECK(file.rows("SELECT type, name, sql FROM sqlite_schema WHERE type <> 'table' AND name NOT LIKE 'dataflow%' AND "
                  "name NOT LIKE 'sqlite%' ORDER BY name") == objects);
}

TEST_CASE("rebuild: a table without INTEGER PRIMARY KEY keeps its rowids") {
  Folder folder;
  Sqlite file(folder / "a.db");
  file.run("CREATE TABLE t (v TEXT); INSERT INTO t (rowid, v) VALUES (7, 'a'), (900, 'b');");
  const std::string version = migrate_to(file, "CREATE TABLE t (v TEXT CHECK (v <> ''));");
  CHECK(file.rows("SELECT rowid, v FROM t ORDER BY rowid") == std::vector<std::string>{"7|a", "900|b"});
  roll_back(file, version);
  CHECK(file.rows("SELECT rowid, v FROM t ORDER BY rowid") == std::vector<std::string>{"7|a", "900|b"});
}

TEST_CASE("rebuild: a column called rowid does not hide the real one") {
  Folder folder;
  Sqlite file(folder / "a.db");
  file.run("CREATE TABLE t (rowid TEXT, v TEXT); INSERT INTO t (_rowid_, rowid, v) VALUES (7, 'x', 'a');");
  migrate_to(file, "CREATE TABLE t (rowid TEXT NOT NULL, v TEXT);");
  CHECK(file.rows("SELECT _rowid_, rowid, v FROM t") == std::vector<std::string>{"7|x|a"});
}

TEST_CASE("rebuild: a trigger body that names a dropped column is found before anything is dropped") {
  Folder folder;
  Sqlite file(folder / "a.db");
  file.run(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, w TEXT); CREATE TABLE log (v TEXT);"
      "CREATE TRIGGER t_audit AFTER UPDATE ON t BEGIN INSERT INTO log VALUES (NEW.w); END; INSERT INTO t VALUES (1, "
      "'a', 'b');");
  const std::string before = file.dump();
  Database database(file.url());
  const Plan p = plan_to(database,
                         "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); CREATE TABLE log (v TEXT);"
                         "CREATE TRIGGER t_audit AFTER UPDATE ON t BEGIN INSERT INTO log VALUES (NEW.w); END;");
  REQUIRE(p.operations.size() == 1);
  REQUIRE(p.operations[0].assessment.blocking);
  CHECK(p.operations[0].assessment.blocking->find("t_audit") != std::string::npos);
  CHECK(p.operations[0].assessment.blocking->find("w") != std::string::npos);
  DataFlow db(file.url());
  const auto result = db.auto_migrate_to(
      schema_from_sql("sqlite",
                      "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); CREATE TABLE log (v TEXT);"
                      "CREATE TRIGGER t_audit AFTER UPDATE ON t BEGIN INSERT INTO log VALUES (NEW.w); END;",
                      "test"),
      {.interactive = false, .auto_confirm = true, .max_risk_level = RiskLevel::critical});
  CHECK_FALSE(result.success);
  CHECK(result.code == ErrorCode::refused);
  CHECK(file.dump() == before);
}

TEST_CASE("rebuild: an unrelated broken view does not stand in the way") {
  Folder folder;
  Sqlite file(folder / "a.db");
  file.run(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); CREATE VIEW broken AS SELECT * FROM nowhere; INSERT INTO t "
      "VALUES (1, 'a');");
  migrate_to(file,
             "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT NOT NULL); CREATE VIEW broken AS SELECT * FROM nowhere;");
  CHECK(file.value("SELECT \"notnull\" FROM pragma_table_info('t') WHERE name = 'v'") == "1");
}

TEST_CASE("rebuild: other tables still reference the table by its name") {
  Folder folder;
  Sqlite file(folder / "a.db");
  file.run(
      "CREATE TABLE p (id INTEGER PRIMARY KEY, v TEXT); CREATE TABLE c (p_id INTEGER REFERENCES p (id)); CREATE TABLE "
      "s (id INTEGER PRIMARY KEY, up INTEGER REFERENCES s (id));");
  migrate_to(file,
             "CREATE TABLE p (id INTEGER PRIMARY KEY, v TEXT NOT NULL); CREATE TABLE c (p_id INTEGER REFERENCES p "
             "(id)); CREATE TABLE s (id INTEGER PRIMARY KEY, up INTEGER NOT NULL REFERENCES s (id));");
  CHECK(file.value("SELECT \"table\" FROM pragma_foreign_key_list('c')") == "p");
  CHECK(file.value("SELECT \"table\" FROM pragma_foreign_key_list('s')") == "s");
}

TEST_CASE("rebuild: a copy that does not hold the rows of the original never takes its place") {
  Folder folder;
  Sqlite file(folder / "a.db");
  file.run("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'a'), (2, 'b');");
  const std::string before = file.dump();
  Database database(file.url());
  Plan p = plan_to(database, "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT NOT NULL);");
  REQUIRE(rebuilds(p));
  bool spoiled = false;
  for (Statement& statement : p.steps.at(0).up)
    if (auto* run = std::get_if<Run>(&statement); run != nullptr && run->sql.starts_with("INSERT INTO dataflow_new_t"))
      run->sql += " WHERE o.id = 1", spoiled = true;
  REQUIRE(spoiled);
  std::string sentence;
  CHECK(code_of([&] { execute(database, p); }, &sentence) == ErrorCode::verification);
  CHECK(sentence.find("does not hold the rows") != std::string::npos);
  CHECK(file.dump() == before);
  const auto attempts = history(database);
  REQUIRE(attempts.size() == 1);
  CHECK(attempts[0].status == MigrationStatus::failed);
}

TEST_CASE("rebuild: STRICT, WITHOUT ROWID, generated columns, collations and conflict clauses come through") {
  Folder folder;
  Sqlite file(folder / "a.db");
  file.run(
      "CREATE TABLE s (id INTEGER PRIMARY KEY, a ANY, b BLOB) STRICT; INSERT INTO s VALUES (1, '007', x'00ff'), (2, 5, "
      "NULL);"
      "CREATE TABLE w (k TEXT COLLATE NOCASE, v INT, g INT GENERATED ALWAYS AS (v * 2) STORED, PRIMARY KEY (k)) "
      "WITHOUT ROWID; INSERT INTO w (k, v) VALUES ('A', 1), ('b', 2);"
      "CREATE TABLE u (a TEXT NOT NULL ON CONFLICT REPLACE DEFAULT 'q', b INT, UNIQUE (b) ON CONFLICT IGNORE); INSERT "
      "INTO u VALUES ('z', 1);");
  const std::string version = migrate_to(file,
                                         "CREATE TABLE s (id INTEGER PRIMARY KEY, a ANY, b BLOB, c TEXT NOT NULL "
                                         "DEFAULT 'x' CHECK (length(c) < 9)) STRICT;"
                                         "CREATE TABLE w (k TEXT COLLATE NOCASE, v INT NOT NULL, g INT GENERATED "
                                         "ALWAYS AS (v * 2) STORED, PRIMARY KEY (k)) WITHOUT ROWID;"
                                         "CREATE TABLE u (a TEXT NOT NULL ON CONFLICT REPLACE DEFAULT 'q', b INT CHECK "
                                         "(b > 0), UNIQUE (b) ON CONFLICT IGNORE);");
  CHECK(file.rows("SELECT id, a, typeof(a), b, c FROM s ORDER BY id") ==
        std::vector<std::string>{"1|007|text|x'00ff'|x", "2|5|integer|NULL|x"});
  CHECK(file.rows("SELECT k, v, g FROM w ORDER BY k") == std::vector<std::string>{"A|1|2", "b|2|4"});
  file.run("INSERT INTO u VALUES (NULL, 2); INSERT INTO u VALUES ('no', 1);");
  CHECK(file.rows("SELECT a, b FROM u ORDER BY b") == std::vector<std::string>{"z|1", "q|2"});
  roll_back(file, version);
  CHECK(file.rows("SELECT id, a, typeof(a), b FROM s ORDER BY id") ==
        std::vector<std::string>{"1|007|text|x'00ff'", "2|5|integer|NULL"});
}
