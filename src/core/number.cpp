#include "core/number.hpp"

#include <charconv>

namespace dataflow {

std::string number_text(double value) {
  char digits[32];
  return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
}

}  // namespace dataflow
