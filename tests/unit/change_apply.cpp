#include <doctest/doctest.h>

#include <algorithm>

#include "dataflow/change.hpp"
#include "dataflow/error.hpp"

using namespace dataflow;

namespace {
Schema shop() {
  Table users{.name = "users",
              .columns = {{.name = "id", .type = {.kind = Kind::int64}},
                          {.name = "email", .type = {.kind = Kind::text}},
                          {.name = "age", .type = {.kind = Kind::int32}}},
              .primary_key = PrimaryKey{.name = "pk", .parts = {{.column = "id"}}},
              .uniques = {{.parts = {{.column = "email"}}}},
              .foreign_keys = {{.columns = {"id"}, .references = {{}, "users"}, .referenced = {"id"}}},
              .checks = {{.name = "ck", .expression = Sql("age > 0")}, {.expression = Sql("email <> ''")}},
              .indexes = {{.name = "ix", .parts = {{.column = "email"}, {.column = "id"}}}},
              .options = {.comment = "people"}};
  Table orders{.name = "orders",
               .columns = {{.name = "user_id", .type = {.kind = Kind::int64}}},
               .foreign_keys = {{.columns = {"user_id"}, .references = {{}, "users"}, .referenced = {"id"}}}};
  return {.tables = {users, orders},
          .definitions = {{.kind = "view", .name = "v", .text = Sql("select email from users")},
                          {.kind = "trigger", .name = "audit", .on = "users", .text = Sql("…")}}};
}

const Path users_path{{}, "users"};
const Path orders_path{{}, "orders"};

struct OfEveryKind {
  const char* name;
  Change change;
};

// One change of every alternative, each of which fits shop().
std::vector<OfEveryKind> every_kind() {
  const Schema s = shop();
  const Table &users = s.tables[0], &orders = s.tables[1];
  Table other_orders = orders;
  other_orders.columns.push_back({.name = "total", .type = {.kind = Kind::decimal}});
  Column wide_age = users.columns[2];
  wide_age.type.kind = Kind::int64;
  const PrimaryKey by_email{.parts = {{.column = "email"}}};
  const PrimaryKey by_user{.parts = {{.column = "user_id"}}};
  const Unique by_age{.parts = {{.column = "age"}}};
  ForeignKey cascading = users.foreign_keys[0];
  cascading.on_delete = Action::cascade;
  const Check adult{.name = "ck", .expression = Sql("age > 18")};
  const Index by_id{.name = "ix_id", .parts = {{.column = "id"}}};
  Index unique_index = users.indexes[0];
  unique_index.unique = true;
  Definition view = s.definitions[0];
  view.text = Sql("select id from users");
  const Definition other_view{.kind = "view", .name = "w", .text = Sql("select 1")};
  return {
      {"Create<Table>", Create<Table>{{}, {.name = "tags", .columns = {{.name = "id", .type = {}}}}, 1}},
      {"Create<Column>", Create<Column>{users_path, {.name = "phone", .type = {}}, 0}},
      {"Create<PrimaryKey>", Create<PrimaryKey>{orders_path, by_user}},
      {"Create<Unique>", Create<Unique>{users_path, by_age}},
      {"Create<ForeignKey>", Create<ForeignKey>{users_path, cascading, 0}},
      {"Create<Check>", Create<Check>{users_path, adult, 1}},
      {"Create<Index>", Create<Index>{users_path, by_id}},
      {"Create<TableOptions>", Create<TableOptions>{orders_path, {.attributes = {{"strict", ""}}}}},
      {"Create<Definition>", Create<Definition>{{}, other_view, 1}},
      {"Drop<Table>", Drop<Table>{{}, users, 0}},
      {"Drop<Column>", Drop<Column>{users_path, users.columns[1], 1}},
      {"Drop<PrimaryKey>", Drop<PrimaryKey>{users_path, *users.primary_key}},
      {"Drop<Unique>", Drop<Unique>{users_path, users.uniques[0], 0}},
      {"Drop<ForeignKey>", Drop<ForeignKey>{users_path, users.foreign_keys[0]}},
      {"Drop<Check>", Drop<Check>{users_path, users.checks[0], 0}},
      {"Drop<Index>", Drop<Index>{users_path, users.indexes[0]}},
      {"Drop<TableOptions>", Drop<TableOptions>{users_path, users.options}},
      {"Drop<Definition>", Drop<Definition>{{}, s.definitions[0], 0}},
      {"Alter<Table>", Alter<Table>{{}, orders, other_orders}},
      {"Alter<Column>", Alter<Column>{users_path, users.columns[2], wide_age}},
      {"Alter<PrimaryKey>", Alter<PrimaryKey>{users_path, *users.primary_key, by_email}},
      {"Alter<Unique>", Alter<Unique>{users_path, users.uniques[0], by_age}},
      {"Alter<ForeignKey>", Alter<ForeignKey>{users_path, users.foreign_keys[0], cascading}},
      {"Alter<Check>", Alter<Check>{users_path, users.checks[0], adult}},
      {"Alter<Index>", Alter<Index>{users_path, users.indexes[0], unique_index}},
      {"Alter<TableOptions>", Alter<TableOptions>{users_path, users.options, {}}},
      {"Alter<Definition>", Alter<Definition>{{}, s.definitions[0], view}},
      {"Rename<Table>", Rename<Table>{{}, "users", "people"}},
      {"Rename<Column>", Rename<Column>{users_path, "id", "uid"}},
  };
}

std::string error_of(Schema schema, const Change& change) {
  try {
    apply_change(schema, change);
  } catch (const Error& error) {
    CHECK(error.code == ErrorCode::invalid_schema);
    CHECK_FALSE(error.hint.empty());
    return error.what();
  }
  return "applied";
}
}  // namespace

