// What the library says while it works.
#pragma once
#include "dataflow/watcher.hpp"

namespace dataflow {

/// Tells whoever watches this thread; costs next to nothing where nobody does.
void tell(const Stage& stage);

}  // namespace dataflow
