// In which order objects come into being, and where a ring of needs was cut.
#pragma once
#include <cstddef>
#include <vector>

#include "dialects/postgresql/postgresql.hpp"

namespace dataflow::postgresql {

/// A need that is not met when its object is created.
struct Cut {
  std::size_t object;  ///< position of the object that needs it
  Dependency need;
};
struct Order {
  std::vector<std::size_t> sequence;
  std::vector<Cut> cuts;
};
/// Deterministic; positions as in creation_order.
Order order_of(const Schema& schema);

}  // namespace dataflow::postgresql
