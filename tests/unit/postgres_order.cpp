// In which order a schema comes into being, and what is done where objects need each other in a ring.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "core/text.hpp"
#include "dialects/postgresql/postgresql.hpp"

using namespace dataflow;

namespace {

Type integer() { return postgresql::read_type("integer"); }
Table table(const char* name, std::vector<Dependency> needs = {}) {
  return {
      .schema = "public", .name = name, .columns = {{.name = "a", .type = integer()}}, .depends_on = std::move(needs)};
}
Definition definition(const char* kind, const char* name, std::vector<Dependency> needs = {}) {
  return {.kind = kind,
          .schema = "public",
          .name = name,
          .text = Sql(std::string("CREATE ") + kind + " " + name),
          .depends_on = std::move(needs)};
}
Dependency on(const char* kind, const char* name, const char* part = "") {
  return {.kind = kind, .path = {"public", name}, .part = part};
}
Definition schema_of(const char* name) {
  return {.kind = "schema", .name = name, .text = Sql(std::string("CREATE SCHEMA ") + name)};
}

std::vector<std::string> names(const Schema& schema, std::vector<Dependency>* loose = nullptr) {
  std::vector<std::string> out;
  for (const std::size_t i : postgresql::creation_order(schema, loose))
    out.push_back(i < schema.tables.size() ? schema.tables[i].name.text
                                           : schema.definitions[i - schema.tables.size()].name.text);
  return out;
}

std::string script(const Schema& schema) { return join(postgresql::creation_script(schema), "; "); }
/// Whether `parts` stand in `text` one after the other.
bool in_order(const std::string& text, const std::vector<std::string>& parts) {
  std::size_t at = 0;
  for (const std::string& part : parts) {
    at = text.find(part, at);
    if (at == std::string::npos) return false;
    at += part.size();
  }
  return true;
}

}  // namespace

TEST_CASE("postgres order: kinds where nothing is said of needs") {
  Schema schema;
  schema.tables = {table("t")};
  schema.definitions = {definition("view", "v"),
                        definition("trigger", "tr"),
                        definition("function", "f"),
                        definition("enum", "e"),
                        definition("sequence", "s"),
                        schema_of("public"),
                        {.kind = "event trigger", .name = "et"},
                        {.kind = "extension", .name = "x"},
                        {.kind = "default privileges", .name = "dp"},
                        {.kind = "publication", .name = "p"}};
  CHECK(names(schema) == std::vector<std::string>{"public", "x", "e", "s", "f", "t", "v", "tr", "p", "et", "dp"});
}

TEST_CASE("postgres order: needs go before ranks and names") {
  Schema schema;
  schema.tables = {table("a", {on("table", "b", "column a"), on("function", "over_view", "index i")}), table("b"),
                   table("c")};
  schema.definitions = {definition("view", "v", {on("table", "b")}),
                        definition("function", "over_view", {on("view", "v")}),
                        definition("view", "early", {on("view", "late")}), definition("view", "late")};
  CHECK(names(schema) == std::vector<std::string>{"b", "c", "late", "early", "v", "over_view", "a"});
}

TEST_CASE("postgres order: parents, types of tables, servers and what something stands on are needs") {
  Schema schema;
  schema.tables = {table("a"), table("b"), table("c"), table("d"), table("z")};
  schema.tables[0].options.attributes["partition of"] = "public.b";
  schema.tables[1].options.attributes["inherits"] = "public.d, public.z";
  schema.tables[2].options.attributes["of type"] = "public.kind";
  schema.tables[4].schema = "other";
  schema.tables[1].options.attributes["inherits"] = "public.d, other.z";
  schema.definitions = {definition("composite type", "kind"), schema_of("other"), schema_of("public")};
  schema.definitions.push_back(definition("index", "i"));
  schema.definitions.back().on = "m";
  schema.definitions.push_back(definition("materialized view", "m"));
  CHECK(names(schema) == std::vector<std::string>{"other", "public", "kind", "z", "c", "d", "b", "a", "m", "i"});
}

