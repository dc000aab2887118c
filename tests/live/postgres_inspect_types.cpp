// PostgreSQL: types and everything rarer, as the values that were read and written as text.
#include <doctest/doctest.h>

#include "support/inspected.hpp"

using namespace dataflow;
using namespace dataflow::test;

namespace {

constexpr Inspected kinds[] = {
    {"types", 14,
     R"~(CREATE TYPE mood AS ENUM ('sad', 'o''k'); ALTER TYPE mood ADD VALUE 'meh' BEFORE 'o''k'; COMMENT ON TYPE mood IS 'how';
CREATE TYPE "none at all" AS ENUM ();
CREATE DOMAIN small AS integer DEFAULT 1 NOT NULL CONSTRAINT "pos itive" CHECK (VALUE > 0) CONSTRAINT low CHECK (VALUE < 9);
ALTER DOMAIN small ADD CONSTRAINT late CHECK (VALUE <> 5) NOT VALID; CREATE DOMAIN tiny AS small; CREATE DOMAIN word AS text COLLATE "C";
CREATE TYPE pair AS (a integer, "B b" text COLLATE "C", m mood[]);
CREATE TYPE span AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi, MULTIRANGE_TYPE_NAME = spans);
CREATE TABLE t (a tiny, b pair[], c span, d spans))~",
     R"~(
table public.t
  column a other as "public.tiny"
  column b other[] as "public.pair[]"
  column c other as "public.span"
  column d other as "public.spans"
  depends on "composite type" public.pair for "column b"
  depends on domain public.tiny for "column a"
  depends on "range type" public.span for "column c"
  depends on "range type" public.span for "column d"

define enum public.mood with ("comment" = how)
  | CREATE TYPE public.mood AS ENUM ('sad', 'meh', 'o''k')
  part sad
  part meh
  part "o'k"

define enum public."none at all"
  | CREATE TYPE public."none at all" AS ENUM ()

define "composite type" public.pair
  | CREATE TYPE public.pair AS (a integer, "B b" text COLLATE pg_catalog."C", m public.mood[])
  part a { integer }
  part "B b" { text COLLATE pg_catalog."C" }
  part m { public.mood[] }
  depends on enum public.mood

define domain public.small with ("default" = "1", "not null", type = integer)
  | CREATE DOMAIN public.small AS integer DEFAULT 1 NOT NULL CONSTRAINT late CHECK ((VALUE <> 5)) CONSTRAINT low CHECK ((VALUE < 9)) CONSTRAINT "pos itive" CHECK ((VALUE > 0))
  part late { CHECK ((VALUE <> 5)) NOT VALID }
  part low { CHECK ((VALUE < 9)) }
  part "pos itive" { CHECK ((VALUE > 0)) }

define "range type" public.span
  | CREATE TYPE public.span AS RANGE (SUBTYPE = double precision, SUBTYPE_OPCLASS = pg_catalog.float8_ops, SUBTYPE_DIFF = float8mi, MULTIRANGE_TYPE_NAME = public.spans)

define domain public.tiny with ("default" = "1", type = "public.small")
  | CREATE DOMAIN public.tiny AS public.small DEFAULT 1
  depends on domain public.small

define domain public.word with (collation = "pg_catalog.\"C\"", type = text)
  | CREATE DOMAIN public.word AS text COLLATE pg_catalog."C"
)~"},

    {"operators and the like", 14, R"~(CREATE SCHEMA app; CREATE TYPE app.pair AS (a integer, b integer);
CREATE FUNCTION app.eq(app.pair, app.pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'select true';
CREATE OPERATOR app.=== (LEFTARG = app.pair, RIGHTARG = app.pair, FUNCTION = app.eq, COMMUTATOR = OPERATOR(app.===), RESTRICT = eqsel);
CREATE OPERATOR CLASS app.pairs FOR TYPE app.pair USING hash AS OPERATOR 1 app.=== (app.pair, app.pair);
CREATE FUNCTION app.words(app.pair) RETURNS text LANGUAGE sql AS 'select ''x''::text'; CREATE CAST (app.pair AS text) WITH FUNCTION app.words(app.pair) AS ASSIGNMENT;
CREATE CONVERSION app.latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8; CREATE COLLATION app."C c" (LOCALE = 'C'); CREATE TABLE app.t (a text COLLATE app."C c");
CREATE TEXT SEARCH DICTIONARY app.dict (TEMPLATE = simple, STOPWORDS = english);
CREATE TEXT SEARCH CONFIGURATION app.conf (PARSER = default); ALTER TEXT SEARCH CONFIGURATION app.conf ADD MAPPING FOR word, asciiword WITH app.dict, simple;
CREATE ACCESS METHOD inspect_heap TYPE TABLE HANDLER heap_tableam_handler; CREATE TABLE app.u (a integer) USING inspect_heap;
COMMENT ON OPERATOR app.=== (app.pair, app.pair) IS 'op'; COMMENT ON CAST (app.pair AS text) IS 'cast')~",
     R"~(
table app.t
  column a text as "text" collate "app.\"C c\""
  depends on collation app."C c" for "column a"

table app.u with ("access method" = inspect_heap)
  column a int32 as "integer"
  depends on "access method" inspect_heap

define cast "(app.pair AS text)" with ("comment" = cast)
  | CREATE CAST (app.pair AS text) WITH FUNCTION app.words(app.pair) AS ASSIGNMENT
  depends on "composite type" app.pair
  depends on function app.words on "app.pair"

define "schema" app
  | CREATE SCHEMA app

define "access method" inspect_heap
  | CREATE ACCESS METHOD inspect_heap TYPE TABLE HANDLER heap_tableam_handler

define operator app."===" on "app.pair, app.pair" with ("comment" = op)
  | CREATE OPERATOR app.=== (FUNCTION = app.eq, LEFTARG = app.pair, RIGHTARG = app.pair, COMMUTATOR = OPERATOR(app.===), RESTRICT = eqsel)
  depends on "composite type" app.pair
  depends on function app.eq on "app.pair, app.pair"

define collation app."C c"
  | CREATE COLLATION app."C c" (PROVIDER = libc, LOCALE = 'C')

define "text search configuration" app.conf
  | CREATE TEXT SEARCH CONFIGURATION app.conf (PARSER = pg_catalog."default")
  part asciiword { app.dict, simple }
  part word { app.dict, simple }
  depends on "text search dictionary" app.dict

define "text search dictionary" app.dict
  | CREATE TEXT SEARCH DICTIONARY app.dict (TEMPLATE = pg_catalog.simple, stopwords = 'english')

define function app.eq on "app.pair, app.pair" with (returns = boolean)
  | CREATE OR REPLACE FUNCTION app.eq(app.pair, app.pair)
  |  RETURNS boolean
  |  LANGUAGE sql
  |  IMMUTABLE
  | AS $function$select true$function$
  part "" { app.pair }
  part "" { app.pair }
  depends on "composite type" app.pair

define conversion app.latin
  | CREATE CONVERSION app.latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8

define "composite type" app.pair
  | CREATE TYPE app.pair AS (a integer, b integer)
  part a { integer }
  part b { integer }

define "operator class" app.pairs on hash
  | CREATE OPERATOR CLASS app.pairs FOR TYPE app.pair USING hash FAMILY app.pairs AS OPERATOR 1 app.=== (app.pair, app.pair), STORAGE app.pair
  depends on "composite type" app.pair
  depends on operator app."===" on "app.pair, app.pair"
  depends on "operator family" app.pairs on hash

define "operator family" app.pairs on hash
  | CREATE OPERATOR FAMILY app.pairs USING hash

define function app.words on "app.pair" with (returns = text)
  | CREATE OR REPLACE FUNCTION app.words(app.pair)
  |  RETURNS text
  |  LANGUAGE sql
  | AS $function$select 'x'::text$function$
  part "" { app.pair }
  depends on "composite type" app.pair
)~"},

    {"extensions", 14,
     R"~(CREATE SCHEMA ext; CREATE EXTENSION hstore SCHEMA ext; CREATE TABLE t (a ext.hstore); CREATE INDEX i ON t USING gin (a);
CREATE VIEW v AS SELECT 'a=>1'::ext.hstore AS h; COMMENT ON EXTENSION hstore IS 'keys'; UPDATE pg_extension SET extversion = '1' WHERE extname = 'hstore')~",
     R"~(
