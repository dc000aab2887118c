#include "schema/notation.hpp"

#include <algorithm>
#include <cmath>

#include "core/number.hpp"
#include "core/utf8.hpp"

namespace dataflow::notation {

namespace {
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool is_bare(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

std::string escaped(char c) {
  switch (c) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
  }
  constexpr std::string_view digits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  return {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
}

std::size_t longest_run(std::string_view text, char wanted) {
  std::size_t longest = 0, run = 0;
  for (const char c : text) {
    run = c == wanted ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

std::string number(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-infinity" : "infinity";
  const std::string text = number_text(value);
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

struct Write {
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(std::uint64_t value) const { return std::to_string(value) + 'u'; }
  std::string operator()(double value) const { return number(value); }
  std::string operator()(const std::string& value) const { return string(value); }
};
}  // namespace

bool is_keyword(std::string_view text) { return std::find(keywords.begin(), keywords.end(), text) != keywords.end(); }

std::string string(std::string_view text) {
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point(text, at);
    if (!point.valid || is_control(text[at]) || text[at] == '"' || text[at] == '\\')
      out += escaped(text[at]);
    else
      out += text.substr(at, point.bytes);
    at += point.bytes;
  }
  return out + '"';
}

std::string name(std::string_view text) {
  return is_bare(text) && !is_keyword(text) ? std::string(text) : string(text);
}

bool is_plain(std::string_view text) {
  return is_utf8(text) &&
         std::none_of(text.begin(), text.end(), [](char c) { return is_control(c) && c != '\n' && c != '\t'; });
}

std::string sql(std::string_view text) {
  if (!is_plain(text)) return '{' + string(text) + '}';
  const std::size_t braces = longest_run(text, '}') + 1;
  return std::string(braces, '{') + ' ' + std::string(text) + ' ' + std::string(braces, '}');
}

std::string literal(const Literal& literal) { return std::visit(Write{}, literal.value); }

}  // namespace dataflow::notation
