// The one exception type. Cannot go on: thrown. An answer to look at: a value.
#pragma once
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace dataflow {

/// Why something could not go on. Each has an id, an exit status and a default hint in one table (src/core/error.cpp).
enum class ErrorCode : std::uint8_t {
  usage,           ///< the call or the command line makes no sense
  bad_url,         ///< not a database URL we know
  bad_document,    ///< a snapshot, plan or SQL file that cannot be read
  invalid_schema,  ///< a model or schema that contradicts itself
  no_such_file,
  not_a_database,  ///< the file is something else, or encrypted
  read_only,
  permission,
  locked,   ///< somebody else holds the lock we need
  corrupt,  ///< the server says the data is damaged
  disk_full,
  timeout,
  cancelled,     ///< the user said no
  refused,       ///< policy, risk or data forbid it; nothing was changed
  stale,         ///< the database changed between plan and apply
  conflict,      ///< history and database disagree
  not_found,     ///< no such version, backup, table
  sql,           ///< the server rejected a statement
  verification,  ///< the result is not what was planned; rolled back
  unsupported,
  internal
};

std::string_view id(ErrorCode code);  ///< "no_such_file"
int exit_status(ErrorCode code);      ///< 2 usage, 4 refused, 6 locked, 7 conflict, 8 timeout, …

/// `what()` is one lower-case sentence; `hint` says what to do. Never holds a password.
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& sentence, std::string hint = {})
      : std::runtime_error(sentence), code(code), hint(std::move(hint)) {}
  ErrorCode code;
  std::string hint;
  std::string dialect = {};    ///< "sqlite", when a server said it
  std::string sqlstate = {};   ///< the server's own code
  std::string statement = {};  ///< the SQL that failed
  std::string step = {};       ///< the plan's step, when one was running
};

/// "error: sentence" and, below, "hint: …": what a command prints.
std::string to_text(const Error& error);

}  // namespace dataflow
