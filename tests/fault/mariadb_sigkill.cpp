// MariaDB commits every statement by itself: killed before, in or after any of them, a run is finished by the next one
// or taken back, and no row is lost.
#include <doctest/doctest.h>

#include <fstream>
#include <optional>
#include <string>

#include "dataflow/error.hpp"
#include "dataflow/execute.hpp"
#include "dialects/dialect.hpp"
#include "support/mariadb.hpp"
#include "support/sqlite.hpp"

using namespace dataflow;
using namespace dataflow::test;

namespace {

constexpr const char* before_schema =
    "CREATE TABLE org (id bigint AUTO_INCREMENT PRIMARY KEY, name varchar(50));"
    "CREATE TABLE member (id int PRIMARY KEY, org_id bigint, note varchar(40), nickname varchar(40), size "
    "decimal(10,2), "
    "KEY org_id (org_id), CONSTRAINT f FOREIGN KEY (org_id) REFERENCES org (id) ON DELETE CASCADE);"
    "CREATE VIEW notes AS SELECT id, note FROM member; CREATE TABLE gone (v text);";
constexpr const char* after_schema =
    "CREATE TABLE org (id bigint AUTO_INCREMENT PRIMARY KEY, name varchar(50), since datetime DEFAULT "
    "current_timestamp());"
    "CREATE TABLE member (id int PRIMARY KEY, org_id bigint NOT NULL, note text, size int, KEY org_id (org_id), KEY "
    "ix_size "
    "(size), CONSTRAINT f FOREIGN KEY (org_id) REFERENCES org (id) ON DELETE CASCADE);"
    "CREATE VIEW notes AS SELECT id, note, size FROM member; CREATE TABLE fresh (id int PRIMARY KEY);";
constexpr const char* rows =
    "INSERT INTO org (name) VALUES ('a'), ('b');"
    "INSERT INTO member SELECT seq, 1 + seq % 2, concat('note ', seq), concat('nick ', seq), seq + 0.25 FROM "
    "seq_1_to_5000;"
    "INSERT INTO gone VALUES ('still wanted');";

std::string columns(const MariaDbDatabase& database) {
  return database.value(
      "SELECT group_concat(COLUMN_NAME ORDER BY COLUMN_NAME) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = "
      "database() "
      "AND TABLE_NAME = 'member'");
}

std::vector<std::string> migrate(const MariaDbDatabase& database, const std::string& to) {
  return {DATAFLOW_EXECUTABLE, "migrate",          "auto",     "--database",      database.url(), "--to", to,
          "--auto-confirm",    "--max-risk-level", "CRITICAL", "--drop-unmanaged"};
}

constexpr const char* old_columns = "id,nickname,note,org_id,size";
constexpr const char* new_columns = "id,note,org_id,size";
constexpr const char* sums =
    "SELECT concat(count(*), ' ', sum(size), ' ', sum(length(nickname)), ' ', sum(length(note))) FROM member";

void is_as_before(const MariaDbDatabase& database, const std::string& sums_before) {
  CHECK(columns(database) == old_columns);
  CHECK(database.value(sums) == sums_before);
  CHECK(database.value("SELECT v FROM gone") == "still wanted");
  CHECK(
      database.value(
          "SELECT count(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = database() AND TABLE_NAME = 'fresh'") ==
      "0");
}

void goes_back(const MariaDbDatabase& database, const std::string& sums_before) {
  const Finished back = run_program({DATAFLOW_EXECUTABLE, "migrate", "rollback", "--database", database.url(), "--last",
                                     "--auto-confirm", "--max-risk-level", "CRITICAL"});
  CHECK_MESSAGE(back.status == 0, back.err);
  is_as_before(database, sums_before);
}

}  // namespace

