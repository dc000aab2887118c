#include <algorithm>
#include <limits>

#include "cli/commands.hpp"
#include "cli/confirm.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"
#include "cli/source.hpp"
#include "core/text.hpp"
#include "dataflow/preview.hpp"

namespace dataflow::cli {

namespace {
/// What --to names: everything above it goes, so it must stand itself.
std::string version_to_keep(Database& database, const std::string& version) {
  const Migration migration = find_migration(database, version);
  if (migration.status == MigrationStatus::applied) return migration.version;
  throw Error(ErrorCode::conflict,
              migration.version + " is not applied: its status is " + std::string(to_string(migration.status)),
              "give the version of a migration that is applied");
}

/// The versions to take back, newest first.
std::vector<std::string> versions_meant(Database& database, const Arguments& arguments) {
  if (!arguments.words.empty()) return {find_migration(database, arguments.words.front()).version};
  const bool last = arguments.flag("last");
  const std::string keep = last ? "" : version_to_keep(database, *arguments.value("to"));
  std::vector<std::string> versions;
  for (const auto& migration : history(database, std::numeric_limits<std::int32_t>::max())) {
    if (migration.version == keep) break;
    if (migration.status != MigrationStatus::applied) continue;
    versions.push_back(migration.version);
    if (last) break;
  }
  return versions;
}

void check_arguments(const Arguments& arguments) {
  const int ways = static_cast<int>(arguments.words.size()) + arguments.flag("last") + arguments.has("to");
  if (ways == 1) return;
  throw Error(ErrorCode::usage,
              ways == 0 ? "migrate rollback needs to know what to take back"
                        : "migrate rollback was told two things to take back",
              "give one of --last, --to VERSION, or VERSION");
}

/// Only the newest migration can be judged for obstacles: those below it come free when it is gone.
void check_possible(const RollbackAnalysis& newest, bool force_partial) {
  if (!newest.obstacles.empty())
    throw Error(newest.possible ? ErrorCode::refused : ErrorCode::conflict,
                newest.version + " cannot be taken back: " + join(newest.obstacles, "; "));
  if (!newest.irreversible_operations.empty() && !force_partial)
    throw Error(ErrorCode::refused,
                newest.version + " cannot be taken back whole: " + join(newest.irreversible_operations, "; "),
                "--force-partial takes back the rest");
}

std::string announced(const RollbackAnalysis& analysis, Format format, const PreviewOptions& style) {
  std::string text = format == Format::sql ? "-- take back " : "Take back ";
  text += analysis.version + '\n' + preview(analysis.plan, format, style);
  for (const auto& operation : analysis.irreversible_operations) text += "cannot be undone: " + operation + '\n';
  return text;
}

template <class T> void append(std::vector<T>& to, const std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

/// Several ways back as one plan, for a page that shows them all.
Plan whole_way(const std::vector<RollbackAnalysis>& analyses) {
  Plan whole;
  std::size_t behind = 0;  // steps that follow, as going forward again counts them
  for (const auto& analysis : analyses) behind += analysis.plan.steps.size();
  for (const auto& analysis : analyses) {
    const Plan& plan = analysis.plan;
    whole.dialect = plan.dialect, whole.to = plan.to;
    if (whole.from.empty()) whole.from = plan.from;
    behind -= plan.steps.size();
    for (Operation o : plan.operations) o.step += whole.steps.size(), whole.operations.push_back(std::move(o));
    for (Operation o : plan.rollback) o.step += behind, whole.rollback.push_back(std::move(o));
    append(whole.steps, plan.steps);
    append(whole.set_aside, plan.set_aside);
    append(whole.rollback_set_aside, plan.rollback_set_aside);
    append(whole.unmanaged, plan.unmanaged);
    append(whole.skipped, plan.skipped);
    append(whole.notes, plan.notes);
    for (const auto& operation : analysis.irreversible_operations)
      whole.notes.push_back("cannot be undone: " + operation);
  }
  // Those below the newest come free when it is gone.
  if (!analyses.empty())
    for (const auto& obstacle : analyses.front().obstacles) whole.notes.push_back("stands in the way: " + obstacle);
  return whole;
}

void show(const Context& context, const std::vector<RollbackAnalysis>& analyses) {
  const Format how = format(context.format).value_or(Format::table);
  if (how == Format::html || how == Format::github) {
    context.output.print(preview(whole_way(analyses), how, context.output.style()));
    return;
  }
  for (const auto& analysis : analyses) context.output.print(announced(analysis, how, context.output.style()));
  if (analyses.empty()) context.output.say("nothing to take back\n");
}

Json json_of(const RollbackAnalysis& analysis) {
  return {{"version", analysis.version},
          {"possible", analysis.possible},
          {"fully_reversible", analysis.fully_reversible},
          {"data_loss_warning", analysis.data_loss_warning},
          {"reversal", to_string(analysis.reversal)},
          {"safety_level", to_string(level(analysis.plan))},
          {"irreversible_operations", analysis.irreversible_operations},
          {"obstacles", analysis.obstacles},
          {"plan", cli::json_of(analysis.plan)}};
}

RiskLevel highest(const std::vector<RollbackAnalysis>& analyses) {
  RiskLevel highest = RiskLevel::safe;
  for (const auto& analysis : analyses) highest = std::max(highest, level(analysis.plan));
  return highest;
}
}  // namespace

std::vector<Option> migrate_rollback_options() {
  std::vector<Option> options = {database_option(),
                                 {.name = "last", .help = "the newest applied migration"},
                                 {.name = "to", .value = "VERSION", .help = "everything applied after this version"},
                                 {.name = "dry-run", .help = "show the way back, write nothing, ask nothing"},
                                 {.name = "force-partial", .help = "also when some of it cannot be undone"},
                                 timeout_option()};
  for (auto& option : confirm_options()) options.push_back(std::move(option));
  return options;
}

int migrate_rollback(Context& context) {
  const Arguments& arguments = context.arguments;
  check_arguments(arguments);
  Target target(context);
  const bool dry_run = arguments.flag("dry-run"), force_partial = arguments.flag("force-partial");
  Database& database = target.database(dry_run ? Open::read_only : Open::existing);
  std::vector<RollbackAnalysis> analyses;
  for (const auto& version : versions_meant(database, arguments))
    analyses.push_back(analyze_rollback(database, version));

  Json document = {{"ok", true}, {"database", target.name()}, {"dry_run", dry_run}, {"rollbacks", Json::array()}};
  for (const auto& analysis : analyses) document["rollbacks"].push_back(json_of(analysis));
  context.output.about("way back of " + target.name(), {});
  show(context, analyses);
  if (!analyses.empty() && !dry_run) {
    check_possible(analyses.front(), force_partial);
    confirm(context, highest(analyses), "Take back " + count(analyses.size(), "migration") + "?");
    for (const auto& analysis : analyses) {
      const Outcome outcome = rollback(database, analysis.version, execute_options(arguments), force_partial);
      if (context.format != "html") context.output.say("took back " + outcome.version + '\n');
    }
  }
  if (context.json()) context.output.document(dump(document));
  return 0;
}

}  // namespace dataflow::cli
