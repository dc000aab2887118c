// The plan as a value and as a document.
#include <doctest/doctest.h>

#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "dataflow/error.hpp"
#include "dataflow/plan.hpp"
#include "unit/preview_plans.hpp"

using namespace dataflow;
using namespace dataflow::test;
using Json = nlohmann::ordered_json;

namespace {

using K = OperationKind;

Operation operation(K kind, Name table, Name object = {}, std::string details = {}) {
  Operation made;
  made.kind = kind;
  made.table = std::move(table);
  made.object = std::move(object);
  made.details = std::move(details);
  return made;
}

std::string described(std::vector<Operation> operations) {
  Plan plan;
  plan.operations = std::move(operations);
  return describe(plan);
}

std::string refusal(const std::string& document) {
  try {
    plan_from_json(document);
  } catch (const Error& error) {
    CHECK(error.code == ErrorCode::bad_document);
    CHECK_FALSE(error.hint.empty());
    return error.what();
  }
  return "accepted";
}

/// What of `schema`'s types, members, words and alternatives does not hold for `value`; not all of JSON Schema.
std::string defect(const Json& root, const Json& schema, const Json& value, const std::string& at) {
  if (schema.contains("$ref")) {
    const std::string name = schema["$ref"].get<std::string>().substr(std::string("#/$defs/").size());
    return defect(root, root["$defs"].at(name), value, at);
  }
  if (schema.contains("anyOf")) {
    for (const Json& alternative : schema["anyOf"])
      if (defect(root, alternative, value, at).empty()) return {};
    return at + ": no alternative fits";
  }
  if (schema.contains("const") && schema["const"] != value) return at + ": not the constant";
  if (schema.contains("enum") && std::find(schema["enum"].begin(), schema["enum"].end(), value) == schema["enum"].end())
    return at + ": not one of the words";
  const std::string type = schema.value("type", "");
  const bool fits = type.empty() || (type == "object" && value.is_object()) || (type == "array" && value.is_array()) ||
                    (type == "string" && value.is_string()) || (type == "boolean" && value.is_boolean()) ||
                    (type == "null" && value.is_null()) || (type == "integer" && value.is_number_unsigned());
  if (!fits) return at + ": not of type " + type;
  if (type == "array")
    for (const Json& element : value)
      if (std::string bad = defect(root, schema["items"], element, at + "[]"); !bad.empty()) return bad;
  if (type != "object") return {};
  for (const Json& key : schema["required"])
    if (!value.contains(key.get<std::string>())) return at + ": no " + key.get<std::string>();
  for (const auto& [key, member] : value.items()) {
    if (!schema["properties"].contains(key)) return at + ": unknown member " + key;
    if (std::string bad = defect(root, schema["properties"][key], member, at + '.' + key); !bad.empty()) return bad;
  }
  return {};
}

}  // namespace

TEST_CASE("plan: the worst of its operations, times added up") {
  const Plan mixed = mixed_plan();
  CHECK(level(mixed) == RiskLevel::critical);
  CHECK(data_loss(mixed) == DataLoss::high);
  CHECK(reversal(mixed) == Reversal::schema_only);
  CHECK(estimate(mixed) == Estimate{1506, 4284, "catalog only; 45 rows written"});
  CHECK(level(Plan{}) == RiskLevel::safe);
  CHECK(reversal(Plan{}) == Reversal::exact);
  CHECK(estimate(Plan{}) == Estimate{});
  Plan endless = mixed;
  endless.operations[0].assessment.time.high_ms = std::numeric_limits<std::uint64_t>::max();
  CHECK(estimate(endless).high_ms == std::numeric_limits<std::uint64_t>::max());
}

TEST_CASE("plan: description of one operation and of several") {
  CHECK(describe(Plan{}) == "no changes");
  CHECK(described({operation(K::add_column, "user", "phone")}) == "add column phone to user");
  CHECK(describe(safe_plan()) == "add 3 columns to user");
  CHECK(described({operation(K::create_table, "a"), operation(K::create_table, "b")}) == "create tables a, b");
  CHECK(described({operation(K::add_column, "a", "x"), operation(K::add_column, "b", "x"),
                   operation(K::add_column, "a", "y")}) == "add 3 columns to 2 tables");
  CHECK(described({operation(K::add_column, "a", "x"), operation(K::drop_index, "b", "i"),
                   operation(K::add_column, "a", "y")}) == "add 2 columns to a and drop index i from b");
  CHECK(described({operation(K::add_index, "a", "i"), operation(K::add_index, "a", "j")}) == "add 2 indexes to a");
  Plan titles;
  titles.steps.push_back({"rebuild table users", {Run{"SELECT 1"}}, {}});
  CHECK(describe(titles) == "rebuild table users");
}

