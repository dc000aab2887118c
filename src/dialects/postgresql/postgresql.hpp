// What the files of the PostgreSQL dialect share: how the catalog is held as values, and who writes and reads it.
//
// Names are exact. `Table::schema` and `Definition::schema` are never empty once the server has read a schema: what
// models leave without one stands in "public". Texts of the server are taken with an empty search_path, so every name
// in them is qualified.
//
//   Type       `spelled` is format_type(): "character varying(20)", "integer[]", "public.mood". `kind`, `length`,
//              `precision`, `scale`, `dimensions` and `name` are read off it (types.cpp). `labels` stay empty: the
//              labels of an enum are the parts of its Definition.
//   Column     collation: only where it is not the type's own. default_value: always Sql (pg_get_expr). identity:
//              by_default | always. attributes: "identity options" (what differs from the defaults, "START WITH 10
//              INCREMENT BY 2"; first of all "SEQUENCE NAME public.s" where the sequence is not called
//              table_column_seq: ALTER SEQUENCE … RENAME changes that), "storage", "compression", "statistics",
//              "options" ("n_distinct=5"), "grant ROLE",
//              "foreign options", and "inherited" on a column that a parent brings (attislocal = false).
//              A column that came by inheritance and is declared too has "merged" instead.
//   PrimaryKey, Unique, ForeignKey, Check: always named. attributes: "include" (column names, quoted where they must
//   be,
//              joined by ", "), "nulls not distinct", "deferrable", "initially deferred" (keys; ForeignKey has
//              members), "with" (storage parameters, "fillfactor=70"), "tablespace", "match full", "not valid", "set
//              columns" (the list of ON DELETE SET NULL (…)), "no inherit", "not enforced", "comment", "inherited"
//              (conislocal = false: comes and goes with the parent), "period"/"without overlaps" (18).
//   A key of a partitioned table that some partitions are without has "only"; a key of a partition that belongs to such
//   a one, or to a plain index of the parent, has "attached to" as indexes have.
//   NOT NULL   is Column::nullable. On 18, where it is a constraint, attributes of the column: "not null constraint"
//              (the name, unless it ends as those the server chooses, in _not_null), "not null no inherit", "not null
//              not valid".
//   Index      parts: KeyPart::expression is pg_get_indexdef(…, n, …); collation as for columns; KeyPart attributes:
//              "operator class" (only where it is not the default of the type; with its parameters, "gist_trgm_ops
//              (siglen='32')"), "nulls" = first | last where it is not what the direction gives.
//              attributes: "method" where it is not btree, "include", "nulls not distinct", "with", "tablespace",
//              "comment", "attached to" (the parent's index, qualified and quoted: it comes and goes with it),
//              "only" (an index of a partitioned table that is not valid because partitions lack theirs), "invalid",
//              "clustered", "replica identity", "statistics" ("2=100").
//   TableOptions attributes: "persistence" = unlogged, "partition by" ("RANGE (a)"), "partition of" (the parent,
//              qualified and quoted) with "bound" ("FOR VALUES FROM (1) TO (2)"), "inherits" (parents, joined by ", "),
//              "of type", "access method" where it is not heap, "tablespace", "with" ("fillfactor=70,
//              toast.autovacuum_enabled=false"), "replica identity" = full | nothing | index NAME, "row security" =
//              enabled | forced | "enabled, forced", "foreign server" and "foreign options" (a foreign table), "owner",
//              "grant ROLE".
//   attributes of every Definition: "comment", "owner", "grant ROLE", "revoke ROLE". See below.
//
// What a part of a definition has of its own is an attribute "column a: comment", "constraint c: comment" (parts of
// views and types; checks of domains): also default, grant ROLE, statistics, storage, compression, options. "granted in
// order" lists the roles where it is not the alphabet's order in which they were granted something.
//
// "owner" stands only where the owner is not the role that reads. "grant ROLE" = "INSERT, SELECT*" lists privileges in
// alphabetical order, * with grant option; ROLE is the bare name, or PUBLIC. What every object of the kind grants by
// itself (acldefault) is left out; where it was taken away, "revoke ROLE" lists that. The same keys stand in the
// attributes of tables and columns.
//
//   Definition kind       on           parts                          attributes besides, and what is special
//   schema                                                            "public" is always there (text: CREATE SCHEMA
//   public) extension                                                         schema is empty; "schema"; "version" enum
//   labels, in order domain                             checks (name, CHECK (…) [NOT VALID])  "type", "default", "not
//   null", "collation" composite type                     attributes (name, "text COLLATE x") range type, base type,
//   shell type                                 base types are unmodelled collation, operator, operator class, operator
//   family, cast, conversion, language, transform, access method, text search parser | dictionary | template |
//   configuration sequence                           (name of an option, its value) "owned by" (schema.table.column,
//   quoted). Parts: type, start,
//                                                                     increment, minvalue, maxvalue, cache, cycle.
//                                                                     Sequences of identity columns are not listed.
//   function, procedure, aggregate  argument types  arguments         "returns". text: pg_get_functiondef
//   view                               columns (name, type)           text holds its options too
//   materialized view                  columns (name, type)           "with" and "tablespace" stand in the text
//   index                 its view                                    an index of a materialized view
//   trigger               its table or view                           "enabled" = disabled | replica | always
//   event trigger                                                     "enabled"
//   rule                  its table or view                           "enabled"; not the rule that makes a view
//   policy                its table                                   parts: command, permissive, roles, using, check
//   statistics            its table                                   "target"
//   exclusion constraint  its table                                   text: ALTER TABLE … ADD CONSTRAINT …
//   publication, foreign data wrapper, server, user mapping           a user mapping's options hold passwords:
//   unmodelled default privileges    the role                                    name is "kind in schema"; text: the
//   ALTER DEFAULT PRIVILEGES …
//
// `on` of an operator: its operand types, "integer, NONE"; of an operator class or family: its access method; of an
// aggregate: "*", "integer", "double precision ORDER BY anyelement". A cast is named "(a AS b)", a transform "FOR t
// LANGUAGE l". The parts of a text search configuration are its mappings (token type, "dictionary, dictionary"): the
// text makes an empty one. One definition of default privileges is one statement: "tables in app to bob", "functions
// from PUBLIC", "… with grant option". `schema` is empty for what lives in no schema: a schema too.
//
// The schema public is as every database has it: its first owner, comment and privileges are no attributes; since 15
// the first owner is pg_database_owner, and the server's first role is named where it took over. The extension plpgsql
// is left out: every database has it.
//
// Objects of extensions (pg_depend.deptype 'e') belong to them and are not listed. Neither are temporary objects,
// schemas of the system, and the schemas dataflow, dataflow_backup and dataflow_aside_1, _2, … (what Scratch has moved
// out of the way). Subscriptions, security labels, large objects
// and base types are reported as unmodelled when they are there.
//
// depends_on lists what pg_depend says (deptypes n and a, and what an index or rule of the object needs), with objects
// outside of the schema's values left out: kind "table" for every relation that is a Table (with `column` where the
// dependency has a column), else the kind of the Definition. A trigger needs its table and its function, a table the
// types, functions, sequences, collations and parent tables that its columns, defaults, checks and indexes need
// (`part` says which: "column a", "check c", "index i", "unique u", "primary key", "foreign key f"). A foreign key's
// table is not listed: the key itself says it. A sequence does not depend on the column that owns it.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dataflow/plan.hpp"
#include "dataflow/schema.hpp"
#include "db/connection.hpp"
#include "db/session.hpp"
#include "dialects/dialect.hpp"

