// MariaDB's tokens: enough to cut the server's own texts at the right places, never to understand an expression.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace dataflow::mariadb {

struct Token {
  enum class Kind { word, quoted, string, number, punctuation };
  Kind kind;
  std::size_t begin, end;                   ///< bytes of the text it came from
  std::string_view text;                    ///< as written
  bool is(std::string_view keyword) const;  ///< a bare word, any case
  bool is(char punctuation) const { return kind == Kind::punctuation && text.size() == 1 && text[0] == punctuation; }
  bool names() const { return kind == Kind::word || kind == Kind::quoted; }
  std::string name() const;   ///< without backticks
  std::string value() const;  ///< of a string literal: what it stands for
};

/// Comments and blanks are left out; what stands in a comment that the server executes is taken as it is. Views into
/// `sql`, which must outlive them.
std::vector<Token> tokens(std::string_view sql);

/// Whether two pieces of SQL are the same tokens: blanks, comments and the case of words do not matter.
bool same_tokens(std::string_view a, std::string_view b);
/// One spelling for all texts that same_tokens holds equal.
std::string canonical(std::string_view sql);
/// The text without the qualifier `database`., which the server writes before some names all the same.
std::string without_database(std::string_view sql, std::string_view database);

}  // namespace dataflow::mariadb
