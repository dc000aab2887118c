#include "support/sqlite.hpp"

#include <sqlite3.h>
#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>

namespace dataflow::test {

namespace {

struct Handle {
  sqlite3* db = nullptr;
  explicit Handle(const std::string& path) {
    if (sqlite3_open(path.c_str(), &db) != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(db));
    sqlite3_busy_timeout(db, 5000);
  }
  ~Handle() { sqlite3_close(db); }
};

std::string quoted(const std::string& name) {
  std::string out = "\"";
  for (char c : name) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}

std::string text_of(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL: return "NULL";
    case SQLITE_BLOB: {
      std::string out = "x'";
      const auto* bytes = static_cast<const unsigned char*>(sqlite3_column_blob(statement, column));
      for (int i = 0; i < sqlite3_column_bytes(statement, column); ++i) {
        char hex[3];
        std::snprintf(hex, sizeof hex, "%02x", bytes[i]);
        out += hex;
      }
      return out + "'";
    }
    default: return reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  }
}

}  // namespace

Folder::Folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "dataflow-test-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a directory " + pattern);
  path_ = pattern;
}
Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void Sqlite::run(const std::string& script) const {
  const Handle handle(path_);
  char* message = nullptr;
  if (sqlite3_exec(handle.db, script.c_str(), nullptr, nullptr, &message) == SQLITE_OK) return;
  const std::string said = message == nullptr ? sqlite3_errmsg(handle.db) : message;
  sqlite3_free(message);
  throw std::runtime_error(said);
}

std::vector<std::string> Sqlite::rows(const std::string& query) const {
  const Handle handle(path_);
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(handle.db, query.c_str(), -1, &statement, nullptr) != SQLITE_OK)
    throw std::runtime_error(sqlite3_errmsg(handle.db));
  std::vector<std::string> out;
  while (sqlite3_step(statement) == SQLITE_ROW) {
    std::string row;
    for (int i = 0; i < sqlite3_column_count(statement); ++i) row += (i == 0 ? "" : "|") + text_of(statement, i);
    out.push_back(row);
  }
  sqlite3_finalize(statement);
  return out;
}

std::string Sqlite::value(const std::string& query) const {
  const auto all = rows(query);
  if (all.size() != 1) throw std::runtime_error("one row expected from " + query);
  return all[0];
}

std::string Sqlite::dump() const {
  std::string out;
  for (const std::string& object :
       rows("SELECT type || ' ' || name || ' ' || replace(coalesce(sql, ''), char(34), '') FROM sqlite_schema WHERE "
            "name NOT LIKE 'dataflow!_%' ESCAPE '!' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY type, name"))
    out += object + "\n";
  for (const std::string& table :
       rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'dataflow!_%' ESCAPE '!' AND name "
            "NOT LIKE 'sqlite!_%' ESCAPE '!' AND sql NOT LIKE 'create virtual%' ORDER BY name"))
    for (const std::string& row : rows("SELECT * FROM " + quoted(table) + "")) out += table + ": " + row + "\n";
  return out;
}

}  // namespace dataflow::test
