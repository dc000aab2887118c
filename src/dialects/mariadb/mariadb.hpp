// What the files of the MariaDB and MySQL dialect share: how a database is held as values, and who writes and reads it.
//
// One database is one schema: `Table::schema` and `Definition::schema` are empty, and so are the names' paths. Texts
// are the server's own, as SHOW CREATE writes them with the database selected; where it writes the database's own name
// all the same (nextval(`shop`.`s`)), that name is left out. dataflow's own tables begin with "dataflow_" and are never
// listed; they lie in the same database, data set aside too ("dataflow_backup_…").
//
//   Type       `spelled` is what SHOW CREATE shows, without character set and collation: "int(10) unsigned zerofill",
//              "enum('a','b')". `kind`, `length`, `precision`, `scale` and `labels` are read off it (types.cpp).
//   Column     default_value: always Sql, as shown ("'a''b'", "current_timestamp()", "5"); DEFAULT NULL of a nullable
//              column is none. identity: by_default for AUTO_INCREMENT. collation: where it is shown. comment.
//              generated: expression as shown, without its parentheses. attributes: "character set" where it is shown,
//              "on update" (the expression), "invisible", "check" (the expression of a CHECK that stands in the
//              column's own line), "no default" (nullable and without even DEFAULT NULL), "row" = start | end (of
//              system versioning), "versioning" = with | without, "compressed" (its method or ""), "srid". MySQL:
//              "not null" (of a generated column), "storage", "column format".
//   PrimaryKey no name. KeyPart attributes: "length" (of a prefix). attributes: "using", "comment", "key block size",
//              "without overlaps" (the period).
//   Index      every key but the primary one; UNIQUE KEY is an Index with `unique`. Uniques stay empty: a Unique of a
//              model is read back as such an Index. attributes: "type" = fulltext | spatial, "using" = btree | hash |
//              rtree where shown, "comment", "ignored", "invisible" (MySQL), "parser", "key block size", "without
//              overlaps".
//   ForeignKey always named. Where SHOW CREATE says nothing, the action is restrict.
//   Check      always named; the expression as shown, without its outer parentheses.
//   TableOptions  comment. attributes: "engine", "character set", "collate", "row format", "partition by" (everything
//              behind those words, partitions included), "system versioning", "period NAME" ("`s`, `e`"), "union",
//              "insert method", "connection", "data directory", "index directory", and every other option by the word
//              that is shown, in lower case ("key_block_size", "stats_persistent", "page_compressed"). Never
//              AUTO_INCREMENT: that is data.
//   Definition kind: "view", "trigger" (on: its table), "function", "procedure", "event", "sequence", "package",
//              "package body". text: SHOW CREATE without DEFINER. attributes: "definer" ("`a`@`%`") where it is not the
//              account that reads, "sql mode" where it is not the session's, "time zone" (events) where it is not
//              SYSTEM. A sequence's text has no RESTART: where it stands is data.
//
// What a file says may be open: "clock" of an event, and of a table whose partitions go by time, lists the words of its
// text ("starts", "ends", "at") behind which the server put the moment of loading.
//
// A table whose text is not what render.cpp makes of its values is reported as unmodelled, with the first difference.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dataflow/plan.hpp"
#include "dataflow/schema.hpp"
#include "db/connection.hpp"
#include "db/session.hpp"
#include "dialects/dialect.hpp"

