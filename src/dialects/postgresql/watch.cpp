#include "dialects/postgresql/watch.hpp"
#include "dialects/postgresql/libpq.hpp"

#include <memory>

#include "dataflow/error.hpp"

namespace dataflow::postgresql {

namespace {

/// Names, not queries: those may hold data.
constexpr const char* select =
    "SELECT pg_catalog.string_agg(DISTINCT COALESCE(NULLIF(a.application_name, ''), a.usename, a.backend_type) || "
    "' (pid ' || a.pid || COALESCE(', ' || a.state || ' for ' || "
    "pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - COALESCE(CASE WHEN a.state = 'active' THEN "
    "a.query_start ELSE a.state_change END, a.xact_start))::bigint || ' s', '') || ')', ', ') FROM ";

constexpr const char* blocking =
    "pg_catalog.unnest(pg_catalog.pg_blocking_pids($1::integer)) AS b (pid) JOIN pg_catalog.pg_stat_activity AS a ON "
    "a.pid = b.pid";

constexpr const char* holding =
    "pg_catalog.pg_locks AS l JOIN pg_catalog.pg_class AS c ON c.oid = l.relation JOIN pg_catalog.pg_namespace AS n ON "
    "n.oid = c.relnamespace JOIN pg_catalog.pg_database AS d ON d.oid = l.database AND d.datname = "
    "pg_catalog.current_database() JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid WHERE l.granted AND l.pid <> "
    "pg_catalog.pg_backend_pid() AND $1::text IN (c.relname::text, n.nspname || '.' || c.relname)";

}  // namespace

std::string Watch::blockers() {
  return pooled_ ? std::string() : ask(blocking, std::to_string(pq::backend_pID(watched_)));
}

std::string Watch::holders(const std::string& words) {
  const std::size_t open = words.find('"'), close = words.rfind('"');
  if (pooled_ || open == close) return {};
  return ask((std::string(holding) + " AND l.pid <> " + std::to_string(pq::backend_pID(watched_))).c_str(),
             words.substr(open + 1, close - open - 1));
}

std::string Watch::ask(const char* from, const std::string& parameter) {
  try {
    if (!session_) session_.emplace(open_session(conninfo_of(watched_)));
  } catch (const Error&) {
    return {};  // no connection left: then nobody is named
  }
  const char* value = parameter.c_str();
  const std::unique_ptr<PGresult, pq::Free> result(pq::exec_params(static_cast<PGconn*>(session_->postgresql()),
                                                                   (std::string(select) + from).c_str(), 1, nullptr,
                                                                   &value, nullptr, nullptr, 0));
  if (pq::result_status(result.get()) != PGRES_TUPLES_OK || pq::ntuples(result.get()) == 0) return {};
  return pq::getvalue(result.get(), 0, 0);
}

}  // namespace dataflow::postgresql
