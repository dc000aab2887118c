// The numbers that InnoDB gives rows for full-text indexes, in a column that nobody sees.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "db/connection.hpp"
#include "dialects/mariadb/errors.hpp"

namespace dataflow::mariadb {

/// A table whose full-text indexes are gone keeps its numbers until it is written anew, and until then its columns come
/// and go in no instant. Where that is why `sql` was refused: the statement that writes the table anew, beside its
/// writers as `sql` would have been. Nothing where it is not, or where the account may not see (PROCESS).
std::optional<std::string> despite_row_numbers(Connection& connection, const ServerError& refusal,
                                               std::string_view sql);

}  // namespace dataflow::mariadb
