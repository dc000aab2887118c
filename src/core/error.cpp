#include "dataflow/error.hpp"

#include <iterator>

namespace dataflow {

namespace {
struct Row {
  ErrorCode code;
  std::string_view id;
  int exit_status;
};
// Exit statuses are a promise to scripts: 0 ok, 1 failed, 2 usage, 3 cancelled, 4 refused, 6 locked, 7 conflict,
// 8 timeout, 10 permission, 12 different.
constexpr Row rows[] = {
    {ErrorCode::usage, "usage", 2},
    {ErrorCode::bad_url, "bad_url", 2},
    {ErrorCode::bad_document, "bad_document", 2},
    {ErrorCode::invalid_schema, "invalid_schema", 2},
    {ErrorCode::no_such_file, "no_such_file", 2},
    {ErrorCode::not_a_database, "not_a_database", 2},
    {ErrorCode::read_only, "read_only", 10},
    {ErrorCode::permission, "permission", 10},
    {ErrorCode::locked, "locked", 6},
    {ErrorCode::corrupt, "corrupt", 1},
    {ErrorCode::disk_full, "disk_full", 1},
    {ErrorCode::timeout, "timeout", 8},
    {ErrorCode::cancelled, "cancelled", 3},
    {ErrorCode::refused, "refused", 4},
    {ErrorCode::stale, "stale", 7},
    {ErrorCode::conflict, "conflict", 7},
    {ErrorCode::not_found, "not_found", 2},
    {ErrorCode::sql, "sql", 1},
    {ErrorCode::verification, "verification", 12},
    {ErrorCode::unsupported, "unsupported", 2},
    {ErrorCode::internal, "internal", 1},
};
static_assert(std::size(rows) == static_cast<std::size_t>(ErrorCode::internal) + 1, "every ErrorCode needs a row");
constexpr bool in_order() {
  for (std::size_t i = 0; i < std::size(rows); ++i)
    if (static_cast<std::size_t>(rows[i].code) != i) return false;
  return true;
}
static_assert(in_order(), "rows stand in the order of ErrorCode");

const Row& row(ErrorCode code) { return rows[static_cast<std::size_t>(code)]; }
}  // namespace

std::string_view id(ErrorCode code) { return row(code).id; }
int exit_status(ErrorCode code) { return row(code).exit_status; }

std::string to_text(const Error& error) {
  std::string text = std::string("error: ") + error.what() + '\n';
  if (!error.step.empty()) text += "  step: " + error.step + '\n';
  if (!error.statement.empty()) text += "  statement: " + error.statement + '\n';
  if (!error.sqlstate.empty()) text += "  code: " + error.dialect + ' ' + error.sqlstate + '\n';
  if (!error.hint.empty()) text += "hint: " + error.hint + '\n';
  return text;
}

}  // namespace dataflow
