// What PostgreSQL is told, in which order: from two schemas to statements, without a server.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "dataflow/diff.hpp"
#include "dialects/postgresql/arrange.hpp"
#include "dialects/postgresql/postgresql.hpp"

using namespace dataflow;

namespace {

Type typed(const char* spelled) { return postgresql::read_type(spelled); }
Column column(const char* name, const char* type, bool nullable = true) {
  return {.name = name, .type = typed(type), .nullable = nullable};
}
Column with_default(Column c, const char* sql) {
  c.default_value = Sql(sql);
  return c;
}

Table users() {
  return {.schema = "public",
          .name = "users",
          .columns = {column("id", "integer", false), column("name", "text")},
          .primary_key = PrimaryKey{.name = "users_pkey", .parts = {{.column = "id"}}}};
}

Definition view(const char* name, const char* select, std::vector<Part> parts, std::vector<Dependency> needs) {
  return {.kind = "view",
          .schema = "public",
          .name = name,
          .text = Sql("CREATE VIEW public." + std::string(name) + " AS " + select),
          .parts = std::move(parts),
          .depends_on = std::move(needs)};
}
Dependency on_column(const char* name) { return {.kind = "table", .path = {"public", "users"}, .column = name}; }
Definition mood(std::vector<std::string> labels) {
  Definition out{.kind = "enum", .schema = "public", .name = "mood"};
  std::string text;
  for (const std::string& label : labels) {
    out.parts.push_back({label, {}});
    text += (text.empty() ? "'" : ", '") + label + "'";
  }
  out.text = Sql("CREATE TYPE public.mood AS ENUM (" + text + ")");
  return out;
}

/// The statements of one direction; checks of copied rows are left out.
std::vector<std::string> sql(const Lowered& lowered, bool up) {
  std::vector<std::string> out;
  const auto add = [&](const std::vector<Statement>& statements) {
    for (const Statement& s : statements)
      if (const auto* run = std::get_if<Run>(&s)) out.push_back(run->sql);
  };
  if (up)
    for (const Step& step : lowered.steps) add(step.up);
  else
    for (auto step = lowered.steps.rbegin(); step != lowered.steps.rend(); ++step) add(step->down);
  return out;
}

Lowered lowered(const Schema& from, const Schema& to, const Hints& hints = {}, bool backup = false) {
  const auto same = [](std::string_view a, std::string_view b) { return a == b; };
  const auto changes = diff(from, {to, hints}, {same, postgresql::same_type, same}).changes;
  return postgresql::lower_changes(from, changes, hints,
                                   {.to = &to, .create_backup = backup, .taken = {}, .seed = "s"});
}

struct Case {
  const char* name;
  Schema from, to;
  std::vector<std::string> up, down;
  Hints hints = {};
};

Schema one(Table table) { return {.dialect = "postgresql", .tables = {std::move(table)}}; }
Schema changed(void (*change)(Table&)) {
  Table table = users();
  change(table);
  return one(std::move(table));
}

std::vector<Case> cases() {
  const std::string alter = "ALTER TABLE public.users ";
  return {
      {"a column",
       one(users()),
       changed([](Table& t) { t.columns.push_back(column("age", "integer")); }),
       {alter + "ADD COLUMN age integer"},
       {alter + "DROP COLUMN age"}},
      {"a default",
       one(users()),
       changed([](Table& t) { t.columns[1] = with_default(t.columns[1], "'x'::text"); }),
       {alter + "ALTER COLUMN name SET DEFAULT 'x'::text"},
       {alter + "ALTER COLUMN name DROP DEFAULT"}},
      {"a required column with a fill",
       one(users()),
       changed([](Table& t) { t.columns[1].nullable = false; }),
       {"UPDATE public.users SET name = 'nobody' WHERE name IS NULL", alter + "ALTER COLUMN name SET NOT NULL"},
       {alter + "ALTER COLUMN name DROP NOT NULL"},
       {.fills = {{{"public", "users"}, "name", Literal{std::string("nobody")}}}}},
      {"a type",
       one(users()),
       changed([](Table& t) { t.columns[0].type = typed("bigint"); }),
       {alter + "ALTER COLUMN id TYPE bigint USING id::bigint"},
       {alter + "ALTER COLUMN id TYPE integer USING id::integer"}},
      {"a length",
       one(users()),
       changed([](Table& t) { t.columns[1].type = typed("character varying(20)"); }),
       {alter + "ALTER COLUMN name TYPE character varying(20)"},
       {alter + "ALTER COLUMN name TYPE text"}},
      {"an identity",
       one(users()),
       changed([](Table& t) { t.columns[0].identity = Identity::always; }),
       {alter + "ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY",
        "SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence('public.users', 'id')::regclass, max(id)) FROM "
        "public.users HAVING max(id) > 0"},
       {alter + "ALTER COLUMN id DROP IDENTITY"}},
      {"a check that only changes its name",
       changed([](Table& t) { t.checks = {{.name = "a", .expression = Sql("(id > 0)")}}; }),
       changed([](Table& t) { t.checks = {{.name = "b", .expression = Sql("(id > 0)")}}; }),
       {alter + "RENAME CONSTRAINT a TO b"},
       {alter + "RENAME CONSTRAINT b TO a"}},
      {"a check that is proven",
       changed([](Table& t) {
         t.checks = {{.name = "a", .expression = Sql("(id > 0)"), .attributes = {{"not valid", ""}}}};
       }),
       changed([](Table& t) { t.checks = {{.name = "a", .expression = Sql("(id > 0)")}}; }),
       {alter + "VALIDATE CONSTRAINT a"},
       {alter + "DROP CONSTRAINT a", alter + "ADD CONSTRAINT a CHECK ((id > 0)) NOT VALID"}},
      {"storage of an index",
       changed([](Table& t) { t.indexes = {{.name = "i", .parts = {{.column = "id"}}}}; }),
       changed([](Table& t) {
         t.indexes = {{.name = "i", .parts = {{.column = "id"}}, .attributes = {{"with", "fillfactor=70"}}}};
       }),
       {"ALTER INDEX public.i SET (fillfactor=70)"},
       {"ALTER INDEX public.i RESET (fillfactor)"}},
      {"an index on something else",
       changed([](Table& t) { t.indexes = {{.name = "i", .parts = {{.column = "id"}}}}; }),
       changed([](Table& t) { t.indexes = {{.name = "i", .parts = {{.column = "name"}}}}; }),
       {"DROP INDEX public.i", "CREATE INDEX i ON public.users (name)"},
       {"DROP INDEX public.i", "CREATE INDEX i ON public.users (id)"}},
      {"row security",
       one(users()),
       changed([](Table& t) { t.options.attributes["row security"] = "enabled, forced"; }),
       {alter + "ENABLE ROW LEVEL SECURITY", alter + "FORCE ROW LEVEL SECURITY"},
       {alter + "DISABLE ROW LEVEL SECURITY", alter + "NO FORCE ROW LEVEL SECURITY"}},
      {"labels at every place",
       {.dialect = "postgresql", .definitions = {mood({"b", "d"})}},
       {.dialect = "postgresql", .definitions = {mood({"a", "b", "c", "d", "e"})}},
       {"ALTER TYPE public.mood ADD VALUE 'a' BEFORE 'b'", "ALTER TYPE public.mood ADD VALUE 'c' BEFORE 'd'",
        "ALTER TYPE public.mood ADD VALUE 'e'"},
       {"ALTER TYPE public.mood RENAME TO dataflow_old_mood", "CREATE TYPE public.mood AS ENUM ('b', 'd')",
        "DROP TYPE public.dataflow_old_mood"}},
  };
}

std::size_t position(const std::vector<std::string>& statements, const std::string& begin) {
  const auto at =
      std::find_if(statements.begin(), statements.end(), [&](const std::string& s) { return s.starts_with(begin); });
  REQUIRE_MESSAGE(at != statements.end(), begin);
  return static_cast<std::size_t>(at - statements.begin());
}

/// Statements that begin so come in this order.
void in_order(const std::vector<std::string>& statements, const std::vector<std::string>& begins) {
  for (std::size_t i = 0; i + 1 < begins.size(); ++i)
    CHECK_MESSAGE(position(statements, begins[i]) < position(statements, begins[i + 1]), begins[i]);
}

}  // namespace

