#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/mariadb/mariadb.hpp"
#include "dialects/mariadb/tokens.hpp"

namespace dataflow::mariadb {

namespace {

/// A type by the server's word for it. What its numbers in parentheses mean says the kind.
struct Spelling {
  std::string_view word;
  Kind kind, without_sign;
  std::string_view written = {};  ///< for this kind, where a model asks for it; empty: another row is
};

constexpr std::array spellings = std::to_array<Spelling>({
    {"tinyint", Kind::int8, Kind::int16, "tinyint"},
    {"smallint", Kind::int16, Kind::int32, "smallint"},
    {"mediumint", Kind::int32, Kind::int32},
    {"int", Kind::int32, Kind::int64, "int"},
    {"bigint", Kind::int64, Kind::uint64, "bigint"},
    {"float", Kind::float32, Kind::float32, "float"},
    {"double", Kind::float64, Kind::float64, "double"},
    {"decimal", Kind::decimal, Kind::decimal, "decimal"},
    {"char", Kind::varchar, Kind::varchar},
    {"varchar", Kind::varchar, Kind::varchar, "varchar"},
    {"tinytext", Kind::text, Kind::text},
    {"text", Kind::text, Kind::text},
    {"mediumtext", Kind::text, Kind::text},
    {"longtext", Kind::text, Kind::text, "longtext"},
    {"binary", Kind::bytes, Kind::bytes},
    {"varbinary", Kind::bytes, Kind::bytes},
    {"tinyblob", Kind::bytes, Kind::bytes},
    {"blob", Kind::bytes, Kind::bytes},
    {"mediumblob", Kind::bytes, Kind::bytes},
    {"longblob", Kind::bytes, Kind::bytes, "longblob"},
    {"date", Kind::date, Kind::date, "date"},
    {"time", Kind::time, Kind::time, "time"},
    {"datetime", Kind::timestamp, Kind::timestamp, "datetime"},
    {"timestamp", Kind::timestamp, Kind::timestamp},
    {"uuid", Kind::uuid, Kind::uuid, "uuid"},
    {"json", Kind::json, Kind::json, "json"},
    {"enum", Kind::enumeration, Kind::enumeration, "enum"},
});

std::uint32_t number(const Token& token) {
  std::uint32_t out = 0;
  std::from_chars(token.text.data(), token.text.data() + token.text.size(), out);
  return out;
}

/// What the server writes when a fraction is not asked for, made to hold what C++ has.
constexpr std::uint32_t microseconds = 6;

}  // namespace

Type read_type(std::string_view spelled) {
  Type type{.spelled = std::string(spelled)};
  const auto all = tokens(spelled);
  if (all.empty()) return type;
  const auto row =
      std::find_if(spellings.begin(), spellings.end(), [&](const Spelling& s) { return all[0].is(s.word); });
  if (row == spellings.end()) return type;
  const bool without_sign = std::any_of(all.begin(), all.end(), [](const Token& t) { return t.is("unsigned"); });
  type.kind = without_sign ? row->without_sign : row->kind;
  std::vector<Token> inside;
  if (all.size() > 1 && all[1].is('('))
    for (std::size_t i = 2; i < all.size() && !all[i].is(')'); ++i)
      if (!all[i].is(',')) inside.push_back(all[i]);
  if (type.kind == Kind::int8 && inside.size() == 1 && number(inside[0]) == 1) type.kind = Kind::boolean;
  switch (type.kind) {
    case Kind::varchar: type.length = inside.empty() ? 1 : number(inside[0]); break;
    case Kind::decimal:
      type.precision = inside.empty() ? 10 : number(inside[0]);
      type.scale = inside.size() < 2 ? 0 : number(inside[1]);
      break;
    case Kind::time:
    case Kind::timestamp: type.precision = inside.empty() ? 0 : number(inside[0]); break;
    case Kind::enumeration:
      for (const Token& label : inside) type.labels.push_back(label.value());
      break;
    default: break;
  }
  return type;
}

std::string type_name(const Type& type) {
  if (!type.spelled.empty()) return type.spelled;
  if (type.dimensions > 0)
    throw Error(ErrorCode::unsupported, "MariaDB has no arrays", "keep a list as JSON, or in a table of its own");
  switch (type.kind) {
    case Kind::boolean: return "tinyint(1)";
    case Kind::uint64: return "bigint unsigned";
    case Kind::varchar: return type.length == 0 ? "longtext" : "varchar(" + std::to_string(type.length) + ")";
    case Kind::decimal:
      return type.precision == 0 ? "decimal(65,30)"
                                 : "decimal(" + std::to_string(type.precision) + "," + std::to_string(type.scale) + ")";
    case Kind::time: return "time(" + std::to_string(type.precision == 0 ? microseconds : type.precision) + ")";
    case Kind::timestamp:
      return "datetime(" + std::to_string(type.precision == 0 ? microseconds : type.precision) + ")";
    case Kind::enumeration: {
      std::vector<std::string> labels;
      for (const std::string& label : type.labels) labels.push_back(text_literal(label));
      return "enum(" + join(labels, ",") + ")";
    }
    default: break;
  }
  for (const Spelling& s : spellings)
    if (s.kind == type.kind && !s.written.empty()) return std::string(s.written);
  throw Error(ErrorCode::unsupported, "MariaDB has no type for this column", "give the column a type of its own");
}

bool same_type(const Type& a, const Type& b) {
  if (a.spelled == b.spelled) return true;
  // Labels are values: their case counts.
  return a.labels == b.labels && a.kind == b.kind && same_tokens(a.spelled, b.spelled);
}

}  // namespace dataflow::mariadb
