// A plan as the script of a migration file, and a file as the steps of a plan. What a plan says beyond SQL stands in
// the file as comment lines `-- dataflow:WORD JSON`, which other tools pass over.
#pragma once
#include <string>
#include <vector>

#include "dialects/dialect.hpp"
#include "files/layout.hpp"

namespace dataflow {

/// The way forward of `plan`, or its way back. Where it commits in parts, each step says its number: both ways of a
/// step belong together.
MigrationScript script_of(const Plan& plan, bool back);

/// Statements that belong together, where they stand.
struct FileStep {
  std::vector<Statement> statements;
  std::size_t line = 1;
  bool rehearsed = true;
  std::optional<std::size_t> number = {};  ///< of the plan's step that the file was written from
};
struct FileSteps {
  std::vector<FileStep> steps;
  std::vector<SetAside> set_aside;
  bool ours = false;  ///< written by dataflow: its names need no client to be understood
};
/// Throws Error{bad_document} with file and line for what cannot stand in a migration file.
FileSteps steps_of(const Dialect& dialect, const MigrationText& text);

/// `text` with the places of data set aside that are in `taken` given free names.
void free_places(std::string& text, const std::vector<std::string>& taken);

}  // namespace dataflow
