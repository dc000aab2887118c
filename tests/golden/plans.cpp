#include <doctest/doctest.h>

#include "support/golden_plans.hpp"
#include "support/sqlite.hpp"

using namespace dataflow::test;

namespace {

class SqliteCase final : public GoldenDatabase {
 public:
  std::string url() const override { return file_.url(); }
  void run(const std::string& script) override { file_.run(script); }
  std::string dump() override {
    CHECK(file_.value("PRAGMA integrity_check") == "ok");
    return file_.dump();
  }

 private:
  Folder folder_;
  Sqlite file_{folder_ / "a.db"};
};

}  // namespace

TEST_CASE("golden plans: the text is as recorded, and the plan goes there and back on a real file") {
  check_golden_plans("sqlite", [] { return std::make_unique<SqliteCase>(); });
}
