// Migration files: a directory of SQL files as a list of what to carry out, in the layouts that people already have.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataflow/error.hpp"
#include "dataflow/execute.hpp"

namespace dataflow {

enum class Layout : std::uint8_t { dataflow, golang_migrate, flyway, dbmate, goose, sqitch, liquibase };
std::string_view to_string(Layout layout);                  ///< "golang-migrate"
std::optional<Layout> layout_named(std::string_view word);  ///< any case
std::vector<std::string> layout_words();

/// One direction of a migration. What belongs to the other is blank lines, so that lines count as in the file.
struct MigrationText {
  std::string path;
  std::string sql;
  std::string checksum() const;  ///< SHA-256, however its lines end
};
struct MigrationFile {
  std::string version, name;
  MigrationText up;
  std::optional<MigrationText> down;
};

/// What stands between a directory and a database, and what can be done about it.
struct MigrationConflict {
  std::string kind;     ///< "edited", "missing", "out of order", "duplicate", "orphan", "unreadable"
  std::string version;  ///< of the file; empty for an unreadable one
  std::string description;
  std::vector<std::string> resolution_options;
};
/// Error{conflict} with all of them. Its hint names the options.
class MigrationConflictError : public Error {
 public:
  explicit MigrationConflictError(std::vector<MigrationConflict> all);
  std::vector<MigrationConflict> conflicts;
};

struct MigrationDirectory {
  std::string path;
  Layout layout = Layout::dataflow;
  std::vector<MigrationFile> files;          ///< in the order in which they run
  std::vector<MigrationConflict> conflicts;  ///< what the names alone say
  std::vector<std::string> notes;            ///< worth knowing, no obstacle
};
/// Reads a directory; the layout is told by what is there unless it is given. Throws Error{no_such_file, permission,
/// unsupported}.
MigrationDirectory read_migrations(const std::string& path, std::optional<Layout> layout = {});

/// A file as the history of a database knows it.
struct AppliedFile {
  std::string recorded;  ///< the version of its history row
  std::string applied_at;
  PlanFile file;
};
struct MigrationJournal {
  std::vector<AppliedFile> applied;  ///< oldest first
  std::vector<MigrationFile> pending;
  std::vector<MigrationConflict> conflicts;  ///< those of the directory included
};
MigrationJournal compare(const MigrationDirectory& directory, Database& database);

/// Takes one way out of the conflicts of `journal` that have it: "accept-checksum", "skip" and "ignore-missing" write
/// to the history; "apply-out-of-order" only lets them be applied. Throws Error{usage} where no conflict has it.
void resolve(const MigrationDirectory& directory, MigrationJournal& journal, Database& database,
             std::string_view action);

/// What a file does to the database as it stands: rehearsed up and down on a scratch copy and graded on the live data.
/// Writes nothing. Throws Error{bad_document} with file and line for what the server does not take.
Plan plan(Database& database, const MigrationFile& file, const PlanOptions& options = {});
/// The plan that marks a file as applied and runs nothing.
Plan mark(Database& database, const MigrationFile& file);
/// Runs files on a scratch database, one after the other, as far as they concern it.
void replay(Database& scratch, const std::vector<MigrationFile>& files);
struct TriedOut {
  std::uint64_t rows = 0;  ///< that were changed
  bool on_copy = false;
};
/// Runs files for real: in one transaction, which is taken back, or, where a statement would commit by itself, on a
/// copy of the database with its rows, which is gone again. Throws Error{unsupported} where neither can be.
TriedOut try_out(Database& database, const std::vector<MigrationFile>& files);

enum class Naming : std::uint8_t { timestamp_description, sequential };

struct GenerateOptions {
  std::string name = {};  ///< empty: derived from the changes
  Naming naming = Naming::timestamp_description;
  Layout layout = Layout::dataflow;
  bool create_backup = true;
  bool online = false;
  bool drop_missing = true;  ///< what the target lacks goes
};
/// One change as tools read it.
struct GeneratedChange {
  Operation operation;
  std::vector<std::string> columns;  ///< of an index or constraint
  std::string type;                  ///< of a column
};
struct WrittenFile {
  std::string path;  ///< within the directory
  std::string text;
  bool append = false;
};
struct GeneratedMigration {
  std::string version, name;
  std::string up_script, down_script;
  std::vector<GeneratedChange> changes;
  std::string estimated_duration;
  bool data_at_risk = false;
  Plan plan;
  std::vector<WrittenFile> files;
  bool empty() const { return plan.empty(); }
};
/// What turns the schema that stands in `scratch` into `to`, as files of a layout. `directory`: where they will stand,
/// whose versions they follow. Writes nothing.
GeneratedMigration generate(Database& scratch, const Wanted& to, const MigrationDirectory& directory,
                            const GenerateOptions& options = {});
/// Writes the files into the directory, which is made when it is not there. None overwrites another. Returns the paths.
/// Throws Error{conflict} where a file is there, Error{permission, disk_full}: then nothing was written.
std::vector<std::string> write(const GeneratedMigration& migration, const std::string& directory);

/// "add_payment_retry_columns", from what the plan does.
std::string derived_name(const Plan& plan);
/// Letters, digits and underscores, lower case.
std::string slug(std::string_view text);

}  // namespace dataflow
