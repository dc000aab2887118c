// What the files of inspect share: the questions put to the catalog, and the picture that grows from the answers.
#pragma once
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "dataflow/error.hpp"
#include "dialects/postgresql/answer.hpp"
#include "dialects/postgresql/postgresql.hpp"

namespace dataflow::postgresql::inspection {

/// The system catalogs that pg_depend and pg_description speak of, by their oids: the same in every version.
namespace catalog {
inline constexpr Oid type = 1247, function = 1255, relation = 1259, foreign_data_wrapper = 2328, server = 1417,
                     method = 2601, method_operator = 2602, method_function = 2603, default_value = 2604, cast = 2605,
                     constraint = 2606, conversion = 2607, language = 2612, schema = 2615, operator_class = 2616,
                     operation = 2617, rewrite = 2618, trigger = 2620, operator_family = 2753, extension = 3079,
                     policy = 3256, statistics = 3381, collation = 3456, event_trigger = 3466, transform = 3576,
                     dictionary = 3600, parser = 3601, configuration = 3602, text_template = 3764, publication = 6104,
                     publication_relation = 6106, publication_schema = 6237, default_privileges = 826,
                     user_mapping = 1418, subscription = 6100;
}

/// That of columns for which nobody names one: "default".
inline constexpr Oid database_collation = 100;

/// One query. Each has columns of its own, except those that give definitions ready made (see `Ready`). In the order in
/// which the server gets them: first what gives this side work to do meanwhile.
enum class Query : std::uint8_t {
  roles,
  schemas,
  comments,
  extension_members,
  inheritance,
  relations,
  columns,
  not_nulls,
  indexes,
  constraints,
  default_privileges,
  present,
  defaults,
  // Asked in a second message, for what the first one speaks of and where it says that there is something to find.
  types,
  collations,
  operator_classes,
  default_texts,
  check_texts,
  foreign_tables,
  sequences,
  aliases,
  unmodelled,
  dependencies
};
inline constexpr std::size_t first_query_count = static_cast<std::size_t>(Query::defaults) + 1;
inline constexpr std::size_t query_count = static_cast<std::size_t>(Query::dependencies) + 1;

/// A kind of definition that the query writes whole. Columns: oid, schema's oid or 0, kind, name, on, oid of the
/// relation it stands on or 0, oid of the owner or 0, ACL, text, parts {name,text,…}, attributes {name,text,…}.
struct Ready {
  Oid catalog;
  char privileges;        ///< the class of acldefault(), '-' where nothing can be granted
  std::string_view when;  ///< the word of Query::present that says that there is one; empty: not to be told cheaper
  std::string_view sql;
};

/// Texts with {{15 then}{else}} resolved for a server of `version` (150018).
std::string for_version(std::string_view sql, int version);
std::string_view sql_of(Query query);
std::span<const Ready> ready_definitions();
/// What stands for the n-th list of numbers in a query of the second message.
std::string with_lists(std::string_view sql, std::initializer_list<std::string> lists);

/// An object of the server: its catalog and its oid there.
struct Address {
  Oid catalog = 0, object = 0;
  bool operator==(const Address&) const = default;
};
struct AddressHash {
  std::size_t operator()(const Address& a) const { return (std::size_t{a.catalog} << 32U) ^ a.object; }
};

/// Where an object of the server is held: a table or definition, and which part of it.
struct Place {
  bool is_table = true;
  std::size_t index = 0;
  std::string_view word = {}, name = {};  ///< "column", "a"; both live with the answers or the picture
  std::string part() const { return std::string(word) + (name.empty() ? "" : " ") + std::string(name); }
};

/// A relation of any kind that has columns.
struct Relation {
  Place place;
  Path path;
  std::vector<Name> columns;    ///< by attnum, from 1
  std::vector<Oid> collations;  ///< of the columns, where it is not the database's; by attnum
};

/// All questions under one snapshot, in two messages: in a transaction of their own, or, where one is open, behind a
/// savepoint that puts the settings back. While the server works on one question its answers to those before are read.
class Answers {
 public:
  /// Sends the questions of the first message.
  explicit Answers(Server& server);
  ~Answers();
  Answers(const Answers&) = delete;
  Answers& operator=(const Answers&) = delete;
  /// Where the second message has the n-th of ready_definitions().
  static constexpr std::size_t ready(std::size_t n) { return query_count + n; }
  struct Question {
    std::size_t place;  ///< a Query, or ready()
    std::string sql;
  };
  /// Sends the second message, once all of the first has come.
  void ask(std::vector<Question> questions);
  /// Waits for it where it has not come yet. No rows where it was not asked.
  const Answer& at(std::size_t place);
  const Answer& of(Query query) { return at(static_cast<std::size_t>(query)); }
  /// Waits for what is left, and the end of the transaction.
  void finish();

 private:
  void send(std::vector<Question> questions);
  void receive();
  void receive_all();
  void leave() noexcept;

  static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);
  Server& server_;
  bool in_transaction_, open_ = false;
  bool ending_ = false;  ///< the message that is on its way ends the transaction
  std::vector<Answer> answers_;
  std::vector<std::size_t> expected_;  ///< places of the message that is on its way
  std::size_t received_ = 0;
};

