// Bad input: a clear sentence, the right code, and nothing lost.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <soci/soci.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "dataflow/reflect.hpp"
#include "support/line.hpp"
#include "support/process.hpp"

namespace df = dataflow;
using namespace dataflow;
using namespace dataflow::test;

namespace {
struct Person {
  std::int64_t id = 0;
  std::string name;
};
struct Customer {
  std::int64_t id = 0;
  static auto dataflow() { return df::table("person"); }
};
}  // namespace

TEST_CASE("errors: files that are not what they should be") {
  Folder folder;
  std::string sentence;
  CHECK(code_of([&] { Database("sqlite:" + (folder / "none.db")); }, &sentence) == ErrorCode::no_such_file);
  CHECK_FALSE(std::filesystem::exists(folder / "none.db"));
  CHECK(code_of([&] { Database("sqlite:" + folder.path()); }) == ErrorCode::not_a_database);
  std::ofstream(folder / "text.db") << std::string(5000, 'x');
  CHECK(code_of([&] { Database("sqlite:" + (folder / "text.db")); }) == ErrorCode::not_a_database);
  CHECK(code_of([&] { Database("sqlite:"); }) == ErrorCode::bad_url);
  CHECK(code_of([&] { Database("no url"); }) == ErrorCode::bad_url);
  CHECK(code_of([&] { Database("sqlit:x.db"); }, &sentence) == ErrorCode::bad_url);
  CHECK(code_of([&] { DataFlow("postgresq://x"); }) == ErrorCode::bad_url);
  CHECK(code_of([&] { Database("sqlite:" + (folder / "no/such/folder/a.db"), Open::create); }) ==
        ErrorCode::no_such_file);
}

TEST_CASE("errors: a damaged page stops the run before anything changes") {
  Folder folder;
  Sqlite file(folder / "a.db");
  file.run(
      "PRAGMA page_size = 1024; CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); WITH n (i) AS (SELECT 1 UNION ALL "
      "SELECT i + 1 FROM n WHERE i < 500) INSERT INTO t SELECT i, hex(randomblob(50)) FROM n;");
  {
    std::fstream raw(file.path(), std::ios::in | std::ios::out | std::ios::binary);
    raw.seekp(1024 * 20);
    raw << std::string(1024, '\xff');
  }
  const auto size = std::filesystem::file_size(file.path());
  CHECK(code_of([&] { migrate_to(file, "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT NOT NULL)"); }) ==
        ErrorCode::corrupt);
  CHECK(file.value("SELECT \"notnull\" FROM pragma_table_info('t') WHERE name = 'v'") == "0");
  CHECK(std::filesystem::file_size(file.path()) >= size);
}

TEST_CASE("errors: the disk is full in the middle of a rebuild") {
  Folder folder;
  Sqlite file(folder / "a.db");
  file.run(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i "
      "< 5000) INSERT INTO t SELECT i, hex(randomblob(100)) FROM n;");
  const std::string before = file.dump();
  soci::session session("sqlite3", file.path());
  session << "PRAGMA max_page_count = " + std::to_string(std::stol(file.value("PRAGMA page_count")) + 5);
  Database database(session);
  const Plan p = plan_to(database, "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT NOT NULL)");
  CHECK(code_of([&] { execute(database, p); }) == ErrorCode::disk_full);
  CHECK(file.dump() == before);
  CHECK(file.value("PRAGMA integrity_check") == "ok");
  migrate_to(file, "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT NOT NULL)");
  CHECK(file.value("SELECT count(*) FROM t") == "5000");
}

