// One message to the server and everything it answers, with a time limit that holds for waits of any kind.
#pragma once
#include <algorithm>
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
  std::vector<Result> operator()(const std::function<int()>& send, std::vector<std::string_view> statements);
  /// Sends. The texts are to live until next() has given nothing, or thrown.
  void start(const std::function<int()>& send, std::vector<std::string_view> statements);
  /// The next result, for which the server may still be working; nothing behind the last. Throws as above.
  Result next();

 private:
  std::string_view statement(std::size_t i) const { return statements_[std::min(i, statements_.size() - 1)]; }
  Result receive();
  void wait();
  void cancel();
  void leave_copy(const PGresult* result);
  PGconn* connection_;
  Watch watch_;
  Deadline deadline_;
  // Of the message that is on its way:
  std::vector<std::string_view> statements_;
  std::size_t received_ = 0;
  std::string blockers_;
  bool cancelled_ = false;
};

}  // namespace dataflow::postgresql
