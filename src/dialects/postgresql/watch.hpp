// Who is in the way: asked on a session of its own while another one waits for a lock.
#pragma once
#include <chrono>
#include <optional>
#include <string>

#include "db/session.hpp"
#include "dialects/postgresql/conninfo.hpp"
#include "dialects/postgresql/libpq.hpp"

namespace dataflow::postgresql {

class Watch {
 public:
  /// Nothing is opened before somebody asks.
  explicit Watch(PGconn* watched) : watched_(watched) {}
  /// The server's process is another one for each transaction: nobody can be found by it.
  void set_pooled() { pooled_ = true; }
  /// Sessions that block the watched one right now: "app (pid 4711, idle in transaction for 12 s)". Empty where there
  /// are none, or they cannot be seen.
  std::string blockers();
  /// Sessions that hold a lock on the relation that the server's words put into quotes.
  std::string holders(const std::string& words);
  void close() { session_.reset(); }

 private:
  std::string ask(const char* from, const std::string& parameter);
  PGconn* watched_;
  bool pooled_ = false;
  std::optional<Session> session_;
};

}  // namespace dataflow::postgresql
