// The questions about everything that is one CREATE statement. The server writes the statement: it knows how to quote
// and has the names at hand. Columns: see `Ready`.
#include "dialects/postgresql/inspect.hpp"

namespace dataflow::postgresql::inspection {

namespace {

constexpr std::string_view schemas = R"(
SELECT n.oid, 0, 'schema', n.nspname, '', 0, n.nspowner, n.nspacl, format('CREATE SCHEMA %I', n.nspname), NULL, NULL
FROM pg_namespace n WHERE n.nspname !~ '^(pg_|dataflow_aside_[0-9]+$)' AND n.nspname <> 'information_schema'
  AND n.nspname NOT IN ('dataflow', 'dataflow_backup'))";

// Every database is born with plpgsql: functions say themselves that they need it.
constexpr std::string_view extensions = R"(
SELECT e.oid, 0, 'extension', e.extname, '', 0, 0, NULL, format('CREATE EXTENSION %I', e.extname)
    || CASE WHEN EXISTS (SELECT FROM pg_depend d WHERE d.classid = 2615 AND d.objid = e.extnamespace AND
              d.deptype = 'e') THEN '' ELSE format(' WITH SCHEMA %I', n.nspname) END,
  NULL, ARRAY['schema', n.nspname::text, 'version', e.extversion]
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname <> 'plpgsql')";

constexpr std::string_view enums = R"(
SELECT t.oid, t.typnamespace, 'enum', t.typname, '', 0, t.typowner, t.typacl,
  format('CREATE TYPE %s.%I AS ENUM (%s)', t.typnamespace::regnamespace, t.typname, coalesce(e.labels, '')), e.parts, NULL
FROM pg_type t LEFT JOIN (
  SELECT enumtypid, string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) AS labels,
    array_agg(ARRAY[enumlabel::text, ''] ORDER BY enumsortorder) AS parts
  FROM pg_enum GROUP BY enumtypid) e ON e.enumtypid = t.oid
WHERE t.oid >= 16384 AND t.typtype = 'e')";

constexpr std::string_view domains = R"(
SELECT t.oid, t.typnamespace, 'domain', t.typname, '', 0, t.typowner, t.typacl,
  format('CREATE DOMAIN %s.%I AS %s', t.typnamespace::regnamespace, t.typname, b.spelled)
    || coalesce(' COLLATE ' || l.named, '') || coalesce(' DEFAULT ' || b.initial, '')
    || CASE WHEN t.typnotnull THEN coalesce(' CONSTRAINT ' || quote_ident(nn.conname), '') || ' NOT NULL' ELSE '' END
    || coalesce(k.checks, ''),
  k.parts,
  array_cat(array_cat(ARRAY['type', b.spelled],
    CASE WHEN l.named IS NOT NULL THEN ARRAY['collation', l.named] END),
    array_cat(CASE WHEN b.initial IS NOT NULL THEN ARRAY['default', b.initial] END,
      array_cat(CASE WHEN t.typnotnull THEN ARRAY['not null', ''] END,
        array_cat(CASE WHEN nn.conname IS NOT NULL THEN ARRAY['not null constraint', nn.conname::text] END, k.comments))))
FROM pg_type t
CROSS JOIN LATERAL (SELECT format_type(t.typbasetype, t.typtypmod) AS spelled,
  pg_get_expr(t.typdefaultbin, 0) AS initial) b
JOIN pg_type base ON base.oid = t.typbasetype
LEFT JOIN pg_constraint nn ON nn.contypid = t.oid AND nn.contype = 'n' AND nn.conname !~ '_not_null[0-9]*$'
LEFT JOIN LATERAL (SELECT format('%s.%I', c.collnamespace::regnamespace, c.collname) AS named FROM pg_collation c
  WHERE c.oid = t.typcollation AND t.typcollation <> base.typcollation) l ON true
