// What the files of the SQLite dialect share.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dataflow/plan.hpp"
#include "dataflow/schema.hpp"
#include "db/connection.hpp"
#include "db/session.hpp"
#include "dialects/dialect.hpp"

namespace dataflow::sqlite {

// types.cpp
Kind kind_of(std::string_view declared, std::uint32_t& first, std::uint32_t& second);
/// The declared type for a logical one; `rowid` for the column that is the rowid, `strict` inside a STRICT table.
std::string declared_type(const Type& type, bool rowid, bool strict);
enum class Affinity { integer, text, blob, real, numeric };
/// ANY takes every value as it is inside a STRICT table only.
Affinity affinity(std::string_view declared, bool strict);
bool same_type(const Type& a, const Type& b);

// read.cpp
/// Reads a CREATE TABLE as sqlite_schema keeps it. Throws Error{unsupported} where the text is not understood.
Table read_table(std::string_view sql);
/// Reads a CREATE INDEX as sqlite_schema keeps it.
Index read_index(std::string_view sql);
/// Where the table's name stands in its CREATE TABLE.
std::pair<std::size_t, std::size_t> name_in_create_table(std::string_view sql);

// render.cpp
std::string quote(std::string_view identifier);
std::string literal(const Literal& value);
std::string text_literal(std::string_view text);
std::string default_clause(const Column& column);
/// The column's definition. `rowid`: it is the table's only primary key column and stands for the rowid.
std::string column_definition(const Column& column, bool strict);
/// The text that creates the table under `as`: the server's own where there is one, else written from the values.
std::string create_table(const Table& table, const Name& as);
std::string create_index(const Index& index, const Name& table);
std::string check_clause(const Check& check);
std::string foreign_key_clause(const ForeignKey& key);
/// REFERENCES … with its actions, for a table constraint or behind a column.
std::string references_clause(const ForeignKey& key);
std::string column_list(const std::vector<Name>& names);
/// Everything of a schema as statements, in an order in which a fresh database takes them.
std::vector<std::string> creation_script(const Schema& schema);

// script.cpp
/// SQLite says itself where a statement ends.
std::vector<FileStatement> split_file(std::string_view sql);
Stand stand(Connection*, const Schema& schema);

// inspect.cpp
Schema inspect(Connection& connection);
/// What never belongs to a user: sqlite_… and dataflow_….
bool ours(std::string_view name);

// connection.cpp
std::unique_ptr<Connection> connect(const Url& url, Open open);
std::unique_ptr<Connection> adopt(soci::session& session);
std::unique_ptr<Connection> memory();
/// One in which the schema stands, built after `prelude` has run.
std::unique_ptr<Connection> memory(const Schema& schema, const std::vector<std::string>& prelude = {});

// normalize.cpp
Wanted normalize(Connection*, const Wanted& wanted);
Wanted load(Connection*, std::span<const SqlText> files);

// set_aside.cpp
std::vector<Statement> restore(const Schema& live, const SetAside& aside);

// lower.cpp
Lowered lower_changes(const Schema& from, const std::vector<Change>& changes, const Hints& hints,
                      const LowerOptions& options);

Schema renamed(Connection*, const Schema& from, const std::vector<Change>& changes);

// rehearse.cpp
Rehearsal rehearse(Connection*, const Schema& from, const std::vector<Step>& steps,
                   const std::vector<std::string>& prelude);
std::vector<std::string> set_aside_tables(Connection& connection);

// survey.cpp
std::vector<Evidence> survey(Connection& connection, const Schema& from, const Change& change,
                             const std::vector<Change>& all, const Hints& hints);

// facts.cpp
std::span<const Fact> all_facts();

// run.cpp
std::unique_ptr<Migrating> begin(Connection& connection, const Deadline& deadline, bool rewrites);
std::string catalog_digest(Connection& connection);
std::optional<Standing> standing(Connection& connection);

// key.cpp
/// How a row is found again: the columns of its key, or the rowid under the name by which it can be reached.
struct RowKey {
  std::vector<Name> columns;  ///< empty: there is only the rowid
  std::string rowid;          ///< a usable name of the rowid; empty when there is none
  bool stable = true;         ///< false: VACUUM may renumber it
};
RowKey row_key(const Table& table);
bool without_rowid(const Table& table);
bool strict(const Table& table);
/// The column that is another name of the rowid, or nullptr.
const Column* rowid_column(const Table& table);

}  // namespace dataflow::sqlite
