#include "dialects/postgresql/postgresql.hpp"

namespace dataflow::postgresql {

namespace {

/// A catalog, what of its rows counts, and which rows are somebody's. `theirs` are the schemas, and `relations` the
/// relations, that count: no toast, nothing temporary, nothing of dataflow.
struct Catalog {
  std::string_view name, columns, condition;
};
/// Objects that come with every database have lower numbers; of those, public alone is anybody's to change.
constexpr std::string_view added = "c.oid >= 16384";
constexpr Catalog catalogs[] = {
    // Neither statistics nor where the rows lie: VACUUM, ANALYZE, TRUNCATE and REFRESH change those.
    {"pg_class",
     "c.oid, relname, relnamespace, reloftype, relowner, relam, reltablespace, relisshared, relpersistence, relkind, "
     "relnatts, relrowsecurity, relforcerowsecurity, relreplident, relispartition, relacl, reloptions, relpartbound",
     "c.oid >= 16384 AND relnamespace IN (SELECT oid FROM theirs)"},
    {"pg_attribute",
     "attrelid, attnum, attname, atttypid, atttypmod, attnotnull, atthasdef, attidentity, attgenerated, attisdropped, "
     "attstattarget, attstorage, attcompression, attcollation, attislocal, attinhcount, attacl, attoptions, "
     "attfdwoptions",
     "attnum > 0 AND attrelid IN (SELECT oid FROM relations)"},
    {"pg_attrdef", "adrelid, adnum, adbin", "adrelid IN (SELECT oid FROM relations)"},
    {"pg_constraint", "c.*", "c.oid >= 16384 AND connamespace IN (SELECT oid FROM theirs)"},
    {"pg_index",
     "indexrelid, indrelid, indnatts, indnkeyatts, indisunique, pg_catalog.to_jsonb(c) ->> 'indnullsnotdistinct', "
     "indisprimary, indisexclusion, indimmediate, indisclustered, indisvalid, indisready, indislive, indisreplident, "
     "indkey, indcollation, indclass, indoption, indexprs, indpred",
     "indrelid IN (SELECT oid FROM relations)"},
    {"pg_sequence", "c.*", "seqrelid IN (SELECT oid FROM relations)"},
    {"pg_inherits", "c.*", "inhrelid IN (SELECT oid FROM relations)"},
    {"pg_partitioned_table", "c.*", "partrelid IN (SELECT oid FROM relations)"},
    {"pg_foreign_table", "c.*", "ftrelid IN (SELECT oid FROM relations)"},
    {"pg_trigger", "c.*", "tgrelid IN (SELECT oid FROM relations)"},
    {"pg_rewrite", "c.*", "ev_class IN (SELECT oid FROM relations)"},
    {"pg_policy", "c.*", "polrelid IN (SELECT oid FROM relations)"},
    {"pg_statistic_ext", "c.*", "stxrelid IN (SELECT oid FROM relations)"},
    {"pg_type", "c.*", "c.oid >= 16384 AND typnamespace IN (SELECT oid FROM theirs)"},
    {"pg_enum", "c.*", added},
    {"pg_range", "c.*", "rngtypid >= 16384"},
    {"pg_proc", "c.*", added},
    {"pg_aggregate", "c.*", "aggfnoid::oid >= 16384"},
    {"pg_namespace", "c.*", "c.oid IN (SELECT oid FROM theirs)"},
    {"pg_extension", "c.*", added},
    {"pg_collation", "c.*", added},
    {"pg_conversion", "c.*", added},
    {"pg_cast", "c.*", added},
    {"pg_operator", "c.*", added},
    {"pg_opclass", "c.*", added},
    {"pg_opfamily", "c.*", added},
    {"pg_amop", "c.*", added},
    {"pg_amproc", "c.*", added},
    {"pg_am", "c.*", added},
    {"pg_language", "c.*", added},
    {"pg_transform", "c.*", added},
    {"pg_ts_config", "c.*", added},
    {"pg_ts_config_map", "c.*", "mapcfg >= 16384"},
    {"pg_ts_dict", "c.*", added},
    {"pg_ts_parser", "c.*", added},
    {"pg_ts_template", "c.*", added},
    {"pg_event_trigger", "c.*", "true"},
    {"pg_publication", "c.*", "true"},
    {"pg_publication_rel", "c.*", "true"},
    {"pg_publication_namespace", "c.*", "true"},
    {"pg_foreign_data_wrapper", "c.*", "true"},
    {"pg_foreign_server", "c.*", "true"},
    {"pg_user_mappings", "umid, srvid, umuser, umoptions", "true"},
    {"pg_default_acl", "c.*", "true"},
    {"pg_description", "c.*", "objoid >= 16384 OR (objoid = 2200 AND classoid = 'pg_catalog.pg_namespace'::regclass)"},
    {"pg_seclabel", "c.*", "true"},
};

}  // namespace

std::string catalog_digest(Connection& connection) {
  std::string rows;
  for (const Catalog& catalog : catalogs) {
    if (catalog.name == "pg_publication_namespace" && server(connection).version() < 150000) continue;
    rows += (rows.empty() ? "" : " UNION ALL ") + ("SELECT '" + std::string(catalog.name)) + "', ROW(" +
            std::string(catalog.columns) + ")::text FROM pg_catalog." + std::string(catalog.name) + " AS c WHERE " +
            std::string(catalog.condition);
  }
  return connection
      .digest(
          "WITH theirs AS MATERIALIZED (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' AND nspname "
          "NOT IN ('information_schema', 'dataflow', 'dataflow_backup')), relations AS MATERIALIZED (SELECT oid FROM "
          "pg_catalog.pg_class WHERE oid >= 16384 AND relnamespace IN (SELECT oid FROM theirs)) " +
          rows)
      .hex();
}

}  // namespace dataflow::postgresql
