// Plans that commit in parts: what stands in no transaction, and what is left when it fails or is interrupted there.
#include <doctest/doctest.h>

#include "core/text.hpp"
#include "dataflow/database.hpp"
#include "dataflow/execute.hpp"
#include "dataflow/migrate.hpp"
#include "support/postgres.hpp"
#include "support/postgres_line.hpp"

using namespace dataflow;
using namespace dataflow::test;

namespace {

constexpr const char* before_schema =
    "CREATE TYPE mood AS ENUM ('sad', 'ok');"
    "CREATE TABLE t (id int PRIMARY KEY, v text, m mood DEFAULT 'ok'); CREATE INDEX ix_old ON t (v);";
constexpr const char* after_schema =
    "CREATE TYPE mood AS ENUM ('sad', 'ok', 'great');"
    "CREATE TABLE t (id int PRIMARY KEY, v text, m mood DEFAULT 'great', w int);"
    "CREATE UNIQUE INDEX ix_new ON t (v); COMMENT ON INDEX ix_new IS 'found fast';";
constexpr const char* rows = "INSERT INTO t SELECT i, 'v' || i FROM generate_series(1, 50) AS i;";

Plan online_plan(Database& database, const char* to, bool online = true) {
  return plan(database, schema_from_sql(database, to, "test"), {.drop_unmanaged = true, .online = online});
}

std::string shape(const PostgresDatabase& database) {
  return join(database.rows("SELECT attname FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 AND NOT "
                            "attisdropped ORDER BY 1"),
              ",") +
         "; " +
         join(database.rows("SELECT indexrelid::regclass || CASE WHEN indisvalid THEN '' ELSE ' (invalid)' END FROM "
                            "pg_index WHERE indrelid = 't'::regclass ORDER BY 1"),
              ",") +
         "; " + database.value("SELECT array_to_string(enum_range(NULL::mood), ',')");
}
constexpr const char* old_shape = "id,m,v; ix_old,t_pkey; sad,ok";
constexpr const char* new_shape = "id,m,v,w; ix_new,t_pkey; sad,ok,great";

std::string status(const PostgresDatabase& database) {
  return database.value("SELECT status FROM dataflow.history ORDER BY id DESC LIMIT 1");
}

}  // namespace

TEST_CASE("indexes and new labels in use stand in parts of their own, forth and back") {
  const PostgresDatabase database(std::string(before_schema) + rows);
  Database db(database.url());
  const Plan p = online_plan(db, after_schema);
  const std::string up = join(sql_up(p), "\n"), down = join(sql_down(p), "\n");
  CHECK(holds(up, "DROP INDEX CONCURRENTLY public.ix_old;"));
  CHECK(holds(up, "CREATE UNIQUE INDEX CONCURRENTLY ix_new ON public.t (v);"));
  CHECK(holds(up, "commits by itself:\nALTER TYPE public.mood ADD VALUE 'great';"));
  CHECK(holds(down, "CREATE INDEX CONCURRENTLY ix_old ON public.t (v);"));
  REQUIRE(p.notes.size() == 1);
  CHECK(holds(p.notes[0], "not one transaction"));
  for (const Operation& operation : p.operations)
    if (operation.kind == OperationKind::add_index || operation.kind == OperationKind::drop_index) {
      CHECK(operation.assessment.lock == "SHARE UPDATE EXCLUSIVE");
      CHECK(operation.assessment.blocks == Blocks::schema_changes);
    }
  CHECK(plan_from_json(to_json(p)) == p);
  CHECK(inverse(inverse(p)) == p);

  const Outcome outcome = execute(db, p);
  CHECK(outcome.steps_completed == p.steps.size());
  CHECK(shape(database) == new_shape);
  CHECK(database.value("SELECT obj_description('ix_new'::regclass)") == "found fast");
  CHECK(status(database) == "applied");
  CHECK(online_plan(db, after_schema).empty());
  CHECK_FALSE(unfinished(db));

  rollback(db, outcome.version);
  CHECK(shape(database) == old_shape);
  CHECK(status(database) == "rolled_back");
  CHECK(database.value("SELECT count(*) FROM t WHERE m = 'ok'") == "50");
}

