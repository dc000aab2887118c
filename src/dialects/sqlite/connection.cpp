#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/sqlite/sqlite.hpp"

namespace dataflow::sqlite {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto default_lock_wait = std::chrono::seconds(5);

/// What SQLite's result codes mean to a user.
struct Meaning {
  int code;
  ErrorCode error;
  std::string_view sentence, hint;
};
constexpr Meaning meanings[] = {
    {SQLITE_BUSY, ErrorCode::locked, "the database is locked",
     "another process is writing; try again, or end that process"},
    {SQLITE_LOCKED, ErrorCode::locked, "the database is locked", "another statement of this process is still reading"},
    {SQLITE_NOTADB, ErrorCode::not_a_database, "the file is not a SQLite database",
     "it is another kind of file, or encrypted"},
    {SQLITE_CORRUPT, ErrorCode::corrupt, "the database is damaged", "restore a backup, or try: sqlite3 FILE .recover"},
    {SQLITE_READONLY, ErrorCode::read_only, "the database is read-only", "check who owns the file and its folder"},
    {SQLITE_CANTOPEN, ErrorCode::permission, "the database cannot be opened", "check the path and its permissions"},
    {SQLITE_PERM, ErrorCode::permission, "no permission for the database", "check who owns the file and its folder"},
    {SQLITE_AUTH, ErrorCode::permission, "not authorized", ""},
    {SQLITE_FULL, ErrorCode::disk_full, "the disk or the database is full",
     "free some space; a table rebuild needs as much again as the table"},
    {SQLITE_IOERR, ErrorCode::disk_full, "the disk failed", "check the file system"},
    {SQLITE_INTERRUPT, ErrorCode::timeout, "the time allowed for the run is over", "allow more with --timeout"},
    {SQLITE_NOMEM, ErrorCode::internal, "out of memory", ""},
};

/// Who holds a lock on the file, as far as the system tells: "sqlite3 (pid 4711)".
std::string holders(const std::string& path) {
  std::set<std::string> names;
  for (const char* suffix : {"", "-shm"}) {
    struct stat info {};
    if (stat((path + suffix).c_str(), &info) != 0) continue;
    char id[64];
    std::snprintf(id, sizeof id, "%02x:%02x:%lu", major(info.st_dev), minor(info.st_dev),
                  static_cast<unsigned long>(info.st_ino));
    std::ifstream locks("/proc/locks");
    for (std::string line; std::getline(locks, line);) {
      if (line.find(id) == std::string::npos) continue;
      const auto words = [&] {
        std::vector<std::string> out;
        for (const std::string& word : split(line, ' '))
          if (!word.empty()) out.push_back(word);
        return out;
      }();
      if (words.size() < 6 || words[4] == std::to_string(getpid()) ||
          words[4].find_first_not_of("0123456789") != std::string::npos)
        continue;
      std::string command;
      std::getline(std::ifstream("/proc/" + words[4] + "/comm"), command);
      names.insert((command.empty() ? "process" : command) + " (pid " + words[4] + ")");
    }
  }
  return join({names.begin(), names.end()}, ", ");
}

class Native final : public Connection {
 public:
  Native(sqlite3* handle, std::optional<Session> session, bool owned)
      : handle_(handle), session_(std::move(session)), owned_(owned) {
    if (!owned_) {  // a lent handle gets its own patience back
      const Rows patience = query("PRAGMA busy_timeout", {});
      busy_timeout_ = patience.empty() ? 0 : std::stoi(patience[0][0].value_or("0"));
    }
    sqlite3_busy_handler(handle_, &Native::busy, this);
    sqlite3_progress_handler(handle_, 1000, &Native::progress, this);
  }
  ~Native() override {
    sqlite3_progress_handler(handle_, 0, nullptr, nullptr);
    sqlite3_busy_timeout(handle_, busy_timeout_);
    if (owned_) sqlite3_close(handle_);
  }
  Native(const Native&) = delete;
  Native& operator=(const Native&) = delete;

  std::uint64_t run(std::string_view sql, const Row& parameters) override {
    const auto before = sqlite3_total_changes64(handle_);
    Prepared statement(*this, sql, parameters);
    while (statement.step()) {}
    return static_cast<std::uint64_t>(sqlite3_total_changes64(handle_) - before);
  }

  Rows query(std::string_view sql, const Row& parameters) override {
    Rows rows;
    Prepared statement(*this, sql, parameters);
    while (statement.step()) {
      Row row;
      for (int i = 0; i < sqlite3_column_count(statement.get()); ++i) row.push_back(cell(statement.get(), i));
      rows.push_back(std::move(row));
    }
    return rows;
  }

