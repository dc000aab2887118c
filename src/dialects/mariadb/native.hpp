// What run.cpp asks of a connection beyond what the other files do.
#pragma once
#include <chrono>
#include <optional>

#include "dialects/mariadb/mariadb.hpp"

namespace dataflow::mariadb {

class Native : public Server {
 public:
  /// From now on a statement that changes the schema never waits for a lock longer than clients behind it can bear: it
  /// is tried again and again, without waiting first, until `patience` is over. Nothing: it waits as the session does.
  virtual void set_lock_patience(std::optional<std::chrono::milliseconds> patience) = 0;
  /// The session as it was when it was opened, whatever a script has set since.
  virtual void settle() = 0;
};
Native& native(Connection& connection);

/// How long a statement waits for locks in a session of ours, in seconds.
constexpr int lock_wait = 5;

}  // namespace dataflow::mariadb
