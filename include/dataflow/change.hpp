// What can happen to a schema: four verbs over the nouns of schema.hpp, each with its inverse.
#pragma once
#include <cstddef>
#include <variant>
#include <vector>

#include "dataflow/schema.hpp"

namespace dataflow {

/// The place of an object among its siblings when it does not matter: at the end.
inline constexpr std::size_t at_end = static_cast<std::size_t>(-1);

/// `in` is the table for parts of a table; for tables and definitions it holds only the schema.
template <class Object> struct Create {
  Path in;
  Object object;
  std::size_t position = at_end;
  bool operator==(const Create&) const = default;
};
/// Carries the whole definition it removes, so that it can be undone.
template <class Object> struct Drop {
  Path in;
  Object object;
  std::size_t position = at_end;
  bool operator==(const Drop&) const = default;
};
template <class Object> struct Alter {
  Path in;
  Object before, after;
  bool operator==(const Alter&) const = default;
};
template <class Object> struct Rename {
  Path in;
  Name before, after;
  bool operator==(const Rename&) const = default;
};

template <class... Objects>
using ChangesTo = std::variant<Create<Objects>..., Drop<Objects>..., Alter<Objects>..., Rename<Table>, Rename<Column>>;

using Change = ChangesTo<Table, Column, PrimaryKey, Unique, ForeignKey, Check, Index, TableOptions, Definition>;

template <class O> Drop<O> inverse(Create<O> c) { return {std::move(c.in), std::move(c.object), c.position}; }
template <class O> Create<O> inverse(Drop<O> c) { return {std::move(c.in), std::move(c.object), c.position}; }
template <class O> Alter<O> inverse(Alter<O> c) { return {std::move(c.in), std::move(c.after), std::move(c.before)}; }
template <class O> Rename<O> inverse(Rename<O> c) { return {std::move(c.in), std::move(c.after), std::move(c.before)}; }

/// The change that takes back `change`.
Change inverse(const Change& change);
/// The changes that take back `changes`: each inverted, last first. A part of a renamed table is named as it was.
std::vector<Change> inverse(const std::vector<Change>& changes);

/// Carries out `change` on `schema`. Renames follow into keys, indexes and foreign keys (not into server-owned text).
/// Throws Error{invalid_schema} when the object to change is not there as the change says.
void apply_change(Schema& schema, const Change& change);

/// The table a change belongs to; for a definition its own path.
Path subject(const Change& change);

}  // namespace dataflow
