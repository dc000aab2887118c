#include <algorithm>
#include <thread>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/postgresql/postgresql.hpp"
#include "dialects/postgresql/settings.hpp"

namespace dataflow::postgresql {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto default_lock_wait = std::chrono::seconds(5);
/// Whoever waits for one of our locks waits behind us, and everybody else behind them: so our own waits are short.
constexpr auto longest_lock_wait = std::chrono::seconds(2);

/// Two 32-bit keys, so that the lock can be found in pg_locks: "data", "flow".
constexpr std::string_view lock_keys = "1684108385, 1718382455";
constexpr std::string_view lock_holder =
    "SELECT COALESCE(NULLIF(a.application_name, ''), a.usename) || ' (pid ' || l.pid || COALESCE(', since ' || "
    "pg_catalog.date_trunc('second', a.xact_start)::text, '') || ')' FROM pg_catalog.pg_locks AS l LEFT JOIN "
    "pg_catalog.pg_stat_activity AS a ON a.pid = l.pid WHERE l.locktype = 'advisory' AND l.granted AND l.classid = "
    "1684108385 AND l.objid = 1718382455 AND l.objsubid = 2 AND l.database = (SELECT oid FROM pg_catalog.pg_database "
    "WHERE datname = pg_catalog.current_database())";

/// Asked for again and again: one that waits inside the server would hold a snapshot, for which CREATE INDEX
/// CONCURRENTLY of somebody else waits in turn. `ask` names the function that tries to take it.
void take_lock(Connection& connection, const Deadline& deadline, std::string_view ask) {
  const std::string query = "SELECT pg_catalog." + std::string(ask) + "(" + std::string(lock_keys) + ")";
  const auto patience = deadline ? *deadline : Clock::now() + default_lock_wait;
  for (auto pause = std::chrono::milliseconds(20);; pause = std::min(pause * 2, std::chrono::milliseconds(250))) {
    if (connection.query(query).at(0).at(0) == "t") return;
    if (Clock::now() + pause >= patience) break;
    std::this_thread::sleep_for(pause);
  }
  connection.set_deadline(std::nullopt);  // to name the holder is worth the moment
  const Rows holders = connection.query(lock_holder);
  Error error(ErrorCode::locked,
              "another migration of this database is under way" +
                  (holders.empty() || !holders[0][0] ? std::string() : ": " + *holders[0][0]),
              "wait for it, or end that session");
  error.dialect = "postgresql";
  throw error;
}

/// One transaction holds everything: the lock, the statements, our own records. Nothing of it outlives the transaction,
/// so a pooler in between changes nothing.
class Transaction final : public Migrating {
 public:
  Transaction(Connection& connection, const Deadline& deadline) : connection_(connection), deadline_(deadline) {
    connection_.run("BEGIN ISOLATION LEVEL READ COMMITTED");
    try {
      set_up();
      take_lock(connection_, deadline_, "pg_try_advisory_xact_lock");
    } catch (...) {
      roll_back();
      throw;
    }
  }
  ~Transaction() override {
    if (open_) roll_back();
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  /// The server holds foreign keys at each statement, but for those that were put off until the end.
  void check() override {
    try {
      connection_.run("SET CONSTRAINTS ALL IMMEDIATE");
    } catch (const Error& e) {
      if (!e.sqlstate.starts_with("23")) throw;
      Error error(ErrorCode::verification, e.what(), e.hint);
      error.dialect = e.dialect, error.sqlstate = e.sqlstate, error.statement = e.statement;
      throw error;
    }
  }

  void commit() override {
    connection_.run("COMMIT");
    open_ = false;
  }

 private:
  void set_up() {
    connection_.query(apply_settings("true"));
    auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(longest_lock_wait);
    if (deadline_)
      wait = std::clamp(std::chrono::duration_cast<std::chrono::milliseconds>(*deadline_ - Clock::now()),
                        std::chrono::milliseconds(1), wait);
    connection_.query(
        "SELECT pg_catalog.set_config('lock_timeout', ?, true), pg_catalog.set_config('check_function_bodies', 'off', "
        "true), pg_catalog.set_config('idle_in_transaction_session_timeout', '10min', true)",
        {std::to_string(wait.count())});
  }

  void roll_back() noexcept {
    try {
      connection_.set_deadline(std::nullopt);
      connection_.run("ROLLBACK");
    } catch (const Error&) {}  // without a connection the server does it
  }

  Connection& connection_;
  Deadline deadline_;
  bool open_ = true;
};

/// The same lock, of the session. The transactions within take it once more, which a session may.
class Session final : public Held {
 public:
  Session(Connection& connection, const Deadline& deadline) : connection_(connection) {
    take_lock(connection, deadline, "pg_try_advisory_lock");
    // What runs alone waits for transactions that are older than itself; the deadline bounds that.
    connection.query("SELECT pg_catalog.set_config('lock_timeout', '0', false)");
  }
  ~Session() override {
    try {
      connection_.set_deadline(std::nullopt);
      connection_.query("SELECT pg_catalog.pg_advisory_unlock(" + std::string(lock_keys) + ")");
      connection_.query(apply_settings("false"));
    } catch (const Error&) {}  // the lock goes with the connection
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

 private:
  Connection& connection_;
};

}  // namespace

std::unique_ptr<Held> hold(Connection& connection, const Deadline& deadline) {
  if (server(connection).pooled()) {
    Error error(ErrorCode::unsupported,
                "statements that commit by themselves need a session of their own, and a pooler gives each transaction "
                "another one",
                "connect to the server itself for this migration");
    error.dialect = "postgresql";
    throw error;
  }
  return std::make_unique<Session>(connection, deadline);
}

std::unique_ptr<Migrating> begin(Connection& connection, const Deadline& deadline, bool) {
  return std::make_unique<Transaction>(connection, deadline);
}

}  // namespace dataflow::postgresql
