// What libpq and the server say, as dataflow's errors.
#pragma once
#include <string>
#include <string_view>

#include "dataflow/error.hpp"
#include "dialects/postgresql/libpq.hpp"

namespace dataflow::postgresql {

/// The error that a failed result stands for. `blockers` says who holds the lock that was waited for, where known;
/// `timed_out`: we cancelled the statement ourselves, because its time was over.
Error error_of(const PGconn* connection, const PGresult* result, std::string_view statement,
               const std::string& blockers, bool timed_out);
/// The error for a code of the server and its words.
Error error_of(std::string_view sqlstate, const std::string& words);
/// Whether a statement failed because something that it names is not there.
bool names_missing(const Error& error);
/// The connection broke while `statement` ran, or before.
Error lost(const PGconn* connection, std::string_view statement);
/// The statement with the literals that stand behind PASSWORD taken out.
std::string without_passwords(std::string_view statement);

}  // namespace dataflow::postgresql
