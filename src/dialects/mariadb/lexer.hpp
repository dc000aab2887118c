// Where a token of MariaDB's SQL ends, as far as telling code from quoted text needs it. The session's sql_mode has
// neither ANSI_QUOTES nor NO_BACKSLASH_ESCAPES.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dataflow::mariadb {

enum class LexemeKind : std::uint8_t {
  space,
  comment,
  executable,  ///< /*! … */ and /*M! … */: the server runs what stands inside
  word,
  quoted_name,
  string,
  punctuation
};

struct Lexeme {
  LexemeKind kind;
  std::string_view text;
};

/// The token that begins at `at`. What is not closed ends with the text.
Lexeme token_at(std::string_view sql, std::size_t at);

/// What stands inside of an executable comment, without its version number; empty where no server is that new
/// (/*M!999999\- …, which only the client program reads).
std::string_view inside(std::string_view executable);

/// Words, names, strings and punctuation of a statement, without spaces and comments; what the server runs
/// in comments is part of it. At most `limit` tokens.
std::vector<Lexeme> significant(std::string_view sql, std::size_t limit = std::string::npos);

/// The first three of a statement's tokens as rules of first words want them: what is no word never fits.
std::string beginning(const std::vector<Lexeme>& significant);

/// Whether the word is one of the list, letter by letter.
template <std::size_t n> bool among(const std::string_view (&list)[n], std::string_view word) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

/// A quoted name without its quotes; any other token as it stands.
std::string name_of(const Lexeme& token);

}  // namespace dataflow::mariadb
