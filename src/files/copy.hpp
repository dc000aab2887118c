// A database with its rows in a scratch place, for servers that take back no change of the schema.
#pragma once
#include "dataflow/database.hpp"

namespace dataflow {

/// Whether copy_with_rows can: the scratch place is a database of the same server, whose statements reach both.
bool copies_rows(const Database& database);

/// Rows that are written meanwhile may be missing. Throws Error{permission} where the server gives no place for it.
Database copy_with_rows(Database& database);

}  // namespace dataflow