TEST_CASE("every kind of change is carried out and taken back") {
  const auto all = every_kind();
  CHECK(all.size() == std::variant_size_v<Change>);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Change& change = all[i].change;
    CAPTURE(all[i].name);
    CHECK(change.index() == i);
    CHECK(inverse(inverse(change)) == change);
    Schema schema = shop();
    apply_change(schema, change);
    CHECK(schema != shop());
    apply_change(schema, inverse(change));
    CHECK(schema == shop());
  }
}

TEST_CASE("a change that was carried out cannot be carried out again") {
  // Only constraints may stand there twice.
  const std::string twice[] = {"Create<Unique>", "Create<ForeignKey>", "Create<Check>"};
  for (const OfEveryKind& one : every_kind()) {
    const Change& change = one.change;
    CAPTURE(one.name);
    Schema schema = shop();
    apply_change(schema, change);
    const bool may = std::find(std::begin(twice), std::end(twice), one.name) != std::end(twice);
    CHECK((error_of(schema, change) == "applied") == may);
  }
}

TEST_CASE("a created object goes where its position says") {
  Schema schema = shop();
  const auto names = [&] {
    std::string out;
    for (const Column& column : schema.tables[0].columns) out += column.name.text + ' ';
    return out;
  };
  apply_change(schema, Create<Column>{users_path, {.name = "a", .type = {}}, 1});
  CHECK(names() == "id a email age ");
  apply_change(schema, Create<Column>{users_path, {.name = "b", .type = {}}});
  CHECK(names() == "id a email age b ");
  apply_change(schema, Create<Column>{users_path, {.name = "c", .type = {}}, 77});
  CHECK(names() == "id a email age b c ");
}

TEST_CASE("a renamed table is followed into foreign keys and triggers, not into SQL") {
  Schema schema = shop();
  apply_change(schema, Rename<Table>{{}, "users", "people"});
  CHECK(schema.tables[0].name == Name("people"));
  CHECK(schema.tables[0].foreign_keys[0].references.name == Name("people"));
  CHECK(schema.tables[1].foreign_keys[0].references.name == Name("people"));
  CHECK(schema.definitions[1].on == Name("people"));
  CHECK(schema.definitions[0].text == Sql("select email from users"));
}

TEST_CASE("a renamed column is followed into keys, indexes and foreign keys on both ends") {
  Schema schema = shop();
  apply_change(schema, Rename<Column>{users_path, "id", "uid"});
  const Table& users = schema.tables[0];
  CHECK(users.columns[0].name == Name("uid"));
  CHECK(users.primary_key->parts[0].column == Name("uid"));
  CHECK(users.indexes[0].parts[1].column == Name("uid"));
  CHECK(users.foreign_keys[0].columns[0] == Name("uid"));
  CHECK(users.foreign_keys[0].referenced[0] == Name("uid"));
  CHECK(schema.tables[1].foreign_keys[0].referenced[0] == Name("uid"));
  CHECK(schema.tables[1].columns[0].name == Name("user_id"));
  apply_change(schema, Rename<Column>{users_path, "email", "mail"});
  CHECK(schema.tables[0].uniques[0].parts[0].column == Name("mail"));
}

