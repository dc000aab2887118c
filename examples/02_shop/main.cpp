// One shop, three releases: each start of the program brings the database to the release it was compiled with, without
// asking anybody, as long as nothing can be lost.
#include <soci/soci.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "models.hpp"

namespace df = dataflow;

namespace {

/// What a release does when it starts. A second start of the same release finds nothing to do.
template <class... Models> bool start(const std::string& url, const std::string& release) {
  for (int run = 1; run <= 2; ++run) {
    std::cout << "\n== " << release << (run == 1 ? "" : ", started again") << "\n\n";
    df::DataFlow db{url};
    db.model<Models...>();
    const auto result = db.auto_migrate({.auto_confirm = true, .max_risk_level = df::RiskLevel::safe});
    if (!result.success) return std::cout << "not started: " << result.message << '\n', false;
    if (run == 2 && !result.migrations.empty()) return std::cout << "there was something left to do\n", false;
  }
  return true;
}

void trade(const std::string& path) {
  soci::session sql("sqlite3", path);
  sql << "INSERT INTO product (name, price) VALUES ('Tea pot', '24.90'), ('Cup', '6.50')";
  sql << "INSERT INTO orders (product_id, quantity, total) VALUES (1, 1, '24.90'), (2, 6, '39.00')";
}

/// The rows of the first release, seen by the third.
bool still_there(const std::string& path) {
  soci::session sql("sqlite3", path);
  int orders = 0, pending = 0;
  sql << "SELECT count(*), count(*) FILTER (WHERE status = 'pending' AND currency = 'eur') FROM orders",
      soci::into(orders), soci::into(pending);
  std::cout << "\n" << orders << " orders of the first release, " << pending << " of them pending\n";
  return orders == 2 && pending == 2;
}

}  // namespace

int main() {
  const auto folder = std::filesystem::temp_directory_path() / ("dataflow-shop-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  const std::string path = folder / "shop.db", url = "sqlite:" + path;
  bool ok = false;
  try {
    ok = start<shop::v1::Product, shop::v1::Order>(url, "Release 1: products and orders");
    if (ok) trade(path);
    ok = ok && start<shop::v2::Product, shop::v2::Order>(url, "Release 2: a stock, and orders on their way") &&
         start<shop::v3::Product, shop::v3::Order>(url, "Release 3: pictures, data sheets and addresses") &&
         still_there(path);
  } catch (const df::Error& e) {
    std::cout << df::to_text(e);
  }
  std::filesystem::remove_all(folder);
  return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
