#include "cli/backups.hpp"

#include "cli/table.hpp"

namespace dataflow::cli {

std::string backup_table(const std::vector<Backup>& backups) {
  Rows rows = {{"ID", "VERSION", "OF", "KIND", "ROWS", "CREATED", "RESTORED"}};
  for (const auto& b : backups)
    rows.push_back({std::to_string(b.id), b.version, b.column.empty() ? b.table : b.table + '.' + b.column, b.kind,
                    std::to_string(b.rows), b.created_at, b.restored_at});
  return aligned(rows);
}

}  // namespace dataflow::cli
