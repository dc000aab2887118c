// What diagram and document say of a schema.
#pragma once
#include <string>
#include <vector>

#include "dataflow/schema.hpp"

namespace dataflow::codegen {

/// "film", "app.film"; "public", where everything is anyway, is left out.
std::string shown(const Path& path);
/// The type as its server writes it, or what a model means.
std::string type_text(const Type& type);
std::vector<const Table*> by_path(const Schema& schema);

bool in_primary_key(const Table& table, const Name& column);
bool in_foreign_key(const Table& table, const Name& column);
/// A unique constraint or index stands on this column alone.
bool alone_unique(const Table& table, const Name& column);

}  // namespace dataflow::codegen
