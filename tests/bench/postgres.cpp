// What reading a PostgreSQL catalog, finding nothing to do, and planning cost, beside the least that a reader of the
// same catalog would send: four queries in one message, each value looked at once. Ours and theirs take turns.
// usage: bench_postgres [TABLES…]
#include <libpq-fe.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "dataflow/database.hpp"
#include "dataflow/dataflow.hpp"
#include "dataflow/execute.hpp"
#include "support/postgres.hpp"

namespace {

using dataflow::test::Postgres;
using dataflow::test::PostgresDatabase;

struct Account {
  std::int64_t id = 0;
  std::string name;
};

/// Relations, columns with their defaults, constraints, indexes: nothing here makes the server open a table.
constexpr const char* raw_catalog = R"(
SELECT c.oid, n.nspname, c.relname, c.relkind, c.relpersistence, c.reloptions, d.description FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass AND d.objsubid = 0
WHERE c.relkind IN ('r', 'p') AND n.nspname = 'public';
SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attidentity, a.attgenerated,
  a.attcollation, CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, 0) ELSE pg_get_expr(d.adbin, d.adrelid) END
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped;
SELECT oid, conname, contype, conrelid, confrelid, conindid, conkey, confkey, confupdtype, confdeltype, confmatchtype,
  condeferrable, condeferred, convalidated, conbin::text FROM pg_constraint
WHERE connamespace = 'public'::regnamespace;
SELECT i.indexrelid, i.indrelid, c.relname, i.indisunique, i.indisvalid, i.indkey, i.indclass, i.indcollation,
  i.indoption, i.indnkeyatts, c.relam, c.reloptions, pg_get_expr(i.indexprs, i.indrelid),
  pg_get_expr(i.indpred, i.indrelid)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = 'public'::regnamespace)";

class Raw {
 public:
  explicit Raw(const std::string& url) : connection_(PQconnectdb(url.c_str())) {
    if (PQstatus(connection_) != CONNECTION_OK) fail();
  }
  ~Raw() { PQfinish(connection_); }
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;

  std::size_t read() {
    if (PQsendQuery(connection_, raw_catalog) == 0) fail();
    std::size_t bytes = 0;
    while (PGresult* rows = PQgetResult(connection_)) {
      if (PQresultStatus(rows) != PGRES_TUPLES_OK) fail();
      for (int r = 0; r < PQntuples(rows); ++r)
        for (int c = 0; c < PQnfields(rows); ++c) bytes += static_cast<std::size_t>(PQgetlength(rows, r, c));
      PQclear(rows);
    }
    return bytes;
  }

 private:
  [[noreturn]] void fail() const { throw std::runtime_error(PQerrorMessage(connection_)); }
  PGconn* connection_;
};

/// Ten columns, a key, a unique key, a foreign key, a check and two indexes each.
std::string tables_script(int tables) {
  std::string sql;
  for (int i = 0; i < tables; ++i) {
    const std::string t = "t" + std::to_string(i), before = "t" + std::to_string(std::max(i - 1, 0));
    sql += "CREATE TABLE " + t +
           " (id bigint PRIMARY KEY, code varchar(64) NOT NULL UNIQUE, name varchar(255) NOT NULL DEFAULT '', qty "
           "integer NOT NULL DEFAULT 0 CHECK (qty >= 0), price numeric(12,2) NOT NULL DEFAULT 0, active boolean NOT "
           "NULL DEFAULT true, created_at timestamptz NOT NULL DEFAULT now(), note text, ratio double precision, "
           "prev_id bigint REFERENCES " +
           before + " (id));\nCREATE INDEX ON " + t + " (prev_id);\nCREATE INDEX ON " + t + " (active, qty);\n";
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

void measure(int tables, const std::string& self) {
  const PostgresDatabase database(tables_script(tables));
  database.run("VACUUM ANALYZE");
  const std::string url = database.url();
  const int turns = tables > 1000 ? 5 : 11;

  Raw raw(url);
  const auto read_raw = [&] { raw.read(); };
  const auto connect_and_read_raw = [&] { Raw(url).read(); };
  dataflow::Database open(url, dataflow::Open::read_only);
  compare(
      tables, "inspect, warm", turns, [&] { dataflow::inspect(open); }, read_raw);
  const auto connect_and_inspect = [&] {
    dataflow::Database fresh(url, dataflow::Open::read_only);
    dataflow::inspect(fresh);
  };
  compare(tables, "inspect, cold", turns, connect_and_inspect, connect_and_read_raw);
  if (const char* dataflow = std::getenv("DATAFLOW_EXECUTABLE"))
    compare(
        tables, "inspect, process", turns,
        [&] {
          dataflow::test::run_program({dataflow, "inspect", url});
        },
        [&] {
          dataflow::test::run_program({self, "--raw", url});
        });

  // One table that the last run made and finds again, among those of others.
  const dataflow::AutoMigrateOptions quiet{.interactive = false, .auto_confirm = true};
  const auto start = [&] {
    dataflow::DataFlow flow(url);
    flow.model<Account>();
    flow.auto_migrate(quiet);
  };
  start(), start();
  compare(tables, "no-op, cold", turns, start, connect_and_read_raw);

  const std::string wanted =
      "ALTER TABLE t0 ADD COLUMN extra integer;\nCREATE TABLE account (id bigint NOT NULL "
      "PRIMARY KEY, name text NOT NULL);\n";
  dataflow::Database planned(url);
  compare(
      tables, "plan from SQL, warm", tables > 1000 ? 1 : 3,
      [&] {
        const auto source = dataflow::schema_from_sql(planned, tables_script(tables) + wanted, "wanted");
        if (dataflow::plan(planned, source).operations.empty()) throw std::runtime_error("nothing was planned");
      },
      read_raw);
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc == 3 && std::string(argv[1]) == "--raw") return Raw(argv[2]).read() == 0 ? 1 : 0;
  std::vector<int> sizes;
  for (int i = 1; i < argc; ++i) sizes.push_back(std::atoi(argv[i]));
  if (sizes.empty()) sizes = {10, 1000, 5000};
  Postgres::instance();
  std::printf("%8s  %-22s %10s %10s %10s %10s %8s %8s\n", "", "milliseconds", "ours", "", "raw read", "", "ratio", "");
  std::printf("%8s  %-22s %10s %10s %10s %10s %8s %8s\n", "tables", "", "min", "median", "min", "median", "min",
              "median");
  for (const int tables : sizes) measure(tables, argv[0]);
} catch (const std::exception& e) {
  std::fprintf(stderr, "bench_postgres: %s\n", e.what());
  return 1;
}
