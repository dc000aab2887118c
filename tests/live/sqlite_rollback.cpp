// Going back loses nothing: what a migration destroys it sets aside first.
#include <doctest/doctest.h>

#include "support/line.hpp"

using namespace dataflow;
using namespace dataflow::test;

namespace {

/// Applies `to`, looks, goes back, and expects the file as it was: text, rows and all.
void there_and_back(const std::string& from, const std::string& rows, const std::string& to, Hints hints = {}) {
  Folder folder;
  Sqlite file(folder / "a.db");
  file.run(from + ";" + rows);
  const std::string before = file.dump();
  const std::string version = migrate_to(file, to, std::move(hints));
  CHECK(file.dump() != before);
  roll_back(file, version);
  CHECK(file.dump() == before);
  CHECK(file.value("PRAGMA integrity_check") == "ok");
}

}  // namespace

TEST_CASE("rollback: the values of a dropped column come back, in its place") {
  there_and_back("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c TEXT)",
                 "INSERT INTO t VALUES (1, 'x', 'y', 'z'), (2, NULL, NULL, 'q')",
                 "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, c TEXT)");
  there_and_back("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b BLOB NOT NULL)",
                 "INSERT INTO t VALUES (1, 'x', x'00ff'), (2, NULL, 'text')",
                 "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)");
}

TEST_CASE("rollback: a column of a composite, a WITHOUT ROWID and a keyless table comes back") {
  there_and_back("CREATE TABLE t (a TEXT NOT NULL, b INT NOT NULL, v TEXT, PRIMARY KEY (a, b))",
                 "INSERT INTO t VALUES ('x', 1, 'p'), ('x', 2, 'q')",
                 "CREATE TABLE t (a TEXT NOT NULL, b INT NOT NULL, PRIMARY KEY (a, b))");
  there_and_back("CREATE TABLE t (k TEXT COLLATE NOCASE PRIMARY KEY, v TEXT) WITHOUT ROWID",
                 "INSERT INTO t VALUES ('A', 'p'), ('b', 'q')",
                 "CREATE TABLE t (k TEXT COLLATE NOCASE PRIMARY KEY) WITHOUT ROWID");
  there_and_back("CREATE TABLE t (a TEXT, b TEXT)", "INSERT INTO t (rowid, a, b) VALUES (5, 'x', 'y'), (9, NULL, 'z')",
                 "CREATE TABLE t (a TEXT)");
}

TEST_CASE("rollback: after VACUUM has renumbered a keyless table no value lands on another row") {
  Folder folder;
  Sqlite file(folder / "a.db");
  file.run(
      "CREATE TABLE t (a TEXT, b TEXT); INSERT INTO t (rowid, a, b) VALUES (1, 'gone', 'g'), (2, 'x', 'bx'), (3, 'y', "
      "'by'); DELETE FROM t WHERE a = 'gone';");
  const std::string version = migrate_to(file, "CREATE TABLE t (a TEXT)");
  file.run("VACUUM");
  roll_back(file, version);
  for (const std::string& row : file.rows("SELECT a, coalesce(b, '-') FROM t"))
    CHECK((row == "x|bx" || row == "y|by" || row == "x|-" || row == "y|-"));
}

TEST_CASE("rollback: a dropped table comes back with its rows, rowids, indexes, triggers and AUTOINCREMENT mark") {
  there_and_back(
      "CREATE TABLE log (v TEXT); CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT, g TEXT GENERATED "
      "ALWAYS AS (v || '!')); CREATE INDEX ix ON t (v); "
      "CREATE TRIGGER tr AFTER DELETE ON t BEGIN INSERT INTO log VALUES (OLD.v); END",
      "INSERT INTO t (id, v) VALUES (1, 'a'), (77, 'b')", "CREATE TABLE log (v TEXT)");
  there_and_back("CREATE TABLE t (v ANY) STRICT", "INSERT INTO t (rowid, v) VALUES (3, '007'), (8, 7), (9, x'00')", "");
  Folder folder;
  Sqlite file(folder / "a.db");
  file.run("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO t VALUES (9); DELETE FROM t;");
  roll_back(file, migrate_to(file, ""));
  file.run("INSERT INTO t DEFAULT VALUES");
  CHECK(file.value("SELECT id FROM t") == "10");
}

TEST_CASE("rollback: values that a new type converted come back as they were") {
  there_and_back("CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT)",
                 "INSERT INTO t VALUES (1, '007'), (2, '42'), (3, NULL), (4, '1e2')",
                 "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER)");
  there_and_back("CREATE TABLE t (n TEXT)", "INSERT INTO t VALUES ('007'), ('7')", "CREATE TABLE t (n INTEGER)");
}

TEST_CASE("rollback: NULLs that a required column had filled are NULL again") {
  Hints hints;
  hints.fills = {{{"", "t"}, "v", Literal{std::string("filled")}}};
  there_and_back("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)", "INSERT INTO t VALUES (1, NULL), (2, 'kept')",
                 "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT NOT NULL)", hints);
}

TEST_CASE("rollback: a value written since wins over the one set aside") {
  Folder folder;
  Sqlite file(folder / "a.db");
  file.run("CREATE TABLE t (id INTEGER PRIMARY KEY, n TEXT); INSERT INTO t VALUES (1, '007'), (2, '008');");
  const std::string version = migrate_to(file, "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER)");
  file.run("UPDATE t SET n = 99 WHERE id = 2; INSERT INTO t VALUES (3, 5);");
  roll_back(file, version);
  CHECK(file.rows("SELECT id, n FROM t") == std::vector<std::string>{"1|007", "2|99", "3|5"});
}

