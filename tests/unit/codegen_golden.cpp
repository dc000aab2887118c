// The three texts of a small schema, byte for byte as they were last approved.
#include <doctest/doctest.h>

#include <algorithm>

#include "codegen/codegen.hpp"
#include "dataflow/database.hpp"
#include "dataflow/error.hpp"
#include "support/golden.hpp"

using namespace dataflow;
using namespace dataflow::test;

namespace {

Schema shop() {
  return schema_from_sql("sqlite", R"sql(
    CREATE TABLE customer (id INTEGER PRIMARY KEY, name VARCHAR(50) NOT NULL, "e|mail" TEXT UNIQUE, class TEXT DEFAULT 'a`b');
    CREATE TABLE "order details" (
      customer_id INTEGER NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
      line INTEGER NOT NULL CHECK (line > 0),
      "unit ""price""" DECIMAL(10,2) DEFAULT 0,
      replaces INTEGER,
      PRIMARY KEY (customer_id, line),
      FOREIGN KEY (customer_id, replaces) REFERENCES "order details" (customer_id, line)
    );
    CREATE TABLE address (customer_id INTEGER PRIMARY KEY REFERENCES customer (id), town TEXT);
    CREATE INDEX by_price ON "order details" ("unit ""price""" DESC, lower(replaces)) WHERE line < 9;
    CREATE VIEW names AS SELECT name FROM customer;
    CREATE TRIGGER first AFTER INSERT ON customer BEGIN SELECT '```'; END;
  )sql",
                         "shop.sql")
      .schema;
}

}  // namespace

TEST_CASE("codegen golden: structs") { check_golden("codegen/shop.hpp.txt", codegen::hpp(shop())); }

TEST_CASE("codegen golden: a Mermaid diagram") { check_golden("codegen/shop.mmd", codegen::mermaid(shop())); }

TEST_CASE("codegen golden: a Markdown document") {
  Schema schema = shop();
  schema.tables[0].options.comment = "who\nbuys | pays";
  schema.tables[0].columns[0].comment = "`it`\n<b>";
  Migration first, second;
  first.version = "20260101_120000", first.applied_at = "2026-01-01T12:00:00Z", first.applied_by = "ada";
  first.description = "create table customer", first.status = MigrationStatus::applied;
  second.version = "20260102_120000", second.applied_at = "2026-01-02T12:00:00Z", second.applied_by = "a|b";
  second.description = "drop column x from customer", second.status = MigrationStatus::rolled_back;
  second.safety_level = RiskLevel::critical;
  check_golden("codegen/shop.md", codegen::markdown(schema, "shop", {second, first}));
  CHECK(codegen::markdown(schema, "shop", {}).find("Change log") == std::string::npos);
}

TEST_CASE("codegen: the order of tables does not matter to diagram and document") {
  Schema schema = shop(), turned = schema;
  std::reverse(turned.tables.begin(), turned.tables.end());
  CHECK(codegen::mermaid(turned) == codegen::mermaid(schema));
  CHECK(codegen::markdown(turned, "shop") == codegen::markdown(schema, "shop"));
}

TEST_CASE("codegen: what a struct cannot be is named in the header") {
  Schema schema = shop();
  schema.tables.push_back({.name = "nothing"});
  schema.unmodelled.push_back({"base type", {"", "weird"}, "a base type"});
  const std::string text = codegen::hpp(schema);
  CHECK(text.find("//   table nothing: it has no columns") != std::string::npos);
  CHECK(text.find("//   base type weird: a base type") != std::string::npos);
}

TEST_CASE("codegen: structs need a server's schema") {
  Schema schema = shop();
  schema.dialect.clear();
  CHECK_THROWS_AS(codegen::hpp(schema), Error);
}