LEFT JOIN (
  SELECT contypid, array_agg(ARRAY[conname::text, pg_get_constraintdef(oid)] ORDER BY conname) AS parts,
    string_agg(format(' CONSTRAINT %I %s', conname, regexp_replace(pg_get_constraintdef(oid), ' NOT VALID$', '')), ''
      ORDER BY conname) AS checks,
    (SELECT array_agg(u.word) FROM unnest(array_agg(conname), array_agg(obj_description(oid, 'pg_constraint')))
       x (name, comment), unnest(ARRAY[format('constraint %I: comment', x.name), x.comment]) u (word)
     WHERE x.comment IS NOT NULL) AS comments
  FROM pg_constraint WHERE contypid <> 0 AND contype = 'c' GROUP BY contypid) k ON k.contypid = t.oid
WHERE t.oid >= 16384 AND t.typtype = 'd')";

constexpr std::string_view composites = R"(
SELECT t.oid, t.typnamespace, 'composite type', t.typname, '', 0, t.typowner, t.typacl,
  format('CREATE TYPE %s.%I AS (%s)', t.typnamespace::regnamespace, t.typname, coalesce(a.list, '')), a.parts, a.comments
FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c'
LEFT JOIN LATERAL (
  SELECT string_agg(format('%I %s', x.attname, x.spelled), ', ' ORDER BY x.attnum) AS list,
    array_agg(ARRAY[x.attname::text, x.spelled] ORDER BY x.attnum) AS parts,
    (SELECT array_agg(u.word) FROM unnest(array_agg(x.attname), array_agg(col_description(c.oid, x.attnum)))
       y (name, comment), unnest(ARRAY[format('column %I: comment', y.name), y.comment]) u (word)
     WHERE y.comment IS NOT NULL) AS comments
  FROM (SELECT a.attname, a.attnum, format_type(a.atttypid, a.atttypmod) || coalesce(
      (SELECT format(' COLLATE %s.%I', l.collnamespace::regnamespace, l.collname) FROM pg_collation l, pg_type y
       WHERE l.oid = a.attcollation AND y.oid = a.atttypid AND y.typcollation <> a.attcollation), '') AS spelled
    FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) x) a ON true
WHERE t.oid >= 16384 AND t.typtype = 'c')";

constexpr std::string_view ranges = R"(
SELECT t.oid, t.typnamespace, 'range type', t.typname, '', 0, t.typowner, t.typacl,
  format('CREATE TYPE %s.%I AS RANGE (SUBTYPE = %s, SUBTYPE_OPCLASS = %s.%I', t.typnamespace::regnamespace, t.typname,
      format_type(r.rngsubtype, NULL), o.opcnamespace::regnamespace, o.opcname)
    || coalesce((SELECT format(', COLLATION = %s.%I', l.collnamespace::regnamespace, l.collname)
         FROM pg_collation l, pg_type s WHERE l.oid = r.rngcollation AND s.oid = r.rngsubtype
           AND s.typcollation <> r.rngcollation), '')
    || CASE WHEN r.rngcanonical <> 0 THEN ', CANONICAL = ' || r.rngcanonical::text ELSE '' END
    || CASE WHEN r.rngsubdiff <> 0 THEN ', SUBTYPE_DIFF = ' || r.rngsubdiff::text ELSE '' END
    || CASE WHEN m.oid IS NULL THEN ''
         ELSE format(', MULTIRANGE_TYPE_NAME = %s.%I', m.typnamespace::regnamespace, m.typname) END || ')',
  NULL, NULL
FROM pg_range r JOIN pg_type t ON t.oid = r.rngtypid LEFT JOIN pg_type m ON m.oid = r.rngmultitypid
JOIN pg_opclass o ON o.oid = r.rngsubopc WHERE t.oid >= 16384)";

