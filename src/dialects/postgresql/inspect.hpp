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
#include "dialects/postgresql/postgresql.hpp"

namespace dataflow::postgresql::inspection {

using Oid = std::uint32_t;

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

/// One query. Each has columns of its own, except those that give definitions ready made (see `Ready`).
enum class Query : std::uint8_t {
  reader,
  roles,
  schemas,
  comments,
  built_in_types,
  operator_classes,
  relations,
  columns,
  defaults,
  constraints,
  indexes,
  inheritance,
  foreign_tables,
  sequences,
  aliases,
  dependencies,
  default_privileges,
  unmodelled
};
inline constexpr std::size_t query_count = static_cast<std::size_t>(Query::unmodelled) + 1;

/// A kind of definition that the query writes whole. Columns: oid, schema's oid or 0, kind, name, on, oid of the
/// relation it stands on or 0, oid of the owner or 0, ACL, text, parts {name,text,…}, attributes {name,text,…}.
struct Ready {
  Oid catalog;
  char privileges;  ///< the class of acldefault(), '-' where nothing can be granted
  std::string_view sql;
};

/// Texts with {{15 then}{else}} resolved for a server of `version` (150018).
std::string for_version(std::string_view sql, int version);
std::string_view sql_of(Query query);
std::span<const Ready> ready_definitions();

/// One row, read by position. A NULL reads as nothing: "", 0, false.
class Fields {
 public:
  explicit Fields(const Row& row) : row_(row) {}
  const std::string& text(std::size_t i) const;
  bool null(std::size_t i) const { return !row_[i]; }
  Oid oid(std::size_t i) const;
  int number(std::size_t i) const { return static_cast<int>(oid(i)); }
  bool flag(std::size_t i) const { return text(i) == "t"; }
  char letter(std::size_t i) const { return text(i).empty() ? '\0' : text(i)[0]; }
  /// A row of values that a query packed into an array, so that what is rarely there costs one field.
  Row list(std::size_t i) const;
  std::vector<std::int64_t> numbers(std::size_t i) const;  ///< "{1,2}" or "1 2"

 private:
  const Row& row_;
};

/// The elements of an array as the server writes it: {a,"b c",NULL}.
Row read_array(std::string_view text);
Oid to_oid(std::string_view text);

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
  std::string part = {};
};

/// A relation of any kind that has columns.
struct Relation {
  Place place;
  Path path;
  std::vector<Name> columns;    ///< by attnum, from 1
  std::vector<Oid> collations;  ///< of the columns, where it is not the database's; by attnum
};

struct Answers {
  std::vector<Rows> queries;
  std::vector<Rows> ready;
  const Rows& of(Query query) const { return queries[static_cast<std::size_t>(query)]; }
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
  std::unordered_map<Oid, Oid> row_types;                   ///< type of the rows of a relation: the relation
  std::unordered_map<Oid, std::vector<Row>> index_columns;  ///< what was set on columns of indexes: rows of `columns`

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
void read_default_privileges(const Answers& answers, Picture& picture);

// inspect_broken.cpp
/// The error with the name of the object that the server cannot write out, where one can be found.
Error naming_the_object(Server& server, const Error& error);

// inspect_relations.cpp: tables and views with their columns; sequences.
void read_relations(const Answers& answers, Picture& picture);
void read_sequences(const Answers& answers, Picture& picture);
// inspect_keys.cpp: constraints and indexes.
void read_keys(const Answers& answers, Picture& picture);
// inspect_definitions.cpp
void read_definitions(const Answers& answers, Picture& picture);
// inspect_dependencies.cpp
void read_extension_members(const Answers& answers, Picture& picture);
void read_dependencies(const Answers& answers, Picture& picture);

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
