// The questions about tables and what hangs on them. Written so that the server neither opens a relation nor deparses
// anything it does not have to: oids, arrays and rows go over the wire, names are put together on this side. Types,
// collations and expressions come as numbers and trees; a second message asks for the text of each different one.
// Objects made after the server's own (oid >= 16384) are the only ones looked at.
#include "dialects/postgresql/inspect.hpp"

namespace dataflow::postgresql::inspection {

namespace {

constexpr std::string_view roles = "SELECT oid, rolname, rolname = current_user FROM pg_catalog.pg_roles";

constexpr std::string_view schemas =
    "SELECT oid, nspname FROM pg_catalog.pg_namespace WHERE nspname !~ '^(pg_|dataflow_aside_[0-9]+$)' AND nspname "
    "NOT IN ('information_schema', 'dataflow', 'dataflow_backup')";

constexpr std::string_view comments =
    "SELECT classoid, objoid, objsubid, description FROM pg_catalog.pg_description WHERE objoid >= 16384 OR (objoid = "
    "2200 AND classoid = 2615)";

constexpr std::string_view extension_members =
    "SELECT classid, objid, refobjid FROM pg_catalog.pg_depend WHERE refclassid = 3079 AND deptype = 'e' AND objid >= "
    "16384";

// Rows of composite types only say that there are some; toast tables are only there for their options. 0 oid, 1 schema,
// 2 name, 3 kind, 4 owner, 5 row type, 6 text of a view, key of a partitioned table, 7 toast table, 8 packed:
// persistence, access method, tablespace, options, replica identity, row security, forced, partition bound, populated,
// of type, acl.
constexpr std::string_view relations = R"(
SELECT c.oid, c.relnamespace, c.relname, c.relkind, c.relowner, c.reltype,
  CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid)
       WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END, c.reltoastrelid,
  CASE WHEN c.relpersistence <> 'p' OR c.relam NOT IN (0, 2) OR c.reltablespace <> 0 OR c.reloptions IS NOT NULL
         OR c.relreplident <> 'd' OR c.relrowsecurity OR c.relforcerowsecurity
         OR c.relispartition OR NOT c.relispopulated OR c.reloftype <> 0 OR c.relacl IS NOT NULL
  THEN ARRAY[c.relpersistence::text,
    CASE WHEN c.relam NOT IN (0, 2) THEN (SELECT amname FROM pg_catalog.pg_am WHERE oid = c.relam)::text END,
    CASE WHEN c.reltablespace <> 0 THEN
      (SELECT spcname FROM pg_catalog.pg_tablespace WHERE oid = c.reltablespace)::text END,
    c.reloptions::text, CASE WHEN c.relkind IN ('r', 'p') THEN c.relreplident::text END, c.relrowsecurity::text, c.relforcerowsecurity::text,
    CASE WHEN c.relispartition THEN pg_catalog.pg_get_expr(c.relpartbound, 0) END, c.relispopulated::text,
    CASE WHEN c.reloftype <> 0 THEN pg_catalog.format_type(c.reloftype, NULL) END, c.relacl::text] END
FROM pg_catalog.pg_class c
WHERE c.oid >= 16384 AND (c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c') OR c.relkind = 't' AND c.reloptions IS NOT NULL)
  AND c.relpersistence <> 't' AND c.relnamespace <> 11)";

// 0 relation, 1 number, 2 name, 3 type, 4 its modifier, 5 not null, 6 collation, 7 storage, 8 packed: identity,
// generated, compression, statistics, options, foreign options, acl, local, inherited. Columns of indexes, and of what
// is not carried, are only there for what was set on them: they are sorted out on this side, where that costs less.
constexpr std::string_view columns = R"(
SELECT a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attcollation, a.attstorage,
  CASE WHEN a.attidentity <> '' OR a.attgenerated <> '' OR a.attcompression <> '' OR a.attstattarget >= 0
         OR a.attoptions IS NOT NULL OR a.attfdwoptions IS NOT NULL OR a.attacl IS NOT NULL OR a.attinhcount > 0
  THEN ARRAY[a.attidentity::text, a.attgenerated::text, a.attcompression::text, a.attstattarget::text,
    a.attoptions::text,
    (SELECT pg_catalog.string_agg(pg_catalog.format('%I %L', o.option_name, o.option_value), ', '
       ORDER BY o.option_name) FROM pg_catalog.pg_options_to_table(a.attfdwoptions) o),
    a.attacl::text, a.attislocal::text, (a.attinhcount > 0)::text] END
FROM pg_catalog.pg_attribute a
LEFT JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.oid >= 16384 AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
  AND c.relpersistence <> 't' AND c.relnamespace <> 11
WHERE a.attrelid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped
  AND (c.oid IS NOT NULL OR a.attstattarget >= 0 OR a.attoptions IS NOT NULL))";

