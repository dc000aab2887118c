#include "schema/lexer.hpp"

#include <algorithm>

#include "dataflow/error.hpp"
#include "schema/notation.hpp"

namespace dataflow::notation {

namespace {
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool in_word(char c) { return is_letter(c) || is_digit(c); }
bool in_number(char c) { return in_word(c) || c == '.' || c == '+' || c == '-'; }

// The writer never leaves one bare, so one that is there came with the line ends of an editor or a check-out.
std::string without_carriage_returns(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (!text.substr(i).starts_with("\r\n")) out += text[i];
  return out;
}

std::string_view noun(Token::Kind kind) {
  switch (kind) {
    case Token::Kind::word: return "word";
    case Token::Kind::string: return "string";
    case Token::Kind::sql: return "SQL";
    case Token::Kind::number: return "number";
    case Token::Kind::mark: return "mark";
    case Token::Kind::newline: return "end of line";
    case Token::Kind::block: return "text line";
    case Token::Kind::end: return "end of document";
  }
  return {};
}
}  // namespace

std::string describe(const Token& token) {
  if (token.kind == Token::Kind::newline || token.kind == Token::Kind::end) return std::string(noun(token.kind));
  constexpr std::size_t shown = 40;
  return std::string(noun(token.kind)) + ' ' +
         string(token.text.size() > shown ? token.text.substr(0, shown) + "..." : token.text);
}

void Lexer::fail(const std::string& expected, std::string hint) const {
  throw Error(ErrorCode::bad_document, "line " + std::to_string(line_) + ": expected " + expected, std::move(hint));
}

Token Lexer::next() {
  while (at() == ' ' || at() == '\t' || (at() == '\r' && at(1) == '\n')) ++position_;
  if (ended()) return {Token::Kind::end, {}, line_};
  if (at() == '\n') return take_newline();
  if (line_start_ && at() == '|') return take_block();
  line_start_ = false;
  if (at() == '"') return take_string();
  if (at() == '{') return take_sql();
  if (is_letter(at())) return take_run(Token::Kind::word, in_word);
  if (is_digit(at()) || at() == '-') return take_run(Token::Kind::number, in_number);
  return take_mark();
}

Token Lexer::take_newline() {
  ++position_;
  line_start_ = true;
  return {Token::Kind::newline, {}, line_++};
}

Token Lexer::take_block() {
  const std::size_t end = std::min(text_.find('\n', position_), text_.size());
  std::string_view line = text_.substr(position_ + 1, end - position_ - 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with(' ')) line.remove_prefix(1);
  position_ = end;
  return {Token::Kind::block, std::string(line), line_};
}

Token Lexer::take_string() {
  const std::size_t line = line_;
  return {Token::Kind::string, string_body(), line};
}

std::string Lexer::string_body() {
  std::string out;
  for (++position_; at() != '"'; ++position_) {
    if (ended() || at() == '\n') fail("a closing \" on this line", "write a line break inside a string as \\n");
    out += at() == '\\' ? escape() : at();
  }
  ++position_;
  return out;
}

char Lexer::escape() {
  switch (at(1)) {
    case '"': return ++position_, '"';
    case '\\': return ++position_, '\\';
    case 'n': return ++position_, '\n';
    case 'r': return ++position_, '\r';
    case 't': return ++position_, '\t';
    case 'x': break;
    default: fail("one of \\\" \\\\ \\n \\r \\t \\xNN after a backslash", "write a backslash as \\\\");
  }
  ++position_;
  const int high = hex_digit();
  return static_cast<char>(high * 16 + hex_digit());
}

int Lexer::hex_digit() {
  const char c = at(1);
  const std::size_t digit = std::string_view("0123456789abcdef").find(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
  if (digit == std::string_view::npos || position_ + 1 >= text_.size()) fail("two hexadecimal digits after \\x");
  ++position_;
  return static_cast<int>(digit);
}

Token Lexer::take_sql() {
  const std::size_t line = line_;
  if (at(1) == '"') {
    ++position_;
    Token token{Token::Kind::sql, string_body(), line};
    if (at() != '}') fail("} after the closing \"");
    ++position_;
    return token;
  }
  const std::size_t braces = std::min(text_.find_first_not_of('{', position_), text_.size()) - position_;
  const std::size_t start = position_ + braces;
  if (at(braces) != ' ') fail("a space after {", "write SQL as { sql }");
  const std::size_t end = text_.find(' ' + std::string(braces, '}'), start + 1);
  if (end == std::string_view::npos) fail("SQL that ends with \" " + std::string(braces, '}') + '"');
  const std::string_view body = text_.substr(start + 1, end - start - 1);
  line_ += static_cast<std::size_t>(std::count(body.begin(), body.end(), '\n'));
  position_ = end + 1 + braces;
  return {Token::Kind::sql, without_carriage_returns(body), line};
}

Token Lexer::take_run(Token::Kind kind, bool (*belongs)(char)) {
  const std::size_t start = position_++;
  while (!ended() && belongs(at())) ++position_;
  return {kind, std::string(text_.substr(start, position_ - start)), line_};
}

Token Lexer::take_mark() {
  constexpr std::string_view marks = "()[],.=";
  if (marks.find(at()) == std::string_view::npos)
    fail("a word, string, number, SQL or one of ( ) [ ] , . =", "quote a name that holds other characters");
  return {Token::Kind::mark, std::string(1, text_[position_++]), line_};
}

}  // namespace dataflow::notation
