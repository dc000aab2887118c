// The whole line on PostgreSQL: structs, a live database, a plan, applied and taken back.
#include <doctest/doctest.h>

#include <regex>
#include <set>
#include <sstream>
#include <string>

#include <boost/describe.hpp>

#include "dataflow/chrono.hpp"
#include "dataflow/dataflow.hpp"
#include "dialects/dialect.hpp"
#include "support/postgres.hpp"

using namespace dataflow;
using namespace dataflow::test;

namespace pg_v1 {
enum class Role { user, admin };
BOOST_DESCRIBE_ENUM(Role, user, admin)
struct Org {
  std::int64_t id;
  std::string name;
};
struct Product {
  std::int64_t id;
  std::string name;
  varchar<20> sku;
  Role role = Role::user;
  std::optional<std::string> remark;
  decimal<10, 2> price;
  json specs, tags;
  std::vector<std::string> words;
  double ratio = 0.5;
  std::uint64_t big = 5;
  uuid key;
  std::chrono::year_month_day born;
  std::int64_t org_id;
  timestamp created_at;
  static auto dataflow() {
    return table("products")
        .unique(&Product::sku)
        .references(&Product::org_id, &Org::id)
        .on_delete(cascade)
        .check("positive", "price > 0")
        .jsonb_gin_indexes(&Product::specs, &Product::tags)
        .text_search(&Product::name)
        .index(&Product::price)
        .where("price > 0")
        .named("price_positive")
        .comment(&Product::name, "it's");
  }
};
}  // namespace pg_v1
namespace pg_v2 {
enum class Role { user, admin, owner };
BOOST_DESCRIBE_ENUM(Role, user, admin, owner)
struct Product {
  std::int64_t id;
  std::string title;
  varchar<40> sku;
  Role role = Role::user;
  decimal<10, 2> price;
  json specs, tags;
  std::vector<std::string> words;
  double ratio = 0.5;
  std::uint64_t big = 5;
  uuid key;
  std::chrono::year_month_day born;
  std::int64_t org_id;
  timestamp created_at;
  bool is_active = true;
  static auto dataflow() {
    return table("products")
        .renamed_from(&Product::title, "name")
        .unique(&Product::sku)
        .references(&Product::org_id, &pg_v1::Org::id)
        .on_delete(cascade)
        .check("positive", "price > 0");
  }
};
}  // namespace pg_v2
namespace pg_places {
struct Place {
  std::int64_t id;
  std::string name;
  std::string location;
  static auto dataflow() { return table("places").postgis(&Place::location, "geometry(Point, 4326)"); }
};
}  // namespace pg_places

namespace {

AutoMigrateOptions quiet() {
  return {.interactive = false, .auto_confirm = true, .max_risk_level = RiskLevel::critical};
}

template <class... Models> AutoMigrateResult start(const PostgresDatabase& database) {
  DataFlow db(database.url());
  db.model<Models...>();
  return db.auto_migrate(quiet());
}

constexpr const char* indexes =
    "SELECT string_agg(indexname, ' ' ORDER BY indexname) FROM pg_indexes WHERE schemaname = 'public'";

}  // namespace

