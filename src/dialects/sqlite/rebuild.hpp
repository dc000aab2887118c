// The table rebuild: what SQLite needs wherever ALTER TABLE cannot go.
#pragma once
#include <string>
#include <vector>

#include "dialects/sqlite/sqlite.hpp"

namespace dataflow::sqlite {

/// Where a column of the rebuilt table gets its values from.
struct Carry {
  Name column;
  std::string source;         ///< an expression over the old table (alias o) and `joins`; empty: the default
  bool same = false;          ///< the old column's values, byte for byte
  bool keep_changes = false;  ///< values that change are set aside
};

struct Rebuild {
  const Table& before;
  const Table& after;
  std::vector<Carry> carries;
  std::vector<std::string> joins;     ///< "LEFT JOIN dataflow_backup_… AS b0 ON …"
  std::vector<std::string> triggers;  ///< CREATE TRIGGER statements to bring back
};

/// Builds the new table beside the old one, proves that it holds the same rows, and puts it in its place.
/// `keep_changes` columns get their entry through `aside`. Runs with foreign_keys off, inside a transaction.
template <class Aside> std::vector<Statement> rebuild(const Rebuild& r, Aside&& aside);

/// The name under which the new table is built.
Name scratch_name(const Table& table);
bool keeps_rowid(const Table& before, const Table& after);
std::vector<Statement> fill_copy(const Rebuild& r);
std::vector<Statement> take_place(const Rebuild& r);

template <class Aside> std::vector<Statement> rebuild(const Rebuild& r, Aside&& aside) {
  std::vector<Statement> out = fill_copy(r);
  for (const Carry& carry : r.carries) {
    if (!carry.keep_changes) continue;
    for (Statement& statement : aside(carry.column)) out.push_back(std::move(statement));
  }
  for (Statement& statement : take_place(r)) out.push_back(std::move(statement));
  return out;
}

}  // namespace dataflow::sqlite
