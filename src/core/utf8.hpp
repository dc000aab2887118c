// UTF-8, read one code point at a time.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace dataflow {

struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 1;
  bool valid = false;  ///< false: one byte that is no UTF-8; `value` is the byte
};
/// The code point that starts at `at`, which must be inside `text`.
CodePoint code_point(std::string_view text, std::size_t at);

bool is_utf8(std::string_view text);

}  // namespace dataflow
