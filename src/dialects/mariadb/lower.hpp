// What the files that turn changes into statements share. Private to this folder's lower*.cpp.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dialects/mariadb/flavour.hpp"
#include "dialects/mariadb/mariadb.hpp"

namespace dataflow::mariadb {

/// Statements of one step in one direction.
struct Block {
  std::string title;
  std::vector<Statement> statements;
};

/// What leads from one shape of a table to the next; values follow behind.
struct Link {
  Block main;
  std::vector<Block> behind;
};

/// Data that one direction sets aside: the other direction puts it back.
struct Keeping {
  SetAside aside;
  std::string place;  ///< the statement that makes its place, unless that is there
};
using Kept = std::map<std::pair<Name, Name>, Keeping>;  // by table and column

/// A statement that commits by itself, as a step.
Block lone(std::string title, std::string sql);

/// Whether a column holds values of its own.
bool stored(const Column& column);

/// One direction: what it writes, and the data it keeps.
class Direction {
 public:
  Direction(const LowerOptions& options, const Hints& hints, std::string direction, std::vector<SetAside>& asides)
      : options_(options),
        hints_(hints),
        direction_(std::move(direction)),
        asides_(asides),
        flavour_(flavour_of(options.version)) {}

  /// What the other direction has set aside, for this one to put back.
  const Kept* returns = nullptr;
  Kept kept = {};

  /// The shapes that a table passes on its way, the first one left out, and for each the values that existing rows are
  /// given once it is reached.
  struct Stop {
    Table table;
    std::vector<Statement> values = {};
    std::vector<Block> before_values = {};
  };
  std::vector<Stop> stops(const Table& before, const Table& after);
  Link link(const Table& before, const Table& after);
  Block drop(const Table& table);
  Block create(const Table& table);
  Block drop_keys(const Table& table, const std::vector<ForeignKey>& keys) const;
  Block add_keys(const Table& table, const std::vector<ForeignKey>& keys) const;
  Block check_keys(const Table& table, const std::vector<ForeignKey>& keys) const;
  Block definition(const Definition* before, const Definition* after);

 private:
  const Keeping* returned(const Name& table, const Name& column) const {
    if (returns == nullptr) return nullptr;
    const auto found = returns->find({table, column});
    return found == returns->end() ? nullptr : &found->second;
  }
  Keeping& keep(const Name& table, const Name& column, std::string kind);
  Keeping& keep(const Table& table, const Column& column, const Column* becomes);

  const LowerOptions& options_;
  const Hints& hints_;
  std::string direction_;
  std::vector<SetAside>& asides_;
  const Flavour flavour_;
};

// lower_order.cpp
enum class Phase {
  definition_drop,
  key_drop,
  table_rename,
  column_rename,
  sequence_create,
  table_create,
  parts,
  table_drop,
  key_create,
  definition_create
};

/// Changes that are carried out together, with the places they came from.
struct Move {
  Phase phase;
  std::vector<Change> changes;
  std::vector<std::size_t> of;
};

/// What `changes` come to, in the order in which it is carried out.
std::vector<Move> moves_of(const Schema& from, const std::vector<Change>& changes);

}  // namespace dataflow::mariadb
