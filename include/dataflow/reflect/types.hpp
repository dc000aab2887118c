// Small value types for what SQL has and C++ has not. They hold a value; they do no arithmetic.
#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace dataflow {

/// A string whose column holds at most `N` characters. The limit is the column's: assigning does not check it.
template <std::size_t N> struct varchar : std::string {
  static_assert(N >= 1, "dataflow: varchar<N> needs a length of at least 1; std::string has no limit");
  using std::string::string;
  using std::string::operator=;
  varchar() = default;
  varchar(std::string text) : std::string(std::move(text)) {}
};

/// An exact number of `Precision` digits, `Scale` of them after the point, kept as text: "-12.50".
template <unsigned Precision, unsigned Scale = 0> struct decimal {
  static_assert(Precision >= 1 && Precision <= 1000 && Scale <= Precision,
                "dataflow: decimal<Precision, Scale> needs 1 <= Precision <= 1000 and Scale <= Precision");
  std::string digits = "0";
  decimal() = default;
  decimal(std::string_view text) : digits(text) {}
  decimal(const char* text) : digits(text) {}
  decimal(std::integral auto number) : digits(std::to_string(number)) {}
  bool operator==(const decimal&) const = default;  ///< compares the text: "1.0" is not "1.00"
};

/// 128 bits. Starts as the nil UUID.
struct uuid {
  std::uint8_t bytes[16] = {};
  bool operator==(const uuid&) const = default;
};
/// "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
std::string to_string(const uuid& id);
/// Reads what to_string writes, in any case. Throws Error{usage}.
uuid parse_uuid(std::string_view text);

/// A JSON document as text. Nobody parses it here; empty means "no value yet".
struct json {
  std::string text;
  bool operator==(const json&) const = default;
};

}  // namespace dataflow
