#include <doctest/doctest.h>

#include "support/golden_plans.hpp"
#include "support/mariadb.hpp"

using namespace dataflow::test;

namespace {

class MariaDbCase final : public GoldenDatabase {
 public:
  std::string url() const override { return database_.url(); }
  void run(const std::string& script) override { database_.run(script); }
  std::string dump() override { return database_.shape() + database_.contents(); }

 private:
  MariaDbDatabase database_;
};

}  // namespace

TEST_CASE("golden plans: the text is as recorded, and the plan goes there and back on MariaDB") {
  check_golden_plans("mariadb", [] { return std::make_unique<MariaDbCase>(); });
}
