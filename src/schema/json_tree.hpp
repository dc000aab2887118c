// A JSON document that remembers on which line each of its values stands.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace dataflow {

struct JsonTree {
  using Array = std::vector<JsonTree>;
  using Object = std::vector<std::pair<std::string, JsonTree>>;
  std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, Array, Object> value = {};
  std::size_t line = 1;
};

/// "a number", "a string", "an object".
std::string_view noun(const JsonTree& tree);

/// Throws Error{bad_document} with the line for text that is not JSON, that has a key twice in one object, or that is
/// nested deeper than any document of ours.
JsonTree parse_json(std::string_view text);

}  // namespace dataflow