TEST_CASE("auto_migrate on PostgreSQL: from version 1 to version 2 and back, rows and values kept") {
  const PostgresDatabase database;
  const auto created = start<pg_v1::Org, pg_v1::Product>(database);
  REQUIRE_MESSAGE(created.success, created.message);
  CHECK(database.value(indexes) ==
        "ix_products_name_search ix_products_specs ix_products_tags org_pkey price_positive products_pkey "
        "products_sku_key");
  CHECK(database.value("SELECT indexdef FROM pg_indexes WHERE indexname = 'price_positive'")
            .ends_with("(price) WHERE (price > (0)::numeric)"));
  CHECK(database.value("SELECT string_agg(format_type(atttypid, atttypmod), ', ' ORDER BY attnum) FROM pg_attribute "
                       "WHERE attrelid = 'products'::regclass AND attnum > 0") ==
        "bigint, text, character varying(20), role, text, numeric(10,2), jsonb, jsonb, text[], double precision, "
        "numeric(20,0), uuid, date, bigint, timestamp(6) with time zone");
  CHECK(start<pg_v1::Org, pg_v1::Product>(database).migrations.empty());
  database.run(
      "INSERT INTO org (name) VALUES ('o');"
      "INSERT INTO products (name, sku, role, remark, price, specs, tags, words, key, born, org_id) SELECT 'n' || i, "
      "'s' || "
      "i, 'user', 'r' || i, i, '{}', '[]', '{}', gen_random_uuid(), '2020-01-01', 1 FROM generate_series(1, 50) AS i");
  bool found = false;
  for (const std::string& line :
       database.rows("SET enable_seqscan = off; EXPLAIN (COSTS off) SELECT 1 FROM products WHERE "
                     "to_tsvector('english', name) @@ 'x'::tsquery"))
    found = found || line.find("ix_products_name_search") != std::string::npos;
  CHECK(found);

  const auto dump = [&] {
    Postgres& server = Postgres::instance();
    return server.has_pg_dump() ? server.pg_dump(database.name(), {"--schema-only", "-n", "public"})
                                : server.catalog(database.name());
  };
  const std::string before = dump();
  const auto second = start<pg_v1::Org, pg_v2::Product>(database);
  REQUIRE_MESSAGE(second.success, second.message);
  CHECK(database.value("SELECT count(title) || ' ' || bool_and(is_active) FROM products") == "50 true");
  CHECK(database.value("SELECT enum_range(NULL::role)") == "{user,admin,owner}");
  CHECK(start<pg_v1::Org, pg_v2::Product>(database).migrations.empty());

  DataFlow db(database.url());
  CHECK(db.rollback_last_migration());
  CHECK(database.value("SELECT count(remark) || ' ' || max(remark) FROM products") == "50 r9");
  const auto lines = [](const std::string& text) {
    std::multiset<std::string> out;
    std::istringstream in(text);
    static const std::regex position(R"(("said": "[^"]*) \d+")");
    for (std::string line; std::getline(in, line);) {
      if (line.starts_with("pg_attribute ")) line = std::regex_replace(line, position, "$1\"");
      if (line.find("dataflow") == std::string::npos) out.insert(line.substr(0, line.find_last_not_of(',') + 1));
    }
    return out;
  };
  CHECK(lines(dump()) == lines(before));  // but for the order of columns
  CHECK(start<pg_v1::Org, pg_v1::Product>(database).migrations.empty());
}

TEST_CASE("no-op on PostgreSQL: one message, whatever the size; a change by hand is seen") {
  for (const int others : {1, 200}) {
    std::string script;
    for (int t = 0; t < others; ++t)
      script += "CREATE TABLE other_" + std::to_string(t) + " (id int PRIMARY KEY, v text);";
    const PostgresDatabase database(script);
    REQUIRE(start<pg_v1::Org>(database).migrations.size() == 1);
    DataFlow db(database.url());
    db.model<pg_v1::Org>();
    const std::uint64_t before = db.database().impl().connection->statements();
    const auto [success, migrations] = db.auto_migrate(quiet());
    CHECK(success);
    CHECK(migrations.empty());
    CHECK(db.database().impl().connection->statements() - before == 1);
    database.run("ALTER TABLE org ALTER name DROP NOT NULL");
    CHECK(db.auto_migrate(quiet()).migrations.size() == 1);
  }
}

TEST_CASE("PostGIS: a column is text where the extension is not, with a note, and its geometry once it is there") {
  constexpr const char* type =
      "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'places'::regclass AND attname = "
      "'location'";
  for (const std::string home : {"public", "Geo"}) {
    const PostgresDatabase database;
    const auto created = start<pg_places::Place>(database);
    REQUIRE_MESSAGE(created.success, created.message);
    REQUIRE(created.plan.notes.size() == 1);
    CHECK(created.plan.notes[0] ==
          "column location of places is no geometry(Point, 4326) but what its member is: the extension postgis is not "
          "installed in the database");
    CHECK(database.value(type) == "text");
    database.run("INSERT INTO places (name, location) VALUES ('Null Island', 'SRID=4326;POINT(0 0)')");
    CHECK(start<pg_places::Place>(database).migrations.empty());
    if (Postgres::instance().version() != 15) continue;  // the servers beside Debian's bring no PostGIS

    database.run("CREATE SCHEMA IF NOT EXISTS \"" + home + "\"; CREATE EXTENSION postgis SCHEMA \"" + home + "\"");
    const auto typed = start<pg_places::Place>(database);
    REQUIRE_MESSAGE(typed.success, typed.message);
    CHECK(typed.plan.notes.empty());
    CHECK(database.value(type) == (home == "public" ? "geometry(Point,4326)" : "\"Geo\".geometry(Point,4326)"));
    CHECK(database.value("SELECT \"" + home + "\".st_asewkt(location) FROM places") == "SRID=4326;POINT(0 0)");
    CHECK(start<pg_places::Place>(database).migrations.empty());
    DataFlow db(database.url());
    CHECK(db.rollback_last_migration());
    CHECK(database.value(type) == "text");
  }
}