TEST_CASE("postgres order: foreign keys are no needs and come last") {
  Schema schema;
  schema.tables = {table("a"), table("b")};
  schema.tables[0].foreign_keys = {{.name = "ab", .columns = {"a"}, .references = {"public", "b"}}};
  schema.tables[1].foreign_keys = {
      {.name = "ba", .columns = {"a"}, .references = {"public", "a"}, .attributes = {{"comment", "back"}}}};
  schema.tables[0].depends_on = {on("table", "b", "foreign key ab")};
  schema.tables[1].depends_on = {on("table", "a", "foreign key ba")};
  std::vector<Dependency> loose;
  CHECK(names(schema, &loose) == std::vector<std::string>{"a", "b"});
  CHECK(loose.empty());
  CHECK(in_order(script(schema), {"CREATE TABLE public.a", "CREATE TABLE public.b", "ADD CONSTRAINT ab FOREIGN KEY",
                                  "ADD CONSTRAINT ba FOREIGN KEY", "COMMENT ON CONSTRAINT ba ON public.b IS 'back'"}));
}

TEST_CASE("postgres order: the same whatever the order of the values") {
  Schema schema;
  for (const char* name : {"a", "b", "c", "d", "e"}) schema.tables.push_back(table(name));
  schema.tables[0].depends_on = {on("table", "e", "column a")};
  schema.definitions = {definition("view", "v", {on("table", "a"), on("table", "c")}), definition("view", "w"),
                        definition("function", "f", {on("view", "v")}), definition("enum", "m")};
  const std::vector<std::string> expected = names(schema);
  std::mt19937 random(7);
  for (int i = 0; i < 20; ++i) {
    std::shuffle(schema.tables.begin(), schema.tables.end(), random);
    std::shuffle(schema.definitions.begin(), schema.definitions.end(), random);
    CHECK(names(schema) == expected);
  }
}

TEST_CASE("postgres rings: a default waits for the function that reads its table") {
  Schema schema;
  schema.tables = {table("t", {on("function", "next", "column a")})};
  schema.tables[0].columns[0].default_value = Default(Sql("public.next()"));
  schema.definitions = {definition("function", "next", {on("table", "t")})};
  std::vector<Dependency> loose;
  CHECK(names(schema, &loose) == std::vector<std::string>{"t", "next"});
  CHECK(loose == schema.tables[0].depends_on);
  CHECK(postgresql::creation_script(schema) ==
        std::vector<std::string>{"CREATE TABLE public.t (\n  a integer NOT NULL\n)", "CREATE function next",
                                 "ALTER TABLE ONLY public.t ALTER COLUMN a SET DEFAULT public.next()"});
}

TEST_CASE("postgres rings: checks and indexes wait for the function that takes rows of their table") {
  Schema schema;
  schema.tables = {table("t", {on("function", "f", "check c"), on("function", "f", "index i")})};
  schema.tables[0].checks = {{.name = "c", .expression = Sql("public.f(t.*)"), .attributes = {{"comment", "why"}}}};
  schema.tables[0].indexes = {{.name = "i", .parts = {{.expression = Sql("public.f(t.*)")}}}};
  schema.definitions = {definition("function", "f", {on("table", "t")})};
  CHECK(postgresql::creation_script(schema) ==
        std::vector<std::string>{"CREATE TABLE public.t (\n  a integer NOT NULL\n)", "CREATE function f",
                                 "ALTER TABLE public.t ADD CONSTRAINT c CHECK (public.f(t.*))",
                                 "COMMENT ON CONSTRAINT c ON public.t IS 'why'",
                                 "CREATE INDEX i ON public.t (public.f(t.*))"});
}

TEST_CASE("postgres rings: a view is stood in for until its function is there") {
  Schema schema;
  schema.definitions = {definition("view", "v", {on("function", "f")}), definition("function", "f", {on("view", "v")})};
  schema.definitions[0].text = Sql("CREATE VIEW public.v AS SELECT public.f() AS a");
  schema.definitions[0].parts = {{.name = "a", .text = Sql("integer")}, {.name = "Order", .text = Sql("text")}};
  schema.definitions[0].attributes = {{"comment", "c"}};
  CHECK(postgresql::creation_script(schema) ==
        std::vector<std::string>{"CREATE VIEW public.v AS SELECT NULL::integer AS a, NULL::text AS \"Order\"",
                                 "CREATE function f", "CREATE OR REPLACE VIEW public.v AS SELECT public.f() AS a",
                                 "COMMENT ON VIEW public.v IS 'c'"});
}

