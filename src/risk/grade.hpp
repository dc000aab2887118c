// From an act and what is known about it to an assessment.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dataflow/change.hpp"
#include "dataflow/risk.hpp"
#include "dataflow/schema.hpp"

namespace dataflow {

/// What an operation does to a server, finer than what users call it: facts and rules are keyed by it.
enum class Act : std::uint8_t {
  create_table,
  drop_table,
  rename_table,
  change_table_options,
  add_nullable_column,
  add_column_with_default,
  add_column_with_volatile_default,
  add_required_column,
  add_generated_column,
  drop_column,
  rename_column,
  change_type,
  set_not_null,
  drop_not_null,
  change_default,
  change_generated,
  change_collation,
  change_column_options,
  change_identity,
  change_comment,
  add_primary_key,
  drop_primary_key,
  add_unique,
  drop_unique,
  add_foreign_key,
  drop_foreign_key,
  add_check,
  drop_check,
  create_index,
  create_unique_index,
  drop_index,
  create_definition,
  replace_definition,
  drop_definition
};
inline constexpr std::size_t acts = static_cast<std::size_t>(Act::drop_definition) + 1;
std::string_view to_string(Act act);

/// What a change does, aspect by aspect: an altered column may change its type and lose its default at once.
/// `stable` says whether an expression as a default gives every row the same value.
std::vector<Act> acts_of(const Change& change, bool (*stable)(std::string_view expression));

/// Version of a server, for facts that changed.
struct Since {
  int major = 0, minor = 0;
  auto operator<=>(const Since&) const = default;
};

/// What a server does for an act when nothing makes it worse; `source` says who says so.
struct Fact {
  Act act;
  Since since;
  Blocks blocks;
  Work work;
  std::string_view lock;  ///< on the table, or on the object itself where there is no table
  std::string_view source;
  /// Where an act is not the same work each time: the case this row speaks of ("no rewrite", "trigger"). Empty: every
  /// case that has no row of its own.
  std::string_view when = {};
  std::string_view also_locks = {};  ///< the lock it takes on the other tables of Evidence::also_locked
  bool rebuilds_indexes = false;     ///< indexes that are there already are built anew
  bool in_transaction = true;        ///< false: the server refuses it inside a transaction
  bool measured = true;              ///< false: no server was asked, and whoever is shown the fact is told
};

/// True when every Act has a base row.
constexpr bool complete(std::span<const Fact> facts) {
  bool seen[acts] = {};
  for (const Fact& fact : facts) seen[static_cast<std::size_t>(fact.act)] = true;
  for (bool s : seen)
    if (!s) return false;
  return true;
}

/// What becomes of values when a column's type changes.
enum class TypeChange : std::uint8_t { identical, widening, narrowing, lateral, unknown };
std::string_view to_string(TypeChange change);
TypeChange compare_types(const Type& before, const Type& after);

/// What the live data says about one change. Unset figures were not counted: the worse reading is taken.
struct Evidence {
  Act act = Act::create_definition;
  std::string when = {};                     ///< which of the facts of the act applies, as in Fact::when
  std::optional<std::uint64_t> rows = {};    ///< of the table
  std::optional<std::uint64_t> values = {};  ///< that would go or change: non-NULL values of a column, rows of a table
  std::vector<std::string> dependents = {};  ///< "view active_users"
  std::vector<std::string> by_text = {};     ///< programs whose text names it: no server follows a change into that
  TypeChange type_change = TypeChange::identical;
  std::optional<std::string> blocking = {};  ///< why it would fail now
  std::string remedy = {};
  bool fits = false;                          ///< a narrowing that every value survives
  bool unrecoverable = false;                 ///< data of a kind that cannot be set aside
  bool about = false;                         ///< the figures are the server's estimates
  std::optional<std::uint64_t> bytes = {};    ///< of the table with its indexes
  std::vector<std::string> also_locked = {};  ///< other tables that it locks: "teams"
  bool comes_back = false;                    ///< every value of a changed type was converted and came back as it was
  bool for_users = false;                     ///< what its users see or may do is another from then on
};

struct GradeContext {
  std::optional<bool> rewrites = {};  ///< whether its step rewrites the table, where steps are known
  bool set_aside = false;             ///< its data is set aside first
  std::uint64_t large_table_rows = 100'000;
};

/// Several aspects of one change as one: the highest level wins, every obstacle is kept.
Assessment merge(std::vector<Assessment> aspects);

/// The fact of an act in the given case on a server; nullptr where there is none.
const Fact* find_fact(std::span<const Fact> facts, Act act, std::string_view when, Since server);
/// Who says so where facts about this server were not measured: "MySQL's manual, not measured". Empty: all were.
std::string_view unmeasured(std::span<const Fact> facts, Since server);

/// The case that a change of a Definition is by its kind; empty for other changes.
std::string case_of(const Change& change);

Assessment grade(const Evidence& evidence, std::span<const Fact> facts, Since server, const GradeContext& context);

}  // namespace dataflow
