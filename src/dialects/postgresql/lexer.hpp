// Where a token of PostgreSQL's SQL ends, as far as telling code from quoted text needs it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace dataflow::postgresql {

enum class Lexeme : std::uint8_t { space, comment, word, quoted_name, string, punctuation };

struct Token {
  Lexeme kind;
  std::string_view text;
};

/// The token that begins at `at`. Comments nest, E'…' knows backslashes, $tag$…$tag$ is a string. What is not closed
/// ends with the text.
Token token_at(std::string_view sql, std::size_t at);

/// The words outside of quotes and comments, upper case, a blank behind each: the first `limit` of them.
std::string words_of(std::string_view sql, std::size_t limit = std::string_view::npos);

/// GRANT and REVOKE of roles, and of rights on what belongs to no database.
bool grants_beyond(std::string_view sql);

/// `sql` with the question marks that stand outside of quotes and comments turned into $1, $2, …
std::string numbered(std::string_view sql);

}  // namespace dataflow::postgresql
