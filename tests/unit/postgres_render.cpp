// How PostgreSQL's SQL is written: names, values, and every clause.
#include <doctest/doctest.h>

#include <algorithm>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/postgresql/kinds.hpp"
#include "dialects/postgresql/postgresql.hpp"

using namespace dataflow;
using postgresql::quote;

namespace {

std::string literal_of(Literal value, Kind kind) { return postgresql::literal(value, Type{.kind = kind}); }
Type spelled(const char* name) { return postgresql::read_type(name); }

Table users() { return {.schema = "public", .name = "users", .columns = {{.name = "id", .type = spelled("integer")}}}; }
std::string all(const std::vector<std::string>& statements) { return join(statements, "; "); }
std::string created(const Table& table) { return all(postgresql::create(table)); }
std::string created(const Definition& definition) { return all(postgresql::create(definition)); }

std::string altered(const std::string& target, const Attributes& before, const Attributes& after) {
  return all(postgresql::alter_attributes(target, before, after));
}

/// The statements of `table` that those of the bare table do not have, with attributes set.
std::string with(const Attributes& attributes) {
  Table table = users();
  table.options.attributes = attributes;
  return created(table);
}

}  // namespace

TEST_CASE("postgres quoting: names as quote_ident writes them") {
  for (const char* plain :
       {"users", "name", "type", "value", "_a1", "date", "text", "key", "data", "temp", "virtual"}) {
    CAPTURE(std::string(plain));
    CHECK(quote(std::string_view(plain)) == plain);
  }
  // Reserved, in names of types or functions only, in names of columns only, and reserved since 16 or 17.
  for (const char* word : {"user", "select", "order", "left", "concurrently", "int", "between", "values", "setof",
                           "system_user", "json_table", "json", "merge_action"}) {
    CAPTURE(std::string(word));
    CHECK(quote(std::string_view(word)) == "\"" + std::string(word) + "\"");
  }
  CHECK(quote(std::string_view("Users")) == "\"Users\"");
  CHECK(quote(std::string_view("1st")) == "\"1st\"");
  CHECK(quote(std::string_view("a b")) == "\"a b\"");
  CHECK(quote(std::string_view("a$b")) == "\"a$b\"");
  CHECK(quote(std::string_view("")) == "\"\"");
  CHECK(quote(std::string_view("say \"hi\"")) == "\"say \"\"hi\"\"\"");
  CHECK(quote(std::string_view("straße")) == "\"straße\"");
  CHECK(quote(Path{"public", "users"}) == "public.users");
  CHECK(quote(Path{"My App", "order"}) == "\"My App\".\"order\"");
  CHECK(quote(Path{{}, "users"}) == "users");
}

TEST_CASE("postgres quoting: collations, bare where the server brings them") {
  CHECK(postgresql::quote_collation("C") == "\"C\"");
  CHECK(postgresql::quote_collation("en_US.utf8") == "\"en_US.utf8\"");
  CHECK(postgresql::quote_collation("de-x-icu") == "\"de-x-icu\"");
  CHECK(postgresql::quote_collation("public.german") == "public.german");
  CHECK(postgresql::quote_collation("public.\"German\"") == "public.\"German\"");
}

TEST_CASE("postgres quoting: texts") {
  CHECK(postgresql::text_literal("it's") == "'it''s'");
  CHECK(postgresql::text_literal("") == "''");
  CHECK(postgresql::text_literal("a\\b'c") == "E'a\\\\b''c'");
}

TEST_CASE("postgres literals: without casts") {
  CHECK(literal_of({true}, Kind::boolean) == "true");
  CHECK(literal_of({std::int64_t{-7}}, Kind::int32) == "-7");
  CHECK(literal_of({~std::uint64_t{0}}, Kind::uint64) == "18446744073709551615");
  CHECK(literal_of({0.5}, Kind::float64) == "0.5");
  CHECK(literal_of({1e300}, Kind::float64) == "'1e+300'");
  CHECK(literal_of({std::string("9.99")}, Kind::decimal) == "9.99");
  CHECK(literal_of({std::string("NaN")}, Kind::decimal) == "'NaN'");
  CHECK(literal_of({std::string("-")}, Kind::decimal) == "'-'");
  CHECK(literal_of({std::string("9.99")}, Kind::text) == "'9.99'");
  CHECK(literal_of({std::string("it's")}, Kind::text) == "'it''s'");
}

