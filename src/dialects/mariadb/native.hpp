// What run.cpp asks of a connection beyond what the other files do.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "dialects/mariadb/mariadb.hpp"

namespace dataflow::mariadb {

using Patience = std::optional<std::chrono::milliseconds>;

/// Statements that the server did not hold to foreign keys.
struct Unchecked {
  std::vector<std::string> statements;
  Rows keys_before;  ///< table and name of the foreign keys that were there when it began
};

class Native : public Server {
 public:
  /// From now on a statement that changes the schema never waits for a lock longer than clients behind it can bear: it
  /// is tried again and again, without waiting first, until `patience` is over. Nothing: it waits as the session does.
  /// Returns what held before.
  virtual Patience set_lock_patience(Patience patience) = 0;
  /// What ran while foreign_key_checks was 0, since the last time this was asked.
  virtual Unchecked take_unchecked() = 0;
  /// The session as it was when it was opened, whatever a script has set since.
  virtual void settle() = 0;
};
Native& native(Connection& connection);

/// Table and name of every foreign key of the database that is selected.
constexpr const char* foreign_keys =
    "SELECT TABLE_NAME, CONSTRAINT_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = "
    "DATABASE()";

/// How long a statement waits for locks in a session of ours, in seconds.
constexpr int lock_wait = 5;

}  // namespace dataflow::mariadb