// Not joined to the columns: that costs more than both together. Defaults that are stored alike are known by 128 bits.
constexpr std::string_view defaults = R"(
SELECT d.adrelid, d.adnum, d.oid, pg_catalog.hashtextextended(d.adbin::text, 0),
  pg_catalog.hashtextextended(d.adbin::text, 1)
FROM pg_catalog.pg_attrdef d WHERE d.adrelid >= 16384)";

// The server needs the relation only where a column is named.
constexpr std::string_view default_texts = R"(
SELECT d.oid, pg_catalog.pg_get_expr(d.adbin,
  CASE WHEN pg_catalog.strpos(d.adbin::text, '{VAR ') > 0 THEN d.adrelid ELSE 0 END)
FROM pg_catalog.pg_attrdef d WHERE d.oid = ANY ($1::oid[]))";

constexpr std::string_view check_texts =
    "SELECT k.oid, pg_catalog.pg_get_expr(k.conbin, k.conrelid) FROM pg_catalog.pg_constraint k WHERE k.oid = ANY "
    "($1::oid[])";

// 0 place in the lists, 1 text, 2 collation, 3 storage.
constexpr std::string_view types = R"(
SELECT u.place - 1, pg_catalog.format_type(u.id, u.modifier), t.typcollation, t.typstorage
FROM ROWS FROM (pg_catalog.unnest($1::oid[]), pg_catalog.unnest($2::int4[])) WITH ORDINALITY AS u (id, modifier, place)
JOIN pg_catalog.pg_type t ON t.oid = u.id)";

constexpr std::string_view collations = R"(
SELECT l.oid, CASE WHEN l.collnamespace = 11 THEN l.collname::text
  ELSE pg_catalog.format('%I.%I', n.nspname, l.collname) END
FROM pg_catalog.pg_collation l JOIN pg_catalog.pg_namespace n ON n.oid = l.collnamespace WHERE l.oid = ANY ($1::oid[]))";

constexpr std::string_view operator_classes = R"(
SELECT o.oid, o.opcname, CASE WHEN o.opcnamespace <> 11 THEN o.opcnamespace::regnamespace END, o.opcintype, o.opcdefault
FROM pg_catalog.pg_opclass o WHERE o.oid = ANY ($1::oid[]))";

// 0 relation, 1 number, 2 name, 3 whether it differs from "table_column_not_null", 4 no inherit, 5 validated, 6 comes
// from a parent that is no partitioned table, 7 comment. Only those of which there is more to say than NOT NULL; below
// 18 there are none.
constexpr std::string_view not_nulls = R"({{18
SELECT k.conrelid, k.conkey[1], k.conname, k.conname <> c.relname || '_' || a.attname || '_not_null', k.connoinherit,
  k.convalidated, NOT k.conislocal AND NOT c.relispartition, d.description
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
LEFT JOIN pg_catalog.pg_description d ON d.objoid = k.oid AND d.classoid = 2606
WHERE k.oid >= 16384 AND k.contype = 'n'
  AND (k.conname !~ '_not_null[0-9]*$' OR k.connoinherit OR NOT k.convalidated
    OR k.oid IN (SELECT objoid FROM pg_catalog.pg_description WHERE classoid = 2606))}{
SELECT WHERE false}})";

