// Pieces of HTML. Whatever comes from outside passes through `html_text`.
#pragma once
#include <string>
#include <string_view>

namespace dataflow::page {

/// Text as it may stand between tags and in quoted attributes.
std::string html_text(std::string_view text);
/// SQL with its strings, names, comments, numbers and words in spans of their own; everything else escaped.
/// `backslashes`: a backslash in a string keeps what follows in it, as on MariaDB.
std::string html_sql(std::string_view sql, bool backslashes);
/// The one style sheet of a page: light and dark, narrow and wide, screen and paper.
extern const std::string_view html_style;

}  // namespace dataflow::page
