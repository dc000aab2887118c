#include "codegen/names.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace dataflow::codegen {

namespace {

// Keywords of C++20, alternative tokens, macros that common headers define, and what stands for something in a model.
constexpr std::array taken = std::to_array<std::string_view>(
    {"alignas",     "alignof",  "and",        "and_eq",    "asm",       "auto",         "bitand",
     "bitor",       "bool",     "break",      "case",      "catch",     "char",         "char16_t",
     "char32_t",    "char8_t",  "class",      "co_await",  "co_return", "co_yield",     "compl",
     "concept",     "const",    "const_cast", "consteval", "constexpr", "constinit",    "continue",
     "decltype",    "default",  "delete",     "do",        "double",    "dynamic_cast", "else",
     "enum",        "explicit", "export",     "extern",    "false",     "float",        "for",
     "friend",      "goto",     "if",         "inline",    "int",       "long",         "mutable",
     "namespace",   "new",      "noexcept",   "not",       "not_eq",    "nullptr",      "operator",
     "or",          "or_eq",    "private",    "protected", "public",    "register",     "reinterpret_cast",
     "requires",    "return",   "short",      "signed",    "sizeof",    "static",       "static_assert",
     "static_cast", "struct",   "switch",     "template",  "this",      "thread_local", "throw",
     "true",        "try",      "typedef",    "typeid",    "typename",  "union",        "unsigned",
     "using",       "virtual",  "void",       "volatile",  "wchar_t",   "while",        "xor",
     "xor_eq",      "import",   "module",     "assert",    "errno",     "stdin",        "stdout",
     "stderr",      "linux",    "unix",       "NULL",      "EOF",       "TRUE",         "FALSE",
     "DOMAIN",      "OVERFLOW", "UNDERFLOW",  "BUFSIZ",    "INFINITY",  "NAN",          "major",
     "minor",       "makedev",  "std",        "dataflow",  "df",        "boost",        "models",
     "declare"});

bool letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }
bool digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

bool reserved(std::string_view name) {
  return name.find("__") != std::string_view::npos || (name.size() > 1 && name[0] == '_' && !std::islower(name[1]));
}

/// The words of a name: what stands between characters that C++ does not take.
std::string folded(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (letter(c) || digit(c))
      out += c;
    else if (!out.empty() && out.back() != '_')
      out += '_';
  }
  while (!out.empty() && out.back() == '_') out.pop_back();
  return out;
}

bool raw(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c == '\n' || (c >= 0x20 && c != 0x7f); });
}

std::string raw_literal(std::string_view text) {
  std::string mark = "sql";
  while (text.find(")" + mark + "\"") != std::string_view::npos) mark += '_';
  return "R\"" + mark + "(" + std::string(text) + ")" + mark + "\"";
}

}  // namespace

bool is_cpp_name(std::string_view name) {
  if (name.empty() || digit(name[0]) || reserved(name)) return false;
  if (!std::all_of(name.begin(), name.end(), [](char c) { return letter(c) || digit(c) || c == '_'; })) return false;
  return std::find(taken.begin(), taken.end(), name) == taken.end();
}

std::string member_name(std::string_view name) {
  if (is_cpp_name(name)) return std::string(name);
  std::string out = folded(name);
  if (out.empty()) return "column";
  if (digit(out[0])) out.insert(0, "c");
  return is_cpp_name(out) ? out : out + '_';
}

std::string type_name(std::string_view name) {
  std::string out;
  bool starts = true;
  for (const char c : folded(name)) {
    if (c == '_')
      starts = true;
    else
      out += starts ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c, starts = false;
  }
  if (out.empty()) return "Table";
  if (digit(out[0])) out.insert(0, "T");
  return is_cpp_name(out) ? out : out + '_';
}

std::string Names::take(const std::string& wanted) {
  std::string name = wanted;
  for (int n = 2; !taken_.insert(name).second; ++n)
    name = wanted + (wanted.back() == '_' ? "" : "_") + std::to_string(n);
  return name;
}

std::string string_literal(std::string_view text) {
  if (raw(text) && text.find_first_of("\"\\\n") != std::string_view::npos) return raw_literal(text);
  constexpr std::string_view digits = "01234567";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n')
      out += "\\n";
    else if (c == '"' || c == '\\')
      (out += '\\') += c;
    else if (byte < 0x20 || byte == 0x7f)
      ((out += '\\') += digits[byte >> 6]) += {digits[(byte >> 3) & 7], digits[byte & 7]};
    else
      out += c;
  }
  return out + '"';
}

}  // namespace dataflow::codegen
