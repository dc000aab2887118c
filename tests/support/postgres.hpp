// A PostgreSQL server for tests, looked at through psql and pg_dump: dataflow has no say in what they see.
#pragma once
#include <string>
#include <vector>

#include "support/process.hpp"

namespace dataflow::test {

/// The server of this run: the one that CTest has started for all tests, or one that this process starts and stops.
/// Throws std::runtime_error where there is none to start. Roles are seen by every test: give them names of their own.
class Postgres {
 public:
  static Postgres& instance();
  std::string url(const std::string& database, const std::string& user = "postgres") const;
  /// An empty database of a new name.
  std::string create_database();
  void drop_database(const std::string& name);
  /// Runs a script, each statement by itself. Throws std::runtime_error with the server's words.
  void run(const std::string& database, const std::string& sql, const std::string& user = "postgres");
  /// The rows of a query as "a|b|c"; NULL is "NULL".
  std::vector<std::string> psql(const std::string& database, const std::string& query,
                                const std::string& user = "postgres");
  std::string pg_dump(const std::string& database, const std::vector<std::string>& options = {"--schema-only"});
  int version();  ///< the major one
  /// Whether pg_dump reads a server of this version: it does not where it is the older one.
  bool has_pg_dump();
  /// What the catalogs say of everything that users have made, a line a row: support/catalog.sql.
  std::string catalog(const std::string& database);
  /// Where the socket is; the port is 5432.
  const std::string& directory() const { return directory_; }
  /// The path of one of PostgreSQL's own client programs.
  std::string program(const std::string& name) const { return clients_ + '/' + name; }

 private:
  Postgres();
  ~Postgres();
  std::string clients_, directory_, started_;
};

/// A database of a test's own.
class PostgresDatabase {
 public:
  explicit PostgresDatabase(const std::string& script = {}) : name_(Postgres::instance().create_database()) {
    if (!script.empty()) run(script);
  }
  ~PostgresDatabase() { Postgres::instance().drop_database(name_); }
  PostgresDatabase(const PostgresDatabase&) = delete;
  PostgresDatabase& operator=(const PostgresDatabase&) = delete;
  const std::string& name() const { return name_; }
  std::string url(const std::string& user = "postgres") const { return Postgres::instance().url(name_, user); }
  void run(const std::string& sql, const std::string& user = "postgres") const {
    Postgres::instance().run(name_, sql, user);
  }
  std::vector<std::string> rows(const std::string& query) const { return Postgres::instance().psql(name_, query); }
  std::string value(const std::string& query) const {
    const auto all = rows(query);
    return all.empty() ? std::string() : all[0];
  }

 private:
  std::string name_;
};

}  // namespace dataflow::test
