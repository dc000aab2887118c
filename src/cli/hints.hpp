// --rename and --backfill: what two schemas cannot say about how one becomes the other.
#pragma once
#include "cli/command.hpp"
#include "dataflow/schema.hpp"

namespace dataflow::cli {

/// Adds the hints of the command line. A name with a dot or an equals sign stands in double quotes.
/// Throws Error{usage} for a hint that cannot be read.
void add_hints(Hints& hints, const Arguments& arguments);

}  // namespace dataflow::cli