namespace dataflow::mariadb {

/// What a server is: MySQL went its own way after 5.7.
enum class Flavour : std::uint8_t { mariadb, mysql };

/// A connection to MariaDB or MySQL: libmariadb on the handle that SOCI opened.
class Server : public Connection {
 public:
  virtual Flavour flavour() const = 0;
  virtual int version() const = 0;           ///< 101119 for 10.11.19, as mysql_get_server_version()
  virtual std::string database() const = 0;  ///< the one selected
  virtual std::string account() const = 0;   ///< CURRENT_USER() as a DEFINER clause writes it: "`root`@`localhost`"
  virtual std::uint64_t id() const = 0;      ///< CONNECTION_ID()
  /// Several statements in one message to the server and back; one result each, empty for those without rows. The first
  /// that fails ends it: Error::statement is that one.
  virtual std::vector<Rows> batch(std::span<const std::string> statements) = 0;
  /// The same for questions: each answer with its number is handed over in turn, while the server works on those
  /// behind.
  virtual void stream(std::span<const std::string> questions, const std::function<void(std::size_t, Rows)>& take) = 0;
  /// Another connection with the same parameters, with `database` selected (this one's where empty).
  virtual std::unique_ptr<Server> another(std::string_view database) const = 0;
};
/// The Server behind a Connection of this dialect.
Server& server(Connection& connection);

// connection.cpp
std::unique_ptr<Connection> connect(const Url& url, Open open);
std::unique_ptr<Connection> adopt(soci::session& session);

// scratch.cpp
/// An empty database on the server where a schema can be built and thrown away. It has the character set and collation
/// of the one that `beside` works on. Removes what dead runs left; a run is alive while it holds the lock named after
/// its database. Throws Error{permission} where the account may not create one.
class Scratch {
 public:
  explicit Scratch(Connection& beside);
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  /// Foreign keys may point to tables that are not there yet (foreign_key_checks = 0).
  Server& connection();
  /// Runs statements one after the other, many in one message.
  void build(std::span<const std::string> statements);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// What the name of every scratch database begins with.
inline constexpr std::string_view scratch_prefix = "dataflow_scratch_";

// events.cpp
/// CREATE EVENT as it is said in a scratch database, and the server's text of it as it is meant. Others stay.
std::string asleep(std::string_view sql);
std::string awake(std::string_view sql);

// clock.cpp
/// What the statements of a file leave to the moment at which they run: when an event starts, or a partition's
/// interval.
class OpenTimes {
 public:
  void note(std::string_view sql);  ///< a statement that has run
  void mark(Schema& schema) const;  ///< what they made: attribute "clock"
 private:
  std::map<std::pair<std::string, std::string>, std::string> open_;  ///< by kind and name
};
/// `wanted` with the moments of `live` where either side left them open.
void settle_clock(const Schema& live, Schema& wanted);
/// The marks of `from` on the same objects of `to`.
void carry_clock(const Schema& from, Schema& to);

// script.cpp
struct ScriptStatement {
  std::string text;
  std::size_t line = 1;
};
/// Splits as the client program does: quotes, comments, DELIMITER. Comments that the server executes stay. Without a
/// DELIMITER a body is taken whole all the same.
std::vector<ScriptStatement> split_script(std::string_view sql);
/// Runs files that somebody else wrote. Nothing of them leaves the scratch place: statements on databases, accounts and
/// the whole server are left out, and so are rows. What fails in one of several files waits for the others. Throws
/// Error{bad_document} with file, line and the server's words.
OpenTimes run_scripts(Scratch& scratch, std::span<const SqlText> files);

// file.cpp
/// As split_script, with what becomes of each statement of a migration file.
std::vector<FileStatement> split_file(std::string_view sql);
/// Throws Error{unsupported} without a server, Error{permission} where it gives no database for it.
Stand stand(Connection* beside, const Schema& schema);

// types.cpp
Type read_type(std::string_view spelled);
/// How the server is told of a type: `spelled`, or what stands for the logical kind.
std::string type_name(const Type& type);
bool same_type(const Type& a, const Type& b);

// read.cpp
/// Reads what SHOW CREATE TABLE gave. Throws Error{unsupported} where the text is not understood.
Table read_table(std::string_view sql);

// render.cpp
std::string quote(std::string_view identifier);
std::string text_literal(std::string_view text);
std::string literal(const Literal& value);
/// As SHOW CREATE TABLE writes it: "`a` int(11) NOT NULL DEFAULT 5".
std::string column_definition(const Column& column);
/// What stands behind ALTER COLUMN name: " SET DEFAULT 5", " DROP DEFAULT".
std::string default_clause(const Column& column);
std::string primary_key_clause(const PrimaryKey& key);
std::string index_clause(const Index& index);  ///< "UNIQUE KEY `u` (`a`)", behind ADD too
std::string unique_clause(const Unique& unique);
std::string foreign_key_clause(const ForeignKey& key);
std::string check_clause(const Check& check);
/// What stands behind the closing parenthesis of CREATE TABLE, without PARTITION BY.
std::string table_options(const TableOptions& options);
std::string create_table(const Table& table, bool with_foreign_keys = true);
/// The statements that create a definition: the sql_mode it wants set before and put back behind.
std::vector<std::string> create(const Definition& definition);
std::string drop(const Definition& definition);
/// The definitions of a schema, each behind what its text names.
std::vector<const Definition*> in_order(const Schema& schema);
/// Everything of a schema as statements, in an order in which a fresh database takes them.
std::vector<std::string> creation_script(const Schema& schema);

// inspect.cpp
Schema inspect(Connection& connection);
/// Whether what SHOW CREATE TABLE gave is a sequence. Asking for kinds beforehand would open every table.
bool is_sequence(std::string_view text);
struct Object {
  std::string kind;  ///< "table", or the kind of a Definition
  std::string name;
  std::string on = {};
  auto operator<=>(const Object&) const = default;
};
/// These alone, as inspect() gives them. Throws Error{not_found} where one is not there.
Schema inspect(Server& server, std::span<const Object> objects);

// reread.cpp
std::optional<Reread> reread(Connection& connection, const Schema& before, const std::vector<Statement>& ran);
/// What is dataflow's own and never belongs to a user.
bool ours(std::string_view name);
/// Does `text` have the name as an identifier outside of string literals and comments?
bool mentions(std::string_view text, std::string_view name);

// normalize.cpp
Wanted normalize(Connection* server, const Wanted& wanted);
Wanted load(Connection* server, std::span<const SqlText> files);
Wanted settle(const Schema& live, Wanted wanted);

// algorithm.cpp
/// How the server carries out an ALTER TABLE, the cheapest first.
enum class Algorithm : std::uint8_t { instant, nocopy, inplace, copy };
/// What the change of one part of a table costs: predicted from the facts, stated in the statement, so that the server
/// refuses rather than does more.
struct Way {
  Algorithm algorithm = Algorithm::copy;
  bool writers_wait = true;  ///< LOCK=SHARED: whoever writes waits; else LOCK=NONE
  bool operator==(const Way&) const = default;
};
/// `before`: the table as it stands when the change's turn comes.
Way way_of(const Table& before, const Change& change, Flavour flavour = Flavour::mariadb);
/// Whether its way is lost beside other clauses in one statement: the server does more for both than for each.
bool stands_alone(const Table& before, const Change& change);
/// ", ALGORITHM=INSTANT, LOCK=NONE".
std::string clause(const Way& way, Flavour flavour = Flavour::mariadb);
/// The `when` of the facts that speak of it: "instant", "nocopy", "nocopy, writers wait", "inplace", "inplace, writers
/// wait", "copy".
std::string_view case_of(const Way& way);

// lower.cpp
Lowered lower_changes(const Schema& from, const std::vector<Change>& changes, const Hints& hints,
                      const LowerOptions& options);

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

}  // namespace dataflow::mariadb
