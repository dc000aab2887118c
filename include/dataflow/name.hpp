// Identifiers and SQL text: two kinds of string that never turn into each other.
#pragma once
#include <compare>
#include <string>
#include <string_view>
#include <utility>

namespace dataflow {

/// An identifier exactly as the user means it: unquoted, case kept, any character allowed.
/// Becomes SQL only through `quote` of a dialect.
struct Name {
  std::string text;
  Name() = default;
  Name(std::string_view name) : text(name) {}
  Name(std::string name) : text(std::move(name)) {}
  Name(const char* name) : text(name) {}
  bool empty() const { return text.empty(); }
  auto operator<=>(const Name&) const = default;
};

/// Text that is already SQL of the dialect at hand: an expression, a clause or a statement without its semicolon.
struct Sql {
  std::string text;
  Sql() = default;
  explicit Sql(std::string sql) : text(std::move(sql)) {}
  bool empty() const { return text.empty(); }
  bool operator==(const Sql&) const = default;
};

/// Where a top-level object lives. `schema` is empty on servers without schemas (SQLite) and in models that name none.
struct Path {
  Name schema, name;
  auto operator<=>(const Path&) const = default;
};

}  // namespace dataflow