TEST_CASE("PostgreSQL is told the least that does it, both ways") {
  for (const Case& c : cases()) {
    CAPTURE(c.name);
    const Lowered result = lowered(c.from, c.to, c.hints);
    CHECK(sql(result, true) == c.up);
    CHECK(sql(result, false) == c.down);
  }
}

TEST_CASE("what stands on a column goes before its type changes and comes back after it") {
  Schema from = one(users()), to = changed([](Table&t) { t.columns[1].type = typed("character varying(20)"); });
  const Definition names = view("names", "SELECT name FROM public.users", {{"name", Sql("text")}}, {on_column("name")});
  const Definition upper = view("upper", "SELECT name FROM public.names", {{"name", Sql("text")}},
                                {{.kind = "view", .path = {"public", "names"}, .column = "name"}});
  const Definition ids = view("ids", "SELECT id FROM public.users", {{"id", Sql("integer")}}, {on_column("id")});
  from.definitions = to.definitions = {ids, names, upper};
  const Lowered result = lowered(from, to);
  in_order(sql(result, true),
           {"DROP VIEW public.upper", "DROP VIEW public.names", "ALTER TABLE public.users ALTER COLUMN name",
            "CREATE VIEW public.names", "CREATE VIEW public.upper"});
  in_order(sql(result, false), {"DROP VIEW public.upper", "DROP VIEW public.names",
                                "ALTER TABLE public.users ALTER COLUMN name", "CREATE VIEW public.names"});
  for (const bool up : {true, false})
    for (const std::string& statement : sql(result, up)) CHECK(statement.find("public.ids") == std::string::npos);
  CHECK(result.steps[result.step_of[0]].title == "alter column users.name");
}

