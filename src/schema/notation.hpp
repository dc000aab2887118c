// The tokens of the snapshot's line notation, as its writer and its reader share them.
//
//   name      letters, digits and _, not starting with a digit and not a word of the notation; anything else as string
//   string    "…" with \" \\ \n \r \t and \xNN (any byte)
//   SQL       { … } exactly as it is, with as many braces as the text needs; {"…"} where it holds control characters
//   number    42 (signed), 42u (unsigned), 0.5, 1e+20, -infinity, nan (floating)
//   block     lines that start with |, one a line of a longer text
#pragma once
#include <array>
#include <string>
#include <string_view>

#include "dataflow/schema.hpp"

namespace dataflow::notation {

inline constexpr std::string_view title = "dataflow schema";
inline constexpr int version = 1;

/// Every word that means something to the notation. A name that looks like one is quoted.
inline constexpr auto keywords = std::to_array<std::string_view>({
    "action",    "always",  "as",         "by",         "cascade",  "check",  "collate",  "column",    "comment",
    "dataflow",  "default", "deferrable", "deferred",   "define",   "delete", "depends",  "desc",      "dialect",
    "false",     "for",     "foreign",    "generated",  "identity", "index",  "infinity", "initially", "key",
    "labels",    "length",  "named",      "nan",        "no",       "not",    "null",     "on",        "part",
    "precision", "primary", "reason",     "references", "restrict", "scale",  "schema",   "set",       "stored",
    "table",     "true",    "unique",     "unmodelled", "update",   "where",  "with",
});
bool is_keyword(std::string_view text);

std::string string(std::string_view text);    ///< "…"
std::string name(std::string_view text);      ///< bare where it can be
std::string sql(std::string_view text);       ///< { … }
std::string literal(const Literal& literal);  ///< true, 42, 42u, 4.2, "…"

/// Text that a line of its own can hold as it is: UTF-8 without control characters other than newline and tab.
bool is_plain(std::string_view text);

/// The members of Type that a kind writes without naming them: decimal(10, 2), varchar(255), timestamp(6).
struct Measures {
  bool length, precision, scale;
};
constexpr Measures measures(Kind kind) {
  return {kind == Kind::varchar, kind == Kind::decimal || kind == Kind::time || kind == Kind::timestamp,
          kind == Kind::decimal};
}

}  // namespace dataflow::notation
