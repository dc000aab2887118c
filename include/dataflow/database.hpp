// An open database: SOCI opens and lends the session, statements run on the server's own handle.
#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "dataflow/diff.hpp"
#include "dataflow/schema.hpp"

namespace soci {
class session;
}

namespace dataflow {

enum class Open : std::uint8_t {
  read_only,  ///< must exist; nothing is written
  existing,   ///< must exist
  create      ///< made when it is not there (SQLite)
};

/// One connection. Not for two threads at once. Closing it gives its locks back.
class Database {
 public:
  /// "sqlite:app.db", "sqlite::memory:", "sqlite:/abs/path.db". Throws Error{bad_url, no_such_file, not_a_database, …}.
  explicit Database(std::string_view url, Open open = Open::existing);
  /// Uses a session the application already has. The session must outlive this object and be idle while it works.
  explicit Database(soci::session& session);
  ~Database();
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;

  std::string_view dialect() const;  ///< "sqlite"
  const std::string& url() const;    ///< without any password

  struct Impl;
  Impl& impl() { return *impl_; }
  explicit Database(std::unique_ptr<Impl> impl);

 private:
  std::unique_ptr<Impl> impl_;
};

/// The schema as it stands, without dataflow's own tables.
Schema inspect(Database& database);

/// The schema that SQL text of `dialect` describes, read by a scratch server. `origin` names the text in errors.
/// Throws Error{unsupported} for a dialect whose server is not embedded.
Wanted schema_from_sql(std::string_view dialect, std::string_view sql, std::string_view origin);
/// The same, read in a scratch place on the server of a database. Nothing of the database is touched or left behind.
Wanted schema_from_sql(Database& server, std::string_view sql, std::string_view origin);

/// A file of SQL.
struct SqlText {
  std::string origin;  ///< names it in errors
  std::string sql;
};
/// The schema that several files describe together. A statement may stand before what it needs: it waits for it. One
/// file alone must be in an order that its server takes.
Wanted schema_from_sql(std::string_view dialect, std::span<const SqlText> files);
Wanted schema_from_sql(Database& server, std::span<const SqlText> files);

/// `wanted` as the server of `database` would read it back once it stood there. Nothing is left behind.
Wanted normalize(Database& database, const Wanted& wanted);

/// What turns `from` into `to`, by the rules of their dialect: spellings that its server takes for the same are the
/// same. Both sides stand as that server reads them back; whatever is missing in `to` counts as dropped.
Difference compare(const Schema& from, const Wanted& to);

/// A scratch database that holds `schema` and nothing else; it is gone when the object is. `server`: a database beside
/// whose server it stands; not needed where the server is embedded. Throws Error{unsupported, permission}.
Database stand(std::string_view dialect, Database* server, const Schema& schema);

/// Everything of a schema as statements, in an order in which a fresh database takes them.
std::vector<std::string> create_statements(const Schema& schema);

/// Identifier and literal as SQL of a dialect.
std::string quote(const Name& name, std::string_view dialect);
std::string literal(std::string_view text, std::string_view dialect);

}  // namespace dataflow