  void script(std::string_view sql) override {
    for (std::string_view rest = sql; !rest.empty();) {
      Prepared statement(*this, rest, {}, &rest);
      if (statement.get() != nullptr)
        while (statement.step()) {}
    }
  }

  RowsDigest digest(std::string_view sql) override {
    RowsDigest out;
    Prepared statement(*this, sql, {});
    std::string row;
    while (statement.step()) {
      row.clear();
      for (int i = 0; i < sqlite3_column_count(statement.get()); ++i) append(row, statement.get(), i);
      out.add(row);
    }
    return out;
  }

  std::optional<std::string> complaint(std::string_view sql) override {
    ++statements_;
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v2(handle_, sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
    sqlite3_finalize(statement);
    if (code == SQLITE_OK) return std::nullopt;
    return std::string(sqlite3_errmsg(handle_));
  }

  void set_deadline(Deadline when) override { deadline_ = when; }

 private:
  class Prepared {
   public:
    Prepared(Native& native, std::string_view sql, const Row& parameters, std::string_view* rest = nullptr)
        : native_(native), sql_(sql) {
      ++native.statements_;
      const char* tail = nullptr;
      const int code = sqlite3_prepare_v2(native.handle_, sql.data(), static_cast<int>(sql.size()), &statement_, &tail);
      const auto used = static_cast<std::size_t>((tail == nullptr ? sql.data() + sql.size() : tail) - sql.data());
      sql_ = trim(sql.substr(0, used));
      if (code != SQLITE_OK) native.fail(code, sql_);
      if (rest != nullptr)
        *rest = sql.substr(used);
      else if (!trim(sql.substr(used)).empty() && trim(sql.substr(used)) != ";")
        throw Error(ErrorCode::internal, "more than one statement where one was expected");
      for (std::size_t i = 0; i < parameters.size(); ++i) {
        const auto at = static_cast<int>(i + 1);
        if (parameters[i])
          sqlite3_bind_text(statement_, at, parameters[i]->data(), static_cast<int>(parameters[i]->size()),
                            SQLITE_TRANSIENT);
        else
          sqlite3_bind_null(statement_, at);
      }
    }
    ~Prepared() { sqlite3_finalize(statement_); }
    Prepared(const Prepared&) = delete;
    Prepared& operator=(const Prepared&) = delete;
    sqlite3_stmt* get() const { return statement_; }
    bool step() {
      const int code = sqlite3_step(statement_);
      if (code == SQLITE_ROW) return true;
      if (code != SQLITE_DONE) native_.fail(code, sql_);
      return false;
    }

   private:
    Native& native_;
    std::string_view sql_;
    sqlite3_stmt* statement_ = nullptr;
  };

  static Cell cell(sqlite3_stmt* statement, int column) {
    if (sqlite3_column_type(statement, column) == SQLITE_NULL) return std::nullopt;
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
    if (sqlite3_column_type(statement, column) != SQLITE_BLOB)
      bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
    return std::string(bytes == nullptr ? "" : bytes,
                       static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
  }

  /// Type, length and bytes, so that no two different rows look alike. Numbers by their bits, not by their text.
  static void append(std::string& row, sqlite3_stmt* statement, int column) {
    const int type = sqlite3_column_type(statement, column);
    row += static_cast<char>('0' + type);
    char bits[8];
    if (type == SQLITE_INTEGER) {
      const sqlite3_int64 value = sqlite3_column_int64(statement, column);
      std::memcpy(bits, &value, sizeof bits);
      row.append(bits, sizeof bits);
    } else if (type == SQLITE_FLOAT) {
      const double value = sqlite3_column_double(statement, column);
      std::memcpy(bits, &value, sizeof bits);
      row.append(bits, sizeof bits);
    } else if (type != SQLITE_NULL) {
      const void* bytes =
          type == SQLITE_BLOB ? sqlite3_column_blob(statement, column) : sqlite3_column_text(statement, column);
      const auto size = static_cast<std::uint64_t>(sqlite3_column_bytes(statement, column));
      std::memcpy(bits, &size, sizeof bits);
      row.append(bits, sizeof bits);
      if (size > 0) row.append(static_cast<const char*>(bytes), size);
    }
  }

  [[noreturn]] void fail(int code, std::string_view sql) {
    const std::string said = sqlite3_errmsg(handle_);
    for (const Meaning& meaning : meanings) {
      if (meaning.code != (code & 0xff)) continue;
      std::string sentence(meaning.sentence);
      if (meaning.error == ErrorCode::locked) {
        if (const std::string who = holders(path()); !who.empty()) sentence += " by " + who;
      } else if (meaning.error == ErrorCode::corrupt || meaning.error == ErrorCode::permission ||
                 meaning.error == ErrorCode::disk_full) {
        sentence += ": " + said;
      }
      Error error(meaning.error, sentence, std::string(meaning.hint));
      describe(error, code, sql);
      throw error;
    }
    Error error(ErrorCode::sql, said);
    describe(error, code, sql);
    throw error;
  }

  static void describe(Error& error, int code, std::string_view sql) {
    error.dialect = "sqlite";
    error.sqlstate = std::to_string(code);
    error.statement = std::string(sql);
  }

  std::string path() const {
    const char* name = sqlite3_db_filename(handle_, "main");
    return name == nullptr ? "" : name;
  }

  static int busy(void* self, int attempts) {
    auto& native = *static_cast<Native*>(self);
    if (attempts == 0) native.waiting_since_ = Clock::now();
    const auto patience = native.deadline_ ? *native.deadline_ : native.waiting_since_ + default_lock_wait;
    if (Clock::now() >= patience || Clock::now() >= native.waiting_since_ + default_lock_wait) return 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(std::min(1 << std::min(attempts, 6), 50)));
    return 1;
  }

  static int progress(void* self) {
    const auto& native = *static_cast<Native*>(self);
    return native.deadline_ && Clock::now() >= *native.deadline_ ? 1 : 0;
  }

  sqlite3* handle_;
  std::optional<Session> session_;
  bool owned_;
  int busy_timeout_ = 0;
  Deadline deadline_;
  Clock::time_point waiting_since_;
};

std::string path_of(const Url& url) {
  std::string path = url.rest;
  if (path.starts_with("//")) path.erase(0, 2);
  return path;
}

/// SOCI takes the whole text as the path unless it holds a '='; then the path must stand in quotes.
std::string connect_string(const std::string& path) {
  if (path.find('=') == std::string::npos) return path;
  if (path.find('"') != std::string::npos)
    throw Error(ErrorCode::bad_url, "a path with both '=' and '\"' in it cannot be opened", "rename the file");
  return "dbname=\"" + path + "\"";
}

void must_be_a_file(const std::string& path, Open open) {
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  if (std::filesystem::is_directory(status))
    throw Error(ErrorCode::not_a_database, "'" + path + "' is a directory", "name the database file in it");
  if (!std::filesystem::exists(status)) {
    if (open != Open::create)
      throw Error(ErrorCode::no_such_file, "there is no file '" + path + "'",
                  "check the path; it is read from the current directory");
    const auto folder = std::filesystem::path(path).parent_path();
    if (!folder.empty() && !std::filesystem::is_directory(folder, ignored))
      throw Error(ErrorCode::no_such_file, "there is no directory '" + folder.string() + "'", "create it first");
  } else if (access(path.c_str(), R_OK) != 0) {
    throw Error(ErrorCode::permission, "no permission to read '" + path + "'", "check who owns the file");
  }
}

}  // namespace

std::unique_ptr<Connection> connect(const Url& url, Open open) {
  const std::string path = path_of(url);
  if (path.empty())
    throw Error(ErrorCode::bad_url, "the URL names no file", "write sqlite:PATH, for example sqlite:app.db");
  if (path != ":memory:") must_be_a_file(path, open);
  Session session = Session::open("sqlite3", connect_string(path));
  auto* handle = static_cast<sqlite3*>(session.sqlite());
  auto connection = std::make_unique<Native>(handle, std::move(session), false);
  if (open == Open::read_only) connection->run("PRAGMA query_only = ON", {});
  connection->query("PRAGMA schema_version", {});  // says at once when the file is something else
  return connection;
}

std::unique_ptr<Connection> adopt(soci::session& lent) {
  Session session = Session::lend(lent);
  auto* handle = static_cast<sqlite3*>(session.sqlite());
  return std::make_unique<Native>(handle, std::move(session), false);
}

std::unique_ptr<Connection> memory() {
  sqlite3* handle = nullptr;
  if (sqlite3_open(":memory:", &handle) != SQLITE_OK)
    throw Error(ErrorCode::internal, "cannot open a scratch database in memory");
  sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);  // what runs here must not reach any file
  return std::make_unique<Native>(handle, std::nullopt, true);
}

std::unique_ptr<Connection> memory(const Schema& schema, const std::vector<std::string>& prelude) {
  auto out = memory();
  for (const std::string& statement : prelude) out->run(statement);
  for (const std::string& statement : creation_script(schema)) out->run(statement);
  return out;
}

}  // namespace dataflow::sqlite