TEST_CASE("a view is replaced while its columns stay, else it goes with what stands on it") {
  const Schema base = one(users());
  const auto with = [&](Definition v) {
    Schema schema = base;
    schema.definitions = {std::move(v), view("over", "SELECT id FROM public.v", {{"id", Sql("integer")}},
                                             {{.kind = "view", .path = {"public", "v"}, .column = "id"}})};
    return schema;
  };
  const Schema a = with(view("v", "SELECT id FROM public.users", {{"id", Sql("integer")}}, {on_column("id")}));
  const Schema b = with(view("v", "SELECT id, name FROM public.users", {{"id", Sql("integer")}, {"name", Sql("text")}},
                             {on_column("id"), on_column("name")}));
  const Schema c = with(view("v", "SELECT name, id FROM public.users", {{"name", Sql("text")}, {"id", Sql("integer")}},
                             {on_column("id"), on_column("name")}));
  CHECK(sql(lowered(a, b), true) ==
        std::vector<std::string>{"CREATE OR REPLACE VIEW public.v AS SELECT id, name FROM public.users"});
  in_order(sql(lowered(a, c), true), {"DROP VIEW public.over", "DROP VIEW public.v",
                                      "CREATE VIEW public.v AS SELECT name", "CREATE VIEW public.over"});
}

