// dataflow's own tables: history, state, schemas as they were and the list of data set aside.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataflow/execute.hpp"
#include "dialects/dialect.hpp"

namespace dataflow {

/// Which way a migration goes that commits in several parts.
enum class Way : std::uint8_t { forward, back_from_failure, rollback };
/// How far it has come.
struct Progress {
  std::string version = {};
  Way way = Way::forward;
  std::size_t step = 0;    ///< steps of the way that are committed
  std::string error = {};  ///< why it stopped or turned back, where that is known
  bool operator==(const Progress&) const = default;
};

/// Reads and writes dataflow's own tables over one connection. Reading where there are none gives nothing; writing
/// creates them first.
class Store {
 public:
  explicit Store(Database& database) : dialect_(*database.impl().dialect), connection_(*database.impl().connection) {}

  bool exists();
  void create();

  std::optional<std::string> state(const std::string& key);
  void set_state(const std::string& key, const std::string& value);
  void clear_state(const std::string& key);

  /// Objects that a plan of ours left there, by name.
  Schema owned();
  void set_owned(const Schema& schema);

  /// Schemas that migrations found and left, by fingerprint.
  void keep(const std::string& fingerprint, const Schema& schema);
  std::optional<Schema> kept(const std::string& fingerprint);

  std::string new_version(const std::string& wished);
  void add(const Migration& migration, const std::optional<std::string>& owned_before);
  void mark_rolled_back(const std::string& version);
  /// Status, duration and error of a row that is there already.
  void finish(const Migration& migration);
  /// What the row says of the file it came from.
  void set_file(const std::string& version, const Plan& plan);
  std::optional<Progress> progress();
  void set_progress(const Progress& progress);
  void clear_progress() { clear_state("progress"); }
  std::vector<Migration> migrations(const std::string& condition, const Row& parameters, std::size_t limit);
  std::optional<std::string> owned_before(const std::string& version);

  void add_backup(const std::string& version, const SetAside& aside);
  void mark_restored(const std::string& location);
  std::vector<Backup> backups();
  SetAside aside(const Backup& backup);
  void forget_backup(std::int64_t id);
  /// Names of all tables that are ours, data set aside included.
  std::vector<std::string> own_names();

 private:
  std::string own(std::string_view table) const { return std::string(dialect_.own) + std::string(table); }

  const Dialect& dialect_;
  Connection& connection_;
  std::optional<bool> exists_;
  std::optional<std::map<std::string, std::string>> states_;  ///< read once, all of it
};

/// Now, UTC, "2026-01-15T10:00:00Z".
std::string utc_now();
std::string operating_system_user();

}  // namespace dataflow
