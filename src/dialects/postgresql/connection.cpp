#include <cstdlib>
#include <optional>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/postgresql/answer.hpp"
#include "dialects/postgresql/conninfo.hpp"
#include "dialects/postgresql/exchange.hpp"
#include "dialects/postgresql/lexer.hpp"
#include "dialects/postgresql/libpq.hpp"
#include "dialects/postgresql/postgresql.hpp"
#include "dialects/postgresql/settings.hpp"

namespace dataflow::postgresql {

namespace {

constexpr int oldest_version = 140000;

Rows rows_of(const PGresult* result) {
  Rows rows(static_cast<std::size_t>(pq::ntuples(result)));
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (int c = 0, at = static_cast<int>(r); c < pq::nfields(result); ++c) {
      if (pq::getisnull(result, at, c) != 0)
        rows[r].emplace_back();
      else
        rows[r].emplace_back(
            std::string(pq::getvalue(result, at, c), static_cast<std::size_t>(pq::getlength(result, at, c))));
    }
  return rows;
}

class Native final : public Server {
 public:
  Native(Session session, bool lent, bool read_only)
      : session_(std::move(session)),
        handle_(static_cast<PGconn*>(session_.postgresql())),
        lent_(lent),
        read_only_(read_only),
        exchange_(handle_) {
    must_be_usable();
    if (lent_)
      remember_settings();
    else
      pq::set_notice_processor(
          handle_, [](void*, const char*) {}, nullptr);
    // A pooler makes up the process id it hands out, and gives each transaction another process: what is set for good
    // there would meet other clients. So the server itself decides for how long it is set.
    const std::string elsewhere = "pg_catalog.pg_backend_pid() <> " + std::to_string(pq::backend_pID(handle_));
    const Rows first = ask("SELECT pg_catalog.current_database(), current_user, " + elsewhere + ", s.* FROM (" +
                           apply_settings(elsewhere) + ") AS s");
    database_ = first.at(0).at(0).value_or("");
    user_ = first[0].at(1).value_or("");
    pooled_ = first[0].at(2) == "t";
    if (pooled_) exchange_.set_pooled();
    if (read_only_ && !pooled_) ask("SELECT pg_catalog.set_config('default_transaction_read_only', 'on', false)");
  }

  ~Native() override {
    if (!lent_ || pooled_) return;
    exchange_.set_deadline(std::nullopt);
    try {
      std::string sql;
      for (std::size_t i = 0; i < settings().size(); ++i)
        sql += std::string(i == 0 ? "SELECT " : ", ") + "pg_catalog.set_config('" + std::string(settings()[i].name) +
               "', $" + std::to_string(i + 1) + ", false)";
      send(sql, before_);
    } catch (const Error&) {}  // a connection that is lost has no settings
  }
  Native(const Native&) = delete;
  Native& operator=(const Native&) = delete;

  std::uint64_t run(std::string_view sql, const Row& parameters) override {
    Alone alone(*this, read_only_);
    const std::vector<Result> results = send(sql, parameters);
    alone.done();
    if (results.empty()) return 0;
    const PGresult* last = results.back().get();
    // COMMIT of a transaction in which something failed rolls back and calls that a success.
    if (std::string_view(pq::cmd_status(const_cast<PGresult*>(last))) == "ROLLBACK" &&
        upper(trim(sql)).starts_with("COMMIT"))
      throw Error(ErrorCode::sql, "the transaction was rolled back, because a statement in it had failed");
    return std::strtoull(pq::cmd_tuples(const_cast<PGresult*>(last)), nullptr, 10);
  }

  Rows query(std::string_view sql, const Row& parameters) override {
    Alone alone(*this, true);
    const std::vector<Result> results = send(sql, parameters);
    alone.done();
    return results.empty() ? Rows{} : rows_of(results.back().get());
  }

  void script(std::string_view sql) override {
    for (const ScriptStatement& statement : split_script(sql))
      if (!statement.copies_rows) run(statement.text, {});
  }

  std::vector<Rows> batch(std::span<const std::string> queries) override {
    Alone alone(*this, true);
    const std::vector<Result> results = send_all(queries);
    alone.done();
    std::vector<Rows> out;
    for (const Result& result : results) out.push_back(rows_of(result.get()));
    return out;
  }

  void start_batch(std::vector<std::string> queries) override {
    ++statements_;
    asked_ = std::move(queries);
    const std::string message = one_message(asked_);
    exchange_.start([&] { return pq::send_query(handle_, message.c_str()); }, {asked_.begin(), asked_.end()});
  }

  std::optional<Answer> next_answer() override {
    Result result = exchange_.next();
    return result == nullptr ? std::optional<Answer>() : Answer(std::move(result));
  }

  bool in_transaction() const override { return pq::transaction_status(handle_) != PQTRANS_IDLE; }

  /// The server adds up the two halves of the MD5 of each row's text, in which NULL and '' differ. A column has one
  /// type, so its values' text tells them apart.
  RowsDigest digest(std::string_view sql) override {
    static constexpr std::string_view half = "('x' || pg_catalog.substr(hash, ";
    const auto sum = [](const char* from) {
      // modulo 2^64, and never negative
      return "pg_catalog.mod(pg_catalog.mod(COALESCE(pg_catalog.sum(" + std::string(half) + from +
             ", 16))::bit(64)::bigint), 0), 18446744073709551616) + 18446744073709551616, 18446744073709551616)";
    };
    const Rows sums = query("SELECT pg_catalog.count(*), " + sum("1") + ", " + sum("17") +
                                " FROM (SELECT pg_catalog.md5(dataflow_row::text) AS hash FROM (" + std::string(sql) +
                                "\n) AS dataflow_row) AS hashes",
                            {});
    const auto number = [&](std::size_t i) {
      return std::strtoull(sums.at(0).at(i).value_or("0").c_str(), nullptr, 10);
    };
    return {number(0), number(1), number(2)};
  }

