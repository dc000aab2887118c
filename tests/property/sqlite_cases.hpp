// Random databases for SQLite and random wishes for them, as scripts: written without any help of the library.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dataflow/schema.hpp"

namespace dataflow::test {

/// A column that is in both schemas, by its names.
struct CarriedColumn {
  std::string before, after;
  bool unchanged = false;  ///< its values must be the same, byte for byte
};
struct CarriedTable {
  std::string before, after;
  std::vector<CarriedColumn> columns;
};

struct MigrationCase {
  std::string from, to;
  std::vector<std::string> rows;  ///< one statement each; what SQLite refuses is left out
  std::string from_again;         ///< `from` in other words: another way of quoting, constraints in another place
  Hints hints;
  std::vector<CarriedTable> carried;
  std::vector<std::string> mutations;  ///< what was done, for people
};

/// The same seed gives the same case, everywhere.
MigrationCase migration_case(std::uint64_t seed);

}  // namespace dataflow::test
