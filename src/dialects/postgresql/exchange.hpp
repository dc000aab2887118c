// One message to the server and everything it answers, with a time limit that holds for waits of any kind.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "db/connection.hpp"
#include "dialects/postgresql/libpq.hpp"
#include "dialects/postgresql/watch.hpp"

namespace dataflow::postgresql {

using Result = std::unique_ptr<PGresult, pq::Free>;

class Exchange {
 public:
  explicit Exchange(PGconn* connection) : connection_(connection), watch_(connection) {}
  void set_pooled() { watch_.set_pooled(); }
  void set_deadline(Deadline when) { deadline_ = when; }
  /// Sends and waits. `statements`: what is sent, one for each result, for errors. Throws what the server says first;
  /// the connection is idle again either way.
  std::vector<Result> operator()(const std::function<int()>& send, const std::vector<std::string_view>& statements);

 private:
  void wait(std::string& blockers, bool& cancelled);
  void cancel();
  void leave_copy(const PGresult* result);
  PGconn* connection_;
  Watch watch_;
  Deadline deadline_;
};

}  // namespace dataflow::postgresql
