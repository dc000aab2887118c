#include "support/golden.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace dataflow::test {

void check_golden(const std::string& name, const std::string& actual) {
  const auto path = std::filesystem::path(DATAFLOW_SOURCE_DIR) / "tests/golden" / name;
  if (const char* update = std::getenv("DATAFLOW_UPDATE_GOLDEN"); update && *update) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << actual;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  REQUIRE_MESSAGE(file.is_open(), "no golden file ", path.string());
  std::ostringstream expected;
  expected << file.rdbuf();
  INFO(name);
  CHECK(actual == expected.str());
}

}  // namespace dataflow::test
