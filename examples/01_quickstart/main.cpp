// A struct, a database, a newer struct: what changed is shown, asked about, applied, and taken back without losing a
// row.
#include <soci/soci.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <dataflow/chrono.hpp>
#include <dataflow/dataflow.hpp>
#include <dataflow/snapshot.hpp>
#include <filesystem>
#include <iostream>

namespace df = dataflow;

namespace v1 {
struct User {
  std::int64_t id = 0;
  std::string name;
  std::string email;
  std::optional<df::timestamp> created_at;
};
}  // namespace v1

namespace v2 {
struct User {
  std::int64_t id = 0;
  std::string name;
  std::string email;
  std::optional<std::string> phone;  // new
  bool is_active = true;             // new
  std::optional<df::timestamp> created_at;
  std::optional<df::timestamp> updated_at;  // new
};
}  // namespace v2

namespace {

/// Asks on a terminal; elsewhere says what it assumes.
class DemoConsole final : public df::Console {
 public:
  void print(std::string_view text) override { df::terminal().print(text); }
  std::optional<std::string> ask(std::string_view prompt) override {
    if (auto answer = df::terminal().ask(prompt)) return answer;
    std::cout << prompt << "y   (no terminal to ask on: yes assumed)\n" << std::flush;
    return "y";
  }
  df::PreviewOptions style() const override { return df::terminal().style(); }
};

void heading(const std::string& text) { std::cout << "\n== " << text << "\n\n"; }

/// Every user, with whatever columns the table has today.
void print_users(soci::session& sql) {
  soci::rowset<soci::row> rows = sql.prepare << "SELECT id, name, email FROM user ORDER BY id";
  for (const soci::row& row : rows)
    std::cout << "  " << row.get<int>(0) << "  " << row.get<std::string>(1) << "  " << row.get<std::string>(2) << '\n';
}

bool quickstart(const std::string& path, DemoConsole& console) {
  df::DataFlow db{"sqlite:" + path};

  heading("Version 1 of User: the table is created and filled");
  db.model<v1::User>();
  db.initialize();
  soci::session sql("sqlite3", path);
  sql << "INSERT INTO user (name, email) VALUES ('Ada', 'ada@example.com'), ('Grace', 'grace@example.com'), ('Linus', "
         "'linus@example.com')";
  print_users(sql);

  heading("Version 2 of User has three more fields");
  db.model<v2::User>();
  auto [success, migrations] = db.auto_migrate({.show_rollback_plan = true, .console = &console});
  if (!success) return std::cout << "\nNothing was applied.\n", false;
  print_users(sql);

  heading("The same call again finds nothing to do");
  db.auto_migrate({.console = &console});

  heading("Rolled back: " + migrations.front().version);
  db.rollback_last_migration();
  print_users(sql);
  return true;
}

long long rows_in(const std::string& path, const df::Schema& schema) {
  soci::session sql("sqlite3", path);
  long long total = 0;
  for (const df::Table& table : schema.tables) {
    long long n = 0;
    sql << "SELECT count(*) FROM " + df::quote(table.name, "sqlite"), soci::into(n);
    total += n;
  }
  return total;
}

/// A database nobody here designed: from what it is to what somebody might want, and back.
bool real_database(const std::string& path, DemoConsole& console) {
  df::DataFlow db{"sqlite:" + path};
  const df::Schema before = df::inspect(db.database());
  const long long rows = rows_in(path, before);
  heading("A real database: " + std::to_string(before.tables.size()) + " tables, " + std::to_string(rows) + " rows");

  df::Wanted wanted{before, {}};
  df::Table* customer = df::find_table(wanted.schema, {"", "Customer"});
  df::Table* invoice = df::find_table(wanted.schema, {"", "Invoice"});
  if (customer == nullptr || invoice == nullptr) return std::cout << "no tables Customer and Invoice here\n", false;
  std::erase_if(customer->columns, [](const df::Column& c) { return c.name == df::Name("Fax"); });
  df::find_column(*customer, "Phone")->type = {.kind = df::Kind::text};
  customer->columns.push_back(
      {.name = "LoyaltyPoints", .type = {.kind = df::Kind::int32}, .default_value = df::Literal{std::int64_t{0}}});
  invoice->indexes.push_back({.name = "ix_Invoice_InvoiceDate", .parts = {{.column = "InvoiceDate"}}});

  const auto result = db.auto_migrate_to(wanted, {.show_sql = false, .safety_analysis = true, .console = &console});
  if (!result.success) return std::cout << "\nNothing was applied: " << result.message << '\n', false;
  std::cout << "rows afterwards: " << rows_in(path, before) << '\n';

  heading("And back");
  db.rollback_last_migration();
  const df::Schema after = df::inspect(db.database());
  const bool same = df::fingerprint(after) == df::fingerprint(before) && rows_in(path, after) == rows;
  std::cout << (same ? "the schema and the number of rows are what they were\n" : "SOMETHING IS DIFFERENT\n");
  return same;
}

void make_shop(const std::string& path) {
  soci::session sql("sqlite3", path);
  sql << "CREATE TABLE Customer (CustomerId INTEGER PRIMARY KEY, Name VARCHAR(40) NOT NULL, Phone VARCHAR(24), Fax "
         "VARCHAR(24))";
  sql << "CREATE TABLE Invoice (InvoiceId INTEGER PRIMARY KEY, CustomerId INTEGER NOT NULL REFERENCES Customer "
         "(CustomerId), InvoiceDate TIMESTAMP NOT NULL, Total DECIMAL(10,2) NOT NULL)";
  for (int i = 1; i <= 50; ++i) {
    sql << "INSERT INTO Customer VALUES (:id, 'Customer ' || :id, '+49 30 ' || :id, '+49 31 ' || :id)",
        soci::use(i, "id");
    sql << "INSERT INTO Invoice SELECT NULL, :id, '2026-01-01', 9.99 FROM Customer WHERE CustomerId <= 10",
        soci::use(i, "id");
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto folder = std::filesystem::temp_directory_path() / ("dataflow-quickstart-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  DemoConsole console;
  bool ok = false;
  try {
    const std::string shop = folder / "shop.db";
    if (argc > 1)
      std::filesystem::copy_file(argv[1], shop);
    else
      make_shop(shop);
    std::filesystem::permissions(shop, std::filesystem::perms::owner_write, std::filesystem::perm_options::add);
    ok = quickstart(folder / "app.db", console) && real_database(shop, console);
  } catch (const df::Error& e) {
    std::cout << df::to_text(e);
  }
  std::filesystem::remove_all(folder);
  return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
