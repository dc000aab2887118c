// What a PostgreSQL server makes of schemas: of models, of SQL, and of what it has said itself.
#include <doctest/doctest.h>

#include <algorithm>
#include <memory>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "db/url.hpp"
#include "dialects/postgresql/postgresql.hpp"
#include "support/postgres.hpp"

using namespace dataflow;
using namespace dataflow::test;

namespace {

Wanted load(Connection* server, const char* sql, const char* origin) {
  const SqlText file{origin, sql};
  return postgresql::load(server, {&file, 1});
}

/// A database with a connection to it.
struct Live {
  explicit Live(const std::string& script = {})
      : database(script), connection(postgresql::connect(parse_url(database.url()), Open::existing)) {}
  Schema inspect() { return postgresql::inspect(*connection); }
  Wanted normalize(const Wanted& wanted) { return postgresql::normalize(connection.get(), wanted); }
  Wanted normalize(const Schema& schema) { return normalize(Wanted{schema, {}}); }

  PostgresDatabase database;
  std::unique_ptr<Connection> connection;
};

Wanted models(Table table) { return {{.tables = {std::move(table)}}, {}}; }
Table keyed(const char* name) {
  return {.name = name,
          .columns = {{.name = "id", .type = {.kind = Kind::int64}, .identity = Identity::by_default}},
          .primary_key = PrimaryKey{.parts = {{.column = "id"}}}};
}

Error error_of(Live& live, const Wanted& wanted) {
  try {
    live.normalize(wanted);
  } catch (const Error& e) {
    return e;
  }
  FAIL("no error");
  return {ErrorCode::internal, ""};
}

const Definition* find(const Schema& schema, const std::string& kind, const std::string& name) {
  for (const Definition& d : schema.definitions)
    if (d.kind == kind && d.name.text == name) return &d;
  return nullptr;
}

void role(const std::string& name) {
  const std::string quoted = postgresql::quote(std::string_view(name));
  Postgres::instance().run("postgres", "DO $$ BEGIN CREATE ROLE " + quoted +
                                           "; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$");
}

struct Initial {
  Type type;
  std::vector<Default> values;
};
const Type mood{.kind = Kind::enumeration, .name = "Mood", .labels = {"sad", "o'k", "happy"}};
Default constant(Literal value) { return value; }
const Initial initials[] = {
    {{.kind = Kind::boolean}, {constant({true}), constant({false})}},
    {{.kind = Kind::int8}, {constant({std::int64_t{-7}})}},
    {{.kind = Kind::int16}, {constant({std::int64_t{300}})}},
    {{.kind = Kind::int32}, {constant({std::int64_t{-1}}), Default(Sql("1 + 1"))}},
    {{.kind = Kind::int64}, {constant({std::int64_t{1} << 40}), constant({INT64_MIN})}},
    {{.kind = Kind::uint64}, {constant({~std::uint64_t{0}})}},
    {{.kind = Kind::float32}, {constant({0.5}), constant({-1e30})}},
    {{.kind = Kind::float64}, {constant({0.1}), constant({1e300}), constant({3.0})}},
    {{.kind = Kind::decimal, .precision = 10, .scale = 2}, {constant({std::string("9.99")})}},
    {{.kind = Kind::text}, {constant({std::string("it's \\ here")}), constant({std::string()})}},
    {{.kind = Kind::varchar, .length = 20}, {constant({std::string("x")}), Default(Sql("CURRENT_USER"))}},
    {{.kind = Kind::varchar}, {constant({std::string("x")})}},
    {{.kind = Kind::bytes}, {Default(Sql("'\\x00'"))}},
    {{.kind = Kind::date}, {constant({std::string("2024-02-29")}), Default(Sql("CURRENT_DATE"))}},
    {{.kind = Kind::time, .precision = 3}, {constant({std::string("12:00")})}},
    {{.kind = Kind::timestamp}, {Default(Sql("CURRENT_TIMESTAMP")), Default(Sql("now()"))}},
    {{.kind = Kind::timestamp, .precision = 3}, {constant({std::string("2024-02-29 12:00:00+00")})}},
    {{.kind = Kind::uuid},
     {constant({std::string("6ba7b810-9dad-11d1-80b4-00c04fd430c8")}), Default(Sql("gen_random_uuid()"))}},
    {{.kind = Kind::json}, {constant({std::string("{\"a\": [1]}")})}},
    {{.kind = Kind::int32, .dimensions = 1}, {constant({std::string("{1,2}")})}},
    {{.kind = Kind::other, .spelled = "interval"}, {constant({std::string("1 day")})}},
    {mood, {constant({std::string("o'k")})}},
};

/// A table with a column for every type and default, and one without default.
Table every_type() {
  Table table = keyed("every_type");
  for (const Initial& row : initials) {
    const std::string name = "c" + std::to_string(table.columns.size());
    table.columns.push_back({.name = name, .type = row.type, .nullable = true});
    for (std::size_t i = 0; i < row.values.size(); ++i)
      table.columns.push_back(
          {.name = name + "_" + std::to_string(i), .type = row.type, .default_value = row.values[i]});
  }
  return table;
}

}  // namespace

