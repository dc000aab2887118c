// Each change in the words of the preview.
#include <doctest/doctest.h>

#include "plan/operations.hpp"

using namespace dataflow;

namespace {

const Path user{"", "user"};
using K = OperationKind;

Type type(Kind kind, std::uint32_t length = 0) {
  Type made;
  made.kind = kind;
  made.length = length;
  return made;
}

Column column(Name name, Type type) {
  Column made;
  made.name = std::move(name);
  made.type = std::move(type);
  return made;
}

std::vector<KeyPart> parts(std::initializer_list<const char*> names) {
  std::vector<KeyPart> made;
  for (const char* name : names) made.push_back({.column = name});
  return made;
}

void check(const Change& change, K kind, const char* table, const char* object, const char* details,
           const char* description) {
  const Operation made = to_operation(change);
  CHECK(to_string(made.kind) == to_string(kind));
  CHECK(made.table.text == table);
  CHECK(made.object.text == object);
  CHECK(made.details == details);
  CHECK(made.description() == description);
  CHECK(made.step == 0);
  CHECK(made.assessment == Assessment{});
}

std::string altered(const Column& before, const Column& after) {
  return to_operation(Alter<Column>{user, before, after}).details;
}

}  // namespace

TEST_CASE("operations: tables") {
  Table table;
  table.name = "user";
  table.columns = {column("id", type(Kind::int64)), column("name", type(Kind::text))};
  check(Create<Table>{{}, table}, K::create_table, "user", "", "2 columns", "create table user");
  check(Drop<Table>{{}, table}, K::drop_table, "user", "", "2 columns", "drop table user");
  check(Rename<Table>{{}, "people", "person"}, K::rename_table, "people", "", "people → person",
        "rename table people to person");
  Table wider = table;
  wider.columns.push_back(column("age", type(Kind::int32)));
  check(Alter<Table>{{}, table, wider}, K::alter_table, "user", "", "2 columns → 3 columns", "alter table user");
  TableOptions plain, strict;
  strict.attributes = {{"strict", ""}};
  strict.comment = "who";
  check(Alter<TableOptions>{user, plain, strict}, K::alter_table, "user", "", "strict: off → on, comment '' → 'who'",
        "alter table user");
  check(Create<TableOptions>{user, strict}, K::alter_table, "user", "", "strict, comment 'who'", "alter table user");
}

TEST_CASE("operations: columns") {
  const Column phone = column("phone", type(Kind::text));
  check(Create<Column>{user, phone}, K::add_column, "user", "phone", "phone (TEXT)", "add column phone to user");
  check(Drop<Column>{user, phone}, K::drop_column, "user", "phone", "phone (TEXT)", "drop column phone from user");
  check(Rename<Column>{user, "mail", "email"}, K::rename_column, "user", "mail", "mail → email",
        "rename column mail to email in user");
  Column untyped = column("x", type(Kind::other));
  check(Create<Column>{user, untyped}, K::add_column, "user", "x", "x", "add column x to user");
  Column text = phone;
  text.type = type(Kind::varchar, 20);
  check(Alter<Column>{user, text, phone}, K::alter_column, "user", "phone", "phone: VARCHAR(20) → TEXT",
        "alter column phone of user");
}

TEST_CASE("operations: what differs in a column") {
  const Column plain = column("c", type(Kind::int32));
  Column other = plain;
  other.nullable = true;
  CHECK(altered(plain, other) == "c: NULL allowed");
  CHECK(altered(other, plain) == "c: NOT NULL");
  other = plain;
  other.default_value = Literal{std::string("it's")};
  CHECK(altered(plain, other) == "c: DEFAULT none → 'it''s'");
  CHECK(altered(other, plain) == "c: DEFAULT 'it''s' → none");
  other = plain;
  other.generated = Generated{Sql("a + b"), true};
  CHECK(altered(plain, other) == "c: GENERATED none → (a + b) STORED");
  other = plain;
  other.identity = Identity::always;
  CHECK(altered(plain, other) == "c: IDENTITY none → always");
  other = plain;
  other.collation = "NOCASE";
  CHECK(altered(other, plain) == "c: COLLATE NOCASE → none");
  other = plain;
  other.comment = "years";
  CHECK(altered(plain, other) == "c: comment '' → 'years'");
  other = plain;
  other.attributes = {{"on conflict", "replace"}};
  CHECK(altered(plain, other) == "c: on conflict: off → replace");
  other.type = type(Kind::text);
  other.nullable = true;
  CHECK(altered(plain, other) == "c: INTEGER → TEXT, NULL allowed, on conflict: off → replace");
}

TEST_CASE("operations: types whose spelling hides the difference show what they mean") {
  Type small = type(Kind::enumeration), large = small;
  small.spelled = large.spelled = "TEXT";
  small.name = large.name = "mood";
  small.labels = {"ok"};
  large.labels = {"ok", "don't"};
  CHECK(altered(column("c", small), column("c", large)) == "c: ENUM mood ('ok') → ENUM mood ('ok', 'don''t')");
}

