#include <algorithm>
#include <set>
#include <thread>

#include "core/hash.hpp"
#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/mariadb/errors.hpp"
#include "dialects/mariadb/lexer.hpp"
#include "dialects/mariadb/mariadb.hpp"
#include "dialects/mariadb/native.hpp"
#include "dialects/mariadb/own.hpp"

namespace dataflow::mariadb {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto default_lock_wait = std::chrono::seconds(5);
constexpr const char* release = "SELECT RELEASE_LOCK(?)";

/// Named locks are the whole server's, and MySQL takes 64 bytes.
std::string lock_name(Server& server) {
  const std::string name = "dataflow." + server.database();
  return name.size() <= 64 ? name : "dataflow." + sha256(server.database()).substr(0, 40);
}

[[noreturn]] void taken(Server& server, const std::string& name) {
  const Rows holder = server.query(
      "SELECT CONCAT(p.USER, '@', p.HOST, ' (connection ', p.ID, ', ', IF(p.COMMAND = 'Sleep', 'idle', "
      "LOWER(p.COMMAND)), ' for ', p.TIME, ' s)') FROM information_schema.PROCESSLIST AS p WHERE p.ID = "
      "IS_USED_LOCK(?)",
      {name});
  Error error(ErrorCode::locked,
              "another migration of this database is under way" +
                  (holder.empty() || !holder[0][0] ? std::string() : ": " + *holder[0][0]),
              "wait for it, or end that session");
  error.dialect = "mariadb";
  throw error;
}

/// Asked for again and again, so that a deadline ends the wait without ending a statement. Nests within a session.
void take_lock(Server& server, const std::string& name, const Deadline& deadline) {
  const auto patience = deadline ? *deadline : Clock::now() + default_lock_wait;
  for (auto pause = std::chrono::milliseconds(20);; pause = std::min(pause * 2, std::chrono::milliseconds(250))) {
    if (server.query("SELECT GET_LOCK(?, 0)", {name}).at(0).at(0) == "1") return;
    if (Clock::now() + pause >= patience) break;
    std::this_thread::sleep_for(pause);
  }
  server.set_deadline(std::nullopt);  // to name the holder is worth the moment
  taken(server, name);
}

std::chrono::milliseconds patience_until(const Deadline& deadline) {
  const auto most = std::chrono::duration_cast<std::chrono::milliseconds>(default_lock_wait);
  if (!deadline) return most;
  return std::clamp(std::chrono::duration_cast<std::chrono::milliseconds>(*deadline - Clock::now()),
                    std::chrono::milliseconds(1), most);
}

/// Names in statements that write rows: their foreign keys may be broken by them.
std::set<std::string> names_written_to(const std::vector<std::string>& statements) {
  static constexpr std::string_view writing[] = {"INSERT", "REPLACE", "UPDATE", "DELETE", "WITH", "TRUNCATE", "RENAME"};
  std::set<std::string> out;
  for (const std::string& statement : statements) {
    const std::vector<Lexeme> tokens = significant(statement);
    if (tokens.empty() || std::find(std::begin(writing), std::end(writing), upper(tokens[0].text)) == std::end(writing))
      continue;
    for (const Lexeme& token : tokens)
      if (token.kind == LexemeKind::word || token.kind == LexemeKind::quoted_name) out.insert(name_of(token));
  }
  return out;
}

/// A foreign key as the server's own check would look at it.
struct Key {
  std::string table, name, parent_schema, parent;
  std::vector<std::pair<std::string, std::string>> columns;  ///< ours, theirs
};

std::vector<Key> keys_of(Server& server) {
  std::vector<Key> out;
  for (const Row& row : server.query(
           "SELECT TABLE_NAME, CONSTRAINT_NAME, REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME, COLUMN_NAME, "
           "REFERENCED_COLUMN_NAME FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = DATABASE() AND "
           "REFERENCED_TABLE_NAME IS NOT NULL ORDER BY TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION")) {
    const auto text = [&](std::size_t i) { return row[i].value_or(""); };
    if (out.empty() || out.back().table != text(0) || out.back().name != text(1))
      out.push_back({text(0), text(1), text(2), text(3), {}});
    out.back().columns.emplace_back(text(4), text(5));
  }
  return out;
}

/// How many rows point to no row.
std::uint64_t orphans(Server& server, const Key& key) {
  std::string set, same;
  for (const auto& [ours, theirs] : key.columns) {
    set += (set.empty() ? "" : " AND ") + ("c." + quote(ours)) + " IS NOT NULL";
    same += (same.empty() ? "" : " AND ") + ("p." + quote(theirs)) + " = c." + quote(ours);
  }
  const Rows rows = server.query("SELECT COUNT(*) FROM " + quote(key.table) + " AS c WHERE " + set +
                                 " AND NOT EXISTS (SELECT 1 FROM " + quote(key.parent_schema) + '.' +
                                 quote(key.parent) + " AS p WHERE " + same + ")");
  return std::stoull(rows.at(0).at(0).value_or("0"));
}

/// Every statement that changes the schema commits by itself; between two of them all is one transaction.
class Transaction final : public Migrating {
 public:
  Transaction(Server& server, const Deadline& deadline)
      : server_(server), lock_(lock_name(server)), patience_(patience_until(deadline)) {
    take_lock(server_, lock_, deadline);
    try {
      native(server_).take_unchecked();
      before_ = native(server_).set_lock_patience(patience_);
      server_.run("SET SESSION autocommit = 0");
    } catch (...) {
      give_back();
      throw;
    }
  }
  ~Transaction() override { give_back(); }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  /// The server holds foreign keys at each statement, but for those that ran without.
  void check() override {
    const Unchecked unchecked = native(server_).take_unchecked();
    if (unchecked.statements.empty()) return;
    const std::set<std::string> written = names_written_to(unchecked.statements);
    const Rows& before = unchecked.keys_before;
    for (const Key& key : keys_of(server_)) {
      const bool fresh = std::find(before.begin(), before.end(), Row{key.table, key.name}) == before.end();
      if (!fresh && !written.contains(key.table) && !written.contains(key.parent)) continue;
      if (const std::uint64_t rows = orphans(server_, key); rows > 0) {
        Error error(ErrorCode::verification,
                    count(rows, "row") + " of table " + key.table + " would point to no row of " + key.parent +
                        " (foreign key " + key.name + ")",
                    "correct these rows first");
        error.dialect = "mariadb";
        throw error;
      }
    }
  }

