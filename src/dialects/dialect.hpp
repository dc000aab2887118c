// A server as a record: values and functions, every field given, nothing inherited.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dataflow/database.hpp"
#include "dataflow/diff.hpp"
#include "dataflow/plan.hpp"
#include "db/connection.hpp"
#include "db/session.hpp"
#include "db/url.hpp"
#include "risk/grade.hpp"

namespace dataflow {

struct LowerOptions {
  /// The schema that all changes together lead to: its texts and order of columns are taken where a table reaches it.
  const Schema* to = nullptr;
  bool create_backup = true;
  /// Names of dataflow's own tables that are there already: data set aside gets a name that is not among them.
  std::vector<std::string> taken = {};
  /// Goes into the names of data set aside, so that two plans never meet.
  std::string seed = {};
  /// Rather statements that commit by themselves than ones that writers wait for.
  bool online = false;
  /// Of the server they are for.
  Since version = {};
};

/// Changes turned into statements, both ways.
struct Lowered {
  std::vector<Step> steps;
  std::vector<std::size_t> step_of;  ///< per change: the index of its step
  /// Per step: whether it rewrites its table. Empty where not the steps but the server decides: then facts tell.
  std::vector<bool> rewrites;
  std::vector<SetAside> set_aside, rollback_set_aside;
  std::vector<std::optional<std::size_t>> saved;  ///< per change: its entry in set_aside, where there is one
  std::vector<std::optional<std::size_t>> rollback_saved;
};

/// What a scratch copy of the schema said.
struct Rehearsal {
  /// A statement the server refused: its step and the server's words.
  struct Failure {
    std::size_t step;
    std::string sentence;
    std::string sqlstate = {};
  };
  std::optional<Failure> up_failure, down_failure;  ///< with one, what comes after it stays empty
  Schema after_up, after_down;
  /// A place (followed.hpp), and the schema that stands there if it was read whole.
  struct Stop {
    std::string place;
    std::optional<Schema> schema = {};
  };
  /// By step: what its up and its down lead to, where a run may be interrupted there.
  std::map<std::size_t, Stop> reached, returned;
  std::vector<std::string> broken;  ///< views and triggers that no longer compile after up
};

/// What of a schema was read again.
struct Reread {
  std::vector<std::pair<std::string, Name>> stale;  ///< by kind, "table" too: what `now` has of them stands there
  Schema now;
};

/// A migration under way: holds the server's migration lock from its construction until commit() or its end.
class Migrating {
 public:
  virtual ~Migrating() = default;  ///< rolls back what was not committed and restores the session
  /// What must hold before the end where rows were rewritten: no new foreign key violation, an intact file.
  /// Throws Error{verification}.
  virtual void check() = 0;
  virtual void commit() = 0;
};

/// The migration lock over several transactions and what runs between them; freed by the server when the process dies.
class Held {
 public:
  virtual ~Held() = default;
};

/// What proves that there is nothing to do.
struct Standing {
  std::string model;     ///< the key of the models that the last run found in place
  std::string recorded;  ///< the digest of the catalog at that time
  std::string now;       ///< the digest of today's
};

/// A statement of a migration file, and what becomes of it.
struct FileStatement {
  enum class Use : std::uint8_t {
    run,
    left_out,  ///< opens or ends a transaction: the run has its own
    locks,     ///< locks tables: what follows up to `unlocks` belongs together
    unlocks,
    refused  ///< would end or leave the transaction at hand
  };
  std::string text;  ///< without the semicolon behind it
  std::size_t line = 1;
  Use use = Use::run;
  bool alone = false;     ///< commits by itself; where the server says so itself, a rehearsal tells
  bool rehearsed = true;  ///< false: it reaches beyond the database, so a scratch copy must not see it
};

/// A schema in a scratch place, which goes away with the last that holds it.
struct Stand {
  std::shared_ptr<void> place;
  std::unique_ptr<Connection> connection;
};

struct Dialect {
  std::string_view name;
  std::span<const std::string_view> schemes;
  std::string_view soci_backend;
  bool embedded;  ///< the server runs inside this process: a scratch one costs nothing
  /// What stands before the names of dataflow's own tables, and how they are created.
  std::string_view own;
  std::span<const std::string_view> own_tables;
  std::string_view own_exist;  ///< a query that gives a row when they are there

