#include "dialects/postgresql/settings.hpp"

namespace dataflow::postgresql {

std::span<const Setting> settings() {
  static constexpr Setting all[] = {
      {"search_path", ""},
      {"client_encoding", "UTF8"},
      {"DateStyle", "ISO"},
      {"IntervalStyle", "postgres"},
      {"TimeZone", "UTC"},
      {"extra_float_digits", "1"},
      {"bytea_output", "hex"},
      {"standard_conforming_strings", "on"},
      {"quote_all_identifiers", "off"},
      {"client_min_messages", "error"},
      {"row_security", "off"},  // rows that a policy hides would be lost or not counted: an error is better
      {"jit", "off"},           // compiling a query over catalogs costs more than running it
      {"lock_timeout", "5s"},
      {"statement_timeout", "0"},  // set_deadline() says how long
  };
  return all;
}

std::string apply_settings(std::string_view local) {
  std::string sql;
  for (const Setting& setting : settings())
    sql += std::string(sql.empty() ? "SELECT " : ", ") + "pg_catalog.set_config('" + std::string(setting.name) +
           "', '" + std::string(setting.value) + "', " + std::string(local) + ")";
  return sql;
}

}  // namespace dataflow::postgresql