/// The rows of Query::columns, relation by relation.
class Columns {
 public:
  explicit Columns(const Answer& rows);
  const std::vector<Fields>& in_order() const { return rows_; }
  /// Each type with its modifier, once.
  const std::vector<std::pair<Oid, int>>& types() const { return types_; }
  /// Of the n-th row in order, its place in types().
  std::size_t type(std::size_t n) const { return type_of_[n]; }
  /// Nothing where there is none.
  const Fields* find(Oid relation, int number) const;
  std::string_view name(Oid relation, int number) const;
  std::size_t count(Oid relation) const;

 private:
  std::vector<std::uint64_t> keys_;
  std::vector<Fields> rows_;
  std::vector<std::pair<Oid, int>> types_;
  std::vector<std::uint32_t> type_of_;
};

/// The expressions of CHECKs and columns. To write one the server opens its table, which costs more than everything
/// else together: so it is asked once for all that are written alike.
class Expressions {
 public:
  /// A stored expression: what it is of, its tree, and its table. The tree is not copied.
  void add(Address of, std::string_view tree, Oid relation, const Columns& columns);
  /// One whose text does not depend on its table: all of the same `key` are written alike.
  void add(Address of, std::string key);
  void reserve(std::size_t expressions) { alike_.reserve(expressions); }
  /// One of each kind, by their oids in `catalog`.
  std::vector<Oid> asked(Oid catalog) const;
  void answer(Address of, std::string_view text) { texts_[of] = text; }
  /// Throws Error{sql}, as for an object that has gone, where the server gave none.
  std::string_view text(Address of) const;

 private:
  struct Tree {
    std::string shape;         ///< what does not depend on where it was written
    std::vector<int> columns;  ///< whose names stand in the text, in order
  };
  static Tree read(std::string_view tree);
  std::unordered_map<std::string_view, Tree> trees_;
  std::unordered_map<std::string, Address> first_;
  std::unordered_map<Address, Address, AddressHash> alike_;
  std::unordered_map<Address, std::string_view, AddressHash> texts_;
};

/// What is known so far.
struct Picture {
  Schema schema{.dialect = "postgresql"};
  int version = 0;
  Oid reader = 0;
  std::unordered_map<Oid, std::string> roles;
  std::unordered_set<std::string> role_names;
  std::unordered_map<Oid, Name> schemas;  ///< only those that are carried
  std::unordered_map<Address, std::string, AddressHash> comments;
  std::unordered_map<Address, std::vector<std::pair<int, std::string>>, AddressHash> column_comments;
  std::unordered_map<Address, Oid, AddressHash> extension_of;
  std::unordered_map<Address, Place, AddressHash> places;
  std::unordered_map<Oid, Relation> relations;
  std::unordered_map<Oid, Oid> row_types;  ///< type of the rows of a relation: the relation
  std::unordered_map<Oid, std::vector<Fields>>
      index_columns;                        ///< what was set on columns of indexes: rows of `columns`
  std::unordered_map<Oid, Fields> indexes;  ///< rows of `indexes`
  std::unordered_set<Oid> constraint_indexes;
  std::unordered_map<Oid, std::string> collations;  ///< as values name them, those that are spoken of
  Expressions expressions;

  bool of_extension(Oid catalog, Oid object) const { return extension_of.contains({catalog, object}); }
  const Name* schema_name(Oid oid) const;
  /// Definition added, and known by its address.
  Definition& add(Address address, Definition definition);
  Table& table(const Relation& relation) { return schema.tables[relation.place.index]; }
  void report(std::string kind, Path path, std::string reason);
  void comment(Attributes& into, Address address) const;
  /// "owner", "grant …" and "revoke …".
  void privileges(Attributes& into, char kind, Oid owner, const std::string& acl, const std::string& what,
                  const Path& path);
};

// inspect_grants.cpp
struct Grant {
  std::string role = {};  ///< "PUBLIC" for everybody
  bool everybody = false;
  std::string privileges = {};  ///< letters in an ACL's order
  std::string grantable = {};   ///< those with grant option
};
/// What an object grants by itself.
std::vector<Grant> default_grants(char kind, const std::string& owner, int version);
/// Reads an ACL; several grants to one role become one.
std::vector<Grant> read_acl(const std::string& acl);
/// "INSERT, SELECT*".
std::string privilege_words(const std::string& letters, const std::string& grantable);
void read_default_privileges(Answers& answers, Picture& picture);

// inspect_broken.cpp
/// The error with the name of the object that the server cannot write out, where one can be found.
Error naming_the_object(Server& server, const Error& error);

// inspect_relations.cpp: tables and views with their columns, as far as the first message says; what the second one
// says of them; sequences.
void read_relations(Answers& answers, Picture& picture);
void read_columns(Answers& answers, const Columns& columns, Picture& picture);
void finish_columns(Answers& answers, const Columns& columns, Picture& picture);
void read_sequences(Answers& answers, Picture& picture);
// inspect_keys.cpp: constraints without the texts of checks; those, and indexes.
void read_constraints(Answers& answers, Picture& picture);
void read_indexes(Answers& answers, Picture& picture);
// inspect_definitions.cpp
void read_definitions(Answers& answers, Picture& picture);
// inspect_dependencies.cpp
void read_dependencies(Answers& answers, Picture& picture);

/// Elements joined by ", ", each followed through `write`.
template <class List, class Write> std::string joined(const List& list, Write&& write) {
  std::string out;
  for (const auto& element : list) {
    if (!out.empty()) out += ", ";
    out += write(element);
  }
  return out;
}
/// Storage parameters as a WITH clause takes them: "fillfactor=70, toast.autovacuum_enabled=false".
std::string storage_parameters(const Row& options, std::string_view prefix = {});

}  // namespace dataflow::postgresql::inspection
