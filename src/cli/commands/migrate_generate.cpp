#include <filesystem>

#include "cli/commands.hpp"
#include "cli/hints.hpp"
#include "cli/migrations.hpp"
#include "cli/output.hpp"
#include "core/text.hpp"

namespace dataflow::cli {

namespace {

/// The schema that the migration begins with, standing in a scratch place.
Database begin_with(const Context& context, Reader& reader, const MigrationDirectory& directory) {
  if (const auto from = context.arguments.value("from"))
    return stand(reader.dialect(), reader.server(), reader.load_normalized(*from, context.models).schema);
  Database scratch = stand(reader.dialect(), reader.server(), Schema{.dialect = std::string(reader.dialect())});
  replay(scratch, directory.files);
  return scratch;
}

Json json_of(const GeneratedChange& change) {
  const Operation& o = change.operation;
  const bool column = o.kind == OperationKind::add_column || o.kind == OperationKind::drop_column ||
                      o.kind == OperationKind::alter_column || o.kind == OperationKind::rename_column;
  Json details = Json::object();
  if (!column && !o.object.empty()) details["name"] = o.object.text;
  if (!change.type.empty() && column) details["type"] = change.type;
  if (!change.columns.empty()) details["columns"] = change.columns;
  if (!o.details.empty()) details["text"] = o.details;
  const Assessment& a = o.assessment;
  return {{"type", to_string(o.kind)},
          {"table", o.table.text},
          {"column", column ? Json(o.object.text) : Json()},
          {"details", std::move(details)},
          {"reversible", a.reversal == Reversal::exact || a.reversal == Reversal::with_backup},
          {"data_loss_risk", to_string(a.data_loss)}};
}

Json document_of(const GeneratedMigration& migration, const std::vector<std::string>& files) {
  Json document = {{"ok", true}, {"migration", nullptr}, {"files", files}};
  if (!migration.empty())
    document["migration"] = {{"name", migration.version + '_' + migration.name},
                             {"up_script", migration.up_script},
                             {"down_script", migration.down_script},
                             {"changes", cli::Json::array()},
                             {"estimated_duration", migration.estimated_duration},
                             {"data_at_risk", migration.data_at_risk}};
  for (const GeneratedChange& change : migration.changes) document["migration"]["changes"].push_back(json_of(change));
  return document;
}

}  // namespace

std::vector<Option> migrate_generate_options() {
  return {
      {.name = "from", .value = "SOURCE", .help = "the schema before; else what the files of the directory lead to"},
      {.name = "to", .value = "SOURCE", .help = "the schema it should have"},
      dir_option(),
      layout_option(),
      {.name = "naming",
       .value = "NAMING",
       .help = "what a version is",
       .words = {"timestamp_description", "sequential"}},
      dev_option(),
      rename_option(),
      {.name = "create-backup", .help = "set nothing aside before it is destroyed", .on = true},
      {.name = "online", .help = "build and drop indexes so that writers do not wait (PostgreSQL)"},
      {.name = "dry-run", .help = "print the scripts, write nothing"}};
}

int migrate_generate(Context& context) {
  const Arguments& arguments = context.arguments;
  const auto to = arguments.value("to");
  if (!to && context.models == nullptr)
    throw Error(ErrorCode::usage, "migrate generate needs --to SOURCE",
                "a source is a database URL such as sqlite:app.db, a .sql file, or a snapshot");
  const std::string path = directory_of(arguments);
  std::error_code ignored;
  MigrationDirectory directory;
  directory.path = path;
  directory.layout = layout_of(arguments).value_or(Layout::dataflow);
  if (std::filesystem::exists(path, ignored)) directory = migrations_of(arguments);
  if (!directory.conflicts.empty()) throw MigrationConflictError(directory.conflicts);

  Reader reader(context, {to.value_or(""), arguments.value("from").value_or("")});
  Wanted wanted = reader.load_normalized(to.value_or("models"), context.models);
  add_hints(wanted.hints, arguments);
  Database scratch = begin_with(context, reader, directory);
  const GeneratedMigration migration = generate(
      scratch, wanted, directory,
      {.name = arguments.words.empty() ? "" : arguments.words.front(),
       .naming = arguments.value("naming") == "sequential" ? Naming::sequential : Naming::timestamp_description,
       .layout = directory.layout,
       .create_backup = !arguments.has("create-backup") || arguments.flag("create-backup"),
       .online = arguments.flag("online")});
  const bool dry_run = arguments.flag("dry-run");
  const std::vector<std::string> files =
      migration.empty() || dry_run ? std::vector<std::string>{} : write(migration, path);

  if (context.json()) context.output.document(dump(document_of(migration, files)));
  if (migration.empty()) {
    context.output.say("No changes: nothing to generate\n");
    return 0;
  }
  if (dry_run)
    context.output.result("-- " + migration.version + '_' + migration.name + ", up\n" + migration.up_script + "\n-- " +
                          migration.version + '_' + migration.name + ", down\n" + migration.down_script);
  for (const std::string& file : files) context.output.result(file + '\n');
  context.output.say(describe(migration.plan) + "; " +
                     (migration.data_at_risk ? "data is at risk" : "no data is at risk") + "; " +
                     migration.estimated_duration + '\n');
  for (const RenameCandidate& c : migration.plan.candidates)
    context.output.say("perhaps a rename: " + c.before.text + " to " + c.after.text + " (" + c.reason +
                       "); if so: --rename\n");
  return 0;
}

}  // namespace dataflow::cli
