// Shorthand for tests of a PostgreSQL connection.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "dataflow/error.hpp"
#include "db/url.hpp"
#include "dialects/postgresql/postgresql.hpp"
#include "support/postgres.hpp"

namespace dataflow::test {

inline std::unique_ptr<Connection> connect_to(const std::string& url, Open open = Open::existing) {
  return postgresql::connect(parse_url(url), open);
}

/// The Error that `call` throws.
inline Error error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& e) {
    return e;
  }
  throw std::runtime_error("no Error was thrown");
}

inline bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

inline Deadline in(long milliseconds) {
  return std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
}

}  // namespace dataflow::test
