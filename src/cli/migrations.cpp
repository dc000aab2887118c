#include "cli/migrations.hpp"

#include <algorithm>

#include "cli/output.hpp"
#include "core/text.hpp"

namespace dataflow::cli {

Option dir_option() {
  return {.name = "dir", .value = "DIRECTORY", .help = "where the migration files are; migrations when not given"};
}
Option layout_option() {
  return {.name = "layout", .value = "LAYOUT", .help = "how the files are laid out", .words = layout_words()};
}
Option resolve_option() {
  return {.name = "resolve",
          .value = "ACTION",
          .help = "a way out of a conflict; validate lists those there are",
          .words = {"accept-checksum", "apply-out-of-order", "skip", "ignore-missing"}};
}

std::string directory_of(const Arguments& arguments) { return arguments.value("dir").value_or("migrations"); }
std::optional<Layout> layout_of(const Arguments& arguments) {
  const auto word = arguments.value("layout");
  return word ? layout_named(*word) : std::nullopt;
}
MigrationDirectory migrations_of(const Arguments& arguments) {
  return read_migrations(directory_of(arguments), layout_of(arguments));
}

std::string label(const MigrationFile& file) {
  return file.name.empty() || file.name == file.version ? file.version : file.version + ' ' + file.name;
}

Json json_of(const MigrationFile& file) {
  return {{"version", file.version},
          {"name", file.name},
          {"up", file.up.path},
          {"down", file.down ? Json(file.down->path) : Json()},
          {"checksum", file.up.checksum()}};
}
Json json_of(const MigrationConflict& conflict) {
  return {{"kind", conflict.kind},
          {"version", conflict.version},
          {"description", conflict.description},
          {"resolution_options", conflict.resolution_options}};
}
Json json_of(const AppliedFile& applied) {
  return {{"version", applied.file.version},
          {"name", applied.file.name},
          {"applied_at", applied.applied_at},
          {"checksum", applied.file.checksum},
          {"carried_out", applied.file.carried_out}};
}

std::string listed(const std::vector<MigrationConflict>& conflicts) {
  std::string text;
  for (const MigrationConflict& c : conflicts) {
    text += "conflict (" + c.kind + "): " + c.description + '\n';
    for (const std::string& option : c.resolution_options)
      text += "  - " + (option.find(' ') == std::string::npos ? "--resolve " + option : option) + '\n';
  }
  return text;
}

int with_conflicts(Context& context, const std::function<int()>& work) {
  try {
    return work();
  } catch (const MigrationConflictError& error) {
    if (!context.json()) throw;
    Json document = failure_document(error);
    document["conflicts"] = json_of(error.conflicts);
    context.output.document(dump(document));
    return exit_status(error.code);
  }
}

MigrationJournal journal_of(const MigrationDirectory& directory, Database& database, const Arguments& arguments) {
  MigrationJournal journal = compare(directory, database);
  for (const std::string& action : arguments.values("resolve")) resolve(directory, journal, database, action);
  if (!journal.conflicts.empty()) throw MigrationConflictError(journal.conflicts);
  return journal;
}

std::size_t place_of(const MigrationDirectory& directory, const std::string& version) {
  std::vector<std::string> known;
  for (std::size_t i = 0; i < directory.files.size(); ++i) {
    const MigrationFile& file = directory.files[i];
    if (file.version == version || file.version + '_' + file.name == version || file.name == version) return i;
    known.push_back(file.version);
  }
  const std::string near = nearest(version, known);
  throw Error(ErrorCode::not_found, "there is no migration '" + version + "' in '" + directory.path + "'",
              known.empty()   ? "the directory holds no migrations"
              : !near.empty() ? "did you mean " + near + "?"
                              : "the newest is " + known.back());
}

}  // namespace dataflow::cli
