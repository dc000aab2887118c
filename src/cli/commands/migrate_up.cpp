#include <algorithm>

#include "cli/commands.hpp"
#include "cli/confirm.hpp"
#include "cli/migrations.hpp"
#include "cli/output.hpp"
#include "core/text.hpp"
#include "dataflow/preview.hpp"

namespace dataflow::cli {

namespace {

/// The files to apply: those that are pending, up to the one of --target.
std::vector<MigrationFile> meant(const MigrationDirectory& directory, const MigrationJournal& journal,
                                 const Arguments& arguments) {
  const auto target = arguments.value("target");
  if (!target) return journal.pending;
  const std::size_t last = place_of(directory, *target);
  std::vector<MigrationFile> out;
  for (const MigrationFile& file : journal.pending)
    if (place_of(directory, file.version) <= last) out.push_back(file);
  return out;
}

void show(Context& context, const MigrationFile& file, const Plan& plan) {
  const Format how = format(context.format).value_or(Format::table);
  if (how != Format::json)
    context.output.print((how == Format::sql ? "-- " : "") + label(file) + '\n' +
                         preview(plan, how, context.output.style()));
}

void must_be_possible(const Plan& plan) {
  for (const Operation& operation : plan.operations)
    if (operation.assessment.blocking)
      throw Error(ErrorCode::refused, operation.description() + " would fail: " + *operation.assessment.blocking,
                  operation.assessment.remedy);
}

/// A SQLite file that is not there yet is an empty database: `empty` stands for it in a dry run, which does not make
/// it.
Database& opened(Target& target, bool only_looks, std::optional<Database>& empty) {
  try {
    return target.database(only_looks ? Open::existing : Open::create);
  } catch (const Error& e) {
    if (!only_looks || e.code != ErrorCode::no_such_file || target.dialect() != "sqlite") throw;
    return empty.emplace(stand("sqlite", nullptr, Schema{.dialect = "sqlite"}));
  }
}

/// Plans each file on what the one before it leads to.
std::vector<Plan> looked_at(Context& context, Database& database, const std::vector<MigrationFile>& files) {
  std::vector<Plan> plans;
  std::optional<Database> later;
  for (std::size_t i = 0; i < files.size(); ++i) {
    plans.push_back(i == 0 ? plan(database, files[i]) : plan(*later, files[i], {.rows_unknown = true}));
    show(context, files[i], plans.back());
    if (i + 1 == files.size()) break;
    if (!later) later.emplace(stand(database.dialect(), &database, inspect(database)));
    replay(*later, {files[i]});
  }
  return plans;
}

bool applied_meanwhile(const MigrationDirectory& directory, Database& database, const MigrationFile& file) {
  const MigrationJournal now = compare(directory, database);
  return std::any_of(now.applied.begin(), now.applied.end(),
                     [&](const AppliedFile& a) { return a.file.version == file.version; });
}

/// Whether each part that commits by itself has a way back of its own. Files that people wrote have one way back, from
/// the end.
bool goes_back_from_anywhere(const Plan& plan) {
  return std::none_of(plan.steps.begin(), plan.steps.end(), [](const Step& step) {
    return step.down.empty() && std::any_of(step.up.begin(), step.up.end(), [](const Statement& statement) {
             return std::holds_alternative<RunAlone>(statement);
           });
  });
}

/// Asks, unless --auto-confirm stands for a yes; with --require-confirmation it does not from MEDIUM on.
void agree(const Context& context, const MigrationFile& file, const Plan& plan) {
  Context asking = context;
  if (context.arguments.flag("require-confirmation") && level(plan) >= RiskLevel::medium)
    asking.arguments.options.erase("auto-confirm");
  confirm(asking, level(plan), "Apply " + label(file) + "?");
}

/// Nothing where another process has applied it.
std::optional<Migration> applied(Context& context, const MigrationDirectory& directory, Database& database,
                                 const MigrationFile& file) {
  for (int attempt = 0;; ++attempt) {
    try {
      const Plan ready = plan(database, file);
      show(context, file, ready);
      must_be_possible(ready);
      agree(context, file, ready);
      ExecuteOptions options = execute_options(context.arguments);
      options.name = file.version;
      options.rollback_on_error = goes_back_from_anywhere(ready);
      return find_migration(database, execute(database, ready, options).version);
    } catch (const Error& e) {
      const bool overtaken =
          e.code == ErrorCode::stale || e.code == ErrorCode::verification || e.code == ErrorCode::conflict;
      if (overtaken && applied_meanwhile(directory, database, file)) return std::nullopt;
      if (e.code != ErrorCode::stale || attempt > 0 || !context.arguments.flag("auto-confirm")) throw;
    }
  }
}

int run_up(Context& context) {
  const Arguments& arguments = context.arguments;
  const bool dry_run = arguments.flag("dry-run"), trial = arguments.flag("dry-run-execute");
  if ((dry_run || trial) && arguments.has("resolve"))
    for (const std::string& action : arguments.values("resolve"))
      if (action == "skip" || action == "accept-checksum")
        throw Error(ErrorCode::usage, "--resolve " + action + " writes to the history, and a dry run writes nothing",
                    "leave one of them out");
  const MigrationDirectory directory = migrations_of(arguments);
  Target target(context);
  std::optional<Database> empty;
  Database& database = opened(target, dry_run, empty);
  if (const auto interrupted = unfinished(database))
    throw Error(ErrorCode::conflict, "migration " + interrupted->migration.version + " is unfinished",
                "finish it: migrate resume, or take it back: migrate resume --back");
  const std::vector<MigrationFile> files = meant(directory, journal_of(directory, database, arguments), arguments);

  Json document = {{"ok", true}, {"database", target.name()}, {"dry_run", dry_run || trial}};
  document["migrations"] = Json::array();
  std::string said = files.empty() ? "No migrations to apply" : "";
  if (trial && !files.empty()) {
    const TriedOut tried = try_out(database, files);
    for (const MigrationFile& file : files) document["migrations"].push_back(json_of(file));
    document["rows_affected"] = tried.rows;
    said = count(files.size(), "migration") +
           (tried.on_copy ? " ran on a copy of the database, which is gone again; "
                          : " ran in one transaction, which was taken back; ") +
           count(tried.rows, "row") + " changed";
  } else if (dry_run) {
    for (const Plan& plan : looked_at(context, database, files))
      document["migrations"].push_back(json_of(as_migration(plan)));
    if (!files.empty()) said = "dry run: nothing was changed";
  } else {
    for (const MigrationFile& file : files) {
      const auto done = applied(context, directory, database, file);
      if (done) document["migrations"].push_back(json_of(*done));
      context.output.say((done ? "applied " : "another process has applied ") + label(file) +
                         (done ? " in " + std::to_string(done->duration_ms) + " ms" : "") + '\n');
    }
  }
  if (context.json()) context.output.document(dump(document));
  if (!said.empty()) context.output.say((context.format == "sql" ? "-- " : "") + said + '\n');
  return 0;
}

}  // namespace

std::vector<Option> migrate_up_options() {
  std::vector<Option> options = {
      database_option(),
      dir_option(),
      layout_option(),
      {.name = "target", .value = "VERSION", .help = "no further than this one"},
      {.name = "dry-run", .help = "show what would be done, write nothing, ask nothing"},
      {.name = "dry-run-execute",
       .help = "run it for real in a transaction, and take everything back; on MariaDB, on a copy with all rows"},
      resolve_option(),
      timeout_option()};
  for (auto& option : confirm_options()) {
    if (option.name == "auto-confirm") option.aliases.push_back("non-interactive");
    options.push_back(std::move(option));
  }
  options.push_back({.name = "require-confirmation", .help = "ask from MEDIUM on, whatever --auto-confirm says"});
  return options;
}

int migrate_up(Context& context) {
  return with_conflicts(context, [&] { return run_up(context); });
}

}  // namespace dataflow::cli