  Sameness sameness;
  std::string (*quote)(std::string_view identifier);
  std::string (*literal)(std::string_view text);
  std::string (*type_name)(const Type& type);  ///< how the server is told of a type
  std::string (*canonical)(std::string_view expression);

  std::unique_ptr<Connection> (*connect)(const Url& url, Open open);
  std::unique_ptr<Connection> (*adopt)(soci::session& session);

  Schema (*inspect)(Connection& connection);
  /// What `ran` may have changed of a schema that was `before`, read again. Nothing where that cannot be told; nullptr:
  /// never.
  std::optional<Reread> (*reread)(Connection& connection, const Schema& before, const std::vector<Statement>& ran);
  std::vector<std::string> (*create_statements)(const Schema& schema);
  // `server`: where a dialect that has no embedded server makes its scratch copies. Nothing of it is touched.
  Wanted (*normalize)(Connection* server, const Wanted& wanted);
  Wanted (*load)(Connection* server, std::span<const SqlText> files);
  /// `wanted`, completed by what it does not speak of and `live` has: nothing of that is to be changed.
  Wanted (*settle)(const Schema& live, Wanted wanted);
  /// The schema as the server leaves it once it has renamed and dropped what `changes` (renames and drops of
  /// definitions) say: it follows new names into its own texts.
  Schema (*renamed)(Connection* server, const Schema& from, const std::vector<Change>& changes);
  Lowered (*lower)(const Schema& from, const std::vector<Change>& changes, const Hints& hints,
                   const LowerOptions& options);
  /// `prelude`: what else must stand there for the steps to run.
  Rehearsal (*rehearse)(Connection* server, const Schema& from, const std::vector<Step>& steps,
                        const std::vector<std::string>& prelude);
  /// The tables that hold data set aside, as CREATE statements: the prelude of going back.
  std::vector<std::string> (*set_aside_tables)(Connection& connection);
  std::vector<Evidence> (*survey)(Connection& connection, const Schema& from, const Change& change,
                                  const std::vector<Change>& all, const Hints& hints);
  std::span<const Fact> facts;
  Since (*version)(Connection& connection);  ///< of the server: picks among the facts
  /// Statements that put data set aside back into the live schema. Throws Error{not_found} where its place is gone.
  std::vector<Statement> (*restore)(const Schema& live, const SetAside& aside);

  std::unique_ptr<Migrating> (*begin)(Connection& connection, const Deadline& deadline, bool rewrites);
  /// Throws Error{locked} where another session migrates, Error{unsupported} where the session's locks do not last.
  /// nullptr where no statement commits by itself.
  std::unique_ptr<Held> (*hold)(Connection& connection, const Deadline& deadline);
  /// A digest of the whole catalog without dataflow's own tables, in one statement; what proves that nothing changed.
  std::string (*catalog_digest)(Connection& connection);
  /// What the last run recorded and what the catalog is now, in as few round trips as the server allows. Nothing where
  /// no run recorded anything.
  std::optional<Standing> (*standing)(Connection& connection);

  /// A migration file as its statements, cut where the server's own client cuts.
  std::vector<FileStatement> (*split)(std::string_view sql);
  /// What is SET so that names without a schema mean what a client means, and to undo it; empty where they do.
  std::string_view as_client, as_ours;
  /// A scratch place with the schema in it. `server` as above.
  Stand (*stand)(Connection* server, const Schema& schema);
};

extern const Dialect sqlite_dialect, postgresql_dialect, mariadb_dialect;

/// Every dialect there is, in the order in which help lists them.
std::span<const Dialect* const> dialects();
/// Throws Error{bad_url} or Error{unsupported} with the nearest name.
const Dialect& dialect_of(const Url& url);
const Dialect& dialect_named(std::string_view name);

/// `wanted` as a server of the dialect reads it back, without what is declared for other servers only.
Wanted normalize(const Dialect& dialect, Connection* server, Wanted wanted);

/// The fingerprint of a schema up to spellings its server does not tell apart.
std::string fingerprint(const Dialect& dialect, Schema schema);

struct Database::Impl {
  const Dialect* dialect = nullptr;
  std::string url;
  std::shared_ptr<void> place = {};  ///< what has to last as long as the connection
  std::unique_ptr<Connection> connection = {};
};

}  // namespace dataflow