  void commit() override { server_.run("COMMIT"); }

 private:
  void give_back() noexcept {
    try {
      native(server_).set_lock_patience(before_);
      server_.set_deadline(std::nullopt);
      server_.run("ROLLBACK");
      native(server_).settle();  // autocommit, and what a step that failed has left set
      server_.query(release, {lock_});
    } catch (const Error&) {}  // without a connection the server does it
  }

  Server& server_;
  std::string lock_;
  std::chrono::milliseconds patience_;
  Patience before_;
};

/// The same lock. The transactions within take it once more, which a session may.
class Session final : public Held {
 public:
  Session(Server& server, const Deadline& deadline) : server_(server), lock_(lock_name(server)) {
    take_lock(server_, lock_, deadline);
    before_ = native(server_).set_lock_patience(patience_until(deadline));
  }
  ~Session() override {
    try {
      native(server_).set_lock_patience(before_);
      server_.set_deadline(std::nullopt);
      native(server_).settle();
      server_.query(release, {lock_});
    } catch (const Error&) {}  // the lock goes with the connection
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

 private:
  Server& server_;
  std::string lock_;
  Patience before_;
};

// --- what the schema is, as one number -------------------------------------------------------------------------------

/// Where the next row's number stands is data.
std::string without_auto_increment(std::string text) {
  const std::size_t options = text.rfind("\n) ENGINE=");
  if (options == std::string::npos) return text;
  const std::size_t end = text.find(' ', options + 3);
  static constexpr std::string_view word = " AUTO_INCREMENT=";
  if (end == std::string::npos || text.compare(end, word.size(), word) != 0) return text;
  const std::size_t digits = text.find_first_not_of("0123456789", end + word.size());
  return text.erase(end, (digits == std::string::npos ? text.size() : digits) - end);
}

/// Which objects there are. Asking for their kind too would open every table.
std::vector<std::string> names_queries(Server& server) {
  const std::string here = text_literal(server.database());
  return {"SELECT @@character_set_database, @@collation_database", "SHOW TABLES", "SHOW TRIGGERS",
          "SELECT ROUTINE_TYPE, ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = " + here +
              " ORDER BY 1, 2",
          "SELECT 'EVENT', EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = " + here + " ORDER BY 2"};
}

/// Every value with its length, so that no two sets of rows are one text.
void append(std::string& text, const Rows& rows) {
  text += std::to_string(rows.size()) + '\n';
  for (const Row& row : rows)
    for (const Cell& cell : row) {
      const std::string value = without_auto_increment(cell.value_or(""));
      text += (cell ? std::to_string(value.size()) + ':' + value : "-") + '\n';
    }
}

bool is_ours(const Cell& name) { return name && name->starts_with(own_prefix); }

/// SHOW CREATE for each object, many in one message.
std::vector<Rows> texts_of(Server& server, std::span<const std::string> objects) {
  constexpr std::size_t in_one_message = 200;
  std::vector<Rows> out;
  for (std::span<const std::string> rest = objects; !rest.empty();) {
    std::vector<std::string> statements;
    for (const std::string& object : rest.first(std::min(in_one_message, rest.size())))
      statements.push_back("SHOW CREATE " + object);
    for (Rows& rows : server.batch(statements)) out.push_back(std::move(rows));
    rest = rest.subspan(statements.size());
  }
  return out;
}

/// `names`: what names_queries() gave.
std::string digest_of(Server& server, std::span<const Rows> names) {
  std::string text;
  append(text, names[0]);
  std::vector<std::string> objects, sequences;
  for (const Row& row : names[1])
    if (!is_ours(row[0])) objects.push_back("TABLE " + quote(row[0].value_or("")));
  for (Row row : names[2]) {
    if (is_ours(row[0]) || is_ours(row[2])) continue;
    row.erase(row.begin() + 5);  // when it was created
    append(text, {row});
  }
  for (const Rows& rows : names.subspan(3))
    for (const Row& row : rows)
      if (!is_ours(row[1])) objects.push_back(row[0].value_or("") + ' ' + quote(row[1].value_or("")));
  for (const Rows& rows : texts_of(server, objects)) {
    append(text, rows);
    // as a table it does not say how it counts
    if (is_sequence(rows.at(0).at(1).value_or(""))) sequences.push_back("SEQUENCE " + quote(rows[0][0].value_or("")));
  }
  for (const Rows& rows : texts_of(server, sequences)) append(text, rows);
  return sha256(text);
}

constexpr unsigned no_such_table = 1146;

/// What goes away between its name and its text is looked for once more.
template <class Attempt> auto again_if_gone(const Attempt& attempt) {
  for (int left = 3;; --left) {
    try {
      return attempt();
    } catch (const Error& e) {
      if (e.code != ErrorCode::not_found || left == 0) throw;
    }
  }
}

}  // namespace

std::unique_ptr<Held> hold(Connection& connection, const Deadline& deadline) {
  Server& here = server(connection);
  for (int i = 0; i < 2; ++i)
    if (here.query("SELECT CONNECTION_ID()").at(0).at(0) != std::to_string(here.id())) {
      Error error(ErrorCode::unsupported,
                  "statements that commit by themselves need a session of their own, and a proxy gives each statement "
                  "another one",
                  "connect to the server itself for this migration");
      error.dialect = "mariadb";
      throw error;
    }
  return std::make_unique<Session>(here, deadline);
}

std::unique_ptr<Migrating> begin(Connection& connection, const Deadline& deadline, bool) {
  return std::make_unique<Transaction>(server(connection), deadline);
}

std::string catalog_digest(Connection& connection) {
  Server& here = server(connection);
  return again_if_gone([&] { return digest_of(here, here.batch(names_queries(here))); });
}

std::optional<Standing> standing(Connection& connection) {
  Server& here = server(connection);
  std::vector<std::string> queries = names_queries(here);
  queries.insert(queries.begin(), "SELECT `key`, value FROM dataflow_state WHERE `key` IN ('model', 'catalog')");
  std::vector<Rows> answers;
  try {
    answers = here.batch(queries);
  } catch (const ServerError& e) {
    if (e.number != no_such_table) throw;
    return std::nullopt;  // no run has recorded anything: our tables are not there
  }
  Standing out;
  for (const Row& row : answers[0]) (row[0] == "model" ? out.model : out.recorded) = row[1].value_or("");
  if (out.model.empty()) return std::nullopt;
  try {
    out.now = digest_of(here, std::span<const Rows>(answers).subspan(1));
  } catch (const Error& e) {
    if (e.code != ErrorCode::not_found) throw;
    out.now = catalog_digest(connection);
  }
  return out;
}

}  // namespace dataflow::mariadb
