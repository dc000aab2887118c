// What runs SQL: one native executor a server, on a handle that SOCI opened.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/hash.hpp"

namespace dataflow {

/// A value as text; nothing for NULL.
using Cell = std::optional<std::string>;
using Row = std::vector<Cell>;
using Rows = std::vector<Row>;
using Deadline = std::optional<std::chrono::steady_clock::time_point>;

/// One server session. Not for two threads at once. Every member throws Error with the server's code and the statement.
class Connection {
 public:
  virtual ~Connection() = default;
  /// Runs one statement and returns the rows it changed.
  virtual std::uint64_t run(std::string_view sql, const Row& parameters = {}) = 0;
  virtual Rows query(std::string_view sql, const Row& parameters = {}) = 0;
  /// Runs every statement of a script.
  virtual void script(std::string_view sql) = 0;
  /// What the rows of a query are, in any order; values of different types differ.
  virtual RowsDigest digest(std::string_view sql) = 0;
  /// Compiles without running. Nothing when the server accepts it, its complaint otherwise.
  virtual std::optional<std::string> complaint(std::string_view sql) = 0;
  /// From now on no statement runs past `when`: Error{timeout}.
  virtual void set_deadline(Deadline when) = 0;
  /// Statements sent so far.
  std::uint64_t statements() const { return statements_; }

 protected:
  std::uint64_t statements_ = 0;
};

}  // namespace dataflow