TEST_CASE("postgres normalize: every type and default of a model is read back the same ever after") {
  Live live;
  const Wanted once = live.normalize(models(every_type()));
  const Wanted twice = live.normalize(once);
  CHECK(once.schema == twice.schema);
  REQUIRE(once.schema.tables.size() == 1);
  const Table table = every_type();
  for (const Column& column : table.columns) {
    const Column* read = find_column(once.schema.tables[0], column.name);
    CAPTURE(column.name.text);
    REQUIRE(read != nullptr);
    CHECK(read->default_value.has_value() == column.default_value.has_value());
    if (column.type.kind != Kind::enumeration) CHECK(postgresql::same_type(read->type, column.type));
  }
  live.database.run(join(postgresql::creation_script(once.schema), ";\n"));
  CHECK(live.inspect() == once.schema);
}

TEST_CASE("postgres normalize: what names no schema stands in public, its hints with it") {
  Live live;
  Table child = keyed("child");
  child.columns.push_back({.name = "parent", .type = {.kind = Kind::int64}, .nullable = true});
  child.foreign_keys = {{.name = "fk", .columns = {"parent"}, .references = {{}, "parent"}}};
  Wanted wanted{{.tables = {child, keyed("parent")}},
                {.tables = {{{{}, "child"}, "kid"}},
                 .columns = {{{{}, "child"}, "parent", "mother"}},
                 .fills = {{{{}, "child"}, "parent", Literal{std::int64_t{1}}}}}};
  const Wanted out = live.normalize(wanted);
  const Table* read = find_table(out.schema, {"public", "child"});
  REQUIRE(read != nullptr);
  REQUIRE(read->foreign_keys.size() == 1);
  CHECK(read->foreign_keys[0].references == Path{"public", "parent"});
  CHECK(read->primary_key->name == Name("child_pkey"));
  CHECK(out.hints.tables[0].table == Path{"public", "child"});
  CHECK(out.hints.columns[0].table == Path{"public", "child"});
  CHECK(out.hints.fills[0].table == Path{"public", "child"});
  CHECK(live.inspect().tables.empty());
}

TEST_CASE("postgres normalize: enumerations become types, schemas are made") {
  Live live;
  Table a = keyed("a"), b = keyed("b"), c = keyed("c");
  for (Table* table : {&a, &b, &c}) table->columns.push_back({.name = "mood", .type = mood});
  b.columns.back().type.dimensions = 1;
  c.schema = "Other";
  const Schema read = live.normalize(Schema{.tables = {a, b, c}}).schema;
  CHECK(std::count_if(read.definitions.begin(), read.definitions.end(),
                      [](const Definition& d) { return d.kind == "enum"; }) == 2);
  REQUIRE(find(read, "schema", "Other") != nullptr);
  const Definition* type = find(read, "enum", "Mood");
  REQUIRE(type != nullptr);
  REQUIRE(type->parts.size() == 3);
  CHECK(type->parts[1].name == Name("o'k"));
  CHECK(find_column(*find_table(read, {"public", "b"}), "mood")->type.spelled == "public.\"Mood\"[]");
  CHECK(find_column(*find_table(read, {"Other", "c"}), "mood")->type.spelled == "\"Other\".\"Mood\"");

  b.columns.back().type.labels = {"sad"};
  const Error error = error_of(live, {{.tables = {a, b}}, {}});
  CHECK(error.code == ErrorCode::invalid_schema);
  CHECK(std::string(error.what()).find("a.mood and b.mood") != std::string::npos);
}

