// What the files that write PostgreSQL's SQL share. Private to this folder.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dialects/postgresql/postgresql.hpp"

namespace dataflow::postgresql {

// quote.cpp
/// The value of an attribute; nullptr where it is not set.
const std::string* value_of(const Attributes& attributes, const std::string& key);
/// Quoted names joined by ", ".
std::string quoted_list(const std::vector<Name>& names);
/// A collation as it stands in values: the bare name of one that the server brings, or `quote(Path)` of another.
std::string quote_collation(const Name& name);
/// Splits a list at commas that stand in no quotes, strings or parentheses; blanks around the items are left out.
std::vector<std::string> split_list(std::string_view list);
/// "public.\"A.b\".c" to {"public", "A.b", "c"}. Empty when the text is no qualified name.
std::vector<std::string> qualified_parts(std::string_view text);
/// The same as a path; the last part is its name.
Path read_path(std::string_view text);
std::vector<Path> read_paths(std::string_view list);

// render_table.cpp
/// What is left out of a table's creation, because it needs something that comes later.
struct Postponed {
  std::vector<Name> defaults = {};  ///< of these columns
  std::vector<Name> checks = {};
  std::vector<Name> indexes = {};
  bool empty() const { return defaults.empty() && checks.empty() && indexes.empty(); }
};
/// Statements that create a table. `around`: the schema it is part of, whose parents need not be repeated.
std::vector<std::string> create(const Table& table, const Schema* around, const Postponed& postponed);
/// What `create` left out.
std::vector<std::string> complete(const Table& table, const Postponed& postponed);
/// Statements that can only run once everything else is there: foreign keys, and indexes that partitions lack.
std::vector<std::string> last_words(const Table& table, const Schema& around);
/// Whether an index stands only on a partitioned table itself, some of its partitions being without.
bool only_on_parent(const Index& index);

}  // namespace dataflow::postgresql