TEST_CASE("rollback: what was written into an added column is set aside by going back") {
  Folder folder;
  Sqlite file(folder / "a.db");
  file.run("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1);");
  const std::string version =
      migrate_to(file, "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); CREATE TABLE n (id INTEGER PRIMARY KEY);");
  file.run("UPDATE t SET v = 'written since'; INSERT INTO n VALUES (4);");
  roll_back(file, version);
  Database database(file.url());
  const auto kept = backups(database);
  REQUIRE(kept.size() == 2);
  CHECK(kept[0].rows + kept[1].rows == 2);
  migrate_to(file, "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); CREATE TABLE n (id INTEGER PRIMARY KEY);");
  for (const Backup& backup : kept) CHECK(restore_backup(database, backup.id) == 1);
  CHECK(file.value("SELECT v FROM t") == "written since");
  CHECK(file.value("SELECT id FROM n") == "4");
}

TEST_CASE("rollback: a rename, an index, a view and a constraint go back exactly") {
  Hints hints;
  hints.tables = {{{"", "b"}, "a"}};
  hints.columns = {{{"", "b"}, "full_name", "name"}};
  there_and_back(
      "CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT); CREATE INDEX ix ON a (name); CREATE VIEW v AS SELECT name "
      "FROM a",
      "INSERT INTO a VALUES (1, 'x')",
      "CREATE TABLE b (id INTEGER PRIMARY KEY, full_name TEXT UNIQUE CHECK (full_name <> '')); CREATE VIEW v AS SELECT "
      "full_name FROM b WHERE id > 0",
      hints);
}

TEST_CASE("rollback: migrations come off in order, newest first") {
  Folder folder;
  Sqlite file(folder / "a.db");
  const std::string first = migrate_to(file, "CREATE TABLE a (id INTEGER PRIMARY KEY)");
  const std::string second = migrate_to(file, "CREATE TABLE a (id INTEGER PRIMARY KEY, v TEXT)");
  const std::string third = migrate_to(file, "CREATE TABLE a (id INTEGER PRIMARY KEY, v TEXT, w TEXT)");
  Database database(file.url());
  std::string sentence;
  CHECK(code_of([&] { rollback(database, second); }, &sentence) == ErrorCode::conflict);
  CHECK(sentence.find(third) != std::string::npos);
  DataFlow db(file.url());
  CHECK(db.rollback_to_version(first));
  CHECK(file.rows("SELECT name FROM pragma_table_info('a')") == std::vector<std::string>{"id"});
  CHECK(file.rows("SELECT status FROM dataflow_history ORDER BY id") ==
        std::vector<std::string>{"applied", "rolled_back", "rolled_back"});
  CHECK(code_of([&] { rollback(database, third); }) == ErrorCode::conflict);
  CHECK(db.rollback_last_migration());
  CHECK_FALSE(db.rollback_last_migration());
  CHECK(code_of([&] { rollback(database, "migration_19990101_000000"); }) == ErrorCode::not_found);
}

TEST_CASE("rollback: a schema changed behind its back is not rolled over") {
  Folder folder;
  Sqlite file(folder / "a.db");
  const std::string version = migrate_to(file, "CREATE TABLE a (id INTEGER PRIMARY KEY)");
  file.run("ALTER TABLE a ADD COLUMN by_hand TEXT");
  std::string sentence;
  CHECK(code_of([&] { roll_back(file, version); }, &sentence) == ErrorCode::conflict);
  CHECK(sentence.find("changed since") != std::string::npos);
}

TEST_CASE("rollback: without data set aside it says what does not come back, and refuses") {
  Folder folder;
  Sqlite file(folder / "a.db");
  file.run("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'a');");
  Database database(file.url());
  const Plan p =
      plan_to(database, "CREATE TABLE t (id INTEGER PRIMARY KEY)", {.drop_unmanaged = true, .create_backup = false});
  CHECK(reversal(p) == Reversal::schema_only);
  const std::string version = execute(database, p).version;
  const RollbackAnalysis analysis = analyze_rollback(database, version);
  CHECK_FALSE(analysis.fully_reversible);
  CHECK(analysis.data_loss_warning);
  CHECK(analysis.irreversible_operations.size() == 1);
  CHECK(code_of([&] { rollback(database, version); }) == ErrorCode::refused);
  CHECK(rollback(database, version, {}, true).success);
  CHECK(file.rows("SELECT * FROM t") == std::vector<std::string>{"1|NULL"});
}

TEST_CASE("backups: kept until pruned, and a rollback that needs a pruned one says so") {
  Folder folder;
  Sqlite file(folder / "a.db");
  file.run("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'a');");
  const std::string version = migrate_to(file, "CREATE TABLE t (id INTEGER PRIMARY KEY)");
  Database database(file.url());
  const auto kept = backups(database);
  REQUIRE(kept.size() == 1);
  CHECK(kept[0].rows == 1);
  CHECK(prune_backups(database, {}, 1).empty());
  CHECK(prune_backups(database, {kept[0].id}, std::nullopt).size() == 1);
  CHECK(file.value("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'dataflow!_backup!_%' ESCAPE '!'") == "0");
  std::string sentence;
  CHECK(code_of([&] { rollback(database, version); }, &sentence) == ErrorCode::conflict);
  CHECK(sentence.find("is gone") != std::string::npos);
}

TEST_CASE("up, down and up again: each run has its own place for what it sets aside") {
  Folder folder;
  Sqlite file(folder / "a.db");
  file.run("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'a');");
  const std::string before = file.dump();
  for (int i = 0; i < 3; ++i) {
    const std::string version = migrate_to(file, "CREATE TABLE t (id INTEGER PRIMARY KEY)");
    roll_back(file, version);
    CHECK(file.dump() == before);
  }
  Database database(file.url());
  CHECK(backups(database).size() == 3);
}
