// Drops and creates that look like a rename. Only ever proposed.
#pragma once
#include <string>
#include <vector>

#include "change/sameness.hpp"
#include "change/table_diff.hpp"

namespace dataflow {

/// Columns of `table` whose type, nullability, default, generation, identity, collation and attributes are the same.
void propose_columns(const Path& table, const ColumnTurnover& turnover, const Same& same, Difference& out);

/// Tables whose columns have the same names and are the same.
void propose_tables(const std::vector<const Table*>& dropped, const std::vector<const Table*>& created,
                    const Same& same, Difference& out);

}  // namespace dataflow
