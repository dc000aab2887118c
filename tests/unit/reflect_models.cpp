// One rich model, declared in both tiers and compared as a whole value with what it must say.
#include <doctest/doctest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "dataflow/chrono.hpp"
#include "dataflow/json.hpp"
#include "dataflow/reflect.hpp"

namespace df = dataflow;

namespace reflect_models {

enum class Role { user, admin, auditor };
BOOST_DESCRIBE_ENUM(Role, user, admin, auditor)
enum Colour : unsigned char { red = 3, green = 5 };
BOOST_DESCRIBE_ENUM(Colour, red, green)

struct Email {
  std::string address;
};
struct Handle {
  std::int64_t number = 0;
  operator std::int64_t() const { return number; }
};

}  // namespace reflect_models

template <> struct dataflow::ColumnType<reflect_models::Email> : dataflow::StoredAs<std::string> {
  static std::string stored(const reflect_models::Email& e) { return e.address; }
};
template <> struct dataflow::ColumnType<reflect_models::Handle> : dataflow::StoredAs<std::int64_t> {};

namespace reflect_models {

struct Place {
  std::int32_t country = 0;
  std::int32_t city = 0;
  std::string label;
  static auto dataflow() {
    return df::table("places")
        .schema("geo")
        .primary_key(&Place::country, &Place::city)
        .column_name(&Place::city, "town");
  }
};

// The same members and options twice; only the description differs.
#define RICH_MEMBERS                                                                                                \
  std::int64_t id = 7;                                                                                              \
  bool on = true;                                                                                                   \
  bool off = false;                                                                                                 \
  std::int8_t i8 = -8;                                                                                              \
  std::uint8_t u8 = 8;                                                                                              \
  std::int16_t i16 = -16;                                                                                           \
  std::uint16_t u16 = 16;                                                                                           \
  std::int32_t i32 = 0;                                                                                             \
  std::uint32_t u32 = 32;                                                                                           \
  std::int64_t i64 = -64;                                                                                           \
  std::uint64_t u64 = 18446744073709551615u;                                                                        \
  float f32 = 0.1f;                                                                                                 \
  double f64 = 2.5;                                                                                                 \
  df::decimal<12, 2> price = "9.90";                                                                                \
  df::decimal<6, 3> nothing = "0.000";                                                                              \
  std::string name = "anonymous";                                                                                   \
  std::string empty;                                                                                                \
  df::varchar<32> code = "abc";                                                                                     \
  std::optional<std::string> phone;                                                                                 \
  std::optional<int> zero_said = 0;                                                                                 \
  std::optional<df::varchar<4>> tag = df::varchar<4>("x");                                                          \
  std::vector<std::byte> blob;                                                                                      \
  std::vector<std::string> words = {"a", "b"};                                                                      \
  std::vector<std::vector<double>> matrix;                                                                          \
  df::uuid key;                                                                                                     \
  df::uuid known = {{0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}}; \
  df::json settings = {"{}"};                                                                                       \
  nlohmann::json document;                                                                                          \
  nlohmann::json filled = {{"a", 1}};                                                                               \
  Role role = Role::admin;                                                                                          \
  Role first = Role::user;                                                                                          \
  std::optional<Role> maybe;                                                                                        \
  Colour colour = green;                                                                                            \
  Email email = {"nobody@example.org"};                                                                             \
  Handle handle;                                                                                                    \
  std::chrono::sys_seconds seconds = std::chrono::sys_seconds(std::chrono::seconds(5));                             \
  std::chrono::sys_time<std::chrono::milliseconds> millis;                                                          \
  df::timestamp created_at;                                                                                         \
  std::optional<df::timestamp> updated_at;                                                                          \
  std::chrono::system_clock::time_point point;                                                                      \
  std::chrono::year_month_day day;                                                                                  \
  df::time_of_day clock;                                                                                            \
  std::int32_t country = 49;                                                                                        \
  std::int32_t city = 30;                                                                                           \
  std::optional<std::int64_t> parent_id;                                                                            \
  std::string full;                                                                                                 \
  std::string loud;                                                                                                 \
  int visits = 0;                                                                                                   \
  int quiet = 4;                                                                                                    \
  int late = 0;                                                                                                     \
  std::map<std::string, int> cache

#define RICH_OPTIONS(Rich)                                                                                 \
  static auto dataflow() {                                                                                 \
    return df::table("rich_things")                                                                        \
        .schema("app")                                                                                     \
        .comment("a bit of everything")                                                                    \
        .renamed_from("things")                                                                            \
        .option("strict")                                                                                  \
        .option("engine", "InnoDB")                                                                        \
        .comment(&Rich::name, "how it's called")                                                           \
        .column_name(&Rich::empty, "void")                                                                 \
        .unique(&Rich::code)                                                                               \
        .unique(&Rich::name, &Rich::country)                                                               \
        .named("one_name_per_country")                                                                     \
        .unique(&Rich::phone)                                                                              \
        .where("phone <> ''")                                                                              \
        .unique(df::expr("lower(email)"))                                                                  \
        .index(&Rich::role, df::desc(&Rich::created_at))                                                   \
        .index(&Rich::empty)                                                                               \
        .named("ix_void")                                                                                  \
        .where("on")                                                                                       \
        .index_expression("upper(name)")                                                                   \
        .references(&Rich::parent_id, &Rich::id)                                                           \
        .on_delete(df::set_null)                                                                           \
        .on_update(df::cascade)                                                                            \
        .deferrable()                                                                                      \
        .foreign_key(df::columns(&Rich::country, &Rich::city), df::columns(&Place::country, &Place::city)) \
        .on_delete(df::restrict)                                                                           \
        .named("fk_place")                                                                                 \
        .check("positive", "u8 > 0")                                                                       \
        .default_sql(&Rich::i32, "1 + 1")                                                                  \
        .default_from_initializer(&Rich::visits)                                                           \
        .no_default(&Rich::quiet)                                                                          \
        .renamed_from(&Rich::email, "mail")                                                                \
        .backfill(&Rich::late, 12)                                                                         \
        .backfill(&Rich::role, Role::auditor)                                                              \
        .backfill_sql(&Rich::i64, "i32 * 2")                                                               \
        .ignore(&Rich::cache)                                                                              \
        .generated(&Rich::full, "name || code")                                                            \
        .generated(&Rich::loud, "upper(name)")                                                             \
        .stored()                                                                                          \
        .collation(&Rich::name, "NOCASE");                                                                 \
  }

namespace plain {
struct Rich {
  RICH_MEMBERS;
  RICH_OPTIONS(Rich)
};
}  // namespace plain

namespace described {
struct Rich {
  RICH_MEMBERS;
  RICH_OPTIONS(Rich)
};
}  // namespace described

}  // namespace reflect_models

