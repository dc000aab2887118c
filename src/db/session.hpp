// SOCI opens and lends sessions. Nothing else of SOCI is used: its bulk and dynamic reads lose data (32-bit integers on
// SQLite, second statements dropped, RETURNING run twice), so statements run on the handle itself.
#pragma once
#include <memory>
#include <string>

namespace soci {
class session;
}

namespace dataflow {

/// An open SOCI session, owned or lent.
class Session {
 public:
  /// `backend` is SOCI's name of it ("sqlite3"); its plug-in is loaded at this moment.
  static Session open(const std::string& backend, const std::string& connect_string);
  static Session lend(soci::session& session);
  Session(Session&&) noexcept;
  ~Session();

  /// SOCI's name of the backend.
  std::string backend() const;
  /// The sqlite3* of a SQLite session.
  void* sqlite() const;
  /// The PGconn* of a PostgreSQL session.
  void* postgresql() const;
  /// The MYSQL* of a MariaDB or MySQL session.
  void* mysql() const;

 private:
  explicit Session(soci::session* lent, std::unique_ptr<soci::session> owned);
  std::unique_ptr<soci::session> owned_;
  soci::session* session_;
};

}  // namespace dataflow
