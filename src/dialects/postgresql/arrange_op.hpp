// An arranged change among the others: what it needs, what it makes, when its turn comes. Private to arrange*.cpp.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dialects/postgresql/arrange.hpp"
#include "dialects/postgresql/dependents.hpp"

namespace dataflow::postgresql::arranging {

enum class Verb { drop, create, alter, rename };

/// When a change runs where no dependency says otherwise. Lowest first.
enum Phase : int {
  free_sequences,
  drop_standing,
  rename_phase,
  drop_keys,
  drop_parts,
  drop_tables,
  provide,
  create_tables,
  columns,
  parts,
  options_phase,
  create_keys,
  drop_columns,
  own_sequences,
  create_standing,
  drop_providing
};

/// The place of a change among those of its table: each rank waits for the one before.
enum Rank : int {
  table_first = 0,
  early_key_drop,
  early_part_drop,
  early_column_drop,
  column_rename = 10,
  key_drop,
  part_drop,
  generated_drop,
  default_off,
  column_change,
  generated_create,
  default_on,
  part_create,
  table_options,
  column_drop,
  attaching,
  key_create,
  table_last = 90,
  under_old_name = 100
};

struct Op {
  Arranged arranged;
  Verb verb;
  int phase = 0;
  bool lets_go = false;  ///< what it needed before can change after it
  std::vector<Dependency> needs_before = {}, needs_after = {};
  std::vector<std::string> provides = {};        ///< keys of what it makes, changes or removes
  std::vector<std::pair<Path, int>> ranks = {};  ///< tables, and its place among their changes
  std::optional<std::size_t> precedes = {};      ///< a change that has to wait for it
  std::optional<std::size_t> follows = {};       ///< a change that it has to wait for
  std::string takes = {}, leaves = {};           ///< names it needs to be free, names it frees
};

/// What a change leads from and to, and the names on the way.
struct Sides {
  const Schema &from, &to;
  const Naming& naming;
};

// arrange_op.cpp
Op described(Arranged arranged, const Sides& sides);

// arrange_parents.cpp
/// Finds what the server does to an inheriting table together with its parent.
class Parents {
 public:
  /// `anew`: the changes that make a table anew.
  Parents(const Sides& sides, const std::vector<Change>& changes, const std::set<std::size_t>& anew);
  /// The change of a parent table, or of the type of its rows, that makes this one by itself.
  std::optional<std::size_t> change_above(const Change& change, std::size_t self) const;
  /// The change that takes a column from a parent of the table.
  std::optional<std::size_t> drop_of_column(const Path& in, const Name& column) const;
  /// The change of the parent's key, or index, to which a key of a partition belongs, before or after.
  template <class Key> std::optional<std::size_t> change_of_key(const Path& in, const Key& key) const;

 private:
  std::optional<std::size_t> change_of_tree(const Change& change) const;
  std::optional<std::size_t> change_of_type(const Change& change, const Path& in) const;

  const Sides& sides_;
  const std::vector<Change>& changes_;
  const std::set<std::size_t>& anew_;
  std::map<Path, std::vector<Path>> parents_;
};

// arrange_order.cpp
/// An order that every need, rank and name allows; by phase where they leave a choice.
std::vector<Arranged> in_order(const std::vector<Op>& ops);

}  // namespace dataflow::postgresql::arranging
