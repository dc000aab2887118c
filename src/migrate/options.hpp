// The options of auto_migrate as rows: `set` and the command line read the same table.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "dataflow/migrate.hpp"

namespace dataflow {

/// One option: its name, other names it is known by, the member it sets, and what it does when it is given (for a flag
/// that is on by default: when it is switched off).
struct AutoMigrateOption {
  using Member = std::variant<bool AutoMigrateOptions::*, unsigned AutoMigrateOptions::*, Format AutoMigrateOptions::*,
                              std::optional<RiskLevel> AutoMigrateOptions::*,
                              std::vector<std::string> AutoMigrateOptions::*, std::string AutoMigrateOptions::*>;
  std::string_view name;
  std::string_view aliases;  ///< separated by blanks
  Member member;
  std::string_view value;  ///< what the value is called in help; empty for a flag
  std::string_view help;
};

std::span<const AutoMigrateOption> auto_migrate_options();

}  // namespace dataflow
