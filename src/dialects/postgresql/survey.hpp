// What the files of the survey share: one change, asked of the data as it is now.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataflow/error.hpp"
#include "dialects/postgresql/postgresql.hpp"
#include "dialects/postgresql/render.hpp"
#include "dialects/survey.hpp"

namespace dataflow::postgresql {

/// Questions that write nothing, each in a transaction of its own. A role that row security would show fewer rows
/// gets a refusal, not a wrong figure.
class Questions {
 public:
  explicit Questions(Connection& connection) : server_(server(connection)) {}
  struct Answer {
    Rows rows;
    std::optional<Error> refused;  ///< what the server said against the question
    explicit operator bool() const { return !refused; }
    std::string sqlstate() const { return refused ? refused->sqlstate : std::string(); }
  };
  /// The rows of the last of `statements`. Throws what is no refusal: a deadline, a lost connection.
  Answer ask(std::vector<std::string> statements);
  Answer ask(std::string query) { return ask(std::vector<std::string>{std::move(query)}); }

 private:
  Server& server_;
};

/// The data as it is now, asked about a change that names tables and columns as they will be.
class Survey {
 public:
  Survey(Connection& connection, const Schema& from, const Change& change, const std::vector<Change>& all,
         const Hints& hints)
      : questions_(connection), from_(from), change_(change), all_(all), hints_(hints) {}

  std::vector<Evidence> evidence();

 private:
  // survey.cpp: figures, and what stands in the way
  void measure(const std::optional<Name>& counted);
  void estimate_values(const Name& column);
  void look(Evidence& e);
  void block(Evidence& e, const std::string& rows, const std::string& condition, std::string_view noun,
             const std::string& of, std::string_view one, std::string_view many, std::string remedy);
  std::string keys_text(const Rows& rows) const;
  bool too_many_to_compare() const { return figures_.about && figures_.rows.value_or(0) > 20'000'000; }

  // survey_rows.cpp: the rows as they will be
  void foresee();
  const Table* table_now(const Path& path) const { return dataflow::table_now(from_, change_, all_, path); }
  Name column_now(const Path& path, const Name& column) const { return dataflow::column_now(all_, path, column); }
  std::optional<std::string> fill(const Name& column) const;
  std::string key() const;                               ///< what tells the rows of today apart, as text
  std::string today(const std::string& column) const;    ///< the rows of today with that key, as a subquery
  std::string coming(std::string_view mentioned) const;  ///< as today, with the columns that the text mentions

  // survey_column.cpp
  void required(Evidence& e, const Column& column);
  void type(Evidence& e, const Alter<Column>& alter);
  void converts(Evidence& e, const Column& before, const Column& after);
  void refused_values(Evidence& e, const Column& before, const Column& after, const Error& said);
  void still_hold(Evidence& e, const Name& column);

  // survey_constraint.cpp
  void unique(Evidence& e, const std::vector<KeyPart>& parts, const Sql& where, const Attributes& attributes);
  void check(Evidence& e, const Check& check);
  void foreign_key(Evidence& e, const ForeignKey& key);
  void exclusion(Evidence& e, const Definition& constraint);
  void bound(Evidence& e, const Attributes& partition);
  void default_partition(Evidence& e, const Attributes& partition);

  // survey_definition.cpp
  void labels(Evidence& e, const Alter<Definition>& alter);
  void domain(Evidence& e, const Alter<Definition>& alter);
  void dependents(Evidence& e, const Name& column);
  void dependents(Evidence& e, const Definition& definition);
  bool names_in_text(const Definition& program, const Name& column) const;
  void relying(Evidence& e, const std::vector<KeyPart>& key);
  bool touched(std::string_view kind, const Path& path, const Name& on = {}) const;
  bool dropped(const Table& table, const ForeignKey& key) const;

  // survey_case.cpp: which fact applies
  std::vector<Act> acts() const;
  void choose_case(Evidence& e);
  std::string case_of_type(const Alter<Column>& alter);
  std::string case_of_options(Evidence& e, const Attributes& before, const Attributes& after) const;
  std::string case_of_new(const Evidence& e, const Column& column) const;
  std::string case_of_altered(Evidence& e, const Alter<Column>& alter) const;
  bool indexed(const Name& column) const;
  bool checked(const Name& column) const;
  bool volatile_default(const Column& column);
  bool constrained(const Type& type) const;

  // survey_locks.cpp: which other tables it locks
  std::vector<std::string> also_locked(Act act) const;

  struct Figures {
    std::optional<std::uint64_t> rows, values, bytes;
    bool about = false;
  };
  /// How the server turns values of one type into another.
  struct Cast {
    std::string before, after;  ///< without domains and limits
    bool relabels = false;      ///< the bytes stay as they are
    bool constrained = true;    ///< the new type is a domain that checks, or is not known yet
    bool utc = false;           ///< the session's time zone
  };
  Cast cast(const Type& before, const Type& after);

  Questions questions_;
  const Schema& from_;
  const Change& change_;
  const std::vector<Change>& all_;
  const Hints& hints_;
  Path path_;                    ///< as it will be called
  const Table* now_ = nullptr;   ///< as it is; nullptr for what this plan creates
  std::string table_;            ///< quoted, as it is called today
  Table then_;                   ///< once all changes are done
  std::vector<Source> sources_;  ///< the columns as they will be, from what is there today
  Figures figures_;
};

/// How a path is shown: without the schema that needs no word.
std::string shown(const Path& path);
/// The numbers in the parentheses of a type: 20 of "character varying(20)".
std::vector<int> limits(const Type& type);
/// Whether the name stands in the text of an expression; says yes too often rather than too rarely.
bool speaks_of(std::string_view text, const Name& name);
/// The expression without parentheses around the whole of it.
std::string_view bare(std::string_view expression);
/// The members of the tree of partitions and heirs below a table.
std::vector<const Table*> heirs(const Schema& schema, const Table& table);
/// The columns whose type is the given one, an array of it, or a domain over it.
std::vector<std::pair<const Table*, const Column*>> columns_of_type(const Schema& schema, const Path& type);
/// The labels that go away; nothing when labels only come.
std::vector<std::string> removed_labels(const Definition& before, const Definition& after);
bool reordered_labels(const Definition& before, const Definition& after);
/// The conditions that values of a domain are newly held to, about `value`.
std::vector<std::string> new_conditions(const Definition& before, const Definition& after);
/// The condition for rows to belong into a partition; nothing where it cannot be told from the bound alone.
std::optional<std::string> bound_condition(const Table& parent, const std::string& bound);

}  // namespace dataflow::postgresql
