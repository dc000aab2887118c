// What reading a MariaDB schema, finding nothing to do, and planning cost, beside the least that a reader of the same
// texts would send: SHOW TABLES, then SHOW CREATE TABLE, 200 in a message, over the same client library. Ours and
// theirs take turns. usage: bench_mariadb [TABLES…]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "dataflow/database.hpp"
#include "dataflow/dataflow.hpp"
#include "dataflow/execute.hpp"
#include "dialects/mariadb/libmariadb.hpp"
#include "support/mariadb.hpp"

namespace {

using dataflow::test::MariaDb;
using dataflow::test::MariaDbDatabase;
namespace my = dataflow::mariadb::my;

struct Account {
  std::int64_t id = 0;
  std::string name;
};

class Raw {
 public:
  explicit Raw(const std::string& database) : connection_(my::init(nullptr)) {
    if (my::real_connect(connection_.get(), nullptr, "root", "", database.c_str(), 0,
                         MariaDb::instance().socket().c_str(), CLIENT_MULTI_STATEMENTS) == nullptr)
      fail();
  }

  std::size_t read() {
    constexpr int in_one_message = 200;
    std::size_t bytes = 0;
    std::vector<std::string> names;
    send("SHOW TABLES", [&](const char* value, unsigned long length) { names.emplace_back(value, length); });
    std::string message;
    int n = 0;
    const auto count = [&](const char*, unsigned long length) { bytes += length; };
    for (const std::string& name : names) {
      message += (message.empty() ? "" : ";") + ("SHOW CREATE TABLE `" + name + "`");
      if (++n == in_one_message) send(message, count), message.clear(), n = 0;
    }
    if (n > 0) send(message, count);
    return bytes;
  }

 private:
  [[noreturn]] void fail() const { throw std::runtime_error(my::error_message(connection_.get())); }

  template <class Take> void send(const std::string& sql, const Take& take) {
    MYSQL* const c = connection_.get();
    if (my::real_query(c, sql.data(), sql.size()) != 0) fail();
    for (int more = 0; more == 0; more = my::next_result(c)) {
      const std::unique_ptr<MYSQL_RES, my::Free> rows(my::store_result(c));
      if (rows == nullptr) fail();
      const unsigned columns = my::num_fields(rows.get());
      while (MYSQL_ROW row = my::fetch_row(rows.get())) {
        const unsigned long* lengths = my::fetch_lengths(rows.get());
        for (unsigned i = 0; i < columns; ++i) take(row[i], lengths[i]);
      }
    }
    if (my::error_number(c) != 0) fail();
  }

  std::unique_ptr<MYSQL, my::Free> connection_;
};

/// Ten columns, a key, a unique key, a foreign key, a check and two indexes each.
std::string tables_script(int tables) {
  std::string sql;
  for (int i = 0; i < tables; ++i) {
    const std::string number = std::to_string(i), before = std::to_string(std::max(i - 1, 0));
    sql += "CREATE TABLE t" + number +
           " (id bigint PRIMARY KEY, code varchar(64) NOT NULL UNIQUE, name varchar(255) NOT NULL DEFAULT '', qty int "
           "NOT NULL DEFAULT 0, price decimal(12,2) NOT NULL DEFAULT 0, active tinyint(1) NOT NULL DEFAULT 1, "
           "created_at datetime(6) NOT NULL DEFAULT current_timestamp(6), note text, ratio double, prev_id bigint, KEY "
           "prev (prev_id), KEY active_qty (active, qty), CONSTRAINT positive" +
           number + " CHECK (qty >= 0), CONSTRAINT f" + number + " FOREIGN KEY (prev_id) REFERENCES t" + before +
           " (id));\n";
  }
  return sql;
}

double milliseconds(const std::function<void()>& call) {
  const auto start = std::chrono::steady_clock::now();
  call();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// One line: ours and theirs by turns, the ratio of the fastest and the median of the ratios of each turn.
void compare(int tables, const char* what, int turns, const std::function<void()>& ours,
             const std::function<void()>& theirs) {
  std::vector<double> our_times, their_times, ratios;
  ours(), theirs();
  for (int i = 0; i < turns; ++i) {
    our_times.push_back(milliseconds(ours));
    their_times.push_back(milliseconds(theirs));
    ratios.push_back(our_times.back() / their_times.back());
  }
  const double fastest = *std::min_element(our_times.begin(), our_times.end()),
               their_fastest = *std::min_element(their_times.begin(), their_times.end());
  std::printf("%8d  %-22s %10.2f %10.2f %10.2f %10.2f %8.2f %8.2f\n", tables, what, fastest, median(our_times),
              their_fastest, median(their_times), fastest / their_fastest, median(ratios));
  std::fflush(stdout);
}

void measure(int tables) {
  const MariaDbDatabase database(tables_script(tables));
  const std::string url = database.url();
  const int turns = 11;

  Raw raw(database.name());
  const auto read_raw = [&] { raw.read(); };
  const auto connect_and_read_raw = [&] { Raw(database.name()).read(); };
  dataflow::Database open(url, dataflow::Open::read_only);
  compare(
      tables, "inspect, warm", turns, [&] { dataflow::inspect(open); }, read_raw);
  const auto connect_and_inspect = [&] {
    dataflow::Database fresh(url, dataflow::Open::read_only);
    dataflow::inspect(fresh);
  };
  compare(tables, "inspect, cold", turns, connect_and_inspect, connect_and_read_raw);

  // One table that the last run made and finds again, among those of others.
  const dataflow::AutoMigrateOptions quiet{.interactive = false, .auto_confirm = true};
  const auto start = [&] {
    dataflow::DataFlow flow(url);
    flow.model<Account>();
    flow.auto_migrate(quiet);
  };
  start(), start();
  compare(tables, "no-op, cold", turns, start, connect_and_read_raw);
  const auto questions = [&] {
    return std::atol(MariaDb::instance()
                         .rows(database.name(),
                               "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE "
                               "VARIABLE_NAME = 'Questions'")
                         .at(0)
                         .c_str());
  };
  const long before = questions();
  const long of_asking = questions() - before;
  start();
  std::printf("%8d  %-22s %10ld\n", tables, "no-op, statements", questions() - before - 2 * of_asking);

  const std::string wanted =
      "ALTER TABLE t0 ADD COLUMN extra int;\nCREATE TABLE account (id bigint NOT NULL PRIMARY KEY, name longtext NOT "
      "NULL);\n";
  dataflow::Database planned(url);
  compare(
      tables, "plan from SQL, warm", 3,
      [&] {
        const auto source = dataflow::schema_from_sql(planned, tables_script(tables) + wanted, "wanted");
        if (dataflow::plan(planned, source).operations.empty()) throw std::runtime_error("nothing was planned");
      },
      read_raw);
}

}  // namespace

int main(int argc, char** argv) try {
  std::vector<int> sizes;
  for (int i = 1; i < argc; ++i) sizes.push_back(std::atoi(argv[i]));
  if (sizes.empty()) sizes = {10, 1000};
  MariaDb::instance();
  std::printf("%8s  %-22s %10s %10s %10s %10s %8s %8s\n", "", "milliseconds", "ours", "", "raw read", "", "ratio", "");
  std::printf("%8s  %-22s %10s %10s %10s %10s %8s %8s\n", "tables", "", "min", "median", "min", "median", "min",
              "median");
  for (const int tables : sizes) measure(tables);
} catch (const std::exception& e) {
  std::fprintf(stderr, "bench_mariadb: %s\n", e.what());
  return 1;
}