constexpr std::string_view functions = R"(
SELECT p.oid, p.pronamespace, CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, p.proname,
  array_to_string(ARRAY(SELECT format_type(u.id, NULL) FROM unnest(p.proargtypes) WITH ORDINALITY u (id, n)
    ORDER BY u.n), ', '), 0, p.proowner, p.proacl, pg_get_functiondef(p.oid),
  (SELECT array_agg(ARRAY[coalesce(u.called, ''),
     CASE u.mode WHEN 'i' THEN '' WHEN 'o' THEN 'OUT ' WHEN 'b' THEN 'INOUT ' WHEN 'v' THEN 'VARIADIC '
       WHEN 't' THEN 'TABLE ' END || format_type(u.id, NULL)
     || coalesce(' DEFAULT ' || pg_get_function_arg_default(p.oid, u.n::int), '')] ORDER BY u.n)
   FROM (SELECT a.id, coalesce(p.proargmodes[a.n], 'i') AS mode, p.proargnames[a.n] AS called, a.n
     FROM unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) WITH ORDINALITY a (id, n)) u),
  ARRAY['returns', coalesce(pg_get_function_result(p.oid), '')]
FROM pg_proc p WHERE p.oid >= 16384 AND p.prokind <> 'a'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 1255 AND d.objid = p.oid AND d.deptype IN ('e', 'i')))";

constexpr std::string_view aggregates = R"(
SELECT p.oid, p.pronamespace, 'aggregate', p.proname, s.list, 0, p.proowner, p.proacl,
  format('CREATE AGGREGATE %s.%I(%s) (', p.pronamespace::regnamespace, p.proname,
    coalesce(nullif(pg_get_function_arguments(p.oid), ''), '*'))
  || concat_ws(', ', 'SFUNC = ' || a.aggtransfn::regproc, 'STYPE = ' || format_type(a.aggtranstype, NULL),
    'SSPACE = ' || nullif(a.aggtransspace, 0),
    'FINALFUNC = ' || nullif(a.aggfinalfn::oid, 0)::regproc, CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
    CASE WHEN a.aggfinalfn <> 0 AND a.aggfinalmodify <> CASE a.aggkind WHEN 'n' THEN 'r'::"char" ELSE 'w'::"char" END
      THEN 'FINALFUNC_MODIFY = ' || CASE a.aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE'
        ELSE 'READ_WRITE' END END,
    'COMBINEFUNC = ' || nullif(a.aggcombinefn::oid, 0)::regproc,
    'SERIALFUNC = ' || nullif(a.aggserialfn::oid, 0)::regproc,
    'DESERIALFUNC = ' || nullif(a.aggdeserialfn::oid, 0)::regproc,
    'INITCOND = ' || quote_literal(a.agginitval), 'MSFUNC = ' || nullif(a.aggmtransfn::oid, 0)::regproc,
    'MINVFUNC = ' || nullif(a.aggminvtransfn::oid, 0)::regproc,
    'MSTYPE = ' || format_type(nullif(a.aggmtranstype, 0), NULL), 'MSSPACE = ' || nullif(a.aggmtransspace, 0),
    'MFINALFUNC = ' || nullif(a.aggmfinalfn::oid, 0)::regproc, CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
    CASE WHEN a.aggmfinalfn <> 0 AND a.aggmfinalmodify <> CASE a.aggkind WHEN 'n' THEN 'r'::"char" ELSE 'w'::"char" END
      THEN 'MFINALFUNC_MODIFY = ' || CASE a.aggmfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE'
        ELSE 'READ_WRITE' END END,
    'MINITCOND = ' || quote_literal(a.aggminitval),
    (SELECT format('SORTOP = OPERATOR(%s.%s)', o.oprnamespace::regnamespace, o.oprname) FROM pg_operator o
     WHERE o.oid = a.aggsortop),
    CASE WHEN a.aggkind = 'h' THEN 'HYPOTHETICAL' END,
    CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END) || ')',
  NULL, ARRAY['returns', pg_get_function_result(p.oid)]
FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid
CROSS JOIN LATERAL (SELECT CASE
    WHEN a.aggkind = 'n' THEN coalesce(string_agg(u.spelled, ', ' ORDER BY u.n), '*')
    ELSE concat_ws(' ', string_agg(u.spelled, ', ' ORDER BY u.n) FILTER (WHERE u.n <= a.aggnumdirectargs), 'ORDER BY',
      coalesce(string_agg(u.spelled, ', ' ORDER BY u.n) FILTER (WHERE u.n > a.aggnumdirectargs),
               (array_agg(u.spelled ORDER BY u.n DESC))[1])) END AS list
  FROM (SELECT CASE WHEN p.provariadic <> 0 AND x.n = p.pronargs THEN 'VARIADIC ' ELSE '' END
      || format_type(x.id, NULL) AS spelled, x.n
    FROM unnest(p.proargtypes) WITH ORDINALITY x (id, n)) u) s
