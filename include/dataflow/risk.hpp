// How dangerous an operation is, and why: facts of the server folded with evidence from the data.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dataflow {

/// One ordered scale. LOW is accepted everywhere as a spelling of SAFE.
enum class RiskLevel : std::uint8_t { safe, medium, high, critical };
std::string_view to_string(RiskLevel level);                 ///< "SAFE", "MEDIUM", "HIGH", "CRITICAL"
std::optional<RiskLevel> risk_level(std::string_view word);  ///< any case; "low" is safe

/// What users call an operation. Upper case in previews (ADD_COLUMN), lower case in JSON (add_column).
enum class OperationKind : std::uint8_t {
  create_table,
  drop_table,
  rename_table,
  alter_table,
  add_column,
  drop_column,
  alter_column,
  rename_column,
  add_index,
  drop_index,
  alter_index,
  add_constraint,
  drop_constraint,
  alter_constraint,
  create_view,
  drop_view,
  alter_view,
  create_trigger,
  drop_trigger,
  alter_trigger,
  create_object,
  drop_object,
  alter_object
};
inline constexpr std::size_t operation_kinds = static_cast<std::size_t>(OperationKind::alter_object) + 1;
std::string_view to_string(OperationKind kind);                      ///< "add_column"
std::string upper(OperationKind kind);                               ///< "ADD_COLUMN"
std::optional<OperationKind> operation_kind(std::string_view word);  ///< any case

enum class DataLoss : std::uint8_t { none, low, high };
/// What a rollback gives back: everything; everything, from data set aside; the shape without its rows; nothing.
enum class Reversal : std::uint8_t { exact, with_backup, schema_only, none };
/// Who waits while the operation runs.
enum class Blocks : std::uint8_t { nothing, schema_changes, writers, everything };
/// How much the server has to do.
enum class Work : std::uint8_t { catalog, scan, index_build, rewrite };
std::string_view to_string(DataLoss);
std::string_view to_string(Reversal);
std::string_view to_string(Blocks);
std::string_view to_string(Work);

/// A range in milliseconds, and what it rests on.
struct Estimate {
  std::uint64_t low_ms = 0, high_ms = 0;
  std::string basis = {};
  bool operator==(const Estimate&) const = default;
};

/// What is known of one operation, from facts and from the data it will meet.
struct Assessment {
  RiskLevel level = RiskLevel::safe;
  DataLoss data_loss = DataLoss::none;
  Reversal reversal = Reversal::exact;
  Blocks blocks = Blocks::nothing;
  Work work = Work::catalog;
  std::string rule = {};                     ///< the rule that set the level: "H17"
  std::string reason = {};                   ///< one sentence with the figures that were counted
  std::string lock = {};                     ///< the server's name for the lock it takes
  std::optional<std::string> blocking = {};  ///< it would fail on today's data: why, with counts and first keys
  std::string remedy = {};                   ///< what to do about it
  std::optional<std::uint64_t> rows = {};    ///< rows it touches, counted
  Estimate time = {};
  bool operator==(const Assessment&) const = default;
};

}  // namespace dataflow
