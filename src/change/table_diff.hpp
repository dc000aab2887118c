// Two states of one table in, changes to its parts out.
#pragma once
#include <functional>
#include <vector>

#include "change/sameness.hpp"
#include "dataflow/change.hpp"

namespace dataflow {

/// Changes to the parts of tables, by the moment at which they can be carried out. Each list is complete for all
/// tables before the next begins.
struct PartChanges {
  std::vector<Change> drop_foreign_keys;    ///< before any table is dropped
  std::vector<Change> drop_parts;           ///< indexes, checks, uniques, primary keys: before their columns change
  std::vector<Change> build;                ///< once all tables are there: columns, options, keys, indexes
  std::vector<Change> create_foreign_keys;  ///< once what they reference is there
  std::vector<Change> drop_columns;         ///< once nothing uses them any more
};

struct ColumnTurnover {
  std::vector<const Column*> dropped, created;
};

struct TableComparison {
  const Same& same;
  std::function<bool(const Path&)> table_is_dropped;
  std::function<bool(const Index&)> may_drop;  ///< asked once for every index that nobody wants
};

/// `before` is called as `after` and so are its columns: renames come first.
ColumnTurnover compare(const Table& before, const Table& after, const TableComparison& by, PartChanges& out);

}  // namespace dataflow
