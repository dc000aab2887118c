// The documents of JSON mode.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

#include "dataflow/error.hpp"
#include "dataflow/execute.hpp"
#include "dataflow/files.hpp"

namespace dataflow::cli {

using Json = nlohmann::ordered_json;

Json json_of(const Error& error);
Json json_of(const Plan& plan);
Json json_of(const Operation& operation);
Json json_of(const Migration& migration);
Json json_of(const Backup& backup);
Json json_of(const MigrationFile& file);
Json json_of(const MigrationConflict& conflict);
Json json_of(const AppliedFile& applied);
/// Every element through json_of.
template <class T> Json json_of(const std::vector<T>& values) {
  Json list = Json::array();
  for (const T& value : values) list.push_back(json_of(value));
  return list;
}

/// {"ok": false, "error": {…}}
Json failure_document(const Error& error);
/// Pretty-printed; bytes that are no UTF-8 are replaced.
std::string dump(const Json& document);

}  // namespace dataflow::cli