namespace reflect_models::described {
BOOST_DESCRIBE_STRUCT(Rich, (),
                      (id, on, off, i8, u8, i16, u16, i32, u32, i64, u64, f32, f64, price, nothing, name, empty, code,
                       phone, zero_said, tag, blob, words, matrix, key, known, settings, document, filled, role, first,
                       maybe, colour, email, handle, seconds, millis, created_at, updated_at, point, day, clock,
                       country, city, parent_id, full, loud, visits, quiet, late, cache))
}

namespace {

using dataflow::Column;
using dataflow::Default;
using dataflow::Kind;
using dataflow::Literal;
using dataflow::Name;
using dataflow::Sql;
using dataflow::Type;

Type type(Kind kind, std::uint32_t length = 0, std::uint32_t precision = 0, std::uint32_t scale = 0) {
  Type result;
  result.kind = kind;
  result.length = length;
  result.precision = precision;
  result.scale = scale;
  return result;
}
Type array(Type element, std::uint8_t dimensions) {
  element.dimensions = dimensions;
  return element;
}
Type enumeration(Name name, std::vector<std::string> labels) {
  Type result = type(Kind::enumeration);
  result.name = std::move(name);
  result.labels = std::move(labels);
  return result;
}
template <class T> Default literal(T value) { return Literal{value}; }
Default text(const char* value) { return Literal{std::string(value)}; }
Default integer(std::int64_t value) { return Literal{value}; }
Default sql(const char* value) { return Sql(value); }

Column required(Name name, Type of, std::optional<Default> value = {}) {
  return {.name = std::move(name), .type = std::move(of), .default_value = std::move(value)};
}
Column optional(Name name, Type of, std::optional<Default> value = {}) {
  return {.name = std::move(name), .type = std::move(of), .nullable = true, .default_value = std::move(value)};
}
Column with(Column column, void (*change)(Column&)) {
  change(column);
  return column;
}

const Type role = enumeration("role", {"user", "admin", "auditor"});

std::vector<Column> rich_columns() {
  return {
      with(required("id", type(Kind::int64)), [](Column& c) { c.identity = dataflow::Identity::by_default; }),
      required("on", type(Kind::boolean), literal(true)),
      required("off", type(Kind::boolean)),
      required("i8", type(Kind::int8), integer(-8)),
      required("u8", type(Kind::int16), integer(8)),
      required("i16", type(Kind::int16), integer(-16)),
      required("u16", type(Kind::int32), integer(16)),
      required("i32", type(Kind::int32), sql("1 + 1")),
      required("u32", type(Kind::int64), integer(32)),
      required("i64", type(Kind::int64), integer(-64)),
      required("u64", type(Kind::uint64), literal(std::uint64_t{18446744073709551615u})),
      required("f32", type(Kind::float32), literal(0.1)),
      required("f64", type(Kind::float64), literal(2.5)),
      required("price", type(Kind::decimal, 0, 12, 2), text("9.90")),
      required("nothing", type(Kind::decimal, 0, 6, 3)),
      with(required("name", type(Kind::text), text("anonymous")),
           [](Column& c) {
             c.comment = "how it's called";
             c.collation = "NOCASE";
           }),
      required("void", type(Kind::text)),
      required("code", type(Kind::varchar, 32), text("abc")),
      optional("phone", type(Kind::text)),
      optional("zero_said", type(Kind::int32), integer(0)),
      optional("tag", type(Kind::varchar, 4), text("x")),
      required("blob", type(Kind::bytes)),
      required("words", array(type(Kind::text), 1)),
      required("matrix", array(type(Kind::float64), 2)),
      required("key", type(Kind::uuid)),
      required("known", type(Kind::uuid), text("6ba7b810-9dad-11d1-80b4-00c04fd430c8")),
      required("settings", type(Kind::json), text("{}")),
      required("document", type(Kind::json)),
      required("filled", type(Kind::json), text("{\"a\":1}")),
      required("role", role, text("admin")),
      required("first", role),
      optional("maybe", role),
      required("colour", enumeration("colour", {"red", "green"}), text("green")),
      required("email", type(Kind::text), text("nobody@example.org")),
      required("handle", type(Kind::int64)),
      required("seconds", type(Kind::timestamp, 0, 0)),
      required("millis", type(Kind::timestamp, 0, 3)),
      required("created_at", type(Kind::timestamp, 0, 6), sql("CURRENT_TIMESTAMP")),
      optional("updated_at", type(Kind::timestamp, 0, 6), sql("CURRENT_TIMESTAMP")),
      required("point", type(Kind::timestamp, 0, 6)),
      required("day", type(Kind::date)),
      required("clock", type(Kind::time, 0, 6)),
      required("country", type(Kind::int32)),
      required("city", type(Kind::int32)),
      optional("parent_id", type(Kind::int64)),
      with(required("full", type(Kind::text)),
           [](Column& c) {
             c.generated = {Sql("name || code"), false};
           }),
      with(required("loud", type(Kind::text)),
           [](Column& c) {
             c.generated = {Sql("upper(name)"), true};
           }),
      required("visits", type(Kind::int32), integer(0)),
      required("quiet", type(Kind::int32)),
      required("late", type(Kind::int32)),
  };
}

dataflow::Model rich_model() {
  using enum dataflow::Action;
  dataflow::Model model;
  model.cpp_name = "Rich";
  model.table.schema = "app";
  model.table.name = "rich_things";
  model.table.columns = rich_columns();
  model.table.primary_key = {.parts = {{.column = "id"}}};
  model.table.uniques = {
      {.name = "rich_things_code_key", .parts = {{.column = "code"}}},
      {.name = "one_name_per_country", .parts = {{.column = "name"}, {.column = "country"}}},
  };
  model.table.foreign_keys = {
      {.name = "fk_rich_things_parent_id",
       .columns = {"parent_id"},
       .references = {"app", "rich_things"},
       .referenced = {"id"},
       .on_delete = set_null,
       .on_update = cascade,
       .deferrable = true},
      {.name = "fk_place",
       .columns = {"country", "city"},
       .references = {"geo", "places"},
       .referenced = {"country", "town"},
       .on_delete = restrict},
  };
  model.table.checks = {{.name = "positive", .expression = Sql("u8 > 0")}};
  model.table.indexes = {
      {.name = "rich_things_phone_key", .unique = true, .parts = {{.column = "phone"}}, .where = Sql("phone <> ''")},
      {.name = "rich_things_lower_email_key", .unique = true, .parts = {{.expression = Sql("lower(email)")}}},
      {.name = "ix_rich_things_role_created_at",
       .parts = {{.column = "role"}, {.column = "created_at", .descending = true}}},
      {.name = "ix_void", .parts = {{.column = "void"}}, .where = Sql("on")},
      {.name = "ix_rich_things_upper_name", .parts = {{.expression = Sql("upper(name)")}}},
  };
  model.table.options = {.comment = "a bit of everything", .attributes = {{"strict", ""}, {"engine", "InnoDB"}}};
  const dataflow::Path path{"app", "rich_things"};
  model.hints.tables = {{path, "things"}};
  model.hints.columns = {{path, "email", "mail"}};
  model.hints.fills = {{path, "late", Literal{std::int64_t{12}}},
                       {path, "role", Literal{std::string("auditor")}},
                       {path, "i64", Sql("i32 * 2")}};
  return model;
}

/// Says which part differs before it compares the whole, so that a failure can be read.
void check_equal(const dataflow::Model& got, const dataflow::Model& wanted) {
  CHECK(got.cpp_name == wanted.cpp_name);
  REQUIRE(got.table.columns.size() == wanted.table.columns.size());
  for (std::size_t i = 0; i < wanted.table.columns.size(); ++i) {
    INFO("column ", wanted.table.columns[i].name.text);
    CHECK(got.table.columns[i] == wanted.table.columns[i]);
  }
  CHECK(got.table.primary_key == wanted.table.primary_key);
  CHECK(got.table.uniques == wanted.table.uniques);
  CHECK(got.table.foreign_keys == wanted.table.foreign_keys);
  CHECK(got.table.checks == wanted.table.checks);
  CHECK(got.table.indexes == wanted.table.indexes);
  CHECK(got.table.options == wanted.table.options);
  CHECK(got.table == wanted.table);
  CHECK(got.hints == wanted.hints);
}

TEST_CASE("a plain aggregate says all that its members and options say") {
  check_equal(df::model_of<reflect_models::plain::Rich>(), rich_model());
}

TEST_CASE("a described struct says the same as a plain aggregate with its members") {
  check_equal(df::model_of<reflect_models::described::Rich>(), rich_model());
}

TEST_CASE("the same struct gives the same model every time") {
  CHECK(df::model_of<reflect_models::plain::Rich>().table == df::model_of<reflect_models::plain::Rich>().table);
}

}  // namespace
