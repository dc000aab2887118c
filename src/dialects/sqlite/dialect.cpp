#include <array>

#include <sqlite3.h>

#include "core/text.hpp"
#include "dialects/sqlite/sqlite.hpp"
#include "dialects/sqlite/tokens.hpp"

namespace dataflow {

namespace {

constexpr std::array<std::string_view, 2> schemes = {"sqlite", "sqlite3"};

constexpr std::array<std::string_view, 4> own_tables = {
    "CREATE TABLE IF NOT EXISTS dataflow_history (id INTEGER PRIMARY KEY, version TEXT NOT NULL UNIQUE, status TEXT "
    "NOT NULL, description TEXT NOT NULL, "
    "applied_at TEXT NOT NULL, rolled_back_at TEXT, applied_by TEXT NOT NULL, duration_ms INTEGER NOT NULL, checksum "
    "TEXT NOT NULL, error TEXT, "
    "plan TEXT NOT NULL, owned_before TEXT)",
    "CREATE TABLE IF NOT EXISTS dataflow_state (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS dataflow_backups (id INTEGER PRIMARY KEY, version TEXT NOT NULL, table_name TEXT NOT "
    "NULL, column_name TEXT NOT NULL, "
    "kind TEXT NOT NULL, location TEXT NOT NULL UNIQUE, key_columns TEXT NOT NULL, row_count INTEGER NOT NULL, "
    "checksum TEXT NOT NULL, "
    "created_at TEXT NOT NULL, restored_at TEXT)",
    "CREATE TABLE IF NOT EXISTS dataflow_schemas (fingerprint TEXT PRIMARY KEY, snapshot TEXT NOT NULL)"};

}  // namespace

const Dialect sqlite_dialect = {
    .name = "sqlite",
    .schemes = schemes,
    .soci_backend = "sqlite3",
    .embedded = true,
    .own = "dataflow_",
    .own_tables = own_tables,
    .own_exist = "SELECT 1 FROM sqlite_schema WHERE name = 'dataflow_state'",
    .sameness = {equal_ignoring_case, sqlite::same_type, sqlite::same_tokens},
    .quote = sqlite::quote,
    .literal = sqlite::text_literal,
    .type_name = [](const Type& type) { return sqlite::declared_type(type, false, false); },
    .canonical = sqlite::canonical,
    .connect = sqlite::connect,
    .adopt = sqlite::adopt,
    .inspect = sqlite::inspect,
    .reread = nullptr,
    .create_statements = sqlite::creation_script,
    .normalize = sqlite::normalize,
    .load = sqlite::load,
    .settle = [](const Schema&, Wanted wanted) { return wanted; },
    .renamed = sqlite::renamed,
    .lower = sqlite::lower_changes,
    .rehearse = sqlite::rehearse,
    .set_aside_tables = sqlite::set_aside_tables,
    .survey = sqlite::survey,
    .facts = sqlite::all_facts(),
    .version =
        [](Connection&) {
          const int number = sqlite3_libversion_number();  // 3040001 for 3.40.1
          return Since{number / 1'000'000, number / 1'000 % 1'000};
        },
    .restore = sqlite::restore,
    .begin = sqlite::begin,
    .hold = nullptr,
    .catalog_digest = sqlite::catalog_digest,
    .standing = sqlite::standing,
    .split = sqlite::split_file,
    .as_client = "",
    .as_ours = "",
    .stand = sqlite::stand,
};

}  // namespace dataflow
