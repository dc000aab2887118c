#include "reflect/naming.hpp"

#include <algorithm>

#include "core/hash.hpp"
#include "core/text.hpp"
#include "dataflow/reflect/builder.hpp"
#include "dataflow/reflect/column_type.hpp"

namespace dataflow::reflect {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
/// Bytes of UTF-8 sequences count: identifiers may have them.
bool is_word(char c) {
  return is_upper(c) || is_lower(c) || is_digit(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

/// Where a new word starts: the capital after a small letter or digit, and the last capital of an abbreviation.
bool starts_word(std::string_view name, std::size_t i) {
  if (i == 0 || !is_upper(name[i])) return false;
  if (is_lower(name[i - 1]) || is_digit(name[i - 1])) return true;
  return is_upper(name[i - 1]) && i + 1 < name.size() && is_lower(name[i + 1]);
}

bool continues_utf8(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

std::string snake_case(std::string_view name) {
  std::string result;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (starts_word(name, i)) result += '_';
    result += name[i];
  }
  return lower(result);
}

std::string type_name(std::string_view spelled) {
  constexpr std::string_view mark = "T = ";
  const std::size_t start = spelled.find(mark);
  std::string_view name = start == spelled.npos ? spelled : spelled.substr(start + mark.size());
  name = name.substr(0, name.find_first_of("];"));
  const std::string_view before_arguments = name.substr(0, name.find('<'));
  const std::size_t scope = before_arguments.rfind("::");
  return std::string(scope == name.npos ? name : name.substr(scope + 2));
}

std::string_view member_name(std::string_view spelled) {
  while (!spelled.empty() && !is_word(spelled.back())) spelled.remove_suffix(1);
  std::size_t start = spelled.size();
  while (start > 0 && is_word(spelled[start - 1])) --start;
  return spelled.substr(start);
}

std::string shortened(std::string name) {
  if (name.size() <= longest_name) return name;
  const std::string suffix = "_" + sha256(name).substr(0, 8);
  std::size_t kept = longest_name - suffix.size();
  while (kept > 0 && continues_utf8(name[kept])) --kept;
  return name.substr(0, kept) + suffix;
}

bool is_identifier(std::string_view name) {
  return !name.empty() && !is_digit(name.front()) && std::all_of(name.begin(), name.end(), is_word);
}

std::string words_of(std::string_view sql) {
  std::string result;
  for (char c : sql)
    if (is_word(c))
      result += c;
    else if (!result.empty() && result.back() != '_')
      result += '_';
  while (!result.empty() && result.back() == '_') result.pop_back();
  return lower(result);
}

std::string unique_name(std::string_view table, const std::vector<std::string>& parts) {
  return shortened(std::string(table) + "_" + join(parts, "_") + "_key");
}

std::string index_name(std::string_view table, const std::vector<std::string>& parts) {
  return shortened("ix_" + std::string(table) + "_" + join(parts, "_"));
}

std::string foreign_key_name(std::string_view table, const std::vector<std::string>& parts) {
  return shortened("fk_" + std::string(table) + "_" + join(parts, "_"));
}

}  // namespace dataflow::reflect