TEST_CASE("postgres columns") {
  const auto line = [](const Column& column) { return postgresql::column_definition(column); };
  CHECK(line({.name = "a", .type = spelled("text"), .nullable = true}) == "a text");
  CHECK(line({.name = "Order", .type = spelled("text")}) == "\"Order\" text NOT NULL");
  CHECK(line({.name = "a", .type = spelled("text"), .default_value = Default(Literal{std::string("x")})}) ==
        "a text DEFAULT 'x' NOT NULL");
  CHECK(line({.name = "a", .type = spelled("date"), .nullable = true, .default_value = Default(Sql("CURRENT_DATE"))}) ==
        "a date DEFAULT CURRENT_DATE");
  CHECK(line({.name = "a", .type = spelled("text"), .nullable = true, .collation = "C"}) == "a text COLLATE \"C\"");
  CHECK(line({.name = "a", .type = spelled("integer"), .identity = Identity::always}) ==
        "a integer GENERATED ALWAYS AS IDENTITY NOT NULL");
  CHECK(line({.name = "a",
              .type = spelled("bigint"),
              .identity = Identity::by_default,
              .attributes = {{"identity options", "START WITH 10 INCREMENT BY 2"}}}) ==
        "a bigint GENERATED BY DEFAULT AS IDENTITY (START WITH 10 INCREMENT BY 2) NOT NULL");
  CHECK(line({.name = "a", .type = spelled("integer"), .nullable = true, .generated = Generated{Sql("b + 1"), true}}) ==
        "a integer GENERATED ALWAYS AS (b + 1) STORED");
  CHECK(line({.name = "a", .type = spelled("integer"), .nullable = true, .generated = Generated{Sql("b + 1")}}) ==
        "a integer GENERATED ALWAYS AS (b + 1) VIRTUAL");
  CHECK(line({.name = "a",
              .type = spelled("text"),
              .nullable = true,
              .collation = "C",
              .attributes = {{"foreign options", "column_name 'b'"}}}) ==
        "a text OPTIONS (column_name 'b') COLLATE \"C\"");
}

TEST_CASE("postgres columns: what only ALTER can say") {
  const Column column{.name = "a",
                      .type = spelled("text"),
                      .comment = "it's a",
                      .attributes = {{"storage", "EXTERNAL"},
                                     {"compression", "lz4"},
                                     {"statistics", "500"},
                                     {"options", "n_distinct=5"},
                                     {"grant bob", "SELECT, UPDATE*"}}};
  const std::vector<std::string> expected = {
      "ALTER TABLE ONLY public.t ALTER COLUMN a SET STORAGE EXTERNAL",
      "ALTER TABLE ONLY public.t ALTER COLUMN a SET COMPRESSION lz4",
      "ALTER TABLE ONLY public.t ALTER COLUMN a SET STATISTICS 500",
      "ALTER TABLE ONLY public.t ALTER COLUMN a SET (n_distinct=5)",
      "COMMENT ON COLUMN public.t.a IS 'it''s a'",
      "GRANT SELECT (a) ON TABLE public.t TO bob",
      "GRANT UPDATE (a) ON TABLE public.t TO bob WITH GRANT OPTION",
  };
  CHECK(postgresql::column_settings(column, {"public", "t"}) == expected);
  CHECK(postgresql::column_settings({.name = "a", .type = spelled("text")}, {"public", "t"}).empty());
}

