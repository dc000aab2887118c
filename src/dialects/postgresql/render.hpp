// What the files that write PostgreSQL's SQL share. Private to this folder.
#pragma once
#include <set>
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
/// Splits a list at commas that stand in no quotes, strings or parentheses; blanks around the items are left out.
std::vector<std::string> split_list(std::string_view list);
/// "public.\"A.b\".c" to {"public", "A.b", "c"}. Empty when the text is no qualified name.
std::vector<std::string> qualified_parts(std::string_view text);
/// The same as a path; the last part is its name.
Path read_path(std::string_view text);
std::vector<Path> read_paths(std::string_view list);

// render.cpp
/// Whether the parenthesis that opens at `open` closes with the last character.
bool closes_at_end(std::string_view text, std::size_t open);
/// What stands behind DEFAULT. The column has one.
std::string default_text(const Column& column);
/// DEFAULT, GENERATED and NOT NULL of a column, each after a space.
std::string column_options(const Column& column);
/// The statement that makes an existing column NOT NULL. `alter_table`: "ALTER TABLE t".
std::string require_not_null(const std::string& alter_table, const Column& column);

// render_table.cpp
/// What is left out of a table's creation, because it needs something that comes later: parts as a Dependency names
/// them, "column a" (its default), "check c", "index i".
using Postponed = std::set<std::string>;
/// Statements that create a table. `around`: the schema it is part of; what its parents bring need not be repeated.
std::vector<std::string> create(const Table& table, const Schema* around, const Postponed& postponed);
/// What `create` left out.
std::vector<std::string> complete(const Table& table, const Postponed& postponed);
/// Statements that run once everything else is there: foreign keys, and indexes that some partitions are without.
std::vector<std::string> last_words(const Table& table, const Schema& around);

/// What "statistics" says of an index ("2=100"), as statements. `index`: its quoted path.
std::vector<std::string> index_statistics(const Attributes& attributes, const std::string& index);

// grants.cpp
/// The attribute that says in which order roles were granted something, where that is not the alphabet's.
inline constexpr const char* granted_in_order = "granted in order";
/// Whether an attribute is about privileges.
bool of_rights(const std::string& key);
std::string quoted_roles(const std::vector<std::string>& roles);
/// Grants that stay keep the order of `live`; what is new comes behind them, as the server has it.
void adopt_order_of_grants(Attributes& wanted, const Attributes& live);

// render_parts.cpp
/// The attribute of a part of a definition: "column a: comment", "constraint positive: comment".
std::string part_key(const std::string& word, const Name& part, const std::string& key);
bool of_part(const std::string& key);
/// Statements that turn what the parts of a definition have of their own into what they are to have. The parts are
/// `after`'s already.
std::vector<std::string> alter_parts(const Definition& before, const Definition& after);

// render_definition.cpp
/// A view of the same columns that needs nothing but their types; empty where the definition does not know them.
std::string stand_in(const Definition& view);
/// Statements that create a domain without its checks, and those that add them.
std::vector<std::string> create_domain(const Definition& domain, bool with_checks);
std::vector<std::string> add_domain_checks(const Definition& domain);

}  // namespace dataflow::postgresql
