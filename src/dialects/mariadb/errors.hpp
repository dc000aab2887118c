// What libmariadb and the server say, as dataflow's errors.
#pragma once
#include <string>
#include <string_view>

#include "dataflow/error.hpp"

namespace dataflow::mariadb {

/// An error with the number that the server, or libmariadb, gives it.
struct ServerError : Error {
  ServerError(const Error& error, unsigned number) : Error(error), number(number) {}
  unsigned number;
};

/// What went wrong, as libmariadb tells it.
struct Complaint {
  unsigned number = 0;  ///< 1146
  std::string sqlstate, words;
};

/// `blockers` says who holds the lock that was waited for, where known; `timed_out`: we ended the statement ourselves,
/// because its time was over.
ServerError error_of(const Complaint& complaint, std::string_view statement = {}, const std::string& blockers = {},
                     bool timed_out = false);
/// The connection is gone, and every statement on it fails from now on.
bool is_lost(unsigned number);
/// No deadline is left to begin `statement`.
Error out_of_time(std::string_view statement);
/// The statement with the literals taken out that stand where passwords do.
std::string without_passwords(std::string_view statement);

}  // namespace dataflow::mariadb
