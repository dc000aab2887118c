#include "db/session.hpp"

#include <soci/mysql/soci-mysql.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "dataflow/error.hpp"

namespace dataflow {

Session::Session(soci::session* lent, std::unique_ptr<soci::session> owned)
    : owned_(std::move(owned)), session_(lent) {}
Session::Session(Session&&) noexcept = default;
Session::~Session() = default;

Session Session::open(const std::string& backend, const std::string& connect_string) {
  try {
    auto owned = std::make_unique<soci::session>(backend, connect_string);
    soci::session* session = owned.get();
    return Session(session, std::move(owned));
  } catch (const soci::soci_error& e) {
    throw Error(ErrorCode::sql, "cannot open the database: " + std::string(e.what()));
  }
}

Session Session::lend(soci::session& session) { return Session(&session, nullptr); }

std::string Session::backend() const { return session_->get_backend_name(); }

void* Session::sqlite() const { return static_cast<soci::sqlite3_session_backend*>(session_->get_backend())->conn_; }

void* Session::postgresql() const {
  return static_cast<soci::postgresql_session_backend*>(session_->get_backend())->conn_;
}

void* Session::mysql() const { return static_cast<soci::mysql_session_backend*>(session_->get_backend())->conn_; }

}  // namespace dataflow
