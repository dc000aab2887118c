// Which values find a place in another type, and which come back from it: one row a pair of families.
#include <algorithm>
#include <array>

#include "core/text.hpp"
#include "dialects/mariadb/spelling.hpp"
#include "dialects/mariadb/survey.hpp"

namespace dataflow::mariadb {

namespace {

enum class Family : std::uint8_t {
  integer,
  bits,
  decimal,
  floating,
  text,
  label,
  labels,
  bytes,
  date,
  time,
  datetime,
  timestamp,
  year,
  uuid,
  address,
  other
};

struct Word {
  std::string_view base;
  Family family;
  /// integer: bytes of a value; text and bytes: bytes that a value may have where the type has no length
  std::uint64_t size = 0;
};
constexpr Word words[] = {
    {"tinyint", Family::integer, 1},
    {"smallint", Family::integer, 2},
    {"mediumint", Family::integer, 3},
    {"int", Family::integer, 4},
    {"bigint", Family::integer, 8},
    {"bit", Family::bits},
    {"decimal", Family::decimal},
    {"float", Family::floating, 4},
    {"double", Family::floating, 8},
    {"char", Family::text},
    {"varchar", Family::text},
    {"tinytext", Family::text, 255},
    {"text", Family::text, 65'535},
    {"mediumtext", Family::text, 16'777'215},
    {"json", Family::text, 4294967295},
    {"longtext", Family::text, 4294967295},
    {"enum", Family::label},
    {"set", Family::labels},
    {"binary", Family::bytes},
    {"varbinary", Family::bytes},
    {"tinyblob", Family::bytes, 255},
    {"blob", Family::bytes, 65'535},
    {"mediumblob", Family::bytes, 16'777'215},
    {"longblob", Family::bytes, 4294967295},
    {"date", Family::date},
    {"time", Family::time},
    {"datetime", Family::datetime},
    {"timestamp", Family::timestamp},
    {"year", Family::year},
    {"uuid", Family::uuid},
    {"inet4", Family::address},
    {"inet6", Family::address},
};

struct Side {
  Spelling type;
  std::string charset, collation;
  Family family = Family::other;
  std::uint64_t size = 0;
  explicit Side(const Texture& t) : type(t.type), charset(t.charset), collation(t.collation) {
    for (const Word& w : words)
      if (w.base == type.base) family = w.family, size = w.size;
  }
  bool is(std::string_view base) const { return type.base == base; }
  bool number() const {
    return family == Family::integer || family == Family::decimal || family == Family::floating ||
           family == Family::bits || family == Family::year;
  }
  bool day() const { return family == Family::date || family == Family::datetime || family == Family::timestamp; }
  bool worded() const { return family == Family::text || family == Family::label || family == Family::labels; }
};

std::string any_of(const std::vector<std::string>& conditions) {
  std::vector<std::string> out;
  for (const std::string& c : conditions)
    if (!c.empty()) out.push_back("(" + c + ")");
  return join(out, " OR ");
}

/// The range of an integer type.
struct Range {
  std::string low, high;
};
Range range(const Side& side) {
  const std::uint64_t bits = side.size * 8;
  const std::uint64_t all = bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
  if (side.type.is_unsigned()) return {"0", std::to_string(all)};
  return {"-" + std::to_string(all / 2 + 1), std::to_string(all / 2)};
}

std::string power_of_ten(std::uint64_t digits) { return "1" + std::string(digits, '0'); }

constexpr std::string_view no_number =
    " NOT REGEXP '^[[:space:]]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?[[:space:]]*$'";

/// A value as a number that can be compared; text is read as one.
std::string as_number(const Side& from, const std::string& value) {
  if (from.family == Family::bits || from.family == Family::year) return "(" + value + " + 0)";
  return from.worded() ? "CAST(" + value + " AS DECIMAL(65,20))" : value;
}

/// Text that is not what the other type would be written as, byte for byte: "007" as a number.
std::string rewritten(const Side& from, const std::string& value, const std::string& cast) {
  if (!from.worded()) return {};
  return "CAST(CAST(CAST(" + value + " AS " + cast + ") AS CHAR) AS BINARY) <> CAST(CONVERT(" + value +
         " USING utf8mb4) AS BINARY)";
}

Fit into_integer(const Side& from, const Side& to, const std::string& value) {
  if (!from.number() && from.family != Family::text) return {};
  const std::string n = as_number(from, value);
  const Range r = range(to);
  return {true,
          any_of({from.worded() ? value + std::string(no_number) : "",
                  "ROUND(" + n + ") NOT BETWEEN " + r.low + " AND " + r.high}),
          any_of({from.family == Family::integer || from.family == Family::bits ? "" : "ROUND(" + n + ") <> " + n,
                  rewritten(from, value, to.type.is_unsigned() ? "UNSIGNED" : "SIGNED")})};
}

Fit into_bits(const Side& from, const Side& to, const std::string& value) {
  if (from.family != Family::integer && from.family != Family::bits) return {};
  const std::uint64_t bits = std::max<std::uint64_t>(1, to.type.length());
  const std::string n = as_number(from, value);
  return {true, any_of({n + " < 0", bits >= 64 ? "" : n + " >= " + std::to_string(std::uint64_t{1} << bits)}), ""};
}

Fit into_decimal(const Side& from, const Side& to, const std::string& value) {
  if (!from.number() && from.family != Family::text) return {};
  const std::uint64_t digits = to.type.number(0, 10), scale = to.type.number(1, 0);
  const std::string n = as_number(from, value), rounded = "ROUND(" + n + ", " + std::to_string(scale) + ")";
  const std::string cast = "DECIMAL(" + std::to_string(digits) + "," + std::to_string(scale) + ")";
  return {true,
          any_of({from.worded() ? value + std::string(no_number) : "",
                  "ABS(" + rounded + ") >= " + power_of_ten(digits - std::min(digits, scale)),
                  to.type.is_unsigned() ? n + " < 0" : ""}),
          any_of({from.family == Family::integer ? "" : rounded + " <> " + n, rewritten(from, value, cast)})};
}

Fit into_floating(const Side& from, const Side& to, const std::string& value) {
  if (!from.number() && from.family != Family::text) return {};
  const std::string n = as_number(from, value);
  const bool wide = to.is("double");
  const std::string negative = to.type.is_unsigned() ? n + " < 0" : "";
  if (from.worded())
    return {true, any_of({value + std::string(no_number), negative}), rewritten(from, value, "DOUBLE")};
  if (from.family == Family::floating)
    return {true, any_of({negative, wide || from.is("float") ? "" : "ABS(" + n + ") > 3.402823466e38"}),
            wide || from.is("float") ? "" : "CAST(" + n + " AS FLOAT) <> " + n};
  if (from.family == Family::decimal && wide)
    return {true, negative, "CAST(CAST(" + n + " AS DOUBLE) AS DECIMAL(65,30)) <> " + n};
  return {true, negative,
          any_of({"ABS(" + n + ") > " + std::string(wide ? "9007199254740992" : "16777216"),
                  from.family == Family::decimal ? "ROUND(" + n + ") <> " + n : ""})};
}

/// The value's text; `n` characters or bytes of room.
Fit into_text(const Side& from, const Side& to, const std::string& value) {
  if (from.family == Family::other) return {};
  std::string text = value, strange, changed;
  if (from.family == Family::bytes) {
    text = "CONVERT(" + value + " USING " + to.charset + ")";
    strange = "CAST(" + text + " AS BINARY) <> " + value;
  } else if (!from.worded()) {
    text = "CAST(" + value + " AS CHAR)";
    if (from.family == Family::floating) changed = "CAST(" + text + " AS DOUBLE) <> " + value;
  } else if (from.charset != to.charset && to.charset != "utf8mb4" && !to.charset.empty() && !from.charset.empty()) {
    text = "CONVERT(" + value + " USING " + to.charset + ")";
    strange = "CAST(CONVERT(" + text + " USING " + from.charset + ") AS BINARY) <> CAST(" + value + " AS BINARY)";
  } else if (from.charset != to.charset && !to.charset.empty()) {
    text = "CONVERT(" + value + " USING " + to.charset + ")";
  }
  if (to.size > 0) return {true, any_of({strange, "LENGTH(" + text + ") > " + std::to_string(to.size)}), changed};
  const std::string room = std::to_string(to.is("char") && to.type.arguments.empty() ? 1 : to.type.length());
  // char keeps no blanks at the end, so there they may go.
  const std::string measured = to.is("char") ? "RTRIM(" + text + ")" : text;
  const bool blanks = to.is("char") && !from.is("char") && from.family == Family::text;
  return {true, any_of({strange, "CHAR_LENGTH(" + measured + ") > " + room}),
          any_of({changed, blanks ? text + " LIKE '% '" : ""})};
}

std::string list_of(const std::vector<std::string>& labels) {
  std::vector<std::string> out;
  for (const std::string& label : labels) out.push_back(text_literal(label));
  return join(out, ", ");
}

Fit into_label(const Side& from, const Side& to, const std::string& value) {
  if (from.family != Family::text && from.family != Family::label) return {};
  return {
      true, value + " NOT IN (" + list_of(to.type.arguments) + ")",
      from.family == Family::text ? "CAST(" + value + " AS BINARY) NOT IN (" + list_of(to.type.arguments) + ")" : ""};
}

/// Every label of a set, as a list that ends with a comma, taken out: nothing may be left.
Fit into_labels(const Side& from, const Side& to, const std::string& value) {
  if (!from.worded()) return {};
  std::string left = "CONCAT(',', REPLACE(" + value + ", ',', ',,'), ',')";
  for (const std::string& label : to.type.arguments)
    left = "REPLACE(" + left + ", " + text_literal("," + label + ",") + ", '')";
  return {true, value + " <> '' AND " + left + " <> ''", ""};
}

Fit into_bytes(const Side& from, const Side& to, const std::string& value) {
  if (from.family == Family::uuid && to.is("binary") && to.type.length() == 16) return {true, "", ""};
  if (from.family != Family::bytes && from.family != Family::text) return {};
  const std::uint64_t room = to.size > 0 ? to.size : std::max<std::uint64_t>(1, to.type.length());
  const std::string length = "LENGTH(" + value + ")", n = std::to_string(room);
  return {true, length + " > " + n, to.is("binary") ? length + " <> " + n : ""};
}

/// Days without a number, which strict sessions refuse where values are written anew.
std::string zero(const Side& from, const std::string& value) {
  return from.day() ? "@@SESSION.sql_mode LIKE '%NO_ZERO_DATE%' AND " + value + " = 0" : "";
}

std::string finer(const Side& from, const Side& to, const std::string& value) {
  const std::uint64_t was = from.type.length(), will = to.type.length();
  if (will >= was) return {};
  return "MICROSECOND(" + value + ") % " + power_of_ten(6 - will) + " <> 0";
}

Fit into_time_or_day(const Side& from, const Side& to, const std::string& value) {
  const bool daytime = to.family == Family::datetime || to.family == Family::timestamp;
  const std::string fraction = to.family == Family::date ? "" : "(" + std::to_string(to.type.length()) + ")";
  const std::string cast = daytime ? "DATETIME" + fraction : to.family == Family::date ? "DATE" : "TIME" + fraction;
  const std::string outside = to.family == Family::timestamp
                                  ? "CAST(" + value +
                                        " AS DATETIME(6)) NOT BETWEEN '1970-01-01 00:00:01' AND '2038-01-19 "
                                        "03:14:07.999999'"
                                  : "";
  if (from.family == Family::text)
    return {true, any_of({"CAST(" + value + " AS " + cast + ") IS NULL", outside}), rewritten(from, value, cast)};
  if (to.family == Family::time && from.family == Family::time) return {true, "", finer(from, to, value)};
  if (!from.day()) return {};
  if (to.family == Family::time) return {true, "", value + " IS NOT NULL"};
  if (to.family == Family::date) return {true, zero(from, value), "TIME(" + value + ") <> 0"};
  const bool clocked = from.family != Family::date;
  const bool same = from.family == to.family;
  return {true, any_of({same ? "" : zero(from, value), same ? "" : outside}), clocked ? finer(from, to, value) : ""};
}

Fit into_year(const Side& from, const Side&, const std::string& value) {
  if (from.family == Family::year) return {true, "", ""};
  if (from.family != Family::integer) return {};
  return {true, value + " <> 0 AND " + value + " NOT BETWEEN 1901 AND 2155", ""};
}

Fit into_named(const Side& from, const Side& to, const std::string& value) {
  if (from.family == Family::bytes && to.family == Family::uuid && from.is("binary") && from.type.length() == 16)
    return {true, "", ""};
  if (from.family != Family::text) return {};
  return {true, "CAST(" + value + " AS " + to.type.base + ") IS NULL", rewritten(from, value, to.type.base)};
}

Fit of_families(const Side& from, const Side& to, const std::string& value) {
  if (from.family == Family::other) return {};
  switch (to.family) {
    case Family::integer: return into_integer(from, to, value);
    case Family::bits: return into_bits(from, to, value);
    case Family::decimal: return into_decimal(from, to, value);
    case Family::floating: return into_floating(from, to, value);
    case Family::text: return into_text(from, to, value);
    case Family::label: return into_label(from, to, value);
    case Family::labels: return into_labels(from, to, value);
    case Family::bytes: return into_bytes(from, to, value);
    case Family::date:
    case Family::time:
    case Family::datetime:
    case Family::timestamp: return into_time_or_day(from, to, value);
    case Family::year: return into_year(from, to, value);
    case Family::uuid:
    case Family::address: return into_named(from, to, value);
    case Family::other: break;
  }
  return {};
}

/// How CAST is told of a type; nothing where it knows no such one.
std::string cast_of(const Side& to) {
  const std::string arguments = to.type.arguments.empty() ? "" : "(" + join(to.type.arguments, ",") + ")";
  switch (to.family) {
    case Family::integer: return to.type.is_unsigned() ? "UNSIGNED" : "SIGNED";
    case Family::decimal: return "DECIMAL" + arguments;
    case Family::floating: return to.is("double") ? "DOUBLE" : "FLOAT";
    case Family::bytes: return "BINARY";
    case Family::date: return "DATE";
    case Family::time: return "TIME" + arguments;
    case Family::datetime:
    case Family::timestamp: return "DATETIME" + arguments;
    case Family::uuid:
    case Family::address: return to.type.base;
    default: return {};
  }
}

TypeChange by_room(std::uint64_t before, std::uint64_t after) {
  return before == after ? TypeChange::identical : after > before ? TypeChange::widening : TypeChange::narrowing;
}

/// How many characters may stand in a text column, at the most.
std::uint64_t characters(const Side& side) {
  return side.size > 0                                    ? side.size / width(side.charset)
         : side.is("char") && side.type.arguments.empty() ? 1
                                                          : side.type.length();
}

TypeChange of_labels(const Side& a, const Side& b) {
  const bool kept = std::all_of(a.type.arguments.begin(), a.type.arguments.end(), [&](const std::string& label) {
    return std::find(b.type.arguments.begin(), b.type.arguments.end(), label) != b.type.arguments.end();
  });
  if (a.type.arguments == b.type.arguments) return TypeChange::identical;
  return kept ? TypeChange::widening : TypeChange::narrowing;
}

TypeChange of_integers(const Side& a, const Side& b) {
  const bool no_sign = b.type.is_unsigned();
  if (a.type.is_unsigned() == no_sign) return by_room(a.size, b.size);
  return !no_sign && b.size > a.size ? TypeChange::widening : TypeChange::narrowing;
}

TypeChange of_texts(const Side& a, const Side& b) {
  if (a.charset != b.charset && b.charset != "utf8mb4") return TypeChange::narrowing;
  const TypeChange room = by_room(characters(a), characters(b));
  if (b.is("char") && !a.is("char") && room != TypeChange::narrowing) return TypeChange::narrowing;  // blanks
  return room == TypeChange::identical && a.charset != b.charset ? TypeChange::widening : room;
}

}  // namespace

Fit fit(const Texture& before, const Texture& after, const std::string& value) {
  return of_families(Side(before), Side(after), value);
}

std::string converted(const std::string& value, const Texture& before, const Texture& after) {
  const Side from(before), to(after);
  if (to.family == Family::text && !to.charset.empty()) {
    const std::string text = "CONVERT(" + value + " USING " + to.charset + ")";
    return to.collation.empty() ? text : text + " COLLATE " + to.collation;
  }
  const std::string cast = cast_of(to);
  return cast.empty() || from.type.base == to.type.base ? value : "CAST(" + value + " AS " + cast + ")";
}

TypeChange change_of(const Texture& before, const Texture& after) {
  const Side a(before), b(after);
  if (a.family == b.family) {
    if (a.family == Family::integer) return of_integers(a, b);
    if (a.family == Family::label || a.family == Family::labels) return of_labels(a, b);
    if (a.family == Family::text) return of_texts(a, b);
    if (a.family == Family::bytes && !a.is("binary") && !b.is("binary"))
      return by_room(a.size > 0 ? a.size : a.type.length(), b.size > 0 ? b.size : b.type.length());
  }
  if (a.family == Family::date && b.family == Family::datetime) return TypeChange::widening;
  if (a.family == Family::datetime && b.family == Family::timestamp) return TypeChange::narrowing;
  if (a.family == Family::timestamp && b.family == Family::datetime)
    return b.type.length() >= a.type.length() ? TypeChange::widening : TypeChange::narrowing;
  return compare_types(before.type, after.type);
}

}  // namespace dataflow::mariadb
