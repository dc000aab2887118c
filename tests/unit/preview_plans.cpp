#include "unit/preview_plans.hpp"

namespace dataflow::test {

namespace {

using K = OperationKind;

struct Grade {
  RiskLevel level = RiskLevel::safe;
  std::string rule = "H2";
  std::string reason = {};
  DataLoss data_loss = DataLoss::none;
  Reversal reversal = Reversal::exact;
  Estimate time = {1, 2, "catalog only"};
};

Operation operation(K kind, Name table, Name object, std::string details, std::size_t step, const Grade& grade = {}) {
  Operation o;
  o.kind = kind;
  o.table = std::move(table);
  o.object = std::move(object);
  o.details = std::move(details);
  o.step = step;
  o.assessment.level = grade.level;
  o.assessment.rule = grade.rule;
  o.assessment.reason = grade.reason;
  o.assessment.data_loss = grade.data_loss;
  o.assessment.reversal = grade.reversal;
  o.assessment.time = grade.time;
  return o;
}

Step step(std::string title, std::vector<Statement> up, std::vector<Statement> down) {
  return {std::move(title), std::move(up), std::move(down)};
}

}  // namespace

Plan safe_plan() {
  Plan plan;
  plan.dialect = "sqlite";
  plan.from = "f1";
  plan.to = "f2";
  plan.operations = {operation(K::add_column, "user", "phone", "phone (TEXT)", 0),
                     operation(K::add_column, "user", "is_active", "is_active (BOOLEAN)", 1, {.rule = "H3"}),
                     operation(K::add_column, "user", "updated_at", "updated_at (TIMESTAMP)", 2, {.rule = "H3"})};
  plan.rollback = {operation(K::drop_column, "user", "updated_at", "updated_at (TIMESTAMP)", 0),
                   operation(K::drop_column, "user", "is_active", "is_active (BOOLEAN)", 1),
                   operation(K::drop_column, "user", "phone", "phone (TEXT)", 2)};
  const auto drop = [](const std::string& column) { return Run{"ALTER TABLE \"user\" DROP COLUMN " + column}; };
  plan.steps = {
      step("add column phone", {Run{"ALTER TABLE \"user\" ADD COLUMN phone TEXT NULL"}}, {drop("phone")}),
      step("add column is_active", {Run{"ALTER TABLE \"user\" ADD COLUMN is_active BOOLEAN DEFAULT true"}},
           {drop("is_active")}),
      step("add column updated_at",
           {Run{"ALTER TABLE \"user\" ADD COLUMN updated_at TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP"}},
           {drop("updated_at")})};
  return plan;
}

Plan mixed_plan() {
  Plan plan;
  plan.dialect = "sqlite";
  plan.from = "before";
  plan.to = "after";
  plan.operations = {
      operation(K::create_table, "audit_log", {}, "3 columns", 0, {.rule = "H1", .reason = "a new table"}),
      operation(K::add_column, "user", "age", "age (INTEGER)", 1,
                {RiskLevel::medium,
                 "H5",
                 "a value is needed for 45 rows",
                 DataLoss::none,
                 Reversal::exact,
                 {2, 40, "45 rows written"}}),
      operation(K::alter_column, "user", "email", "email: VARCHAR(255) → VARCHAR(40), NOT NULL", 1,
                {RiskLevel::high,
                 "H11",
                 "the new type is narrower; 3 of 45 rows are longer",
                 DataLoss::low,
                 Reversal::with_backup,
                 {2, 40, "45 rows written"}}),
      operation(K::drop_column, "user", "fax", "fax (TEXT)", 1,
                {RiskLevel::critical,
                 "H17",
                 "drops a column that holds 12 values",
                 DataLoss::high,
                 Reversal::schema_only,
                 {1500, 4200, "45 rows written"}}),
      operation(K::rename_column, "order", "sum", "sum → total", 2,
                {RiskLevel::high, "H14", "statements that use the old name fail"}),
  };
  Assessment& age = plan.operations[1].assessment;
  age.blocking = "45 rows have no value for it, the first with id 1, 2, 3";
  age.remedy = "give existing rows a value: a default, or a fill";
  age.lock = "EXCLUSIVE";
  age.blocks = Blocks::everything;
  age.work = Work::rewrite;
  age.rows = 45;
  plan.rollback = {
      operation(K::rename_column, "order", "total", "total → sum", 0, {RiskLevel::high}),
      operation(K::add_column, "user", "fax", "fax (TEXT)", 1),
      operation(K::alter_column, "user", "email", "email: VARCHAR(40) → VARCHAR(255), NULL allowed", 1,
                {RiskLevel::medium}),
      operation(K::drop_column, "user", "age", "age (INTEGER)", 1, {RiskLevel::high}),
      operation(K::drop_table, "audit_log", {}, "3 columns", 2, {RiskLevel::high}),
  };
  plan.steps = {
      step("create table audit_log",
           {Run{"CREATE TABLE audit_log (\n  id INTEGER PRIMARY KEY,\n  who TEXT,\n  what TEXT\n)"}},
           {NoRows{"SELECT 1 FROM audit_log", "the table holds rows"}, Run{"DROP TABLE audit_log"}}),
      step("rebuild table user",
           {Run{"CREATE TABLE user_new (\n  id INTEGER PRIMARY KEY,\n  age INTEGER NOT NULL,\n  email VARCHAR(40) NOT "
                "NULL\n)"},
            Run{"INSERT INTO user_new\nSELECT id, age, email FROM \"user\";"},
            SameRows{"SELECT id,\n       email FROM user_new", "SELECT id, email FROM \"user\"", "the copy differs"},
            Run{"DROP TABLE \"user\""}, Run{"ALTER TABLE user_new RENAME TO \"user\""}},
           {Run{"CREATE TABLE user_old (id INTEGER PRIMARY KEY, email VARCHAR(255), fax TEXT)"},
            Run{"DROP TABLE \"user\""}}),
      step("rename column sum", {Run{"ALTER TABLE \"order\" RENAME COLUMN sum TO total"}},
           {Run{"ALTER TABLE \"order\" RENAME COLUMN total TO sum"}})};
  plan.set_aside = {{"dataflow_aside_1", "user", "fax", "column", {"id"}}};
  plan.rollback_set_aside = {{"dataflow_aside_2", "user", "age", "column", {"id"}}};
  plan.unmanaged = {{"table", {"", "billing_ledger"}, {}}, {"index", {"", "ledger_by_day"}, "billing_ledger"}};
  plan.skipped = {{K::drop_column, "order", "note (TEXT)", "excluded operation"}};
  plan.candidates = {{{"", "user"}, "mail", "email", true, "both are VARCHAR(255)"},
                     {{"", "person"}, "people", "person", false, "the same columns"}};
  plan.notes = {"the hint for user.nick names a column that the database does not have"};
  return plan;
}

Plan hostile_plan() {
  Plan plan;
  plan.dialect = "sqlite";
  plan.from = "f1";
  plan.to = "f2";
  const Name long_name = "quarterly_revenue_by_region_and_product_line_with_a_very_long_name";
  const Name wide = "顧客の住所と電話番号の一覧表";
  const Name rude = "a|b`c``d\n\x1b[2J\u202e<script>";
  const Name broken = std::string("caf\xe9_") + "e\u0301";
  const Grade high{RiskLevel::high, "H16", "drops a column that holds nothing"};
  plan.operations = {
      operation(K::add_index, long_name, long_name, long_name.text + " UNIQUE (a_column, another_column)", 0),
      operation(K::add_column, wide, "電話", "電話 (文字列)", 0),
      operation(K::drop_column, rude, rude, rude.text + " (TEXT)", 0, high),
      operation(K::add_column, broken, "👩‍👩‍👧 ❤️", "👩‍👩‍👧 ❤️ (TEXT)", 0)};
  plan.rollback = {operation(K::add_column, rude, rude, rude.text + " (TEXT)", 0)};
  plan.steps = {
      step("everything at once",
           {Run{"ALTER TABLE \"a|b`c``d\n\x1b[2J\" DROP COLUMN x"}, Run{"ALTER TABLE 顧客 ADD COLUMN 電話 TEXT"},
            Run{"SELECT '```'"}, NoRows{"SELECT 1\nFROM \"user\"; DROP TABLE x", "rows"}},
           {Run{"SELECT 1 -- nothing to undo"}})};
  plan.notes = {rude.text};
  return plan;
}

Plan empty_plan() {
  Plan plan;
  plan.dialect = "sqlite";
  plan.from = plan.to = "same";
  plan.unmanaged = {{"table", {"", "billing_ledger"}, {}}};
  return plan;
}

}  // namespace dataflow::test
