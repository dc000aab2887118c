// C++ names for database names.
#pragma once
#include <set>
#include <string>
#include <string_view>

namespace dataflow::codegen {

/// Whether C++ takes it as a name: no keyword, nothing reserved, no common macro.
bool is_cpp_name(std::string_view name);
/// The name itself where C++ takes it, else the nearest that it does: "order details" is order_details, "class" class_.
std::string member_name(std::string_view name);
/// "film_actor" is FilmActor, "order details" OrderDetails.
std::string type_name(std::string_view name);

/// Names that are given once each.
class Names {
 public:
  /// `wanted`, or `wanted` with the first number that makes it new.
  std::string take(const std::string& wanted);

 private:
  std::set<std::string> taken_;
};

/// A C++ string literal. Text that needs no escapes but has lines or quotes becomes a raw one.
std::string string_literal(std::string_view text);

}  // namespace dataflow::codegen
