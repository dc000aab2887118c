// Backups as a table.
#pragma once
#include <string>
#include <vector>

#include "dataflow/execute.hpp"

namespace dataflow::cli {

std::string backup_table(const std::vector<Backup>& backups);

}  // namespace dataflow::cli
