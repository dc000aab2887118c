// A MariaDB server for tests, looked at through mariadb and mariadb-dump: dataflow has no say in what they see.
#pragma once
#include <string>
#include <vector>

#include "support/process.hpp"

namespace dataflow::test {

/// The server of this run: the one that CTest has started for all tests, or one that this process starts and stops.
/// Throws std::runtime_error where there is none to start. Accounts are seen by every test: give them names of their
/// own, at localhost.
class MariaDb {
 public:
  static MariaDb& instance();
  std::string url(const std::string& database, const std::string& user = "root",
                  const std::string& password = {}) const;
  /// An empty database of a new name.
  std::string create_database();
  void drop_database(const std::string& name);
  /// Runs a script as the client program does, DELIMITER and all. Throws std::runtime_error with the server's words.
  void run(const std::string& database, const std::string& sql, const std::string& user = "root");
  /// The rows of a query as "a|b|c"; NULL is "NULL".
  std::vector<std::string> rows(const std::string& database, const std::string& query,
                                const std::string& user = "root");
  /// Tables, views, triggers, routines, events and sequences as mariadb-dump writes them, without dates.
  std::string dump(const std::string& database, const std::vector<std::string>& options = {"--no-data"});
  std::string socket() const { return directory_ + "/s"; }

 private:
  MariaDb();
  ~MariaDb();
  std::string directory_, started_;
};

/// A database of a test's own.
class MariaDbDatabase {
 public:
  explicit MariaDbDatabase(const std::string& script = {}) : name_(MariaDb::instance().create_database()) {
    if (!script.empty()) run(script);
  }
  ~MariaDbDatabase() { MariaDb::instance().drop_database(name_); }
  MariaDbDatabase(const MariaDbDatabase&) = delete;
  MariaDbDatabase& operator=(const MariaDbDatabase&) = delete;
  const std::string& name() const { return name_; }
  std::string url(const std::string& user = "root", const std::string& password = {}) const {
    return MariaDb::instance().url(name_, user, password);
  }
  void run(const std::string& sql, const std::string& user = "root") const {
    MariaDb::instance().run(name_, sql, user);
  }
  std::vector<std::string> rows(const std::string& query) const { return MariaDb::instance().rows(name_, query); }
  std::string value(const std::string& query) const {
    const auto all = rows(query);
    return all.empty() ? std::string() : all[0];
  }
  /// As mariadb-dump writes it, without dataflow's own tables and the words around each table.
  std::string shape() const;
  std::string contents() const;  ///< the rows alone

 private:
  std::string dump(const std::vector<std::string>& options) const;
  std::string name_;
};

}  // namespace dataflow::test
