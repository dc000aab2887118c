#include "dataflow/risk.hpp"

#include <iterator>

#include "core/text.hpp"

namespace dataflow {

namespace {

/// The words of an enumeration, in its order.
constexpr std::string_view levels[] = {"SAFE", "MEDIUM", "HIGH", "CRITICAL"};
static_assert(std::size(levels) == static_cast<std::size_t>(RiskLevel::critical) + 1);

constexpr std::string_view kinds[] = {
    "create_table",    "drop_table",       "rename_table",  "alter_table", "add_column",   "drop_column",
    "alter_column",    "rename_column",    "add_index",     "drop_index",  "alter_index",  "add_constraint",
    "drop_constraint", "alter_constraint", "create_view",   "drop_view",   "alter_view",   "create_trigger",
    "drop_trigger",    "alter_trigger",    "create_object", "drop_object", "alter_object",
};
static_assert(std::size(kinds) == operation_kinds);

constexpr std::string_view losses[] = {"none", "low", "high"};
static_assert(std::size(losses) == static_cast<std::size_t>(DataLoss::high) + 1);

constexpr std::string_view reversals[] = {"exact", "with_backup", "schema_only", "none"};
static_assert(std::size(reversals) == static_cast<std::size_t>(Reversal::none) + 1);

constexpr std::string_view blocked[] = {"nothing", "schema_changes", "writers", "everything"};
static_assert(std::size(blocked) == static_cast<std::size_t>(Blocks::everything) + 1);

constexpr std::string_view works[] = {"catalog", "scan", "index_build", "rewrite"};
static_assert(std::size(works) == static_cast<std::size_t>(Work::rewrite) + 1);

template <class Enum, std::size_t N> std::string_view word(const std::string_view (&words)[N], Enum value) {
  return words[static_cast<std::size_t>(value)];
}

template <class Enum, std::size_t N>
std::optional<Enum> value_of(const std::string_view (&words)[N], std::string_view text) {
  for (std::size_t i = 0; i < N; ++i)
    if (equal_ignoring_case(words[i], text)) return static_cast<Enum>(i);
  return {};
}

}  // namespace

std::string_view to_string(RiskLevel level) { return word(levels, level); }
std::optional<RiskLevel> risk_level(std::string_view text) {
  return equal_ignoring_case(text, "low") ? RiskLevel::safe : value_of<RiskLevel>(levels, text);
}

std::string_view to_string(OperationKind kind) { return word(kinds, kind); }
std::string upper(OperationKind kind) { return upper(to_string(kind)); }
std::optional<OperationKind> operation_kind(std::string_view text) { return value_of<OperationKind>(kinds, text); }

std::string_view to_string(DataLoss loss) { return word(losses, loss); }
std::string_view to_string(Reversal reversal) { return word(reversals, reversal); }
std::string_view to_string(Blocks blocks) { return word(blocked, blocks); }
std::string_view to_string(Work work) { return word(works, work); }

}  // namespace dataflow
