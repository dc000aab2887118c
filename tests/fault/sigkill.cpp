// Killed at any moment, a run leaves the database before or after; the next run finishes.
#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "support/process.hpp"
#include "support/sqlite.hpp"

using namespace dataflow::test;

namespace {

constexpr const char* before_schema =
    "CREATE TABLE org (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT);"
    "CREATE TABLE member (id INTEGER PRIMARY KEY, org_id INTEGER REFERENCES org (id) ON DELETE CASCADE, note TEXT, "
    "nickname TEXT);"
    "CREATE INDEX ix_member ON member (note); CREATE TABLE gone (v TEXT);";
constexpr const char* after_schema =
    "CREATE TABLE org (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, since TEXT DEFAULT CURRENT_TIMESTAMP);"
    "CREATE TABLE member (id INTEGER PRIMARY KEY, org_id INTEGER NOT NULL REFERENCES org (id) ON DELETE CASCADE, note "
    "TEXT);"
    "CREATE INDEX ix_member ON member (note); CREATE INDEX ix_org ON member (org_id);";

void fill(const Sqlite& file, const std::string& journal_mode) {
  file.run(std::string("PRAGMA journal_mode = ") + journal_mode + ";" + before_schema +
           "INSERT INTO org (id, name) VALUES (1, 'a'), (2, 'b');"
           "WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO member SELECT i, 1 + i "
           "% 2, 'note ' || i, 'nick ' || i FROM n;"
           "INSERT INTO gone VALUES ('still wanted');");
}

std::vector<std::string> columns(const Sqlite& file) {
  return file.rows("SELECT name FROM pragma_table_info('member')");
}

}  // namespace

TEST_CASE("SIGKILL at any moment: before or after, never between, and the next run finishes") {
  for (const std::string journal_mode : {"DELETE", "WAL"}) {
    Folder folder;
    Sqlite original(folder / "original.db");
    fill(original, journal_mode);
    original.run("PRAGMA wal_checkpoint(TRUNCATE)");
    std::ofstream(folder / "to.sql") << after_schema;
    const std::vector<std::string> command = {DATAFLOW_EXECUTABLE,
                                              "migrate",
                                              "auto",
                                              "--database",
                                              "sqlite:" + (folder / "a.db"),
                                              "--to",
                                              folder / "to.sql",
                                              "--auto-confirm",
                                              "--max-risk-level",
                                              "CRITICAL",
                                              "--drop-unmanaged"};
    const auto fresh = [&] {
      for (const char* suffix : {"", "-wal", "-shm", "-journal"})
        std::filesystem::remove(folder / (std::string("a.db") + suffix));
      std::filesystem::copy_file(original.path(), folder / "a.db");
    };
    fresh();
    const auto begun = std::chrono::steady_clock::now();
    REQUIRE(run_program(command).status == 0);
    const long whole =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun).count();

    Sqlite file(folder / "a.db");
    const auto old_columns = std::vector<std::string>{"id", "org_id", "note", "nickname"},
               new_columns = std::vector<std::string>{"id", "org_id", "note"};
    int killed = 0, before = 0, after = 0;
    constexpr int tries = 25;
    for (int i = 0; i < tries; ++i) {
      fresh();
      killed += run_and_kill(command, whole * 3 / 2 * (i + 1) / tries);
      CHECK(file.value("PRAGMA integrity_check") == "ok");
      CHECK(file.value("SELECT count(*) || ' ' || sum(length(note)) FROM member") ==
            original.value("SELECT count(*) || ' ' || sum(length(note)) FROM member"));
      const auto now = columns(file);
      CHECK((now == old_columns || now == new_columns));
      (now == old_columns ? before : after) += 1;
      if (now == old_columns) CHECK(file.value("SELECT count(nickname) FROM member") == "20000");
      const Finished next = run_program(command);
      CHECK_MESSAGE(next.status == 0, next.err);
      CHECK(columns(file) == new_columns);
      CHECK(file.value("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'dataflow!_new!_%' ESCAPE '!'") == "0");
      const Finished back = run_program({DATAFLOW_EXECUTABLE, "migrate", "rollback", "--database", file.url(), "--last",
                                         "--auto-confirm", "--max-risk-level", "CRITICAL"});
      CHECK_MESSAGE(back.status == 0, back.err);
      CHECK(file.value("SELECT count(nickname) FROM member") == "20000");
      CHECK(file.value("SELECT v FROM gone") == "still wanted");
    }
    CHECK(killed > 0);
    CHECK(before > 0);
    MESSAGE(journal_mode << ": killed " << killed << " of " << tries << ", found before " << before << ", after "
                         << after);
  }
}

TEST_CASE("many processes start at once: one migrates, the others find nothing to do") {
  Folder folder;
  Sqlite file(folder / "a.db");
  fill(file, "WAL");
  std::ofstream(folder / "to.sql") << after_schema;
  std::string script = "for i in 1 2 3 4 5 6; do \"" DATAFLOW_EXECUTABLE "\" migrate auto --database '" + file.url() +
                       "' --to '" + (folder / "to.sql") +
                       "' --auto-confirm --max-risk-level CRITICAL --drop-unmanaged >'" + folder.path() +
                       "'/out$i 2>&1; echo $? >'" + folder.path() + "'/status$i & done; wait";
  REQUIRE(run_program({"/bin/sh", "-c", script}).status == 0);
  for (int i = 1; i <= 6; ++i) {
    std::string status;
    std::getline(std::ifstream(folder / ("status" + std::to_string(i))), status);
    CHECK(status == "0");
  }
  CHECK(file.value("SELECT count(*) FROM dataflow_history WHERE status = 'applied'") == "1");
  CHECK(columns(file) == std::vector<std::string>{"id", "org_id", "note"});
}