TEST_CASE("postgres keys") {
  const std::vector<KeyPart> ab = {{.column = "a"}, {.column = "Order"}};
  CHECK(postgresql::primary_key_clause({.parts = ab}) == "PRIMARY KEY (a, \"Order\")");
  CHECK(postgresql::primary_key_clause({.name = "pk", .parts = ab}) == "CONSTRAINT pk PRIMARY KEY (a, \"Order\")");
  CHECK(postgresql::primary_key_clause({.name = "pk", .parts = ab, .attributes = {{"without overlaps", ""}}}) ==
        "CONSTRAINT pk PRIMARY KEY (a, \"Order\" WITHOUT OVERLAPS)");
  CHECK(postgresql::unique_clause({.name = "u",
                                   .parts = {{.column = "a"}},
                                   .attributes = {{"nulls not distinct", ""},
                                                  {"include", "b, \"C\""},
                                                  {"with", "fillfactor=70"},
                                                  {"tablespace", "Fast"},
                                                  {"deferrable", ""},
                                                  {"initially deferred", ""}}}) ==
        "CONSTRAINT u UNIQUE NULLS NOT DISTINCT (a) INCLUDE (b, \"C\") WITH (fillfactor=70) USING INDEX TABLESPACE "
        "\"Fast\" DEFERRABLE INITIALLY DEFERRED");
  CHECK(postgresql::unique_clause({.name = "u", .parts = {{.column = "a"}}, .attributes = {{"deferrable", ""}}}) ==
        "CONSTRAINT u UNIQUE (a) DEFERRABLE");
}

TEST_CASE("postgres foreign keys") {
  ForeignKey key{.name = "fk", .columns = {"a", "b"}, .references = {"app", "t"}, .referenced = {"x", "y"}};
  const std::string plain = "CONSTRAINT fk FOREIGN KEY (a, b) REFERENCES app.t (x, y)";
  CHECK(postgresql::foreign_key_clause(key) == plain);
  key.on_update = Action::cascade, key.on_delete = Action::set_null, key.attributes["set columns"] = "b";
  CHECK(postgresql::foreign_key_clause(key) == plain + " ON UPDATE CASCADE ON DELETE SET NULL (b)");
  key.on_update = key.on_delete = Action::no_action, key.attributes.clear();
  key.attributes["match full"] = "", key.deferrable = true, key.attributes["not valid"] = "";
  CHECK(postgresql::foreign_key_clause(key) == plain + " MATCH FULL DEFERRABLE NOT VALID");
  key.attributes = {{"period", ""}, {"not enforced", ""}}, key.initially_deferred = true;
  CHECK(postgresql::foreign_key_clause(key) ==
        "CONSTRAINT fk FOREIGN KEY (a, PERIOD b) REFERENCES app.t (x, PERIOD y) DEFERRABLE INITIALLY DEFERRED NOT "
        "ENFORCED");
  CHECK(postgresql::foreign_key_clause({.columns = {"a"}, .references = {{}, "t"}, .on_delete = Action::restrict}) ==
        "FOREIGN KEY (a) REFERENCES t ON DELETE RESTRICT");
}

TEST_CASE("postgres checks") {
  CHECK(postgresql::check_clause({.name = "c", .expression = Sql("a > 0")}) == "CONSTRAINT c CHECK (a > 0)");
  CHECK(postgresql::check_clause(
            {.name = "c", .expression = Sql("a > 0"), .attributes = {{"no inherit", ""}, {"not valid", ""}}}) ==
        "CONSTRAINT c CHECK (a > 0) NO INHERIT NOT VALID");
  CHECK(postgresql::check_clause({.expression = Sql("a > 0"), .attributes = {{"not enforced", ""}}}) ==
        "CHECK (a > 0) NOT ENFORCED");
}

TEST_CASE("postgres indexes") {
  const auto index = [](Index i) { return postgresql::create_index(i, {"public", "t"}); };
  CHECK(index({.name = "i", .parts = {{.column = "a"}, {.column = "b", .descending = true}}}) ==
        "CREATE INDEX i ON public.t (a, b DESC)");
  CHECK(index({.name = "i",
               .unique = true,
               .parts = {{.column = "a",
                          .descending = true,
                          .collation = "C",
                          .attributes = {{"operator class", "text_pattern_ops"}, {"nulls", "last"}}}},
               .where = Sql("(b > 0)"),
               .attributes = {{"only", ""},
                              {"method", "btree"},
                              {"include", "c"},
                              {"nulls not distinct", ""},
                              {"with", "fillfactor=70"},
                              {"tablespace", "fast"}}}) ==
        "CREATE UNIQUE INDEX i ON ONLY public.t USING btree (a COLLATE \"C\" text_pattern_ops DESC NULLS LAST) INCLUDE "
        "(c) NULLS NOT DISTINCT WITH (fillfactor=70) TABLESPACE fast WHERE (b > 0)");
}

