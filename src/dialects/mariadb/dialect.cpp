#include <array>

#include "core/text.hpp"
#include "dialects/mariadb/mariadb.hpp"
#include "dialects/mariadb/tokens.hpp"

namespace dataflow {

namespace {

constexpr std::array<std::string_view, 2> schemes = {"mariadb", "mysql"};

constexpr std::array<std::string_view, 3> own_tables = {
    "CREATE TABLE IF NOT EXISTS dataflow_history (id BIGINT AUTO_INCREMENT PRIMARY KEY, version VARCHAR(255) NOT NULL "
    "UNIQUE, status VARCHAR(32) NOT NULL, description LONGTEXT NOT NULL, applied_at VARCHAR(40) NOT NULL, "
    "rolled_back_at VARCHAR(40), applied_by VARCHAR(255) NOT NULL, duration_ms BIGINT UNSIGNED NOT NULL, checksum "
    "VARCHAR(128) NOT NULL, error LONGTEXT, plan LONGTEXT NOT NULL, owned_before LONGTEXT) ENGINE=InnoDB DEFAULT "
    "CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
    "CREATE TABLE IF NOT EXISTS dataflow_state (`key` VARCHAR(64) PRIMARY KEY, value LONGTEXT NOT NULL) ENGINE=InnoDB "
    "DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
    "CREATE TABLE IF NOT EXISTS dataflow_backups (id BIGINT AUTO_INCREMENT PRIMARY KEY, version VARCHAR(255) NOT NULL, "
    "table_name VARCHAR(255) NOT NULL, column_name VARCHAR(255) NOT NULL, kind VARCHAR(64) NOT NULL, location "
    "VARCHAR(255) NOT NULL UNIQUE, key_columns LONGTEXT NOT NULL, row_count BIGINT UNSIGNED NOT NULL, checksum "
    "VARCHAR(128) NOT NULL, created_at VARCHAR(40) NOT NULL, restored_at VARCHAR(40)) ENGINE=InnoDB DEFAULT "
    "CHARSET=utf8mb4 COLLATE=utf8mb4_bin"};

}  // namespace

const Dialect mariadb_dialect = {
    .name = "mariadb",
    .schemes = schemes,
    .soci_backend = "mysql",
    .embedded = false,
    .own = "dataflow_",
    .own_tables = own_tables,
    .own_exist =
        "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = "
        "'dataflow_state'",
    .sameness = {equal_ignoring_case, mariadb::same_type, mariadb::same_tokens, true},
    .quote = mariadb::quote,
    .literal = mariadb::text_literal,
    .canonical = mariadb::canonical,
    .connect = mariadb::connect,
    .adopt = mariadb::adopt,
    .inspect = mariadb::inspect,
    .create_statements = mariadb::creation_script,
    .normalize = mariadb::normalize,
    .load = mariadb::load,
    .settle = mariadb::settle,
    .renamed = mariadb::renamed,
    .lower = mariadb::lower_changes,
    .rehearse = mariadb::rehearse,
    .set_aside_tables = mariadb::set_aside_tables,
    .survey = mariadb::survey,
    .facts = mariadb::all_facts(),
    .version =
        [](Connection& connection) {
          const int number = mariadb::server(connection).version();  // 101119 for 10.11.19
          return Since{number / 10'000, number / 100 % 100};
        },
    .restore = mariadb::restore,
    .begin = mariadb::begin,
    .hold = mariadb::hold,
    .catalog_digest = mariadb::catalog_digest,
    .standing = mariadb::standing,
};

}  // namespace dataflow
