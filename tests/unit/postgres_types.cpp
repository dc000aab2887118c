// Types of PostgreSQL: how a logical type is written, and what is read off format_type()'s words.
#include <doctest/doctest.h>

#include "dialects/postgresql/postgresql.hpp"

using namespace dataflow;

namespace {

Type logical(Kind kind) { return {.kind = kind}; }

struct Written {
  Type type;
  const char* name;
};
const Written logical_types[] = {
    {logical(Kind::boolean), "boolean"},
    {logical(Kind::int8), "smallint"},
    {logical(Kind::int16), "smallint"},
    {logical(Kind::int32), "integer"},
    {logical(Kind::int64), "bigint"},
    {logical(Kind::uint64), "numeric(20,0)"},
    {logical(Kind::float32), "real"},
    {logical(Kind::float64), "double precision"},
    {{.kind = Kind::decimal, .precision = 10, .scale = 2}, "numeric(10,2)"},
    {logical(Kind::decimal), "numeric"},
    {logical(Kind::text), "text"},
    {{.kind = Kind::varchar, .length = 40}, "character varying(40)"},
    {logical(Kind::varchar), "character varying"},
    {logical(Kind::bytes), "bytea"},
    {logical(Kind::date), "date"},
    {logical(Kind::time), "time without time zone"},
    {{.kind = Kind::time, .precision = 3}, "time(3) without time zone"},
    {logical(Kind::timestamp), "timestamp with time zone"},
    {{.kind = Kind::timestamp, .precision = 3}, "timestamp(3) with time zone"},
    {logical(Kind::uuid), "uuid"},
    {logical(Kind::json), "jsonb"},
    {{.kind = Kind::enumeration, .name = "mood"}, "mood"},
    {{.kind = Kind::enumeration, .name = "Mood"}, "\"Mood\""},
    {{.kind = Kind::int32, .dimensions = 1}, "integer[]"},
    {{.kind = Kind::varchar, .length = 9, .dimensions = 1}, "character varying(9)[]"},
    // The server keeps no number of dimensions.
    {{.kind = Kind::int32, .dimensions = 3}, "integer[]"},
    {{.kind = Kind::other, .spelled = "interval day to second(3)"}, "interval day to second(3)"},
};

struct Read {
  const char* spelled;
  Kind kind;
  std::uint32_t length, precision, scale;
  std::uint8_t dimensions;
};
constexpr Read spellings[] = {
    {"boolean", Kind::boolean, 0, 0, 0, 0},
    {"smallint", Kind::int16, 0, 0, 0, 0},
    {"integer", Kind::int32, 0, 0, 0, 0},
    {"bigint", Kind::int64, 0, 0, 0, 0},
    {"int8", Kind::int64, 0, 0, 0, 0},
    {"real", Kind::float32, 0, 0, 0, 0},
    {"double precision", Kind::float64, 0, 0, 0, 0},
    {"numeric", Kind::decimal, 0, 0, 0, 0},
    {"numeric(10,2)", Kind::decimal, 0, 10, 2, 0},
    {"numeric(20,0)", Kind::decimal, 0, 20, 0, 0},
    // Hundreds only: no decimal that counts digits after the point.
    {"numeric(5,-2)", Kind::other, 0, 0, 0, 0},
    {"text", Kind::text, 0, 0, 0, 0},
    {"character varying", Kind::varchar, 0, 0, 0, 0},
    {"character varying(255)", Kind::varchar, 255, 0, 0, 0},
    {"varchar(7)", Kind::varchar, 7, 0, 0, 0},
    {"bytea", Kind::bytes, 0, 0, 0, 0},
    {"date", Kind::date, 0, 0, 0, 0},
    {"time without time zone", Kind::time, 0, 6, 0, 0},
    {"time(0) without time zone", Kind::time, 0, 0, 0, 0},
    {"timestamp with time zone", Kind::timestamp, 0, 6, 0, 0},
    {"timestamp(3) with time zone", Kind::timestamp, 0, 3, 0, 0},
    {"uuid", Kind::uuid, 0, 0, 0, 0},
    {"jsonb", Kind::json, 0, 0, 0, 0},
    {"integer[]", Kind::int32, 0, 0, 0, 1},
    {"numeric(10,2)[]", Kind::decimal, 0, 10, 2, 1},
    {"timestamp(3) with time zone[]", Kind::timestamp, 0, 3, 0, 1},
    // What only PostgreSQL knows, and what converts into a logical kind by more than its spelling.
    {"character(3)", Kind::other, 0, 0, 0, 0},
    {"\"char\"", Kind::other, 0, 0, 0, 0},
    {"bit(8)", Kind::other, 0, 0, 0, 0},
    {"bit varying", Kind::other, 0, 0, 0, 0},
    {"interval", Kind::other, 0, 0, 0, 0},
    {"interval(3)", Kind::other, 0, 0, 0, 0},
    {"json", Kind::other, 0, 0, 0, 0},
    {"timestamp without time zone", Kind::other, 0, 0, 0, 0},
    {"time with time zone", Kind::other, 0, 0, 0, 0},
    {"tsvector", Kind::other, 0, 0, 0, 0},
    {"integerish", Kind::other, 0, 0, 0, 0},
    {"public.mood", Kind::other, 0, 0, 0, 0},
    {"public.text", Kind::other, 0, 0, 0, 0},
    {"\"My Schema\".\"Mood\"[]", Kind::other, 0, 0, 0, 1},
    {"public.geometry(Point,4326)", Kind::other, 0, 0, 0, 0},
};

}  // namespace

TEST_CASE("postgres types: a logical type is written as the server spells it") {
  for (const Written& row : logical_types) {
    CAPTURE(std::string(row.name));
    CHECK(postgresql::type_name(row.type) == row.name);
  }
}

TEST_CASE("postgres types: what the server spells is read, and spelled the same again") {
  for (const Read& row : spellings) {
    const Type type = postgresql::read_type(row.spelled);
    CAPTURE(std::string(row.spelled));
    CHECK(type.kind == row.kind);
    CHECK(type.length == row.length);
    CHECK(type.precision == row.precision);
    CHECK(type.scale == row.scale);
    CHECK(type.dimensions == row.dimensions);
    CHECK(type.name == Name());
    CHECK(postgresql::type_name(type) == row.spelled);
  }
}

TEST_CASE("postgres types: a type of a model is the same as the one it becomes") {
  for (const Written& row : logical_types) {
    CAPTURE(std::string(row.name));
    CHECK(postgresql::same_type(row.type, postgresql::read_type(row.name)));
    CHECK_FALSE(postgresql::same_type(row.type, postgresql::read_type("macaddr")));
  }
  CHECK_FALSE(postgresql::same_type(postgresql::read_type("integer"), postgresql::read_type("integer[]")));
  CHECK_FALSE(postgresql::same_type(postgresql::read_type("numeric(10,2)"), postgresql::read_type("numeric(10,3)")));
  CHECK_FALSE(postgresql::same_type(postgresql::read_type("timestamp with time zone"),
                                    postgresql::read_type("timestamp without time zone")));
}