TEST_CASE("a table of the same name in another schema is not touched") {
  Schema schema = shop();
  schema.tables.push_back(schema.tables[0]);
  schema.tables.back().schema = "archive";
  apply_change(schema, Rename<Table>{{"archive", {}}, "users", "old_users"});
  CHECK(schema.tables[0].name == Name("users"));
  CHECK(schema.tables[1].foreign_keys[0].references == users_path);
  CHECK(schema.tables[2].path() == Path{"archive", "old_users"});
}

TEST_CASE("what is not as the change says is named") {
  const Schema s = shop();
  Column other_age = s.tables[0].columns[2];
  other_age.nullable = true;
  const Path nobody{{}, "nobody"};
  CHECK(error_of(s, Create<Column>{nobody, other_age}) == "there is no table nobody");
  CHECK(error_of(s, Create<Column>{users_path, other_age}) == "table users already has column age");
  CHECK(error_of(s, Create<Table>{{}, s.tables[0]}) == "the schema already has table users");
  CHECK(error_of(s, Drop<Column>{users_path, other_age}) == "column age of table users is not as the change says");
  CHECK(error_of(s, Drop<Column>{users_path, {.name = "x", .type = {}}}) ==
        "table users has no column x as the change says");
  CHECK(error_of(s, Drop<Check>{users_path, {.expression = Sql("1")}}) ==
        "table users has no check (1) as the change says");
  CHECK(error_of(s, Drop<PrimaryKey>{users_path, {}}) == "the primary key of table users is not as the change says");
  CHECK(error_of(s, Create<PrimaryKey>{users_path, {}}) == "table users already has a primary key");
  CHECK(error_of(s, Alter<TableOptions>{users_path, {}, {}}) ==
        "the options of table users are not as the change says");
  CHECK(error_of(s, Rename<Table>{{}, "nobody", "x"}) == "there is no table nobody");
  CHECK(error_of(s, Rename<Table>{{}, "orders", "users"}) == "the schema already has table users");
  CHECK(error_of(s, Rename<Column>{users_path, "x", "y"}) == "table users has no column x");
  CHECK(error_of(s, Rename<Column>{users_path, "age", "id"}) == "table users already has column id");
  CHECK(error_of(s, Drop<Definition>{{}, {.kind = "view", .name = "w", .text = {}}}) ==
        "the schema has no view w as the change says");
}

TEST_CASE("changes are taken back last first") {
  const std::vector<Change> changes{Rename<Table>{{}, "users", "people"},
                                    Create<Column>{{{}, "people"}, {.name = "phone", .type = {}}}};
  Schema schema = shop();
  for (const Change& change : changes) apply_change(schema, change);
  for (const Change& change : inverse(changes)) apply_change(schema, change);
  CHECK(schema == shop());
}

TEST_CASE("a change belongs to a table, a definition to itself") {
  for (const OfEveryKind& one : every_kind()) {
    CAPTURE(one.name);
    const Name subject_name = subject(one.change).name;
    const std::string_view kind = one.name;
    if (kind.ends_with("<Definition>"))
      CHECK(subject_name == Name(kind.starts_with("Create") ? "w" : "v"));
    else if (kind == "Create<Table>")
      CHECK(subject_name == Name("tags"));
    else
      CHECK((subject_name == Name("users") || subject_name == Name("orders")));
  }
}

TEST_CASE("of equal constraints the one at the position goes") {
  Schema schema = shop();
  auto& checks = schema.tables[0].checks;
  checks = {{.expression = Sql("a")}, {.expression = Sql("b")}, {.expression = Sql("a")}};
  const Schema before = schema;
  const Change drop = Drop<Check>{users_path, {.expression = Sql("a")}, 0};
  apply_change(schema, drop);
  CHECK(schema.tables[0].checks == std::vector<Check>{{.expression = Sql("b")}, {.expression = Sql("a")}});
  apply_change(schema, inverse(drop));
  CHECK(schema == before);
}
