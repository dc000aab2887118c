// "-- renamed from old_name" behind a column or a table of a file of SQL.
#pragma once
#include <string_view>

#include "dataflow/schema.hpp"

namespace dataflow {

/// Adds a hint for each such comment: on the line of what it speaks of, or on a line of its own before it. The schema
/// itself is read by the server; this looks for names in CREATE TABLE only. A hint that fits nothing becomes a note of
/// the difference, so a comment misread does no harm. `-- @renamed from=old_name` is understood too.
void add_renames(Hints& hints, std::string_view sql, bool backslash_escapes);

}  // namespace dataflow
