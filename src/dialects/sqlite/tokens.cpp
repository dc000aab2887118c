#include "dialects/sqlite/tokens.hpp"

#include <algorithm>
#include <cctype>

#include "core/text.hpp"

namespace dataflow::sqlite {

namespace {

bool starts_word(unsigned char c) { return std::isalpha(c) || c == '_' || c >= 0x80; }
bool in_word(unsigned char c) { return starts_word(c) || std::isdigit(c) || c == '$'; }

/// The end of a quoted token that begins at `at`; a doubled closing quote stands for itself.
std::size_t end_of_quoted(std::string_view sql, std::size_t at, char close) {
  for (std::size_t i = at + 1; i < sql.size(); ++i) {
    if (sql[i] != close) continue;
    if (close != ']' && i + 1 < sql.size() && sql[i + 1] == close) {
      ++i;
      continue;
    }
    return i + 1;
  }
  return sql.size();
}

std::size_t end_of_comment(std::string_view sql, std::size_t at) {
  const bool line = sql[at] == '-';
  const std::size_t end = line ? sql.find('\n', at) : sql.find("*/", at + 2);
  return end == std::string_view::npos ? sql.size() : end + (line ? 1 : 2);
}

std::size_t end_of_punctuation(std::string_view sql, std::size_t at) {
  static constexpr std::string_view pairs[] = {"||", "<<", ">>", "<=", ">=", "<>", "!=", "==", "->"};
  if (sql.substr(at, 3) == "->>") return at + 3;
  return at + (std::find(std::begin(pairs), std::end(pairs), sql.substr(at, 2)) != std::end(pairs) ? 2 : 1);
}

Token next(std::string_view sql, std::size_t at) {
  const char c = sql[at];
  const bool digit = std::isdigit(static_cast<unsigned char>(c)) ||
                     (c == '.' && at + 1 < sql.size() && std::isdigit(static_cast<unsigned char>(sql[at + 1])));
  std::size_t end = at + 1;
  TokenKind kind = TokenKind::punctuation;
  if (c == '\'') {
    kind = TokenKind::string, end = end_of_quoted(sql, at, c);
  } else if (c == '"' || c == '`' || c == '[') {
    kind = TokenKind::quoted, end = end_of_quoted(sql, at, c == '[' ? ']' : c);
  } else if ((c == 'x' || c == 'X') && at + 1 < sql.size() && sql[at + 1] == '\'') {
    kind = TokenKind::number, end = end_of_quoted(sql, at + 1, '\'');
  } else if (digit) {
    kind = TokenKind::number;
    for (bool exponent = false; end < sql.size() && (in_word(static_cast<unsigned char>(sql[end])) || sql[end] == '.' ||
                                                     (exponent && (sql[end] == '+' || sql[end] == '-')));
         ++end)
      exponent = (sql[end] == 'e' || sql[end] == 'E') && sql.substr(at, 2) != "0x" && sql.substr(at, 2) != "0X";
  } else if (starts_word(static_cast<unsigned char>(c))) {
    kind = TokenKind::word;
    while (end < sql.size() && in_word(static_cast<unsigned char>(sql[end]))) ++end;
  } else {
    end = end_of_punctuation(sql, at);
  }
  return {kind, at, end, sql.substr(at, end - at)};
}

/// Drops parentheses that enclose everything.
std::pair<std::size_t, std::size_t> without_outer_parentheses(const std::vector<Token>& all) {
  std::size_t first = 0, last = all.size();
  while (last - first >= 2 && all[first].is('(') && all[last - 1].is(')')) {
    int depth = 0;
    std::size_t i = first;
    for (; i < last; ++i) {
      depth += all[i].is('(') ? 1 : all[i].is(')') ? -1 : 0;
      if (depth == 0) break;
    }
    if (i != last - 1) break;
    ++first, --last;
  }
  return {first, last};
}

bool plain_word(std::string_view text) {
  return !text.empty() && starts_word(static_cast<unsigned char>(text[0])) &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return in_word(c); });
}

/// Words and quoted names that could be bare are one spelling: an identifier means the same either way.
std::string spelling(const Token& token) {
  switch (token.kind) {
    case TokenKind::word: return lower(token.text);
    case TokenKind::quoted: {
      const std::string name = token.name();
      if (plain_word(name)) return lower(name);
      std::string out = "\"";
      for (char c : lower(name)) out += c == '"' ? "\"\"" : std::string(1, c);
      return out + '"';
    }
    case TokenKind::number: return lower(token.text);
    case TokenKind::string:
    case TokenKind::punctuation: return std::string(token.text);
  }
  return {};
}

}  // namespace

bool Token::is(std::string_view keyword) const { return kind == TokenKind::word && equal_ignoring_case(text, keyword); }

std::string Token::name() const {
  if (kind != TokenKind::quoted && kind != TokenKind::string) return std::string(text);
  const char close = text.front() == '[' ? ']' : text.front();
  std::string out;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    out += text[i];
    if (text[i] == close && text[i + 1] == close && i + 2 < text.size()) ++i;
  }
  return out;
}

std::vector<Token> tokens(std::string_view sql) {
  std::vector<Token> out;
  for (std::size_t at = 0; at < sql.size();) {
    if (std::isspace(static_cast<unsigned char>(sql[at]))) {
      ++at;
    } else if (sql.substr(at, 2) == "--" || sql.substr(at, 2) == "/*") {
      at = end_of_comment(sql, at);
    } else {
      out.push_back(next(sql, at));
      at = out.back().end;
    }
  }
  return out;
}

std::string canonical(std::string_view sql) {
  const auto all = tokens(sql);
  const auto [first, last] = without_outer_parentheses(all);
  std::string out;
  for (std::size_t i = first; i < last; ++i) {
    if (i != first) out += ' ';
    out += spelling(all[i]);
  }
  return out;
}

bool same_tokens(std::string_view a, std::string_view b) { return a == b || canonical(a) == canonical(b); }

bool mentions(std::string_view sql, std::string_view identifier) {
  for (const Token& token : tokens(sql))
    if (token.names() && equal_ignoring_case(token.name(), identifier)) return true;
  return false;
}

std::vector<std::string> identifiers(std::string_view sql) {
  std::vector<std::string> out;
  for (const Token& token : tokens(sql))
    if (token.names()) out.push_back(lower(token.name()));
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace dataflow::sqlite
