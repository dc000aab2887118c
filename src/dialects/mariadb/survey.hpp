// What the files of the survey share: one change, asked of the data as it is now.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataflow/error.hpp"
#include "dialects/mariadb/mariadb.hpp"
#include "dialects/survey.hpp"

namespace dataflow::mariadb {

/// What becomes of the values of a column when it gets another type: conditions in SQL about one value. Empty: none.
struct Fit {
  bool known = false;   ///< false: nothing is known of this pair of types
  std::string refused;  ///< the server does not take it
  std::string changed;  ///< it would not come back as it was
};

// fits.cpp
/// A column's type with the character set and collation of its table.
struct Texture {
  Type type = {};
  std::string charset = {}, collation = {};
};
/// `value` as SQL is a value of `before`.
Fit fit(const Texture& before, const Texture& after, const std::string& value);
/// `value` of one type as the server makes it one of the other, for comparing; as it is where no expression does that.
std::string converted(const std::string& value, const Texture& before, const Texture& after);
/// What the change of type does to values, whatever they are.
TypeChange change_of(const Texture& before, const Texture& after);

/// The data as it is now, asked about a change that names tables and columns as they will be.
class Survey {
 public:
  Survey(Connection& connection, const Schema& from, const Change& change, const std::vector<Change>& all,
         const Hints& hints)
      : server_(server(connection)), from_(from), change_(change), all_(all), hints_(hints) {}

  std::vector<Evidence> evidence();

 private:
  // survey.cpp: figures, and what stands in the way
  /// The rows of a question; nothing where the server refuses it: it speaks of what is still to come, or may not be
  /// read. Throws what is no refusal: a deadline, a lost connection.
  std::optional<Rows> ask(const std::string& query);
  void measure(const std::optional<Name>& counted);
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
  void numbered(Evidence& e, const Column* before, const Column& after);
  void held_by_itself(Evidence& e, const Column& column);
  void still_hold(Evidence& e, const Name& column);

  // survey_constraint.cpp
  void unique(Evidence& e, const std::vector<KeyPart>& parts, const Attributes& attributes);
  void check(Evidence& e, const std::string& expression);
  void foreign_key(Evidence& e, const ForeignKey& key);

  // survey_dependents.cpp
  void dependents(Evidence& e, const Name& column);
  void dependents(Evidence& e, const Definition& definition);
  void relying(Evidence& e, const std::vector<KeyPart>& key);
  bool touched(std::string_view kind, const Name& name) const;
  bool dropped(const Table& table, const ForeignKey& key) const;

  // survey_case.cpp: which fact applies, and what keeps the server from it
  void choose_case(Evidence& e);
  Way way_of_aspect(Act act) const;
  void not_now(Evidence& e);
  void out_of_versions(Evidence& e);

  struct Figures {
    std::optional<std::uint64_t> rows, values, bytes;
    bool about = false;
  };

  Server& server_;
  const Schema& from_;
  const Change& change_;
  const std::vector<Change>& all_;
  const Hints& hints_;
  Path path_;                    ///< as it will be called
  const Table* now_ = nullptr;   ///< as it is; nullptr for what this plan creates
  std::string table_;            ///< quoted, as it is called today
  Table renamed_;                ///< as it is, by the names it will have
  Table then_;                   ///< once all changes are done
  std::vector<Source> sources_;  ///< the columns as they will be, from what is there today
  Figures figures_;
};

/// Names are the server's: their case does not count.
bool same_name(const Name& a, const Name& b);
Texture texture(const Table& table, const Column& column);

}  // namespace dataflow::mariadb