TEST_CASE("postgres rings: a domain does without its checks until their function is there") {
  Schema schema;
  schema.definitions = {definition("domain", "d", {on("function", "f")}),
                        definition("function", "f", {on("domain", "d")})};
  schema.definitions[0].parts = {{.name = "ok", .text = Sql("CHECK (public.f(VALUE))")}};
  schema.definitions[0].attributes = {{"type", "integer"}};
  CHECK(postgresql::creation_script(schema) ==
        std::vector<std::string>{"CREATE DOMAIN public.d AS integer", "CREATE function f",
                                 "ALTER DOMAIN public.d ADD CONSTRAINT ok CHECK (public.f(VALUE))"});
}

TEST_CASE("postgres rings: what cannot be cut is still said once, and nothing is lost") {
  Schema schema;
  schema.tables = {table("t", {on("enum", "e", "column a")}), table("u")};
  schema.definitions = {definition("enum", "e", {on("materialized view", "m")}),
                        definition("materialized view", "m", {on("table", "t")})};
  const std::vector<std::string> all = names(schema);
  CHECK(all.size() == 4);
  for (const char* name : {"t", "u", "e", "m"}) CHECK(std::count(all.begin(), all.end(), name) == 1);
}

TEST_CASE("postgres script: sequences get their owners at the end") {
  Schema schema;
  schema.tables = {table("t", {on("sequence", "s", "column a")})};
  schema.definitions = {definition("sequence", "s")};
  schema.definitions[0].attributes = {{"owned by", "public.t.a"}};
  CHECK(in_order(script(schema),
                 {"CREATE sequence s", "CREATE TABLE public.t", "ALTER SEQUENCE public.s OWNED BY public.t.a"}));
}

TEST_CASE("postgres script: an index that partitions are without is created when they are there") {
  Schema schema;
  schema.tables = {table("parent"), table("child")};
  schema.tables[0].options.attributes["partition by"] = "LIST (a)";
  schema.tables[0].indexes = {{.name = "i", .parts = {{.column = "a"}}, .attributes = {{"only", ""}}}};
  schema.tables[1].options.attributes = {{"partition of", "public.parent"}, {"bound", "DEFAULT"}};
  schema.tables[1].indexes = {
      {.name = "child_i", .parts = {{.column = "a"}}, .attributes = {{"attached to", "public.i"}}}};
  CHECK(in_order(script(schema), {"CREATE TABLE public.parent", "CREATE TABLE public.child", "CREATE INDEX child_i",
                                  "ATTACH PARTITION public.child DEFAULT", "CREATE INDEX i ON ONLY public.parent (a)",
                                  "ALTER INDEX public.i ATTACH PARTITION public.child_i"}));
}

TEST_CASE("postgres script: an unproven check comes to children as it is; a child may have proven it") {
  Schema schema;
  schema.tables = {table("parent"), table("child")};
  schema.tables[0].checks = {{.name = "c", .expression = Sql("a > 0"), .attributes = {{"not valid", ""}}}};
  schema.tables[1].options.attributes["inherits"] = "public.parent";
  schema.tables[1].columns[0].attributes["inherited"] = "";
  schema.tables[1].checks = {{.name = "c", .expression = Sql("a > 0"), .attributes = {{"inherited", ""}}}};
  CHECK(postgresql::creation_script(schema) ==
        std::vector<std::string>{"CREATE TABLE public.parent (\n  a integer NOT NULL\n)",
                                 "CREATE TABLE public.child () INHERITS (public.parent)",
                                 "ALTER TABLE public.parent ADD CONSTRAINT c CHECK (a > 0) NOT VALID",
                                 "ALTER TABLE public.child VALIDATE CONSTRAINT c"});
}

TEST_CASE("postgres objects: found by kind, path and what they stand on") {
  Schema schema;
  schema.tables = {table("t")};
  schema.definitions = {definition("function", "f"), definition("function", "f")};
  schema.definitions[1].on = "integer";
  const postgresql::Objects objects(schema);
  CHECK(objects.find("table", {"public", "t"}) == 0);
  CHECK(objects.find("function", {"public", "f"}) == 1);
  CHECK(objects.find("function", {"public", "f"}, "integer") == 2);
  CHECK(objects.find({.kind = "function", .path = {"public", "f"}, .on = "integer"}) == 2);
  CHECK(objects.find("view", {"public", "t"}) > 2);
  CHECK(objects.find("table", {"other", "t"}) > 2);
}