  std::optional<std::string> complaint(std::string_view sql) override {
    const bool inside = pq::transaction_status(handle_) != PQTRANS_IDLE;
    Alone alone(*this, true);
    if (inside) run("SAVEPOINT dataflow_complaint", {});
    std::optional<std::string> out;
    try {
      ++statements_;
      const std::string text(sql);
      exchange_([&] { return pq::send_prepare(handle_, "", text.c_str(), 0, nullptr); }, {sql});
      alone.done();
    } catch (const Error& e) {
      if (e.code == ErrorCode::timeout || pq::status(handle_) == CONNECTION_BAD) throw;
      out = e.what();
    }
    if (inside) {
      run("ROLLBACK TO SAVEPOINT dataflow_complaint", {});
      run("RELEASE SAVEPOINT dataflow_complaint", {});
    }
    return out;
  }

  void set_deadline(Deadline when) override { exchange_.set_deadline(when); }

  int version() const override { return pq::server_version(handle_); }
  std::string database() const override { return database_; }
  std::string user() const override { return user_; }
  bool pooled() const override { return pooled_; }

  std::unique_ptr<Server> another(std::string_view database) const override {
    Conninfo conninfo = conninfo_of(handle_);
    if (!database.empty()) conninfo["dbname"] = database;
    return std::make_unique<Native>(open_session(conninfo), false, false);
  }

 private:
  /// A transaction around one statement where nobody has opened one and the session's settings do not last.
  class Alone {
   public:
    Alone(Native& native, bool wanted)
        : native_(native), open_(wanted && native.pooled_ && pq::transaction_status(native.handle_) == PQTRANS_IDLE) {
      if (!open_) return;
      native_.ask(native_.read_only_ ? "BEGIN READ ONLY" : "BEGIN");
      native_.ask(apply_settings("true"));
    }
    void done() {
      if (open_) native_.ask("COMMIT");
      open_ = false;
    }
    ~Alone() {
      try {
        if (open_) native_.ask("ROLLBACK");
      } catch (const Error&) {}  // whatever went wrong has been thrown already
    }
    Alone(const Alone&) = delete;
    Alone& operator=(const Alone&) = delete;

   private:
    Native& native_;
    bool open_;
  };

  void must_be_usable() const {
    if (version() < oldest_version)
      throw Error(
          ErrorCode::unsupported,
          "the server is PostgreSQL " + std::to_string(version() / 10000) + ": 14 is the oldest that is supported",
          "upgrade the server");
    if (pq::transaction_status(handle_) != PQTRANS_IDLE)
      throw Error(ErrorCode::usage, "a transaction is open on this session", "commit or roll it back before migrating");
  }

  void remember_settings() {
    std::string sql;
    for (const Setting& setting : settings())
      sql += (sql.empty() ? "SELECT " : ", ") + ("pg_catalog.current_setting('" + std::string(setting.name) + "')");
    before_ = ask(sql).at(0);
  }

  static std::string one_message(std::span<const std::string> queries) {
    std::string message;
    for (const std::string& query : queries) message += query + "\n;\n";
    return message;
  }

  std::vector<Result> send_all(std::span<const std::string> queries) {
    if (queries.empty()) return {};
    const std::string message = one_message(queries);
    ++statements_;
    std::vector<Result> results =
        exchange_([&] { return pq::send_query(handle_, message.c_str()); }, {queries.begin(), queries.end()});
    if (results.size() != queries.size())
      throw Error(ErrorCode::internal, "more than one statement where one was expected");
    return results;
  }

  Rows ask(const std::string& sql) { return rows_of(send(sql, {}).back().get()); }

  std::vector<Result> send(std::string_view sql, const Row& parameters) {
    ++statements_;
    const std::string text = parameters.empty() ? std::string(sql) : numbered(sql);
    std::vector<const char*> values;
    for (const Cell& cell : parameters) values.push_back(cell ? cell->c_str() : nullptr);
    return exchange_(
        [&] {
          return values.empty() ? pq::send_query(handle_, text.c_str())
                                : pq::send_query_params(handle_, text.c_str(), static_cast<int>(values.size()), nullptr,
                                                        values.data(), nullptr, nullptr, 0);
        },
        {sql});
  }

  Session session_;
  PGconn* handle_;
  bool lent_, read_only_, pooled_ = false;
  Exchange exchange_;
  std::vector<std::string> asked_;  ///< what next_answer() is for
  Row before_;                      ///< a lent session's own settings
  std::string database_, user_;
};

}  // namespace

Server& server(Connection& connection) {
  auto* found = dynamic_cast<Server*>(&connection);
  if (found == nullptr) throw Error(ErrorCode::internal, "this connection does not lead to PostgreSQL");
  return *found;
}

std::unique_ptr<Connection> connect(const Url& url, Open open) {
  return std::make_unique<Native>(open_session(read_conninfo(url)), false, open == Open::read_only);
}

std::unique_ptr<Connection> adopt(soci::session& session) {
  return std::make_unique<Native>(Session::lend(session), true, false);
}

}  // namespace dataflow::postgresql
