// The whole line on MariaDB: structs, a live database, a plan, applied and taken back.
#include <doctest/doctest.h>

#include <string>

#include <boost/describe.hpp>

#include "dataflow/chrono.hpp"
#include "dataflow/dataflow.hpp"
#include "dataflow/error.hpp"
#include "support/mariadb.hpp"

using namespace dataflow;
using namespace dataflow::test;

namespace maria_v1 {
enum class Role { user, admin };
BOOST_DESCRIBE_ENUM(Role, user, admin)
struct Org {
  std::int64_t id;
  std::string name;
};
struct Product {
  std::int64_t id;
  std::string name;
  std::string code;
  varchar<20> sku;
  Role role = Role::user;
  std::optional<std::string> remark;
  decimal<10, 2> price;
  json specs;
  double ratio = 0.5;
  bool sold = false;
  std::uint64_t big = 5;
  std::chrono::year_month_day born;
  std::int64_t org_id;
  timestamp created_at;
  static auto dataflow() {
    return table("products")
        .unique(&Product::sku)
        .index(&Product::code)
        .references(&Product::org_id, &Org::id)
        .on_delete(cascade)
        .check("positive", "price > 0")
        .index(&Product::price)
        .comment(&Product::name, "it's");
  }
};
}  // namespace maria_v1
namespace maria_v2 {
enum class Role { user, admin, owner };
BOOST_DESCRIBE_ENUM(Role, user, admin, owner)
struct Product {
  std::int64_t id;
  std::string title;
  std::string code;
  varchar<40> sku;
  Role role = Role::user;
  decimal<10, 2> price;
  json specs;
  double ratio = 0.5;
  bool sold = false;
  std::uint64_t big = 5;
  std::chrono::year_month_day born;
  std::int64_t org_id;
  timestamp created_at;
  bool is_active = true;
  static auto dataflow() {
    return table("products")
        .renamed_from(&Product::title, "name")
        .unique(&Product::sku)
        .index(&Product::code)
        .references(&Product::org_id, &maria_v1::Org::id)
        .on_delete(cascade)
        .check("positive", "price > 0");
  }
};
struct Partial {
  std::int64_t id;
  std::int64_t price;
  static auto dataflow() { return table("partial").index(&Partial::price).where("price > 0"); }
};
}  // namespace maria_v2

namespace {

template <class... Models> AutoMigrateResult start(const MariaDbDatabase& database) {
  DataFlow db(database.url());
  db.model<Models...>();
  return db.auto_migrate({.interactive = false, .auto_confirm = true, .max_risk_level = RiskLevel::critical});
}

constexpr const char* types =
    "SELECT group_concat(COLUMN_TYPE ORDER BY ORDINAL_POSITION SEPARATOR ', ') FROM information_schema.COLUMNS WHERE "
    "TABLE_SCHEMA = database() AND TABLE_NAME = 'products'";

}  // namespace

TEST_CASE("auto_migrate on MariaDB: from version 1 to version 2 and back, rows and values kept") {
  const MariaDbDatabase database;
  const auto created = start<maria_v1::Org, maria_v1::Product>(database);
  REQUIRE_MESSAGE(created.success, created.message);
  CHECK(database.value(types) ==
        "bigint(20), longtext, varchar(255), varchar(20), enum('user','admin'), longtext, decimal(10,2), longtext, "
        "double, "
        "tinyint(1), bigint(20) unsigned, date, bigint(20), datetime(6)");
  CHECK(start<maria_v1::Org, maria_v1::Product>(database).migrations.empty());
  database.run(
      "INSERT INTO org (name) VALUES ('o'); INSERT INTO products (name, code, sku, role, remark, price, specs, sold, "
      "born, org_id) "
      "SELECT concat('n', seq), seq, concat('s', seq), 'user', concat('r', seq), seq, '{}', 0, '2020-01-01', 1 FROM "
      "seq_1_to_50;");
  const auto dump = [&] {
    return database.value("SHOW CREATE TABLE products") + database.value("SHOW CREATE TABLE org");
  };
  const std::string before = dump();
  const auto second = start<maria_v1::Org, maria_v2::Product>(database);
  REQUIRE_MESSAGE(second.success, second.message);
  CHECK(database.value("SELECT concat(count(title), ' ', sum(is_active)) FROM products") == "50 50");
  CHECK(start<maria_v1::Org, maria_v2::Product>(database).migrations.empty());
  DataFlow db(database.url());
  REQUIRE(db.rollback_last_migration());
  CHECK(dump() == before);
  CHECK(database.value("SELECT concat(count(name), ' ', count(remark)) FROM products") == "50 50");
}

TEST_CASE("auto_migrate on MariaDB: what the server has not is said") {
  const MariaDbDatabase database;
  try {
    start<maria_v2::Partial>(database);
    FAIL("a full index was made");
  } catch (const Error& e) {
    CHECK(e.code == ErrorCode::unsupported);
    CHECK(std::string(e.what()) == "MariaDB has no partial indexes: index ix_partial_price of partial");
  }
  CHECK(database.rows("SHOW TABLES").empty());
}