WHERE p.oid >= 16384)";

constexpr std::string_view triggers = R"(
SELECT t.oid, c.relnamespace, 'trigger', t.tgname, c.relname, c.oid, 0, NULL, pg_get_triggerdef(t.oid), NULL,
  CASE t.tgenabled WHEN 'D' THEN ARRAY['enabled', 'disabled'] WHEN 'R' THEN ARRAY['enabled', 'replica']
    WHEN 'A' THEN ARRAY['enabled', 'always'] END
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND t.tgparentid = 0)";

constexpr std::string_view event_triggers = R"(
SELECT e.oid, 0, 'event trigger', e.evtname, '', 0, e.evtowner, NULL,
  format('CREATE EVENT TRIGGER %I ON %s', e.evtname, e.evtevent)
    || coalesce(' WHEN TAG IN (' || (SELECT string_agg(quote_literal(g), ', ' ORDER BY g) FROM unnest(e.evttags) g)
         || ')', '') || format(' EXECUTE FUNCTION %s()', e.evtfoid::regproc),
  NULL, CASE e.evtenabled WHEN 'D' THEN ARRAY['enabled', 'disabled'] WHEN 'R' THEN ARRAY['enabled', 'replica']
    WHEN 'A' THEN ARRAY['enabled', 'always'] END
FROM pg_event_trigger e)";

constexpr std::string_view rules = R"(
SELECT r.oid, c.relnamespace, 'rule', r.rulename, c.relname, c.oid, 0, NULL, pg_get_ruledef(r.oid), NULL,
  CASE r.ev_enabled WHEN 'D' THEN ARRAY['enabled', 'disabled'] WHEN 'R' THEN ARRAY['enabled', 'replica']
    WHEN 'A' THEN ARRAY['enabled', 'always'] END
FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class WHERE r.oid >= 16384 AND r.ev_type <> '1')";

constexpr std::string_view policies = R"(
SELECT p.oid, c.relnamespace, 'policy', p.polname, c.relname, c.oid, 0, NULL,
  format('CREATE POLICY %I ON %s.%I AS %s FOR %s TO %s', p.polname, c.relnamespace::regnamespace, c.relname,
      x.permissive, x.command, x.roles)
    || coalesce(' USING (' || x.passes || ')', '') || coalesce(' WITH CHECK (' || x.accepts || ')', ''),
  array_cat(array_cat(ARRAY[ARRAY['command', x.command], ARRAY['permissive', x.permissive], ARRAY['roles', x.roles]],
      CASE WHEN x.passes IS NOT NULL THEN ARRAY[ARRAY['using', x.passes]] END),
    CASE WHEN x.accepts IS NOT NULL THEN ARRAY[ARRAY['check', x.accepts]] END), NULL
FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
CROSS JOIN LATERAL (SELECT CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END AS permissive,
  CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
    ELSE 'ALL' END AS command,
  coalesce((SELECT string_agg(quote_ident(r.rolname), ', ' ORDER BY r.rolname) FROM pg_roles r
    WHERE r.oid = ANY (p.polroles) AND p.polroles <> '{0}'), 'PUBLIC') AS roles,
  pg_get_expr(p.polqual, p.polrelid) AS passes, pg_get_expr(p.polwithcheck, p.polrelid) AS accepts) x)";

constexpr std::string_view statistics = R"(
SELECT s.oid, s.stxnamespace, 'statistics', s.stxname, c.relname, c.oid, s.stxowner, NULL,
  pg_get_statisticsobjdef(s.oid), NULL,
  CASE WHEN s.stxstattarget >= 0 THEN ARRAY['target', s.stxstattarget::text] END
FROM pg_statistic_ext s JOIN pg_class c ON c.oid = s.stxrelid)";

