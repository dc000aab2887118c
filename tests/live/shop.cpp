// The shop of examples/02_shop, counted.
#include <doctest/doctest.h>

#include <map>

#include "../../examples/02_shop/models.hpp"
#include "support/line.hpp"

using namespace dataflow;
using namespace dataflow::test;

namespace {

std::map<OperationKind, std::size_t> counted(const Plan& plan) {
  std::map<OperationKind, std::size_t> out;
  for (const Operation& operation : plan.operations) ++out[operation.kind];
  return out;
}

/// Starts a release twice; gives back what the first start did.
template <class... Models> std::map<OperationKind, std::size_t> start(const Sqlite& file) {
  std::map<OperationKind, std::size_t> done;
  for (const bool again : {false, true}) {
    DataFlow db(file.url());
    db.model<Models...>();
    Script console;
    const auto result = db.auto_migrate({.auto_confirm = true, .max_risk_level = RiskLevel::safe, .console = &console});
    REQUIRE(result.success);
    CHECK(console.asked.empty());
    CHECK(result.migrations.size() == (again ? 0 : 1));
    if (again) continue;
    done = counted(result.plan);
    for (const Operation& operation : result.plan.operations) {
      CAPTURE(operation.description());
      CHECK(operation.assessment.level == RiskLevel::safe);
      CHECK(operation.assessment.data_loss == DataLoss::none);
      CHECK_FALSE(operation.assessment.blocking);
    }
  }
  return done;
}

}  // namespace

TEST_CASE("shop: three releases, every step safe, nothing left to do by a second start") {
  using Counts = std::map<OperationKind, std::size_t>;
  Folder folder;
  Sqlite file(folder / "shop.db");
  file.run("");
  CHECK(start<shop::v1::Product, shop::v1::Order>(file) == Counts{{OperationKind::create_table, 2}});
  file.run(
      "INSERT INTO product (name, price) VALUES ('Tea pot', '24.90'), ('Cup', '6.50');"
      "INSERT INTO orders (product_id, quantity, total) VALUES (1, 1, '24.90'), (2, 6, '39.00');");
  CHECK(start<shop::v2::Product, shop::v2::Order>(file) == Counts{{OperationKind::add_column, 5}});
  CHECK(start<shop::v3::Product, shop::v3::Order>(file) == Counts{{OperationKind::add_column, 6}});
  CHECK(file.rows("SELECT name, price, inventory_count, is_featured, sku, images FROM product ORDER BY id") ==
        std::vector<std::string>{"Tea pot|24.9|0|0|NULL|NULL", "Cup|6.5|0|0|NULL|NULL"});
  CHECK(
      file.rows(
          "SELECT product_id, quantity, currency, status, metadata, created_at IS NOT NULL FROM orders ORDER BY id") ==
      std::vector<std::string>{"1|1|eur|pending|NULL|1", "2|6|eur|pending|NULL|1"});
  CHECK_THROWS(file.run("INSERT INTO orders (product_id, total, currency) VALUES (1, '1', 'yen')"));
}

TEST_CASE("shop: the second release goes back to the first with every row") {
  Folder folder;
  Sqlite file(folder / "shop.db");
  file.run("");
  start<shop::v1::Product, shop::v1::Order>(file);
  file.run("INSERT INTO product (name, price) VALUES ('Tea pot', '24.90');");
  const std::string before = file.dump();
  start<shop::v2::Product, shop::v2::Order>(file);
  DataFlow db(file.url());
  REQUIRE(db.rollback_last_migration());
  CHECK(file.dump() == before);
}
