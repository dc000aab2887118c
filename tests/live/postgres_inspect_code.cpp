// PostgreSQL: what acts on tables or reads them, as the values that were read and written as text.
#include <doctest/doctest.h>

#include "support/inspected.hpp"

using namespace dataflow;
using namespace dataflow::test;

namespace {

constexpr Inspected kinds[] = {
    {"views", 14, R"~(CREATE TABLE t (id integer PRIMARY KEY, note text); CREATE TABLE o (a integer);
CREATE VIEW v WITH (security_barrier = true) AS SELECT t.id, t.note AS n FROM t, o WHERE t.id > 0;
CREATE VIEW w AS SELECT v.n FROM v, o; COMMENT ON VIEW w IS 'w';
CREATE MATERIALIZED VIEW m WITH (fillfactor = 60) AS SELECT count(*) AS many, 1 AS one FROM w, v WITH NO DATA;
CREATE UNIQUE INDEX mi ON m (many) WHERE one > 0; COMMENT ON INDEX mi IS 'mi'; COMMENT ON MATERIALIZED VIEW m IS 'm')~",
     R"~(
table public.o
  column a int32 as "integer"

table public.t
  column id int32 as "integer" not null
  column note text as "text"
  primary key t_pkey (id)

define "materialized view" public.m with ("comment" = m)
  | CREATE MATERIALIZED VIEW public.m WITH (fillfactor=60) AS
  |  SELECT count(*) AS many,
  |     1 AS one
  |    FROM public.w,
  |     public.v
  part many { bigint }
  part one { integer }
  depends on view public.v
  depends on view public.w

define "index" public.mi on m with ("comment" = mi)
  | CREATE UNIQUE INDEX mi ON public.m (many) WHERE (one > 0)
  depends on "materialized view" public.m

define view public.v
  | CREATE VIEW public.v WITH (security_barrier=true) AS
  |  SELECT t.id,
  |     t.note AS n
  |    FROM public.t,
  |     public.o
  |   WHERE (t.id > 0)
  part id { integer }
  part n { text }
  depends on "table" public.o
  depends on "table" public.t column id
  depends on "table" public.t column note

define view public.w with ("comment" = w)
  | CREATE VIEW public.w AS
  |  SELECT v.n
  |    FROM public.v,
  |     public.o
  part n { text }
  depends on "table" public.o
  depends on view public.v column n
)~"},