constexpr std::string_view collations = R"(
SELECT c.oid, c.collnamespace, 'collation', c.collname, '', 0, c.collowner, NULL,
  format('CREATE COLLATION %s.%I (PROVIDER = %s', c.collnamespace::regnamespace, c.collname,
      CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END)
    || CASE WHEN c.collprovider = 'c' AND c.collcollate <> c.collctype
         THEN format(', LC_COLLATE = %L, LC_CTYPE = %L', c.collcollate, c.collctype)
         ELSE format(', LOCALE = %L', coalesce({{17 c.colllocale}{{{15 c.colliculocale}{NULL}}}}, c.collcollate)) END
    || coalesce(', RULES = ' || quote_literal({{16 c.collicurules}{NULL::text}}), '')
    || CASE WHEN c.collisdeterministic THEN '' ELSE ', DETERMINISTIC = false' END || ')', NULL, NULL
FROM pg_collation c WHERE c.oid >= 16384 AND c.collnamespace <> 11)";

constexpr std::string_view operators = R"(
SELECT o.oid, o.oprnamespace, 'operator', o.oprname,
  coalesce(format_type(nullif(o.oprleft, 0), NULL), 'NONE') || ', '
    || coalesce(format_type(nullif(o.oprright, 0), NULL), 'NONE'), 0, o.oprowner, NULL,
  format('CREATE OPERATOR %s.%s (', o.oprnamespace::regnamespace, o.oprname)
    || concat_ws(', ', 'FUNCTION = ' || o.oprcode, 'LEFTARG = ' || format_type(nullif(o.oprleft, 0), NULL),
      'RIGHTARG = ' || format_type(nullif(o.oprright, 0), NULL),
      (SELECT format('COMMUTATOR = OPERATOR(%s.%s)', x.oprnamespace::regnamespace, x.oprname) FROM pg_operator x
       WHERE x.oid = o.oprcom),
      (SELECT format('NEGATOR = OPERATOR(%s.%s)', x.oprnamespace::regnamespace, x.oprname) FROM pg_operator x
       WHERE x.oid = o.oprnegate),
      'RESTRICT = ' || nullif(o.oprrest::oid, 0)::regproc, 'JOIN = ' || nullif(o.oprjoin::oid, 0)::regproc,
      CASE WHEN o.oprcanhash THEN 'HASHES' END, CASE WHEN o.oprcanmerge THEN 'MERGES' END) || ')', NULL, NULL
FROM pg_operator o WHERE o.oid >= 16384 AND o.oprcode <> 0)";

constexpr std::string_view operator_families = R"(
SELECT f.oid, f.opfnamespace, 'operator family', f.opfname, m.amname, 0, f.opfowner, NULL,
  format('CREATE OPERATOR FAMILY %s.%I USING %I', f.opfnamespace::regnamespace, f.opfname, m.amname), NULL, NULL
FROM pg_opfamily f JOIN pg_am m ON m.oid = f.opfmethod WHERE f.oid >= 16384)";

constexpr std::string_view operator_classes = R"(
SELECT o.oid, o.opcnamespace, 'operator class', o.opcname, m.amname, 0, o.opcowner, NULL,
  format('CREATE OPERATOR CLASS %s.%I%s FOR TYPE %s USING %I FAMILY %s.%I AS ', o.opcnamespace::regnamespace, o.opcname,
      CASE WHEN o.opcdefault THEN ' DEFAULT' ELSE '' END, format_type(o.opcintype, NULL), m.amname,
      f.opfnamespace::regnamespace, f.opfname)
    || concat_ws(', ',
      (SELECT string_agg(format('OPERATOR %s %s.%s (%s, %s)', a.amopstrategy, x.oprnamespace::regnamespace, x.oprname,
           coalesce(format_type(nullif(x.oprleft, 0), NULL), 'NONE'),
           coalesce(format_type(nullif(x.oprright, 0), NULL), 'NONE'))
         || coalesce((SELECT format(' FOR ORDER BY %s.%I', s.opfnamespace::regnamespace, s.opfname) FROM pg_opfamily s
              WHERE s.oid = a.amopsortfamily), ''), ', '
         ORDER BY a.amopstrategy, format_type(a.amoplefttype, NULL), format_type(a.amoprighttype, NULL))
       FROM pg_depend d JOIN pg_amop a ON a.oid = d.objid JOIN pg_operator x ON x.oid = a.amopopr
       WHERE d.refclassid = 2616 AND d.refobjid = o.oid AND d.classid = 2602),
      (SELECT string_agg(format('FUNCTION %s (%s, %s) %s', a.amprocnum, format_type(a.amproclefttype, NULL),
           format_type(a.amprocrighttype, NULL), a.amproc::regprocedure), ', '
         ORDER BY a.amprocnum, format_type(a.amproclefttype, NULL), format_type(a.amprocrighttype, NULL))
       FROM pg_depend d JOIN pg_amproc a ON a.oid = d.objid
       WHERE d.refclassid = 2616 AND d.refobjid = o.oid AND d.classid = 2603),
      'STORAGE ' || format_type(coalesce(nullif(o.opckeytype, 0), o.opcintype), NULL)), NULL, NULL
