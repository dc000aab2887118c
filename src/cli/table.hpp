// Columns of text.
#pragma once
#include <string>
#include <vector>

namespace dataflow::cli {

using Rows = std::vector<std::vector<std::string>>;

/// One line a row; cells stand under each other, two spaces apart, by their width on a terminal.
std::string aligned(const Rows& rows);

}  // namespace dataflow::cli
