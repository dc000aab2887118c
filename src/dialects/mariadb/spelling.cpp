#include "dialects/mariadb/spelling.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/text.hpp"
#include "dialects/mariadb/mariadb.hpp"
#include "dialects/mariadb/tokens.hpp"

namespace dataflow::mariadb {

Spelling::Spelling(const Type& type) {
  const std::string text = type_name(type);
  int depth = 0;
  for (const Token& token : tokens(text)) {
    if (token.is('(') || token.is(')')) {
      depth += token.is('(') ? 1 : -1;
    } else if (depth > 0) {
      if (!token.is(','))
        arguments.push_back(token.kind == Token::Kind::string ? token.value() : std::string(token.text));
    } else if (base.empty()) {
      base = lower(token.text);
    } else {
      behind += lower(token.text) + " ";
    }
  }
}

std::uint64_t Spelling::number(std::size_t argument, std::uint64_t otherwise) const {
  if (argument >= arguments.size()) return otherwise;
  std::uint64_t n = otherwise;
  const std::string& text = arguments[argument];
  std::from_chars(text.data(), text.data() + text.size(), n);
  return n;
}

bool Spelling::is_unsigned() const {
  return behind.find("unsigned") != std::string::npos || behind.find("zerofill") != std::string::npos;
}

namespace {

/// Bytes that a character may take. Those that are not listed: 1.
struct Width {
  std::string_view charset;
  unsigned bytes;
};
constexpr Width widths[] = {{"utf8mb4", 4}, {"utf16", 4},  {"utf16le", 4}, {"utf32", 4}, {"gb18030", 4}, {"utf8mb3", 3},
                            {"utf8", 3},    {"ujis", 3},   {"eucjpms", 3}, {"ucs2", 2},  {"big5", 2},    {"cp932", 2},
                            {"euckr", 2},   {"gb2312", 2}, {"gbk", 2},     {"sjis", 2}};

std::string charset_of_collation(const std::string& collation) {
  const std::string prefix = lower(collation.substr(0, collation.find('_')));
  return prefix == "uca1400" ? std::string() : prefix;
}

}  // namespace

unsigned width(std::string_view charset) {
  for (const Width& w : widths)
    if (equal_ignoring_case(w.charset, charset)) return w.bytes;
  return 1;
}

std::string charset(const Table& table, const Column& column) {
  std::string out;
  if (const auto* own = value_of(column.attributes, "character set"))
    out = lower(*own);
  else if (!column.collation.empty())
    out = charset_of_collation(column.collation.text);
  if (const auto* own = value_of(table.options.attributes, "character set"); out.empty() && own != nullptr)
    out = lower(*own);
  if (const auto* of = value_of(table.options.attributes, "collate"); out.empty() && of != nullptr)
    out = charset_of_collation(*of);
  return out == "utf8" ? "utf8mb3" : out;
}

std::string collation(const Table& table, const Column& column) {
  if (!column.collation.empty()) return lower(column.collation.text);
  if (column.attributes.contains("character set")) return {};
  const auto* of = value_of(table.options.attributes, "collate");
  return of != nullptr ? lower(*of) : std::string();
}

bool one_value(std::string_view expression) {
  constexpr std::array<std::string_view, 16> known = {
      "null", "true", "false",    "current_timestamp", "curdate",     "now",        "current_date", "b",
      "x",    "n",    "_utf8mb4", "utc_timestamp",     "json_object", "json_array", "concat",       "interval"};
  for (const Token& token : tokens(expression)) {
    if (token.kind == Token::Kind::quoted) return false;  // another column
    if (token.kind == Token::Kind::word &&
        std::none_of(known.begin(), known.end(), [&](std::string_view w) { return token.is(w); }))
      return false;
  }
  return true;
}

const std::string* value_of(const Attributes& attributes, const std::string& key) {
  const auto found = attributes.find(key);
  return found == attributes.end() ? nullptr : &found->second;
}

std::set<std::string> differing(const Attributes& before, const Attributes& after) {
  std::set<std::string> out;
  for (const auto* side : {&before, &after})
    for (const auto& [key, value] : *side) {
      const std::string *a = value_of(before, key), *b = value_of(after, key);
      if (a == nullptr || b == nullptr || *a != *b) out.insert(key);
    }
  return out;
}

}  // namespace dataflow::mariadb
