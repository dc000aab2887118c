#include <algorithm>
#include <cctype>
#include <charconv>

#include "core/text.hpp"
#include "dialects/sqlite/sqlite.hpp"

namespace dataflow::sqlite {

namespace {

/// A logical type and how a column declares it. The first row of a kind is the one written; all are understood.
/// SQLite takes the affinity from the words: JSON TEXT keeps a document "1.0" from becoming the number 1.
struct Spelling {
  Kind kind;
  std::string_view declared;
  std::string_view strict;  ///< inside a STRICT table, which knows six types
};
constexpr Spelling spellings[] = {
    {Kind::boolean, "BOOLEAN", "INTEGER"},
    {Kind::boolean, "BOOL", "INTEGER"},
    {Kind::int8, "TINYINT", "INTEGER"},
    {Kind::int16, "SMALLINT", "INTEGER"},
    {Kind::int32, "INTEGER", "INTEGER"},
    {Kind::int32, "INT", "INT"},
    {Kind::int32, "MEDIUMINT", "INTEGER"},
    {Kind::int64, "BIGINT", "INTEGER"},
    {Kind::int16, "INT2", "INTEGER"},
    {Kind::int32, "INT4", "INTEGER"},
    {Kind::int64, "INT8", "INTEGER"},
    {Kind::uint64, "UNSIGNED BIGINT", "INTEGER"},
    {Kind::uint64, "UNSIGNED BIG INT", "INTEGER"},
    {Kind::float32, "FLOAT", "REAL"},
    {Kind::float64, "DOUBLE", "REAL"},
    {Kind::float64, "REAL", "REAL"},
    {Kind::float64, "DOUBLE PRECISION", "REAL"},
    {Kind::decimal, "DECIMAL", "TEXT"},
    {Kind::decimal, "NUMERIC", "TEXT"},
    {Kind::text, "TEXT", "TEXT"},
    {Kind::text, "CLOB", "TEXT"},
    {Kind::varchar, "VARCHAR", "TEXT"},
    {Kind::varchar, "NVARCHAR", "TEXT"},
    {Kind::varchar, "CHARACTER VARYING", "TEXT"},
    {Kind::varchar, "CHAR", "TEXT"},
    {Kind::varchar, "CHARACTER", "TEXT"},
    {Kind::bytes, "BLOB", "BLOB"},
    {Kind::date, "DATE", "TEXT"},
    {Kind::time, "TIME", "TEXT"},
    {Kind::timestamp, "TIMESTAMP", "TEXT"},
    {Kind::timestamp, "DATETIME", "TEXT"},
    {Kind::uuid, "UUID", "TEXT"},
    {Kind::json, "JSON TEXT", "TEXT"},
    {Kind::json, "JSON", "TEXT"},
    {Kind::json, "JSONB", "BLOB"},
    {Kind::enumeration, "TEXT", "TEXT"},
    {Kind::other, "", "ANY"},
};

const Spelling& spelling(Kind kind) {
  return *std::find_if(std::begin(spellings), std::end(spellings), [&](const Spelling& s) { return s.kind == kind; });
}

/// Whether a declared type can stand there without quotes.
bool plain(std::string_view declared) {
  return std::all_of(declared.begin(), declared.end(), [](unsigned char c) {
    return std::isalnum(c) || std::isspace(c) || c >= 0x80 ||
           std::string_view("_(),+-.").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

/// "DECIMAL(10,2)" into "DECIMAL", 10, 2. Blanks inside are folded.
std::string base_of(std::string_view declared, std::uint32_t& first, std::uint32_t& second) {
  std::string base;
  std::vector<std::uint32_t> numbers;
  for (std::size_t i = 0; i < declared.size();) {
    const auto c = static_cast<unsigned char>(declared[i]);
    if (c == '(') {
      while (i < declared.size() && declared[i] != ')') {
        std::uint32_t number = 0;
        const auto end = std::from_chars(declared.data() + i, declared.data() + declared.size(), number);
        if (end.ec == std::errc{})
          numbers.push_back(number), i = static_cast<std::size_t>(end.ptr - declared.data());
        else
          ++i;
      }
      ++i;
    } else if (std::isspace(c)) {
      if (!base.empty() && base.back() != ' ') base += ' ';
      ++i;
    } else {
      base += static_cast<char>(std::toupper(c)), ++i;
    }
  }
  while (!base.empty() && base.back() == ' ') base.pop_back();
  first = numbers.empty() ? 0 : numbers[0];
  second = numbers.size() < 2 ? 0 : numbers[1];
  return base;
}

}  // namespace

Kind kind_of(std::string_view declared, std::uint32_t& first, std::uint32_t& second) {
  const std::string base = base_of(declared, first, second);
  for (const Spelling& s : spellings)
    if (s.declared == base && s.kind != Kind::enumeration && s.kind != Kind::other) return s.kind;
  first = second = 0;
  return Kind::other;
}

std::string declared_type(const Type& type, bool rowid, bool strict) {
  if (!type.spelled.empty()) return plain(type.spelled) ? type.spelled : quote(type.spelled);
  if (rowid) return "INTEGER";
  const Spelling& s = spelling(type.dimensions > 0 ? Kind::json : type.kind);
  if (strict) return std::string(s.strict);
  std::string declared(s.declared);
  if (type.dimensions > 0) return declared;
  if (type.kind == Kind::varchar && type.length > 0) return declared + "(" + std::to_string(type.length) + ")";
  if (type.kind == Kind::decimal && type.precision > 0)
    return declared + "(" + std::to_string(type.precision) + "," + std::to_string(type.scale) + ")";
  return declared;
}

/// Section 3.1 of the file format's "Datatypes In SQLite": the first rule that fits.
Affinity affinity(std::string_view declared, bool strict) {
  const std::string word = upper(declared);
  const auto has = [&](std::string_view part) { return word.find(part) != std::string::npos; };
  if (has("INT")) return Affinity::integer;
  if (has("CHAR") || has("CLOB") || has("TEXT")) return Affinity::text;
  if (has("BLOB") || word.empty() || (strict && word == "ANY")) return Affinity::blob;
  if (has("REAL") || has("FLOA") || has("DOUB")) return Affinity::real;
  return Affinity::numeric;
}

bool same_type(const Type& a, const Type& b) {
  std::uint32_t a1, a2, b1, b2;
  return base_of(a.spelled, a1, a2) == base_of(b.spelled, b1, b2) && a1 == b1 && a2 == b2;
}

}  // namespace dataflow::sqlite
