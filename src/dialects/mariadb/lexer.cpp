#include "dialects/mariadb/lexer.hpp"

#include <algorithm>
#include <cctype>

#include "core/text.hpp"

namespace dataflow::mariadb {

namespace {

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }
bool is_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '_' || c == '$' || byte >= 0x80;
}

/// Behind the closing quote. Doubled quotes stand for one; a backslash takes the next character along, but not in
/// names.
std::size_t behind_quotes(std::string_view sql, std::size_t at) {
  const char quote = sql[at];
  for (++at; at < sql.size(); ++at) {
    if (sql[at] == '\\' && quote != '`') {
      ++at;
    } else if (sql[at] == quote) {
      if (at + 1 == sql.size() || sql[at + 1] != quote) return at + 1;
      ++at;
    }
  }
  return sql.size();
}

std::size_t behind(std::string_view sql, std::size_t at, std::string_view mark) {
  const std::size_t found = sql.find(mark, at);
  return found == std::string_view::npos ? sql.size() : found + mark.size();
}

/// The end of a comment that the server executes: quotes and plain comments inside of it count.
std::size_t behind_executable(std::string_view sql, std::size_t at) {
  while (at < sql.size()) {
    if (sql.substr(at, 2) == "*/") return at + 2;
    const char c = sql[at];
    at = c == '\'' || c == '"' || c == '`' ? behind_quotes(sql, at)
         : sql.substr(at, 2) == "/*"       ? behind(sql, at + 2, "*/")
                                           : at + 1;
  }
  return sql.size();
}

template <class Test> std::size_t while_true(std::string_view sql, std::size_t at, Test test) {
  while (at < sql.size() && test(sql[at])) ++at;
  return at;
}

/// "-- " is a comment only with a space behind it.
bool is_line_comment(std::string_view sql, std::size_t at) {
  if (sql[at] == '#') return true;
  return sql.substr(at, 2) == "--" &&
         (at + 2 == sql.size() || is_space(sql[at + 2]) || std::iscntrl(static_cast<unsigned char>(sql[at + 2])) != 0);
}

void collect(std::string_view sql, std::size_t limit, std::vector<Lexeme>& out) {
  for (std::size_t at = 0; at < sql.size() && out.size() < limit;) {
    const Lexeme token = token_at(sql, at);
    at += token.text.size();
    if (token.kind == LexemeKind::executable)
      collect(inside(token.text), limit, out);
    else if (token.kind != LexemeKind::space && token.kind != LexemeKind::comment)
      out.push_back(token);
  }
}

}  // namespace

Lexeme token_at(std::string_view sql, std::size_t at) {
  const auto token = [&](LexemeKind kind, std::size_t end) { return Lexeme{kind, sql.substr(at, end - at)}; };
  const char c = sql[at];
  if (is_space(c)) return token(LexemeKind::space, while_true(sql, at, is_space));
  if (is_line_comment(sql, at)) return token(LexemeKind::comment, behind(sql, at, "\n"));
  if (sql.substr(at, 3) == "/*!" || sql.substr(at, 4) == "/*M!")
    return token(LexemeKind::executable, behind_executable(sql, at + 3));
  if (sql.substr(at, 2) == "/*") return token(LexemeKind::comment, behind(sql, at + 2, "*/"));
  if (c == '\'' || c == '"') return token(LexemeKind::string, behind_quotes(sql, at));
  if (c == '`') return token(LexemeKind::quoted_name, behind_quotes(sql, at));
  if (is_word(c)) return token(LexemeKind::word, while_true(sql, at, is_word));
  return token(LexemeKind::punctuation, at + 1);
}

std::string_view inside(std::string_view executable) {
  executable.remove_prefix(std::min<std::size_t>(executable.find('!') + 1, executable.size()));
  if (executable.ends_with("*/")) executable.remove_suffix(2);
  std::size_t digits = while_true(executable, 0, [](char c) { return c >= '0' && c <= '9'; });
  if (digits != 5 && digits != 6) digits = 0;
  if (digits == 6 && executable[0] == '9') return {};
  return executable.substr(digits);
}

std::vector<Lexeme> significant(std::string_view sql, std::size_t limit) {
  std::vector<Lexeme> out;
  collect(sql, limit, out);
  return out;
}

std::string beginning(const std::vector<Lexeme>& significant) {
  std::string out;
  for (std::size_t i = 0; i < significant.size() && i < 3; ++i)
    out += significant[i].kind == LexemeKind::word ? upper(significant[i].text) + ' ' : "? ";
  return out;
}

std::string name_of(const Lexeme& token) {
  if (token.kind != LexemeKind::quoted_name || token.text.size() < 2) return std::string(token.text);
  std::string out;
  const std::string_view inner = token.text.substr(1, token.text.size() - 2);
  for (std::size_t i = 0; i < inner.size(); ++i) {
    out += inner[i];
    if (inner[i] == '`') ++i;
  }
  return out;
}

}  // namespace dataflow::mariadb
