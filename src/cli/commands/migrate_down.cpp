#include <algorithm>

#include "cli/commands.hpp"
#include "cli/confirm.hpp"
#include "cli/migrations.hpp"
#include "cli/output.hpp"
#include "core/text.hpp"
#include "dataflow/preview.hpp"

namespace dataflow::cli {

namespace {

/// What --steps and --target mean, newest first.
std::vector<AppliedFile> meant(std::vector<AppliedFile> applied, const Arguments& arguments) {
  std::reverse(applied.begin(), applied.end());
  if (arguments.has("steps") && arguments.has("target"))
    throw Error(ErrorCode::usage, "migrate down was told two things to take back", "give --steps or --target");
  auto end = applied.end();
  if (const auto target = arguments.value("target")) {
    end = std::find_if(applied.begin(), applied.end(), [&](const AppliedFile& a) {
      return a.file.version == *target || a.file.version + '_' + a.file.name == *target;
    });
    if (end == applied.end() && *target != "0")
      throw Error(ErrorCode::not_found, "no migration file of version '" + *target + "' is applied",
                  "migrate status --dir lists those that are; 0 takes all back");
  } else {
    const auto steps = static_cast<std::size_t>(arguments.number("steps", 1).value_or(1));
    end = applied.begin() + static_cast<std::ptrdiff_t>(std::min(steps, applied.size()));
  }
  return {applied.begin(), end};
}

std::string label(const AppliedFile& applied) {
  return applied.file.name.empty() || applied.file.name == applied.file.version
             ? applied.file.version
             : applied.file.version + ' ' + applied.file.name;
}

void must_be_possible(const AppliedFile& applied, const RollbackAnalysis& analysis, bool force_partial) {
  if (!applied.file.carried_out)
    throw Error(ErrorCode::conflict, label(applied) + " was marked as applied, not run: there is nothing to take back",
                "migrate rollback " + applied.recorded + " takes the mark back");
  if (applied.file.down_checksum.empty())
    throw Error(ErrorCode::refused, label(applied) + " has no way down: it cannot be taken back",
                "write a new migration that undoes it");
  if (!analysis.obstacles.empty())
    throw Error(ErrorCode::conflict, label(applied) + " cannot be taken back: " + join(analysis.obstacles, "; "),
                "look at: migrate show " + applied.recorded);
  if (!analysis.irreversible_operations.empty() && !force_partial)
    throw Error(ErrorCode::refused,
                label(applied) + " cannot be taken back whole: " + join(analysis.irreversible_operations, "; "),
                "--force-partial takes back the rest");
}

int run_down(Context& context) {
  const Arguments& arguments = context.arguments;
  const bool dry_run = arguments.flag("dry-run"), force_partial = arguments.flag("force-partial");
  Target target(context);
  Database& database = target.database(Open::existing);
  const MigrationDirectory directory = arguments.has("dir") ? migrations_of(arguments) : MigrationDirectory{};
  std::vector<AppliedFile> all = compare(directory, database).applied;
  if (arguments.has("dir")) all = journal_of(directory, database, arguments).applied;
  const std::vector<AppliedFile> files = meant(std::move(all), arguments);

  Json document = {{"ok", true}, {"database", target.name()}, {"dry_run", dry_run}, {"migrations", Json::array()}};
  const Format how = format(context.format).value_or(Format::table);
  for (const AppliedFile& file : files) {
    const RollbackAnalysis analysis = analyze_rollback(database, file.recorded);
    if (how != Format::json)
      context.output.print((how == Format::sql ? "-- take back " : "Take back ") + label(file) + '\n' +
                           preview(analysis.plan, how, context.output.style()));
    Json one = json_of(file);
    one["plan"] = json_of(analysis.plan);
    document["migrations"].push_back(std::move(one));
    if (dry_run) continue;
    must_be_possible(file, analysis, force_partial);
    confirm(context, level(analysis.plan), "Take back " + label(file) + "?");
    ExecuteOptions options = execute_options(arguments);
    // Where the way down does not lead back exactly, that was shown and agreed to.
    options.validate_after_migration = !force_partial;
    rollback(database, file.recorded, options, force_partial);
    context.output.say("took back " + label(file) + '\n');
  }
  if (context.json()) context.output.document(dump(document));
  if (files.empty()) context.output.say("No migration file is applied\n");
  return 0;
}

}  // namespace

std::vector<Option> migrate_down_options() {
  std::vector<Option> options = {
      database_option(),
      dir_option(),
      layout_option(),
      {.name = "steps", .value = "N", .help = "how many; 1 when not given"},
      {.name = "target", .value = "VERSION", .help = "everything applied after this one; 0 for all"},
      {.name = "dry-run", .help = "show the way back, write nothing, ask nothing"},
      {.name = "force-partial", .help = "also when some of it cannot be undone"},
      resolve_option(),
      timeout_option()};
  for (auto& option : confirm_options()) options.push_back(std::move(option));
  return options;
}

int migrate_down(Context& context) {
  return with_conflicts(context, [&] { return run_down(context); });
}

}  // namespace dataflow::cli
