// A plan is carried out in parts: transactions, and between them statements that commit by themselves.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "dataflow/plan.hpp"

namespace dataflow {

/// Steps [first, end), going forward. Alone: one step whose one statement commits by itself. Otherwise one transaction,
/// which may be empty.
struct PlanPart {
  std::size_t first = 0, end = 0;
  bool alone = false;
};
/// Transactions and lone statements take turns; the first and the last are transactions, so that what is recorded of
/// a run has a place. A plan without lone statements is one part.
std::vector<PlanPart> parts(const Plan& plan);

const RunAlone* alone(const std::vector<Statement>& statements);
/// Whether a run, forward or back, may be interrupted after step `i`.
bool may_stop_after(const std::vector<Step>& steps, std::size_t i);
/// What a reader has to know of a plan in several parts; empty for one part.
std::string parts_note(const Plan& plan);

}  // namespace dataflow
