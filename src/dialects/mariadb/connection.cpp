#include <algorithm>
#include <array>
#include <cstdlib>
#include <exception>
#include <random>
#include <thread>
#include <utility>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/mariadb/conninfo.hpp"
#include "dialects/mariadb/errors.hpp"
#include "dialects/mariadb/lexer.hpp"
#include "dialects/mariadb/libmariadb.hpp"
#include "dialects/mariadb/mariadb.hpp"
#include "dialects/mariadb/native.hpp"
#include "dialects/mariadb/row_numbers.hpp"
#include "dialects/mariadb/tokens.hpp"
#include "dialects/mariadb/watch.hpp"

namespace dataflow::mariadb {

namespace {

using Clock = std::chrono::steady_clock;
using Result = std::unique_ptr<MYSQL_RES, my::Free>;

constexpr unsigned long oldest_mariadb = 100600, oldest_mysql = 80000;
/// Messages stay far below any max_allowed_packet.
constexpr std::size_t longest_message = std::size_t{512} * 1024;

/// What a session is set to while dataflow uses it: texts of the server are then the same for every account and client.
struct Setting {
  std::string_view name, value;
  std::optional<Flavour> only = {};
};
constexpr Setting settings[] = {
    {"autocommit", "1"},
    {"sql_quote_show_create", "1"},
    {"foreign_key_checks", "1"},
    {"unique_checks", "1"},
    {"check_constraint_checks", "1", Flavour::mariadb},
    {"sql_safe_updates", "0"},
    {"sql_select_limit", "18446744073709551615"},
    {"group_concat_max_len", "1073741824"},         // a strict session refuses what is beyond the most
    {"max_statement_time", "0", Flavour::mariadb},  // set_deadline() says how long
    {"max_execution_time", "0", Flavour::mysql},
    {"information_schema_stats_expiry", "0", Flavour::mysql},
    {"lock_wait_timeout", "5"},
    {"innodb_lock_wait_timeout", "5"},
};
/// With these of sql_mode a statement means something else, or SHOW CREATE says less.
constexpr std::string_view unwanted_modes[] = {"ANSI",
                                               "ANSI_QUOTES",
                                               "ORACLE",
                                               "MSSQL",
                                               "DB2",
                                               "MAXDB",
                                               "POSTGRESQL",
                                               "MYSQL323",
                                               "MYSQL40",
                                               "NO_BACKSLASH_ESCAPES",
                                               "PAD_CHAR_TO_FULL_LENGTH",
                                               "NO_KEY_OPTIONS",
                                               "NO_TABLE_OPTIONS",
                                               "NO_FIELD_OPTIONS",
                                               "EMPTY_STRING_IS_NULL"};
/// Restored by SET NAMES alone they would all be one.
constexpr std::string_view character_sets[] = {"character_set_client", "character_set_results", "collation_connection"};

std::string without_unwanted(const std::string& modes) {
  std::vector<std::string> kept;
  for (const std::string& mode : split(modes, ','))
    if (std::find(std::begin(unwanted_modes), std::end(unwanted_modes), mode) == std::end(unwanted_modes))
      kept.push_back(mode);
  return join(kept, ",");
}

std::string assignment(std::string_view name, const std::string& value) {
  return "@@SESSION." + std::string(name) + " = " + value;
}

Rows rows_of(MYSQL_RES* result) {
  Rows out;
  out.reserve(static_cast<std::size_t>(my::num_rows(result)));
  const unsigned columns = my::num_fields(result);
  while (MYSQL_ROW row = my::fetch_row(result)) {
    const unsigned long* lengths = my::fetch_lengths(result);
    Row& values = out.emplace_back();
    values.reserve(columns);
    for (unsigned i = 0; i < columns; ++i)
      values.push_back(row[i] == nullptr ? Cell{} : Cell{std::string(row[i], lengths[i])});
  }
  return out;
}

/// Whether bytes may stand in a statement of utf8mb4 as they are.
bool is_plain_text(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    const std::size_t more = c < 0x80                ? 0
                             : c >= 0xc2 && c < 0xe0 ? 1
                             : c >= 0xe0 && c < 0xf0 ? 2
                             : c >= 0xf0 && c < 0xf5 ? 3
                                                     : 9;
    if (c == 0 || more == 9 || i + more >= text.size()) return false;
    for (std::size_t k = 1; k <= more; ++k)
      if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) return false;
    i += more + 1;
  }
  return true;
}

