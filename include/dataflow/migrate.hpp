// The line from models to a migrated database, on one screen.
#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dataflow/error.hpp"
#include "dataflow/execute.hpp"
#include "dataflow/preview.hpp"
#include "dataflow/reflect/model.hpp"

namespace dataflow {

/// Where a run speaks and asks. Implement it to put the questions elsewhere.
class Console {
 public:
  virtual ~Console() = default;
  virtual void print(std::string_view text) = 0;
  /// The answer without its newline; nothing when there is nobody to ask.
  virtual std::optional<std::string> ask(std::string_view prompt) = 0;
  virtual PreviewOptions style() const { return {}; }
};
/// The process's terminal: prints to standard output, asks on it when standard input and output are terminals.
Console& terminal();

struct AutoMigrateOptions {
  bool interactive = true;                       ///< show the preview and ask
  bool dry_run = false;                          ///< show, write nothing, ask nothing
  bool auto_confirm = false;                     ///< apply without asking, up to max_risk_level
  bool safety_check = true;                      ///< false: max_risk_level is not looked at
  std::optional<RiskLevel> max_risk_level = {};  ///< unset: MEDIUM with auto_confirm, no limit when a person is asked
  std::vector<std::string> include_tables = {};
  std::vector<std::string> exclude_operations = {};  ///< "DROP_COLUMN", any case
  bool show_sql = true;
  bool show_rollback_plan = false;
  bool safety_analysis = false;
  bool require_confirmation = false;      ///< MEDIUM and above are asked even with auto_confirm
  bool require_explicit_confirm = false;  ///< the answer must be the database's name, typed
  bool data_loss_protection = false;      ///< refuse whatever loses data, backup or not
  bool create_backup = true;
  /// Undo what was committed before a step that failed. Within a transaction it cannot be off.
  bool rollback_on_error = true;
  bool validate_after_migration = true;
  bool drop_unmanaged = false;
  bool online = false;                      ///< build and drop indexes so that writers do not wait (PostgreSQL)
  unsigned timeout = 300;                   ///< seconds for the whole run; 0 = not bounded
  std::string generate_documentation = {};  ///< a file: the schema and its change log as Markdown, written at the end
  Format format = Format::table;
  Console* console = nullptr;  ///< nullptr: terminal()

  /// Sets an option by any of its names ("rollback_on_failure" is rollback_on_error, …), value as text.
  /// Throws Error{usage} that names the nearest option.
  void set(std::string_view name, std::string_view value);
};

/// Converts to a pair: `auto [success, migrations] = db.auto_migrate();`
struct AutoMigrateResult {
  bool success = false;                  ///< the database is as the models say (dry run: a plan could be made)
  std::vector<Migration> migrations;     ///< applied, or with dry_run pending; empty when there was nothing to do
  ErrorCode code = ErrorCode::internal;  ///< when !success: cancelled, refused, …
  std::string message;                   ///< one sentence on what happened
  std::string hint;
  Plan plan;
};

/// Models on one side, a database on the other. One object per thread.
class DataFlow {
 public:
  /// Connects at the first use. A SQLite file that is not there is created by the first write.
  explicit DataFlow(std::string url);
  explicit DataFlow(soci::session& session);
  ~DataFlow();
  DataFlow(DataFlow&&) noexcept;
  DataFlow& operator=(DataFlow&&) noexcept;

  /// Declares models. A struct declared again for the same table after a migration takes the earlier one's place;
  /// two structs for one table before that throw Error{invalid_schema}.
  template <class... Models> DataFlow& model() {
    (add(model_of<Models>()), ...);
    return *this;
  }
  DataFlow& add(Model model);
  /// Declares what no struct can say: views, triggers, functions, … of the servers of `dialect`, as the definitions of
  /// a snapshot (what `dataflow inspect` prints from "define" on). One that is called like an earlier one takes its
  /// place. Throws Error{bad_document}, and Error{invalid_schema} for text that holds a table.
  DataFlow& define(std::string_view dialect, std::string_view definitions);
  Wanted wanted() const;

  /// Creates what is missing and nothing else. A second call does nothing. Throws Error.
  void initialize();
  /// The whole line: compare, plan, show, ask, apply, verify. A refusal or a "no" is a result, a failure throws Error.
  AutoMigrateResult auto_migrate(const AutoMigrateOptions& options = {});
  /// Brings the database to `wanted`, wherever that came from.
  AutoMigrateResult auto_migrate_to(const Wanted& wanted, const AutoMigrateOptions& options = {});

  std::vector<Migration> get_migration_history(std::size_t limit = 10);
  std::vector<Migration> get_pending_migrations();  ///< empty: "No migrations to apply"
  bool rollback_migration(std::string_view version);
  bool rollback_to_version(std::string_view version);  ///< undoes everything after it, newest first
  bool rollback_last_migration();                      ///< false when nothing is applied
  RollbackAnalysis analyze_rollback(std::string_view version);

  Database& database();
  const std::string& url() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

template <std::size_t I> auto& get(AutoMigrateResult& r) {
  if constexpr (I == 0)
    return r.success;
  else
    return r.migrations;
}
template <std::size_t I> const auto& get(const AutoMigrateResult& r) {
  if constexpr (I == 0)
    return r.success;
  else
    return r.migrations;
}
template <std::size_t I> auto&& get(AutoMigrateResult&& r) { return std::move(get<I>(r)); }

}  // namespace dataflow

template <> struct std::tuple_size<dataflow::AutoMigrateResult> : std::integral_constant<std::size_t, 2> {};
template <> struct std::tuple_element<0, dataflow::AutoMigrateResult> { using type = bool; };
template <> struct std::tuple_element<1, dataflow::AutoMigrateResult> {
  using type = std::vector<dataflow::Migration>;
};