TEST_CASE("postgres indexes: an expression is put in parentheses unless it is a call") {
  struct Row {
    const char *expression, *written;
  };
  for (const Row& row : {Row{"lower(a)", "lower(a)"},
                         {"public.f(a, ')')", "public.f(a, ')')"},
                         {"a + b", "(a + b)"},
                         {"(a + b)", "(a + b)"},
                         {"(a) + (b)", "((a) + (b))"},
                         {"lower(a) || upper(b)", "(lower(a) || upper(b))"},
                         {"a", "(a)"},
                         // Words that stand before parentheses without calling anything.
                         {"not(a)", "(not(a))"},
                         {"exists(a)", "(exists(a))"},
                         {"a -> 'x)'", "(a -> 'x)')"}}) {
    CAPTURE(std::string(row.expression));
    CHECK(postgresql::create_index({.name = "i", .parts = {{.expression = Sql(row.expression)}}}, {"public", "t"}) ==
          "CREATE INDEX i ON public.t (" + std::string(row.written) + ")");
  }
}

TEST_CASE("postgres tables: clauses of CREATE TABLE") {
  const std::string plain = "CREATE TABLE public.users (\n  id integer NOT NULL\n)";
  CHECK(created(users()) == plain);
  CHECK(with({{"persistence", "unlogged"}}) == "CREATE UNLOGGED" + plain.substr(6));
  CHECK(with({{"partition by", "RANGE (id)"}}) == plain + " PARTITION BY RANGE (id)");
  CHECK(with({{"access method", "columnar"}, {"with", "fillfactor=70"}, {"tablespace", "fast"}}) ==
        plain + " USING columnar WITH (fillfactor=70) TABLESPACE fast");
  CHECK(with({{"foreign server", "far"}, {"foreign options", "a 'b'"}}) ==
        "CREATE FOREIGN" + plain.substr(6) + " SERVER far OPTIONS (a 'b')");
  CHECK(with({{"of type", "public.person"}}) ==
        "CREATE TABLE public.users OF public.person (\n  id WITH OPTIONS NOT NULL\n)");
  CHECK(with({{"partition of", "public.all_users"}, {"bound", "FOR VALUES IN (1)"}}) ==
        plain + "; ALTER TABLE ONLY public.all_users ATTACH PARTITION public.users FOR VALUES IN (1)");
  CHECK(with({{"inherits", "public.a, public.b"}}) ==
        plain + "; ALTER TABLE public.users INHERIT public.a; ALTER TABLE public.users INHERIT public.b");
  CHECK(with({{"replica identity", "full"}}) == plain + "; ALTER TABLE ONLY public.users REPLICA IDENTITY FULL");
  CHECK(with({{"replica identity", "index i"}}) ==
        plain + "; ALTER TABLE ONLY public.users REPLICA IDENTITY USING INDEX i");
  CHECK(with({{"row security", "enabled, forced"}}) ==
        plain +
            "; ALTER TABLE public.users ENABLE ROW LEVEL SECURITY; ALTER TABLE public.users FORCE ROW LEVEL "
            "SECURITY");
  CHECK(with({{"owner", "Bob"}, {"grant amy", "SELECT"}}) ==
        plain + "; ALTER TABLE public.users OWNER TO \"Bob\"; GRANT SELECT ON TABLE public.users TO amy");
  CHECK(created(Table{.schema = "public", .name = "nothing"}) == "CREATE TABLE public.nothing ()");
}

