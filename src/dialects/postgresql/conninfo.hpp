// How a connection is asked for: what libpq takes, what SOCI is given, and why it failed.
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "db/session.hpp"
#include "db/url.hpp"
#include "dialects/postgresql/libpq.hpp"

namespace dataflow::postgresql {

/// libpq's keywords and what was asked for them. Holds the password: never printed.
using Conninfo = std::map<std::string, std::string>;

/// postgresql://…, postgres://… and postgresql:host=… dbname=…, read by libpq itself. Throws Error{bad_url}.
Conninfo read_conninfo(const Url& url);
/// What an open connection was made with, down to the host of several that took it.
Conninfo conninfo_of(PGconn* connection);
/// Opened by SOCI. Throws Error{not_found, permission, …} without any password in it.
Session open_session(const Conninfo& conninfo);

}  // namespace dataflow::postgresql
