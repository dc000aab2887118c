#include <array>

#include "core/text.hpp"
#include "dialects/mariadb/mariadb.hpp"
#include "dialects/mariadb/own.hpp"
#include "dialects/mariadb/tokens.hpp"

namespace dataflow {

namespace {

constexpr std::array<std::string_view, 2> schemes = {"mariadb", "mysql"};

}  // namespace

const Dialect mariadb_dialect = {
    .name = "mariadb",
    .schemes = schemes,
    .soci_backend = "mysql",
    .embedded = false,
    .own = mariadb::own_prefix,
    .own_tables = mariadb::own_tables,
    .own_exist = mariadb::own_exist,
    .sameness = {equal_ignoring_case, mariadb::same_type, mariadb::same_tokens, true},
    .quote = mariadb::quote,
    .literal = mariadb::text_literal,
    .type_name = mariadb::type_name,
    .canonical = mariadb::canonical,
    .connect = mariadb::connect,
    .adopt = mariadb::adopt,
    .inspect = mariadb::inspect,
    .reread = mariadb::reread,
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
    .split = mariadb::split_file,
    .as_client = "",
    .as_ours = "",
    .stand = mariadb::stand,
};

}  // namespace dataflow
