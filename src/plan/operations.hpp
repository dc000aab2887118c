// A change in the words of the preview: its kind, what it concerns and what happens, each short enough for a table
// cell.
#pragma once
#include <string>

#include "dataflow/change.hpp"
#include "dataflow/plan.hpp"

namespace dataflow {

/// What users call a table or another object: with its schema, unless that is the one where everything stands.
Name display_name(const Path& path);

/// Fills kind, table, object and details; step and assessment are left as they are by default.
/// `table` is the name before a rename; for a view or the like it is the object itself, for a trigger the table it
/// stands on. `object` is empty for constraints without a name.
Operation to_operation(const Change& change);

/// A type as its server spells it or, where no server has spoken yet, in neutral words; empty when there is no type.
std::string type_text(const Type& type);
/// A default in neutral SQL: 'x', 42, TRUE, or the expression.
std::string default_text(const Default& value);

/// What a rename calls its table or column from then on; empty for other operations.
std::string new_name(const Operation& operation);

}  // namespace dataflow
