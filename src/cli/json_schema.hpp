// The JSON Schema of the documents that commands print, as it is published in share/dataflow/dataflow.schema.json.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cli/json.hpp"

namespace dataflow::cli {

/// The text of the published file, compiled in.
extern const std::string_view json_schema_text;

/// The documents that have a definition of their own: "plan", "difference", …, and commands: "migrate auto".
std::vector<std::string> documents_with_schema();
/// The schema of one document, complete in itself; the whole file where `name` is empty.
/// Throws Error{not_found} with the nearest name.
Json json_schema(const std::string& name);

}  // namespace dataflow::cli
