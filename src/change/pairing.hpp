// Which object of one schema is which of the other: by name, by hints of a rename, by names that differ in case.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "change/sameness.hpp"

namespace dataflow {

struct RenameHint {
  Path after;
  Name before;
};

struct Renamed {
  std::size_t index;  ///< the existing object
  Name before, after;
};

struct Pairing {
  std::vector<std::size_t> existing;  ///< for each wanted object the existing one, or `nowhere`
  std::vector<Renamed> renames;       ///< in an order in which no name is taken
};

/// A hint applies when its old name exists and its new one does not, also in a chain (b to c, then a to b). One that
/// was carried out before is passed over; any other that does not apply gets a note. `title` names a wanted object
/// there. Columns are passed as paths without schema.
Pairing pair(std::vector<Path> existing, const std::vector<Path>& wanted, std::vector<RenameHint> hints,
             const Same& same, const std::function<std::string(const Path&)>& title, std::vector<std::string>& notes);

}  // namespace dataflow