    {"functions", 14, R"~(CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE t (id integer);
CREATE FUNCTION f(a integer, b text DEFAULT 'x''y', VARIADIC c integer[] DEFAULT '{}') RETURNS integer LANGUAGE sql IMMUTABLE STRICT AS 'select 1';
CREATE FUNCTION f(a text, OUT x integer, OUT y text) LANGUAGE plpgsql AS $$ begin x := 1; end $$;
CREATE FUNCTION f(m mood[]) RETURNS TABLE (q t) LANGUAGE plpgsql AS 'begin return; end';
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(t.id) AS many FROM t, t u; END;
CREATE PROCEDURE p(a integer, INOUT b integer) LANGUAGE plpgsql AS 'begin b := a; end';
CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0', PARALLEL = SAFE);
CREATE AGGREGATE many(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0', MSFUNC = int8inc, MINVFUNC = int8dec, MSTYPE = bigint, MINITCOND = '0');
CREATE AGGREGATE part(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
COMMENT ON FUNCTION f() IS 'none'; COMMENT ON AGGREGATE many(*) IS 'many')~",
     R"~(
table public.t
  column id int32 as "integer"

define function public.f with ("comment" = none, returns = bigint)
  | CREATE OR REPLACE FUNCTION public.f()
  |  RETURNS bigint
  |  LANGUAGE sql
  | BEGIN ATOMIC
  |  SELECT count(t.id) AS many
  |     FROM public.t,
  |      public.t u;
  | END
  depends on "table" public.t column id

define function public.f on "integer, text, integer[]" with (returns = integer)
  | CREATE OR REPLACE FUNCTION public.f(a integer, b text DEFAULT 'x''y'::text, VARIADIC c integer[] DEFAULT '{}'::integer[])
  |  RETURNS integer
  |  LANGUAGE sql
  |  IMMUTABLE STRICT
  | AS $function$select 1$function$
  part a { integer }
  part b { text DEFAULT 'x''y'::text }
  part c {{ VARIADIC integer[] DEFAULT '{}'::integer[] }}

define function public.f on "public.mood[]" with (returns = "TABLE(q public.t)")
  | CREATE OR REPLACE FUNCTION public.f(m public.mood[])
  |  RETURNS TABLE(q public.t)
  |  LANGUAGE plpgsql
  | AS $function$begin return; end$function$
  part m { public.mood[] }
  part q { TABLE public.t }
  depends on enum public.mood
  depends on "table" public.t

define function public.f on text with (returns = record)
  | CREATE OR REPLACE FUNCTION public.f(a text, OUT x integer, OUT y text)
  |  RETURNS record
  |  LANGUAGE plpgsql
  | AS $function$ begin x := 1; end $function$
  part a { text }
  part x { OUT integer }
  part y { OUT text }

define aggregate public.many on "*" with ("comment" = many, returns = bigint)
  | CREATE AGGREGATE public.many(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0', MSFUNC = int8inc, MINVFUNC = int8dec, MSTYPE = bigint, MINITCOND = '0')

define enum public.mood
  | CREATE TYPE public.mood AS ENUM ('sad')
  part sad

define procedure public.p on "integer, integer"
  | CREATE OR REPLACE PROCEDURE public.p(IN a integer, INOUT b integer)
  |  LANGUAGE plpgsql
  | AS $procedure$begin b := a; end$procedure$
  part a { integer }
  part b { INOUT integer }

define aggregate public."part" on "double precision ORDER BY anyelement" with (returns = anyelement)
  | CREATE AGGREGATE public.part(double precision ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA)

define aggregate public.total on integer with (returns = integer)
  | CREATE AGGREGATE public.total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0', PARALLEL = SAFE)
)~"},

    {"triggers and rules", 14, R"~(CREATE TABLE t (a integer, b text); CREATE VIEW v AS SELECT 1 AS one;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end'; CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS 'begin end';
CREATE TRIGGER g1 BEFORE UPDATE OF b, a ON t FOR EACH ROW WHEN (old.a IS DISTINCT FROM new.a) EXECUTE FUNCTION f('it''s');
CREATE CONSTRAINT TRIGGER g2 AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION f(); ALTER TABLE t DISABLE TRIGGER g2;
CREATE TRIGGER g3 AFTER INSERT ON t REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION f(); ALTER TABLE t ENABLE ALWAYS TRIGGER g3;
CREATE TRIGGER g4 INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f(); COMMENT ON TRIGGER g4 ON v IS 'g4';
CREATE RULE r AS ON INSERT TO t WHERE new.a > 5 DO INSTEAD NOTHING; ALTER TABLE t ENABLE REPLICA RULE r; COMMENT ON RULE r ON t IS 'r';
CREATE EVENT TRIGGER inspect_et ON ddl_command_start WHEN TAG IN ('DROP TABLE', 'CREATE TABLE') EXECUTE FUNCTION e(); ALTER EVENT TRIGGER inspect_et DISABLE)~",
     R"~(
table public.t
  column a int32 as "integer"
  column b text as "text"

define "event trigger" inspect_et with (enabled = disabled)
  | CREATE EVENT TRIGGER inspect_et ON ddl_command_start WHEN TAG IN ('CREATE TABLE', 'DROP TABLE') EXECUTE FUNCTION public.e()
  depends on function public.e

define function public.e with (returns = event_trigger)
  | CREATE OR REPLACE FUNCTION public.e()
  |  RETURNS event_trigger
  |  LANGUAGE plpgsql
  | AS $function$begin end$function$

define function public.f with (returns = trigger)
  | CREATE OR REPLACE FUNCTION public.f()
  |  RETURNS trigger
  |  LANGUAGE plpgsql
  | AS $function$begin return new; end$function$

define trigger public.g1 on t
  | CREATE TRIGGER g1 BEFORE UPDATE OF b, a ON public.t FOR EACH ROW WHEN ((old.a IS DISTINCT FROM new.a)) EXECUTE FUNCTION public.f('it''s')
  depends on function public.f
  depends on "table" public.t
  depends on "table" public.t column a
  depends on "table" public.t column b

define trigger public.g2 on t with (enabled = disabled)
  | CREATE CONSTRAINT TRIGGER g2 AFTER INSERT ON public.t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.f()
  depends on function public.f
  depends on "table" public.t

define trigger public.g3 on t with (enabled = "always")
  | CREATE TRIGGER g3 AFTER INSERT ON public.t REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION public.f()
  depends on function public.f
  depends on "table" public.t

define trigger public.g4 on v with ("comment" = g4)
  | CREATE TRIGGER g4 INSTEAD OF INSERT ON public.v FOR EACH ROW EXECUTE FUNCTION public.f()
  depends on function public.f
  depends on view public.v

define rule public.r on t with ("comment" = r, enabled = replica)
  | CREATE RULE r AS
  |     ON INSERT TO public.t
  |    WHERE (new.a > 5) DO INSTEAD NOTHING
  depends on "table" public.t
  depends on "table" public.t column a

define view public.v
  | CREATE VIEW public.v AS
  |  SELECT 1 AS one
  part one { integer }
)~"},

    {"policies and statistics", 14,
     R"~(CREATE TABLE t (a integer, b text, c integer); CREATE FUNCTION ok(integer) RETURNS boolean LANGUAGE sql AS 'select true';
CREATE POLICY p1 ON t FOR SELECT TO inspect_b, "inspect A" USING (ok(a)); CREATE POLICY "p 2" ON t AS RESTRICTIVE WITH CHECK (b = 'x');
CREATE POLICY p3 ON t FOR UPDATE USING (true) WITH CHECK (false); COMMENT ON POLICY p1 ON t IS 'p1';
CREATE STATISTICS s (ndistinct, dependencies) ON a, c FROM t; ALTER STATISTICS s SET STATISTICS 50; COMMENT ON STATISTICS s IS 's')~",
     R"~(
table public.t
  column a int32 as "integer"
  column b text as "text"
  column c int32 as "integer"

define function public.ok on integer with (returns = boolean)
  | CREATE OR REPLACE FUNCTION public.ok(integer)
  |  RETURNS boolean
  |  LANGUAGE sql
  | AS $function$select true$function$
  part "" { integer }

define policy public."p 2" on t
  | CREATE POLICY "p 2" ON public.t AS RESTRICTIVE FOR ALL TO PUBLIC WITH CHECK ((b = 'x'::text))
  part command { ALL }
  part permissive { RESTRICTIVE }
  part roles { PUBLIC }
  part "check" { (b = 'x'::text) }
  depends on "table" public.t
  depends on "table" public.t column b

define policy public.p1 on t with ("comment" = p1)
  | CREATE POLICY p1 ON public.t AS PERMISSIVE FOR SELECT TO "inspect A", inspect_b USING (public.ok(a))
  part command { SELECT }
  part permissive { PERMISSIVE }
  part roles { "inspect A", inspect_b }
  part using { public.ok(a) }
  depends on function public.ok on integer
  depends on "table" public.t
  depends on "table" public.t column a

define policy public.p3 on t
  | CREATE POLICY p3 ON public.t AS PERMISSIVE FOR UPDATE TO PUBLIC USING (true) WITH CHECK (false)
  part command { UPDATE }
  part permissive { PERMISSIVE }
  part roles { PUBLIC }
  part using { true }
  part "check" { false }
  depends on "table" public.t

define statistics public.s on t with ("comment" = s, target = "50")
  | CREATE STATISTICS public.s (ndistinct, dependencies) ON a, c FROM public.t
  depends on "table" public.t
  depends on "table" public.t column a
  depends on "table" public.t column c
)~"},