namespace {

bool unfinished(const MariaDbDatabase& database) {
  return database.value(
             "SELECT count(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = database() AND TABLE_NAME = "
             "'dataflow_history'") == "1" &&
         database.value("SELECT count(*) FROM dataflow_history WHERE status = 'unfinished'") == "1";
}

/// After a kill: taken back if asked for, then carried out to its end, then taken back.
void recovers(const MariaDbDatabase& database, const std::string& to, const std::string& sums_before, bool back_first) {
  if (back_first) {
    const Finished back =
        run_program({DATAFLOW_EXECUTABLE, "migrate", "resume", "--back", "--database", database.url()});
    CHECK_MESSAGE(back.status == 0, back.err);
    is_as_before(database, sums_before);
  }
  const Finished next = run_program(migrate(database, to));
  CHECK_MESSAGE(next.status == 0, next.err);
  CHECK(columns(database) == new_columns);
  CHECK(database.value("SELECT count(*) FROM dataflow_history WHERE status = 'applied'") == "1");
  goes_back(database, sums_before);
}

/// Asks over one connection, which stays: often, beside the run that is to be killed.
class Beside {
 public:
  explicit Beside(const MariaDbDatabase& database) : database_(database.url()) {}
  /// The first value of the first row; empty where there is none, or no such table yet.
  std::string value(const std::string& query) {
    try {
      const Rows found = database_.impl().connection->query(query);
      return found.empty() ? std::string() : found[0][0].value_or("");
    } catch (const Error&) {
      return {};
    }
  }
  /// How many steps of the run under way are committed; nothing before the first.
  std::optional<std::size_t> steps() {
    const std::string progress =
        value("SELECT JSON_VALUE(value, '$.step') FROM dataflow_state WHERE `key` = 'progress'");
    return progress.empty() ? std::nullopt : std::optional(std::stoul(progress));
  }

 private:
  Database database_;
};

}  // namespace

TEST_CASE("SIGKILL on MariaDB at every boundary of statements: the next run finishes, or takes back, nothing is lost") {
  Folder folder;
  std::ofstream(folder / "to.sql") << after_schema;
  std::string sums_before;
  std::size_t steps = 0;
  {
    const MariaDbDatabase database(std::string(before_schema) + rows);
    sums_before = database.value(sums);
    const Finished first = run_program(migrate(database, folder / "to.sql"));
    REQUIRE_MESSAGE(first.status == 0, first.err);
    Database live(database.url());
    steps = history(live).at(0).plan.steps.size();
    goes_back(database, sums_before);
  }
  REQUIRE(steps > 5);
  std::size_t between = 0;
  for (std::size_t step = 0; step < steps; ++step) {
    CAPTURE(step);
    const MariaDbDatabase database(std::string(before_schema) + rows);
    Beside beside(database);
    run_and_kill_at(migrate(database, folder / "to.sql"), [&] { return beside.steps().value_or(0) >= step + 1; });
    const bool begun = unfinished(database);
    between += begun ? 1 : 0;
    recovers(database, folder / "to.sql", sums_before, begun && step % 2 == 1);
  }
  CHECK(between > 0);
  MESSAGE("killed between two statements " << between << " times, the plan has " << steps << " steps");
  // Nobody holds it any more: other tests have theirs at the same time.
  CHECK(MariaDb::instance()
            .rows("",
                  "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE "
                  "'dataflow\\_scratch\\_%' AND IS_FREE_LOCK(schema_name)")
            .empty());
}

TEST_CASE("SIGKILL on MariaDB while it copies a table: the next run finishes, or takes back, nothing is lost") {
  Folder folder;
  std::ofstream(folder / "to.sql") << after_schema;
  for (const bool back : {false, true}) {
    CAPTURE(back);
    const MariaDbDatabase database(std::string(before_schema) + rows);
    database.run(
        "INSERT INTO member SELECT seq, 1 + seq % 2, concat('note ', seq), concat('nick ', seq), seq + 0.25 FROM "
        "seq_5001_to_300000");
    const std::string sums_before = database.value(sums);
    Beside beside(database);
    const std::string copying =
        "SELECT 1 FROM information_schema.PROCESSLIST WHERE DB = database() AND STATE LIKE 'copy to tmp table%'";
    CHECK(run_and_kill_at(migrate(database, folder / "to.sql"), [&] { return !beside.value(copying).empty(); }));
    CHECK(unfinished(database));
    recovers(database, folder / "to.sql", sums_before, back);
  }
}

TEST_CASE("many processes start at once on MariaDB: one migrates, the others find nothing to do") {
  Folder folder;
  std::ofstream(folder / "to.sql") << after_schema;
  const MariaDbDatabase database(std::string(before_schema) + rows);
  const std::string script = "for i in 1 2 3 4; do \"" DATAFLOW_EXECUTABLE "\" migrate auto --database '" +
                             database.url() + "' --to '" + (folder / "to.sql") +
                             "' --auto-confirm --max-risk-level CRITICAL --drop-unmanaged >'" + folder.path() +
                             "'/out$i 2>&1; echo $? >'" + folder.path() + "'/status$i & done; wait";
  REQUIRE(run_program({"/bin/sh", "-c", script}).status == 0);
  for (int i = 1; i <= 4; ++i) {
    std::string status;
    std::getline(std::ifstream(folder / ("status" + std::to_string(i))), status);
    CHECK(status == "0");
  }
  CHECK(database.value("SELECT count(*) FROM dataflow_history WHERE status = 'applied'") == "1");
  CHECK(columns(database) == new_columns);
}
