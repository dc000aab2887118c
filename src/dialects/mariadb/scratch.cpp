#include <random>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/mariadb/mariadb.hpp"

namespace dataflow::mariadb {

namespace {

/// Runs something whose failure changes nothing.
void attempt(Server& server, const std::string& sql) noexcept {
  try {
    server.run(sql);
  } catch (const Error&) {}
}

/// Locks are one server's own, databases may be a whole cluster's: so a name says which server made it.
std::string prefix_on(Server& server) {
  return std::string(scratch_prefix) +
         server.query("SELECT LEFT(MD5(CONCAT(@@hostname, ':', @@port, ':', @@datadir)), 6)").at(0).at(0).value_or("") +
         '_';
}

void drop_what_dead_runs_left(Server& server, const std::string& prefix) {
  std::string like;
  for (const char c : prefix) like += c == '_' ? "\\_" : std::string(1, c);
  for (const Row& row : server.query("SHOW DATABASES LIKE '" + like + "%'")) {
    const std::string name = row[0].value_or("");
    if (server.query("SELECT IS_FREE_LOCK(?)", {name}).at(0).at(0) == "1")
      attempt(server, "DROP DATABASE IF EXISTS " + quote(name));
  }
}

std::string random_letters() {
  std::random_device source;
  std::string out;
  for (int i = 0; i < 8; ++i) out += static_cast<char>('a' + source() % 26);
  return out;
}

[[noreturn]] void refuse(const Error& cause, const std::string& account) {
  Error error(ErrorCode::permission,
              "there is no place on this server to try a schema out: " + std::string(cause.what()),
              "GRANT ALL ON `dataflow\\_scratch\\_%`.* TO " + account + ", or name another server with --dev");
  error.dialect = cause.dialect, error.sqlstate = cause.sqlstate, error.statement = cause.statement;
  throw error;
}

}  // namespace

struct Scratch::Impl {
  explicit Impl(Server& beside) : maintenance(beside.another("")) {
    // Replicas need none of this, where the account may say so. Tables of other databases may point here.
    attempt(*maintenance, "SET SESSION sql_log_bin = 0");
    maintenance->run("SET SESSION foreign_key_checks = 0");
    const std::string prefix = prefix_on(*maintenance);
    drop_what_dead_runs_left(*maintenance, prefix);
    name = prefix + std::to_string(maintenance->id()) + '_' + random_letters();
    if (maintenance->query("SELECT GET_LOCK(?, 0)", {name}).at(0).at(0) != "1")
      throw Error(ErrorCode::locked, "the lock of a new scratch database is taken: " + name);
    const Row like = maintenance->query("SELECT @@character_set_database, @@collation_database").at(0);
    try {
      maintenance->run("CREATE DATABASE " + quote(name) + " CHARACTER SET " + like.at(0).value_or("utf8mb4") +
                       " COLLATE " + like.at(1).value_or("utf8mb4_general_ci"));
    } catch (const Error& e) {
      if (e.code == ErrorCode::permission) refuse(e, maintenance->account());
      throw;
    }
    try {
      inside = maintenance->another(name);
      attempt(*inside, "SET SESSION sql_log_bin = 0");
      const Row own = beside.query("SELECT @@SESSION.sql_mode, @@SESSION.default_storage_engine").at(0);
      inside->run("SET SESSION foreign_key_checks = 0, SESSION sql_mode = ?, SESSION default_storage_engine = ?", own);
    } catch (...) {
      drop();
      throw;
    }
  }
  ~Impl() { drop(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void drop() noexcept {
    inside.reset();
    attempt(*maintenance, "DROP DATABASE IF EXISTS " + quote(name));
  }

  std::unique_ptr<Server> maintenance;  ///< holds the lock, as long as it lives
  std::string name;
  std::unique_ptr<Server> inside;
};

Scratch::Scratch(Connection& beside) : impl_(std::make_unique<Impl>(server(beside))) {}
Scratch::~Scratch() = default;
Server& Scratch::connection() { return *impl_->inside; }
void Scratch::build(std::span<const std::string> statements) { connection().batch(statements); }

}  // namespace dataflow::mariadb
