// The start that finds nothing to do: few statements, and never fooled.
#include <doctest/doctest.h>

#include <filesystem>

#include "dataflow/reflect.hpp"
#include "dialects/dialect.hpp"
#include "support/line.hpp"

using namespace dataflow;
using namespace dataflow::test;

namespace {

struct Account {
  std::int64_t id = 0;
  std::string name;
};
struct Wide {
  std::int64_t id = 0;
  std::string name;
  std::optional<std::string> note;
};

AutoMigrateOptions quiet() { return {.interactive = false, .auto_confirm = true}; }

/// A database in sync with Account, looked at once so that the record is there.
void prepare(const Sqlite& file) {
  DataFlow db(file.url());
  db.model<Account>();
  REQUIRE(db.auto_migrate(quiet()).success);
}

/// What a fresh start does to the file: how many migrations it applies.
std::size_t start(const Sqlite& file) {
  DataFlow db(file.url());
  db.model<Account>();
  const auto result = db.auto_migrate(quiet());
  REQUIRE(result.success);
  return result.migrations.size();
}

}  // namespace

TEST_CASE("no-op: a constant number of statements, whatever the size") {
  std::size_t counted[2];
  for (int i = 0; i < 2; ++i) {
    Folder folder;
    Sqlite file(folder / "a.db");
    std::string script;
    for (int t = 0; t < (i == 0 ? 1 : 300); ++t)
      script += "CREATE TABLE other_" + std::to_string(t) + " (id INTEGER PRIMARY KEY, v TEXT);";
    file.run(script);
    prepare(file);
    DataFlow db(file.url());
    db.model<Account>();
    const std::uint64_t before = db.database().impl().connection->statements();
    const auto [success, migrations] = db.auto_migrate(quiet());
    CHECK(success);
    CHECK(migrations.empty());
    counted[i] = db.database().impl().connection->statements() - before;
  }
  CHECK(counted[0] == counted[1]);
  CHECK(counted[0] <= 5);
}

TEST_CASE("no-op: a schema edited by hand is seen") {
  Folder folder;
  Sqlite file(folder / "a.db");
  prepare(file);
  CHECK(start(file) == 0);
  file.run("ALTER TABLE account DROP COLUMN name");
  CHECK(start(file) == 1);
  CHECK(file.value("SELECT count(*) FROM pragma_table_info('account')") == "2");
}

TEST_CASE("no-op: an edit through writable_schema, which leaves the cookie alone, is seen") {
  Folder folder;
  Sqlite file(folder / "a.db");
  prepare(file);
  const std::string cookie = file.value("PRAGMA schema_version");
  file.run(
      "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'name TEXT NOT NULL', 'name TEXT') "
      "WHERE name = 'account'; PRAGMA writable_schema = OFF;");
  CHECK(file.value("PRAGMA schema_version") == cookie);
  CHECK(file.value("SELECT \"notnull\" FROM pragma_table_info('account') WHERE name = 'name'") == "0");
  CHECK(start(file) == 1);
  CHECK(file.value("SELECT \"notnull\" FROM pragma_table_info('account') WHERE name = 'name'") == "1");
}

TEST_CASE("no-op: a change by another tool that sets the cookie back is seen") {
  Folder folder;
  Sqlite file(folder / "a.db");
  prepare(file);
  const std::string cookie = file.value("PRAGMA schema_version");
  file.run("DROP TABLE account; CREATE TABLE account (id INTEGER PRIMARY KEY); PRAGMA schema_version = " + cookie);
  CHECK(start(file) == 1);
}

TEST_CASE("no-op: a database restored from a backup is seen for what it is") {
  Folder folder;
  Sqlite file(folder / "a.db");
  prepare(file);
  std::filesystem::copy_file(file.path(), folder / "backup.db");
  {
    DataFlow db(file.url());
    db.model<Account, Wide>();
    REQUIRE(db.auto_migrate(quiet()).success);
  }
  std::filesystem::copy_file(folder / "backup.db", file.path(), std::filesystem::copy_options::overwrite_existing);
  CHECK(start(file) == 0);
  DataFlow db(file.url());
  db.model<Account, Wide>();
  const auto [success, migrations] = db.auto_migrate(quiet());
  CHECK(success);
  CHECK(migrations.size() == 1);
}

TEST_CASE("no-op: VACUUM and ANALYZE move the cookie and change nothing") {
  Folder folder;
  Sqlite file(folder / "a.db");
  prepare(file);
  file.run("VACUUM; ANALYZE;");
  CHECK(start(file) == 0);
}