table public.t
  column a other as "ext.hstore"
  index i (a) with (method = gin)
  depends on extension hstore for "column a"
  depends on extension hstore for "index i"

define "schema" ext
  | CREATE SCHEMA ext

define extension hstore with ("comment" = keys, "schema" = ext, version = "1")
  | CREATE EXTENSION hstore WITH SCHEMA ext
  depends on "schema" ext

define view public.v
  | CREATE VIEW public.v AS
  |  SELECT '"a"=>"1"'::ext.hstore AS h
  part h { ext.hstore }
  depends on extension hstore
)~"},

    {"publications", 14,
     R"~(CREATE SCHEMA app; CREATE TABLE app.t (a integer PRIMARY KEY, b integer); CREATE TABLE u (a integer);
CREATE PUBLICATION inspect_p FOR TABLE app.t, u WITH (publish = 'insert', publish_via_partition_root); CREATE PUBLICATION inspect_all FOR ALL TABLES; CREATE PUBLICATION "inspect none")~",
     R"~(
table app.t
  column a int32 as "integer" not null
  column b int32 as "integer"
  primary key t_pkey (a)

table public.u
  column a int32 as "integer"

define "schema" app
  | CREATE SCHEMA app

define publication "inspect none"
  | CREATE PUBLICATION "inspect none" WITH (publish = 'insert, update, delete, truncate')

define publication inspect_all
  | CREATE PUBLICATION inspect_all FOR ALL TABLES WITH (publish = 'insert, update, delete, truncate')

define publication inspect_p
  | CREATE PUBLICATION inspect_p FOR TABLE ONLY app.t, ONLY public.u WITH (publish = 'insert', publish_via_partition_root = true)
  depends on "table" app.t
  depends on "table" public.u
)~"},

    {"publications of 15", 15, R"~(CREATE SCHEMA app; CREATE TABLE u (a integer PRIMARY KEY, b integer);
CREATE PUBLICATION inspect_p FOR TABLE u WHERE (a > 3), TABLES IN SCHEMA app;
CREATE PUBLICATION inspect_q FOR TABLE u (a))~",
     R"~(
table public.u
  column a int32 as "integer" not null
  column b int32 as "integer"
  primary key u_pkey (a)

define "schema" app
  | CREATE SCHEMA app

define publication inspect_p
  | CREATE PUBLICATION inspect_p FOR TABLE ONLY public.u WHERE ((a > 3)), TABLES IN SCHEMA app WITH (publish = 'insert, update, delete, truncate')
  depends on "schema" app
  depends on "table" public.u
  depends on "table" public.u column a

define publication inspect_q
  | CREATE PUBLICATION inspect_q FOR TABLE ONLY public.u (a) WITH (publish = 'insert, update, delete, truncate')
  depends on "table" public.u
  depends on "table" public.u column a
)~"},
};

}  // namespace

TEST_CASE("types and rarer objects of PostgreSQL are read whole") {
  for (const Inspected& kind : kinds) check(kind);
}
