#include <doctest/doctest.h>

#include "dataflow/error.hpp"
#include "dataflow/snapshot.hpp"

using namespace dataflow;

namespace {
const std::string shop = R"(dataflow schema 1
dialect sqlite

table users comment "people" with (strict)
  column id int64 as "INTEGER" not null identity always
  column email varchar(255) not null collate NOCASE
  column balance decimal(10, 2) not null default 0
  column score float64 default 0.5
  column big uint64 default 18446744073709551615u
  column active boolean not null default true
  column name text default "it's"
  column created_at timestamp(6) not null default { CURRENT_TIMESTAMP }
  column full_name text generated stored { name || ' ' || email }
  column order enumeration named mood labels ("new", "old") not null comment "state of the order"
  column tags text[][]
  primary key pk_users (id)
  unique (email)
  check ck_balance { balance >= 0 }
  index ix_email unique (email desc, { lower(name) } collate NOCASE) where { active }

table app.orders
  column "數據 1" json
  column user_id int64 not null
  foreign key fk_user (user_id) references users (id) on delete cascade on update set null deferrable initially deferred
  foreign key (user_id) references users
  check {{ meta = '{}' }} with ("on conflict" = replace)
  depends on enum app.mood
  depends on function app.total on "integer, text" for "column user_id"

define view active_users
  | CREATE VIEW active_users AS
  |   SELECT * FROM users
  |
  |   WHERE active
  depends on "table" users column active

define enum app.mood with ("grant bob" = USAGE)
  | CREATE TYPE app.mood AS ENUM ('a', 'b')
  part a
  part b { 'b' }

define trigger audit on users
  | CREATE TRIGGER audit AFTER INSERT ON users BEGIN SELECT 1; END

unmodelled sequence numbers reason "not a table"
)";

Schema with_column(Column column) { return {.tables = {{.name = "t", .columns = {std::move(column)}}}}; }

struct Refused {
  std::string document, sentence, hint;
};

void check_refused(const Refused& refused) {
  CAPTURE(refused.document);
  try {
    schema_from_text(refused.document);
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.code == ErrorCode::bad_document);
    CHECK(std::string(error.what()) == refused.sentence);
    CHECK(error.hint == refused.hint);
  }
}
}  // namespace

TEST_CASE("a text snapshot is the same text when it is read and written again") {
  const Schema schema = schema_from_text(shop);
  CHECK(to_text(schema) == shop);
  CHECK_NOTHROW(validate(Schema{.tables = schema.tables}));
}

TEST_CASE("a text snapshot says what it seems to say") {
  const Schema schema = schema_from_text(shop);
  CHECK(schema.dialect == "sqlite");
  REQUIRE(schema.tables.size() == 2);
  const Table& users = schema.tables[0];
  CHECK(users.options == TableOptions{"people", {{"strict", ""}}});
  REQUIRE(users.columns.size() == 11);
  CHECK(users.columns[0] ==
        Column{.name = "id", .type = {.kind = Kind::int64, .spelled = "INTEGER"}, .identity = Identity::always});
  CHECK(users.columns[1].type == Type{.kind = Kind::varchar, .length = 255});
  CHECK(users.columns[2].type == Type{.kind = Kind::decimal, .precision = 10, .scale = 2});
  CHECK(users.columns[2].default_value == Default(Literal{std::int64_t{0}}));
  CHECK(users.columns[3].default_value == Default(Literal{0.5}));
  CHECK(users.columns[4].default_value == Default(Literal{~std::uint64_t{0}}));
  CHECK(users.columns[5].default_value == Default(Literal{true}));
  CHECK(users.columns[6].default_value == Default(Literal{std::string("it's")}));
  CHECK(users.columns[6].nullable);
  CHECK(users.columns[7].default_value == Default(Sql("CURRENT_TIMESTAMP")));
  CHECK(users.columns[8].generated == Generated{Sql("name || ' ' || email"), true});
  CHECK(users.columns[9].type.labels == std::vector<std::string>{"new", "old"});
  CHECK(users.columns[10].type.dimensions == 2);
  CHECK(users.indexes[0].parts[1] == KeyPart{.expression = Sql("lower(name)"), .collation = "NOCASE"});
  const Table& orders = schema.tables[1];
  CHECK(orders.path() == Path{"app", "orders"});
  CHECK(orders.foreign_keys[0].on_update == Action::set_null);
  CHECK(orders.foreign_keys[1].referenced.empty());
  CHECK(orders.checks[0].expression == Sql("meta = '{}'"));
  CHECK(schema.definitions[0].text.text == "CREATE VIEW active_users AS\n  SELECT * FROM users\n\n  WHERE active");
  CHECK(schema.definitions[1].parts == std::vector<Part>{{"a", {}}, {"b", Sql("'b'")}});
  CHECK(schema.definitions[1].attributes == Attributes{{"grant bob", "USAGE"}});
  CHECK(schema.definitions[2].on == Name("users"));
  CHECK(schema.unmodelled[0] == Unmodelled{"sequence", {{}, "numbers"}, "not a table"});
}

TEST_CASE("a name is quoted only where it must be") {
  const auto line = [](const char* name) {
    const std::string text = to_text(with_column({.name = name, .type = {.kind = Kind::text}, .nullable = true}));
    const auto at = text.find("  column ");
    return text.substr(at, text.find('\n', at) - at);
  };
  CHECK(line("email") == "  column email text");
  CHECK(line("e_mail2") == "  column e_mail2 text");
  CHECK(line("text") == "  column text text");
  CHECK(line("table") == "  column \"table\" text");
  CHECK(line("2nd") == "  column \"2nd\" text");
  CHECK(line("a.b") == "  column \"a.b\" text");
  CHECK(line("say \"hi\"\\\n") == "  column \"say \\\"hi\\\"\\\\\\n\" text");
  CHECK(line("数据列") == "  column \"数据列\" text");
  CHECK(line("\xff\x01") == "  column \"\\xff\\x01\" text");
}