// 0 oid, 1 name, 2 type, 3 relation, 4 index, 5 columns, 6 referenced relation, 7 referenced columns, 8 expression of a
// check as it is stored, definition of an exclusion, 9 packed: see `Unusual` in inspect_keys.cpp.
constexpr std::string_view constraints = R"(
SELECT k.oid, k.conname, k.contype, k.conrelid, k.conindid, k.conkey, k.confrelid, k.confkey,
  CASE k.contype WHEN 'c' THEN k.conbin::text
                 WHEN 'x' THEN pg_catalog.pg_get_constraintdef(k.oid) END,
  CASE WHEN k.condeferrable OR NOT k.convalidated OR NOT k.conislocal OR k.connoinherit AND k.contype = 'c'
         OR k.conparentid <> 0 OR k.confdeltype NOT IN ('a', ' ') OR k.confupdtype NOT IN ('a', ' ')
         OR k.confmatchtype NOT IN ('s', ' ') {{18 OR NOT k.conenforced OR k.conperiod}{}}
  THEN ARRAY[k.confdeltype::text, k.confupdtype::text, k.confmatchtype::text, k.condeferrable::text,
    k.condeferred::text, (NOT k.convalidated)::text, (NOT k.conislocal)::text, k.connoinherit::text,
    k.conparentid::text, {{15 k.confdelsetcols::text}{NULL}}, {{18 (NOT k.conenforced)::text}{NULL}},
    {{18 k.conperiod::text}{NULL}}] END
FROM pg_catalog.pg_constraint k WHERE k.oid >= 16384 AND k.conrelid <> 0 AND k.contype IN ('p', 'u', 'f', 'c', 'x'))";

// 0 oid, 1 relation, 2 schema, 3 name, 4 columns, 5 operator classes, 6 collations, 7 directions, 8 number of key
// columns, 9 unique, 10 expressions, 11 condition, 12 packed: kind, name of the method, tablespace, options, valid,
// clustered, replica identity, nulls not distinct.
constexpr std::string_view indexes = R"(
SELECT i.indexrelid, i.indrelid, c.relnamespace, c.relname, i.indkey, i.indclass, i.indcollation, i.indoption,
  i.indnkeyatts, i.indisunique,
  CASE WHEN i.indexprs IS NOT NULL THEN
    (SELECT pg_catalog.array_agg(pg_catalog.pg_get_indexdef(i.indexrelid, n, false) ORDER BY n)
     FROM pg_catalog.generate_series(1, i.indnkeyatts::int) n WHERE i.indkey[n - 1] = 0) END,
  CASE WHEN i.indpred IS NOT NULL THEN pg_catalog.pg_get_expr(i.indpred, i.indrelid) END,
  CASE WHEN c.relam <> 403 OR c.reltablespace <> 0 OR c.reloptions IS NOT NULL OR NOT i.indisvalid OR i.indisclustered
         OR i.indisreplident OR {{15 i.indnullsnotdistinct}{false}} OR c.relkind = 'I'
  THEN ARRAY[c.relkind::text, CASE WHEN c.relam <> 403 THEN (SELECT amname FROM pg_catalog.pg_am WHERE oid = c.relam)::text END,
    CASE WHEN c.reltablespace <> 0 THEN
      (SELECT spcname FROM pg_catalog.pg_tablespace WHERE oid = c.reltablespace)::text END,
    c.reloptions::text, i.indisvalid::text, i.indisclustered::text, i.indisreplident::text,
    {{15 i.indnullsnotdistinct::text}{'false'}}] END
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
WHERE i.indexrelid >= 16384 AND c.relnamespace NOT IN (11, 99) AND c.relpersistence <> 't')";

constexpr std::string_view inheritance =
    "SELECT inhrelid, inhparent FROM pg_catalog.pg_inherits ORDER BY inhrelid, inhseqno";

constexpr std::string_view foreign_tables = R"(
SELECT t.ftrelid, s.srvname,
  (SELECT pg_catalog.string_agg(pg_catalog.format('%I %L', o.option_name, o.option_value), ', '
     ORDER BY o.option_name) FROM pg_catalog.pg_options_to_table(t.ftoptions) o)
FROM pg_catalog.pg_foreign_table t JOIN pg_catalog.pg_foreign_server s ON s.oid = t.ftserver)";

