#include <algorithm>

#include "core/tell.hpp"
#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dataflow/execute.hpp"
#include "dataflow/snapshot.hpp"
#include "execute/run.hpp"
#include "execute/store.hpp"
#include "plan/operations.hpp"
#include "plan/parts.hpp"

namespace dataflow {

namespace {

/// Whether the options leave a change out, and why.
std::optional<std::string> left_out(const Operation& operation, const PlanOptions& options) {
  const auto& tables = options.include_tables;
  if (!tables.empty() && std::none_of(tables.begin(), tables.end(), [&](const std::string& t) {
        return equal_ignoring_case(t, operation.table.text);
      }))
    return "table not included";
  if (std::find(options.exclude_operations.begin(), options.exclude_operations.end(), operation.kind) !=
      options.exclude_operations.end())
    return "excluded operation";
  return std::nullopt;
}

std::vector<Skipped> leave_out(std::vector<Change>& changes, const PlanOptions& options) {
  std::vector<Skipped> skipped;
  std::erase_if(changes, [&](const Change& change) {
    const Operation operation = to_operation(change);
    const auto reason = left_out(operation, options);
    if (reason) skipped.push_back({operation.kind, operation.table, operation.details, *reason});
    return reason.has_value();
  });
  return skipped;
}

/// Where something is renamed the server follows the new name into its own texts. What is left to change shows only
/// after that: a CHECK that came along needs no change of its own.
std::vector<Change> beyond_renames(const Dialect& dialect, Connection& connection, const Schema& live,
                                   const Wanted& wanted, const Ownership& ownership, std::vector<Change> changes) {
  const auto renames = [](const Change& c) {
    return std::holds_alternative<Rename<Table>>(c) || std::holds_alternative<Rename<Column>>(c);
  };
  if (std::none_of(changes.begin(), changes.end(), renames)) return changes;
  Wanted rest{wanted.schema, {.fills = wanted.hints.fills}};
  std::vector<Change> first, replaced, on_scratch;
  for (Change& change : changes) {
    if (auto* alter = std::get_if<Alter<Definition>>(&change)) {
      // It goes before the renames, as it stands today, and comes back after everything.
      const Definition after = alter->after;
      for (const Definition& d : live.definitions)
        if (d.kind == alter->before.kind && d.name == alter->before.name && d.schema == alter->before.schema)
          alter->before = d;
      // The triggers and indexes on a view go and come with it.
      const auto stays = [&](const Definition& d) {
        return d.on == after.name && d.schema == after.schema &&
               std::find(live.definitions.begin(), live.definitions.end(), d) != live.definitions.end();
      };
      for (const Definition& d : rest.schema.definitions)
        if (!(d == after) && stays(d)) on_scratch.push_back(Drop<Definition>{alter->in, d});
      std::erase_if(rest.schema.definitions, [&](const Definition& d) { return d == after || stays(d); });
      on_scratch.push_back(Drop<Definition>{alter->in, alter->before});
      replaced.push_back(std::move(change));
    } else if (renames(change) || std::holds_alternative<Drop<Definition>>(change)) {
      first.push_back(change);
    }
  }
  on_scratch.insert(on_scratch.end(), first.begin(), first.end());
  Ownership later = ownership;
  for (const Change& change : first) {
    const auto* table = std::get_if<Rename<Table>>(&change);
    if (table != nullptr && find_table(later.owned, {table->in.schema, table->before}) != nullptr)
      apply_change(later.owned, change);
  }
  Difference difference = diff(dialect.renamed(&connection, live, on_scratch), rest, dialect.sameness, later);
  for (auto* part : {&difference.changes, &replaced}) std::move(part->begin(), part->end(), std::back_inserter(first));
  return first;
}

/// Whether a step rewrites its table, where the lowering decides that.
std::optional<bool> rewrites(const Lowered& lowered, std::size_t step) {
  if (lowered.rewrites.empty()) return std::nullopt;
  return lowered.rewrites[step];
}

/// An index that comes or goes alone lets writers go on, where the facts have a row for that.
void note_alone(Evidence& e, std::span<const Fact> facts, const std::vector<Statement>& statements) {
  constexpr std::string_view concurrently = "concurrently";
  const bool differs = std::any_of(facts.begin(), facts.end(),
                                   [&](const Fact& fact) { return fact.act == e.act && fact.when == concurrently; });
  if (differs && alone(statements) != nullptr) e.when = concurrently;
}

/// Going back is graded by the same rules; what this plan creates holds nothing yet.
std::vector<Operation> graded_rollback(const Dialect& dialect, Since version, const std::vector<Change>& changes,
                                       const std::vector<Operation>& forward, const Lowered& lowered) {
  std::vector<Operation> out;
  for (std::size_t i = changes.size(); i-- > 0;) {
    const Change back = inverse(changes[i]);
    Operation operation = to_operation(back);
    operation.step = lowered.steps.size() - 1 - lowered.step_of[i];
    std::vector<Assessment> aspects;
    for (Act act : acts_of(back, [](std::string_view) { return true; })) {
      Evidence e{.act = act, .when = case_of(back), .rows = forward[i].assessment.rows, .fits = true};
      if (act == Act::drop_column || act == Act::drop_table) e.values = 0;
      if (act == Act::create_table) e.rows = forward[i].assessment.rows;
      note_alone(e, dialect.facts, lowered.steps[lowered.step_of[i]].down);
      if (const auto* alter = std::get_if<Alter<Column>>(&back))
        e.type_change = compare_types(alter->before.type, alter->after.type);
      aspects.push_back(grade(
          e, dialect.facts, version,
          {.rewrites = rewrites(lowered, lowered.step_of[i]), .set_aside = lowered.rollback_saved[i].has_value()}));
    }
    operation.assessment = merge(std::move(aspects));
    out.push_back(std::move(operation));
  }
  return out;
}

/// Lays an obstacle at the operation it speaks of.
void obstruct(Plan& plan, const std::string& obstacle, const std::string& remedy) {
  const auto destructive = [](const Operation& o) { return o.assessment.level >= RiskLevel::high; };
  auto at = std::find_if(plan.operations.begin(), plan.operations.end(), [&](const Operation& o) {
    return destructive(o) && obstacle.find(o.object.empty() ? o.table.text : o.object.text) != std::string::npos;
  });
  if (at == plan.operations.end()) at = std::find_if(plan.operations.begin(), plan.operations.end(), destructive);
  if (at == plan.operations.end()) at = plan.operations.begin();
  Assessment& a = at->assessment;
  a.blocking = a.blocking ? *a.blocking + "; " + obstacle : obstacle;
  a.remedy = remedy;
}

void rehearse(const Dialect& dialect, Connection& connection, Plan& plan, const Schema& live, const Wanted& wanted,
              const Ownership& ownership, const PlanOptions& options) {
  tell({.activity = Activity::rehearse, .title = "rehearsing the plan on a copy of the schema"});
  const Watching nobody(nullptr);  // what is read there is the copy
  const Rehearsal rehearsal = dialect.rehearse(&connection, live, plan.steps, {});
  if (rehearsal.up_failure) {
    const auto at = std::find_if(plan.operations.begin(), plan.operations.end(),
                                 [&](const Operation& o) { return o.step == rehearsal.up_failure->step; });
    Assessment& a = (at == plan.operations.end() ? plan.operations.front() : *at).assessment;
    a.blocking = (a.blocking ? *a.blocking + "; " : "") + "the server refuses it: " + rehearsal.up_failure->sentence;
    if (a.remedy.empty())
      a.remedy =
          "change or drop what stands in the way in the same plan; what nobody owns is dropped with --drop-unmanaged";
    return;
  }
  Difference left = diff(rehearsal.after_up, wanted, dialect.sameness, ownership);
  leave_out(left.changes, options);
  if (!left.changes.empty()) {
    Error error(ErrorCode::refused,
                "the rehearsal of the plan does not reach the wanted schema: " +
                    to_operation(left.changes[0]).description() + " is still to do",
                "nothing was changed; please report this plan");
    throw error;
  }
  plan.to = fingerprint(dialect, rehearsal.after_up);
  for (const auto& [step, stop] : rehearsal.reached) plan.steps[step].reaches = stop.place;
  for (const auto& [step, stop] : rehearsal.returned) plan.steps[step].returns = stop.place;
  for (const std::string& broken : rehearsal.broken)
    obstruct(plan, "after this, " + broken,
             "change or drop it in the same plan; one that nobody owns is dropped with --drop-unmanaged");
  if (rehearsal.down_failure || fingerprint(dialect, rehearsal.after_down) != plan.from) {
    std::string why;
    if (rehearsal.down_failure)
      why = ": " + rehearsal.down_failure->sentence;
    else if (const auto missing = diff(rehearsal.after_down, {live, {}}, dialect.sameness).changes; !missing.empty())
      why = ": " + to_operation(missing[0]).description() + " would still be to do";
    plan.notes.push_back("the rollback was rehearsed and does not lead back" + why);
    for (Operation& operation : plan.operations) operation.assessment.reversal = Reversal::none;
  }
}

}  // namespace

std::vector<Operation> graded(Database& database, const Grading& grading) {
  const Dialect& dialect = *database.impl().dialect;
  const Since version = dialect.version(*database.impl().connection);
  std::vector<Operation> out;
  for (std::size_t i = 0; i < grading.changes.size(); ++i) {
    Operation operation = to_operation(grading.changes[i]);
    const std::string title = "looking at the rows: " + operation.description();
    tell({.activity = Activity::survey, .title = title, .done = i, .total = grading.changes.size(), .unit = "change"});
    GradeContext context;
    if (grading.lowered != nullptr) {
      operation.step = grading.lowered->step_of[i];
      context.rewrites = rewrites(*grading.lowered, operation.step);
      context.set_aside = grading.lowered->saved[i].has_value();
    }
    std::vector<Assessment> aspects;
    for (Evidence& e : dialect.survey(*database.impl().connection, grading.from, grading.changes[i], grading.changes,
                                      grading.hints)) {
      if (grading.rows_unknown && find_table(grading.from, subject(grading.changes[i])) != nullptr)
        e.rows.reset(), e.values.reset(), e.bytes.reset(), e.fits = false;
      if (grading.lowered != nullptr) note_alone(e, dialect.facts, grading.lowered->steps[operation.step].up);
      aspects.push_back(grade(e, dialect.facts, version, context));
    }
    operation.assessment = merge(std::move(aspects));
    out.push_back(std::move(operation));
  }
  return out;
}

Plan plan(Database& database, const Wanted& asked, const PlanOptions& options) {
  const Dialect& dialect = *database.impl().dialect;
  Connection& connection = *database.impl().connection;
  Store store(database);
  const Schema live = inspect(database);
  const Wanted wanted = dialect.settle(live, normalize(database, asked));
  const Ownership ownership{options.drop_unmanaged, store.owned()};
  Difference difference = diff(live, wanted, dialect.sameness, ownership);
  difference.changes = beyond_renames(dialect, connection, live, wanted, ownership, std::move(difference.changes));

  Plan out;
  out.dialect = dialect.name;
  out.from = out.to = fingerprint(dialect, live);
  out.skipped = leave_out(difference.changes, options);
  out.unmanaged = std::move(difference.unmanaged);
  out.candidates = std::move(difference.candidates);
  out.notes = wanted.notes;
  std::move(difference.notes.begin(), difference.notes.end(), std::back_inserter(out.notes));
  for (const Unmodelled& u : live.unmodelled)
    out.notes.push_back(u.kind + " " + u.path.name.text + " cannot be carried: " + u.reason);
  if (difference.changes.empty()) return out;

  const LowerOptions lowering{.to = &wanted.schema,
                              .create_backup = options.create_backup,
                              .taken = store.own_names(),
                              .seed = out.from,
                              .online = options.online,
                              .version = dialect.version(connection)};
  Lowered lowered = dialect.lower(live, difference.changes, wanted.hints, lowering);
  out.operations = graded(database, {live, difference.changes, wanted.hints, &lowered, options.rows_unknown});
  out.rollback = graded_rollback(dialect, dialect.version(connection), difference.changes, out.operations, lowered);
  out.steps = std::move(lowered.steps);
  out.set_aside = std::move(lowered.set_aside);
  out.rollback_set_aside = std::move(lowered.rollback_set_aside);
  if (std::string note = parts_note(out); !note.empty()) out.notes.push_back(std::move(note));
  if (const std::string_view source = unmeasured(dialect.facts, lowering.version); !source.empty())
    out.notes.push_back("locks and copies are predicted by " + std::string(source));
  if (options.rehearse) rehearse(dialect, connection, out, live, wanted, ownership, options);
  return out;
}

}  // namespace dataflow
