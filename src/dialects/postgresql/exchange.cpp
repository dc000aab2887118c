#include "dialects/postgresql/exchange.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <optional>

#include "dialects/postgresql/errors.hpp"
#include "dialects/postgresql/libpq.hpp"

namespace dataflow::postgresql {

namespace {

using Clock = std::chrono::steady_clock;
/// A statement that takes this long may be waiting for a lock: time to look who holds it.
constexpr auto look_every = std::chrono::milliseconds(500);
/// A server that does not even answer a cancel request is taken for lost.
constexpr auto grace = std::chrono::seconds(5);

int milliseconds_until(Clock::time_point when) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(when - Clock::now()).count();
  return static_cast<int>(std::clamp<long long>(left, 0, 60'000));
}

bool failed(const PGresult* result) {
  const ExecStatusType status = pq::result_status(result);
  return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE;
}

}  // namespace

std::vector<Result> Exchange::operator()(const std::function<int()>& send, std::vector<std::string_view> statements) {
  start(send, std::move(statements));
  std::vector<Result> results;
  while (Result result = next()) results.push_back(std::move(result));
  return results;
}

void Exchange::start(const std::function<int()>& send, std::vector<std::string_view> statements) {
  statements_ = std::move(statements);
  received_ = 0;
  blockers_.clear();
  cancelled_ = false;
  if (deadline_ && Clock::now() >= *deadline_) {
    Error error(ErrorCode::timeout, "the time allowed for the run is over", "allow more with --timeout");
    error.dialect = "postgresql";
    error.statement = without_passwords(statement(0));
    throw error;
  }
  if (send() == 0) throw lost(connection_, statement(0));
}

Result Exchange::next() {
  Result result = receive();
  if (result != nullptr && !failed(result.get())) {
    ++received_;
    return result;
  }
  std::optional<Error> error;
  if (result != nullptr) {
    if (const char* state = pq::result_error_field(result.get(), PG_DIAG_SQLSTATE);
        blockers_.empty() && state != nullptr && std::string_view(state) == "55P03")
      blockers_ = watch_.holders(pq::result_error_message(result.get()));
    error = error_of(connection_, result.get(), statement(received_), blockers_, cancelled_);
    while (receive() != nullptr) {}
  }
  watch_.close();
  if (error) throw *error;
  if (pq::status(connection_) == CONNECTION_BAD) throw lost(connection_, statement(0));
  return nullptr;
}

Result Exchange::receive() {
  wait();
  Result result(pq::get_result(connection_));
  if (result != nullptr) leave_copy(result.get());
  return result;
}

void Exchange::wait() {
  auto look = Clock::now() + look_every;
  std::optional<Clock::time_point> give_up;
  while (pq::is_busy(connection_) != 0) {
    auto until = look;
    if (give_up) until = *give_up;
    if (!cancelled_ && deadline_) until = std::min(until, *deadline_);
    pollfd socket{pq::socket(connection_), POLLIN, 0};
    const int ready = poll(&socket, 1, milliseconds_until(until));
    if (ready > 0 && pq::consume_input(connection_) == 0) return;
    if (ready > 0) continue;
    const auto now = Clock::now();
    if (give_up && now >= *give_up) {
      shutdown(pq::socket(connection_), SHUT_RDWR);
      give_up = now + grace;
    } else if (!cancelled_ && deadline_ && now >= *deadline_) {
      if (std::string now_blocking = watch_.blockers(); !now_blocking.empty()) blockers_ = now_blocking;
      cancel();
      cancelled_ = true;
      give_up = Clock::now() + grace;
    } else if (!cancelled_ && now >= look) {
      blockers_ = watch_.blockers();
      look = Clock::now() + look_every;
    }
  }
}

void Exchange::cancel() {
  const std::unique_ptr<PGcancel, pq::Free> handle(pq::get_cancel(connection_));
  char said[256];
  if (handle != nullptr) pq::cancel(handle.get(), said, sizeof said);
}

/// Rows are neither sent nor taken this way.
void Exchange::leave_copy(const PGresult* result) {
  if (pq::result_status(result) == PGRES_COPY_IN) pq::put_copy_end(connection_, "no rows are sent here");
  if (pq::result_status(result) != PGRES_COPY_OUT) return;
  for (char* row = nullptr; pq::get_copy_data(connection_, &row, 0) > 0;) pq::freemem(row);
}

}  // namespace dataflow::postgresql
