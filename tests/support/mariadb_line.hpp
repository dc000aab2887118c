// Shorthand for tests of a MariaDB connection.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "dataflow/error.hpp"
#include "db/url.hpp"
#include "dialects/mariadb/mariadb.hpp"
#include "support/mariadb.hpp"

namespace dataflow::test {

inline std::unique_ptr<Connection> connect_to_mariadb(const std::string& url, Open open = Open::existing) {
  return mariadb::connect(parse_url(url), open);
}

/// The Error that `call` throws.
inline Error error_from(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& e) {
    return e;
  }
  throw std::runtime_error("no Error was thrown");
}

inline bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

inline Deadline after(long milliseconds) {
  return std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
}

}  // namespace dataflow::test
