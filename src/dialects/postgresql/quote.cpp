#include <algorithm>
#include <array>
#include <cmath>

#include "core/number.hpp"
#include "core/text.hpp"
#include "dialects/postgresql/render.hpp"

namespace dataflow::postgresql {

namespace {

/// Every word that some PostgreSQL from 14 to 18 does not take as the name of anything: its keywords but the
/// unreserved ones. In the order of their letters.
constexpr std::array keywords = std::to_array<std::string_view>({
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "between",
    "bigint",
    "binary",
    "bit",
    "boolean",
    "both",
    "case",
    "cast",
    "char",
    "character",
    "check",
    "coalesce",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "dec",
    "decimal",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "exists",
    "extract",
    "false",
    "fetch",
    "float",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "greatest",
    "group",
    "grouping",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "inout",
    "int",
    "integer",
    "intersect",
    "interval",
    "into",
    "is",
    "isnull",
    "join",
    "json",
    "json_array",
    "json_arrayagg",
    "json_exists",
    "json_object",
    "json_objectagg",
    "json_query",
    "json_scalar",
    "json_serialize",
    "json_table",
    "json_value",
    "lateral",
    "leading",
    "least",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "merge_action",
    "national",
    "natural",
    "nchar",
    "none",
    "normalize",
    "not",
    "notnull",
    "null",
    "nullif",
    "numeric",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "out",
    "outer",
    "overlaps",
    "overlay",
    "placing",
    "position",
    "precision",
    "primary",
    "real",
    "references",
    "returning",
    "right",
    "row",
    "select",
    "session_user",
    "setof",
    "similar",
    "smallint",
    "some",
    "substring",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "then",
    "time",
    "timestamp",
    "to",
    "trailing",
    "treat",
    "trim",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "values",
    "varchar",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
    "xmlattributes",
    "xmlconcat",
    "xmlelement",
    "xmlexists",
    "xmlforest",
    "xmlnamespaces",
    "xmlparse",
    "xmlpi",
    "xmlroot",
    "xmlserialize",
    "xmltable",
});
static_assert(std::is_sorted(keywords.begin(), keywords.end()), "keywords are looked up by halving");

bool bare(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  const auto word = [&](char c) { return letter(c) || (c >= '0' && c <= '9'); };
  return !name.empty() && letter(name[0]) && std::all_of(name.begin(), name.end(), word) &&
         !std::binary_search(keywords.begin(), keywords.end(), name);
}

bool is_number(Kind kind) {
  switch (kind) {
    case Kind::int8:
    case Kind::int16:
    case Kind::int32:
    case Kind::int64:
    case Kind::uint64:
    case Kind::float32:
    case Kind::float64:
    case Kind::decimal: return true;
    case Kind::boolean:
    case Kind::text:
    case Kind::varchar:
    case Kind::bytes:
    case Kind::date:
    case Kind::time:
    case Kind::timestamp:
    case Kind::uuid:
    case Kind::json:
    case Kind::enumeration:
    case Kind::other: return false;
  }
  return false;
}

/// "-12.50": digits that stand for themselves without quotes.
bool plain_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return !text.empty() && digit(text.front()) && digit(text.back()) && std::count(text.begin(), text.end(), '.') <= 1 &&
         std::all_of(text.begin(), text.end(), [&](char c) { return digit(c) || c == '.'; });
}

/// Skips what is quoted at `i`: an identifier or a string. Returns the position behind it.
std::size_t behind_quotes(std::string_view text, std::size_t i) {
  const char quote = text[i];
  for (++i; i < text.size(); ++i) {
    if (text[i] != quote) continue;
    if (i + 1 == text.size() || text[i + 1] != quote) return i + 1;
    ++i;
  }
  return i;
}

std::string unquoted(std::string_view part) {
  if (!part.starts_with('"') || part.size() < 2) return std::string(part);
  std::string out;
  part = part.substr(1, part.size() - 2);
  for (std::size_t i = 0; i < part.size(); ++i) {
    out += part[i];
    if (part[i] == '"') ++i;
  }
  return out;
}

/// Splits at `separator` where it stands in no quotes and no parentheses.
std::vector<std::string_view> split_outside(std::string_view text, char separator) {
  std::vector<std::string_view> out;
  std::size_t begin = 0;
  int depth = 0;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '"' || c == '\'') {
      i = behind_quotes(text, i);
      continue;
    }
    if (c == '(' || c == '[') ++depth;
    if (c == ')' || c == ']') --depth;
    if (c == separator && depth == 0) {
      out.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
    ++i;
  }
  out.push_back(text.substr(begin));
  return out;
}

}  // namespace