// 0 oid, 1 schema, 2 name, 3 owner, 4 acl, 5 persistence, 6 type, 7 start, 8 increment, 9 minvalue, 10 maxvalue,
// 11 cache, 12 cycle, 13 relation it belongs to, 14 column, 15 how: a owned by, i identity.
constexpr std::string_view sequences = R"(
SELECT s.seqrelid, c.relnamespace, c.relname, c.relowner, c.relacl, c.relpersistence,
  pg_catalog.format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,
  d.refobjid, d.refobjsubid, d.deptype
FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
LEFT JOIN pg_catalog.pg_depend d ON d.classid = 1259 AND d.objid = s.seqrelid AND d.refclassid = 1259
  AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
WHERE s.seqrelid >= 16384 AND c.relpersistence <> 't')";

// What the server keeps apart and a value holds together: the rule of a view, the columns of a composite type, the type
// for several of a range. 0 catalog, 1 oid, 2 and 3 what it belongs to.
constexpr std::string_view aliases = R"(
SELECT 2618, r.oid, 1259, r.ev_class FROM pg_catalog.pg_rewrite r WHERE r.oid >= 16384 AND r.ev_type = '1'
UNION ALL SELECT 1259, c.oid, 1247, c.reltype FROM pg_catalog.pg_class c WHERE c.oid >= 16384 AND c.relkind = 'c'
UNION ALL SELECT 1247, g.rngmultitypid, 1247, g.rngtypid FROM pg_catalog.pg_range g WHERE g.rngtypid >= 16384)";

// What a table's own parts need of it is left out by kind: it is known without asking, and so are the columns that a
// foreign key points to. An array stands for its element's type.
constexpr std::string_view dependencies = R"(
SELECT d.classid, d.objid, d.objsubid, d.refclassid,
  CASE WHEN d.refclassid = 1247 THEN (SELECT CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem
    ELSE t.oid END FROM pg_catalog.pg_type t WHERE t.oid = d.refobjid) ELSE d.refobjid END, d.refobjsubid, d.deptype
FROM pg_catalog.pg_depend d
WHERE d.objid >= 16384 AND d.refobjid >= 16384 AND (d.refclassid <> 2615 OR d.classid IN (3079, 6237))
  AND CASE d.deptype WHEN 'i' THEN d.classid IN (2602, 2603)
    WHEN 'a' THEN d.classid NOT IN (2604, 2606) AND NOT (d.classid = 1259 AND d.refobjsubid > 0)
    ELSE d.deptype IN ('n', 'x') END
  AND NOT (d.classid = 2606 AND d.refobjsubid > 0))";

constexpr std::string_view default_privileges =
    "SELECT d.oid, d.defaclrole, d.defaclnamespace, d.defaclobjtype, d.defaclacl FROM pg_catalog.pg_default_acl d";

// A word for each kind of object that is there, so that the others need not be asked for: one search in an index or a
// short catalog each. What lies in a schema has a row in pg_depend: the word is its catalog's oid.
constexpr std::string_view present = R"(
SELECT c::text FROM pg_catalog.unnest('{1255,1417,2602,2603,2616,2617,2618,2753,3256,3381,3456,3466,3600,3601,3602,
  3764,2607}'::oid[]) c
WHERE (SELECT pg_catalog.max(d.objid) FROM pg_catalog.pg_depend d WHERE d.classid = c) >= 16384
UNION ALL
SELECT DISTINCT CASE WHEN t.typisdefined THEN 'type ' || t.typtype::text ELSE 'shell type' END
FROM pg_catalog.pg_type t WHERE t.oid >= 16384 AND t.typrelid = 0 AND (t.typcategory <> 'A' OR t.typelem = 0)
UNION ALL
SELECT w.word FROM (VALUES
  ('extension', EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname <> 'plpgsql')),
  ('sequence', EXISTS (SELECT FROM pg_catalog.pg_sequence)),
  ('cast', EXISTS (SELECT FROM pg_catalog.pg_cast WHERE oid >= 16384)),
  ('language', EXISTS (SELECT FROM pg_catalog.pg_language WHERE oid >= 16384)),
  ('transform', EXISTS (SELECT FROM pg_catalog.pg_transform)),
  ('access method', EXISTS (SELECT FROM pg_catalog.pg_am WHERE oid >= 16384)),
  ('publication', EXISTS (SELECT FROM pg_catalog.pg_publication)),
  ('wrapper', EXISTS (SELECT FROM pg_catalog.pg_foreign_data_wrapper)),
  ('trigger', EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE NOT tgisinternal)),
  ('unmodelled', EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgenabled <> 'O')
     OR EXISTS (SELECT FROM pg_catalog.pg_subscription) OR EXISTS (SELECT FROM pg_catalog.pg_seclabel)
     OR EXISTS (SELECT FROM pg_catalog.pg_largeobject_metadata))
) w (word, is_there) WHERE w.is_there)";

