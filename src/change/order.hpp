#pragma once
#include <cstddef>
#include <vector>

#include "change/sameness.hpp"

namespace dataflow {

/// Indexes into `tables` such that a table follows those its foreign keys reference; otherwise by path. In a ring of
/// references the first by path is cut loose.
std::vector<std::size_t> parents_first(const std::vector<const Table*>& tables, const Same& same);

/// What indexes of one list become while its objects are removed one after another.
class Positions {
 public:
  /// The index that the object with `index` in the whole list has now, and removes it.
  std::size_t remove(std::size_t index);

 private:
  std::vector<std::size_t> removed_;  ///< sorted
};

}  // namespace dataflow
