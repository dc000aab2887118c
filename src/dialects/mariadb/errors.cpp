#include "dialects/mariadb/errors.hpp"

#include <algorithm>
#include <cctype>

#include "core/text.hpp"
#include "dialects/mariadb/lexer.hpp"

namespace dataflow::mariadb {

namespace {

/// What a number of the server means to a user. An empty sentence: the server's own words say it.
struct Meaning {
  unsigned number;
  ErrorCode error;
  std::string_view sentence, hint;
};
constexpr std::string_view lost_hint = "see whether the server runs, then try again";
constexpr std::string_view grant_hint = "let the owner of the database, or an administrator, grant it";
constexpr std::string_view rows_hint = "correct these rows first";
constexpr std::string_view lock_hint = "end what holds it, or try again later";
constexpr std::string_view full_hint = "free some space; a rewrite needs as much again";
constexpr Meaning meanings[] = {
    {1205, ErrorCode::locked, "a lock was not free in time", lock_hint},
    {1213, ErrorCode::locked, "two transactions waited for each other and the server ended ours", "try again"},
    {3572, ErrorCode::locked, "a lock was not free in time", lock_hint},
    {1020, ErrorCode::locked, "another transaction changed the same rows", "try again"},
    {1040, ErrorCode::locked, "the server has no connection left", "raise max_connections, or end idle sessions"},
    {1203, ErrorCode::locked, "the server has no connection left", "raise max_user_connections, or end idle sessions"},
    {1226, ErrorCode::locked, "the account has used up what it may", "raise its limits, or try again later"},
    {1045, ErrorCode::permission, "the server refused user or password", "check both, or MYSQL_PWD and ~/.my.cnf"},
    {1698, ErrorCode::permission, "the server refused the user", "this account is let in only from its system user"},
    {1130, ErrorCode::permission, "the server does not let this host in", "create the account for this host"},
    {1862, ErrorCode::permission, "the password has expired", "ALTER USER … IDENTIFIED BY gives it a new one"},
    {1820, ErrorCode::permission, "the password has expired", "ALTER USER … IDENTIFIED BY gives it a new one"},
    {4151, ErrorCode::permission, "the account is locked", "ALTER USER … ACCOUNT UNLOCK"},
    {3118, ErrorCode::permission, "the account is locked", "ALTER USER … ACCOUNT UNLOCK"},
    {1044, ErrorCode::permission, "no permission", grant_hint},
    {1142, ErrorCode::permission, "no permission", grant_hint},
    {1143, ErrorCode::permission, "no permission", grant_hint},
    {1227, ErrorCode::permission, "no permission", grant_hint},
    {1370, ErrorCode::permission, "no permission", grant_hint},
    {1410, ErrorCode::permission, "no permission", grant_hint},
    {1419, ErrorCode::permission, "no permission", "log_bin_trust_function_creators=1 lets the account create it"},
    {1049, ErrorCode::not_found, "there is no such database", "create it first, or check its name"},
    {1146, ErrorCode::not_found, "", ""},
    {1051, ErrorCode::not_found, "", ""},
    {1054, ErrorCode::not_found, "", ""},
    {1290, ErrorCode::read_only, "the server does not write", "connect to the primary"},
    {1792, ErrorCode::read_only, "the transaction is read-only", ""},
    {1836, ErrorCode::read_only, "the server is read-only", "connect to the primary"},
    {1021, ErrorCode::disk_full, "the server's disk is full", full_hint},
    {1114, ErrorCode::disk_full, "the server has no room left", full_hint},
    {1034, ErrorCode::corrupt, "the data is damaged", "CHECK TABLE and REPAIR TABLE, or restore a backup"},
    {1712, ErrorCode::corrupt, "an index is damaged", "drop it and create it anew"},
    {1877, ErrorCode::corrupt, "the data is damaged", "restore a backup"},
    {1062, ErrorCode::sql, "", rows_hint},
    {1452, ErrorCode::sql, "", rows_hint},
    {4025, ErrorCode::sql, "", rows_hint},
    {3819, ErrorCode::sql, "", rows_hint},
    {1364, ErrorCode::sql, "", rows_hint},
    {1366, ErrorCode::sql, "", rows_hint},
    {1406, ErrorCode::sql, "", rows_hint},
    {1264, ErrorCode::sql, "", rows_hint},
    {1265, ErrorCode::sql, "", rows_hint},
    {1292, ErrorCode::sql, "", rows_hint},
    {1138, ErrorCode::sql, "", rows_hint},
    {1317, ErrorCode::sql, "the server ended the statement", "somebody cancelled it with KILL QUERY"},
    {1969, ErrorCode::sql, "the server ended the statement", "max_statement_time is set for this account or server"},
    {3024, ErrorCode::sql, "the server ended the statement", "max_execution_time is set for this account or server"},
    {1053, ErrorCode::sql, "the server is shutting down", "try again in a moment"},
    {1927, ErrorCode::sql, "the server ended the connection", "somebody ended it with KILL, then try again"},
    {1153, ErrorCode::sql, "the statement is too long for the server", "raise max_allowed_packet"},
    {2002, ErrorCode::not_found, "no connection to a MariaDB or MySQL server", "see whether it runs and listens there"},
    {2003, ErrorCode::not_found, "no connection to a MariaDB or MySQL server", "see whether it runs and listens there"},
    {2005, ErrorCode::not_found, "no connection to a MariaDB or MySQL server", "check the name of the host"},
    {2007, ErrorCode::not_found, "what answers there is no MariaDB or MySQL server", "check host and port"},
    {2012, ErrorCode::not_found, "no connection to a MariaDB or MySQL server", "see whether it runs and listens there"},
    {2026, ErrorCode::permission, "no encrypted connection to the server", "check ssl-ca, ssl-cert, ssl-key, ssl-mode"},
    {2059, ErrorCode::unsupported, "the way in which this account logs in is not supported",
     "install the plug-in of libmariadb, or give the account another one"},
    {2006, ErrorCode::sql, "the connection to the server is lost", lost_hint},
    {2013, ErrorCode::sql, "the connection to the server is lost", lost_hint},
    {2055, ErrorCode::sql, "the connection to the server is lost", lost_hint},
    {2014, ErrorCode::sql, "the connection to the server is lost", lost_hint},
    {5014, ErrorCode::sql, "the connection to the server is lost", lost_hint},
};

const Meaning* meaning_of(unsigned number) {
  const auto* found = std::find_if(std::begin(meanings), std::end(meanings),
                                   [&](const Meaning& meaning) { return meaning.number == number; });
  return found == std::end(meanings) ? nullptr : found;
}

/// A sentence of the server as part of one: lines joined, no full stop, no capital letter but in names.
std::string clause(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  while (text.ends_with('.') || text.ends_with(' ') || text.ends_with('!')) text.pop_back();
  if (text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0)
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

std::string sentence_of(const Meaning* meaning, const std::string& words) {
  if (meaning == nullptr || meaning->sentence.empty()) return words;
  return std::string(meaning->sentence) + (words.empty() ? "" : ": " + words);
}

}  // namespace

std::string without_passwords(std::string_view statement) {
  std::string out;
  bool secret = false;
  for (std::size_t at = 0; at < statement.size();) {
    const Lexeme token = token_at(statement, at);
    at += token.text.size();
    out += secret && token.kind == LexemeKind::string ? "'***'" : token.text;
    const std::string word = token.kind == LexemeKind::word ? upper(token.text) : std::string();
    if (token.text == ";" || token.text == ",") secret = false;
    if (word == "IDENTIFIED" || word == "PASSWORD" || word == "CONNECTION") secret = true;
  }
  return out;
}

ServerError error_of(const Complaint& complaint, std::string_view statement, const std::string& blockers,
                     bool timed_out) {
  const Meaning* meaning = meaning_of(complaint.number);
  Error error(meaning == nullptr ? ErrorCode::sql : meaning->error, sentence_of(meaning, clause(complaint.words)),
              meaning == nullptr ? "" : std::string(meaning->hint));
  if (timed_out) {
    error = out_of_time(statement);
    if (!blockers.empty())
      error = Error(error.code, std::string(error.what()) + ", waiting for " + blockers, error.hint);
  } else if (error.code == ErrorCode::locked && !blockers.empty()) {
    error = Error(error.code, std::string(error.what()) + "; it is held by " + blockers, error.hint);
  }
  error.dialect = "mariadb";
  error.sqlstate = is_lost(complaint.number) ? "08006" : complaint.sqlstate;
  error.statement = without_passwords(trim(statement));
  return {error, complaint.number};
}

bool is_lost(unsigned number) {
  return number == 2006 || number == 2013 || number == 2014 || number == 2055 || number == 5014 || number == 1927 ||
         number == 1053;
}

Error out_of_time(std::string_view statement) {
  Error error(ErrorCode::timeout, "the time allowed for the run is over", "allow more with --timeout");
  error.dialect = "mariadb";
  error.statement = without_passwords(trim(statement));
  return error;
}

}  // namespace dataflow::mariadb
