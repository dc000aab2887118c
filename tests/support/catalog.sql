-- Everything that the catalogs say of what users have made, a line a row: numbers of objects give way to their names,
-- and stored trees to what the server writes of them. What it lists is not dataflow's choice: every column counts that
-- is not named here as telling where or when.
CREATE FUNCTION pg_temp.names(catalog oid, numbers text) RETURNS text LANGUAGE sql AS $$
  SELECT CASE WHEN numbers ~ '[[:alpha:]]' THEN numbers ELSE (
    SELECT string_agg(CASE WHEN n[1] = '0' THEN '-' ELSE (pg_identify_object(catalog, n[1]::oid, 0)).identity END, ' ')
    FROM regexp_matches(numbers, '\d+', 'g') AS n) END $$;

CREATE FUNCTION pg_temp.said(of text, r jsonb) RETURNS text LANGUAGE sql AS $$
  SELECT CASE of
    WHEN 'pg_attrdef' THEN (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE oid = (r->>'oid')::oid)
    WHEN 'pg_class' THEN (SELECT concat_ws(' ', pg_get_expr(c.relpartbound, c.oid),
        CASE c.relkind WHEN 'p' THEN pg_get_partkeydef(c.oid) END, t.reloptions::text)
      FROM pg_class c LEFT JOIN pg_class t ON t.oid = c.reltoastrelid WHERE c.oid = (r->>'oid')::oid)
    WHEN 'pg_attribute' THEN format_type((r->>'atttypid')::oid, (r->>'atttypmod')::int) || ' ' ||
      (SELECT count(*) FROM pg_attribute WHERE attrelid = (r->>'attrelid')::oid AND NOT attisdropped
       AND attnum BETWEEN 1 AND (r->>'attnum')::int)
    WHEN 'pg_constraint' THEN pg_get_constraintdef((r->>'oid')::oid)
    WHEN 'pg_index' THEN pg_get_indexdef((r->>'indexrelid')::oid)
    WHEN 'pg_policy' THEN (SELECT concat_ws(' ', pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
      FROM pg_policy WHERE oid = (r->>'oid')::oid)
    WHEN 'pg_proc' THEN CASE WHEN r->>'prokind' <> 'a' THEN pg_get_functiondef((r->>'oid')::oid) END
    WHEN 'pg_publication_rel' THEN (SELECT to_jsonb(t)::text FROM pg_publication_tables t
      JOIN pg_publication p ON p.pubname = t.pubname AND p.oid = (r->>'prpubid')::oid
      WHERE format('%I.%I', t.schemaname, t.tablename)::regclass = (r->>'prrelid')::oid)
    WHEN 'pg_rewrite' THEN pg_get_ruledef((r->>'oid')::oid)
    WHEN 'pg_sequence' THEN (SELECT string_agg(d.deptype::text || (pg_identify_object(1259, d.refobjid, d.refobjsubid)).identity, ' ')
      FROM pg_depend d WHERE d.classid = 1259 AND d.objid = (r->>'seqrelid')::oid AND d.refobjsubid > 0)
    WHEN 'pg_statistic_ext' THEN pg_get_statisticsobjdef((r->>'oid')::oid)
    WHEN 'pg_trigger' THEN pg_get_triggerdef((r->>'oid')::oid)
    WHEN 'pg_description' THEN
      (pg_identify_object((r->>'classoid')::oid, (r->>'objoid')::oid, (r->>'objsubid')::int)).identity
  END $$;

CREATE FUNCTION pg_temp.listed() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
  catalog record;
  r jsonb;
  reference record;
BEGIN
  FOR catalog IN
    SELECT c.oid, c.relname, (SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum = 1) AS first
    FROM pg_class c WHERE c.relnamespace = 11 AND c.relkind = 'r' AND NOT c.relisshared AND c.relname NOT IN ('pg_depend',
      'pg_init_privs', 'pg_statistic', 'pg_statistic_ext_data', 'pg_largeobject', 'pg_largeobject_metadata',
      'pg_subscription_rel')
  LOOP
    FOR r IN EXECUTE format('SELECT to_jsonb(c) FROM pg_catalog.%I c WHERE %I::oid >= 16384', catalog.relname,
                            catalog.first)
    LOOP
      CONTINUE WHEN r->>'tgisinternal' = 'true' OR r->>'attisdropped' = 'true' OR (r->>'attnum')::int < 0;
      r := r || jsonb_build_object('said', pg_temp.said(catalog.relname, r));
      FOR reference IN SELECT pktable, fkcols[array_upper(fkcols, 1)] AS col FROM pg_get_catalog_foreign_keys()
        WHERE fktable = catalog.oid AND pktable <> 'pg_attribute'::regclass
      LOOP
        r := r || jsonb_build_object(reference.col, pg_temp.names(reference.pktable, r->>reference.col));
      END LOOP;
      r := r - ARRAY['oid', 'relfilenode', 'relpages', 'reltuples', 'relallvisible', 'relallfrozen', 'relfrozenxid',
        'relminmxid', 'reltoastrelid', 'relnatts', 'relhasindex', 'relhassubclass', 'relhasrules', 'relhastriggers',
        'relchecks', 'relpartbound', 'relispopulated', 'relrewrite', 'indcheckxmin', 'indexprs', 'indpred', 'adbin', 'adnum', 'conbin', 'ev_action',
        'ev_qual', 'polqual', 'polwithcheck', 'prosqlbody', 'proargdefaults', 'prqual', 'partexprs', 'stxexprs', 'tgqual',
        'typdefaultbin', 'attnum', 'conkey', 'confkey', 'confdelsetcols', 'indkey', 'partattrs', 'stxkeys', 'tgattr',
        'tgconstrindid', 'prattrs', 'enumsortorder', 'objoid', 'objsubid', 'attcacheoff', 'attmissingval',
        'atthasmissing', 'inhseqno', 'collversion', 'refobjversion'];
      -- What no statement says: keys are never inherited in this sense, and names that the server chooses for NOT NULL.
      IF r->>'contype' IN ('p', 'u') THEN r := r - 'connoinherit'; END IF;
      IF r->>'contype' = 'n' AND r->>'conname' ~ '_not_null[0-9]*$' THEN r := r - 'conname'; END IF;
      CONTINUE WHEN r::text ~ 'pg_toast|pg_temp';
      RETURN NEXT catalog.relname || ' ' || r;
    END LOOP;
  END LOOP;
END $$;

SELECT line FROM pg_temp.listed() AS line ORDER BY line COLLATE "C";
