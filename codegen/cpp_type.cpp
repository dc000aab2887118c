#include "codegen/cpp_type.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>

#include "codegen/names.hpp"
#include "core/text.hpp"

namespace dataflow::codegen {

namespace {

constexpr std::uint32_t most_digits = 1000;  // of df::decimal

CppType decimal(const Type& type) {
  if (type.precision == 0 || type.precision > most_digits || type.scale > type.precision)
    return {"std::string", {.kind = Kind::text}};
  return {"df::decimal<" + std::to_string(type.precision) + ", " + std::to_string(type.scale) + ">",
          {.kind = Kind::decimal, .precision = type.precision, .scale = type.scale}};
}

CppType timestamp(std::uint32_t digits) {
  if (digits == 0) return {"std::chrono::sys_seconds", {.kind = Kind::timestamp}};
  if (digits == 3)
    return {"std::chrono::sys_time<std::chrono::milliseconds>", {.kind = Kind::timestamp, .precision = 3}};
  return {"df::timestamp", {.kind = Kind::timestamp, .precision = 6}};
}

CppType scalar(const Type& type) {
  const auto plain = [&](const char* spelled) { return CppType{spelled, {.kind = type.kind}}; };
  switch (type.kind) {
    case Kind::boolean: return plain("bool");
    case Kind::int8: return plain("std::int8_t");
    case Kind::int16: return plain("std::int16_t");
    case Kind::int32: return plain("std::int32_t");
    case Kind::int64: return plain("std::int64_t");
    case Kind::uint64: return plain("std::uint64_t");
    case Kind::float32: return plain("float");
    case Kind::float64: return plain("double");
    case Kind::decimal: return decimal(type);
    case Kind::varchar:
      if (type.length > 0)
        return {"df::varchar<" + std::to_string(type.length) + ">", {.kind = Kind::varchar, .length = type.length}};
      break;
    case Kind::bytes: return plain("std::vector<std::byte>");
    case Kind::date: return plain("std::chrono::year_month_day");
    case Kind::time: return {"df::time_of_day", {.kind = Kind::time, .precision = 6}};
    case Kind::timestamp: return timestamp(type.precision);
    case Kind::uuid: return plain("df::uuid");
    case Kind::json: return plain("df::json");
    case Kind::text:
    case Kind::enumeration:
    case Kind::other: break;
  }
  return {"std::string", {.kind = Kind::text}};
}

bool whole_number(std::string_view text) {
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  return !digits.empty() && digits.size() <= 18 && (digits[0] != '0' || text == "0") &&
         std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<Initialiser> whole(std::string_view text, Kind kind) {
  if (!whole_number(text)) return std::nullopt;
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  const auto fits = [&](auto limits) { return value >= limits.min() && value <= limits.max(); };
  const bool fitting = kind == Kind::int8    ? fits(std::numeric_limits<std::int8_t>())
                       : kind == Kind::int16 ? fits(std::numeric_limits<std::int16_t>())
                       : kind == Kind::int32 ? fits(std::numeric_limits<std::int32_t>())
                                             : kind == Kind::int64 || value >= 0;
  if (!fitting) return std::nullopt;
  return Initialiser{std::string(text), value == 0};
}

std::optional<Initialiser> truth(std::string_view text, std::string_view dialect) {
  const bool number = dialect == "mariadb";
  if (text == (number ? "1" : "true")) return Initialiser{"true", false};
  if (text == (number ? "0" : "false")) return Initialiser{"false", true};
  return std::nullopt;
}

std::optional<Initialiser> words(std::string_view text, Kind kind, std::string_view dialect) {
  if (dialect == "postgresql") {
    const std::string_view cast = kind == Kind::varchar ? "::character varying" : "::text";
    if (!text.ends_with(cast)) return std::nullopt;
    text.remove_suffix(cast.size());
  }
  if (text.size() < 3 || text.front() != '\'' || text.back() != '\'') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  if (text.find_first_of("'\\") != std::string_view::npos) return std::nullopt;
  return Initialiser{string_literal(text), false};
}

bool is_integer(Kind kind) {
  return kind == Kind::int8 || kind == Kind::int16 || kind == Kind::int32 || kind == Kind::int64 ||
         kind == Kind::uint64;
}

}  // namespace

CppType cpp_type(const Type& type) {
  Type element = type;
  element.dimensions = 0;
  return array_of(scalar(element), type.dimensions);
}

CppType array_of(CppType element, std::uint8_t dimensions) {
  for (std::uint8_t i = 0; i < dimensions; ++i) element.spelled = "std::vector<" + element.spelled + ">";
  element.logical.dimensions = dimensions;
  return element;
}

std::optional<Initialiser> initialiser(const Default& value, const CppType& type, std::string_view dialect) {
  const auto* sql = std::get_if<Sql>(&value);
  if (sql == nullptr || type.logical.dimensions > 0) return std::nullopt;
  const std::string_view text = sql->text;
  if (is_integer(type.logical.kind)) return whole(text, type.logical.kind);
  if (type.logical.kind == Kind::boolean) return truth(text, dialect);
  if (type.logical.kind == Kind::text || type.logical.kind == Kind::varchar)
    return words(text, type.logical.kind, dialect);
  return std::nullopt;
}

}  // namespace dataflow::codegen
