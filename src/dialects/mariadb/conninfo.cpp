#include "dialects/mariadb/conninfo.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string_view>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/mariadb/errors.hpp"

namespace dataflow::mariadb {

namespace {

using Options = std::map<std::string, std::string>;

constexpr std::string_view example = "write mariadb://user@host/database, with %xx for special characters";

[[noreturn]] void bad(const std::string& sentence, std::string_view hint = example) {
  throw Error(ErrorCode::bad_url, sentence, std::string(hint));
}

int hex_digit(char c) {
  return c >= '0' && c <= '9'   ? c - '0'
         : c >= 'a' && c <= 'f' ? c - 'a' + 10
         : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                : -1;
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0) bad("a % in the URL is not followed by two hexadecimal digits", "write % as %25");
    const char c = static_cast<char>(high * 16 + low);
    if (c == '\0') bad("the URL has a zero byte in it");
    out += c;
    i += 2;
  }
  return out;
}

unsigned number(std::string_view text, const std::string& what, unsigned most, std::string_view hint = example) {
  unsigned out = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), out);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size() || out > most) bad(what + " is not a number", hint);
  return out;
}

unsigned port(std::string_view text) {
  return number(text, "the port of the URL", 65535,
                "a password with '/', ':' or '@' in it needs them as %2F, %3A and %40");
}

/// "host:port", "[::1]:port".
void read_host(std::string_view text, Conninfo& out) {
  std::size_t end = text.starts_with('[') ? text.find(']') : text.find(':');
  if (text.starts_with('[')) {
    if (end == std::string_view::npos) bad("the URL opens a bracket and does not close it");
    out.host = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
  } else {
    out.host = decoded(text.substr(0, end));
    text.remove_prefix(std::min(end, text.size()));
  }
  if (text.starts_with(':')) out.port = port(text.substr(1));
}

/// Words of the URL and of option files. Anything else of a file is not for us.
bool set(Conninfo& out, std::string key, const std::string& value) {
  std::replace(key.begin(), key.end(), '_', '-');
  if (key == "user")
    out.user = value;
  else if (key == "password")
    out.password = value;
  else if (key == "host")
    out.host = value;
  else if (key == "port")
    out.port = port(value);
  else if (key == "socket" || key == "unix-socket")
    out.socket = value;
  else if (key == "ssl-ca")
    out.ssl_ca = value;
  else if (key == "ssl-cert")
    out.ssl_cert = value;
  else if (key == "ssl-key")
    out.ssl_key = value;
  else if (key == "ssl-mode")
    out.ssl_mode = lower(value);
  else if (key == "connect-timeout")
    out.connect_timeout = number(value, "connect_timeout", 86400);
  else
    return false;
  return true;
}

constexpr std::string_view words[] = {"socket",       "user",     "password", "host",     "port",
                                      "ssl-ca",       "ssl-cert", "ssl-key",  "ssl-mode", "connect_timeout",
                                      "defaults-file"};
constexpr std::string_view modes[] = {"disabled", "preferred", "required", "verify_ca", "verify_identity"};

Options read_query(std::string_view text) {
  Options out;
  for (const std::string& pair : split(text, '&')) {
    if (pair.empty()) continue;
    const std::size_t sign = pair.find('=');
    std::string key = lower(decoded(pair.substr(0, sign)));
    const std::vector<std::string> known(std::begin(words), std::end(words));
    std::string same = key;
    std::replace(same.begin(), same.end(), '_', '-');
    if (same != "connect-timeout" && same != "unix-socket" &&
        std::find(known.begin(), known.end(), same) == known.end()) {
      const std::string near = nearest(key, known);
      bad("the URL asks for '" + key + "', which means nothing here" +
              (near.empty() ? "" : ": did you mean " + near + "?"),
          "behind ? may stand " + join(known, ", "));
    }
    out[same] = sign == std::string::npos ? std::string() : decoded(std::string_view(pair).substr(sign + 1));
  }
  return out;
}

/// A value of an option file: quotes around it, \s and other letters behind a backslash.
std::string option_value(std::string_view text) {
  text = trim(text);
  if (text.size() > 1 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front())
    text = text.substr(1, text.size() - 2);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    switch (text[++i]) {
      case 's': out += ' '; break;
      case 't': out += '\t'; break;
      case 'n': out += '\n'; break;
      case 'r': out += '\r'; break;
      case 'b': out += '\b'; break;
      case '\\':
      case '\'':
      case '"': out += text[i]; break;
      default: (out += '\\') += text[i];
    }
  }
  return out;
}

