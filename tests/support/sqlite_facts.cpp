#include "support/sqlite_facts.hpp"

#include <algorithm>

namespace dataflow::test {

namespace {

std::string doubled(const std::string& text, char quote) {
  std::string out(1, quote);
  for (char c : text) out += c == quote ? std::string(2, c) : std::string(1, c);
  return out + quote;
}

std::string lines(std::vector<std::string> all, bool sorted) {
  if (sorted) std::sort(all.begin(), all.end());
  std::string out;
  for (const std::string& line : all) out += "  " + line + "\n";
  return out;
}

std::string one_line(const std::vector<std::string>& all) {
  std::string out;
  for (const std::string& line : all) out += (out.empty() ? "" : ", ") + line;
  return out;
}

}  // namespace

std::string quoted(const std::string& name) { return doubled(name, '"'); }
std::string literal(const std::string& text) { return doubled(text, '\''); }

std::string facts(const Sqlite& file, const std::string& table) {
  const std::string of = "(" + literal(table) + ")";
  std::string out = file.value(
                        "SELECT 'table without rowid ' || wr || ', strict ' || strict FROM pragma_table_list WHERE "
                        "schema = 'main' AND name = " +
                        literal(table)) +
                    "\n";
  out += lines(
      file.rows("SELECT 'column', name, upper(type), iif(pk = 1 AND upper(type) = 'INTEGER', 'key', \"notnull\"), "
                "dflt_value, pk, hidden FROM pragma_table_xinfo" +
                of),
      false);
  std::vector<std::string> indexes;
  for (const std::string& index : file.rows("SELECT name FROM pragma_index_list" + of)) {
    const std::string about = file.value(
        "SELECT iif(origin = 'c', name, origin) || ' unique ' || \"unique\" || ' partial ' || "
        "partial FROM pragma_index_list" +
        of + " WHERE name = " + literal(index));
    indexes.push_back("index " + about + ": " +
                      one_line(file.rows("SELECT name, desc, upper(coll) FROM pragma_index_xinfo(" + literal(index) +
                                         ") WHERE key ORDER BY seqno")));
  }
  out += lines(indexes, true);
  std::vector<std::string> keys;
  for (const std::string& id : file.rows("SELECT DISTINCT id FROM pragma_foreign_key_list" + of))
    keys.push_back("foreign key " + one_line(file.rows("SELECT lower(\"table\"), lower(\"from\"), lower(\"to\"), "
                                                       "on_update, on_delete FROM pragma_foreign_key_list" +
                                                       of + " WHERE id = " + id + " ORDER BY seq")));
  return "table " + table + "\n" + out + lines(keys, true);
}

}  // namespace dataflow::test
