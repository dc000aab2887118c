#include "preview/words.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>

#include "core/text.hpp"

namespace dataflow::page {

namespace {

using Operations = std::vector<const Operation*>;

template <class Predicate> Operations selected(const std::vector<Operation>& operations, Predicate predicate) {
  Operations chosen;
  for (const Operation& o : operations)
    if (predicate(o)) chosen.push_back(&o);
  return chosen;
}

/// "drop column phone from user, and 2 more"
std::string listed(const Operations& operations) {
  std::string text = operations.front()->description();
  if (operations.size() > 1) text += ", and " + std::to_string(operations.size() - 1) + " more";
  return text;
}

struct Unit {
  std::string_view name;
  std::uint64_t ms;
};
constexpr Unit units[] = {{"second", 1000}, {"minute", 60'000}, {"hour", 3'600'000}};

/// The largest unit of which `ms` has at least two.
const Unit& unit_of(std::uint64_t ms) {
  const Unit* unit = units;
  for (const Unit& u : units)
    if (ms >= 2 * u.ms) unit = &u;
  return *unit;
}

std::uint64_t rounded_up(std::uint64_t ms, const Unit& unit) { return ms / unit.ms + (ms % unit.ms == 0 ? 0 : 1); }

constexpr std::uint64_t unbounded = std::numeric_limits<std::uint64_t>::max();

/// The highest level at which programs still get along with an operation of the kind; unset: never.
struct Compatible {
  OperationKind kind;
  std::optional<RiskLevel> up_to;
};
constexpr RiskLevel always = RiskLevel::critical;
constexpr std::nullopt_t never = std::nullopt;
using K = OperationKind;
constexpr Compatible compatible[] = {
    {K::create_table, always},
    {K::drop_table, never},
    {K::rename_table, never},
    {K::alter_table, RiskLevel::safe},
    {K::add_column, RiskLevel::safe},
    {K::drop_column, never},
    {K::alter_column, RiskLevel::safe},
    {K::rename_column, never},
    {K::add_index, RiskLevel::medium},
    {K::drop_index, always},
    {K::alter_index, RiskLevel::medium},
    {K::add_constraint, RiskLevel::safe},
    {K::drop_constraint, RiskLevel::medium},
    {K::alter_constraint, RiskLevel::safe},
    {K::create_view, always},
    {K::drop_view, never},
    {K::alter_view, RiskLevel::safe},
    {K::create_trigger, RiskLevel::safe},
    {K::drop_trigger, never},
    {K::alter_trigger, RiskLevel::safe},
    {K::create_object, always},
    {K::drop_object, never},
    {K::alter_object, RiskLevel::safe},
};
constexpr bool in_order() {
  for (std::size_t i = 0; i < std::size(compatible); ++i)
    if (static_cast<std::size_t>(compatible[i].kind) != i) return false;
  return std::size(compatible) == operation_kinds;
}
static_assert(in_order(), "compatible has a row for each OperationKind, in its order");

std::string qualified(const Name& table, const Name& column) {
  return column.empty() ? table.text : table.text + '.' + column.text;
}

}  // namespace

std::string spaced(std::string_view word) {
  std::string text(word);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::string reversal_words(Reversal reversal) {
  switch (reversal) {
    case Reversal::exact: return "exact";
    case Reversal::with_backup: return "with backup";
    case Reversal::schema_only: return "schema only: rows do not come back";
    case Reversal::none: return "not available";
  }
  return "not available";
}

std::string rough_time(const Estimate& time) {
  const Unit& low_unit = unit_of(time.low_ms);
  const std::uint64_t low = time.low_ms / low_unit.ms;
  if (time.high_ms == unbounded)
    return low == 0 ? "not known" : std::to_string(low) + "+ " + std::string(low_unit.name) + 's';
  if (time.high_ms < 100) return "<100ms";
  if (time.high_ms < 1000) return "<1 second";
  const Unit& high_unit = unit_of(time.high_ms);
  const std::uint64_t high = rounded_up(time.high_ms, high_unit);
  const std::string high_text = count(high, high_unit.name);
  if (low == 0) return "up to " + high_text;
  if (low_unit.ms != high_unit.ms) return count(low, low_unit.name) + " to " + high_text;
  return low >= high ? high_text : std::to_string(low) + '-' + high_text;
}

std::string milliseconds(const Estimate& time) {
  if (time.high_ms == unbounded) return std::to_string(time.low_ms) + "+ms";
  if (time.low_ms >= time.high_ms) return std::to_string(time.low_ms) + "ms";
  return std::to_string(time.low_ms) + '-' + std::to_string(time.high_ms) + "ms";
}

bool backward_compatible(const Operation& operation) {
  // A column with a volatile default is MEDIUM for the work it makes; programs that do not know it lose nothing.
  if (operation.kind == K::add_column && operation.assessment.rule == "H4") return true;
  const auto& up_to = compatible[static_cast<std::size_t>(operation.kind)].up_to;
  return up_to && operation.assessment.level <= *up_to;
}

std::string compatibility_sentence(const Plan& plan) {
  const Operations breaking = selected(plan.operations, [](const Operation& o) { return !backward_compatible(o); });
  if (breaking.empty()) return "All operations are backward compatible";
  return std::to_string(breaking.size()) + " of " + count(plan.operations.size(), "operation") +
         (breaking.size() == 1 ? " is" : " are") + " not backward compatible: " + listed(breaking);
}

std::string data_loss_sentence(const Plan& plan) {
  const Operations losing =
      selected(plan.operations, [](const Operation& o) { return o.assessment.data_loss != DataLoss::none; });
  if (losing.empty()) return "No data loss risk detected";
  Operations unsaved;
  for (const Operation* o : losing)
    if (!set_aside_for(plan, *o)) unsaved.push_back(o);
  const std::string loss = data_loss(plan) == DataLoss::high ? "Data loss in " : "Possible data loss in ";
  const std::string text = loss + count(losing.size(), "operation");
  if (unsaved.empty()) return text + ", set aside first: " + listed(losing);
  if (unsaved.size() == losing.size()) return text + ", nothing set aside: " + listed(losing);
  return text + ", " + std::to_string(unsaved.size()) + " not set aside: " + listed(unsaved);
}

std::string time_sentence(const Plan& plan) { return "Estimated execution time: " + rough_time(estimate(plan)); }

std::string rollback_sentence(const Plan& plan) {
  const Reversal worst = reversal(plan);
  if (worst == Reversal::none) {
    const Operations stuck =
        selected(plan.operations, [](const Operation& o) { return o.assessment.reversal == Reversal::none; });
    return "Rollback plan: not available: cannot undo " + listed(stuck);
  }
  const std::string steps = count(plan.rollback.size(), "step");
  return "Rollback plan: Available (" + (worst == Reversal::exact ? steps : steps + ", " + reversal_words(worst)) + ")";
}

const SetAside* set_aside_for(const Plan& plan, const Operation& operation) {
  if (operation.assessment.data_loss == DataLoss::none) return nullptr;
  for (const SetAside& s : plan.set_aside)
    if (s.table == operation.table && (s.column.empty() || s.column == operation.object)) return &s;
  return nullptr;
}

std::string sentence(const SetAside& set_aside) {
  return qualified(set_aside.table, set_aside.column) + " (" + set_aside.kind + ") in " + set_aside.location;
}

std::string sentence(const Unmanaged& unmanaged) {
  const std::string text = unmanaged.kind + ' ' + unmanaged.path.name.text;
  return unmanaged.on.empty() ? text : text + " on " + unmanaged.on.text;
}

std::string sentence(const Skipped& skipped) {
  std::string text = upper(skipped.kind) + ' ' + skipped.table.text;
  if (!skipped.details.empty()) text += ": " + skipped.details;
  return skipped.reason.empty() ? text : text + ", " + skipped.reason;
}

std::string sentence(const RenameCandidate& candidate) {
  const Name table = candidate.is_column ? candidate.table.name : Name();
  const std::string before = candidate.is_column ? qualified(table, candidate.before) : candidate.before.text;
  std::string text = before + " → " + candidate.after.text;
  if (!candidate.reason.empty()) text += " (" + candidate.reason + ")";
  return text + "; if so, write renamed_from \"" + candidate.before.text + "\" in the model or --rename " + before +
         '=' + candidate.after.text;
}

std::vector<Aspect> analysis(const Assessment& a) {
  const auto with = [](const std::string& text, const std::string& more) {
    return more.empty() ? text : text + " (" + more + ")";
  };
  std::vector<Aspect> aspects = {
      {"level", with(std::string(to_string(a.level)), a.rule.empty() ? "" : "rule " + a.rule)},
      {"reason", a.reason},
      {"rows", a.rows ? std::to_string(*a.rows) : ""},
      {"lock", a.lock},
      {"blocks", spaced(to_string(a.blocks))},
      {"work", spaced(to_string(a.work))},
      {"data loss", std::string(to_string(a.data_loss))},
      {"rollback", reversal_words(a.reversal)},
      {"time", with(milliseconds(a.time), a.time.basis)},
      {"would fail", a.blocking.value_or("")},
      {"remedy", a.remedy},
  };
  std::erase_if(aspects, [](const Aspect& aspect) { return aspect.text.empty(); });
  return aspects;
}

Sign sign(OperationKind kind) {
  struct Mark {
    std::string_view verb;
    char mark;
  };
  constexpr Mark marks[] = {{"create", '+'}, {"add", '+'}, {"drop", '-'}, {"alter", '~'}, {"rename", '>'}};
  const std::string_view word = to_string(kind);
  const std::size_t end = word.find('_');
  const auto* found =
      std::find_if(std::begin(marks), std::end(marks), [&](const Mark& m) { return m.verb == word.substr(0, end); });
  return {found == std::end(marks) ? '~' : found->mark, std::string(word.substr(end + 1))};
}

}  // namespace dataflow::page