TEST_CASE("postgres normalize: a key of uint64 that the server fills is a bigint, and what refers to it") {
  Live live;
  Table parent = keyed("parent"), child = keyed("child"), grandchild = keyed("grandchild");
  parent.columns[0].type.kind = Kind::uint64;
  child.columns[0] = {.name = "id", .type = {.kind = Kind::uint64}};
  child.foreign_keys = {{.name = "a", .columns = {"id"}, .references = {{}, "parent"}}};
  grandchild.columns.push_back({.name = "up", .type = {.kind = Kind::uint64}});
  grandchild.columns.push_back({.name = "free", .type = {.kind = Kind::uint64}});
  grandchild.foreign_keys = {{.name = "b", .columns = {"up"}, .references = {{}, "child"}, .referenced = {"id"}}};
  const Schema read = live.normalize(Schema{.tables = {grandchild, child, parent}}).schema;
  const auto type = [&](const char* table, const char* column) {
    return find_column(*find_table(read, {"public", table}), column)->type.spelled;
  };
  CHECK(type("parent", "id") == "bigint");
  CHECK(type("child", "id") == "bigint");
  CHECK(type("grandchild", "up") == "bigint");
  CHECK(type("grandchild", "free") == "numeric(20,0)");
}

TEST_CASE("postgres normalize: a model may use what only the database has") {
  Live live(
      "CREATE SCHEMA tools; CREATE DOMAIN tools.positive AS integer CHECK (VALUE > 0); CREATE TABLE x (a int); "
      "CREATE FUNCTION tools.one() RETURNS integer LANGUAGE sql AS 'SELECT 1'; CREATE TYPE unused AS ENUM ('a'); "
      "CREATE FUNCTION of_x(x) RETURNS integer LANGUAGE sql AS 'SELECT 1'");
  Table table = keyed("t");
  table.columns.push_back({.name = "n",
                           .type = {.kind = Kind::other, .spelled = "tools.positive"},
                           .default_value = Default(Sql("tools.one()"))});
  const Schema read = live.normalize(models(table)).schema;
  CHECK(find(read, "domain", "positive") != nullptr);
  CHECK(find(read, "function", "one") != nullptr);
  CHECK(find(read, "schema", "tools") != nullptr);
  CHECK(find(read, "enum", "unused") == nullptr);
  CHECK(find(read, "function", "of_x") == nullptr);
}

TEST_CASE("postgres normalize: what no server takes is said with its reason") {
  Live live;
  Table table = keyed("t");
  table.columns.push_back({.name = "n", .type = {.kind = Kind::other, .spelled = "public.nonsense"}});
  Error error = error_of(live, models(table));
  CHECK(error.code == ErrorCode::invalid_schema);
  CHECK(std::string(error.what()).starts_with("PostgreSQL does not take this schema: "));
  CHECK(error.sqlstate == "42704");
  CHECK(error.statement.find("CREATE TABLE public.t") != std::string::npos);
  CHECK(error.hint.find("CREATE EXTENSION") != std::string::npos);

  table.columns.back() = {.name = "n", .type = {.kind = Kind::int32}, .default_value = Default(Sql("no such"))};
  error = error_of(live, models(table));
  CHECK(error.code == ErrorCode::invalid_schema);
  CHECK(error.sqlstate == "42601");

  CHECK(error_of(live, {{.dialect = "sqlite"}, {}}).code == ErrorCode::unsupported);
  CHECK_THROWS_AS(postgresql::normalize(nullptr, models(keyed("t"))), Error);
  CHECK(live.inspect().tables.empty());
}

