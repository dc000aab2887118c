// Plans to look at: what the planner would hand over, written down by hand so that every word of the preview is known.
#pragma once
#include "dataflow/plan.hpp"

namespace dataflow::test {

/// Three columns for a table "user"; nothing about it is dangerous.
Plan safe_plan();
/// Every level, a step that would fail, checks, data set aside, and all kinds of remarks.
Plan mixed_plan();
/// Names made to break a layout or to deceive whoever reads it.
Plan hostile_plan();
/// Nothing to do, seen beside what is not managed.
Plan empty_plan();

}  // namespace dataflow::test
