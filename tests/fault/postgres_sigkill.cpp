// On PostgreSQL too: killed at any moment, a run leaves the database before or after, the next run finishes, and
// nothing of a scratch place stays.
#include <doctest/doctest.h>

#include <chrono>
#include <fstream>
#include <string>

#include "support/postgres.hpp"
#include "support/postgres_line.hpp"
#include "support/sqlite.hpp"

using namespace dataflow::test;

namespace {

constexpr const char* before_schema =
    "CREATE TYPE mood AS ENUM ('sad', 'ok');"
    "CREATE TABLE org (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);"
    "CREATE TABLE member (id int PRIMARY KEY, org_id bigint REFERENCES org ON DELETE CASCADE, note varchar(40), "
    "nickname text, mood mood DEFAULT 'ok');"
    "CREATE VIEW notes AS SELECT id, note FROM member; CREATE INDEX ix_member ON member (note);"
    "CREATE TABLE gone (v text);";
constexpr const char* after_schema =
    "CREATE TYPE mood AS ENUM ('ok', 'great');"
    "CREATE TABLE org (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, since timestamptz "
    "DEFAULT now());"
    "CREATE TABLE member (id int PRIMARY KEY, org_id bigint NOT NULL REFERENCES org ON DELETE CASCADE, note text, mood "
    "mood DEFAULT 'ok');"
    "CREATE VIEW notes AS SELECT id, note FROM member; CREATE INDEX ix_member ON member (note); CREATE INDEX ix_org ON "
    "member (org_id);";
constexpr const char* rows =
    "INSERT INTO org (name) VALUES ('a'), ('b');"
    "INSERT INTO member SELECT i, 1 + i % 2, 'note ' || i, 'nick ' || i FROM generate_series(1, 5000) AS i;"
    "INSERT INTO gone VALUES ('still wanted');";

std::string columns(const PostgresDatabase& database) {
  return database.value(
      "SELECT string_agg(attname, ',' ORDER BY attname) FROM pg_attribute WHERE attrelid = 'member'::regclass AND "
      "attnum > 0 AND NOT attisdropped");
}

std::vector<std::string> migrate(const PostgresDatabase& database, const std::string& to, bool online = false) {
  std::vector<std::string> command = {
      DATAFLOW_EXECUTABLE, "migrate",          "auto",     "--database",      database.url(), "--to", to,
      "--auto-confirm",    "--max-risk-level", "CRITICAL", "--drop-unmanaged"};
  if (online) command.push_back("--online");
  return command;
}

constexpr const char* old_columns = "id,mood,nickname,note,org_id";
constexpr const char* new_columns = "id,mood,note,org_id";
constexpr const char* applied = "SELECT count(*) FROM dataflow.history WHERE status = 'applied'";

void goes_back(const PostgresDatabase& database) {
  const Finished back = run_program({DATAFLOW_EXECUTABLE, "migrate", "rollback", "--database", database.url(), "--last",
                                     "--auto-confirm", "--max-risk-level", "CRITICAL"});
  CHECK_MESSAGE(back.status == 0, back.err);
  CHECK(columns(database) == old_columns);
  CHECK(database.value("SELECT count(nickname) FROM member") == "5000");
}

}  // namespace

TEST_CASE("SIGKILL on PostgreSQL: before or after, never between, and the next run finishes") {
  Folder folder;
  std::ofstream(folder / "to.sql") << after_schema;
  long whole = 0;
  {
    const PostgresDatabase database(std::string(before_schema) + rows);
    const auto begun = std::chrono::steady_clock::now();
    const Finished first = run_program(migrate(database, folder / "to.sql"));
    REQUIRE_MESSAGE(first.status == 0, first.err);
    whole = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun).count();
  }
  int killed = 0, before = 0, after = 0;
  constexpr int tries = 12;
  for (int i = 0; i < tries; ++i) {
    const PostgresDatabase database(std::string(before_schema) + rows);
    killed += run_and_kill(migrate(database, folder / "to.sql"), whole * 5 / 4 * (i + 1) / tries);
    const std::string now = columns(database);
    CHECK((now == old_columns || now == new_columns));
    (now == old_columns ? before : after) += 1;
    CHECK(database.value("SELECT count(*) || ' ' || sum(length(note)) FROM member") == "5000 43893");
    if (now == old_columns) CHECK(database.value("SELECT count(nickname) FROM member") == "5000");
    const Finished next = run_program(migrate(database, folder / "to.sql"));
    CHECK_MESSAGE(next.status == 0, next.err);
    CHECK(columns(database) == new_columns);
    CHECK(database.value(applied) == "1");
    goes_back(database);
    CHECK(database.value("SELECT v FROM gone") == "still wanted");
  }
  CHECK(killed > 0);
  CHECK(before > 0);
  MESSAGE("killed " << killed << " of " << tries << ", found before " << before << ", after " << after);
}

