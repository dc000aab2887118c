#include "cli/json_schema.hpp"

#include <algorithm>
#include <set>

#include "cli/command.hpp"
#include "cli/source.hpp"
#include "core/text.hpp"

namespace dataflow::cli {

namespace {
constexpr std::string_view local = "#/$defs/";

std::string name_in(const Json& reference) { return reference.get<std::string>().substr(local.size()); }

/// The definitions that `value` needs, and those they need.
void collect(const Json& all, const Json& value, std::set<std::string>& names) {
  if (value.is_object() && value.contains("$ref") && names.insert(name_in(value["$ref"])).second)
    collect(all, all.at(name_in(value["$ref"])), names);
  if (value.is_structured())
    for (const Json& member : value) collect(all, member, names);
}

std::string key_of(std::string name) {
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}
}  // namespace

std::vector<std::string> documents_with_schema() {
  std::vector<std::string> names;
  const Json whole = Json::parse(json_schema_text);
  for (const Json& reference : whole["anyOf"]) {
    names.push_back(name_in(reference["$ref"]));
    std::replace(names.back().begin(), names.back().end(), '_', ' ');
  }
  return names;
}

Json json_schema(const std::string& name) {
  Json whole = Json::parse(json_schema_text);
  if (name.empty()) return whole;
  const std::vector<std::string> known = documents_with_schema();
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    const std::string near = suggestion(name, known);
    throw Error(ErrorCode::not_found, "there is no JSON Schema for " + shown(name),
                near.empty() ? "there is one for " + join(known, ", ") : "did you mean " + near + "?");
  }
  const Json& all = whole["$defs"];
  Json schema = {{"$schema", whole["$schema"]}, {"title", "dataflow " + name}};
  for (const auto& [key, value] : all[key_of(name)].items()) schema[key] = value;
  std::set<std::string> names;
  collect(all, schema, names);
  for (const auto& [key, value] : all.items())
    if (names.contains(key)) schema["$defs"][key] = value;
  return schema;
}

}  // namespace dataflow::cli
