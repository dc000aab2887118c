// auto_migrate(): every option does what it says, on a real file.
#include <doctest/doctest.h>
#include <soci/soci.h>

#include <filesystem>

#include "dataflow/chrono.hpp"
#include "dataflow/reflect.hpp"
#include "support/line.hpp"

using namespace dataflow;
using namespace dataflow::test;

namespace v1 {
struct User {
  std::int64_t id = 0;
  std::string name;
  std::string email;
  std::optional<timestamp> created_at;
};
}  // namespace v1
namespace v2 {
struct User {
  std::int64_t id = 0;
  std::string name;
  std::string email;
  std::optional<std::string> phone;
  bool is_active = true;
  std::optional<timestamp> created_at;
  std::optional<timestamp> updated_at;
};
}  // namespace v2
namespace v3 {  // v1 without email
struct User {
  std::int64_t id = 0;
  std::string name;
  std::optional<timestamp> created_at;
};
}  // namespace v3

namespace {

const AutoMigrateOptions unattended{.interactive = false, .auto_confirm = true};

/// A file with the first version of User and three rows.
struct Shop {
  Folder folder;
  Sqlite file{folder / "shop.db"};
  Shop() {
    DataFlow db(file.url());
    db.model<v1::User>();
    db.initialize();
    file.run("INSERT INTO user (name, email) VALUES ('a', 'a@x'), ('b', 'b@x'), ('c', 'c@x')");
  }
  std::string columns() const { return file.value("SELECT group_concat(name) FROM pragma_table_info('user')"); }
  std::string rows() const { return file.value("SELECT group_concat(name || email) FROM user"); }
};

}  // namespace

TEST_CASE("auto_migrate: the quick start, from version 1 to version 2 and back") {
  Shop shop;
  DataFlow db(shop.file.url());
  db.model<v2::User>();
  Script silent;
  auto [success, migrations] = db.auto_migrate({.dry_run = true, .console = &silent});
  CHECK(success);
  REQUIRE(migrations.size() == 1);
  const Migration& pending = migrations[0];
  CHECK(pending.status == MigrationStatus::pending);
  CHECK(pending.safety_level == RiskLevel::safe);
  CHECK(pending.operations.size() == 3);
  for (const Operation& operation : pending.operations) CHECK(operation.kind == OperationKind::add_column);
  REQUIRE(pending.rollback_steps.size() == 3);
  for (const RollbackStep& step : pending.rollback_steps) {
    CHECK(step.operation_type == OperationKind::drop_column);
    CHECK_FALSE(step.sql.empty());
  }
  CHECK_FALSE(pending.sql_up.empty());

  const auto applied = db.auto_migrate(unattended);
  CHECK(applied.success);
  CHECK(shop.columns() == "id,name,email,phone,is_active,created_at,updated_at");
  CHECK(shop.rows() == "aa@x,bb@x,cc@x");
  CHECK(shop.file.value("SELECT count(*) FROM user WHERE is_active = 1 AND phone IS NULL AND updated_at IS NOT NULL") ==
        "3");
  CHECK(db.auto_migrate(unattended).migrations.empty());
  CHECK(db.get_pending_migrations().empty());
  CHECK(db.analyze_rollback(applied.migrations.at(0).version).fully_reversible);
  CHECK(db.rollback_migration(applied.migrations[0].version));
  CHECK(shop.columns() == "id,name,email,created_at");
  CHECK(shop.rows() == "aa@x,bb@x,cc@x");
  const auto history = db.get_migration_history(10);
  REQUIRE(history.size() == 2);
  CHECK(history[0].status == MigrationStatus::rolled_back);
  CHECK(history[1].status == MigrationStatus::applied);
  CHECK(history[0].operations.size() == 3);
  CHECK(db.get_migration_history(1).size() == 1);
  CHECK(db.get_pending_migrations().size() == 1);
}

TEST_CASE("models of tables that differ by their case are two where the server knows them apart") {
  const Model lower{.cpp_name = "A", .table = {.name = "users", .columns = {{.name = "x"}}}, .hints = {}};
  const Model upper{.cpp_name = "B", .table = {.name = "Users", .columns = {{.name = "x"}}}, .hints = {}};
  const auto declare = [&](const char* url) {
    DataFlow db(url);  // nothing connects before it has to
    db.add(lower).add(upper);
  };
  CHECK_NOTHROW(declare("postgresql:///nowhere"));
  CHECK_THROWS_WITH_AS(declare("sqlite::memory:"), "two models claim the table Users: A and B", Error);
  CHECK_THROWS_WITH_AS(declare("mariadb://localhost/nowhere"), "two models claim the table Users: A and B", Error);
}

