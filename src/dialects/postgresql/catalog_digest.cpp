#include "core/hash.hpp"
#include "dataflow/error.hpp"
#include "dialects/postgresql/postgresql.hpp"

namespace dataflow::postgresql {

namespace {

/// A catalog, what of its rows counts, and which rows are somebody's. `theirs` are the schemas, and `relations` the
/// relations, that count: no toast, nothing temporary, nothing of dataflow.
struct Catalog {
  std::string_view name, columns, condition;
};
/// Which row, and the transaction that wrote it: a row that nothing but DDL writes needs no more. Vacuum leaves both.
constexpr std::string_view written = "c.oid, c.xmin";
/// Objects that come with every database have lower numbers; of those, public alone is anybody's to change.
constexpr std::string_view added = "c.oid >= 16384";
constexpr Catalog catalogs[] = {
    // Neither statistics nor where rows lie: VACUUM, ANALYZE, TRUNCATE, REINDEX and REFRESH write those.
    {"pg_class",
     "c.oid, relname, relnamespace, reloftype, relowner, relam, reltablespace, relpersistence, relkind, relnatts, "
     "relrowsecurity, relforcerowsecurity, relreplident, relispartition, relacl, reloptions, "
     "pg_catalog.md5(relpartbound::text)",
     "c.oid >= 16384 AND relnamespace IN (SELECT oid FROM theirs)"},
    {"pg_index", "indexrelid, indisclustered, indisvalid, indisready, indislive, indisreplident, indimmediate",
     "indrelid IN (SELECT oid FROM relations)"},
    {"pg_attribute", "attrelid, attnum, c.xmin", "attnum > 0 AND attrelid IN (SELECT oid FROM relations)"},
    {"pg_attrdef", written, "adrelid IN (SELECT oid FROM relations)"},
    {"pg_constraint", written, "c.oid >= 16384 AND connamespace IN (SELECT oid FROM theirs)"},
    {"pg_sequence", "seqrelid, c.xmin", "seqrelid IN (SELECT oid FROM relations)"},
    {"pg_inherits", "inhrelid, inhparent, c.xmin", "inhrelid IN (SELECT oid FROM relations)"},
    {"pg_partitioned_table", "partrelid, c.xmin", "partrelid IN (SELECT oid FROM relations)"},
    {"pg_foreign_table", "ftrelid, c.xmin", "ftrelid IN (SELECT oid FROM relations)"},
    {"pg_trigger", written, "tgrelid IN (SELECT oid FROM relations)"},
    {"pg_rewrite", written, "ev_class IN (SELECT oid FROM relations)"},
    {"pg_policy", written, "polrelid IN (SELECT oid FROM relations)"},
    {"pg_statistic_ext", written, "stxrelid IN (SELECT oid FROM relations)"},
    {"pg_type", written, "c.oid >= 16384 AND typnamespace IN (SELECT oid FROM theirs)"},
    {"pg_range", "rngtypid, c.xmin", "rngtypid >= 16384"},
    {"pg_aggregate", "aggfnoid::oid, c.xmin", "aggfnoid::oid >= 16384"},
    {"pg_namespace", written, "c.oid IN (SELECT oid FROM theirs)"},
    {"pg_enum", written, added},
    {"pg_proc", written, added},
    {"pg_extension", written, added},
    {"pg_collation", written, added},
    {"pg_conversion", written, added},
    {"pg_cast", written, added},
    {"pg_operator", written, added},
    {"pg_opclass", written, added},
    {"pg_opfamily", written, added},
    {"pg_amop", written, added},
    {"pg_amproc", written, added},
    {"pg_am", written, added},
    {"pg_language", written, added},
    {"pg_transform", written, added},
    {"pg_ts_config", written, added},
    {"pg_ts_dict", written, added},
    {"pg_ts_parser", written, added},
    {"pg_ts_template", written, added},
    {"pg_ts_config_map", "mapcfg, maptokentype, mapseqno, c.xmin", "mapcfg >= 16384"},
    {"pg_event_trigger", written, "true"},
    {"pg_publication", written, "true"},
    {"pg_publication_rel", written, "true"},
    {"pg_publication_namespace", written, "true"},
    {"pg_foreign_data_wrapper", written, "true"},
    {"pg_foreign_server", written, "true"},
    {"pg_default_acl", written, "true"},
    {"pg_user_mappings", "umid, srvid, umuser, umoptions", "true"},
    {"pg_description", "objoid, classoid, objsubid, c.xmin",
     "objoid >= 16384 OR (objoid = 2200 AND classoid = 'pg_catalog.pg_namespace'::regclass)"},
    {"pg_seclabel", "objoid, classoid, objsubid, c.xmin", "true"},
};

}  // namespace

static std::string digest_query(Connection& connection) {
  std::string sums;
  for (const Catalog& catalog : catalogs) {
    if (catalog.name == "pg_publication_namespace" && server(connection).version() < 150000) continue;
    sums += (sums.empty() ? "" : " UNION ALL ") + ("SELECT '" + std::string(catalog.name)) +
            "', pg_catalog.count(*), pg_catalog.sum(pg_catalog.hash_record_extended(ROW(" +
            std::string(catalog.columns) + "), 0)) FROM pg_catalog." + std::string(catalog.name) + " AS c WHERE " +
            std::string(catalog.condition);
  }
  return "WITH theirs AS MATERIALIZED (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' AND nspname "
         "NOT IN ('information_schema', 'dataflow', 'dataflow_backup')), relations AS MATERIALIZED (SELECT oid FROM "
         "pg_catalog.pg_class WHERE oid >= 16384 AND relnamespace IN (SELECT oid FROM theirs)) " +
         sums;
}

static std::string digest_of(const Rows& rows) {
  std::string text;
  for (const Row& row : rows)
    for (const Cell& cell : row) text += cell.value_or("") + ' ';
  return sha256(text);
}

std::string catalog_digest(Connection& connection) { return digest_of(connection.query(digest_query(connection))); }

std::optional<Standing> standing(Connection& connection) {
  std::vector<Rows> answers;
  try {
    const std::string queries[] = {"SELECT key, value FROM dataflow.state WHERE key IN ('model', 'catalog')",
                                   digest_query(connection)};
    answers = server(connection).batch(queries);
  } catch (const Error& e) {
    if (e.sqlstate != "42P01" && e.sqlstate != "3F000") throw;
    return std::nullopt;  // no run has recorded anything: our tables are not there
  }
  Standing out;
  for (const Row& row : answers[0]) (row[0] == "model" ? out.model : out.recorded) = row[1].value_or("");
  if (out.model.empty()) return std::nullopt;
  out.now = digest_of(answers[1]);
  return out;
}

}  // namespace dataflow::postgresql
