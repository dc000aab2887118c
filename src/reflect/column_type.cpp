#include "dataflow/reflect/column_type.hpp"

#include <charconv>

#include "dataflow/error.hpp"
#include "dataflow/reflect/types.hpp"

namespace dataflow {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view uuid_shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string to_string(const uuid& id) {
  std::string text;
  std::size_t nibble = 0;
  for (char shape : uuid_shape) {
    if (shape == '-') {
      text += '-';
      continue;
    }
    const std::uint8_t byte = id.bytes[nibble / 2];
    text += hex_digits[nibble % 2 == 0 ? byte >> 4 : byte & 0xF];
    ++nibble;
  }
  return text;
}

uuid parse_uuid(std::string_view text) {
  uuid id;
  std::size_t nibble = 0;
  bool good = text.size() == uuid_shape.size();
  for (std::size_t i = 0; good && i < text.size(); ++i) {
    if (uuid_shape[i] == '-') {
      good = text[i] == '-';
      continue;
    }
    const int value = hex_value(text[i]);
    good = value >= 0;
    if (!good) break;
    id.bytes[nibble / 2] = static_cast<std::uint8_t>(id.bytes[nibble / 2] << 4 | value);
    ++nibble;
  }
  if (!good)
    throw Error(ErrorCode::usage, "\"" + std::string(text) + "\" is not a UUID",
                "write 32 hexadecimal digits in groups of 8-4-4-4-12");
  return id;
}

namespace reflect {

Type scalar(Kind kind, std::uint32_t length, std::uint32_t precision, std::uint32_t scale) {
  Type type;
  type.kind = kind;
  type.length = length;
  type.precision = precision;
  type.scale = scale;
  return type;
}

Type enumeration(std::string_view spelled_name, const char* const* labels, std::size_t size) {
  Type type;
  type.kind = Kind::enumeration;
  type.name = snake_case(type_name(spelled_name));
  type.labels.assign(labels, labels + size);
  return type;
}

Initial initial(std::optional<Literal> value, const std::optional<Literal>& zero) {
  const bool same = value == zero;
  return {std::move(value), same};
}

std::optional<Literal> decimal_literal(const std::string& digits) {
  const bool zero = digits.find_first_not_of("+-0.") == std::string::npos;
  return Literal{zero ? "0" : digits};
}

std::optional<Literal> float_literal(float value) {
  char text[64];
  const auto written = std::to_chars(text, text + sizeof text, value);
  double shortest = value;
  std::from_chars(text, written.ptr, shortest);
  return Literal{shortest};
}

}  // namespace reflect
}  // namespace dataflow
