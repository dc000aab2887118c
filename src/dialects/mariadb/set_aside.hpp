// Data kept before it is destroyed: a table beside the others, found again by the key of its rows.
#pragma once
#include <string>
#include <vector>

#include "dialects/mariadb/mariadb.hpp"

namespace dataflow::mariadb {

/// The columns that tell the rows apart: the primary key, or a unique key without NULLs. Empty where there is none.
std::vector<Name> row_key(const Table& table);

/// What makes the table that holds values of `column`: before and after where it `becomes` another, else the value
/// alone. Sets the key. Where rows have no key, every other column is kept to find them by.
std::string holder(const Table& table, const Column& column, const Column* becomes, SetAside& to);
/// Fills it from the live table. Both tables must be locked, or the statements be one transaction.
std::vector<Statement> keep_values(const Table& table, const Column& column, const SetAside& to);
/// Notes what the values became, for rows that have not been noted; forgets those that stayed as they were.
std::vector<Statement> note_changes(const Table& table, const Column& column, const SetAside& to);
/// Keeps NULLs that are about to become `fill`.
std::vector<Statement> keep_nulls(const Table& table, const Column& column, const std::string& fill,
                                  const SetAside& to);
/// Puts values back; one written since stays.
Statement put_back(const Table& table, const Column& column, const SetAside& from);

/// A query that gives a row once `location` is there.
std::string is_there(const std::string& location);

}  // namespace dataflow::mariadb