TEST_CASE("a type keeps measures that its kind does not know") {
  const Type types[] = {{.kind = Kind::int64, .length = 11},
                        {.kind = Kind::varchar, .length = 3, .precision = 4, .scale = 5},
                        {.kind = Kind::decimal, .scale = 2},
                        {.kind = Kind::timestamp, .scale = 2},
                        {.kind = Kind::other, .dimensions = 255, .spelled = "a \"b\""}};
  for (const Type& type : types) {
    const Schema schema = with_column({.name = "c", .type = type});
    CAPTURE(to_text(schema));
    CHECK(schema_from_text(to_text(schema)) == schema);
  }
}

TEST_CASE("text that a line cannot hold is escaped") {
  Schema schema{.definitions = {{.kind = "view", .name = "v", .text = Sql("select 1\r\n")}}};
  CHECK(to_text(schema) == "dataflow schema 1\n\ndefine view v {\"select 1\\r\\n\"}\n");
  CHECK(schema_from_text(to_text(schema)) == schema);
}

TEST_CASE("what cannot be read is named with its line and what was expected there") {
  const Refused all[] = {
      {"", "line 1: expected the line \"dataflow schema 1\"", "this is no snapshot of dataflow"},
      {" {\"dataflow_schema\":1}", "line 1: expected the line \"dataflow schema 1\"", "this looks like JSON"},
      {"dataflow schemata 1\n", "line 1: expected \"schema\", found word \"schemata\"", "did you mean schema?"},
      {"dataflow schema 2\n", "line 1: expected notation 1, found 2",
       "a newer dataflow wrote this document; read it with that one"},
      {"dataflow schema 1\ntabel users\n", "line 2: expected table, define or unmodelled, found word \"tabel\"",
       "did you mean table?"},
      {"dataflow schema 1\ntable users\n  colunm id int64\n",
       "line 3: expected table, define or unmodelled, found word \"colunm\"", "did you mean column?"},
      {"dataflow schema 1\ntable users\n  column id\n", "line 3: expected a kind of type, found end of line", ""},
      {"dataflow schema 1\ntable users\n  column id tekst\n", "line 3: expected a kind of type, found word \"tekst\"",
       "did you mean text?"},
      {"dataflow schema 1\ntable users\n\n  column id text nul\n",
       "line 4: expected the end of the line, found word \"nul\"",
       "did you mean null? what may follow, in this order: not null, default, generated, identity, collate, "
       "comment, with"},
      {"dataflow schema 1\ntable t\n  column c text default nothing\n",
       "line 3: expected a literal or { sql }, found word \"nothing\"", ""},
      {"dataflow schema 1\ntable t\n  column c text default 9223372036854775808\n",
       "line 3: expected a number of 64 bits, found number \"9223372036854775808\"", ""},
      {"dataflow schema 1\ntable t\n  check { a > 0\n", "line 3: expected SQL that ends with \" }\"", ""},
      {"dataflow schema 1\ntable \"users\n", "line 2: expected a closing \" on this line",
       "write a line break inside a string as \\n"},
      {"dataflow schema 1\ntable t\n  foreign key (a) references b on delete casade\n",
       "line 3: expected an action, found word \"casade\"", "did you mean cascade?"},
      {"dataflow schema 1\ntable t\n  primary key (a)\n  primary key (b)\n",
       "line 4: expected one primary key a table, found word \"key\"", ""},
      {"dataflow schema 1\ntable t with (a, a)\n", "line 2: expected every attribute once, found a twice", ""},
      {"dataflow schema 1\n| text\n", "line 2: expected table, define or unmodelled, found text line \"text\"", ""},
  };
  for (const Refused& refused : all) check_refused(refused);
}

TEST_CASE("every value tells one fingerprint from another, server text and dialect do not") {
  const Schema schema = schema_from_text(shop);
  const std::string print = fingerprint(schema);
  CHECK(print.size() == 64);
  CHECK(print == "78191fc046cb7915070935afbcd5e3373fce48889b0b34177916192143c32e9b");
  Schema other = schema;
  other.dialect = "postgresql";
  other.tables[0].text.text = other.tables[0].indexes[0].text.text = "CREATE …";
  other.unmodelled.clear();
  std::swap(other.tables[0], other.tables[1]);
  std::swap(other.definitions[0], other.definitions[1]);
  std::swap(other.tables[1].columns[2], other.tables[1].columns[5]);
  CHECK(fingerprint(other) == print);
  other.tables[1].columns[2].default_value = Literal{std::uint64_t{1}};
  const std::string of_unsigned = fingerprint(other);
  other.tables[1].columns[2].default_value = Literal{std::int64_t{1}};
  CHECK(fingerprint(other) != of_unsigned);
  Schema swapped = schema;
  std::swap(swapped.tables[0].indexes[0].parts[0], swapped.tables[0].indexes[0].parts[1]);
  CHECK(fingerprint(swapped) != print);
}

TEST_CASE("zero has one fingerprint") {
  const auto zero = [](double value) {
    return fingerprint(with_column({.name = "c", .default_value = Literal{value}}));
  };
  CHECK(zero(0.0) == zero(-0.0));
  CHECK(zero(0.0) != zero(1.0));
}