TEST_CASE("postgres tables: what parents bring is not said again") {
  Table table = users();
  table.columns[0].attributes["inherited"] = "";
  table.columns[0].default_value = Default(Sql("7"));
  table.columns.push_back({.name = "own", .type = spelled("text"), .nullable = true});
  table.checks = {{.name = "theirs", .expression = Sql("id > 0"), .attributes = {{"inherited", ""}}},
                  {.name = "mine", .expression = Sql("id < 9")}};
  table.options.attributes["inherits"] = "public.parent";
  CHECK(created(table) ==
        "CREATE TABLE public.users (\n  own text,\n  CONSTRAINT mine CHECK (id < 9)\n) INHERITS (public.parent); ALTER "
        "TABLE ONLY public.users ALTER COLUMN id SET DEFAULT 7; ALTER TABLE ONLY public.users ALTER COLUMN id SET NOT "
        "NULL");
  // A partition is attached to its parent: then nothing comes from there, and its columns keep their order.
  table.options.attributes = {{"partition of", "public.parent"}, {"bound", "DEFAULT"}};
  CHECK(
      created(table) ==
      "CREATE TABLE public.users (\n  id integer DEFAULT 7 NOT NULL,\n  own text,\n  CONSTRAINT theirs CHECK (id > "
      "0),\n  CONSTRAINT mine CHECK (id < 9)\n); ALTER TABLE ONLY public.parent ATTACH PARTITION public.users DEFAULT");
}

TEST_CASE("postgres tables: keys, checks and indexes with what belongs to them") {
  Table table = users();
  table.primary_key =
      PrimaryKey{.name = "pk", .parts = {{.column = "id"}}, .attributes = {{"comment", "the key"}, {"clustered", ""}}};
  table.checks = {{.name = "old", .expression = Sql("id > 0"), .attributes = {{"not valid", ""}}}};
  table.indexes = {{.name = "i",
                    .parts = {{.column = "id"}, {.expression = Sql("(id + 1)")}},
                    .attributes = {{"statistics", "2=100"}, {"comment", "fast"}, {"replica identity", ""}}}};
  table.foreign_keys = {{.name = "fk", .columns = {"id"}, .references = {"public", "users"}}};
  table.options.comment = "people";
  CHECK(postgresql::create(table) ==
        std::vector<std::string>{
            "CREATE TABLE public.users (\n  id integer NOT NULL,\n  CONSTRAINT pk PRIMARY KEY (id)\n)",
            "ALTER TABLE public.users ADD CONSTRAINT old CHECK (id > 0) NOT VALID",
            "CREATE INDEX i ON public.users (id, (id + 1))",
            "ALTER INDEX public.i ALTER COLUMN 2 SET STATISTICS 100",
            "ALTER TABLE ONLY public.users REPLICA IDENTITY USING INDEX i",
            "COMMENT ON INDEX public.i IS 'fast'",
            "ALTER TABLE public.users CLUSTER ON pk",
            "COMMENT ON CONSTRAINT pk ON public.users IS 'the key'",
            "COMMENT ON TABLE public.users IS 'people'",
        });
}

