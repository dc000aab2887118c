// How a connection is asked for: what the URL, the environment and option files say, what SOCI is given, and why it
// failed.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "db/session.hpp"
#include "db/url.hpp"
#include "dialects/mariadb/libmariadb.hpp"

namespace dataflow::mariadb {

/// What was asked for; empty where nothing was. Holds the password: never printed.
struct Conninfo {
  std::string host, socket, user, password, database;
  unsigned port = 0;
  std::string ssl_ca, ssl_cert, ssl_key, ssl_mode;  ///< ssl_mode: "", "disabled", "required", "verify_identity", …
  unsigned connect_timeout = 10;
};

/// An open connection: SOCI's, or one of our own where SOCI has no word for what was asked.
class Opened {
 public:
  explicit Opened(Session session);
  explicit Opened(std::unique_ptr<MYSQL, my::Free> own);
  MYSQL* handle() const { return handle_; }

 private:
  std::optional<Session> session_;
  std::unique_ptr<MYSQL, my::Free> own_;
  MYSQL* handle_;
};

/// mariadb://user:password@host:port/database?socket=… Throws Error{bad_url}.
Conninfo read_conninfo(const Url& url);
/// What an open connection was made with.
Conninfo conninfo_of(MYSQL* connection);
/// Throws Error{not_found, permission, …} without any password in it.
Opened open_session(const Conninfo& conninfo);
/// A connection that SOCI knows nothing of: for asking and ending things on the side.
std::unique_ptr<MYSQL, my::Free> open_aside(const Conninfo& conninfo);

}  // namespace dataflow::mariadb
