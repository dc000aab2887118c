#include "dialects/postgresql/lexer.hpp"

#include <cctype>

#include "core/text.hpp"

namespace dataflow::postgresql {

namespace {

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }
bool starts_word(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool in_word(char c) { return starts_word(c) || is_digit(c) || c == '$'; }

/// The end of quoted text whose opening quote stands at `at`; a doubled quote stands for itself.
std::size_t end_of_quoted(std::string_view sql, std::size_t at, bool backslashes) {
  const char quote = sql[at];
  for (std::size_t i = at + 1; i < sql.size(); ++i) {
    if (backslashes && sql[i] == '\\')
      ++i;
    else if (sql[i] == quote && i + 1 < sql.size() && sql[i + 1] == quote)
      ++i;
    else if (sql[i] == quote)
      return i + 1;
  }
  return sql.size();
}

std::size_t end_of_comment(std::string_view sql, std::size_t at) {
  if (sql[at] == '-') {
    const std::size_t end = sql.find('\n', at);
    return end == std::string_view::npos ? sql.size() : end;
  }
  int depth = 0;
  for (std::size_t i = at; i + 1 < sql.size(); ++i) {
    const std::string_view pair = sql.substr(i, 2);
    if (pair != "/*" && pair != "*/") continue;
    depth += pair == "/*" ? 1 : -1;
    ++i;
    if (depth == 0) return i + 1;
  }
  return sql.size();
}

/// The end of $tag$…$tag$; `at` itself where there is no such opening.
std::size_t end_of_dollar_quoted(std::string_view sql, std::size_t at) {
  std::size_t tag = at + 1;
  if (tag < sql.size() && is_digit(sql[tag])) return at;
  while (tag < sql.size() && in_word(sql[tag]) && sql[tag] != '$') ++tag;
  if (tag >= sql.size() || sql[tag] != '$') return at;
  const std::string_view mark = sql.substr(at, tag - at + 1);
  const std::size_t close = sql.find(mark, tag + 1);
  return close == std::string_view::npos ? sql.size() : close + mark.size();
}

}  // namespace

Token token_at(std::string_view sql, std::size_t at) {
  const char c = sql[at];
  const char following = at + 1 < sql.size() ? sql[at + 1] : '\0';
  std::size_t end = at + 1;
  Lexeme kind = Lexeme::punctuation;
  if (is_space(c)) {
    kind = Lexeme::space;
    while (end < sql.size() && is_space(sql[end])) ++end;
  } else if ((c == '-' && following == '-') || (c == '/' && following == '*')) {
    kind = Lexeme::comment, end = end_of_comment(sql, at);
  } else if (c == '\'') {
    kind = Lexeme::string, end = end_of_quoted(sql, at, false);
  } else if ((c == 'e' || c == 'E') && following == '\'') {
    kind = Lexeme::string, end = end_of_quoted(sql, at + 1, true);
  } else if (c == '"') {
    kind = Lexeme::quoted_name, end = end_of_quoted(sql, at, false);
  } else if (c == '$' && end_of_dollar_quoted(sql, at) != at) {
    kind = Lexeme::string, end = end_of_dollar_quoted(sql, at);
  } else if (starts_word(c) || is_digit(c)) {
    kind = Lexeme::word;
    while (end < sql.size() && in_word(sql[end])) ++end;
  }
  return {kind, sql.substr(at, end - at)};
}

std::string words_of(std::string_view sql, std::size_t limit) {
  std::string out;
  for (std::size_t at = 0; at < sql.size() && limit > 0;) {
    const Token token = token_at(sql, at);
    if (token.kind == Lexeme::word) {
      out += upper(token.text) + ' ';
      --limit;
    }
    at += token.text.size();
  }
  return out;
}

bool grants_beyond(std::string_view sql) {
  const std::string verb = words_of(sql, 1);
  if (verb != "GRANT " && verb != "REVOKE ") return false;
  const std::string words = words_of(sql);
  const std::size_t on = words.find(" ON ");
  if (on == std::string::npos) return true;
  const std::string_view what = std::string_view(words).substr(on + 4);
  return what.starts_with("DATABASE ") || what.starts_with("TABLESPACE ") || what.starts_with("PARAMETER ");
}

std::string numbered(std::string_view sql) {
  std::string out;
  std::size_t n = 0;
  for (std::size_t at = 0; at < sql.size();) {
    const Token token = token_at(sql, at);
    if (token.kind == Lexeme::punctuation && token.text == "?")
      out += "$" + std::to_string(++n);
    else
      out += token.text;
    at += token.text.size();
  }
  return out;
}

}  // namespace dataflow::postgresql
