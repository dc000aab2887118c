#include <array>

#include "dialects/postgresql/postgresql.hpp"

namespace dataflow {

namespace {

constexpr std::array<std::string_view, 2> schemes = {"postgresql", "postgres"};

/// CREATE SCHEMA IF NOT EXISTS asks for the right to create one even where it is there already.
constexpr std::array<std::string_view, 5> own_tables = {
    "DO $$ DECLARE wanted pg_catalog.text; BEGIN FOREACH wanted IN ARRAY ARRAY['dataflow', 'dataflow_backup'] LOOP "
    "IF pg_catalog.to_regnamespace(wanted) IS NULL THEN EXECUTE 'CREATE SCHEMA ' || wanted; END IF; END LOOP; END $$",
    "CREATE TABLE IF NOT EXISTS dataflow.history (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, version text NOT "
    "NULL UNIQUE, status text NOT NULL, description text NOT NULL, applied_at text NOT NULL, rolled_back_at text, "
    "applied_by text NOT NULL, duration_ms bigint NOT NULL, checksum text NOT NULL, error text, plan text NOT NULL, "
    "owned_before text)",
    "CREATE TABLE IF NOT EXISTS dataflow.state (key text PRIMARY KEY, value text NOT NULL)",
    "CREATE TABLE IF NOT EXISTS dataflow.backups (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, version text NOT "
    "NULL, table_name text NOT NULL, column_name text NOT NULL, kind text NOT NULL, location text NOT NULL UNIQUE, "
    "key_columns text NOT NULL, row_count bigint NOT NULL, checksum text NOT NULL, created_at text NOT NULL, "
    "restored_at text)",
    "CREATE TABLE IF NOT EXISTS dataflow.schemas (fingerprint text PRIMARY KEY, snapshot text NOT NULL)"};

bool same_bytes(std::string_view a, std::string_view b) { return a == b; }

}  // namespace

const Dialect postgresql_dialect = {
    .name = "postgresql",
    .schemes = schemes,
    .soci_backend = "postgresql",
    .embedded = false,
    .own = "dataflow.",
    .own_tables = own_tables,
    .own_exist = "SELECT 1 WHERE pg_catalog.to_regclass('dataflow.state') IS NOT NULL",
    .sameness = {same_bytes, postgresql::same_type, same_bytes},
    .quote = postgresql::quote,
    .literal = postgresql::text_literal,
    .type_name = postgresql::type_name,
    .canonical = postgresql::canonical,
    .connect = postgresql::connect,
    .adopt = postgresql::adopt,
    .inspect = postgresql::inspect,
    .reread = nullptr,
    .create_statements = postgresql::creation_script,
    .normalize = postgresql::normalize,
    .load = postgresql::load,
    .settle = postgresql::settle,
    .renamed = postgresql::renamed,
    .lower = postgresql::lower_changes,
    .rehearse = postgresql::rehearse,
    .set_aside_tables = postgresql::set_aside_tables,
    .survey = postgresql::survey,
    .facts = postgresql::all_facts(),
    .version =
        [](Connection& connection) {
          const int number = postgresql::server(connection).version();  // 150018 for 15.18
          return Since{number / 10'000, number % 10'000};
        },
    .restore = postgresql::restore,
    .begin = postgresql::begin,
    .hold = postgresql::hold,
    .catalog_digest = postgresql::catalog_digest,
    .standing = postgresql::standing,
    .split = postgresql::split_file,
    .as_client = "search_path = \"$user\", public",
    .as_ours = "search_path = ''",
    .stand = postgresql::stand,
};

}  // namespace dataflow
