#include "dialects/statement.hpp"

#include <algorithm>

#include "core/text.hpp"
#include "dataflow/error.hpp"

namespace dataflow {

namespace {

struct Runner {
  Connection& connection;

  std::uint64_t operator()(const Run& run) const { return connection.run(run.sql); }

  std::uint64_t operator()(const RunAlone& alone) const {
    if (!alone.done.empty() && !connection.query(alone.done).empty()) return 0;
    const auto clear = [&] {
      if (!alone.clear.empty()) connection.run(alone.clear);
    };
    clear();
    try {
      return connection.run(alone.sql);
    } catch (const Error&) {
      try {
        clear();
      } catch (const Error&) {}  // the next attempt begins with it
      throw;
    }
  }

  std::uint64_t operator()(const SameRows& check) const {
    const RowsDigest left = connection.digest(check.left), right = connection.digest(check.right);
    if (left == right) return 0;
    Error error(ErrorCode::verification, check.failure);
    if (left.rows() != right.rows())
      error.hint = std::to_string(left.rows()) + " rows before, " + std::to_string(right.rows()) + " after";
    error.statement = check.right;
    throw error;
  }

  std::uint64_t operator()(const NoRows& check) const {
    const Rows rows = connection.query(check.query);
    if (rows.empty()) return 0;
    std::vector<std::string> first;
    for (std::size_t i = 0; i < std::min<std::size_t>(rows.size(), 3); ++i) {
      std::vector<std::string> cells;
      for (const Cell& cell : rows[i]) cells.push_back(cell.value_or("NULL"));
      first.push_back(join(cells, ", "));
    }
    Error error(ErrorCode::verification, check.failure + ": " + join(first, "; "));
    error.statement = check.query;
    throw error;
  }
};

}  // namespace

std::uint64_t run(Connection& connection, const Statement& statement) {
  return std::visit(Runner{connection}, statement);
}

}  // namespace dataflow
