#include <doctest/doctest.h>

#include <algorithm>

#include "core/text.hpp"
#include "dataflow/database.hpp"
#include "dataflow/snapshot.hpp"
#include "support/golden_plans.hpp"
#include "support/postgres.hpp"

using namespace dataflow;
using namespace dataflow::test;

namespace {

/// A column that comes back stands at the end: lines count, their order does not.
std::string in_any_order(const std::string& text) {
  std::vector<std::string> lines = split(text, '\n');
  for (std::string& line : lines)
    while (line.ends_with(',')) line.pop_back();
  std::sort(lines.begin(), lines.end());
  return join(lines, "\n");
}

class PostgresCase final : public GoldenDatabase {
 public:
  std::string url() const override { return database_.url(); }
  void run(const std::string& script) override { database_.run(script); }
  std::string dump() override {
    Database live(url());
    std::string out = fingerprint(inspect(live)) + "\n";
    if (Postgres::instance().has_pg_dump())
      out += in_any_order(
          Postgres::instance().pg_dump(database_.name(), {"--schema-only", "-N", "dataflow", "-N", "dataflow_backup"}));
    for (const std::string& table : database_.rows("SELECT format('%I', tablename) FROM pg_tables WHERE schemaname = "
                                                   "'public' ORDER BY 1"))
      for (const std::string& row : database_.rows("SELECT to_jsonb(t) FROM " + table + " AS t ORDER BY 1"))
        out += table + ": " + row + "\n";
    return out;
  }

 private:
  PostgresDatabase database_;
};

}  // namespace

TEST_CASE("golden plans: the text is as recorded, and the plan goes there and back on PostgreSQL") {
  check_golden_plans("postgresql", [] { return std::make_unique<PostgresCase>(); });
}
