// The values that existing rows of a new or newly required column get.
#pragma once
#include <optional>
#include <string>
#include <variant>

#include "dataflow/diff.hpp"

namespace dataflow {

/// `literal` writes a constant.
template <class Write> std::string as_sql(const std::variant<Literal, Sql>& value, Write literal) {
  if (const auto* constant = std::get_if<Literal>(&value)) return literal(*constant);
  return "(" + std::get<Sql>(value).text + ")";
}

/// What `hints` give to the rows of a column, as SQL; nothing where they do not speak of it. `same` compares names as
/// the server does, `literal` writes a constant.
template <class Same, class Write>
std::optional<std::string> fill_of(const Hints& hints, const Path& table, const Name& column, Same same,
                                   Write literal) {
  for (const Hints::Fill& fill : hints.fills) {
    if (!same(fill.table.name.text, table.name.text) || !same(fill.column.text, column.text)) continue;
    if (!fill.table.schema.empty() && !table.schema.empty() && fill.table.schema != table.schema) continue;
    return as_sql(fill.value, literal);
  }
  return std::nullopt;
}

}  // namespace dataflow
