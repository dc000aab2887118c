// Two schemas in, typed changes out.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "dataflow/change.hpp"

namespace dataflow {

/// When two spellings mean the same to a server. The default is byte for byte. `names` may only fold the case of ASCII
/// letters: a table or column whose name differs so is renamed, an index or definition left as it is called.
struct Sameness {
  bool (*names)(std::string_view, std::string_view) = nullptr;
  bool (*types)(const Type&, const Type&) = nullptr;
  bool (*expressions)(std::string_view, std::string_view) = nullptr;
  bool index_case = false;  ///< an index whose name differs by its case only is renamed
};

/// What may be dropped because it is missing in the wanted schema. Parts of a wanted table always may.
struct Ownership {
  bool everything = false;  ///< true: whatever is missing is dropped
  Schema owned = {};        ///< otherwise: only tables, indexes and definitions that stand here
};

/// An object of the database that nobody asked for and nobody owns: reported, left alone.
struct Unmanaged {
  std::string kind;
  Path path;
  Name on;  ///< index, trigger: its table
  bool operator==(const Unmanaged&) const = default;
};

/// A drop and a create of the same shape: perhaps a rename. Never taken without a hint.
struct RenameCandidate {
  Path table;  ///< the table, for columns; the new table, for tables
  Name before, after;
  bool is_column = false;
  std::string reason;
  bool operator==(const RenameCandidate&) const = default;
};

struct Difference {
  std::vector<Change> changes;  ///< in an order in which `apply_change` can carry them out
  std::vector<Unmanaged> unmanaged;
  std::vector<RenameCandidate> candidates;
  std::vector<std::string> notes;  ///< hints that did not apply, and why
};

/// What turns `from` into `to.schema`. Deterministic: the order of the tables does not matter. That of columns is not
/// compared. Drops carry the index that the object has when its turn comes; creates go to the end.
/// Order: definitions dropped, tables renamed, columns renamed, foreign keys and other parts dropped, tables dropped
/// (children first) and created (parents first), columns, keys and indexes built, foreign keys created, columns
/// dropped, definitions created.
Difference diff(const Schema& from, const Wanted& to, const Sameness& sameness = {},
                const Ownership& ownership = {true, {}});

}  // namespace dataflow
