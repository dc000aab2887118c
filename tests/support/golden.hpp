// Texts as they were last approved. DATAFLOW_UPDATE_GOLDEN=1 writes them anew.
#pragma once
#include <string>

namespace dataflow::test {

/// Checks that `actual` is, byte for byte, the file `name` below tests/golden.
void check_golden(const std::string& name, const std::string& actual);

}  // namespace dataflow::test
