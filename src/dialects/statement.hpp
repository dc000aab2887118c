#pragma once
#include <cstdint>

#include "dataflow/plan.hpp"
#include "db/connection.hpp"

namespace dataflow {

/// Runs one statement of a plan; a check that does not hold throws Error{verification}. Returns the rows changed.
std::uint64_t run(Connection& connection, const Statement& statement);

}  // namespace dataflow
