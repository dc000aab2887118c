// What a start costs that finds nothing to do, beside what SQLite itself needs to open the file and read its schema.
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "dataflow/dataflow.hpp"

namespace {

struct Account {
  std::int64_t id = 0;
  std::string name;
};

template <class Call> double median_ms(Call&& call) {
  std::vector<double> times;
  for (int i = 0; i < 15; ++i) {
    const auto start = std::chrono::steady_clock::now();
    call();
    times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
  std::nth_element(times.begin(), times.begin() + 7, times.end());
  return times[7];
}

void open_and_parse(const std::string& path) {
  sqlite3* db = nullptr;
  sqlite3_open(path.c_str(), &db);
  sqlite3_exec(db, "SELECT count(*) FROM account", nullptr, nullptr, nullptr);
  sqlite3_close(db);
}

}  // namespace

int main() {
  const auto folder = std::filesystem::temp_directory_path() / "dataflow-bench-noop";
  std::filesystem::create_directories(folder);
  const dataflow::AutoMigrateOptions quiet{.interactive = false, .auto_confirm = true};
  std::printf("%8s %16s %16s %8s\n", "tables", "auto_migrate ms", "SQLite alone ms", "ratio");
  for (int tables : {10, 100, 1000, 5000}) {
    const std::string path = folder / (std::to_string(tables) + ".db");
    std::filesystem::remove(path);
    sqlite3* db = nullptr;
    sqlite3_open(path.c_str(), &db);
    std::string script =
        "CREATE TABLE t0 (id INTEGER PRIMARY KEY, a TEXT, b TEXT NOT NULL DEFAULT 'x', c INTEGER, d REAL, e TEXT, f "
        "TEXT, g TEXT, h TEXT, i TEXT);";
    for (int i = 1; i < tables; ++i)
      script += "CREATE TABLE t" + std::to_string(i) +
                " (id INTEGER PRIMARY KEY, a TEXT, b TEXT NOT NULL DEFAULT 'x', c INTEGER, d REAL, e TEXT, f TEXT, g "
                "TEXT, h TEXT, i TEXT);";
    sqlite3_exec(db, ("BEGIN;" + script + "COMMIT;").c_str(), nullptr, nullptr, nullptr);
    sqlite3_close(db);
    const auto start = [&] {
      dataflow::DataFlow flow("sqlite:" + path);
      flow.model<Account>();
      flow.auto_migrate(quiet);
    };
    start(), start();
    const double ours = median_ms(start), alone = median_ms([&] { open_and_parse(path); });
    std::printf("%8d %16.2f %16.2f %8.2f\n", tables, ours, alone, ours / alone);
  }
  std::filesystem::remove_all(folder);
}
