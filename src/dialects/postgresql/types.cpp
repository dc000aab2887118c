#include <algorithm>
#include <charconv>
#include <optional>

#include "core/text.hpp"
#include "dialects/postgresql/postgresql.hpp"

namespace dataflow::postgresql {

namespace {

/// What may stand in parentheses, and what its absence means.
enum class Modifier : std::uint8_t { none, length, digits, fraction };

/// A logical type and its spelling; digits in parentheses go where `modifier` says, before `tail`. The first row of a
/// kind is the one written; all are understood. `timestamp` is the one with a time zone, `json` the binary one: what
/// converts into it by more than its spelling (timestamp without time zone, json) is another type.
struct Spelling {
  Kind kind;
  std::string_view head, tail;
  Modifier modifier;
};
constexpr Spelling spellings[] = {
    {Kind::boolean, "boolean", "", Modifier::none},
    {Kind::boolean, "bool", "", Modifier::none},
    {Kind::int16, "smallint", "", Modifier::none},
    {Kind::int16, "int2", "", Modifier::none},
    {Kind::int8, "smallint", "", Modifier::none},
    {Kind::int32, "integer", "", Modifier::none},
    {Kind::int32, "int", "", Modifier::none},
    {Kind::int32, "int4", "", Modifier::none},
    {Kind::int64, "bigint", "", Modifier::none},
    {Kind::int64, "int8", "", Modifier::none},
    {Kind::float32, "real", "", Modifier::none},
    {Kind::float32, "float4", "", Modifier::none},
    {Kind::float64, "double precision", "", Modifier::none},
    {Kind::float64, "float8", "", Modifier::none},
    {Kind::float64, "float", "", Modifier::none},
    {Kind::decimal, "numeric", "", Modifier::digits},
    {Kind::decimal, "decimal", "", Modifier::digits},
    {Kind::uint64, "numeric(20,0)", "", Modifier::none},
    {Kind::text, "text", "", Modifier::none},
    {Kind::varchar, "character varying", "", Modifier::length},
    {Kind::varchar, "varchar", "", Modifier::length},
    {Kind::bytes, "bytea", "", Modifier::none},
    {Kind::date, "date", "", Modifier::none},
    {Kind::time, "time", " without time zone", Modifier::fraction},
    {Kind::time, "time", "", Modifier::fraction},
    {Kind::timestamp, "timestamp", " with time zone", Modifier::fraction},
    {Kind::timestamp, "timestamptz", "", Modifier::fraction},
    {Kind::uuid, "uuid", "", Modifier::none},
    {Kind::json, "jsonb", "", Modifier::none},
};

/// What a time has when nothing is said.
constexpr std::uint32_t microseconds = 6;

/// "(10,2)" at the front of `text`: its numbers; `text` loses it. Nothing when that is not what stands there.
std::optional<std::vector<std::uint32_t>> take_numbers(std::string_view& text) {
  std::vector<std::uint32_t> numbers;
  if (!text.starts_with('(')) return numbers;
  const std::size_t close = text.find(')');
  if (close == std::string_view::npos) return std::nullopt;
  for (const std::string& word : split(text.substr(1, close - 1), ',')) {
    const std::string_view digits = trim(word);
    std::uint32_t number = 0;
    const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (end.ec != std::errc{} || end.ptr != digits.data() + digits.size()) return std::nullopt;
    numbers.push_back(number);
  }
  text.remove_prefix(close + 1);
  return numbers;
}

bool read(const Spelling& s, std::string_view text, Type& out) {
  if (!text.starts_with(s.head)) return false;
  text.remove_prefix(s.head.size());
  const auto numbers = take_numbers(text);
  if (!numbers || text != s.tail) return false;
  const auto number = [&](std::size_t i, std::uint32_t otherwise) {
    return i < numbers->size() ? (*numbers)[i] : otherwise;
  };
  if (s.modifier == Modifier::none && !numbers->empty()) return false;
  if (s.modifier == Modifier::length) out.length = number(0, 0);
  if (s.modifier == Modifier::digits) out.precision = number(0, 0), out.scale = number(1, 0);
  if (s.modifier == Modifier::fraction) out.precision = number(0, microseconds);
  out.kind = s.kind;
  return true;
}

std::string modifier(const Spelling& s, const Type& type) {
  const auto in_parentheses = [](const std::string& text) { return "(" + text + ")"; };
  switch (s.modifier) {
    case Modifier::none: return {};
    case Modifier::length: return type.length == 0 ? "" : in_parentheses(std::to_string(type.length));
    case Modifier::digits:
      return type.precision == 0 ? ""
                                 : in_parentheses(std::to_string(type.precision) + "," + std::to_string(type.scale));
    case Modifier::fraction: return type.precision == 0 ? "" : in_parentheses(std::to_string(type.precision));
  }
  return {};
}

}  // namespace

Type read_type(std::string_view spelled) {
  Type out{.kind = Kind::other, .spelled = std::string(spelled)};
  std::string_view element = spelled;
  for (; element.ends_with("[]"); element.remove_suffix(2)) ++out.dimensions;
  for (const Spelling& s : spellings)
    if (read(s, element, out)) break;
  return out;
}

std::string type_name(const Type& type) {
  if (!type.spelled.empty()) return type.spelled;
  std::string out;
  if (type.kind == Kind::enumeration || type.kind == Kind::other) {
    out = quote(type.name.text);
  } else {
    const auto* s = std::find_if(std::begin(spellings), std::end(spellings),
                                 [&](const Spelling& row) { return row.kind == type.kind; });
    out = std::string(s->head) + modifier(*s, type) + std::string(s->tail);
  }
  // PostgreSQL keeps no number of dimensions.
  return type.dimensions > 0 ? out + "[]" : out;
}

bool same_type(const Type& a, const Type& b) { return type_name(a) == type_name(b); }

}  // namespace dataflow::postgresql
