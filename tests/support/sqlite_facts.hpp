// What SQLite itself says about a table: the judge of what is inspected and of what a migration leaves behind.
#pragma once
#include <string>

#include "support/sqlite.hpp"

namespace dataflow::test {

/// Identifier and text as SQL.
std::string quoted(const std::string& name);
std::string literal(const std::string& text);

/// Columns, keys, indexes, foreign keys and options of a table, by SQLite's own PRAGMAs. The names and the order of the
/// indexes that stand for constraints do not count, nor does the order of foreign keys,
/// nor whether an INTEGER PRIMARY KEY says NOT NULL.
std::string facts(const Sqlite& file, const std::string& table);

}  // namespace dataflow::test
