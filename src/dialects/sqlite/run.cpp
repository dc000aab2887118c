#include <algorithm>
#include <thread>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/sqlite/sqlite.hpp"

namespace dataflow::sqlite {

namespace {

/// The write lock of the file is the migration lock: one process at a time, freed by the system when it dies.
class Transaction final : public Migrating {
 public:
  Transaction(Connection& connection, const Deadline& deadline, bool rewrites)
      : connection_(connection), deadline_(deadline), rewrites_(rewrites) {
    // Inside a transaction PRAGMA foreign_keys does nothing, silently, and with it on a DROP TABLE empties the tables
    // that reference it. So it is switched off out here and put back at the end.
    foreign_keys_ = pragma("foreign_keys");
    legacy_alter_table_ = pragma("legacy_alter_table");
    connection_.run("PRAGMA foreign_keys = OFF");
    connection_.run("PRAGMA legacy_alter_table = OFF");
    if (pragma("foreign_keys") != "0")
      throw Error(ErrorCode::usage, "a transaction is open on this session", "commit or roll it back before migrating");
    try {
      connection_.run("BEGIN IMMEDIATE");
    } catch (...) {
      restore();
      throw;
    }
    if (rewrites_) violations_ = violations();
  }

  ~Transaction() override {
    try {
      connection_.set_deadline(std::nullopt);
      if (open_) connection_.run("ROLLBACK");
    } catch (const Error&) {  // SQLite has rolled back by itself already
    }
    restore();
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void check() override {
    if (!rewrites_) return;
    const Rows now = violations();
    std::vector<std::string> fresh;
    for (const Row& row : now)
      if (std::find(violations_.begin(), violations_.end(), row) == violations_.end())
        fresh.push_back("table " + row[0].value_or("?") + " row " + row[1].value_or("?") + " points to no row of " +
                        row[2].value_or("?"));
    if (!fresh.empty()) {
      const std::size_t n = fresh.size();
      fresh.resize(std::min<std::size_t>(n, 3));
      throw Error(ErrorCode::verification, count(n, "row") + " would point to nothing: " + join(fresh, "; "),
                  "correct these rows first");
    }
    if (const auto words = damage())
      throw Error(ErrorCode::corrupt, "the database is damaged: " + *words,
                  "restore a backup, or try: sqlite3 FILE .recover");
  }

  /// In rollback-journal mode a reader that is still open makes COMMIT wait; it can be tried again.
  void commit() override {
    for (int attempt = 0;; ++attempt) {
      try {
        connection_.run("COMMIT");
        open_ = false;
        return;
      } catch (const Error& e) {
        if (e.code != ErrorCode::locked || !deadline_ || std::chrono::steady_clock::now() >= *deadline_) throw;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(std::min(10 << std::min(attempt, 5), 200)));
    }
  }

 private:
  std::string pragma(const std::string& name) { return connection_.query("PRAGMA " + name).at(0).at(0).value_or("0"); }

  void restore() noexcept {
    try {
      connection_.run("PRAGMA foreign_keys = " + foreign_keys_);
      connection_.run("PRAGMA legacy_alter_table = " + legacy_alter_table_);
    } catch (const Error&) {}
  }

  /// Rows as (table, rowid, parent): what foreign_key_check says without the number of the key, which a rebuild moves.
  Rows violations() {
    Rows rows;
    try {
      rows = connection_.query("PRAGMA foreign_key_check");
    } catch (const Error& e) {
      if (e.code != ErrorCode::sql) throw;  // a foreign key that names nothing cannot be checked, before or after
    }
    for (Row& row : rows) row.resize(3);
    return rows;
  }

  /// What quick_check says, if anything. Where the key of a WITHOUT ROWID table is not made of its first columns, some
  /// releases (3.40) take one column for another: such words are looked into, and then each table is asked for itself.
  std::optional<std::string> damage() {
    const auto first = connection_.query("PRAGMA quick_check(1)").at(0).at(0).value_or("");
    if (first == "ok") return std::nullopt;
    if (!false_alarm(first)) return first;
    for (const Row& table :
         connection_.query("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND rootpage > 0"))
      for (const Row& row : connection_.query("PRAGMA quick_check(" + quote(table[0].value_or("")) + ")"))
        if (row[0] != "ok" && !false_alarm(row[0].value_or(""))) return row[0];
    return std::nullopt;
  }

  bool false_alarm(const std::string& words) {
    // typeof, not IS NULL: the server knows that such a column has none, and would not look
    static constexpr std::pair<std::string_view, std::string_view> claims[] = {
        {"NULL", "type = 'null'"},
        {"TEXT", "type = 'text' AND CAST(value AS NUMERIC) = value"},
        {"NUMERIC", "type IN ('integer', 'real')"},
        {"non-INT", "type NOT IN ('null', 'integer')"},
        {"non-INTEGER", "type NOT IN ('null', 'integer')"},
        {"non-REAL", "type NOT IN ('null', 'real')"},
        {"non-TEXT", "type NOT IN ('null', 'text')"},
        {"non-BLOB", "type NOT IN ('null', 'blob')"}};
    const std::size_t end = words.find(" value in ");
    if (end == std::string::npos) return false;
    const auto claim = std::find_if(std::begin(claims), std::end(claims),
                                    [&](const auto& c) { return c.first == words.substr(0, end); });
    if (claim == std::end(claims)) return false;
    const Rows places = connection_.query(
        "SELECT t.name, c.name FROM pragma_table_list AS t, pragma_table_xinfo(t.name) AS c "
        "WHERE t.schema = 'main' AND t.wr AND t.name || '.' || c.name = substr(?, instr(?, ' value in ') + 10)",
        {words, words});
    return std::any_of(places.begin(), places.end(), [&](const Row& place) {
      const std::string column = quote(*place[1]);
      return connection_
          .query("SELECT 1 FROM (SELECT " + column + " AS value, typeof(" + column + ") AS type FROM " +
                 quote(*place[0]) + ") WHERE " + std::string(claim->second) + " LIMIT 1")
          .empty();
    });
  }

  Connection& connection_;
  Deadline deadline_;
  std::string foreign_keys_, legacy_alter_table_;
  bool rewrites_;
  Rows violations_;
  bool open_ = true;
};

}  // namespace

std::unique_ptr<Migrating> begin(Connection& connection, const Deadline& deadline, bool rewrites) {
  return std::make_unique<Transaction>(connection, deadline, rewrites);
}

std::string catalog_digest(Connection& connection) {
  return connection
      .digest(
          "SELECT type, name, tbl_name, sql FROM main.sqlite_schema WHERE NOT (name LIKE 'dataflow!_%' ESCAPE '!' OR "
          "tbl_name LIKE 'dataflow!_%' ESCAPE '!' OR name = 'sqlite_sequence' OR name LIKE 'sqlite!_stat%' ESCAPE '!')")
      .hex();
}

std::optional<Standing> standing(Connection& connection) {
  if (connection.query(sqlite_dialect.own_exist).empty()) return std::nullopt;
  Standing out;
  for (const Row& row : connection.query("SELECT key, value FROM dataflow_state WHERE key IN ('model', 'catalog')"))
    (row[0] == "model" ? out.model : out.recorded) = row[1].value_or("");
  if (out.model.empty()) return std::nullopt;
  out.now = catalog_digest(connection);
  return out;
}

}  // namespace dataflow::sqlite
