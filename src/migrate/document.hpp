// generate_documentation: the schema as a Markdown file.
#pragma once
#include <string>

#include "dataflow/database.hpp"

namespace dataflow {

/// Says before anything is changed that the file could not be written. Throws Error{permission, no_such_file}.
void check_document(const std::string& path);
/// Writes the file, whole or not at all. Throws as check_document does.
void write_document(Database& database, const std::string& path);

}  // namespace dataflow