TEST_CASE("postgres definitions: identities and how they are dropped") {
  struct Row {
    Definition definition;
    const char* identity;
  };
  const Row rows[] = {
      {{.kind = "schema", .name = "App"}, "SCHEMA \"App\""},
      {{.kind = "extension", .name = "pg_trgm"}, "EXTENSION pg_trgm"},
      {{.kind = "enum", .schema = "public", .name = "mood"}, "TYPE public.mood"},
      {{.kind = "domain", .schema = "public", .name = "d"}, "DOMAIN public.d"},
      {{.kind = "sequence", .schema = "public", .name = "s"}, "SEQUENCE public.s"},
      {{.kind = "function", .schema = "public", .name = "f", .on = "integer, text"},
       "FUNCTION public.f(integer, text)"},
      {{.kind = "procedure", .schema = "public", .name = "p"}, "PROCEDURE public.p()"},
      {{.kind = "aggregate", .schema = "public", .name = "a", .on = "*"}, "AGGREGATE public.a(*)"},
      {{.kind = "operator", .schema = "public", .name = "=~", .on = "text, NONE"}, "OPERATOR public.=~ (text, NONE)"},
      {{.kind = "operator class", .schema = "public", .name = "c", .on = "btree"},
       "OPERATOR CLASS public.c USING btree"},
      {{.kind = "cast", .name = "(text AS public.mood)"}, "CAST (text AS public.mood)"},
      {{.kind = "transform", .name = "FOR public.h LANGUAGE pl"}, "TRANSFORM FOR public.h LANGUAGE pl"},
      {{.kind = "materialized view", .schema = "public", .name = "m"}, "MATERIALIZED VIEW public.m"},
      {{.kind = "index", .schema = "public", .name = "i", .on = "m"}, "INDEX public.i"},
      {{.kind = "statistics", .schema = "public", .name = "s", .on = "t"}, "STATISTICS public.s"},
      {{.kind = "trigger", .schema = "public", .name = "tr", .on = "Users"}, "TRIGGER tr ON public.\"Users\""},
      {{.kind = "policy", .schema = "public", .name = "p", .on = "t"}, "POLICY p ON public.t"},
      {{.kind = "event trigger", .name = "e"}, "EVENT TRIGGER e"},
      {{.kind = "text search configuration", .schema = "public", .name = "c"}, "TEXT SEARCH CONFIGURATION public.c"},
      {{.kind = "foreign data wrapper", .name = "w"}, "FOREIGN DATA WRAPPER w"},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.identity));
    CHECK(postgresql::identity(row.definition) == row.identity);
    CHECK(postgresql::drop(row.definition) == "DROP " + std::string(row.identity));
  }
  const Definition exclusion{.kind = "exclusion constraint", .schema = "public", .name = "x", .on = "t"};
  CHECK(postgresql::identity(exclusion) == "CONSTRAINT x ON public.t");
  CHECK(postgresql::drop(exclusion) == "ALTER TABLE public.t DROP CONSTRAINT x");
  CHECK(postgresql::drop({.kind = "default privileges", .name = "tables to bob", .on = "amy"}).empty());
  CHECK_THROWS_AS(postgresql::identity({.kind = "virtual table", .name = "v"}), Error);
}

TEST_CASE("postgres definitions: every kind can be told from the others") {
  for (const postgresql::DefinitionKind& kind : postgresql::all_kinds()) {
    CAPTURE(std::string(kind.kind));
    CHECK(&postgresql::kind_of(kind.kind) == &kind);
    CHECK(kind.rank != postgresql::table_rank);
    // Whoever owns an object can be told of it, and whom something can be granted on it.
    const Definition d{.kind = std::string(kind.kind), .schema = "public", .name = "x", .on = "y"};
    const std::string what = postgresql::identity(d);
    if (kind.naming == postgresql::Naming::nothing) continue;
    CHECK(what.starts_with(kind.keyword));
    const std::vector<std::string> given = postgresql::alter_attributes(what, {}, {{"grant bob", "USAGE"}});
    CHECK(given.size() == (kind.grants.empty() ? 0 : 1));
    if (!given.empty()) CHECK(given[0].starts_with("GRANT USAGE ON " + std::string(kind.grants) + " "));
  }
}

