#include <algorithm>
#include <array>

#include "core/text.hpp"
#include "dialects/sqlite/sqlite.hpp"

namespace dataflow::sqlite {

bool without_rowid(const Table& table) { return table.options.attributes.contains("without rowid"); }
bool strict(const Table& table) { return table.options.attributes.contains("strict"); }

const Column* rowid_column(const Table& table) {
  const auto it = std::find_if(table.columns.begin(), table.columns.end(),
                               [](const Column& c) { return c.identity != Identity::none; });
  return it == table.columns.end() || without_rowid(table) ? nullptr : &*it;
}

RowKey row_key(const Table& table) {
  RowKey key;
  if (const Column* column = rowid_column(table)) {
    key.columns = {column->name};
    return key;
  }
  if (!without_rowid(table)) {
    for (std::string_view candidate : {"rowid", "_rowid_", "oid"}) {
      const bool hidden = std::any_of(table.columns.begin(), table.columns.end(),
                                      [&](const Column& c) { return equal_ignoring_case(c.name.text, candidate); });
      if (!hidden && key.rowid.empty()) key.rowid = candidate;
    }
  }
  key.stable = false;
  if (!table.primary_key) return key;
  for (const KeyPart& part : table.primary_key->parts) {
    const Column* column = find_column(table, part.column);
    // SQLite allows NULL in a primary key of an ordinary table: such a key finds nothing again.
    if (column == nullptr || column->nullable) return key;
  }
  for (const KeyPart& part : table.primary_key->parts) key.columns.push_back(part.column);
  key.stable = true;
  return key;
}

}  // namespace dataflow::sqlite
