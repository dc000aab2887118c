// The statements of a plan as text.
#pragma once
#include <string>
#include <vector>

#include "dataflow/plan.hpp"

namespace dataflow {

/// A Run with its semicolon; a check as one comment line that says what is compared.
std::string to_sql(const Statement& statement);
std::vector<std::string> to_sql(const std::vector<Statement>& statements);

}  // namespace dataflow