TEST_CASE("plan: a description never grows beyond a line") {
  const std::string long_name(200, 'n');
  CHECK(described({operation(K::create_table, long_name)}).size() < 80);
  std::vector<Operation> many;
  for (std::size_t i = 0; i < operation_kinds; ++i)
    many.push_back(operation(static_cast<K>(i), "some_table", "some_part", "a → b"));
  const std::string text = described(many);
  CHECK(text.size() <= 72);
  CHECK(text.find(" more changes") != std::string::npos);
  // Cut between characters, not inside one.
  const std::string wide =
      described({operation(K::create_table, std::string("aä") + std::string(40, 'x') +
                                                "日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語")});
  CHECK_NOTHROW(static_cast<void>(Json(wide).dump()));
  CHECK(wide.ends_with("…"));
}

TEST_CASE("plan: every kind of operation describes itself") {
  for (std::size_t i = 0; i < operation_kinds; ++i) {
    const Operation o = operation(static_cast<K>(i), "t", "part", "a → b");
    std::string words(to_string(o.kind));
    words.replace(words.find('_'), 1, " ");
    CHECK(o.description().starts_with(words + " "));
  }
}

TEST_CASE("plan: SQL of both directions") {
  const Plan mixed = mixed_plan();
  const std::vector<std::string> up = sql_up(mixed), down = sql_down(mixed);
  REQUIRE(up.size() == 7);
  CHECK(up[2] == "INSERT INTO user_new\nSELECT id, age, email FROM \"user\";");
  CHECK(up[3] == "-- check: same rows: SELECT id, email FROM user_new = SELECT id, email FROM \"user\"");
  REQUIRE(down.size() == 5);
  CHECK(down.front() == "ALTER TABLE \"order\" RENAME COLUMN total TO sum;");
  CHECK(down[3] == "-- check: no rows: SELECT 1 FROM audit_log");
  CHECK(down.back() == "DROP TABLE audit_log;");
  Plan commented;
  commented.steps.push_back({"", {Run{"SELECT 1 -- one"}}, {}});
  CHECK(sql_up(commented).front() == "SELECT 1 -- one\n;");
}

TEST_CASE("plan: the inverse goes back, and back again") {
  const Plan mixed = mixed_plan(), back = inverse(mixed);
  CHECK(back.from == mixed.to);
  CHECK(back.to == mixed.from);
  CHECK(back.operations == mixed.rollback);
  CHECK(back.rollback == mixed.operations);
  CHECK(back.set_aside == mixed.rollback_set_aside);
  CHECK(back.rollback_set_aside == mixed.set_aside);
  CHECK(sql_up(back) == sql_down(mixed));
  CHECK(sql_down(back) == sql_up(mixed));
  CHECK(back.steps.front().title == "rename column sum");
  CHECK(inverse(back) == mixed);
}

TEST_CASE("plan: the checksum follows what runs and nothing else") {
  const Plan mixed = mixed_plan();
  const std::string sum = checksum(mixed);
  CHECK(sum.size() == 64);
  CHECK(checksum(mixed_plan()) == sum);
  Plan same = mixed;
  same.operations[0].assessment.time.high_ms = 9;
  same.notes.clear();
  CHECK(checksum(same) == sum);
  Plan other = mixed;
  other.to = "elsewhere";
  CHECK(checksum(other) != sum);
  other = mixed;
  std::get<Run>(other.steps[2].down[0]).sql += ' ';
  CHECK(checksum(other) != sum);
  other = mixed;
  std::get<SameRows>(other.steps[1].up[2]).left = "SELECT 2";
  CHECK(checksum(other) != sum);
  other = mixed;
  std::swap(other.steps[0].up, other.steps[0].down);
  CHECK(checksum(other) != sum);
}