// 0 catalog, 1 oid, 2 kind, 3 schema, 4 name, 5 reason.
constexpr std::string_view unmodelled = R"(
SELECT 1247, t.oid, CASE WHEN t.typisdefined THEN 'base type' ELSE 'shell type' END, t.typnamespace, t.typname::text,
  CASE WHEN t.typisdefined THEN 'a type written in C is not carried' ELSE 'a type without a body is not carried' END
FROM pg_catalog.pg_type t
WHERE t.oid >= 16384 AND (t.typtype = 'b' AND NOT (t.typcategory = 'A' AND t.typelem <> 0) OR NOT t.typisdefined)
UNION ALL
SELECT 6100, s.oid, 'subscription', 0, s.subname::text, 'where it connects to is a secret of the server'
FROM pg_catalog.pg_subscription s WHERE s.subdbid =
  (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
UNION ALL
SELECT l.classoid, l.objoid, 'security label', 0, i.identity,
  'labels of ' || l.provider || ' are not carried'
FROM pg_catalog.pg_seclabel l, pg_catalog.pg_identify_object(l.classoid, l.objoid, l.objsubid) i
UNION ALL
SELECT 1418, 0, 'user mapping', 0, u.usename || ' on ' || u.srvname, 'its options can hold a password'
FROM pg_catalog.pg_user_mappings u
UNION ALL
SELECT 0, 0, 'large object', 0, pg_catalog.count(*)::text, 'large objects are data, not schema'
FROM pg_catalog.pg_largeobject_metadata HAVING pg_catalog.count(*) > 0
UNION ALL
SELECT 2620, g.oid, 'trigger', c.relnamespace, c.relname::text,
  CASE WHEN g.tgisinternal AND g.tgconstraint <> 0 AND g.tgparentid = 0
       THEN 'triggers of a constraint are not enabled as usual'
       ELSE pg_catalog.format('trigger %I is not enabled as that of the parent', g.tgname) END
FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid
LEFT JOIN pg_catalog.pg_trigger p ON p.oid = g.tgparentid
WHERE (g.tgisinternal OR g.tgparentid <> 0) AND g.tgenabled <> coalesce(p.tgenabled, 'O')
UNION ALL
SELECT 2753, f.oid, 'operator family', f.opfnamespace, f.opfname::text,
  'operators and functions that belong to no operator class are not carried'
FROM pg_catalog.pg_opfamily f WHERE EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.refclassid = 2753
  AND d.refobjid = f.oid AND d.classid IN (2602, 2603) AND d.deptype = 'a'))";

}  // namespace

std::string_view sql_of(Query query) {
  switch (query) {
    case Query::roles: return roles;
    case Query::schemas: return schemas;
    case Query::comments: return comments;
    case Query::extension_members: return extension_members;
    case Query::relations: return relations;
    case Query::columns: return columns;
    case Query::defaults: return defaults;
    case Query::not_nulls: return not_nulls;
    case Query::constraints: return constraints;
    case Query::indexes: return indexes;
    case Query::inheritance: return inheritance;
    case Query::dependencies: return dependencies;
    case Query::default_privileges: return default_privileges;
    case Query::present: return present;
    case Query::types: return types;
    case Query::collations: return collations;
    case Query::operator_classes: return operator_classes;
    case Query::default_texts: return default_texts;
    case Query::check_texts: return check_texts;
    case Query::foreign_tables: return foreign_tables;
    case Query::sequences: return sequences;
    case Query::aliases: return aliases;
    case Query::unmodelled: return unmodelled;
  }
  return {};
}

}  // namespace dataflow::postgresql::inspection
