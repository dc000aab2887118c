// Declared types of SQLite: what they hold, how they convert, and how a logical type is declared.
#include <doctest/doctest.h>

#include "dialects/sqlite/sqlite.hpp"
#include "support/sqlite_facts.hpp"

using namespace dataflow;
using namespace dataflow::test;

namespace {

Kind kind(std::string_view declared) {
  std::uint32_t first = 0, second = 0;
  return sqlite::kind_of(declared, first, second);
}

/// What a column makes of these values, as types.
std::string stored(const Sqlite& file, const std::string& declared, bool strict) {
  file.run("DROP TABLE IF EXISTS t; CREATE TABLE t (c " + declared + ")" + (strict ? " STRICT" : ""));
  std::string out;
  for (const char* value : {"'12'", "'1.5'", "12", "1.5", "2.0", "x'3132'", "'abc'"}) {
    file.run("DELETE FROM t; INSERT INTO t VALUES (" + std::string(value) + ")");
    out += file.value("SELECT typeof(c) FROM t") + " ";
  }
  return out;
}

/// The same by the rules of affinity.
std::string expected(sqlite::Affinity affinity) {
  switch (affinity) {
    case sqlite::Affinity::text: return "text text text text text blob text ";
    case sqlite::Affinity::blob: return "text text integer real real blob text ";
    case sqlite::Affinity::real: return "real real real real real blob text ";
    case sqlite::Affinity::integer:
    case sqlite::Affinity::numeric: return "integer real integer real integer blob text ";
  }
  return {};
}

}  // namespace

TEST_CASE("types: the affinity is what SQLite does with values") {
  Folder folder;
  const Sqlite file(folder / "a.db");
  for (const char* declared : {"INTEGER",
                               "INT",
                               "TINYINT",
                               "BIGINT",
                               "UNSIGNED BIG INT",
                               "INT8",
                               "POINT",
                               "CHARINT",
                               "TEXT",
                               "CHARACTER(20)",
                               "VARCHAR(255)",
                               "VARYING CHARACTER(255)",
                               "NCHAR(55)",
                               "CLOB",
                               "JSON TEXT",
                               "BLOB",
                               "",
                               "BLOBTEXT",
                               "REAL",
                               "DOUBLE",
                               "DOUBLE PRECISION",
                               "FLOAT",
                               "NUMERIC",
                               "DECIMAL(10,5)",
                               "BOOLEAN",
                               "DATE",
                               "DATETIME",
                               "TIMESTAMP",
                               "JSON",
                               "UUID",
                               "STRING",
                               "ANY",
                               "anything",
                               "float4",
                               "xfloax",
                               "MONEY"}) {
    CAPTURE(std::string(declared));
    CHECK(stored(file, declared, false) == expected(sqlite::affinity(declared, false)));
  }
  CHECK(stored(file, "ANY", true) == expected(sqlite::affinity("ANY", true)));
}

TEST_CASE("types: integer and numeric affinity, which values alone do not tell apart") {
  CHECK(sqlite::affinity("BIGINT", false) == sqlite::Affinity::integer);
  CHECK(sqlite::affinity("DECIMAL(10,2)", false) == sqlite::Affinity::numeric);
  CHECK(sqlite::affinity("FLOATING POINT", false) == sqlite::Affinity::integer);
}

TEST_CASE("types: spellings are understood in any case and with any blanks") {
  CHECK(kind("integer") == Kind::int32);
  CHECK(kind("BigInt") == Kind::int64);
  CHECK(kind("unsigned  big\tint") == Kind::uint64);
  CHECK(kind("double precision") == Kind::float64);
  CHECK(kind("boolean") == Kind::boolean);
  CHECK(kind("datetime") == Kind::timestamp);
  CHECK(kind("JSON TEXT") == Kind::json);
  CHECK(kind("") == Kind::other);
  CHECK(kind("MONEY") == Kind::other);
  std::uint32_t first = 0, second = 0;
  CHECK(sqlite::kind_of("DECIMAL( 10 , 2 )", first, second) == Kind::decimal);
  CHECK(first == 10);
  CHECK(second == 2);
  CHECK(sqlite::kind_of("varchar(255)", first, second) == Kind::varchar);
  CHECK(first == 255);
}

TEST_CASE("types: a logical type is declared so that it is read back as the same") {
  Folder folder;
  const Sqlite file(folder / "a.db");
  const std::vector<Type> types = {
      {.kind = Kind::boolean}, {.kind = Kind::int8},      {.kind = Kind::int16},
      {.kind = Kind::int32},   {.kind = Kind::int64},     {.kind = Kind::uint64},
      {.kind = Kind::float32}, {.kind = Kind::float64},   {.kind = Kind::decimal, .precision = 12, .scale = 3},
      {.kind = Kind::decimal}, {.kind = Kind::text},      {.kind = Kind::varchar, .length = 40},
      {.kind = Kind::varchar}, {.kind = Kind::bytes},     {.kind = Kind::date},
      {.kind = Kind::time},    {.kind = Kind::timestamp}, {.kind = Kind::uuid},
      {.kind = Kind::json}};
  for (const Type& type : types) {
    const std::string declared = sqlite::declared_type(type, false, false);
    CAPTURE(declared);
    const Table table = sqlite::read_table("CREATE TABLE t (c " + declared + ")");
    Type read = table.columns.at(0).type;
    CHECK(read.spelled == declared);
    read.spelled.clear();
    CHECK(read == type);
    CHECK_NOTHROW(
        file.run("DROP TABLE IF EXISTS s; CREATE TABLE s (c " + sqlite::declared_type(type, false, true) + ") STRICT"));
  }
  CHECK(sqlite::declared_type({.kind = Kind::int64}, true, false) == "INTEGER");
  CHECK(sqlite::affinity(sqlite::declared_type({.kind = Kind::json}, false, false), false) == sqlite::Affinity::text);
}

TEST_CASE("types: a spelling that needs quotes gets them") {
  for (const char* spelled : {"quoted type", "b]t", "it's", "a\"b", "semi;colon"}) {
    Type type;
    type.spelled = spelled;
    const std::string declared = sqlite::declared_type(type, false, false);
    CAPTURE(declared);
    Folder folder;
    const Sqlite file(folder / "a.db");
    CHECK_NOTHROW(file.run("CREATE TABLE t (c " + declared + ", d INT)"));
    CHECK(sqlite::read_table(file.value("SELECT sql FROM sqlite_schema")).columns.at(0).type.spelled ==
          file.value("SELECT type FROM pragma_table_info('t') WHERE name = 'c'"));
  }
}

TEST_CASE("types: two spellings are the same but for case and blanks") {
  const auto same = [](std::string a, std::string b) {
    Type x, y;
    x.spelled = std::move(a), y.spelled = std::move(b);
    return sqlite::same_type(x, y);
  };
  CHECK(same("varchar (20)", "VARCHAR(20)"));
  CHECK(same("double   precision", "DOUBLE PRECISION"));
  CHECK_FALSE(same("VARCHAR(20)", "VARCHAR(21)"));
  CHECK_FALSE(same("INT", "INTEGER"));
  CHECK_FALSE(same("DECIMAL(10,2)", "DECIMAL(10)"));
  CHECK_FALSE(same("", "TEXT"));
}
