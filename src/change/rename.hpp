// Renames, followed into everything that names the renamed.
#pragma once
#include <map>

#include "dataflow/schema.hpp"

namespace dataflow {

/// Tables by the path they had; columns by the path their table has once `tables` are renamed.
struct Renames {
  std::map<Path, Name> tables = {};
  std::map<Path, std::map<Name, Name>> columns = {};
  bool empty() const { return tables.empty() && columns.empty(); }
};

/// Renames all of them at once: the objects themselves, keys, indexes, foreign keys of every table, and the table that
/// a trigger stands on. Text of the server (expressions, definitions) stays as it is.
void follow(Schema& schema, const Renames& renames);

}  // namespace dataflow