/// [client] and [client-mariadb] of an option file, as the client programs read it; without !include.
void read_option_file(const std::string& path, bool must_exist, Conninfo& out) {
  std::ifstream file(path);
  if (!file) {
    if (must_exist) throw Error(ErrorCode::no_such_file, "cannot read the option file " + path, "check defaults-file");
    return;
  }
  bool ours = false;
  for (std::string line; std::getline(file, line);) {
    const std::string_view text = trim(line);
    if (text.empty() || text[0] == '#' || text[0] == ';' || text[0] == '!') continue;
    if (text[0] == '[') {
      ours = text.starts_with("[client]") || text.starts_with("[client-mariadb]");
      continue;
    }
    const std::size_t sign = text.find('=');
    if (ours && sign != std::string_view::npos)
      set(out, lower(trim(text.substr(0, sign))), option_value(text.substr(sign + 1)));
  }
}

std::string home() {
  if (const char* set = std::getenv("HOME"); set != nullptr && *set != '\0') return set;
  const passwd* user = getpwuid(geteuid());
  return user == nullptr ? std::string() : user->pw_dir;
}

std::string system_user() {
  const passwd* user = getpwuid(geteuid());
  return user == nullptr ? std::string() : user->pw_name;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

/// SOCI's own quoting: a backslash takes the next character as it is.
std::string as_text(const Conninfo& conninfo) {
  std::string out =
      "charset='utf8mb4' local_infile='0' connect_timeout='" + std::to_string(conninfo.connect_timeout) + "'";
  const auto add = [&](const char* keyword, const std::string& value) {
    if (value.empty()) return;
    out += std::string(" ") + keyword + "='";
    for (const char c : value) out += c == '\'' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    out += '\'';
  };
  add("host", conninfo.host);
  add("port", conninfo.port == 0 ? "" : std::to_string(conninfo.port));
  add("unix_socket", conninfo.socket);
  add("user", conninfo.user);
  add("password", conninfo.password);
  add("dbname", conninfo.database);
  add("sslca", conninfo.ssl_ca);
  add("sslcert", conninfo.ssl_cert);
  add("sslkey", conninfo.ssl_key);
  return out;
}

const char* or_null(const std::string& text) { return text.empty() ? nullptr : text.c_str(); }

constexpr unsigned no_encryption = 2026;

bool must_encrypt(const Conninfo& conninfo) {
  return conninfo.ssl_mode == "required" || conninfo.ssl_mode.starts_with("verify");
}

/// How far the server's certificate is to be trusted; SOCI has no word for it.
void set_ssl_mode(MYSQL* handle, const Conninfo& conninfo) {
  if (!conninfo.ssl_ca.empty() || !conninfo.ssl_cert.empty() || !conninfo.ssl_key.empty())
    my::ssl_set(handle, or_null(conninfo.ssl_key), or_null(conninfo.ssl_cert), or_null(conninfo.ssl_ca), nullptr,
                nullptr);
  const my_bool enforce = must_encrypt(conninfo) ? 1 : 0, check = conninfo.ssl_mode.starts_with("verify") ? 1 : 0;
  if (enforce != 0) my::options(handle, MYSQL_OPT_SSL_ENFORCE, &enforce);
  if (!conninfo.ssl_mode.empty()) my::options(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &check);
}

}  // namespace

Opened::Opened(Session session) : session_(std::move(session)), handle_(static_cast<MYSQL*>(session_->mysql())) {}
Opened::Opened(std::unique_ptr<MYSQL, my::Free> own) : own_(std::move(own)), handle_(own_.get()) {}