namespace dataflow::postgresql {

class Answer;  // answer.hpp

/// A connection to PostgreSQL: libpq on the handle that SOCI opened.
class Server : public Connection {
 public:
  virtual int version() const = 0;  ///< 150018 for 15.18
  virtual std::string database() const = 0;
  virtual std::string user() const = 0;
  virtual bool pooled() const = 0;  ///< a pooler gives each transaction another session
  /// Several queries in one message to the server and back. One failing fails all.
  virtual std::vector<Rows> batch(std::span<const std::string> queries) = 0;
  /// The same, with the rows left as they came, one query after the other while the server works on the next. No
  /// transaction is put around them: the first opens one where it must. Nothing else can be asked before the end.
  virtual void start_batch(std::vector<std::string> queries) = 0;
  /// Nothing behind the last, or once one has failed.
  virtual std::optional<Answer> next_answer() = 0;
  virtual bool in_transaction() const = 0;
  /// Another connection with the same parameters, to `database` (this one's where empty).
  virtual std::unique_ptr<Server> another(std::string_view database) const = 0;
};
/// The Server behind a Connection of this dialect.
Server& server(Connection& connection);

// connection.cpp
std::unique_ptr<Connection> connect(const Url& url, Open open);
std::unique_ptr<Connection> adopt(soci::session& session);

/// An empty place on the server where a schema can be built and thrown away: a database of its own, or, where the role
/// may not create one, a transaction that never ends well, in which the schemas of the database stand aside.
class Scratch {
 public:
  /// Removes what dead runs left. Throws Error{permission} when neither way is open.
  explicit Scratch(Connection& beside);
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  Server& connection();
  /// Otherwise all of it is one transaction: a statement that fails ends it, unless a savepoint was set before.
  bool is_database() const;
  /// Runs statements one after the other, many in one message. Error::statement says which one failed.
  void build(std::span<const std::string> statements);
  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

// script.cpp
/// A statement of a script, where it begins, and the rows that follow a COPY … FROM stdin.
struct ScriptStatement {
  std::string text;
  std::size_t line = 1;
  bool copies_rows = false;
};
/// Splits as psql does: quotes, dollar quotes, nested comments, BEGIN ATOMIC bodies, rows of COPY. Commands of psql
/// itself (lines that begin with a backslash) are left out.
std::vector<ScriptStatement> split_script(std::string_view sql);

// run_script.cpp
/// Runs files that somebody else wrote. Nothing of them leaves the scratch place: statements on databases, roles and
/// the whole server are left out, and so are rows of COPY. What fails in one of several files waits for the others.
/// Throws Error{bad_document} with file, line and the server's words.
void run_scripts(Scratch& scratch, std::span<const SqlText> files);

// file.cpp
/// As split_script, with what becomes of each statement of a migration file.
std::vector<FileStatement> split_file(std::string_view sql);
/// Throws Error{unsupported} without a server, Error{permission} where it gives no database for it.
Stand stand(Connection* beside, const Schema& schema);

// types.cpp
/// Reads format_type()'s text into the logical members of a type; `spelled` is set to it.
Type read_type(std::string_view spelled);
/// How the server is told of a type: `spelled`, or what stands for the logical kind.
std::string type_name(const Type& type);
bool same_type(const Type& a, const Type& b);

// render.cpp
std::string quote(std::string_view identifier);  ///< always quoted where PostgreSQL's own quote_ident would
std::string quote(const Path& path);             ///< "public.users"; an empty schema is left out
/// A collation as values name it: bare where the server brings it ("C", "en_US.utf8"), else "public.german".
std::string quote_collation(const Name& collation);
std::string text_literal(std::string_view text);
std::string literal(const Literal& value, const Type& type);
std::string column_definition(const Column& column);
std::string primary_key_clause(const PrimaryKey& key);
std::string unique_clause(const Unique& unique);
std::string foreign_key_clause(const ForeignKey& key);
std::string check_clause(const Check& check);
std::string create_index(const Index& index, const Path& table);
/// What stands behind DROP, COMMENT ON, ALTER … OWNER TO: "FUNCTION public.f(integer)", "TRIGGER t ON public.users".
std::string identity(const Definition& definition);
/// Statements that create an object whole, with its comments, owner and grants, but without foreign keys and without
/// what "owned by" says.
std::vector<std::string> create(const Table& table);
std::vector<std::string> create(const Definition& definition);
/// The statement that removes an object; empty for default privileges, which only ALTER DEFAULT PRIVILEGES takes back.
std::string drop(const Definition& definition);
/// What a column has that ADD COLUMN cannot say: storage, compression, statistics, options, comment, grants.
std::vector<std::string> column_settings(const Column& column, const Path& table);
/// COMMENT ON `target`; an empty text takes the comment away.
std::string comment_on(const std::string& target, std::string_view text);
/// COMMENT, OWNER and GRANT/REVOKE statements that turn the one set of attributes into the other. `target` is what
/// stands behind COMMENT ON ("TABLE public.users", "COLUMN public.users.name").
std::vector<std::string> alter_attributes(const std::string& target, const Attributes& before, const Attributes& after);
/// Everything of a schema as statements, in an order in which a fresh database takes them.
std::vector<std::string> creation_script(const Schema& schema);

// order.cpp
/// Positions of objects: tables first (0 … tables.size()-1), then definitions (tables.size() + i).
/// An order in which every object follows what it depends on; ties by kind and name. A ring is cut at its weakest place
/// (`loose` gets the dependencies that were not kept).
std::vector<std::size_t> creation_order(const Schema& schema, std::vector<Dependency>* loose = nullptr);
/// The objects of a schema, found by kind, path and on; `nowhere` otherwise.
class Objects {
 public:
  explicit Objects(const Schema& schema);
  std::size_t find(const std::string& kind, const Path& path, const Name& on = {}) const;
  std::size_t find(const Dependency& dependency) const;

