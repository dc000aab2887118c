#include <doctest/doctest.h>

#include <functional>

#include "dataflow/error.hpp"
#include "dataflow/schema.hpp"

using namespace dataflow;

namespace {
Table users() {
  return {.name = "users",
          .columns = {{.name = "id", .type = {.kind = Kind::int64}}, {.name = "email", .type = {.kind = Kind::text}}},
          .primary_key = PrimaryKey{.parts = {{.column = "id"}}}};
}

Table orders() {
  return {
      .name = "orders",
      .columns = {{.name = "id", .type = {.kind = Kind::int64}}, {.name = "user_id", .type = {.kind = Kind::int64}}},
      .foreign_keys = {{.columns = {"user_id"}, .references = {{}, "users"}, .referenced = {"id"}}}};
}

struct Defect {
  const char* sentence;
  std::function<void(Schema&)> make;
};
}  // namespace

TEST_CASE("a sound schema is valid") {
  CHECK_NOTHROW(validate({}));
  CHECK_NOTHROW(validate({.tables = {orders(), users()}}));
}

TEST_CASE("references in another case are found, as servers that fold names find them") {
  Schema schema{.tables = {users(), orders()}};
  schema.tables[1].foreign_keys[0].references.name = "USERS";
  schema.tables[1].foreign_keys[0].referenced = {"Id"};
  CHECK_NOTHROW(validate(schema));
}

TEST_CASE("tables of the same name in two schemas are two tables") {
  Schema schema{.tables = {users(), users()}};
  schema.tables[1].schema = "archive";
  CHECK_NOTHROW(validate(schema));
}

TEST_CASE("the first defect of a schema is named") {
  const Defect defects[] = {
      {"table users stands twice in the schema", [](Schema& s) { s.tables.push_back(users()); }},
      {"table users has no columns", [](Schema& s) { s.tables[0] = {.name = "users"}; }},
      {"table users has column id twice", [](Schema& s) { s.tables[0].columns.push_back({.name = "id", .type = {}}); }},
      {"the primary key of table users names column uid, which table users does not have",
       [](Schema& s) { s.tables[0].primary_key->parts[0].column = "uid"; }},
      {"the primary key of table users has no columns", [](Schema& s) { s.tables[0].primary_key->parts.clear(); }},
      {"unique constraint uq of table users names column mail, which table users does not have",
       [](Schema& s) { s.tables[0].uniques = {{.name = "uq", .parts = {{.column = "mail"}}}}; }},
      {"index ix of table users names column mail, which table users does not have",
       [](Schema& s) { s.tables[0].indexes = {{.name = "ix", .parts = {{.column = "mail"}}}}; }},
      {"table users has index ix twice",
       [](Schema& s) {
         s.tables[0].indexes = {2, {.name = "ix", .parts = {{.column = "id"}}}};
       }},
      {"foreign key of table orders references table people, which is not in the schema",
       [](Schema& s) { s.tables[1].foreign_keys[0].references.name = "people"; }},
      {"foreign key fk of table orders names column buyer, which table orders does not have",
       [](Schema& s) { s.tables[1].foreign_keys[0].name = "fk", s.tables[1].foreign_keys[0].columns = {"buyer"}; }},
      {"foreign key of table orders names column uid, which table users does not have",
       [](Schema& s) { s.tables[1].foreign_keys[0].referenced = {"uid"}; }},
      {"foreign key of table orders maps 1 column to 2",
       [](Schema& s) {
         s.tables[1].foreign_keys[0].referenced = {"id", "email"};
       }},
      {"view v stands twice in the schema",
       [](Schema& s) {
         s.definitions = {2, {.kind = "view", .name = "v", .text = Sql("select 1")}};
       }},
  };
  for (const Defect& defect : defects) {
    CAPTURE(defect.sentence);
    Schema schema{.tables = {users(), orders()}};
    defect.make(schema);
    try {
      validate(schema);
      FAIL("accepted");
    } catch (const Error& error) {
      CHECK(error.code == ErrorCode::invalid_schema);
      CHECK(std::string(error.what()) == defect.sentence);
      CHECK_FALSE(error.hint.empty());
    }
  }
}

TEST_CASE("a misspelt column is answered with the one that was meant") {
  Schema schema{.tables = {users()}};
  schema.tables[0].indexes = {{.name = "ix", .parts = {{.column = "emial"}}}};
  try {
    validate(schema);
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.hint == "did you mean email?");
  }
}

TEST_CASE("tables and columns are found by exact name") {
  Schema schema{.tables = {users(), orders()}};
  CHECK(find_table(schema, {{}, "orders"}) == &schema.tables[1]);
  CHECK(find_table(schema, {{}, "Orders"}) == nullptr);
  CHECK(find_table(schema, {"main", "orders"}) == nullptr);
  CHECK(find_column(schema.tables[0], "email") == &schema.tables[0].columns[1]);
  CHECK(find_column(schema.tables[0], "Email") == nullptr);
}
