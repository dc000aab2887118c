#include "dialects/postgresql/kinds.hpp"

#include <algorithm>

#include "core/text.hpp"
#include "dataflow/error.hpp"

namespace dataflow::postgresql {

namespace {

constexpr DefinitionKind kinds[] = {
    // kind, keyword, naming, grants, owner, replace, rank
    {"schema", "SCHEMA", Naming::bare, "SCHEMA", true, false, 0},
    {"extension", "EXTENSION", Naming::bare, "", false, false, 5},
    {"shell type", "TYPE", Naming::qualified, "TYPE", true, false, 10},
    {"collation", "COLLATION", Naming::qualified, "", true, false, 15},
    {"enum", "TYPE", Naming::qualified, "TYPE", true, false, 20},
    {"domain", "DOMAIN", Naming::qualified, "TYPE", true, false, 25},
    {"composite type", "TYPE", Naming::qualified, "TYPE", true, false, 25},
    {"range type", "TYPE", Naming::qualified, "TYPE", true, false, 25},
    {"base type", "TYPE", Naming::qualified, "TYPE", true, false, 25},
    {"sequence", "SEQUENCE", Naming::qualified, "SEQUENCE", true, false, 30},
    {"function", "FUNCTION", Naming::signature, "FUNCTION", true, true, 35},
    {"procedure", "PROCEDURE", Naming::signature, "PROCEDURE", true, true, 35},
    {"aggregate", "AGGREGATE", Naming::signature, "FUNCTION", true, true, 36},
    {"language", "LANGUAGE", Naming::bare, "LANGUAGE", true, true, 37},
    {"access method", "ACCESS METHOD", Naming::bare, "", false, false, 38},
    {"operator", "OPERATOR", Naming::left_right, "", true, false, 40},
    {"operator family", "OPERATOR FAMILY", Naming::method, "", true, false, 41},
    {"operator class", "OPERATOR CLASS", Naming::method, "", true, false, 42},
    {"cast", "CAST", Naming::verbatim, "", false, false, 45},
    {"conversion", "CONVERSION", Naming::qualified, "", true, false, 45},
    {"transform", "TRANSFORM", Naming::verbatim, "", false, true, 45},
    {"text search parser", "TEXT SEARCH PARSER", Naming::qualified, "", false, false, 46},
    {"text search template", "TEXT SEARCH TEMPLATE", Naming::qualified, "", false, false, 46},
    {"text search dictionary", "TEXT SEARCH DICTIONARY", Naming::qualified, "", true, false, 47},
    {"text search configuration", "TEXT SEARCH CONFIGURATION", Naming::qualified, "", true, false, 48},
    {"foreign data wrapper", "FOREIGN DATA WRAPPER", Naming::bare, "FOREIGN DATA WRAPPER", true, false, 50},
    {"server", "SERVER", Naming::bare, "FOREIGN SERVER", true, false, 51},
    {"user mapping", "USER MAPPING", Naming::verbatim, "", false, false, 52},
    // table_rank
    {"view", "VIEW", Naming::qualified, "TABLE", true, true, 65},
    {"materialized view", "MATERIALIZED VIEW", Naming::qualified, "TABLE", true, false, 65},
    {"index", "INDEX", Naming::qualified, "", false, false, 66},
    {"exclusion constraint", "CONSTRAINT", Naming::relation, "", false, false, 70},
    {"statistics", "STATISTICS", Naming::qualified, "", true, false, 71},
    {"rule", "RULE", Naming::relation, "", false, true, 72},
    {"policy", "POLICY", Naming::relation, "", false, false, 73},
    {"trigger", "TRIGGER", Naming::relation, "", false, true, 74},
    {"publication", "PUBLICATION", Naming::bare, "", true, false, 80},
    // They would act on what is created after them.
    {"event trigger", "EVENT TRIGGER", Naming::bare, "", true, false, 90},
    {"default privileges", "DEFAULT PRIVILEGES", Naming::nothing, "", false, false, 95},
};

std::string attribute(const Definition& definition, const std::string& key) {
  const auto at = definition.attributes.find(key);
  return at == definition.attributes.end() ? std::string() : at->second;
}

bool has_default(const Part& argument) {
  const std::string text = upper(argument.text.text);
  return text.find(" DEFAULT ") != std::string::npos || text.find(" = ") != std::string::npos;
}

/// Arguments keep their names and their defaults; a name or a default may be added.
bool same_arguments(const Definition& before, const Definition& after) {
  return std::equal(before.parts.begin(), before.parts.end(), after.parts.begin(), after.parts.end(),
                    [](const Part& a, const Part& b) {
                      return (a.name.empty() || a.name == b.name) && (!has_default(a) || has_default(b));
                    });
}

bool columns_only_added(const Definition& before, const Definition& after) {
  return !before.parts.empty() && before.parts.size() <= after.parts.size() &&
         std::equal(before.parts.begin(), before.parts.end(), after.parts.begin());
}

bool on_constraint(const Definition& trigger) {
  return equal_ignoring_case(trigger.text.text.substr(0, 17), "CREATE CONSTRAINT");
}

}  // namespace

std::span<const DefinitionKind> all_kinds() { return kinds; }

const DefinitionKind* find_kind(std::string_view kind) {
  const auto* at =
      std::find_if(std::begin(kinds), std::end(kinds), [&](const DefinitionKind& row) { return row.kind == kind; });
  return at == std::end(kinds) ? nullptr : at;
}

const DefinitionKind& kind_of(std::string_view kind) {
  if (const DefinitionKind* row = find_kind(kind)) return *row;
  throw Error(ErrorCode::unsupported, "PostgreSQL has nothing that is called " + std::string(kind),
              "the schema was written by another server or a newer dataflow");
}

bool replaceable(const Definition& before, const Definition& after) {
  if (before.kind != after.kind || !kind_of(after.kind).replace) return false;
  if (before.schema != after.schema || before.name != after.name || before.on != after.on) return false;
  if (after.kind == "view") return columns_only_added(before, after);
  if (after.kind == "trigger") return !on_constraint(before) && !on_constraint(after);
  if (after.kind == "function" || after.kind == "procedure" || after.kind == "aggregate")
    return attribute(before, "returns") == attribute(after, "returns") && same_arguments(before, after);
  return true;
}

std::string create_or_replace(const Definition& definition) {
  constexpr std::string_view create = "CREATE ", or_replace = "OR REPLACE ";
  std::string text = definition.text.text;
  if (equal_ignoring_case(text.substr(0, create.size()), create) &&
      !equal_ignoring_case(text.substr(create.size(), or_replace.size()), or_replace))
    text.insert(create.size(), or_replace);
  return text;
}

}  // namespace dataflow::postgresql
