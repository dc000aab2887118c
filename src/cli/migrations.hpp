// What the commands for migration files share.
#pragma once
#include <functional>
#include <string>

#include "cli/command.hpp"
#include "cli/json.hpp"
#include "cli/source.hpp"
#include "dataflow/files.hpp"

namespace dataflow::cli {

Option dir_option();
Option layout_option();
Option resolve_option();

/// What --dir and --layout say.
std::string directory_of(const Arguments& arguments);
std::optional<Layout> layout_of(const Arguments& arguments);
MigrationDirectory migrations_of(const Arguments& arguments);

/// "20240115093000 add_payment_retry_columns"
std::string label(const MigrationFile& file);
/// One line each, with the ways out of it.
std::string listed(const std::vector<MigrationConflict>& conflicts);

/// Runs a command; in JSON mode conflicts are in its document.
int with_conflicts(Context& context, const std::function<int()>& work);

/// The journal, with what --resolve picks. Throws MigrationConflictError for what is left.
MigrationJournal journal_of(const MigrationDirectory& directory, Database& database, const Arguments& arguments);

/// The place of a version in the directory. Throws Error{not_found} with the nearest.
std::size_t place_of(const MigrationDirectory& directory, const std::string& version);

}  // namespace dataflow::cli
