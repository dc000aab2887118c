#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include <nlohmann/json.hpp>

#include "dataflow/error.hpp"
#include "dataflow/snapshot.hpp"

using namespace dataflow;

namespace {
Schema with_column(Column column) { return {.tables = {{.name = "t", .columns = {std::move(column)}}}}; }

std::string document(const std::string& column) {
  return "{\"dataflow_schema\": 1,\n\"tables\": [\n{\"name\": \"t\", \"columns\": [\n{\"name\": \"c\", " + column +
         "}]}]}";
}

struct Refused {
  std::string document;
  std::string sentence, hint;
};
}  // namespace

TEST_CASE("a JSON snapshot has the keys that programs rely on") {
  const Schema schema{
      .dialect = "sqlite",
      .tables = {{.name = "users",
                  .columns = {{.name = "id", .type = {.kind = Kind::int64}, .identity = Identity::by_default},
                              {.name = "phone",
                               .type = {.kind = Kind::varchar, .length = 20},
                               .nullable = true,
                               .default_value = Sql("NULL")}},
                  .primary_key = PrimaryKey{.parts = {{.column = "id"}}},
                  .foreign_keys = {{.columns = {"id"}, .references = {{}, "people"}, .on_delete = Action::set_null}},
                  .options = {.attributes = {{"strict", ""}}}}},
      .definitions = {{.kind = "view", .name = "v", .text = Sql("select 1")}}};
  CHECK(nlohmann::json::parse(to_json(schema)) == nlohmann::json::parse(R"({
    "dataflow_schema": 1, "dialect": "sqlite",
    "tables": [{"name": "users",
      "columns": [
        {"name": "id", "type": {"kind": "int64"}, "nullable": false, "identity": "by default"},
        {"name": "phone", "type": {"kind": "varchar", "length": 20}, "nullable": true, "default": {"sql": "NULL"}}],
      "primary_key": {"parts": [{"column": "id"}]},
      "foreign_keys": [{"columns": ["id"], "references": {"name": "people"}, "on_delete": "set null"}],
      "options": {"attributes": {"strict": ""}}}],
    "definitions": [{"kind": "view", "name": "v", "text": "select 1"}]})"));
  CHECK(to_json({}) == "{\n  \"dataflow_schema\": 1,\n  \"tables\": []\n}\n");
}

TEST_CASE("a constant keeps its type through JSON") {
  const double infinity = std::numeric_limits<double>::infinity();
  const Literal literals[] = {{true},
                              {std::int64_t{5}},
                              {std::uint64_t{5}},
                              {5.0},
                              {std::string("5")},
                              {std::numeric_limits<std::int64_t>::min()},
                              {~std::uint64_t{0}},
                              {infinity},
                              {-infinity},
                              {std::string("\xff\x00", 2)},
                              {5e-324},
                              {std::string("nan")}};
  for (const Literal& literal : literals) {
    const Schema schema = with_column({.name = "c", .default_value = literal});
    CAPTURE(to_json(schema));
    CHECK(schema_from_json(to_json(schema)) == schema);
  }
  const auto nan = schema_from_json(to_json(with_column({.name = "c", .default_value = Literal{std::nan("")}})));
  CHECK(std::isnan(std::get<double>(std::get<Literal>(*nan.tables[0].columns[0].default_value).value)));
}

TEST_CASE("names that are not Unicode survive JSON") {
  Schema schema = with_column({.name = "\xff\xfe", .attributes = {{"\xff", "\xfe"}, {"plain", ""}}});
  schema.tables[0].name = std::string("nul\0", 4);
  CHECK(schema_from_json(to_json(schema)) == schema);
}

TEST_CASE("JSON that is no schema is refused with line, expectation and the nearest key") {
  const Refused all[] = {
      {"", "line 1: expected JSON", "syntax error while parsing"},
      {"{\"dataflow_schema\": 1,\n\"tables\": [}", "line 2: expected JSON", "syntax error while parsing"},
      {"[]", "line 1: expected a schema, found an array", ""},
      {"{\"tables\": []}", "line 1: expected \"dataflow_schema\": 1, the mark of a schema", ""},
      {"{\n\"dataflow_schema\":\n2}", "line 3: expected notation 1",
       "a newer dataflow wrote this document; read it with that one"},
      {"{\"dataflow_schema\": 1, \"tabels\": []}", "line 1: expected a key of a schema, found \"tabels\"",
       "did you mean \"tables\"?"},
      {"{\"dataflow_schema\": 1,\n\"tables\":\n{}}", "line 3: expected an array, found an object", ""},
      {"{\"dataflow_schema\": 1,\n\"tables\": [],\n\"tables\": []}",
       "line 3: expected every key once in an object, found \"tables\" twice", ""},
      {document("\"type\": 7"), "line 4: expected a type, found a number", ""},
      {document("\"nullable\": true"), "line 4: expected \"type\" in a column", ""},
      {document("\"type\": {\"kind\": \"strign\"}"), "line 4: expected a kind of type, found \"strign\"", ""},
      {document("\"type\": {\"kind\": \"text\", \"length\": -1}"),
       "line 4: expected a whole number from 0, found a number", ""},
      {document("\"type\": {\"kind\": \"text\", \"dimensions\": 256}"), "line 4: expected a number up to 255", ""},
      {document("\"type\": {\"kind\": \"text\"}, \"default\": {\"int32\": 1}"),
       "line 4: expected a kind of default, found \"int32\"", "did you mean \"int64\"?"},
      {document("\"type\": {\"kind\": \"text\"}, \"default\": {\"int64\": 1.5}"),
       "line 4: expected a whole number, found a number", ""},
      {document("\"type\": {\"kind\": \"text\"}, \"default\": {}"),
       "line 4: expected exactly one key in a default, such as \"int64\" or \"sql\"", ""},
      {document("\"type\": {\"kind\": \"text\"}, \"comment\": {\"hex\": \"abc\"}"),
       "line 4: expected an even number of hexadecimal digits", ""},
      {std::string(100000, '['), "line 1: expected at most 32 levels of nesting", ""},
      {"{\"dataflow_schema\": 1, \"dialect\": \"\xff\"}", "line 1: expected JSON", "syntax error while parsing"},
  };
  for (const Refused& refused : all) {
    CAPTURE(refused.document.substr(0, 200));
    try {
      schema_from_json(refused.document);
      FAIL("accepted");
    } catch (const Error& error) {
      CHECK(error.code == ErrorCode::bad_document);
      CHECK(std::string(error.what()) == refused.sentence);
      CHECK(error.hint.starts_with(refused.hint));
    }
  }
}