FROM pg_opclass o JOIN pg_am m ON m.oid = o.opcmethod JOIN pg_opfamily f ON f.oid = o.opcfamily WHERE o.oid >= 16384)";

constexpr std::string_view casts = R"(
SELECT c.oid, 0, 'cast', x.name, '', 0, 0, NULL,
  format('CREATE CAST %s %s%s', x.name,
    CASE c.castmethod WHEN 'f' THEN 'WITH FUNCTION ' || c.castfunc::regprocedure WHEN 'i' THEN 'WITH INOUT'
      ELSE 'WITHOUT FUNCTION' END,
    CASE c.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END), NULL, NULL
FROM pg_cast c CROSS JOIN LATERAL (SELECT format('(%s AS %s)', format_type(c.castsource, NULL),
  format_type(c.casttarget, NULL)) AS name) x
WHERE c.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 2605 AND d.objid = c.oid
  AND d.deptype = 'i'))";

constexpr std::string_view conversions = R"(
SELECT c.oid, c.connamespace, 'conversion', c.conname, '', 0, c.conowner, NULL,
  format('CREATE %sCONVERSION %s.%I FOR %L TO %L FROM %s', CASE WHEN c.condefault THEN 'DEFAULT ' ELSE '' END,
    c.connamespace::regnamespace, c.conname, pg_encoding_to_char(c.conforencoding),
    pg_encoding_to_char(c.contoencoding), c.conproc), NULL, NULL
FROM pg_conversion c WHERE c.oid >= 16384)";

constexpr std::string_view languages = R"(
SELECT l.oid, 0, 'language', l.lanname, '', 0, l.lanowner, l.lanacl,
  format('CREATE %sLANGUAGE %I HANDLER %s', CASE WHEN l.lanpltrusted THEN 'TRUSTED ' ELSE '' END, l.lanname,
      l.lanplcallfoid::regproc)
    || coalesce(' INLINE ' || nullif(l.laninline, 0)::regproc, '')
    || coalesce(' VALIDATOR ' || nullif(l.lanvalidator, 0)::regproc, ''), NULL, NULL
FROM pg_language l WHERE l.oid >= 16384 AND l.lanispl)";

constexpr std::string_view transforms = R"(
SELECT t.oid, 0, 'transform', x.name, '', 0, 0, NULL,
  format('CREATE TRANSFORM %s (', x.name) || concat_ws(', ',
    'FROM SQL WITH FUNCTION ' || nullif(t.trffromsql::oid, 0)::regprocedure,
    'TO SQL WITH FUNCTION ' || nullif(t.trftosql::oid, 0)::regprocedure) || ')', NULL, NULL
FROM pg_transform t JOIN pg_language l ON l.oid = t.trflang
CROSS JOIN LATERAL (SELECT format('FOR %s LANGUAGE %I', format_type(t.trftype, NULL), l.lanname) AS name) x
WHERE t.oid >= 16384)";

