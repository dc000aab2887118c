// Which object it is that the server cannot write out. Asked only once a question to the catalog has failed.
#include <array>
#include <optional>

#include "dataflow/error.hpp"
#include "dialects/postgresql/inspect.hpp"

namespace dataflow::postgresql::inspection {

namespace {

/// Objects of a kind: what each is called, and what makes the server write it out.
constexpr std::array probes = std::to_array<std::string_view>({
    "SELECT format('%s %I.%I', CASE c.relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END, n.nspname, "
    "c.relname), "
    "'pg_get_viewdef(' || c.oid || '::oid)' FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid "
    ">= "
    "16384 AND c.relkind IN ('v', 'm')",
    "SELECT format('function %I.%I', n.nspname, p.proname), 'pg_get_functiondef(' || p.oid || '::oid)' FROM pg_proc p "
    "JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.oid >= 16384 AND p.prokind <> 'a'",
    "SELECT format('trigger %I on %I.%I', t.tgname, n.nspname, c.relname), 'pg_get_triggerdef(' || t.oid || '::oid)' "
    "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT "
    "t.tgisinternal",
    "SELECT format('rule %I on %I.%I', r.rulename, n.nspname, c.relname), 'pg_get_ruledef(' || r.oid || '::oid)' FROM "
    "pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace WHERE r.oid >= "
    "16384 AND r.ev_type <> '1'",
    "SELECT format('constraint %I on %s', k.conname, k.conrelid::regclass), 'pg_get_constraintdef(' || k.oid || "
    "'::oid)' FROM pg_constraint k WHERE k.oid >= 16384 AND k.contype IN ('c', 'x')",
    "SELECT format('index %s', i.indexrelid::regclass), 'pg_get_indexdef(' || i.indexrelid || '::oid)' FROM pg_index i "
    "WHERE i.indexrelid >= 16384",
    "SELECT format('default of column %I of %s', a.attname, d.adrelid::regclass), format('pg_get_expr((SELECT adbin "
    "FROM pg_attrdef WHERE oid = %s), %s)', d.oid, d.adrelid) FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = "
    "d.adrelid AND a.attnum = d.adnum",
    "SELECT format('policy %I on %s', p.polname, p.polrelid::regclass), format('(SELECT pg_get_expr(polqual, polrelid) "
    "|| pg_get_expr(polwithcheck, polrelid) FROM pg_policy WHERE oid = %s)', p.oid) FROM pg_policy p",
    "SELECT format('statistics %I', s.stxname), 'pg_get_statisticsobjdef(' || s.oid || '::oid)' FROM pg_statistic_ext "
    "s",
});

/// What the server says when it is asked; nothing when it can answer.
std::optional<std::string> complaint(Server& server, const std::string& sql, bool in_transaction) {
  if (in_transaction) server.run("SAVEPOINT dataflow_inspect");
  std::optional<std::string> words;
  try {
    server.query(sql);
  } catch (const Error& error) {
    words = error.what();
    if (in_transaction) server.run("ROLLBACK TO SAVEPOINT dataflow_inspect");
  }
  if (in_transaction) server.run("RELEASE SAVEPOINT dataflow_inspect");
  return words;
}

}  // namespace

Error naming_the_object(Server& server, const Error& error) {
  try {
    // In a statement of its own both are the same moment.
    const bool inside = server.query("SELECT pg_catalog.now() <> pg_catalog.statement_timestamp()").at(0).at(0) == "t";
    for (const std::string_view probe : probes)
      for (const Row& row : server.query(probe)) {
        const auto words = complaint(server, "SELECT " + row.at(1).value_or(""), inside);
        if (!words) continue;
        Error named(error.code, "the server cannot write out " + row.at(0).value_or("") + ": " + *words,
                    "its catalog is damaged there; drop the object and create it anew");
        named.dialect = error.dialect, named.sqlstate = error.sqlstate;
        return named;
      }
  } catch (const Error&) {
    return error;  // the first error says more
  }
  return error;
}

}  // namespace dataflow::postgresql::inspection