TEST_CASE("errors: a database locked by another process names it") {
  Folder folder;
  Sqlite file(folder / "a.db");
  file.run("CREATE TABLE t (id INTEGER PRIMARY KEY)");
  Database database(file.url());
  const Plan p = plan_to(database, "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)");
  // sqlite3's shell holds the write lock until its standard input ends.
  std::string sentence;
  const std::string command = "(echo 'BEGIN IMMEDIATE;'; sleep 4) | sqlite3 '" + file.path() + "' & sleep 0.5";
  REQUIRE(run_program({"/bin/sh", "-c", command}).status == 0);
  CHECK(code_of([&] { execute(database, p, {.timeout_ms = 1000}); }, &sentence) == ErrorCode::locked);
  CHECK(sentence.find("sqlite3 (pid ") != std::string::npos);
  CHECK(execute(database, p, {.timeout_ms = 30'000}).success);
}

TEST_CASE("errors: a run that takes too long is stopped and leaves nothing") {
  Folder folder;
  Sqlite file(folder / "a.db");
  file.run(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i "
      "< 300000) INSERT INTO t SELECT i, hex(randomblob(20)) FROM n;");
  Database database(file.url());
  const Plan p = plan_to(database, "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT NOT NULL)");
  CHECK(code_of([&] { execute(database, p, {.timeout_ms = 30}); }) == ErrorCode::timeout);
  CHECK(file.value("SELECT \"notnull\" FROM pragma_table_info('t') WHERE name = 'v'") == "0");
  CHECK(file.value("SELECT status FROM dataflow_history") == "failed");
}

TEST_CASE("errors: a table that changed between preview and apply") {
  Folder folder;
  Sqlite file(folder / "a.db");
  file.run("CREATE TABLE t (id INTEGER PRIMARY KEY)");
  Database database(file.url());
  const Plan p = plan_to(database, "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)");
  file.run("ALTER TABLE t ADD COLUMN w TEXT");
  CHECK(code_of([&] { execute(database, p); }) == ErrorCode::stale);
  CHECK(file.rows("SELECT name FROM pragma_table_info('t')") == std::vector<std::string>{"id", "w"});
}

TEST_CASE("errors: SQL that does not parse, and schemas that contradict themselves") {
  std::string sentence;
  CHECK(code_of([&] { schema_from_sql("sqlite", "CREATE TABEL t (id)", "schema.sql"); }, &sentence) ==
        ErrorCode::bad_document);
  CHECK(sentence.find("schema.sql: near \"TABEL\"") != std::string::npos);
  CHECK(code_of([&] { schema_from_sql("oracle", "", "x"); }) == ErrorCode::unsupported);
  CHECK(code_of([&] { schema_from_sql("sqlite", "ATTACH '/tmp/elsewhere.db' AS e", "x"); }) == ErrorCode::bad_document);

  Folder folder;
  Database database("sqlite:" + (folder / "a.db"), Open::create);
  Wanted nowhere;
  nowhere.schema.tables = {{.name = "a",
                            .columns = {{.name = "b_id", .type = {.kind = Kind::int64}}},
                            .foreign_keys = {{.columns = {"b_id"}, .references = {"", "b"}, .referenced = {"id"}}}}};
  CHECK(code_of([&] { plan(database, nowhere); }, &sentence) == ErrorCode::invalid_schema);

  DataFlow db("sqlite:" + (folder / "b.db"));
  db.model<Person>();
  CHECK(code_of([&] { db.model<Customer>(); }, &sentence) == ErrorCode::invalid_schema);
  CHECK(sentence.find("Person") != std::string::npos);
  CHECK(sentence.find("Customer") != std::string::npos);
}

TEST_CASE("names with blanks, quotes, Unicode, reserved words and 1,000 columns go there and back") {
  Folder folder;
  Sqlite file(folder / "a.db");
  const std::string from =
      R"(CREATE TABLE "edge-test #1" ("select" INTEGER PRIMARY KEY, "a ""quoted"" one" TEXT, [数据列] TEXT, `it's` TEXT, "new
line" TEXT);)";
  file.run(from + R"(INSERT INTO "edge-test #1" VALUES (1, 'a', '5', 'c', 'd');)");
  const std::string before = file.dump();
  std::string wide = "CREATE TABLE wide (id INTEGER PRIMARY KEY";
  for (int i = 0; i < 1000; ++i) wide += ", \"column " + std::to_string(i) + "\" TEXT";
  const std::string version = migrate_to(
      file,
      R"(CREATE TABLE "edge-test #1" ("select" INTEGER PRIMARY KEY, "a ""quoted"" one" TEXT NOT NULL DEFAULT 'it''s', [数据列] INTEGER, "group" TEXT);
                   CREATE INDEX "an index; --" ON "edge-test #1" ("group", 数据列 DESC);)" +
          wide + ");");
  CHECK(file.value("SELECT count(*) FROM pragma_table_info('wide')") == "1001");
  migrate_to(
      file,
      R"(CREATE TABLE "edge-test #1" ("select" INTEGER PRIMARY KEY, "a ""quoted"" one" TEXT NOT NULL DEFAULT 'it''s', [数据列] INTEGER, "group" TEXT);
                   CREATE INDEX "an index; --" ON "edge-test #1" ("group", 数据列 DESC);)" +
          wide + ", CHECK (id > 0));");
  DataFlow db(file.url());
  db.rollback_last_migration();
  roll_back(file, version);
  CHECK(file.dump() == before);
}
