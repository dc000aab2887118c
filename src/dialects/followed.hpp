// A schema that is followed while a migration goes through it: read whole once, and after each step only what that step
// may have changed. So the cost of a step does not grow with the schema around it.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "dialects/dialect.hpp"

namespace dataflow {

/// What tells a schema from others between two steps: the digests of its objects, up to spellings that the server does
/// not tell apart, added up.
class Place {
 public:
  void add(const Dialect& dialect, const Table& table) { take(dialect, one(table), 1); }
  void add(const Dialect& dialect, const Definition& definition) { take(dialect, one(definition), 1); }
  void remove(const Dialect& dialect, const Table& table) { take(dialect, one(table), ~std::uint64_t{0}); }
  void remove(const Dialect& dialect, const Definition& definition) {
    take(dialect, one(definition), ~std::uint64_t{0});
  }
  std::string text() const;  ///< 64 hexadecimal digits

 private:
  static Schema one(const Table& table) { return {.tables = {table}}; }
  static Schema one(const Definition& definition) { return {.definitions = {definition}}; }
  void take(const Dialect& dialect, Schema object, std::uint64_t times);
  std::array<std::uint64_t, 4> sum_ = {};
};

std::string place(const Dialect& dialect, const Schema& schema);

class Followed {
 public:
  /// Reads it whole.
  Followed(const Dialect& dialect, Connection& connection);
  /// These have run since.
  void after(const std::vector<Statement>& statements);
  const Schema& schema() const { return schema_; }
  std::string place() const { return place_.text(); }

 private:
  void read_whole();

  const Dialect& dialect_;
  Connection& connection_;
  Schema schema_;
  Place place_;
};

}  // namespace dataflow
