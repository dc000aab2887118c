// How the tables are called in which data is set aside, on every server.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "dataflow/plan.hpp"

namespace dataflow {

struct AsideNames {
  std::string_view prefix;  ///< "dataflow_backup_", or the schema that holds them with its dot
  std::size_t longest;      ///< letters of the table and column that are still to be read in the name
};

/// A place for the data of a table or column: a name that needs no quotes, tells `origin` (plan, direction and table),
/// column and kind apart, and is neither among `taken` nor that of one of `asides`.
SetAside aside_for(const AsideNames& names, const std::string& origin, const Name& table, const Name& column,
                   std::string kind, const std::vector<std::string>& taken, const std::vector<SetAside>& asides = {});

}  // namespace dataflow
