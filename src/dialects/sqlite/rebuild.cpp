#include "dialects/sqlite/rebuild.hpp"

#include "core/text.hpp"
#include "dialects/sqlite/set_aside.hpp"

namespace dataflow::sqlite {

Name scratch_name(const Table& table) { return Name("dataflow_new_" + table.name.text); }

/// Rows keep their rowid where it is nobody's column: other tables, full-text indexes and people may have noted it.
bool keeps_rowid(const Table& before, const Table& after) {
  return rowid_column(after) == nullptr && !rowid_name(before).empty() && !rowid_name(after).empty();
}

std::vector<Statement> fill_copy(const Rebuild& r) {
  const std::string old = quote(r.before.name.text), copy = quote(scratch_name(r.before).text);
  std::vector<std::string> targets, sources, same;
  if (keeps_rowid(r.before, r.after)) {
    targets.push_back(rowid_name(r.after));
    sources.push_back("o." + rowid_name(r.before));
  }
  const bool same_rowid = !targets.empty();
  for (const Carry& carry : r.carries) {
    if (carry.source.empty()) continue;
    targets.push_back(quote(carry.column.text));
    sources.push_back(carry.source);
    if (carry.same) same.push_back(quote(carry.column.text));
  }
  std::vector<Statement> out = {Run{create_table(r.after, scratch_name(r.before))}};
  if (!targets.empty())
    out.push_back(Run{"INSERT INTO " + copy + " (" + join(targets, ", ") + ")\n  SELECT " + join(sources, ", ") +
                      "\n  FROM " + old + " AS o" + (r.joins.empty() ? "" : "\n  " + join(r.joins, "\n  "))});
  std::string left = join(same, ", "), right = left;
  if (same_rowid) {
    left = rowid_name(r.before) + (left.empty() ? "" : ", ") + left;
    right = rowid_name(r.after) + (right.empty() ? "" : ", ") + right;
  }
  if (left.empty()) left = right = "count(*)";
  out.push_back(SameRows{"SELECT " + left + " FROM " + old, "SELECT " + right + " FROM " + copy,
                         "the rebuilt table " + r.before.name.text + " does not hold the rows of the old one"});
  return out;
}

/// The old name is given to the new table with legacy_alter_table on: nothing else in the schema is rewritten, and
/// nothing else needs to be, because everything already speaks of the old name.
std::vector<Statement> take_place(const Rebuild& r) {
  const std::string old = quote(r.before.name.text), copy = quote(scratch_name(r.before).text);
  std::vector<Statement> out;
  const auto autoincrement = [](const Table& t) {
    return rowid_column(t) != nullptr && rowid_column(t)->identity == Identity::always;
  };
  const std::string to = text_literal(scratch_name(r.before).text);
  if (autoincrement(r.before) != autoincrement(r.after)) {
    // The mark stays with the table, in use or not: going back must not hand out a number twice.
    out.push_back(Run{"INSERT INTO sqlite_sequence (name, seq) SELECT " + to +
                      ", max(seq) FROM sqlite_sequence WHERE name IN (" + to + ", " + text_literal(r.before.name.text) +
                      ") HAVING max(seq) > 0"});
    out.push_back(Run{"DELETE FROM sqlite_sequence WHERE name = " + to +
                      " AND rowid < (SELECT max(rowid) FROM sqlite_sequence WHERE name = " + to + ")"});
  } else if (autoincrement(r.before)) {
    out.push_back(Run{"DELETE FROM sqlite_sequence WHERE name = " + to});
    out.push_back(Run{"INSERT INTO sqlite_sequence (name, seq) SELECT " + to +
                      ", seq FROM sqlite_sequence WHERE name = " + text_literal(r.before.name.text)});
  }
  out.push_back(Run{"DROP TABLE " + old});
  out.push_back(Run{"PRAGMA legacy_alter_table = ON"});
  out.push_back(Run{"ALTER TABLE " + copy + " RENAME TO " + quote(r.after.name.text)});
  out.push_back(Run{"PRAGMA legacy_alter_table = OFF"});
  for (const Index& index : r.after.indexes) out.push_back(Run{create_index(index, r.after.name)});
  for (const std::string& trigger : r.triggers) out.push_back(Run{trigger});
  return out;
}

}  // namespace dataflow::sqlite
