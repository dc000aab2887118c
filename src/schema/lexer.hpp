// Snapshot text as tokens. See notation.hpp for what they look like.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace dataflow::notation {

struct Token {
  enum class Kind { word, string, sql, number, mark, newline, block, end };
  Kind kind = Kind::end;
  std::string text = {};  ///< without quotes, braces and escapes
  std::size_t line = 1;
};

/// What messages call it: `word "colunm"`, `end of line`.
std::string describe(const Token& token);

/// Throws Error{bad_document} where no token can be read.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}
  Token next();

 private:
  Token take_newline();
  Token take_block();
  Token take_string();
  Token take_sql();
  Token take_run(Token::Kind kind, bool (*belongs)(char));
  Token take_mark();
  std::string string_body();
  char escape();
  int hex_digit();
  char at(std::size_t offset = 0) const { return position_ + offset < text_.size() ? text_[position_ + offset] : '\0'; }
  bool ended() const { return position_ >= text_.size(); }
  [[noreturn]] void fail(const std::string& expected, std::string hint = {}) const;

  std::string_view text_;
  std::size_t position_ = 0, line_ = 1;
  bool line_start_ = true;
};

}  // namespace dataflow::notation
