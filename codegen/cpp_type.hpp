// Which C++ type a column gets.
#pragma once
#include <optional>
#include <string>

#include "dataflow/schema.hpp"

namespace dataflow::codegen {

struct CppType {
  std::string spelled;  ///< "std::int64_t", without std::optional
  Type logical;         ///< what a model's column of it says
};

/// The type whose values the column holds; text where C++ has none.
CppType cpp_type(const Type& type);
/// An array of it.
CppType array_of(CppType element, std::uint8_t dimensions);

/// The column's default as a member's initialiser.
struct Initialiser {
  std::string text;   ///< "true", "\"open\""
  bool zero = false;  ///< the value that a member has anyway: it counts only when it is asked for
};
/// Nothing where the same default would not come back. `dialect` says how its server writes constants.
std::optional<Initialiser> initialiser(const Default& value, const CppType& type, std::string_view dialect);

}  // namespace dataflow::codegen
