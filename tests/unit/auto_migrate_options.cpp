#include <doctest/doctest.h>

#include <string>

#include "dataflow/error.hpp"
#include "dataflow/migrate.hpp"
#include "migrate/options.hpp"

using namespace dataflow;

namespace {
AutoMigrateOptions with(std::string_view name, std::string_view value) {
  AutoMigrateOptions options;
  options.set(name, value);
  return options;
}

Error refusal(std::string_view name, std::string_view value) {
  try {
    with(name, value);
  } catch (const Error& error) {
    return error;
  }
  FAIL("accepted: " << std::string(name) << " = " << std::string(value));
  return {ErrorCode::internal, ""};
}
}  // namespace

TEST_CASE("every flag is switched by its name, in each spelling of true and false") {
  for (const auto& row : auto_migrate_options()) {
    const auto* flag = std::get_if<bool AutoMigrateOptions::*>(&row.member);
    if (flag == nullptr) continue;
    CAPTURE(row.name);
    for (const char* word : {"true", "YES", " on ", "1"}) CHECK(with(row.name, word).*(*flag));
    for (const char* word : {"false", "No", "off", "0"}) CHECK_FALSE(with(row.name, word).*(*flag));
  }
}

TEST_CASE("other names of an option set the same option") {
  CHECK_FALSE(with("safety_checks", "false").safety_check);
  CHECK_FALSE(with("backup_before_migration", "false").create_backup);
  CHECK_FALSE(with("rollback_on_failure", "false").rollback_on_error);
  CHECK(with("migration_timeout", "600").timeout == 600);
  CHECK(with("safety_level", "HIGH").max_risk_level == RiskLevel::high);
  CHECK(with("Show-Rollback-Plan", "true").show_rollback_plan);
}

TEST_CASE("asking to type the name is not asking for a confirmation") {
  const AutoMigrateOptions options = with("require_explicit_confirm", "true");
  CHECK(options.require_explicit_confirm);
  CHECK_FALSE(options.require_confirmation);
}

TEST_CASE("values other than flags") {
  CHECK(with("max_risk_level", "low").max_risk_level == RiskLevel::safe);
  CHECK(with("max_risk_level", "CRITICAL").max_risk_level == RiskLevel::critical);
  CHECK(with("timeout", "0").timeout == 0);
  CHECK(with("format", "markdown").format == Format::markdown);
  CHECK(with("include_tables", "user, order item").include_tables == std::vector<std::string>{"user", "order item"});
  CHECK(with("exclude_operations", "DROP_COLUMN,drop_table").exclude_operations ==
        std::vector<std::string>{"DROP_COLUMN", "drop_table"});
}

TEST_CASE("what is not understood is refused with the nearest word, and changes nothing") {
  CHECK(refusal("max_risk", "HIGH").code == ErrorCode::usage);
  CHECK(refusal("dry_rum", "true").hint.find("dry_run") != std::string::npos);
  CHECK(refusal("rollback_on_failur", "true").hint.find("rollback_on_failure") != std::string::npos);
  CHECK(refusal("exclude_operations", "DROP_COLUM").hint.find("DROP_COLUMN") != std::string::npos);
  CHECK(refusal("max_risk_level", "extreme").hint.find("CRITICAL") != std::string::npos);
  for (const char* value : {"", "soon", "-1", "1.5", "10s", "99999999999999999999"})
    CHECK(refusal("timeout", value).code == ErrorCode::usage);
  CHECK(refusal("auto_confirm", "maybe").code == ErrorCode::usage);
  CHECK(refusal("", "true").code == ErrorCode::usage);
  CHECK(refusal("include_tables", " , ").code == ErrorCode::usage);

  AutoMigrateOptions options;
  options.set("exclude_operations", "DROP_TABLE");
  CHECK_THROWS_AS(options.set("exclude_operations", "nonsense"), Error);
  CHECK(options.exclude_operations == std::vector<std::string>{"DROP_TABLE"});
}