TEST_CASE("operations: neutral type names and defaults") {
  Type money = type(Kind::decimal);
  money.precision = 10;
  money.scale = 2;
  CHECK(type_text(money) == "DECIMAL(10,2)");
  Type precise = type(Kind::timestamp);
  precise.precision = 3;
  CHECK(type_text(precise) == "TIMESTAMP(3)");
  Type tags = type(Kind::text);
  tags.dimensions = 2;
  CHECK(type_text(tags) == "TEXT[][]");
  Type spelled = type(Kind::text);
  spelled.spelled = "clob";
  CHECK(type_text(spelled) == "clob");
  CHECK(default_text(Literal{true}) == "TRUE");
  CHECK(default_text(Literal{std::int64_t{-7}}) == "-7");
  CHECK(default_text(Literal{std::uint64_t{18446744073709551615U}}) == "18446744073709551615");
  CHECK(default_text(Literal{0.1}) == "0.1");
  CHECK(default_text(Sql("CURRENT_TIMESTAMP")) == "CURRENT_TIMESTAMP");
}

TEST_CASE("operations: constraints, with and without a name") {
  check(Create<PrimaryKey>{user, {.parts = parts({"id"})}}, K::add_constraint, "user", "", "PRIMARY KEY (id)",
        "add constraint PRIMARY KEY (id) to user");
  check(Drop<Unique>{user, {.name = "user_email_key", .parts = parts({"email"})}}, K::drop_constraint, "user",
        "user_email_key", "user_email_key UNIQUE (email)", "drop constraint user_email_key from user");
  ForeignKey key{.name = "fk_user_org", .columns = {"org_id"}, .references = {"", "orgs"}, .referenced = {"id"}};
  check(Create<ForeignKey>{user, key}, K::add_constraint, "user", "fk_user_org", "fk_user_org (org_id) → orgs (id)",
        "add constraint fk_user_org to user");
  ForeignKey strict = key;
  strict.on_delete = Action::cascade;
  strict.deferrable = true;
  check(Alter<ForeignKey>{user, key, strict}, K::alter_constraint, "user", "fk_user_org",
        "fk_user_org: ON DELETE NO ACTION → CASCADE, NOT DEFERRABLE → DEFERRABLE",
        "alter constraint fk_user_org of user");
  ForeignKey elsewhere = key;
  elsewhere.references = {"", "teams"};
  CHECK(to_operation(Alter<ForeignKey>{user, key, elsewhere}).details ==
        "fk_user_org (org_id) → teams (id), before fk_user_org (org_id) → orgs (id)");
  key.name = {};
  key.referenced = {};
  check(Create<ForeignKey>{user, key}, K::add_constraint, "user", "", "FOREIGN KEY (org_id) → orgs",
        "add constraint FOREIGN KEY (org_id) → orgs to user");
  check(Create<Check>{user, {.expression = Sql("age > 0")}}, K::add_constraint, "user", "", "CHECK (age > 0)",
        "add constraint CHECK (age > 0) to user");
  check(
      Alter<Check>{
          user, {.name = "adult", .expression = Sql("age > 17")}, {.name = "adult", .expression = Sql("age > 20")}},
      K::alter_constraint, "user", "adult", "adult: CHECK (age > 17) → CHECK (age > 20)",
      "alter constraint adult of user");
}

TEST_CASE("operations: indexes") {
  Index index{
      .name = "by_mail",
      .parts = {{.column = "mail", .descending = true, .collation = "NOCASE"}, {.expression = Sql("lower(name)")}}};
  check(Create<Index>{user, index}, K::add_index, "user", "by_mail", "by_mail (mail COLLATE NOCASE DESC, lower(name))",
        "add index by_mail to user");
  Index partial = index;
  partial.unique = true;
  partial.where = Sql("mail IS NOT NULL");
  check(Drop<Index>{user, partial}, K::drop_index, "user", "by_mail",
        "by_mail UNIQUE (mail COLLATE NOCASE DESC, lower(name)) WHERE mail IS NOT NULL",
        "drop index by_mail from user");
}

TEST_CASE("operations: server-owned objects") {
  Definition view{.kind = "view", .name = "adults", .text = Sql("CREATE VIEW adults AS SELECT 1")};
  check(Create<Definition>{{}, view}, K::create_view, "adults", "", "view adults", "create view adults");
  check(Alter<Definition>{{}, view, view}, K::alter_view, "adults", "", "view adults: new definition",
        "alter view adults");
  Definition mood{.kind = "enum", .schema = "app", .name = "mood", .parts = {{"sad", {}}, {"ok", {}}}}, moods = mood;
  moods.parts = {{"ok", Sql("'ok'")}, {"great", {}}};
  moods.attributes = {{"comment", "states"}};
  CHECK(to_operation(Alter<Definition>{{"app", {}}, mood, moods})
            .details.starts_with("enum mood: changed ok, + great, - sad, comment"));
  CHECK(to_operation(Alter<Definition>{{"app", {}}, mood, moods}).table == Name("app.mood"));
  view.kind = "materialized view";
  CHECK(to_operation(Drop<Definition>{{}, view}).kind == K::drop_view);
  Definition trigger{.kind = "trigger", .name = "log_it", .on = "user"};
  check(Create<Definition>{{}, trigger}, K::create_trigger, "user", "log_it", "trigger log_it",
        "create trigger log_it on user");
  Definition fts{.kind = "virtual table", .name = "docs"};
  check(Drop<Definition>{{}, fts}, K::drop_object, "docs", "", "virtual table docs", "drop object docs");
}