    {"privileges", 14,
     R"~(CREATE SCHEMA app; GRANT USAGE ON SCHEMA app TO inspect_b; GRANT CREATE ON SCHEMA app TO PUBLIC; COMMENT ON SCHEMA app IS 'the app';
CREATE TABLE t (a integer, b integer); GRANT SELECT, INSERT ON t TO inspect_b; GRANT UPDATE ON t TO "inspect A" WITH GRANT OPTION; GRANT SELECT (a), UPDATE (b, a) ON t TO inspect_b;
CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'select 1'; REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC; GRANT EXECUTE ON FUNCTION f() TO inspect_b; ALTER FUNCTION f() OWNER TO inspect_b;
CREATE SEQUENCE s; GRANT USAGE ON SEQUENCE s TO inspect_b; CREATE TYPE e AS ENUM ('x'); GRANT USAGE ON TYPE e TO inspect_b; CREATE VIEW v AS SELECT 1 AS one; GRANT SELECT ON v TO PUBLIC;
CREATE TABLE owned (a integer); ALTER TABLE owned OWNER TO "inspect A"; REVOKE ALL ON SEQUENCE s FROM postgres;
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT, INSERT ON TABLES TO inspect_b; ALTER DEFAULT PRIVILEGES FOR ROLE inspect_b REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE inspect_b GRANT USAGE ON SCHEMAS TO "inspect A" WITH GRANT OPTION)~",
     R"~(
table public.owned with (owner = "inspect A")
  column a int32 as "integer"

table public.t with ("grant inspect A" = "UPDATE*", "grant inspect_b" = "INSERT, SELECT", "granted in order" = "inspect_b, \"inspect A\"")
  column a int32 as "integer" with ("grant inspect_b" = "SELECT, UPDATE")
  column b int32 as "integer" with ("grant inspect_b" = UPDATE)

define "schema" app with ("comment" = "the app", "grant PUBLIC" = CREATE, "grant inspect_b" = USAGE, "granted in order" = "inspect_b, \"PUBLIC\"")
  | CREATE SCHEMA app

define "default privileges" "functions from PUBLIC" on inspect_b
  | ALTER DEFAULT PRIVILEGES FOR ROLE inspect_b REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC

define "default privileges" "schemas to inspect A with grant option" on inspect_b
  | ALTER DEFAULT PRIVILEGES FOR ROLE inspect_b GRANT USAGE ON SCHEMAS TO "inspect A" WITH GRANT OPTION

define "default privileges" "tables in app to inspect_b" on postgres
  | ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA app GRANT INSERT, SELECT ON TABLES TO inspect_b
  depends on "schema" app

define enum public.e with ("grant inspect_b" = USAGE)
  | CREATE TYPE public.e AS ENUM ('x')
  part x

define function public.f with (owner = inspect_b, returns = integer, "revoke PUBLIC" = EXECUTE)
  | CREATE OR REPLACE FUNCTION public.f()
  |  RETURNS integer
  |  LANGUAGE sql
  | AS $function$select 1$function$

define sequence public.s with ("grant inspect_b" = USAGE, "revoke postgres" = "SELECT, UPDATE, USAGE")
  | CREATE SEQUENCE public.s AS bigint START WITH 1 INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 CACHE 1 NO CYCLE
  part type { bigint }
  part start { 1 }
  part increment { 1 }
  part minvalue { 1 }
  part maxvalue { 9223372036854775807 }
  part cache { 1 }
  part cycle { NO CYCLE }

define view public.v with ("grant PUBLIC" = SELECT)
  | CREATE VIEW public.v AS
  |  SELECT 1 AS one
  part one { integer }
)~"},

    {"what is left out", 14,
     R"~(CREATE SCHEMA dataflow; CREATE TABLE dataflow.h (a integer); CREATE SCHEMA dataflow_backup; CREATE SEQUENCE dataflow_backup.s;
CREATE SCHEMA dataflow_aside_2; CREATE TABLE dataflow_aside_2.s (a integer);
CREATE TEMP TABLE gone (a integer); CREATE TYPE shell; CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'select 1'; SELECT lo_create(4711);
CREATE VIEW v AS SELECT 1 AS a; ALTER VIEW v ALTER a SET DEFAULT 3; COMMENT ON COLUMN v.a IS 'a'; CREATE TABLE t (i integer GENERATED ALWAYS AS IDENTITY); GRANT USAGE ON SEQUENCE t_i_seq TO inspect_b)~",
     R"~(
table public.t
  column i int32 as "integer" not null identity always

define function public.f with (returns = integer)
  | CREATE OR REPLACE FUNCTION public.f()
  |  RETURNS integer
  |  LANGUAGE sql
  | AS $function$select 1$function$

define view public.v with ("column a: comment" = a, "column a: default" = "3")
  | CREATE VIEW public.v AS
  |  SELECT 1 AS a
  part a { integer }

unmodelled "large object" "1" reason "large objects are data, not schema"

unmodelled "shell type" public.shell reason "a type without a body is not carried"

unmodelled sequence public.t_i_seq reason "comments and privileges on the sequence of an identity column are not carried"
)~"},
};

}  // namespace

TEST_CASE("views, functions, triggers and privileges of PostgreSQL are read whole") {
  for (const Inspected& kind : kinds) check(kind);
}
