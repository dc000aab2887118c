#include <algorithm>

#include "core/tell.hpp"
#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dataflow/execute.hpp"
#include "dialects/statement.hpp"
#include "execute/run.hpp"
#include "execute/store.hpp"

namespace dataflow {

namespace {

Backup find_backup(Store& store, std::int64_t id) {
  const auto all = store.backups();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Backup& b) { return b.id == id; });
  if (found == all.end())
    throw Error(ErrorCode::not_found, "there is no backup " + std::to_string(id), "see: backup list");
  return *found;
}

/// Days since the epoch of the date that begins an ISO 8601 time.
long day_of(const std::string& iso) {
  std::chrono::year_month_day date{std::chrono::year(std::stoi(iso.substr(0, 4))),
                                   std::chrono::month(static_cast<unsigned>(std::stoi(iso.substr(5, 2)))),
                                   std::chrono::day(static_cast<unsigned>(std::stoi(iso.substr(8, 2))))};
  return std::chrono::sys_days(date).time_since_epoch().count();
}

}  // namespace

std::vector<Backup> backups(Database& database) { return Store(database).backups(); }

std::uint64_t restore_backup(Database& database, std::int64_t id) {
  const Dialect& dialect = *database.impl().dialect;
  Connection& connection = *database.impl().connection;
  Store store(database);
  const Backup backup = find_backup(store, id);
  const auto transaction = dialect.begin(connection, deadline_after(std::chrono::minutes(5)), true);
  std::uint64_t rows = 0;
  for (const Statement& statement : dialect.restore(dialect.inspect(connection), store.aside(backup))) {
    tell({.activity = Activity::run, .title = "putting rows back", .rows = rows});
    rows += run(connection, statement);
  }
  transaction->check();
  store.mark_restored(backup.location);
  transaction->commit();
  return rows;
}

std::vector<Backup> prune_backups(Database& database, const std::vector<std::int64_t>& ids,
                                  std::optional<int> older_than_days) {
  const Dialect& dialect = *database.impl().dialect;
  Connection& connection = *database.impl().connection;
  Store store(database);
  for (std::int64_t id : ids) find_backup(store, id);
  const long today = day_of(utc_now());
  std::vector<Backup> chosen;
  for (const Backup& backup : store.backups()) {
    const bool named = std::find(ids.begin(), ids.end(), backup.id) != ids.end();
    if (named || (older_than_days && today - day_of(backup.created_at) >= *older_than_days)) chosen.push_back(backup);
  }
  if (chosen.empty()) return chosen;
  const auto transaction = dialect.begin(connection, deadline_after(std::chrono::minutes(5)), false);
  for (const Backup& backup : chosen) {
    connection.run("DROP TABLE IF EXISTS " + backup.location);
    connection.run("DROP TABLE IF EXISTS " + backup.location + "_sequence");
    store.forget_backup(backup.id);
  }
  transaction->commit();
  return chosen;
}

}  // namespace dataflow