TEST_CASE("tables that refer to each other get their keys last, and lose them first") {
  Table a = users(), b = users();
  a.name = "a", b.name = "b";
  a.primary_key->name = "a_pkey", b.primary_key->name = "b_pkey";
  a.foreign_keys = {{.name = "to_b", .columns = {"id"}, .references = {"public", "b"}, .referenced = {"id"}}};
  b.foreign_keys = {{.name = "to_a", .columns = {"id"}, .references = {"public", "a"}, .referenced = {"id"}}};
  const Schema to{.dialect = "postgresql", .tables = {a, b}};
  const Lowered result = lowered({.dialect = "postgresql"}, to);
  const auto up = sql(result, true);
  for (const char* key : {"ALTER TABLE public.a ADD CONSTRAINT to_b", "ALTER TABLE public.b ADD CONSTRAINT to_a"})
    for (const char* table : {"CREATE TABLE public.a", "CREATE TABLE public.b"})
      CHECK(position(up, table) < position(up, key));
  const auto down = sql(result, false);
  CHECK(position(down, "ALTER TABLE public.b DROP CONSTRAINT to_a") < position(down, "DROP TABLE public.a"));
  CHECK(position(down, "ALTER TABLE public.a DROP CONSTRAINT to_b") < position(down, "DROP TABLE public.b"));
}

TEST_CASE("a sequence comes before the default that counts with it, and is owned after") {
  Table table = users();
  table.columns[0] = with_default(table.columns[0], "nextval('public.s'::regclass)");
  table.depends_on = {{.kind = "sequence", .path = {"public", "s"}, .part = "column id"}};
  const Definition sequence{.kind = "sequence",
                            .schema = "public",
                            .name = "s",
                            .text = Sql("CREATE SEQUENCE public.s"),
                            .attributes = {{"owned by", "public.users.id"}}};
  const Schema to{.dialect = "postgresql", .tables = {table}, .definitions = {sequence}};
  const Lowered result = lowered({.dialect = "postgresql"}, to);
  in_order(sql(result, true),
           {"CREATE SEQUENCE public.s", "CREATE TABLE public.users", "ALTER SEQUENCE public.s OWNED BY"});
  in_order(sql(result, false), {"ALTER SEQUENCE public.s OWNED BY NONE", "DROP TABLE public.users", "DROP SEQUENCE"});
}

TEST_CASE("what goes is set aside under a name that needs no quotes and nobody has") {
  Table table = users();
  table.name = "Order Lines";
  const Schema from = one(table), to{.dialect = "postgresql"};
  const Lowered first = lowered(from, to, {}, true);
  REQUIRE(first.set_aside.size() == 1);
  CHECK(first.saved[0] == 0);
  const std::string location = first.set_aside[0].location;
  CHECK(location.starts_with("dataflow_backup.order_lines_"));
  CHECK(location.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.") == std::string::npos);
  const std::vector<Change> drop = {Drop<Table>{{"public", {}}, table}};
  const Lowered again =
      postgresql::lower_changes(from, drop, {}, {.to = &to, .create_backup = true, .taken = {location}, .seed = "s"});
  CHECK(again.set_aside.at(0).location == location + "_2");
  in_order(sql(first, true), {"DO $$", "CREATE TABLE " + location, "DROP TABLE public.\"Order Lines\""});
  in_order(sql(first, false), {"CREATE TABLE public.\"Order Lines\"", "INSERT INTO public.\"Order Lines\""});
  CHECK(lowered(from, to, {}, false).set_aside.empty());
}

TEST_CASE("changes of a parent table are not repeated for those that inherit from it") {
  Table parent = users(), child = users();
  child.name = "child";
  child.primary_key.reset(), parent.primary_key.reset();
  for (Column& c : child.columns) c.attributes["inherited"] = "";
  child.options.attributes["inherits"] = "public.users";
  const Schema from{.dialect = "postgresql", .tables = {parent, child}};
  Schema to = from;
  Column added = column("age", "integer");
  to.tables[0].columns.push_back(added);
  added.attributes["inherited"] = "";
  to.tables[1].columns.push_back(added);
  const Lowered result = lowered(from, to);
  CHECK(sql(result, true) == std::vector<std::string>{"ALTER TABLE public.users ADD COLUMN age integer"});
  REQUIRE(result.step_of.size() == 2);
  CHECK(result.step_of[0] == result.step_of[1]);
}