TEST_CASE("auto_migrate: a dry run writes nothing, not even a file") {
  Folder folder;
  DataFlow fresh("sqlite:" + (folder / "new.db"));
  fresh.model<v1::User>();
  Script console;
  const auto result = fresh.auto_migrate({.dry_run = true, .console = &console});
  CHECK(result.success);
  CHECK(result.migrations.size() == 1);
  CHECK(console.asked.empty());
  CHECK(console.said.find("CREATE_TABLE") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(folder / "new.db"));
  CHECK(fresh.get_migration_history().empty());
  CHECK_FALSE(std::filesystem::exists(folder / "new.db"));

  Sqlite file(folder / "old.db");
  file.run("CREATE TABLE user (id INTEGER PRIMARY KEY)");
  const auto objects = file.rows("SELECT sql FROM sqlite_schema");
  DataFlow db(file.url());
  db.model<v1::User>();
  CHECK(db.auto_migrate({.dry_run = true, .console = &console}).success);
  CHECK(file.rows("SELECT sql FROM sqlite_schema") == objects);
}

TEST_CASE("auto_migrate: the answer decides") {
  for (const std::string answer : {"y", "Y", "yes"}) {
    Shop shop;
    DataFlow db(shop.file.url());
    db.model<v2::User>();
    Script console({answer});
    CHECK(db.auto_migrate({.console = &console}).success);
    CHECK(console.asked.size() == 1);
    CHECK(console.asked[0].find("Apply these changes? [y/N]: ") != std::string::npos);
  }
  for (const std::vector<std::string>& answers : {std::vector<std::string>{""}, {"n"}, {"yeah"}, {}}) {
    Shop shop;
    DataFlow db(shop.file.url());
    db.model<v2::User>();
    Script console(answers);
    const auto result = db.auto_migrate({.console = &console});
    CHECK_FALSE(result.success);
    CHECK(result.code == ErrorCode::cancelled);
    CHECK(shop.columns() == "id,name,email,created_at");
  }
  Shop shop;
  DataFlow db(shop.file.url());
  db.model<v2::User>();
  CHECK(db.auto_migrate({.interactive = false}).code == ErrorCode::refused);
}

TEST_CASE("auto_migrate: auto_confirm stops at the risk that is allowed") {
  Shop shop;
  DataFlow db(shop.file.url());
  db.model<v3::User>();
  auto result = db.auto_migrate(unattended);
  CHECK_FALSE(result.success);
  CHECK(result.code == ErrorCode::refused);
  CHECK(result.message.find("CRITICAL") != std::string::npos);
  CHECK(result.message.find("3 values") != std::string::npos);
  for (RiskLevel limit : {RiskLevel::safe, RiskLevel::medium, RiskLevel::high})
    CHECK(db.auto_migrate({.interactive = false, .auto_confirm = true, .max_risk_level = limit}).code ==
          ErrorCode::refused);
  CHECK(shop.columns() == "id,name,email,created_at");
  CHECK(db.auto_migrate({.interactive = false,
                         .auto_confirm = true,
                         .max_risk_level = RiskLevel::critical,
                         .data_loss_protection = true})
            .code == ErrorCode::refused);
  CHECK(db.auto_migrate({.interactive = false, .auto_confirm = true, .safety_check = false}).success);
  CHECK(shop.columns() == "id,name,created_at");
  CHECK(db.rollback_last_migration());
  CHECK(shop.rows() == "aa@x,bb@x,cc@x");
}

TEST_CASE("auto_migrate: include_tables and exclude_operations leave the rest alone and say so") {
  Shop shop;
  shop.file.run("CREATE TABLE ledger (id INTEGER PRIMARY KEY)");
  DataFlow db(shop.file.url());
  db.model<v3::User>();
  auto result = db.auto_migrate({.interactive = false, .auto_confirm = true, .exclude_operations = {"DROP_COLUMN"}});
  CHECK(result.success);
  REQUIRE(result.plan.skipped.size() == 1);
  CHECK(result.plan.skipped[0].kind == OperationKind::drop_column);
  REQUIRE(result.plan.unmanaged.size() == 1);
  CHECK(result.plan.unmanaged[0].path.name == Name("ledger"));
  result = db.auto_migrate({.interactive = false, .auto_confirm = true, .include_tables = {"other"}});
  CHECK(result.success);
  CHECK(result.plan.skipped.size() == 1);
  CHECK(shop.columns() == "id,name,email,created_at");
  std::string sentence;
  CHECK(code_of([&] { db.auto_migrate({.exclude_operations = {"DROP_COLUM"}}); }, &sentence) == ErrorCode::usage);
}