constexpr std::string_view access_methods = R"(
SELECT m.oid, 0, 'access method', m.amname, '', 0, 0, NULL, format('CREATE ACCESS METHOD %I TYPE %s HANDLER %s',
  m.amname, CASE m.amtype WHEN 'i' THEN 'INDEX' ELSE 'TABLE' END, m.amhandler), NULL, NULL
FROM pg_am m WHERE m.oid >= 16384)";

constexpr std::string_view parsers = R"(
SELECT p.oid, p.prsnamespace, 'text search parser', p.prsname, '', 0, 0, NULL,
  format('CREATE TEXT SEARCH PARSER %s.%I (START = %s, GETTOKEN = %s, END = %s, LEXTYPES = %s',
    p.prsnamespace::regnamespace, p.prsname, p.prsstart, p.prstoken, p.prsend, p.prslextype)
    || coalesce(', HEADLINE = ' || nullif(p.prsheadline::oid, 0)::regproc, '') || ')', NULL, NULL
FROM pg_ts_parser p WHERE p.oid >= 16384)";

constexpr std::string_view templates = R"(
SELECT t.oid, t.tmplnamespace, 'text search template', t.tmplname, '', 0, 0, NULL,
  format('CREATE TEXT SEARCH TEMPLATE %s.%I (', t.tmplnamespace::regnamespace, t.tmplname)
    || coalesce('INIT = ' || nullif(t.tmplinit::oid, 0)::regproc || ', ', '')
    || format('LEXIZE = %s)', t.tmpllexize), NULL, NULL
FROM pg_ts_template t WHERE t.oid >= 16384)";

constexpr std::string_view dictionaries = R"(
SELECT d.oid, d.dictnamespace, 'text search dictionary', d.dictname, '', 0, d.dictowner, NULL,
  format('CREATE TEXT SEARCH DICTIONARY %s.%I (TEMPLATE = %s.%I', d.dictnamespace::regnamespace, d.dictname,
    t.tmplnamespace::regnamespace, t.tmplname) || coalesce(', ' || d.dictinitoption, '') || ')', NULL, NULL
FROM pg_ts_dict d JOIN pg_ts_template t ON t.oid = d.dicttemplate WHERE d.oid >= 16384)";

constexpr std::string_view configurations = R"(
SELECT c.oid, c.cfgnamespace, 'text search configuration', c.cfgname, '', 0, c.cfgowner, NULL,
  format('CREATE TEXT SEARCH CONFIGURATION %s.%I (PARSER = %s.%I)', c.cfgnamespace::regnamespace, c.cfgname,
    p.prsnamespace::regnamespace, p.prsname),
  (SELECT array_agg(ARRAY[x.token, x.dictionaries] ORDER BY x.token) FROM (
    SELECT k.alias AS token,
      string_agg(m.mapdict::regdictionary::text, ', ' ORDER BY m.mapseqno) AS dictionaries
    FROM pg_ts_config_map m JOIN ts_token_type(c.cfgparser) k ON k.tokid = m.maptokentype
    WHERE m.mapcfg = c.oid GROUP BY k.alias) x), NULL
FROM pg_ts_config c JOIN pg_ts_parser p ON p.oid = c.cfgparser WHERE c.oid >= 16384)";

constexpr std::string_view publications = R"(
SELECT p.oid, 0, 'publication', p.pubname, '', 0, p.pubowner, NULL,
  format('CREATE PUBLICATION %I', p.pubname)
    || CASE WHEN p.puballtables THEN ' FOR ALL TABLES'
         ELSE coalesce(' FOR ' || nullif(concat_ws(', ',
           'TABLE ' || (SELECT string_agg(format('ONLY %s.%I', c.relnamespace::regnamespace, c.relname)
               {{15 || coalesce((SELECT format(' (%s)', string_agg(quote_ident(a.attname), ', ' ORDER BY a.attname))
                      FROM pg_attribute a WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs::int2[])
                      HAVING count(*) > 0), '')
                    || coalesce(' WHERE (' || pg_get_expr(r.prqual, r.prrelid) || ')', '')}{}}, ', '
               ORDER BY c.relnamespace::regnamespace::text, c.relname)
             FROM pg_publication_rel r JOIN pg_class c ON c.oid = r.prrelid WHERE r.prpubid = p.oid)
           {{15 , 'TABLES IN SCHEMA ' || (SELECT string_agg(s.pnnspid::regnamespace::text, ', '
               ORDER BY s.pnnspid::regnamespace::text) FROM pg_publication_namespace s WHERE s.pnpubid = p.oid)}{}}), ''),
           '') END
    || format(' WITH (publish = %L', concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END,
         CASE WHEN p.pubupdate THEN 'update' END, CASE WHEN p.pubdelete THEN 'delete' END,
         CASE WHEN p.pubtruncate THEN 'truncate' END))
    || CASE WHEN p.pubviaroot THEN ', publish_via_partition_root = true' ELSE '' END
    || {{18 CASE p.pubgencols WHEN 's' THEN ', publish_generated_columns = stored' ELSE '' END}{''}} || ')', NULL, NULL