TEST_CASE("plan: JSON is read back as it was written") {
  for (const Plan& plan : {safe_plan(), mixed_plan(), hostile_plan(), empty_plan(), Plan{}, inverse(mixed_plan())}) {
    const std::string document = to_json(plan);
    CHECK(plan_from_json(document) == plan);
    CHECK(to_json(plan_from_json(document)) == document);
  }
  Plan bytes = safe_plan();
  bytes.operations[0].table = std::string("a\0b\xff\x80", 5);
  bytes.steps[0].up[0] = Run{"SELECT '\xc3\x28'"};
  CHECK(plan_from_json(to_json(bytes)) == bytes);
  CHECK(to_json(bytes).find("\"hex\": \"610062ff80\"") != std::string::npos);
}

TEST_CASE("plan: JSON conforms to the schema that is shipped") {
  std::ifstream file(DATAFLOW_SOURCE_DIR "/share/dataflow/dataflow.schema.json");
  const Json all = Json::parse(file);
  const Json schema = all["$defs"]["plan"];
  for (const Plan& plan : {safe_plan(), mixed_plan(), hostile_plan(), empty_plan()})
    CHECK(defect(all, schema, Json::parse(to_json(plan)), "plan") == "");
  Json document = Json::parse(to_json(mixed_plan()));
  document["operations"][1]["assessment"].erase("reason");
  CHECK(defect(all, schema, document, "plan") == "plan.operations[].assessment: no reason");
  document = Json::parse(to_json(mixed_plan()));
  document["steps"][0]["up"][0] = {{"walk", ""}};
  CHECK(defect(all, schema, document, "plan") == "plan.steps[].up[]: no alternative fits");
  CHECK(all["$defs"]["operation_type"]["enum"].size() == operation_kinds);
}

TEST_CASE("plan: a document that is no plan is refused with its place") {
  CHECK(refusal("") == "the plan is not JSON: line 1");
  CHECK(refusal("{\n\"dataflow_plan\": ,\n}") == "the plan is not JSON: line 2");
  CHECK(refusal("[]") == "the document: expected an object, found array");
  CHECK(refusal("{}") == "the plan has no \"dataflow_plan\"");
  CHECK(refusal(R"({"dataflow_plan": 2})") == "this is version 2 of the plan format; version 1 can be read");
  CHECK(refusal(R"({"dataflow_plan": -1})") == "dataflow_plan: expected a number that is not negative, found number");

  const std::string good = to_json(mixed_plan());
  const auto edited = [&](auto&& edit) {
    Json document = Json::parse(good);
    edit(document);
    return refusal(document.dump());
  };
  CHECK(edited([](Json& d) { d["operations"][0]["type"] = "truncate"; }) ==
        "operations[0].type: unknown word \"truncate\"");
  CHECK(edited([](Json& d) { d["operations"][2]["assessment"]["level"] = 3; }) ==
        "operations[2].assessment.level: expected a text, found number");
  CHECK(edited([](Json& d) { d["steps"][1].erase("down"); }) == "the plan has no \"steps[1].down\"");
  CHECK(edited([](Json& d) {
          d["steps"][1]["up"][0] = {{"run", 1}, {"no_rows", 2}};
        }).starts_with("steps[1].up[0]: expected an object with one member"));
  CHECK(edited([](Json& d) {
          d["steps"][1]["up"][0] = {{"walk", 1}};
        }).starts_with("steps[1].up[0]: expected an object with one member"));
  CHECK(edited([](Json& d) { d["notes"] = "none"; }) == "notes: expected a list, found string");
  CHECK(edited([](Json& d) {
          d["notes"][0] = {{"hex", "0g"}};
        }) == "notes[0].hex: expected pairs of lower-case hexadecimal digits, found string");
  CHECK(edited([](Json& d) { d["operations"][0]["step"] = 99; }) ==
        "\"create table audit_log\" stands in step 99, which the plan does not have");
  CHECK(edited([](Json& d) { d["candidates"][0]["is_column"] = 1; }) ==
        "candidates[0].is_column: expected true or false, found number");
  CHECK(edited([](Json& d) { d["steps"][0]["up"][0]["run"]["sql"] = "DROP TABLE \"user\""; }) ==
        "the plan was changed after it was made: its checksum does not match");
  CHECK(edited([](Json&) {}) == "accepted");
}
