// What stands apart from tables: definitions of every kind, comments, owners, privileges.
#include <doctest/doctest.h>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/postgresql/kinds.hpp"
#include "dialects/postgresql/postgresql.hpp"

using namespace dataflow;

namespace {

std::string all(const std::vector<std::string>& statements) { return join(statements, "; "); }
std::string created(const Definition& definition) { return all(postgresql::create(definition)); }
std::string altered(const std::string& target, const Attributes& before, const Attributes& after) {
  return all(postgresql::alter_attributes(target, before, after));
}

}  // namespace

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
  CHECK(created({.kind = "extension",
                 .name = "pg_trgm",
                 .text = Sql("CREATE EXTENSION pg_trgm WITH SCHEMA public"),
                 .attributes = {{"schema", "public"}, {"version", "1.6"}}}) ==
        "CREATE EXTENSION pg_trgm WITH SCHEMA public VERSION '1.6'");
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
  CHECK(created({.kind = "index",
                 .schema = "public",
                 .name = "i",
                 .on = "m",
                 .text = Sql("CREATE INDEX …"),
                 .attributes = {{"clustered", ""}, {"statistics", "1=7, 2=9"}}}) ==
        "CREATE INDEX …; ALTER INDEX public.i ALTER COLUMN 1 SET STATISTICS 7; ALTER INDEX public.i ALTER COLUMN 2 SET "
        "STATISTICS 9; ALTER MATERIALIZED VIEW public.m CLUSTER ON i");
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
  // What every database's schema public has, is no attribute of it.
  CHECK(altered("SCHEMA public", {}, {{"comment", ""}}) == "COMMENT ON SCHEMA public IS NULL");
  CHECK(altered("SCHEMA public", {{"comment", "x"}}, {}) == "COMMENT ON SCHEMA public IS 'standard public schema'");
  CHECK(altered("SCHEMA public", {{"owner", "x"}}, {}) == "ALTER SCHEMA public OWNER TO pg_database_owner");
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
