// Schemas nobody would think of, the same ones for the same seed on every machine.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "dataflow/schema.hpp"

namespace dataflow::testing {

/// SplitMix64: unlike the distributions of the standard library, its numbers are the same everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  std::size_t below(std::size_t n) { return n == 0 ? 0 : static_cast<std::size_t>(next() % n); }
  bool chance(unsigned percent) { return below(100) < percent; }
  template <class Container> auto& pick(Container& from) { return from[below(std::size(from))]; }
  template <class T> void shuffle(std::vector<T>& values) {
    for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[below(i)]);
  }

 private:
  std::uint64_t state_;
};

/// A valid schema (validate() accepts it) that uses every member of every value now and then, with names and texts of
/// any bytes. No two names of one scope differ only in case.
Schema random_schema(std::uint64_t seed, std::size_t most_tables = 6);

/// What somebody could want who has `schema`: up to a dozen edits of it, renames with and without a hint among them,
/// and another order of everything. Valid as well.
Wanted random_wish(const Schema& schema, std::uint64_t seed);

/// `schema` with some names of tables and columns in another case, and sometimes the references to them in yet another.
Schema recased(const Schema& schema, std::uint64_t seed);

/// Tables, and within them columns, constraints and indexes, in another order. Definitions too.
Schema shuffled(Schema schema, std::uint64_t seed);

}  // namespace dataflow::testing