TEST_CASE("auto_migrate: require_confirmation and require_explicit_confirm ask even when confirmed beforehand") {
  Shop shop;
  DataFlow db(shop.file.url());
  db.model<v3::User>();
  Script nobody;
  CHECK(db.auto_migrate({.auto_confirm = true,
                         .max_risk_level = RiskLevel::critical,
                         .require_confirmation = true,
                         .console = &nobody})
            .code == ErrorCode::cancelled);
  Script wrong({"y"}), right({"shop.db"});
  CHECK(db.auto_migrate({.auto_confirm = true,
                         .max_risk_level = RiskLevel::critical,
                         .require_explicit_confirm = true,
                         .console = &wrong})
            .code == ErrorCode::cancelled);
  CHECK(wrong.asked.at(0).find("Type shop.db") != std::string::npos);
  CHECK(shop.columns() == "id,name,email,created_at");
  CHECK(db.auto_migrate({.auto_confirm = true,
                         .max_risk_level = RiskLevel::critical,
                         .require_explicit_confirm = true,
                         .console = &right})
            .success);
  CHECK(shop.columns() == "id,name,created_at");
}

TEST_CASE("auto_migrate: each block of the preview has its switch") {
  const auto said = [](AutoMigrateOptions options) {
    Shop shop;
    DataFlow db(shop.file.url());
    db.model<v2::User>();
    Script console;
    options.dry_run = true;
    options.console = &console;
    CHECK(db.auto_migrate(options).success);
    return console.said;
  };
  CHECK(said({}).find("Generated SQL:") != std::string::npos);
  CHECK(said({.show_sql = false}).find("Generated SQL:") == std::string::npos);
  CHECK(said({}).find("drop column phone") == std::string::npos);
  CHECK(said({.show_rollback_plan = true}).find("drop column phone") != std::string::npos);
  CHECK(said({}).find("rule H2") == std::string::npos);
  CHECK(said({.safety_analysis = true}).find("rule H2") != std::string::npos);
  CHECK(said({.format = Format::json}).starts_with("{"));
}

TEST_CASE("auto_migrate: initialize creates what is missing, once, and nothing else") {
  Shop shop;
  DataFlow db(shop.file.url());
  db.model<v2::User>();
  db.initialize();
  CHECK(shop.columns() == "id,name,email,created_at");
  const auto history = shop.file.value("SELECT count(*) FROM dataflow_history");
  db.initialize();
  CHECK(shop.file.value("SELECT count(*) FROM dataflow_history") == history);
}

TEST_CASE("auto_migrate: a table that no model knows is never dropped, one that a model gave up is") {
  Shop shop;
  shop.file.run("CREATE TABLE billing_ledger (id INTEGER PRIMARY KEY)");
  DataFlow db(shop.file.url());
  AutoMigrateOptions options = unattended;
  options.max_risk_level = RiskLevel::critical;
  auto result =
      db.auto_migrate_to(schema_from_sql("sqlite", "CREATE TABLE other (id INTEGER PRIMARY KEY)", "test"), options);
  CHECK(result.success);
  CHECK(shop.file.rows(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'dataflow%' ORDER BY name") ==
        std::vector<std::string>{"billing_ledger", "other"});
  CHECK(db.rollback_last_migration());
  CHECK(shop.rows() == "aa@x,bb@x,cc@x");
}

TEST_CASE("auto_migrate: a session that the application lends") {
  Shop shop;
  soci::session session("sqlite3", shop.file.path());
  DataFlow db(session);
  db.model<v2::User>();
  CHECK(db.auto_migrate(unattended).success);
  int active = 0, patience = 0;
  session << "SELECT sum(is_active) FROM user", soci::into(active);
  CHECK(active == 3);
  session << "PRAGMA busy_timeout = 1234";
  { Database borrowed(session); }
  session << "PRAGMA busy_timeout", soci::into(patience);
  CHECK(patience == 1234);
  soci::transaction open(session);
  DataFlow again(session);
  again.model<v1::User>();
  std::string sentence;
  CHECK(code_of(
            [&] {
              again.auto_migrate({.interactive = false, .auto_confirm = true, .max_risk_level = RiskLevel::critical});
            },
            &sentence) != ErrorCode::internal);
  CHECK(sentence.find("transaction") != std::string::npos);
}

TEST_CASE(
    "auto_migrate: a second replica that planned the same finds its plan stale, plans again and has nothing to do") {
  Shop shop;
  DataFlow first(shop.file.url()), second(shop.file.url());
  first.model<v2::User>();
  second.model<v2::User>();
  const Plan early = plan(second.database(), second.wanted());
  CHECK(first.auto_migrate(unattended).migrations.size() == 1);
  CHECK(code_of([&] { execute(second.database(), early); }) == ErrorCode::stale);
  CHECK(second.auto_migrate(unattended).migrations.empty());
}
