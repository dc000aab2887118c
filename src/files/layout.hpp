// Where the files of each layout stand, and how they are told apart.
#pragma once
#include <string>
#include <vector>

#include "dataflow/files.hpp"

namespace dataflow {

/// A statement of a script or a comment line of ours.
struct ScriptPiece {
  std::string text;  ///< without the semicolon behind it
  bool comment = false;
  bool alone = false;  ///< the server allows it in no transaction
};
struct ScriptGroup {
  std::string title;
  std::vector<ScriptPiece> pieces;
};
using MigrationScript = std::vector<ScriptGroup>;

/// As one text with a comment line for each group.
std::string plain_text(const MigrationScript& script);

struct NewMigration {
  std::string version, name, dialect;
  MigrationScript up, down;
};
/// The files of a new migration. `directory` is what is there already.
std::vector<WrittenFile> lay_out(Layout layout, const NewMigration& migration, const MigrationDirectory& directory);

/// "2" before "10", by digits wherever they stand.
bool natural_less(std::string_view a, std::string_view b);

/// The version behind all that are there. `now`: "20240115093000".
std::string next_version(const MigrationDirectory& directory, Naming naming, Layout layout, const std::string& now);

/// The whole of a file. Throws Error{no_such_file, permission, bad_document}.
std::string read_whole(const std::string& path);

}  // namespace dataflow
