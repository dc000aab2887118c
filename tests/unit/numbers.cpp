// Numbers of defaults keep every digit, wherever they are written.
#include <doctest/doctest.h>

#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include "codegen/codegen.hpp"
#include "core/number.hpp"
#include "dataflow/database.hpp"
#include "dialects/mariadb/mariadb.hpp"
#include "dialects/postgresql/postgresql.hpp"
#include "dialects/sqlite/sqlite.hpp"

using namespace dataflow;

namespace {

/// A table with a column for each value, as a document gives it.
Schema with_defaults(const std::vector<Literal>& values) {
  Schema schema{.dialect = "sqlite", .tables = {{.name = "t"}}};
  for (const Literal& value : values) {
    const std::string name = "c" + std::to_string(schema.tables[0].columns.size());
    schema.tables[0].columns.push_back(
        {.name = name, .type = {.kind = Kind::float64, .spelled = "REAL"}, .default_value = value});
  }
  return schema;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a number has the fewest digits that are read back as it") {
  CHECK(number_text(0.1) == "0.1");
  CHECK(number_text(1e300) == "1e+300");
  CHECK(number_text(1234567.891) == "1234567.891");
  CHECK(number_text(-2.5e-7) == "-2.5e-07");
  CHECK(number_text(5) == "5");
  CHECK(number_text(0.1 + 0.2) == "0.30000000000000004");
  for (const double value : {std::numeric_limits<double>::min(), std::numeric_limits<double>::max(), -1.0 / 3})
    CHECK(std::strtod(number_text(value).c_str(), nullptr) == value);
}

TEST_CASE("a struct and a document have the default of a column with all of its digits") {
  const Schema schema = with_defaults(
      {{0.1}, {1e300}, {1234567.891}, {-2.5e-7}, {std::int64_t{-3}}, {std::uint64_t{18446744073709551615u}}});
  const std::string structs = codegen::hpp(schema), document = codegen::markdown(schema, "numbers", {});
  for (const std::string number : {"0.1", "1e+300", "1234567.891", "-2.5e-07", "-3", "18446744073709551615"}) {
    INFO(number);
    CHECK(contains(structs, ", \"" + number + "\")"));
    CHECK(contains(document, '`' + number + '`'));
  }
}

TEST_CASE("a struct has the default of a database as it is written there") {
  const Schema schema = schema_from_sql("sqlite",
                                        "CREATE TABLE t (a REAL DEFAULT 0.1, b REAL DEFAULT 1e300, c REAL DEFAULT "
                                        "1234567.891, d REAL DEFAULT -0.25, e INTEGER DEFAULT -7);",
                                        "t.sql")
                            .schema;
  const std::string structs = codegen::hpp(schema);
  for (const std::string number : {"0.1", "1e300", "1234567.891", "-0.25"}) {
    INFO(number);
    CHECK(contains(structs, ", \"" + number + "\")"));
  }
  CHECK(contains(structs, "= -7;"));
}

TEST_CASE("every server is told a number in the same digits") {
  const Type real{.kind = Kind::float64};
  CHECK(sqlite::literal({0.1}) == "0.1");
  CHECK(sqlite::literal({2.0}) == "2.0");
  CHECK(postgresql::literal({1234567.891}, real) == "1234567.891");
  CHECK(postgresql::literal({1e300}, real) == "'1e+300'");
  CHECK(mariadb::literal({0.1}) == "0.1");
  CHECK(mariadb::literal({1234567.891}) == "1234567.891");
  CHECK(mariadb::literal({1e300}) == "1e+300");
}
