// What the surveys of several servers share: a change names tables and columns as they will be, the data is called as
// it is now.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataflow/change.hpp"
#include "dataflow/schema.hpp"
#include "db/connection.hpp"

namespace dataflow {

/// One overload for each kind of change that is of interest.
template <class... Overloads> struct Overloaded : Overloads... { using Overloads::operator()...; };
template <class... Overloads> Overloaded(Overloads...) -> Overloaded<Overloads...>;

/// "3 rows", or "more than 1000 rows": questions stop counting there.
inline constexpr std::size_t enough = 1000;
std::string counted(std::size_t n, std::string_view noun);
/// A figure that the server gave; 0 where it gave none.
std::uint64_t number(const Cell& cell);

/// The table that will be at `path`, as it is now; nullptr for one that the plan creates, as `change` sees it.
const Table* table_now(const Schema& from, const Change& change, const std::vector<Change>& all, const Path& path);
/// What a column of the table that will be at `path` is called now.
Name column_now(const std::vector<Change>& all, const Path& path, const Name& column);
/// The column whose values go with the change.
std::optional<Name> column_that_goes(const Change& change);

/// A column as it will be, and where its values come from.
struct Source {
  Column after;
  std::string value;     ///< as SQL about the rows of today; empty until it is known for a column that is created
  const Column* before;  ///< nullptr for a column that is created
};
/// Makes a change of columns to `sources`.
void follow(std::vector<Source>& sources, const Change& change);
/// Whether a change is one of the table that is `now` and will be at `path`.
bool changes_table(const Change& change, const Table& now, const Path& path);
/// As apply_change, but leaves out what cannot be made: it names a text as the server has it only after a rename.
void apply_where_possible(Schema& schema, const Change& change);

}  // namespace dataflow