TEST_CASE("SIGKILL on PostgreSQL in a part that stands alone: the next run goes on where the last one stopped") {
  constexpr const char* in_parts =
      "CREATE TYPE mood AS ENUM ('sad', 'ok', 'great');"
      "CREATE TABLE org (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);"
      "CREATE TABLE member (id int PRIMARY KEY, org_id bigint REFERENCES org ON DELETE CASCADE, note varchar(40), "
      "mood mood DEFAULT 'great');"
      "CREATE VIEW notes AS SELECT id, note FROM member; CREATE INDEX ix_member ON member (note);"
      "CREATE UNIQUE INDEX ix_name ON org (name); COMMENT ON INDEX ix_name IS 'the last of it';"
      "CREATE TABLE gone (v text);";
  const std::string building =
      "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'CREATE UNIQUE INDEX CONC%' "
      "AND wait_event_type = 'Lock'";
  Folder folder;
  std::ofstream(folder / "to.sql") << in_parts;
  for (const bool server_goes_on : {true, false}) {
    CAPTURE(server_goes_on);
    const PostgresDatabase database(std::string(before_schema) + rows);
    // The index waits for whoever has written to its table: so the process is killed there, however slow it is.
    const auto writer = connect_to(database.url());
    writer->run("BEGIN");
    writer->run("UPDATE public.org SET name = name WHERE id = 1");
    const auto waits = [&] { return !database.rows(building).empty(); };
    REQUIRE(run_and_kill_at(migrate(database, folder / "to.sql", true), waits));
    CHECK(database.value("SELECT status FROM dataflow.history") == "unfinished");
    // What the server had been told goes on without the client, or is ended with its session.
    if (!server_goes_on) database.run("SELECT pg_terminate_backend(" + database.value(building) + ")");
    writer->run("COMMIT");
    if (!server_goes_on)
      CHECK(database.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_name'::regclass") == "f");

    const Finished next = run_program(migrate(database, folder / "to.sql", true));
    CHECK_MESSAGE(next.status == 0, next.err);
    CHECK(database.value("SELECT obj_description('ix_name'::regclass)") == "the last of it");
    CHECK(database.value("SELECT count(*) FROM pg_index WHERE NOT indisvalid") == "0");
    CHECK(database.value("SELECT array_to_string(enum_range(NULL::mood), ',')") == "sad,ok,great");
    CHECK(database.value(applied) == "1");
    goes_back(database);
  }
}

TEST_CASE("many processes start at once on PostgreSQL: one migrates, the others find nothing to do") {
  Folder folder;
  std::ofstream(folder / "to.sql") << after_schema;
  const PostgresDatabase database(std::string(before_schema) + rows);
  const std::string script = "for i in 1 2 3 4 5; do \"" DATAFLOW_EXECUTABLE "\" migrate auto --database '" +
                             database.url() + "' --to '" + (folder / "to.sql") +
                             "' --auto-confirm --max-risk-level CRITICAL --drop-unmanaged >'" + folder.path() +
                             "'/out$i 2>&1; echo $? >'" + folder.path() + "'/status$i & done; wait";
  REQUIRE(run_program({"/bin/sh", "-c", script}).status == 0);
  for (int i = 1; i <= 5; ++i) {
    std::string status;
    std::getline(std::ifstream(folder / ("status" + std::to_string(i))), status);
    CHECK(status == "0");
  }
  CHECK(database.value(applied) == "1");
  CHECK(columns(database) == new_columns);
}