FROM pg_publication p)";

constexpr std::string_view wrappers = R"(
SELECT w.oid, 0, 'foreign data wrapper', w.fdwname, '', 0, w.fdwowner, w.fdwacl,
  format('CREATE FOREIGN DATA WRAPPER %I', w.fdwname)
    || coalesce(' HANDLER ' || nullif(w.fdwhandler, 0)::regproc, '')
    || coalesce(' VALIDATOR ' || nullif(w.fdwvalidator, 0)::regproc, '')
    || coalesce(' OPTIONS (' || (SELECT string_agg(format('%I %L', o.option_name, o.option_value), ', '
         ORDER BY o.option_name) FROM pg_options_to_table(w.fdwoptions) o) || ')', ''), NULL, NULL
FROM pg_foreign_data_wrapper w)";

constexpr std::string_view servers = R"(
SELECT s.oid, 0, 'server', s.srvname, '', 0, s.srvowner, s.srvacl,
  format('CREATE SERVER %I', s.srvname) || coalesce(' TYPE ' || quote_literal(s.srvtype), '')
    || coalesce(' VERSION ' || quote_literal(s.srvversion), '') || format(' FOREIGN DATA WRAPPER %I', w.fdwname)
    || coalesce(' OPTIONS (' || (SELECT string_agg(format('%I %L', o.option_name, o.option_value), ', '
         ORDER BY o.option_name) FROM pg_options_to_table(s.srvoptions) o) || ')', ''), NULL, NULL
FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw)";

constexpr Ready ready[] = {
    {catalog::schema, 'n', "", schemas},
    {catalog::extension, '-', "extension", extensions},
    {catalog::type, 'T', "type e", enums},
    {catalog::type, 'T', "type d", domains},
    {catalog::type, 'T', "relation c", composites},
    {catalog::type, 'T', "type r", ranges},
    {catalog::function, 'f', "1255", functions},
    {catalog::function, 'f', "1255", aggregates},
    {catalog::trigger, '-', "trigger", triggers},
    {catalog::event_trigger, '-', "3466", event_triggers},
    {catalog::rewrite, '-', "2618", rules},
    {catalog::policy, '-', "3256", policies},
    {catalog::statistics, '-', "3381", statistics},
    {catalog::collation, '-', "3456", collations},
    {catalog::operation, '-', "2617", operators},
    {catalog::operator_family, '-', "2753", operator_families},
    {catalog::operator_class, '-', "2616", operator_classes},
    {catalog::cast, '-', "cast", casts},
    {catalog::conversion, '-', "2607", conversions},
    {catalog::language, 'l', "language", languages},
    {catalog::transform, '-', "transform", transforms},
    {catalog::method, '-', "access method", access_methods},
    {catalog::parser, '-', "3601", parsers},
    {catalog::text_template, '-', "3764", templates},
    {catalog::dictionary, '-', "3600", dictionaries},
    {catalog::configuration, '-', "3602", configurations},
    {catalog::publication, '-', "publication", publications},
    {catalog::foreign_data_wrapper, 'F', "wrapper", wrappers},
    {catalog::server, 'S', "1417", servers},
};

}  // namespace

std::span<const Ready> ready_definitions() { return ready; }

}  // namespace dataflow::postgresql::inspection