/// Whether a statement makes something that remembers the character set of its session, and could be said in the one
/// that the server's own client uses: UTF-8 without what lies beyond the first plane.
bool remembers_character_set(std::string_view sql) {
  const auto head = tokens(sql.substr(0, 600));
  constexpr std::string_view kinds[] = {"view", "trigger", "function", "procedure", "event", "package"};
  if (head.empty() || !head[0].is("create")) return false;
  for (std::size_t i = 1; i < std::min<std::size_t>(head.size(), 16); ++i) {
    if (head[i].is("table") || head[i].is("database")) return false;
    if (std::any_of(std::begin(kinds), std::end(kinds), [&](std::string_view kind) { return head[i].is(kind); }))
      return std::none_of(sql.begin(), sql.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xf0; });
  }
  return false;
}

std::string as_literal(const Cell& cell) {
  if (!cell) return "NULL";
  if (is_plain_text(*cell)) return text_literal(*cell);
  constexpr char digits[] = "0123456789ABCDEF";
  std::string out = "X'";
  for (const char c : *cell) {
    const auto byte = static_cast<unsigned char>(c);
    (out += digits[byte >> 4]) += digits[byte & 15];
  }
  return out + "'";
}

/// The question marks that stand outside of quotes and comments, replaced.
std::string with_parameters(std::string_view sql, const Row& parameters) {
  if (parameters.empty()) return std::string(sql);
  std::string out;
  std::size_t next = 0;
  for (std::size_t at = 0; at < sql.size();) {
    const Lexeme token = token_at(sql, at);
    at += token.text.size();
    if (token.text == "?" && next < parameters.size())
      out += as_literal(parameters[next++]);
    else
      out += token.text;
  }
  if (next != parameters.size()) throw Error(ErrorCode::internal, "a statement has fewer places than parameters");
  return out;
}

/// CURRENT_USER() as a DEFINER clause writes it.
std::string as_definer(const std::string& user) {
  const std::size_t at = user.rfind('@');
  if (at == std::string::npos) return quote(user);
  return quote(user.substr(0, at)) + '@' + quote(user.substr(at + 1));
}

/// What changes a schema waits for everybody who uses the table, and everybody else waits behind it.
bool waits_for_clients(std::string_view sql) {
  static constexpr std::string_view first[] = {"ALTER", "CREATE", "DROP", "RENAME", "TRUNCATE", "OPTIMIZE", "LOCK"};
  const std::vector<Lexeme> tokens = significant(sql, 1);
  return !tokens.empty() && std::find(std::begin(first), std::end(first), upper(tokens[0].text)) != std::end(first);
}

/// What SET foreign_key_checks = … asks for, if the statement does that.
std::optional<bool> foreign_key_checks_in(std::string_view sql) {
  if (upper(sql.substr(0, 3)) != "SET") return std::nullopt;
  const std::vector<Lexeme> tokens = significant(sql);
  for (std::size_t i = 0; i + 2 < tokens.size(); ++i)
    if (upper(tokens[i].text) == "FOREIGN_KEY_CHECKS" && tokens[i + 1].text == "=")
      return tokens[i + 2].text != "0" && upper(tokens[i + 2].text) != "OFF";
  return std::nullopt;
}

class Client final : public Native {
 public:
  Client(Opened opened, const Conninfo& conninfo, bool lent, bool read_only)
      : opened_(std::move(opened)),
        handle_(opened_.handle()),
        conninfo_(conninfo),
        lent_(lent),
        flavour_(flavour_of(handle_)) {
    must_be_usable();
    const my_bool off = 0;
    my::options(handle_, MYSQL_OPT_RECONNECT, &off);  // another session would have neither locks nor settings
    my::set_server_option(handle_, MYSQL_OPTION_MULTI_STATEMENTS_OFF);
    set_up();
    conninfo_.database = database_;
    watch_.emplace(conninfo_, handle_, flavour_);
    if (read_only) send("SET SESSION TRANSACTION READ ONLY");
  }