TEST_CASE("what commits by itself stands before or behind the rest: nothing in use is missing between two commits") {
  const PostgresDatabase database(
      "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (id int PRIMARY KEY, v varchar(9), m mood DEFAULT 'ok');"
      "CREATE INDEX ix_old ON t (v); CREATE VIEW w AS SELECT v FROM t WHERE m = 'ok';"
      "CREATE TABLE p (k int) PARTITION BY RANGE (k); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9)");
  Database db(database.url());
  const Plan p = online_plan(
      db,
      "CREATE TYPE mood AS ENUM ('sad', 'ok', 'great'); CREATE TABLE t (id int PRIMARY KEY, v text, m mood DEFAULT "
      "'great');"
      "CREATE INDEX ix_new ON t (v, m); CREATE VIEW w AS SELECT v FROM t WHERE m = 'ok';"
      "CREATE TABLE p (k int) PARTITION BY RANGE (k); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9);"
      "CREATE INDEX ix_p ON p (k)");
  const std::string up = join(sql_up(p), "\n");
  std::size_t at = 0;
  for (const char* next : {"DROP INDEX CONCURRENTLY public.ix_old", "ADD VALUE 'great'", "DROP VIEW public.w",
                           "ALTER COLUMN v TYPE text", "CREATE VIEW public.w", "CREATE INDEX CONCURRENTLY ix_new"}) {
    CAPTURE(up);
    const std::size_t found = up.find(next);
    REQUIRE(found != std::string::npos);
    CHECK(found > at);
    at = found;
  }
  CHECK(holds(up, "CREATE INDEX ix_p ON ONLY public.p"));
  CHECK(holds(up, "CREATE INDEX CONCURRENTLY p1_k_idx ON public.p1"));
  const Outcome outcome = execute(db, p);
  CHECK(database.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_p'::regclass") == "t");
  rollback(db, outcome.version);
  CHECK(database.value("SELECT count(*) FROM pg_class WHERE relname IN ('ix_old', 'w')") == "2");
}

TEST_CASE("without online only what cannot share a transaction stands alone") {
  const PostgresDatabase database(std::string(before_schema) + rows);
  Database db(database.url());
  const std::string up = join(sql_up(online_plan(db, after_schema, false)), "\n");
  CHECK_FALSE(holds(up, "CONCURRENTLY"));
  CHECK(holds(up, "commits by itself:\nALTER TYPE public.mood ADD VALUE 'great';"));
}

TEST_CASE("a part that fails: what was committed is taken back, and no invalid index stays") {
  const PostgresDatabase database(std::string(before_schema) + rows);
  Database db(database.url());
  const Plan p = online_plan(db, after_schema);
  database.run("INSERT INTO t VALUES (51, 'v1')");
  const Error error = error_of([&] { execute(db, p); });
  CHECK(error.sqlstate == "23505");
  CHECK(error.step == "create index ix_new");
  CHECK(holds(error.hint, "what had been carried out was taken back"));
  CHECK(shape(database) == old_shape);
  CHECK(status(database) == "failed");
  CHECK_FALSE(unfinished(db));
  CHECK(database.value("SELECT count(*) FROM t") == "51");
  database.run("DELETE FROM t WHERE id = 51");
  execute(db, online_plan(db, after_schema));
  CHECK(shape(database) == new_shape);
}

TEST_CASE("a part that fails behind one that stands alone: that is taken back too") {
  const PostgresDatabase database(std::string(before_schema) + rows);
  Database db(database.url());
  const Plan p = online_plan(db,
                             "CREATE TYPE mood AS ENUM ('sad', 'ok', 'great');"
                             "CREATE TABLE t (id int PRIMARY KEY, v text NOT NULL, m mood DEFAULT 'great');"
                             "CREATE INDEX ix_old ON t (v);");
  database.run("INSERT INTO t VALUES (51, NULL)");
  const Error error = error_of([&] { execute(db, p); });
  CHECK(error.sqlstate == "23502");
  CHECK(holds(error.hint, "what had been carried out was taken back"));
  CHECK(shape(database) == old_shape);
  CHECK(status(database) == "failed");
  CHECK_FALSE(unfinished(db));
  CHECK(online_plan(db, before_schema).empty());
}

TEST_CASE("a part that fails where nothing is to be taken back: it waits, and goes on or back") {
  const PostgresDatabase database(std::string(before_schema) + rows);
  Database db(database.url());
  const Plan p = online_plan(db, after_schema);
  database.run("INSERT INTO t VALUES (51, 'v1')");
  const Error error = error_of([&] { execute(db, p, {.rollback_on_error = false}); });
  CHECK(holds(error.hint, "migrate resume"));
  CHECK(shape(database) == "id,m,v,w; ix_old,t_pkey; sad,ok,great");  // the old one until the new one is there
  CHECK(status(database) == "unfinished");
  const auto waiting = unfinished(db);
  REQUIRE(waiting);
  CHECK_FALSE(waiting->going_back);
  CHECK(holds(waiting->error, "(v)=(v1)"));
  CHECK(waiting->steps_completed == p.steps.size() - 3);

  SUBCASE("another migration does not begin over it") {
    const Plan other = online_plan(db, before_schema);
    const Error conflict = error_of([&] { execute(db, other); });
    CHECK(conflict.code == ErrorCode::conflict);
    CHECK(holds(conflict.what(), "is unfinished"));
  }
  SUBCASE("on, once the data allows it") {
    database.run("DELETE FROM t WHERE id = 51");
    REQUIRE(resume(db));
    CHECK(shape(database) == new_shape);
    CHECK(status(database) == "applied");
    CHECK(online_plan(db, after_schema).empty());
  }
  SUBCASE("back") {
    REQUIRE(resume(db, {}, true));
    CHECK(shape(database) == old_shape);
    CHECK(status(database) == "failed");
  }
  SUBCASE("over a change that somebody made meanwhile, a new plan is made") {
    database.run("DELETE FROM t WHERE id = 51; ALTER TABLE t ADD COLUMN somebodys int");
    DataFlow flow(database.url());
    const auto result = flow.auto_migrate_to(
        schema_from_sql(db, after_schema, "test"),
        {.interactive = false, .auto_confirm = true, .max_risk_level = RiskLevel::critical, .drop_unmanaged = true});
    CHECK_MESSAGE(result.success, result.message);
    CHECK(shape(database) == new_shape);
    CHECK(database.rows("SELECT status FROM dataflow.history ORDER BY id") ==
          std::vector<std::string>{"failed", "applied"});
  }
  SUBCASE("the next start goes on by itself") {
    database.run("DELETE FROM t WHERE id = 51");
    DataFlow flow(database.url());
    const Wanted wanted = schema_from_sql(db, after_schema, "test");
    const auto looked = flow.auto_migrate_to(wanted, {.interactive = false, .dry_run = true});
    CHECK(holds(looked.message, "is unfinished"));
    CHECK(looked.plan.steps.size() == 3);
    const auto result = flow.auto_migrate_to(wanted, {.interactive = false, .auto_confirm = true});
    CHECK_MESSAGE(result.success, result.message);
    REQUIRE(result.migrations.size() == 1);
    CHECK(result.migrations[0].status == MigrationStatus::applied);
    CHECK(shape(database) == new_shape);
  }
  CHECK_FALSE((status(database) != "unfinished" && unfinished(db)));
}

TEST_CASE("what stands alone is held by one session, and others are told") {
  const PostgresDatabase database(before_schema);
  const auto one = connect_to(database.url() + "&application_name=the_holder"), two = connect_to(database.url());
  {
    const auto held = postgresql::hold(*one, std::nullopt);
    const auto within = postgresql::begin(*one, in(300), false);  // the holder's own transactions go on
    const Error locked = error_of([&] { postgresql::begin(*two, in(300), false); });
    CHECK(locked.code == ErrorCode::locked);
    CHECK(holds(locked.what(), "the_holder"));
  }
  CHECK(one->query("SHOW lock_timeout") == Rows{{"5s"}});
  two->set_deadline(std::nullopt);
  postgresql::begin(*two, in(300), false);
}
