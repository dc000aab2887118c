#include "dialects/postgresql/errors.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "core/text.hpp"
#include "dialects/postgresql/lexer.hpp"
#include "dialects/postgresql/libpq.hpp"

namespace dataflow::postgresql {

namespace {

/// What a code of the server, or a class of codes, means to a user. An empty sentence: the server's own words say it.
struct Meaning {
  std::string_view state;  ///< five characters, or the two of a class
  ErrorCode error;
  std::string_view sentence, hint;
  bool with_detail;  ///< the server's detail belongs to the sentence
};
constexpr Meaning meanings[] = {
    {"28P01", ErrorCode::permission, "the server refused the password", "check user and password, or ~/.pgpass", false},
    {"28000", ErrorCode::permission, "the server does not let this role in", "check the role and pg_hba.conf", false},
    {"3D000", ErrorCode::not_found, "there is no such database", "create it first, or check its name", false},
    {"42501", ErrorCode::permission, "no permission", "let the owner of the object, or a superuser, grant it", false},
    {"55P03", ErrorCode::locked, "a lock was not free in time", "end what holds it, or try again later", false},
    {"40P01", ErrorCode::locked, "two transactions waited for each other and the server ended ours", "try again",
     false},
    {"40001", ErrorCode::locked, "another transaction changed the same rows", "try again", false},
    {"55006", ErrorCode::locked, "", "somebody else uses it; try again later", true},
    {"57014", ErrorCode::sql, "the server ended the statement",
     "somebody cancelled it, or statement_timeout is set for this role or database", false},
    {"25P03", ErrorCode::timeout, "the transaction was idle for too long and the server ended it", "", false},
    {"57P03", ErrorCode::not_found, "the server is starting, stopping or recovering", "try again in a moment", false},
    {"57P", ErrorCode::sql, "the server ended the connection", "look into the server's log, then try again", false},
    {"53100", ErrorCode::disk_full, "the server's disk is full", "free some space; a rewrite needs as much again",
     false},
    {"53300", ErrorCode::locked, "the server has no connection left", "raise max_connections, or end idle sessions",
     false},
    {"53", ErrorCode::sql, "the server lacks resources", "", false},
    {"25006", ErrorCode::read_only, "the server or the transaction is read-only",
     "connect to the primary; target_session_attrs=read-write finds it", false},
    {"XX001", ErrorCode::corrupt, "the data is damaged", "restore a backup", false},
    {"XX002", ErrorCode::corrupt, "an index is damaged", "REINDEX it", false},
    {"23", ErrorCode::sql, "", "correct these rows first", true},
    {"2BP01", ErrorCode::sql, "", "", true},
    {"0A000", ErrorCode::sql, "", "", true},
    {"08", ErrorCode::sql, "the connection to the server is lost", "see whether the server runs, then try again",
     false},
};

const Meaning* meaning_of(std::string_view state) {
  for (const Meaning& meaning : meanings)
    if (state.starts_with(meaning.state)) return &meaning;
  return nullptr;
}

std::string field(const PGresult* result, int which) {
  const char* text = pq::result_error_field(result, which);
  return text == nullptr ? "" : text;
}

/// A sentence of the server as part of one: lines joined, no full stop.
std::string clause(std::string text) {
  for (std::size_t at; (at = text.find('\n')) != std::string::npos;) text.replace(at, 1, "; ");
  while (text.ends_with('.') || text.ends_with(' ')) text.pop_back();
  return text;
}

std::string joined(const std::string& a, std::string_view separator, const std::string& b) {
  return a.empty() ? b : b.empty() ? a : a + std::string(separator) + b;
}

}  // namespace

std::string without_passwords(std::string_view statement) {
  std::string out;
  bool secret = false;
  for (std::size_t at = 0; at < statement.size();) {
    const Token token = token_at(statement, at);
    at += token.text.size();
    out += secret && token.kind == Lexeme::string ? "'***'" : token.text;
    if (token.kind == Lexeme::space || token.kind == Lexeme::comment || token.text == "=") continue;
    secret = token.kind == Lexeme::word && lower(token.text).ends_with("password");
  }
  return out;
}

Error error_of(std::string_view sqlstate, const std::string& words) {
  const Meaning* meaning = meaning_of(sqlstate);
  Error error(meaning == nullptr ? ErrorCode::sql : meaning->error,
              meaning == nullptr ? words : joined(std::string(meaning->sentence), ": ", words),
              meaning == nullptr ? "" : std::string(meaning->hint));
  error.dialect = "postgresql";
  error.sqlstate = sqlstate;
  return error;
}

Error error_of(const PGconn* connection, const PGresult* result, std::string_view statement,
               const std::string& blockers, bool timed_out) {
  const std::string state = field(result, PG_DIAG_SQLSTATE);
  if (state.empty() && pq::status(connection) == CONNECTION_BAD) return lost(connection, statement);
  std::string words = clause(field(result, PG_DIAG_MESSAGE_PRIMARY));
  if (words.empty()) words = clause(pq::result_error_message(result));
  const std::string detail = clause(field(result, PG_DIAG_MESSAGE_DETAIL));
  const Meaning* meaning = meaning_of(state);
  const bool with_detail = meaning != nullptr && meaning->with_detail;
  if (with_detail) words = joined(words, ": ", detail);
  Error error = error_of(state, words);
  if (timed_out && state == "57014") {
    const std::string who = blockers.empty() ? "" : ", waiting for " + blockers;
    error = Error(ErrorCode::timeout, "the time allowed for the run is over" + who, "allow more with --timeout");
  } else if (error.code == ErrorCode::locked && !blockers.empty()) {
    error = Error(error.code, std::string(error.what()) + "; it is held by " + blockers, error.hint);
  }
  error.hint =
      joined(with_detail ? "" : detail, "; ", joined(clause(field(result, PG_DIAG_MESSAGE_HINT)), "; ", error.hint));
  error.dialect = "postgresql";
  error.sqlstate = state;
  error.statement = without_passwords(trim(statement));
  return error;
}

bool names_missing(const Error& error) {
  constexpr std::array states = std::to_array<std::string_view>({"42P01", "42704", "42883", "3F000", "42703"});
  return std::find(states.begin(), states.end(), error.sqlstate) != states.end();
}

Error lost(const PGconn* connection, std::string_view statement) {
  Error error = error_of("08006", clause(pq::error_message(connection)));
  error.statement = without_passwords(trim(statement));
  return error;
}

}  // namespace dataflow::postgresql