  ~Client() override {
    if (!lent_) return;
    watch_->set_deadline(std::nullopt);
    try {
      send("SET " + before_);
    } catch (const Error&) {}  // a connection that is lost has no settings
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  std::uint64_t run(std::string_view sql, const Row& parameters) override {
    const std::string text = as_meant_here(with_parameters(sql, parameters));
    note_unchecked(text);
    const AsTheClient as_the_client(*this, text);
    const auto carry_out = [&](const std::string& statement) {
      return patience_ && waits_for_clients(statement) ? run_patiently(statement) : send(statement).changed;
    };
    try {
      return carry_out(text);
    } catch (const ServerError& e) {
      const auto otherwise = despite_row_numbers(*this, e, text);
      if (!otherwise) throw;
      return carry_out(*otherwise);
    }
  }

  Rows query(std::string_view sql, const Row& parameters) override {
    return send(with_parameters(sql, parameters)).rows;
  }

  void script(std::string_view sql) override {
    for (const ScriptStatement& statement : split_script(sql)) send(as_meant_here(statement.text));
  }

  std::vector<Rows> batch(std::span<const std::string> asked) override {
    std::vector<std::string> meant;
    for (const std::string& statement : asked) meant.push_back(as_meant_here(statement));
    std::span<const std::string> statements = meant;
    std::vector<Rows> out;
    const Several several(*this);
    while (!statements.empty()) {
      std::size_t n = 0;
      for (std::size_t size = 0; n < statements.size() && (n == 0 || size + statements[n].size() < longest_message);
           ++n)
        size += statements[n].size() + 3;
      send_several(statements.first(n), out);
      statements = statements.subspan(n);
    }
    return out;
  }

  void stream(std::span<const std::string> questions, const std::function<void(std::size_t, Rows)>& take) override {
    constexpr std::size_t in_one_message = 100;
    const Several several(*this);
    std::vector<Rows> answers;
    std::size_t handed = 0;
    const auto hand_over = [&] {
      for (Rows& rows : answers) take(handed++, std::move(rows));
      answers.clear();
    };
    for (auto rest = questions; !rest.empty(); rest = rest.subspan(std::min(in_one_message, rest.size()))) {
      const auto part = rest.first(std::min(in_one_message, rest.size()));
      std::vector<Rows> next;
      std::exception_ptr wrong;
      {
        Running running(*this, part[0]);
        const bool sent = post(part);
        try {
          hand_over();
        } catch (...) {
          wrong = std::current_exception();  // what is on its way is taken first
        }
        collect(running, sent && my::read_query_result(handle_) == 0, part, next);
      }
      if (wrong) std::rethrow_exception(wrong);
      answers = std::move(next);
    }
    hand_over();
  }

  /// The server adds up the two halves of an MD5 of each row: of the MD5s of its values, among which NULL is a letter
  /// that no MD5 has. So neither the boundaries of columns nor their character sets can be confused.
  RowsDigest digest(std::string_view sql) override {
    std::string row;
    for (const Column& column : columns_of(sql)) {
      // a FLOAT as text has six digits
      const std::string value = column.single ? "CAST(" + quote(column.name) + " AS DOUBLE)" : quote(column.name);
      row += (row.empty() ? "" : ", ") + ("IFNULL(MD5(" + value + "), 'N')");
    }
    const auto sum = [](const char* from) {
      return "COALESCE(MOD(SUM(CAST(CONV(SUBSTR(hash, " + std::string(from) +
             ", 16), 16, 10) AS UNSIGNED)), 18446744073709551616), 0)";
    };
    const Rows sums = query("SELECT COUNT(*), " + sum("1") + ", " + sum("17") + " FROM (SELECT MD5(CONCAT(" + row +
                                ")) AS hash FROM (" + std::string(sql) + "\n) AS dataflow_row) AS hashes",
                            {});
    const auto number = [&](std::size_t i) {
      return std::strtoull(sums.at(0).at(i).value_or("0").c_str(), nullptr, 10);
    };
    return {number(0), number(1), number(2)};
  }

  std::optional<std::string> complaint(std::string_view sql) override {
    constexpr unsigned cannot_be_prepared = 1295;
    try {
      prepare(sql);
    } catch (const ServerError& e) {
      if (e.code == ErrorCode::timeout || e.code == ErrorCode::locked || is_lost(e.number)) throw;
      if (e.number == cannot_be_prepared) return std::nullopt;
      return e.what();
    }
    return std::nullopt;
  }

  void set_deadline(Deadline when) override { watch_->set_deadline(when); }
  Patience set_lock_patience(Patience patience) override { return std::exchange(patience_, patience); }
  Unchecked take_unchecked() override { return std::exchange(unchecked_, {}); }

  void settle() override {
    send(settled_);
    lock_wait_ = lock_wait;
    checks_foreign_keys_ = true;
  }

  Flavour flavour() const override { return flavour_; }
  int version() const override { return static_cast<int>(my::server_version(handle_)); }
  std::string database() const override { return database_; }
  std::string account() const override { return account_; }
  std::uint64_t id() const override { return id_; }

  std::unique_ptr<Server> another(std::string_view database) const override {
    Conninfo conninfo = conninfo_;
    if (!database.empty()) conninfo.database = database;
    return std::make_unique<Client>(open_session(conninfo), conninfo, false, false);
  }

 private:
  std::string as_meant_here(std::string sql) const {
    return database_.starts_with(scratch_prefix) ? asleep(sql) : std::move(sql);
  }

  /// While it lives, what is created remembers the character set that the server's own client would have left there.
  class AsTheClient {
   public:
    AsTheClient(Client& native, std::string_view sql)
        : native_(native), on_(native.flavour_ == Flavour::mariadb && remembers_character_set(sql)) {
      if (on_) native_.send("SET character_set_client = utf8mb3, collation_connection = utf8mb3_general_ci");
    }
    ~AsTheClient() {
      try {
        if (on_) native_.send("SET NAMES utf8mb4");
      } catch (const Error&) {}  // a connection that is lost has no settings
    }
    AsTheClient(const AsTheClient&) = delete;
    AsTheClient& operator=(const AsTheClient&) = delete;

   private:
    Client& native_;
    bool on_;
  };

  struct Answer {
    Rows rows;
    std::uint64_t changed = 0;
  };
  struct Column {
    std::string name;
    bool single;  ///< a FLOAT
  };

  /// Several statements in one message are allowed for as long as it lives: never where one is expected.
  class Several {
   public:
    explicit Several(Client& client) : client_(client) {
      if (my::set_server_option(client_.handle_, MYSQL_OPTION_MULTI_STATEMENTS_ON) != 0) client_.fail("", false);
    }
    ~Several() { my::set_server_option(client_.handle_, MYSQL_OPTION_MULTI_STATEMENTS_OFF); }
    Several(const Several&) = delete;
    Several& operator=(const Several&) = delete;

   private:
    Client& client_;
  };

  static Flavour flavour_of(MYSQL* handle) {
    const std::string info = handle->server_version == nullptr ? "" : handle->server_version;
    return info.find("MariaDB") == std::string::npos && my::server_version(handle) < 100000 ? Flavour::mysql
                                                                                            : Flavour::mariadb;
  }

  void must_be_usable() const {
    const std::string info = handle_->server_version == nullptr ? "" : handle_->server_version;
    for (const std::string_view other : {"TiDB", "Vitess", "OceanBase", "MemSQL", "SingleStore", "Dolt", "StarRocks"})
      if (lower(info).find(lower(other)) != std::string::npos)
        throw Error(ErrorCode::unsupported, "the server is " + std::string(other) + ", which only speaks as MySQL does",
                    "MariaDB 10.6 and MySQL 8.0 or newer are supported");
    const bool mysql = flavour_ == Flavour::mysql;
    const unsigned long number = my::server_version(handle_);
    if (number < (mysql ? oldest_mysql : oldest_mariadb))
      throw Error(ErrorCode::unsupported,
                  std::string("the server is ") + (mysql ? "MySQL " : "MariaDB ") + std::to_string(number / 10000) +
                      '.' + std::to_string(number / 100 % 100) + ": " + (mysql ? "8.0" : "10.6") +
                      " is the oldest that is supported",
                  "upgrade the server");
    if ((handle_->server_status & SERVER_STATUS_IN_TRANS) != 0)
      throw Error(ErrorCode::usage, "a transaction is open on this session", "commit or roll it back before migrating");
  }

  void set_up() {
    std::string read = "SELECT DATABASE(), CURRENT_USER(), CONNECTION_ID(), @@SESSION.sql_mode";
    std::vector<std::string_view> names;
    for (const std::string_view name : character_sets) names.push_back(name);
    for (const Setting& setting : settings)
      if (!setting.only || *setting.only == flavour_) names.push_back(setting.name);
    for (const std::string_view name : names) read += ", @@SESSION." + std::string(name);
    const Row before = send(read).rows.at(0);
    if (!before[0])
      throw Error(ErrorCode::bad_url, "this session has no database selected", "USE one, or name it in the URL");
    database_ = *before[0];
    account_ = as_definer(before[1].value_or(""));
    id_ = std::strtoull(before[2].value_or("0").c_str(), nullptr, 10);
    if (lent_) {
      before_ = assignment("sql_mode", text_literal(before[3].value_or("")));
      for (std::size_t i = 0; i < names.size(); ++i) {
        const std::string& value = before[i + 4].value_or("NULL");
        const bool numeric = !value.empty() && value.find_first_not_of("0123456789.") == std::string::npos;
        before_ += ", " + assignment(names[i], numeric || !before[i + 4] ? value : text_literal(value));
      }
    }
    settled_ = "SET NAMES utf8mb4, " + assignment("sql_mode", text_literal(without_unwanted(before[3].value_or(""))));
    for (const Setting& setting : settings)
      if (!setting.only || *setting.only == flavour_)
        settled_ += ", " + assignment(setting.name, std::string(setting.value));
    send(settled_);
  }

  [[noreturn]] void fail(std::string_view statement, bool ended) {
    fail({my::error_number(handle_), my::sqlstate(handle_), my::error_message(handle_)}, statement, ended);
  }

  [[noreturn]] void fail(const Complaint& why, std::string_view statement, bool ended) {
    if (ended) throw error_of(why, statement, watch_->in_the_way(), true);
    const ServerError error = error_of(why, statement);
    if (error.code != ErrorCode::locked || quiet_) throw error;
    throw error_of(why, statement, watch_->blockers(statement));
  }

  /// One statement at work. It is ended when its time is over.
  class Running {
   public:
    Running(Client& client, std::string_view statement) : client_(client), timed_(client.watch_.has_value()) {
      ++client_.statements_;
      if (!timed_) return;
      if (client_.watch_->is_over()) throw ServerError(out_of_time(statement), 0);
      client_.watch_->begin(statement);
    }
    ~Running() { end(); }
    /// Whether our time was over before it was done.
    bool end() {
      const bool ended = timed_ && client_.watch_->end();
      timed_ = false;
      // KILL QUERY may come when the statement is done already, and would then meet the next one.
      if (ended) my::real_query(client_.handle_, "DO 0", 4);
      return ended;
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

   private:
    Client& client_;
    bool timed_;
  };

  /// Takes what the server answers to the statement that was sent last. False where it refused.
  bool take(Answer& out) {
    const Result result(my::store_result(handle_));
    if (result != nullptr) {
      if (out.rows.empty()) out.rows = rows_of(result.get());
    } else if (my::error_number(handle_) != 0) {
      return false;
    } else {
      out.changed = my::affected_rows(handle_);
    }
    return true;
  }

  Complaint why() const { return {my::error_number(handle_), my::sqlstate(handle_), my::error_message(handle_)}; }

  Answer send(const std::string& sql) {
    Answer out;
    Complaint wrong;
    Running running(*this, sql);
    bool good = my::real_query(handle_, sql.data(), sql.size()) == 0 && take(out);
    for (int more = 0; good && (more = my::next_result(handle_)) >= 0;) good = more == 0 && take(out);
    if (!good) wrong = why();
    const bool ended = running.end();
    if (!good) fail(wrong, sql, ended);
    return out;
  }

  void send_several(std::span<const std::string> statements, std::vector<Rows>& out) {
    Running running(*this, statements[0]);
    collect(running, post(statements) && my::read_query_result(handle_) == 0, statements, out);
  }

  /// Sends without waiting for the answer.
  bool post(std::span<const std::string> statements) {
    std::string message;
    for (const std::string& statement : statements) message += statement + "\n;\n";
    return my::send_query(handle_, message.data(), message.size()) == 0;
  }

  void collect(Running& running, bool good, std::span<const std::string> statements, std::vector<Rows>& out) {
    std::size_t done = 0;
    Complaint wrong;
    for (int more = 0; good && more == 0;) {
      Answer answer;
      if (!(good = take(answer))) break;
      out.push_back(std::move(answer.rows));
      ++done;
      more = my::next_result(handle_);
      good = more <= 0;
    }
    if (!good) wrong = why();
    const bool ended = running.end();
    if (!good) fail(wrong, statements[std::min(done, statements.size() - 1)], ended);
    if (done != statements.size()) throw Error(ErrorCode::internal, "more than one statement where one was expected");
  }

  std::unique_ptr<MYSQL_STMT, my::Free> prepare(std::string_view sql) {
    std::unique_ptr<MYSQL_STMT, my::Free> statement(my::stmt_init(handle_));
    if (statement == nullptr) throw Error(ErrorCode::internal, "libmariadb has no memory left");
    Complaint wrong;
    Running running(*this, sql);
    const bool good = my::stmt_prepare(statement.get(), sql.data(), sql.size()) == 0;
    if (!good)
      wrong = {my::stmt_error_number(statement.get()), my::stmt_sqlstate(statement.get()),
               my::stmt_error_message(statement.get())};
    const bool ended = running.end();
    if (!good) fail(wrong, sql, ended);
    return statement;
  }

  std::vector<Column> columns_of(std::string_view sql) {
    const auto statement = prepare(sql);
    const Result metadata(my::stmt_result_metadata(statement.get()));
    if (metadata == nullptr) throw Error(ErrorCode::internal, "a digest was asked for of what has no rows");
    std::vector<Column> out;
    const MYSQL_FIELD* fields = my::fetch_fields(metadata.get());
    for (unsigned i = 0; i < my::num_fields(metadata.get()); ++i)
      out.push_back({std::string(fields[i].name, fields[i].name_length), fields[i].type == MYSQL_TYPE_FLOAT});
    return out;
  }

  /// Without waiting first, since whoever comes later waits behind a statement that waits; then, once nobody let it
  /// through, for a second.
  std::uint64_t run_patiently(const std::string& sql) {
    static thread_local std::minstd_rand chance{std::random_device{}()};
    const auto until = Clock::now() + *patience_;
    const bool without_waiting = flavour_ == Flavour::mariadb;
    for (int attempt = 0;; ++attempt) {
      const bool last = Clock::now() >= until;
      set_lock_wait(without_waiting && !last && attempt % 8 != 7 ? 0 : 1);
      try {
        quiet_ = !last;
        const std::uint64_t changed = send(sql).changed;
        quiet_ = false;
        set_lock_wait(lock_wait);
        return changed;
      } catch (const Error& e) {
        quiet_ = false;
        if (e.code != ErrorCode::locked || last) {
          set_lock_wait(lock_wait);
          throw;
        }
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10 + static_cast<int>(chance() % 40)));
    }
  }

  void note_unchecked(const std::string& sql) {
    if (const auto checks = foreign_key_checks_in(sql)) {
      if (checks_foreign_keys_ && !*checks) unchecked_.keys_before = send(foreign_keys).rows;
      checks_foreign_keys_ = *checks;
    } else if (!checks_foreign_keys_) {
      unchecked_.statements.push_back(sql);
    }
  }

  /// Both kinds: a metadata lock, and rows that an INSERT … SELECT reads.
  void set_lock_wait(int seconds) {
    if (lock_wait_ == seconds) return;
    const std::string text = std::to_string(seconds);
    try {
      send("SET @@SESSION.lock_wait_timeout = " + text + ", @@SESSION.innodb_lock_wait_timeout = " + text);
      lock_wait_ = seconds;
    } catch (const Error&) {}  // what is wrong is said by the statement it is for
  }

  Opened opened_;
  MYSQL* handle_;
  Conninfo conninfo_;
  bool lent_;
  Flavour flavour_;
  std::optional<Watch> watch_;
  Patience patience_;
  bool quiet_ = false;  ///< a lock that is not free is tried again: nobody has to know who holds it
  int lock_wait_ = lock_wait;
  bool checks_foreign_keys_ = true;
  Unchecked unchecked_;
  std::string before_;  ///< a lent session's own settings
  std::string settled_;
  std::string database_, account_;
  std::uint64_t id_ = 0;
};

}  // namespace

Server& server(Connection& connection) {
  auto* found = dynamic_cast<Server*>(&connection);
  if (found == nullptr) throw Error(ErrorCode::internal, "this connection does not lead to MariaDB or MySQL");
  return *found;
}

Native& native(Connection& connection) {
  auto* found = dynamic_cast<Native*>(&connection);
  if (found == nullptr) throw Error(ErrorCode::internal, "this connection does not lead to MariaDB or MySQL");
  return *found;
}

std::unique_ptr<Connection> connect(const Url& url, Open open) {
  const Conninfo conninfo = read_conninfo(url);
  return std::make_unique<Client>(open_session(conninfo), conninfo, false, open == Open::read_only);
}

std::unique_ptr<Connection> adopt(soci::session& session) {
  Opened opened{Session::lend(session)};
  const Conninfo conninfo = conninfo_of(opened.handle());
  return std::make_unique<Client>(std::move(opened), conninfo, true, false);
}

}  // namespace dataflow::mariadb