Conninfo read_conninfo(const Url& url) {
  if (!url.rest.starts_with("//"))
    bad("'" + without_password(url.scheme + ":" + url.rest) + "' names no server", example);
  std::string_view rest = std::string_view(url.rest).substr(2);
  Options asked;
  // A password may hold '?', so the query begins behind the path.
  const std::size_t at = rest.substr(0, rest.find('/')).rfind('@');
  const std::size_t from = at == std::string_view::npos ? 0 : at + 1;
  if (const std::size_t query = rest.find('?', from); query != std::string_view::npos) {
    asked = read_query(rest.substr(query + 1));
    rest = rest.substr(0, query);
  }
  Conninfo out;
  const auto file = asked.find("defaults-file");
  read_option_file(file == asked.end() ? home() + "/.my.cnf" : file->second, file != asked.end(), out);
  const auto prefer = [](std::string& value, const std::string& other) {
    if (!other.empty()) value = other;
  };
  prefer(out.host, environment("MYSQL_HOST"));
  prefer(out.socket, environment("MYSQL_UNIX_PORT"));
  prefer(out.password, environment("MYSQL_PWD"));
  if (const std::string tcp = environment("MYSQL_TCP_PORT"); !tcp.empty()) out.port = port(tcp);

  const std::size_t slash = rest.find('/', from);
  if (at != std::string_view::npos) {
    const std::string_view account = rest.substr(0, at);
    const std::size_t colon = account.find(':');
    out.user = decoded(account.substr(0, colon));
    if (colon != std::string_view::npos) out.password = decoded(account.substr(colon + 1));
  }
  if (const std::string_view host = rest.substr(from, slash == std::string_view::npos ? slash : slash - from);
      !host.empty()) {
    out.socket.clear();
    read_host(host, out);
  }
  if (slash != std::string_view::npos) out.database = decoded(rest.substr(slash + 1));
  for (const auto& [key, value] : asked) set(out, key, value);
  if (asked.contains("socket") || asked.contains("unix-socket")) out.host = "localhost";
  if (out.user.empty()) out.user = system_user();
  if (out.database.empty()) bad("the URL names no database", "write mariadb://user@host/database");
  if (!out.ssl_mode.empty() && std::find(std::begin(modes), std::end(modes), out.ssl_mode) == std::end(modes))
    bad("ssl-mode is none that there is",
        "it is one of " + join(std::vector<std::string>(std::begin(modes), std::end(modes)), ", "));
  return out;
}

Conninfo conninfo_of(MYSQL* connection) {
  const auto text = [](const char* value) { return value == nullptr ? std::string() : std::string(value); };
  Conninfo out;
  out.host = text(connection->host);
  out.socket = text(connection->unix_socket);
  out.user = text(connection->user);
  out.password = text(connection->passwd);
  out.database = text(connection->db);
  out.port = connection->port;
  out.ssl_ca = text(connection->options.ssl_ca);
  out.ssl_cert = text(connection->options.ssl_cert);
  out.ssl_key = text(connection->options.ssl_key);
  if (connection->options.use_ssl != 0) out.ssl_mode = "required";
  return out;
}

std::unique_ptr<MYSQL, my::Free> open_aside(const Conninfo& conninfo) {
  std::unique_ptr<MYSQL, my::Free> handle(my::init(nullptr));
  if (handle == nullptr) throw Error(ErrorCode::internal, "libmariadb has no memory left");
  const unsigned off = 0;
  my::options(handle.get(), MYSQL_OPT_CONNECT_TIMEOUT, &conninfo.connect_timeout);
  my::options(handle.get(), MYSQL_SET_CHARSET_NAME, "utf8mb4");
  my::options(handle.get(), MYSQL_OPT_LOCAL_INFILE, &off);
  set_ssl_mode(handle.get(), conninfo);
  // The same flag that SOCI sets: rows that an UPDATE finds count, changed or not.
  if (my::real_connect(handle.get(), or_null(conninfo.host), or_null(conninfo.user), or_null(conninfo.password),
                       or_null(conninfo.database), conninfo.port, or_null(conninfo.socket),
                       CLIENT_FOUND_ROWS) == nullptr) {
    Complaint why{my::error_number(handle.get()), my::sqlstate(handle.get()), my::error_message(handle.get())};
    if (is_lost(why.number)) why.number = 2012;  // it never came about
    if (why.number >= 2000 && why.number < 3000) why.sqlstate = "08001";
    throw error_of(why);
  }
  // libmariadb goes on without where the server has none.
  if (must_encrypt(conninfo) && my::ssl_cipher(handle.get()) == nullptr)
    throw error_of({no_encryption, "08001", "the server has none, and ssl-mode asks for it"});
  return handle;
}

Opened open_session(const Conninfo& conninfo) {
  // SOCI has no word for ssl-mode: such connections are opened here.
  if (!conninfo.ssl_mode.empty()) return Opened(open_aside(conninfo));
  try {
    return Opened(Session::open("mysql", as_text(conninfo)));
  } catch (const Error&) {
    // What SOCI reports has no code of the server in it: asked once more, this says why, or it works now.
    return Opened(open_aside(conninfo));
  }
}

}  // namespace dataflow::mariadb
