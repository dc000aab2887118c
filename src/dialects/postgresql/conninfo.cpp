#include "dialects/postgresql/conninfo.hpp"

#include <poll.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <vector>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/postgresql/errors.hpp"
#include "dialects/postgresql/libpq.hpp"

namespace dataflow::postgresql {

namespace {

using Options = std::unique_ptr<PQconninfoOption, pq::Free>;

Conninfo given(const PQconninfoOption* options) {
  Conninfo out;
  for (; options != nullptr && options->keyword != nullptr; ++options)
    if (options->val != nullptr && *options->val != '\0') out[options->keyword] = options->val;
  return out;
}

bool secret(std::string_view keyword) { return keyword == "password" || keyword == "sslpassword"; }

/// libpq quotes what it does not understand, and that may be a piece of a password.
std::string words_without_quotes(const std::string& words, const std::string& shown) {
  std::string out;
  for (std::size_t at = 0; at < words.size();) {
    const std::size_t close = words[at] == '"' ? words.find('"', at + 1) : std::string::npos;
    if (close == std::string::npos) {
      out += words[at++];
      continue;
    }
    const std::string quoted = words.substr(at + 1, close - at - 1);
    out += shown.find(quoted) == std::string::npos ? "\"…\"" : '"' + quoted + '"';
    at = close + 1;
  }
  return std::string(trim(out));
}

std::string as_text(const Conninfo& conninfo) {
  std::string out;
  for (const auto& [keyword, value] : conninfo) {
    out += (out.empty() ? "" : " ") + keyword + "='";
    for (const char c : value) out += c == '\'' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    out += '\'';
  }
  return out;
}

/// "FATAL:  28P01: password …", as libpq writes it when asked for every detail, in whatever language.
std::string sqlstate_in(const std::string& words) {
  const auto letter = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) || (c >= 'A' && c <= 'Z'); };
  for (std::size_t at = words.find(":  "); at != std::string::npos; at = words.find(":  ", at + 1)) {
    const std::string state = words.substr(at + 3, 5);
    if (state.size() == 5 && std::all_of(state.begin(), state.end(), letter) && words.substr(at + 8, 2) == ": ")
      return state;
  }
  return {};
}

/// Why no connection came about: asked once more, since what SOCI reports has no code of the server in it.
std::string sqlstate_of_failure(const Conninfo& conninfo, bool& needs_password) {
  const std::unique_ptr<PGconn, pq::Free> connection(pq::connect_start(as_text(conninfo).c_str()));
  if (connection == nullptr || pq::status(connection.get()) == CONNECTION_BAD) return {};
  pq::set_error_verbosity(connection.get(), PQERRORS_VERBOSE);
  PostgresPollingStatusType state = PGRES_POLLING_WRITING;
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(3);
  while (state != PGRES_POLLING_OK && state != PGRES_POLLING_FAILED && std::chrono::steady_clock::now() < patience) {
    pollfd socket{pq::socket(connection.get()), static_cast<short>(state == PGRES_POLLING_READING ? POLLIN : POLLOUT),
                  0};
    poll(&socket, 1, 200);
    if (socket.revents != 0) state = pq::connect_poll(connection.get());
  }
  needs_password = pq::connection_needs_password(connection.get()) != 0;
  return sqlstate_in(pq::error_message(connection.get()));
}

std::string hide(std::string text, const std::string& password) {
  if (password.size() < 3) return text;
  for (std::size_t at = 0; (at = text.find(password, at)) != std::string::npos; at += 3)
    text.replace(at, password.size(), "***");
  return text;
}

Error failure(const Conninfo& conninfo, std::string words) {
  for (const auto& [keyword, value] : conninfo)
    if (secret(keyword)) words = hide(std::move(words), value);
  // SOCI's own words stand on the first line, libpq's on the second, its advice below.
  const std::vector<std::string> lines = split(words, '\n');
  words = std::string(trim(lines.size() > 1 ? lines[1] : lines[0]));
  bool needs_password = false;
  const std::string state = sqlstate_of_failure(conninfo, needs_password);
  if (needs_password) {
    Error error(ErrorCode::permission, "the server asks for a password and none was given: " + words,
                "put it into ~/.pgpass or PGPASSWORD");
    error.dialect = "postgresql";
    return error;
  }
  if (!state.empty()) return error_of(state, words);
  Error error(ErrorCode::not_found, "no connection to a PostgreSQL server: " + words,
              "see whether it runs and listens there");
  error.dialect = "postgresql";
  error.sqlstate = "08001";
  return error;
}

}  // namespace

Conninfo read_conninfo(const Url& url) {
  const bool as_url = url.rest.starts_with("//");
  if (!as_url && !url.rest.empty() && url.rest.find('=') == std::string::npos)
    throw Error(ErrorCode::bad_url, "'" + without_password(url.scheme + ":" + url.rest) + "' names no server",
                "write postgresql://user@host/database, or postgresql:host=… dbname=…");
  const std::string text = as_url ? "postgresql:" + url.rest : url.rest;
  char* said = nullptr;
  const Options options(pq::conninfo_parse(text.c_str(), &said));
  const std::unique_ptr<char, pq::Free> words(said);
  if (options == nullptr)
    throw Error(ErrorCode::bad_url,
                "libpq does not understand the URL: " +
                    words_without_quotes(said == nullptr ? "" : said, without_password(text)),
                "write postgresql://user@host/database, with %xx for special characters");
  Conninfo out = given(options.get());
  if (const auto port = out.find("port");
      port != out.end() && port->second.find_first_not_of("0123456789,") != std::string::npos)
    throw Error(ErrorCode::bad_url, "the port of the URL is not a number",
                "a password with '/', ':' or '@' in it needs them as %2F, %3A and %40");
  return out;
}

Conninfo conninfo_of(PGconn* connection) {
  const Options options(pq::conninfo(connection));
  Conninfo out = given(options.get());
  if (out.contains("hostaddr")) out["hostaddr"] = pq::hostaddr(connection);
  for (const char* chosen_otherwise : {"service", "target_session_attrs", "replication"}) out.erase(chosen_otherwise);
  const auto set = [&](const char* keyword, const char* value) {
    if (value != nullptr && *value != '\0') out[keyword] = value;
  };
  set("host", pq::host(connection));
  set("port", pq::port(connection));
  set("dbname", pq::db(connection));
  set("user", pq::user(connection));
  set("password", pq::pass(connection));
  return out;
}

Session open_session(const Conninfo& conninfo) {
  Conninfo asked = conninfo;
  asked["client_encoding"] = "UTF8";
  asked.try_emplace("fallback_application_name", "dataflow");
  if (std::getenv("PGCONNECT_TIMEOUT") == nullptr) asked.try_emplace("connect_timeout", "10");
  try {
    return Session::open("postgresql", as_text(asked));
  } catch (const Error& e) {
    throw failure(asked, e.what());
  }
}

}  // namespace dataflow::postgresql