TEST_CASE("postgres definitions: what is set apart from the CREATE statement") {
  CHECK(created({.kind = "schema", .name = "public", .text = Sql("CREATE SCHEMA public")}) ==
        "CREATE SCHEMA IF NOT EXISTS public");
  CHECK(created({.kind = "trigger",
                 .schema = "public",
                 .name = "tr",
                 .on = "t",
                 .text = Sql("CREATE TRIGGER …"),
                 .attributes = {{"enabled", "replica"}, {"comment", "c"}}}) ==
        "CREATE TRIGGER …; ALTER TABLE public.t ENABLE REPLICA TRIGGER tr; COMMENT ON TRIGGER tr ON public.t IS 'c'");
  CHECK(created({.kind = "rule",
                 .schema = "public",
                 .name = "r",
                 .on = "t",
                 .text = Sql("CREATE RULE …"),
                 .attributes = {{"enabled", "disabled"}}}) == "CREATE RULE …; ALTER TABLE public.t DISABLE RULE r");
  CHECK(created({.kind = "event trigger",
                 .name = "e",
                 .text = Sql("CREATE EVENT TRIGGER …"),
                 .attributes = {{"enabled", "always"}}}) ==
        "CREATE EVENT TRIGGER …; ALTER EVENT TRIGGER e ENABLE ALWAYS");
  CHECK(created({.kind = "statistics",
                 .schema = "public",
                 .name = "s",
                 .on = "t",
                 .text = Sql("CREATE STATISTICS …"),
                 .attributes = {{"target", "9"}}}) ==
        "CREATE STATISTICS …; ALTER STATISTICS public.s SET STATISTICS 9");
  CHECK(created({.kind = "text search configuration",
                 .schema = "public",
                 .name = "c",
                 .text = Sql("CREATE TEXT SEARCH CONFIGURATION …"),
                 .parts = {{.name = "word", .text = Sql("public.d, english_stem")}}}) ==
        "CREATE TEXT SEARCH CONFIGURATION …; ALTER TEXT SEARCH CONFIGURATION public.c ADD MAPPING FOR word WITH "
        "public.d, english_stem");
  // CREATE DOMAIN has no NOT VALID.
  CHECK(
      created({.kind = "domain",
               .schema = "public",
               .name = "d",
               .text = Sql("CREATE DOMAIN …"),
               .parts = {{.name = "a", .text = Sql("CHECK (VALUE > 0)")},
                         {.name = "b", .text = Sql("CHECK (VALUE < 9) NOT VALID")}},
               .attributes = {{"type", "integer"}, {"default", "1"}, {"not null", ""}}}) ==
      "CREATE DOMAIN public.d AS integer DEFAULT 1 NOT NULL CONSTRAINT a CHECK (VALUE > 0); ALTER DOMAIN public.d ADD "
      "CONSTRAINT b CHECK (VALUE < 9) NOT VALID");
}

TEST_CASE("postgres definitions: CREATE OR REPLACE, and when it will do") {
  const Definition view{.kind = "view",
                        .schema = "public",
                        .name = "v",
                        .text = Sql("CREATE VIEW v AS SELECT 1 AS a"),
                        .parts = {{.name = "a", .text = Sql("integer")}}};
  CHECK(postgresql::create_or_replace(view) == "CREATE OR REPLACE VIEW v AS SELECT 1 AS a");
  Definition longer = view;
  longer.parts.push_back({.name = "b", .text = Sql("text")});
  CHECK(postgresql::replaceable(view, longer));
  CHECK_FALSE(postgresql::replaceable(longer, view));
  Definition other = view;
  other.parts[0].text = Sql("bigint");
  CHECK_FALSE(postgresql::replaceable(view, other));

  const Definition function{.kind = "function",
                            .schema = "public",
                            .name = "f",
                            .on = "integer",
                            .text = Sql("CREATE OR REPLACE FUNCTION f"),
                            .parts = {{.name = "a", .text = Sql("integer DEFAULT 1")}},
                            .attributes = {{"returns", "text"}}};
  CHECK(postgresql::create_or_replace(function) == function.text.text);
  Definition changed = function;
  changed.attributes["returns"] = "integer";
  CHECK_FALSE(postgresql::replaceable(function, changed));
  changed = function, changed.parts[0].name = "b";
  CHECK_FALSE(postgresql::replaceable(function, changed));
  changed = function, changed.parts[0].text = Sql("integer");
  CHECK_FALSE(postgresql::replaceable(function, changed));
  CHECK(postgresql::replaceable(changed, function));
  changed = function, changed.text = Sql("another body"), changed.attributes["comment"] = "x";
  CHECK(postgresql::replaceable(function, changed));

  const Definition trigger{.kind = "trigger", .name = "t", .on = "u", .text = Sql("CREATE TRIGGER t")};
  Definition constraint = trigger;
  constraint.text = Sql("CREATE CONSTRAINT TRIGGER t");
  CHECK(postgresql::replaceable(trigger, trigger));
  CHECK_FALSE(postgresql::replaceable(trigger, constraint));
  const Definition sequence{.kind = "sequence", .name = "s"};
  CHECK_FALSE(postgresql::replaceable(sequence, sequence));
}