TEST_CASE("postgres load: SQL is read by the server and leaves nothing behind") {
  Live live;
  const Wanted read = load(live.connection.get(),
                           "CREATE TABLE t (a int PRIMARY KEY); CREATE VIEW v AS "
                           "SELECT a FROM t;",
                           "schema.sql");
  CHECK(find_table(read.schema, {"public", "t"}) != nullptr);
  CHECK(find(read.schema, "view", "v") != nullptr);
  CHECK(live.inspect().tables.empty());
  try {
    load(nullptr, "CREATE TABLE t (a int)", "schema.sql");
    FAIL("no error");
  } catch (const Error& e) {
    CHECK(e.code == ErrorCode::unsupported);
    CHECK(e.hint.find("--dev") != std::string::npos);
  }
}

TEST_CASE("postgres settle: a model in sync says nothing of what it cannot speak of") {
  Table table = keyed("t");
  table.columns.push_back({.name = "a", .type = {.kind = Kind::text}, .nullable = true});
  table.uniques = {{.name = "uq", .parts = {{.column = "a"}}}};
  table.indexes = {{.name = "ix", .parts = {{.column = "a"}}}};
  Live live;
  live.database.run(join(postgresql::creation_script(live.normalize(models(table)).schema), ";\n"));
  role("settle_reader");
  live.database.run(
      "ALTER TABLE t SET (fillfactor = 70); ALTER TABLE t ALTER a SET STORAGE external; COMMENT ON COLUMN t.a IS 'x'; "
      "ALTER TABLE t ALTER a SET STATISTICS 7; GRANT SELECT ON t TO settle_reader; GRANT UPDATE (a) ON t TO "
      "settle_reader; COMMENT ON TABLE t IS 'y'; DROP INDEX ix; CREATE INDEX ix ON t (a text_pattern_ops) INCLUDE (id) "
      "WITH (fillfactor = 50); ALTER TABLE t CLUSTER ON ix; ALTER TABLE t REPLICA IDENTITY FULL; ALTER TABLE t RENAME "
      "CONSTRAINT t_pkey TO pk; ALTER TABLE t OWNER TO settle_reader; ALTER TABLE t ENABLE ROW LEVEL SECURITY");
  const Schema seen = live.inspect();
  const auto changes = [&](const Table& model) {
    return diff(seen, postgresql::settle(seen, live.normalize(models(model))), {.types = postgresql::same_type})
        .changes;
  };
  CHECK(changes(table).empty());
  // What it does speak of is still asked for.
  table.columns[1].nullable = false;
  const std::vector<Change> asked = changes(table);
  REQUIRE(asked.size() == 1);
  CHECK(std::holds_alternative<Alter<Column>>(asked[0]));
}

TEST_CASE("postgres settle: partitions of a table that a model declares stay") {
  Live live(
      "CREATE TABLE t (id bigint NOT NULL, a text) PARTITION BY RANGE (id); CREATE TABLE t_1 PARTITION OF t FOR VALUES "
      "FROM (0) TO (9) PARTITION BY RANGE (id); CREATE TABLE t_1_1 PARTITION OF t_1 DEFAULT; CREATE TABLE other (a "
      "int)");
  const Table model{.name = "t",
                    .columns = {{.name = "id", .type = {.kind = Kind::int64}},
                                {.name = "a", .type = {.kind = Kind::text}, .nullable = true}}};
  const Schema seen = live.inspect();
  const Difference difference =
      diff(seen, postgresql::settle(seen, live.normalize(models(model))), {.types = postgresql::same_type});
  REQUIRE(difference.changes.size() == 1);
  CHECK(subject(difference.changes[0]) == Path{"public", "other"});
}

TEST_CASE("postgres settle: who owns an object is not said, and stays") {
  role("settle_owner");
  Live live(
      "CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t; ALTER TABLE t OWNER TO settle_owner; ALTER VIEW v "
      "OWNER TO settle_owner");
  const Schema seen = live.inspect();
  const Wanted wanted =
      load(live.connection.get(), "CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t;", "a.sql");
  CHECK_FALSE(wanted.schema == seen);
  CHECK(postgresql::settle(seen, wanted).schema == seen);
  // A comment that SQL does not give is one that is not wanted.
  live.database.run("COMMENT ON TABLE t IS 'x'");
  CHECK_FALSE(postgresql::settle(live.inspect(), wanted).schema == live.inspect());
}
