// Schemas as the history knows them.
#include "dataflow/error.hpp"
#include "dataflow/execute.hpp"
#include "execute/store.hpp"

namespace dataflow {

Schema recorded_schema(Database& database, std::string_view version) {
  const Migration migration = find_migration(database, version);
  if (auto schema = Store(database).kept(migration.plan.to)) return std::move(*schema);
  throw Error(ErrorCode::not_found, "the schema after migration " + migration.version + " was not recorded",
              "its status is " + std::string(to_string(migration.status)));
}

std::optional<Difference> drift(Database& database) {
  Store store(database);
  const auto fingerprint = store.state("left");
  const auto left = fingerprint ? store.kept(*fingerprint) : std::nullopt;
  if (!left) return std::nullopt;
  return diff(*left, {inspect(database)}, database.impl().dialect->sameness);
}

}  // namespace dataflow