TEST_CASE("postgres attributes: comments and owners") {
  CHECK(altered("TABLE public.t", {}, {{"comment", "it's"}}) == "COMMENT ON TABLE public.t IS 'it''s'");
  CHECK(altered("TABLE public.t", {{"comment", "a"}}, {}) == "COMMENT ON TABLE public.t IS NULL");
  CHECK(altered("VIEW public.v", {{"owner", "a"}}, {{"owner", "B"}}) == "ALTER VIEW public.v OWNER TO \"B\"");
  CHECK(altered("VIEW public.v", {{"owner", "a"}}, {}) == "ALTER VIEW public.v OWNER TO CURRENT_USER");
  CHECK(altered("VIEW public.v", {{"owner", "a"}}, {{"owner", "a"}}).empty());
}

TEST_CASE("postgres attributes: privileges change by what differs") {
  const std::string table = "TABLE public.t";
  CHECK(altered(table, {}, {{"grant bob", "INSERT, SELECT*"}}) ==
        "GRANT INSERT ON TABLE public.t TO bob; GRANT SELECT ON TABLE public.t TO bob WITH GRANT OPTION");
  CHECK(altered(table, {{"grant bob", "INSERT, SELECT*"}}, {}) == "REVOKE INSERT, SELECT ON TABLE public.t FROM bob");
  CHECK(altered(table, {{"grant bob", "INSERT, SELECT"}}, {{"grant bob", "SELECT, UPDATE"}}) ==
        "REVOKE INSERT ON TABLE public.t FROM bob; GRANT UPDATE ON TABLE public.t TO bob");
  CHECK(altered(table, {{"grant bob", "SELECT*"}}, {{"grant bob", "SELECT"}}) ==
        "REVOKE GRANT OPTION FOR SELECT ON TABLE public.t FROM bob");
  CHECK(altered(table, {{"grant bob", "SELECT"}}, {{"grant bob", "SELECT*"}}) ==
        "GRANT SELECT ON TABLE public.t TO bob WITH GRANT OPTION");
  CHECK(altered(table, {{"grant PUBLIC", "SELECT"}}, {{"grant PUBLIC", "SELECT"}}).empty());
  CHECK(altered("FUNCTION public.f()", {}, {{"revoke PUBLIC", "EXECUTE"}, {"grant Bob", "EXECUTE"}}) ==
        "REVOKE EXECUTE ON FUNCTION public.f() FROM PUBLIC; GRANT EXECUTE ON FUNCTION public.f() TO \"Bob\"");
  CHECK(altered("FUNCTION public.f()", {{"revoke PUBLIC", "EXECUTE"}}, {}) ==
        "GRANT EXECUTE ON FUNCTION public.f() TO PUBLIC");
  CHECK(altered("COLUMN public.\"T.x\".\"A b\"", {{"grant bob", "SELECT"}}, {{"grant bob", "UPDATE"}}) ==
        "REVOKE SELECT (\"A b\") ON TABLE public.\"T.x\" FROM bob; GRANT UPDATE (\"A b\") ON TABLE public.\"T.x\" TO "
        "bob");
}

TEST_CASE("postgres attributes: what stands behind GRANT … ON") {
  struct Row {
    const char *target, *on;
  };
  for (const Row& row :
       {Row{"FOREIGN TABLE public.t", "TABLE public.t"},
        {"MATERIALIZED VIEW public.m", "TABLE public.m"},
        {"SEQUENCE public.s", "SEQUENCE public.s"},
        {"DOMAIN public.d", "TYPE public.d"},
        {"SERVER far", "FOREIGN SERVER far"},
        {"PROCEDURE public.p(integer)", "PROCEDURE public.p(integer)"},
        {"AGGREGATE public.a(*)", "FUNCTION public.a()"},
        {"AGGREGATE public.a(double precision ORDER BY integer)", "FUNCTION public.a(double precision, integer)"},
        {"AGGREGATE public.a(ORDER BY integer)", "FUNCTION public.a(integer)"}}) {
    CAPTURE(std::string(row.target));
    CHECK(altered(row.target, {}, {{"grant bob", "USAGE"}}) == "GRANT USAGE ON " + std::string(row.on) + " TO bob");
  }
}
