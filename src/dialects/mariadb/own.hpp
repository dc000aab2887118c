// dataflow's own tables in MariaDB and MySQL.
#pragma once
#include <array>
#include <string_view>

namespace dataflow::mariadb {

inline constexpr std::string_view own_prefix = "dataflow_";

/// Names are compared byte by byte. What is longer than a key can be (plans, keys set aside) is in no key.
inline constexpr std::array<std::string_view, 4> own_tables = {
    "CREATE TABLE IF NOT EXISTS dataflow_history (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, version varchar(255) "
    "NOT NULL UNIQUE, status varchar(32) NOT NULL, description longtext NOT NULL, applied_at varchar(32) NOT NULL, "
    "rolled_back_at varchar(32), applied_by varchar(255) NOT NULL, duration_ms bigint NOT NULL, checksum varchar(255) "
    "NOT NULL, error longtext, plan longtext NOT NULL, owned_before longtext) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT "
    "CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
    "CREATE TABLE IF NOT EXISTS dataflow_state (`key` varchar(255) NOT NULL PRIMARY KEY, value longtext NOT NULL) "
    "ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
    "CREATE TABLE IF NOT EXISTS dataflow_backups (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, version varchar(255) "
    "NOT NULL, table_name varchar(255) NOT NULL, column_name varchar(255) NOT NULL, kind varchar(32) NOT NULL, "
    "location varchar(255) NOT NULL UNIQUE, key_columns longtext NOT NULL, row_count bigint NOT NULL, checksum "
    "varchar(255) NOT NULL, created_at varchar(32) NOT NULL, restored_at varchar(32)) ENGINE=InnoDB "
    "ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
    "CREATE TABLE IF NOT EXISTS dataflow_schemas (fingerprint varchar(255) NOT NULL PRIMARY KEY, snapshot longtext NOT "
    "NULL) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin"};

inline constexpr std::string_view own_exist =
    "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'dataflow_state'";

}  // namespace dataflow::mariadb
