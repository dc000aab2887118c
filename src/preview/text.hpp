// Text on its way to a terminal: measured, wrapped, and without anything that could steer it.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dataflow::page {

/// `text` on one line: control characters, bytes that are no UTF-8 and characters that reorder or hide text become
/// escapes such as \n, \x1b and \u{202e}. With `ascii` so does every character above 127, but arrows and ellipses,
/// which are spelled out.
std::string shown(std::string_view text, bool ascii);
/// True when `shown` leaves SQL text as it is, line ends and tabs aside.
bool shows_as_is(std::string_view sql, bool ascii);
/// SQL as lines. A line end inside a quoted name or value does not end a line: it is shown as \n.
std::vector<std::string> sql_lines(std::string_view sql, bool ascii);

/// Lines of at most `width` columns, broken at blanks, and inside a word only when it is wider than a line.
/// At least one line.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);
/// `text` followed by blanks up to `width` columns.
std::string padded(std::string_view text, std::size_t width);

}  // namespace dataflow::page
