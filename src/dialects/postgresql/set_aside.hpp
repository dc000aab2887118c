// Data put aside before it goes, and put back.
#pragma once
#include <string>
#include <vector>

#include "dialects/postgresql/lower.hpp"

namespace dataflow::postgresql {

/// A place for data of a table (column empty: all of it, or the value of a sequence) that nobody has yet.
SetAside new_aside(const Path& table, const Name& column, std::string kind, const Place& place);

/// Statements that copy all rows of a table, and the values of its identity sequences, into `to`.
std::vector<Statement> set_table_aside(const Table& table, const SetAside& to);
/// Statements that put them back into the freshly created table.
std::vector<Statement> restore_table(const Table& table, const SetAside& from);

/// Statements that copy a column's values, with what tells its rows apart in `after`, into `to`.
std::vector<Statement> set_column_aside(const Table& table, const Table& after, const Column& column, SetAside& to);
/// Statements that keep, for the rows where `condition` holds, a column's value and what `changed` makes of it.
std::vector<Statement> set_changes_aside(const Table& table, const Column& column, const std::string& changed,
                                         const std::string& condition, SetAside& to);
/// The statement that puts values back where a row still holds what the change made of it. `converted` turns a text
/// that was a value after the change into what stands in the column now; empty: the text itself.
std::string restore_column(const Table& table, const Column& column, const SetAside& from,
                           const std::string& converted);
/// How restore_column calls the text of a value after the change.
inline constexpr std::string_view changed_value = "b.dataflow_after";

std::vector<Statement> set_sequence_aside(const Path& sequence, const SetAside& to);
std::string restore_sequence(const Path& sequence, const SetAside& from);
/// The sequence of an identity column goes on where its values ended.
std::string continue_identity(const Path& table, const Name& column);

}  // namespace dataflow::postgresql