 private:
  std::map<std::string, std::size_t> index_;
};

// inspect.cpp
Schema inspect(Connection& connection);

// normalize.cpp
Wanted normalize(Connection* server, const Wanted& wanted);
Wanted load(Connection* server, std::span<const SqlText> files);
Wanted settle(const Schema& live, Wanted wanted);
std::string canonical(std::string_view expression);

// lower.cpp
Lowered lower_changes(const Schema& from, const std::vector<Change>& changes, const Hints& hints,
                      const LowerOptions& options);

// lower_column.cpp
/// How `value`, an expression of type `before`, becomes one of type `after`.
std::string conversion(const std::string& value, const Type& before, const Type& after);

// set_aside.cpp
std::vector<Statement> restore(const Schema& live, const SetAside& aside);
std::vector<std::string> set_aside_tables(Connection& connection);

// rehearse.cpp
Schema renamed(Connection* server, const Schema& from, const std::vector<Change>& changes);
Rehearsal rehearse(Connection* server, const Schema& from, const std::vector<Step>& steps,
                   const std::vector<std::string>& prelude);

// survey.cpp
std::vector<Evidence> survey(Connection& connection, const Schema& from, const Change& change,
                             const std::vector<Change>& all, const Hints& hints);

// facts.cpp
std::span<const Fact> all_facts();

// run.cpp
std::unique_ptr<Migrating> begin(Connection& connection, const Deadline& deadline, bool rewrites);
std::unique_ptr<Held> hold(Connection& connection, const Deadline& deadline);
std::string catalog_digest(Connection& connection);
std::optional<Standing> standing(Connection& connection);

}  // namespace dataflow::postgresql
