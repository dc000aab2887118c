// SQLite's tokens: enough to cut its own CREATE texts at the right places, never to understand an expression.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace dataflow::sqlite {

enum class TokenKind { word, quoted, string, number, punctuation };

struct Token {
  TokenKind kind;
  std::size_t begin, end;                   ///< bytes of the text it came from
  std::string_view text;                    ///< as written
  bool is(std::string_view keyword) const;  ///< a bare word, any case
  bool is(char punctuation) const {
    return kind == TokenKind::punctuation && text.size() == 1 && text[0] == punctuation;
  }
  bool names() const { return kind == TokenKind::word || kind == TokenKind::quoted || kind == TokenKind::string; }
  std::string name() const;  ///< without its quotes
};

/// Comments and blanks are left out. Views into `sql`, which must outlive them.
std::vector<Token> tokens(std::string_view sql);

/// Whether two pieces of SQL are the same tokens: blanks, comments, keyword case, the way of quoting and parentheses
/// around the whole do not matter.
bool same_tokens(std::string_view a, std::string_view b);
/// One spelling for all texts that same_tokens holds equal.
std::string canonical(std::string_view sql);
/// Whether the identifier stands anywhere in the text.
bool mentions(std::string_view sql, std::string_view identifier);
/// The names of `mentions` for many identifiers at once: every identifier of the text, lower case, sorted.
std::vector<std::string> identifiers(std::string_view sql);

}  // namespace dataflow::sqlite
