// Small things done to text in more than one layer.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dataflow {

std::string lower(std::string_view text);  ///< ASCII letters only
std::string upper(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);  ///< ASCII letters only
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::vector<std::string> split(std::string_view text, char separator);
std::string_view trim(std::string_view text);
/// "1 column", "3 columns"; "1 index", "2 indexes"; "1 entry", "2 entries".
std::string count(std::size_t n, std::string_view noun);
/// The candidate nearest to `word` by edit distance, or empty when none is near enough to be meant.
std::string nearest(std::string_view word, std::span<const std::string> candidates);

}  // namespace dataflow