std::string quote(std::string_view identifier) {
  if (bare(identifier)) return std::string(identifier);
  std::string out = "\"";
  for (char c : identifier) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}

std::string quote(const Path& path) {
  return path.schema.empty() ? quote(path.name.text) : quote(path.schema.text) + '.' + quote(path.name.text);
}

std::string text_literal(std::string_view text) {
  // Read the same whatever standard_conforming_strings says.
  const bool escaped = text.find('\\') != std::string_view::npos;
  std::string out = escaped ? "E'" : "'";
  for (char c : text) {
    if (c == '\'' || c == '\\') out += c;
    out += c;
  }
  return out + "'";
}

std::string literal(const Literal& value, const Type& type) {
  struct Writer {
    const Type& type;
    std::string operator()(bool b) const { return b ? "true" : "false"; }
    std::string operator()(std::int64_t n) const { return std::to_string(n); }
    std::string operator()(std::uint64_t n) const { return std::to_string(n); }
    std::string operator()(double d) const {
      if (!std::isfinite(d)) return std::isnan(d) ? "'NaN'" : d > 0 ? "'Infinity'" : "'-Infinity'";
      const std::string out = number_text(d);
      // A bare 1e+300 is a numeric of 301 digits to PostgreSQL.
      return plain_number(out) ? out : "'" + out + "'";
    }
    std::string operator()(const std::string& s) const {
      return is_number(type.kind) && type.dimensions == 0 && plain_number(s) ? s : text_literal(s);
    }
  };
  return std::visit(Writer{type}, value.value);
}

const std::string* value_of(const Attributes& attributes, const std::string& key) {
  const auto at = attributes.find(key);
  return at == attributes.end() ? nullptr : &at->second;
}

std::string quoted_list(const std::vector<Name>& names) {
  std::vector<std::string> out;
  for (const Name& name : names) out.push_back(quote(name.text));
  return join(out, ", ");
}

std::string quote_collation(const Name& name) {
  const std::vector<std::string> parts = qualified_parts(name.text);
  const bool qualified = parts.size() == 2 && quote(Path{parts[0], parts[1]}) == name.text;
  return qualified ? name.text : quote(name.text);
}

std::vector<std::string> split_list(std::string_view list) {
  std::vector<std::string> out;
  if (trim(list).empty()) return out;
  for (std::string_view item : split_outside(list, ',')) out.emplace_back(trim(item));
  return out;
}

std::vector<std::string> qualified_parts(std::string_view text) {
  std::vector<std::string> out;
  for (std::string_view part : split_outside(text, '.')) {
    if (part.empty()) return {};
    out.push_back(unquoted(part));
  }
  return out;
}

Path read_path(std::string_view text) {
  const std::vector<std::string> parts = qualified_parts(trim(text));
  if (parts.empty()) return {};
  return {parts.size() > 1 ? Name(parts[parts.size() - 2]) : Name(), parts.back()};
}

std::vector<Path> read_paths(std::string_view list) {
  std::vector<Path> out;
  for (const std::string& item : split_list(list)) out.push_back(read_path(item));
  return out;
}

}  // namespace dataflow::postgresql
