// Puts changes into an order that PostgreSQL can carry out, with what stands in the way taken down and put back.
#pragma once
#include <cstddef>
#include <optional>
#include <vector>

#include "dialects/dialect.hpp"

namespace dataflow::postgresql {

/// A change where its turn comes.
struct Arranged {
  Change change;
  std::vector<std::size_t> of = {};      ///< the changes that this is the main part of
  std::optional<std::size_t> with = {};  ///< the server makes it together with this change
  bool anew = false;                     ///< the table or type is made anew
  bool aside = false;                    ///< goes only to come back, or comes back
};

/// Every order of `changes` leads to the same schema; this one can be run. A dependent that cannot stay while its base
/// is changed becomes a pair: dropped as `from` has it, created as `to` (or, where it says nothing, the changes) has
/// it.
std::vector<Arranged> arrange(const Schema& from, const Schema* to, const std::vector<Change>& changes);

/// Moves what commits by itself before or behind the rest, where that leads to the same: labels of enums first, and
/// where `options` say so, indexes last. (arrange_alone.cpp)
void set_apart(std::vector<Arranged>& order, const Schema& from, const LowerOptions& options, const Hints& hints);

/// What stands on an object of a schema, and on that, outermost first: what has to go before the object can.
struct Standing {
  std::vector<Change> drops;    ///< in an order in which they can run
  std::vector<Change> creates;  ///< the same objects, in the opposite order
};
/// What stands on a definition; of a type, other than the types and columns that hold it.
Standing standing_on(const Schema& schema, const Definition& definition);

}  // namespace dataflow::postgresql
