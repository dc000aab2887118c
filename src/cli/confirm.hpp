// The consent that a command needs before it changes anything.
#pragma once
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "dataflow/risk.hpp"

namespace dataflow::cli {

/// --auto-confirm and --max-risk-level.
std::vector<Option> confirm_options();

/// Asks `question` on the terminal, or takes --auto-confirm for a yes. Throws Error{cancelled} for a no
/// and when there is nobody to ask, and Error{refused} when `level` is above --max-risk-level (MEDIUM when not asked).
void confirm(const Context& context, RiskLevel level, const std::string& question);

}  // namespace dataflow::cli
