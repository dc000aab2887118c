// What the files that turn changes into statements share. Private to this folder's lower_*.cpp, set_aside and arrange.
#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "dialects/postgresql/postgresql.hpp"

namespace dataflow::postgresql {

/// Where a change is carried out, in one direction: the schema around it and what is known of its data.
struct Place {
  const Schema& before;
  const Schema& after;
  const LowerOptions& options;
  const Hints& hints;               ///< none on the way back
  std::string_view direction;       ///< "up" or "down"
  const SetAside* restores;         ///< what the other direction set aside for this very change
  std::vector<std::string>& taken;  ///< locations in use
  bool anew = false;                ///< the object is made anew under what holds it, as Arranged says
  bool aside = false;               ///< it goes only to come back, or comes back
};

/// What a change comes to.
struct Written {
  std::vector<Statement> statements = {};
  std::optional<SetAside> kept = {};  ///< the data it sets aside
  void run(std::string sql) { statements.emplace_back(Run{std::move(sql)}); }
  void run(const std::vector<std::string>& all) {
    for (const std::string& sql : all) run(sql);
  }
  void add(std::vector<Statement> more) {
    for (Statement& statement : more) statements.push_back(std::move(statement));
  }
};

// lower_column.cpp
Written write(const Create<Column>& change, const Place& place);
Written write(const Drop<Column>& change, const Place& place);
Written write(const Alter<Column>& change, const Place& place);
/// "CAST" of an old value: how `value` of type `before` becomes one of type `after`.
std::string conversion(const std::string& value, const Type& before, const Type& after);
/// Whether PostgreSQL has to look at what stands on the column when its type becomes another.
bool other_type(const Column& before, const Column& after);
/// Whether a value of the one type is no value of the other: expressions over it may not be read the same.
bool other_base(const Column& before, const Column& after);
bool other_generated(const Column& before, const Column& after);
/// How PostgreSQL stores a type when nothing else is said.
std::string default_storage(const Type& type);

// lower_constraint.cpp
/// Whether a constraint or index can be changed as it stands; otherwise it goes and comes back.
bool changes_in_place(const PrimaryKey& before, const PrimaryKey& after);
bool changes_in_place(const Unique& before, const Unique& after);
bool changes_in_place(const ForeignKey& before, const ForeignKey& after);
bool changes_in_place(const Check& before, const Check& after);
bool changes_in_place(const Index& before, const Index& after);
/// Whether an index of the table may come and go while writers write. The server does not do that on partitioned
/// tables, only on their partitions; and what goes only to come back (`aside`) must not be missed in between.
bool beside_writers(const Schema& schema, const Path& table, const LowerOptions& options, bool aside);
Written write(const Create<PrimaryKey>& change, const Place& place);
Written write(const Drop<PrimaryKey>& change, const Place& place);
Written write(const Alter<PrimaryKey>& change, const Place& place);
Written write(const Create<Unique>& change, const Place& place);
Written write(const Drop<Unique>& change, const Place& place);
Written write(const Alter<Unique>& change, const Place& place);
Written write(const Create<ForeignKey>& change, const Place& place);
Written write(const Drop<ForeignKey>& change, const Place& place);
Written write(const Alter<ForeignKey>& change, const Place& place);
Written write(const Create<Check>& change, const Place& place);
Written write(const Drop<Check>& change, const Place& place);
Written write(const Alter<Check>& change, const Place& place);
Written write(const Create<Index>& change, const Place& place);
Written write(const Drop<Index>& change, const Place& place);
Written write(const Alter<Index>& change, const Place& place);

// lower_table.cpp
Written write(const Create<Table>& change, const Place& place);
Written write(const Drop<Table>& change, const Place& place);
Written write(const Alter<Table>& change, const Place& place);
Written write(const Rename<Table>& change, const Place& place);
Written write(const Rename<Column>& change, const Place& place);

// lower_options.cpp
Written write(const Create<TableOptions>& change, const Place& place);
Written write(const Drop<TableOptions>& change, const Place& place);
Written write(const Alter<TableOptions>& change, const Place& place);
/// Whether the table has to be made anew: PostgreSQL cannot turn a table into a partitioned one, nor its own columns
/// into inherited ones.
bool needs_new_table(const Table& before, const Table& after);
/// Moves the rows of a table, and of its partitions, into a new one. Whatever stands on it has been taken down.
/// (lower_anew.cpp)
void make_anew(const Alter<TableOptions>& change, const Place& place, Written& out);
/// All partitions of a table, each after its parent.
std::vector<Table> partitions_below(const Schema& schema, const Path& table);
/// "SET (fillfactor=70), RESET (autovacuum_enabled)": the clauses that turn one list of parameters into the other.
std::vector<std::string> parameter_clauses(const std::string& before, const std::string& after);
/// "OPTIONS (SET a '1', DROP b)"; empty when nothing differs.
std::string option_clause(const std::string& before, const std::string& after);

// lower_definition.cpp
Written write(const Create<Definition>& change, const Place& place);
Written write(const Drop<Definition>& change, const Place& place);
Written write(const Alter<Definition>& change, const Place& place);
/// Whether the object can be changed while others stand on it; otherwise it goes and comes back.
bool changes_in_place(const Definition& before, const Definition& after);

// lower_type.cpp
/// Whether changing the type means making it anew under the columns that hold it.
bool needs_new_type(const Definition& before, const Definition& after);
/// Whether a schema speaks of a label that the type gains: PostgreSQL lets nobody use it in the transaction that adds
/// it.
bool uses_new_label(const Schema& target, const Definition& before, const Definition& after);
/// Whether going back means that, while going forward does not.
bool only_adds_labels(const Definition& before, const Definition& after);
/// Whether labels that the type gains are used in the same plan: they have to be committed first.
bool labels_stand_alone(const Alter<Definition>& change, const LowerOptions& options, const Hints& hints);
Written alter_enum(const Alter<Definition>& change, const Place& place);
Written alter_domain(const Alter<Definition>& change, const Place& place);
Written alter_composite(const Alter<Definition>& change, const Place& place);
/// Whether a type, spelled by the server, is this one or an array of it.
bool is_of(const std::string& spelled, const Path& type);

/// Makes a change between taking down what stands on a definition and putting it back.
void with_standing(const Definition& definition, const Place& place, Written& out, const std::function<void()>& change);

// Small words.
std::string attribute(const Attributes& attributes, const std::string& key);
bool has(const Attributes& attributes, const std::string& key);
std::string table_word(const Table& table);  ///< "TABLE" or "FOREIGN TABLE"
/// The attributes of a part with its comment among them, as alter_attributes wants them.
Attributes with_comment(Attributes attributes, const std::string& comment);
/// Whether an expression of the server names a column or object.
bool mentions(const std::string& expression, const Name& name);
bool user_defined(const Type& type);
/// The place of a column in a copy that outlives its type: user-defined types as text.
std::string lasting(const Column& column);

/// Makes `schema` agree with what the change says was there: after a rename the server's own texts stand in the
/// changes, not in the schema.
void agree(Schema& schema, const Change& change);

}  // namespace dataflow::postgresql
