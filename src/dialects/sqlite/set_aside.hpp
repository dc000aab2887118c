// Data put aside before it goes, and put back.
#pragma once
#include <string>
#include <vector>

#include "dialects/sqlite/sqlite.hpp"

namespace dataflow::sqlite {

/// The name by which a table's rowid can be reached beside its columns; empty when there is none.
std::string rowid_name(const Table& table);

/// Statements that copy a column's values, with their key, into `to`. Empty when the rows of `after`, which the table
/// becomes, could not be told by it.
std::vector<Statement> set_column_aside(const Table& table, const Table& after, const Column& column, SetAside& to);
/// Statements that copy all rows of a table into `to`.
std::vector<Statement> set_table_aside(const Table& table, SetAside& to);
/// Statements that put them back into the freshly created table.
std::vector<Statement> restore_table(const Table& table, const SetAside& from);

/// Statements that keep, for a column whose values a rebuild changed, each row's value before and after.
/// `copy` is the rebuilt table that still stands beside `table`.
std::vector<Statement> set_changes_aside(const Table& table, const Name& copy, const Column& column, bool by_rowid,
                                         SetAside& to);

/// "b.id = o.id": how the rows of data set aside (alias b) find the rows of the table (alias o) again. `unchanged` are
/// the columns that still hold what they held.
std::string join_condition(const Table& table, const SetAside& from, const std::vector<Name>& unchanged);

}  // namespace dataflow::sqlite
