// Numbers as text.
#pragma once
#include <string>

namespace dataflow {

/// The fewest digits that are read back as the same value: 0.1, 1e+300, 1234567.891, 5.
std::string number_text(double value);

}  // namespace dataflow
