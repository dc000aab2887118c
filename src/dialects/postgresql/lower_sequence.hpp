// Sequences, whether they stand alone or behind an identity column.
#pragma once
#include <cstdint>
#include <string>

#include "dialects/postgresql/lower.hpp"

namespace dataflow::postgresql {

/// What a sequence counts, all of it said.
struct Counting {
  std::string type = {};
  std::int64_t start = 1, increment = 1, minimum = 1, maximum = 0, cache = 1;
  bool cycle = false;
  bool operator==(const Counting&) const = default;
};
Counting counting_of(const Definition& sequence);
Counting counting_of(const Column& identity, const Type& type);

/// The sequence behind an identity column.
Path identity_sequence(const Path& table, const Column& column);

/// A statement that moves a sequence behind the highest value of a column of integers, where it counts upwards and has
/// not come that far.
std::string count_on(const Path& table, const Name& column, const Path& sequence);

/// Statements that turn the one into the other. `alter` is what stands before the clauses, `set` before each of them.
/// A position outside of the new bounds, or one that is still the old start, becomes the new start.
void alter_counting(const std::string& alter, const std::string& set, const Path& sequence, const Counting& before,
                    const Counting& after, Written& out);

}  // namespace dataflow::postgresql
