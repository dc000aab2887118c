#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>

#include "core/hash.hpp"
#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dataflow/migrate.hpp"
#include "dataflow/snapshot.hpp"
#include "execute/run.hpp"
#include "execute/store.hpp"
#include "migrate/document.hpp"

namespace dataflow {

struct DataFlow::Impl {
  struct Declared {
    Model model;
    bool migrated = false;
  };
  std::string url;
  soci::session* session = nullptr;
  std::optional<Database> database;
  std::vector<Declared> models;
  std::vector<Definition> definitions;

  Database& open(Open how) {
    if (database) return *database;
    if (session != nullptr) return database.emplace(*session);
    return database.emplace(url, how);
  }
  /// For runs that must not write: a file that is not there is an empty database, and stays away.
  Database& open_to_look() {
    if (database || session != nullptr || !missing_file()) return open(Open::existing);
    return empty.emplace("sqlite::memory:");
  }
  const Dialect& dialect() {
    return session != nullptr ? *open(Open::existing).impl().dialect : dialect_of(parse_url(url));
  }
  bool missing_file() const {
    const Url parsed = parse_url(url);
    if (dialect_of(parsed).name != "sqlite") return false;
    const std::string path = parsed.rest.starts_with("//") ? parsed.rest.substr(2) : parsed.rest;
    std::error_code ignored;
    return path != ":memory:" && !path.empty() && !std::filesystem::exists(path, ignored);
  }
  std::optional<Database> empty;
};

DataFlow::DataFlow(std::string url) : impl_(std::make_unique<Impl>()) {
  dialect_of(parse_url(url));  // says at once when the URL makes no sense
  impl_->url = std::move(url);
}
DataFlow::DataFlow(soci::session& session) : impl_(std::make_unique<Impl>()) {
  impl_->session = &session;
  impl_->open(Open::existing);
}
DataFlow::~DataFlow() = default;
DataFlow::DataFlow(DataFlow&&) noexcept = default;
DataFlow& DataFlow::operator=(DataFlow&&) noexcept = default;

DataFlow& DataFlow::add(Model model) {
  const auto same = impl_->dialect().sameness.names;
  for (Impl::Declared& other : impl_->models) {
    if (other.model.table.schema != model.table.schema || !same(other.model.table.name.text, model.table.name.text))
      continue;
    if (!other.migrated)
      throw Error(ErrorCode::invalid_schema,
                  "two models claim the table " + model.table.name.text + ": " + other.model.cpp_name + " and " +
                      model.cpp_name,
                  "give one of them another table name; a later version of a model may be declared once the earlier "
                  "one is migrated");
    other = {std::move(model), false};
    return *this;
  }
  impl_->models.push_back({std::move(model), false});
  return *this;
}

Wanted DataFlow::wanted() const {
  std::vector<Model> models;
  for (const Impl::Declared& declared : impl_->models) models.push_back(declared.model);
  Wanted wanted = to_wanted(models);
  wanted.schema.definitions = impl_->definitions;
  return wanted;
}

DataFlow& DataFlow::define(std::string_view dialect, std::string_view definitions) {
  Schema schema = schema_from_text("dataflow schema 1\ndialect " + std::string(dialect_named(dialect).name) + "\n\n" +
                                   std::string(definitions));
  if (!schema.tables.empty())
    throw Error(ErrorCode::invalid_schema, "a definition cannot be a table: " + schema.tables.front().name.text,
                "declare a struct for it");
  for (Definition& definition : schema.definitions) {
    definition.attributes["only on"] = schema.dialect;
    std::erase_if(impl_->definitions, [&](const Definition& other) {
      return other.attributes.at("only on") == schema.dialect && other.kind == definition.kind &&
             other.schema == definition.schema && other.name == definition.name && other.on == definition.on;
    });
    impl_->definitions.push_back(std::move(definition));
  }
  return *this;
}

Database& DataFlow::database() { return impl_->open(Open::create); }
const std::string& DataFlow::url() const { return impl_->database ? impl_->database->url() : impl_->url; }

namespace {

/// What a schema is to the fast path: the models' meaning and what the run was asked to leave out or to drop.
std::string model_key(const Wanted& wanted, const AutoMigrateOptions& o) {
  return sha256(to_json(wanted.schema) + "/" + join(o.include_tables, ",") + "/" + join(o.exclude_operations, ",") +
                (o.drop_unmanaged ? "/drop" : ""));
}

/// Our record and a digest of the catalog, whatever the size. SQLite's schema cookie alone would not do: an edit
/// through writable_schema leaves it as it was, and it can be set back.
bool in_sync(Database& database, const std::string& key) {
  const auto standing = database.impl().dialect->standing(*database.impl().connection);
  return standing && standing->model == key && standing->recorded == standing->now;
}

void record_sync(Database& database, const std::string& key) {
  try {
    const auto transaction = database.impl().dialect->begin(*database.impl().connection, std::nullopt, false);
    Store store(database);
    if (!store.exists()) return;  // a run that found nothing to do leaves no trace
    store.set_state("model", key);
    store.set_state("catalog", database.impl().dialect->catalog_digest(*database.impl().connection));
    transaction->commit();
  } catch (const Error&) {  // a database that cannot be written is looked at in full each time
  }
}

PlanOptions plan_options(const AutoMigrateOptions& o) {
  PlanOptions out{.include_tables = o.include_tables,
                  .drop_unmanaged = o.drop_unmanaged,
                  .create_backup = o.create_backup,
                  .online = o.online};
  for (const std::string& word : o.exclude_operations) {
    const auto kind = operation_kind(word);
    if (kind) {
      out.exclude_operations.push_back(*kind);
      continue;
    }
    std::vector<std::string> known;
    for (std::size_t i = 0; i < operation_kinds; ++i) known.push_back(upper(static_cast<OperationKind>(i)));
    const std::string near = nearest(upper(word), known);
    throw Error(ErrorCode::usage, "'" + word + "' is not an operation",
                near.empty() ? "known: " + join(known, ", ") : "did you mean " + near + "?");
  }
  return out;
}

ExecuteOptions execute_options(const AutoMigrateOptions& o) {
  return {.timeout_ms = std::uint64_t{o.timeout} * 1000,
          .validate_after_migration = o.validate_after_migration,
          .rollback_on_error = o.rollback_on_error};
}

/// What a migration that was interrupted has still to do.
Plan left_of(const Unfinished& interrupted) {
  Plan plan = interrupted.going_back ? inverse(interrupted.migration.plan) : interrupted.migration.plan;
  const std::size_t done = std::min(interrupted.steps_completed, plan.steps.size());
  plan.steps.erase(plan.steps.begin(), plan.steps.begin() + static_cast<std::ptrdiff_t>(done));
  for (auto* operations : {&plan.operations, &plan.rollback}) {
    const bool reversed = operations == &plan.rollback;  // its steps count from the other end
    std::erase_if(*operations,
                  [&](const Operation& o) { return reversed ? o.step >= plan.steps.size() : o.step < done; });
    if (!reversed)
      for (Operation& o : *operations) o.step -= done;
  }
  return plan;
}

/// Counting rows takes its time too; a person's thinking does not count.
Plan plan_within(Database& database, const Wanted& wanted, const PlanOptions& options,
                 std::chrono::milliseconds timeout) {
  struct Bounded {
    Connection& connection;
    Bounded(Connection& c, Deadline deadline) : connection(c) { connection.set_deadline(deadline); }
    ~Bounded() { connection.set_deadline(std::nullopt); }
  } bounded{*database.impl().connection, deadline_after(timeout)};
  return plan(database, wanted, options);
}

struct Refusal {
  ErrorCode code;
  std::string message, hint;
};

std::optional<Refusal> obstacle(const Plan& plan) {
  for (const Operation& operation : plan.operations)
    if (operation.assessment.blocking)
      return Refusal{ErrorCode::refused, operation.description() + " would fail: " + *operation.assessment.blocking,
                     operation.assessment.remedy};
  return std::nullopt;
}

std::optional<Refusal> too_dangerous(const Plan& plan, const AutoMigrateOptions& o) {
  const auto named = [&](auto&& bad) {
    std::vector<std::string> out;
    for (const Operation& operation : plan.operations)
      if (bad(operation))
        out.push_back(operation.description() + " (" + std::string(to_string(operation.assessment.level)) + ", " +
                      operation.assessment.reason + ")");
    return join(out, "; ");
  };
  if (o.data_loss_protection && data_loss(plan) != DataLoss::none)
    return Refusal{ErrorCode::refused, "data would be lost: " + named([](const Operation& op) {
                                         return op.assessment.data_loss != DataLoss::none;
                                       }),
                   "data_loss_protection forbids it; turn it off for this run if that is meant"};
  if (!o.safety_check) return std::nullopt;
  const auto limit = o.max_risk_level ? o.max_risk_level
                     : o.auto_confirm ? std::optional(RiskLevel::medium)
                                      : std::nullopt;
  if (!limit || level(plan) <= *limit) return std::nullopt;
  return Refusal{ErrorCode::refused,
                 "the risk is " + std::string(to_string(level(plan))) + ", above the allowed " +
                     std::string(to_string(*limit)) + ": " +
                     named([&](const Operation& op) { return op.assessment.level > *limit; }),
                 "raise max_risk_level if that is meant, or exclude the operation"};
}

std::string database_name(const std::string& url) {
  const std::size_t slash = url.find_last_of("/:");
  return slash == std::string::npos ? url : url.substr(slash + 1);
}

/// Asks what has to be asked. Nothing: go on.
std::optional<Refusal> ask(const Plan& plan, const AutoMigrateOptions& o, Console& console, const std::string& url) {
  const bool must_ask = o.require_explicit_confirm || (o.require_confirmation && level(plan) >= RiskLevel::medium);
  if (o.auto_confirm && !must_ask) return std::nullopt;
  if (!o.interactive)
    return Refusal{ErrorCode::refused, "a decision is needed and nobody may be asked",
                   "pass auto_confirm with a max_risk_level"};
  const std::string name = database_name(url);
  const auto answer = console.ask(o.require_explicit_confirm ? "\nType " + name + " to apply these changes: "
                                                             : "\nApply these changes? [y/N]: ");
  if (!answer)
    return Refusal{ErrorCode::cancelled, "no terminal to ask on, so the answer is no",
                   "pass auto_confirm with a max_risk_level"};
  const std::string said(trim(*answer));
  const bool yes =
      o.require_explicit_confirm ? said == name : equal_ignoring_case(said, "y") || equal_ignoring_case(said, "yes");
  if (yes) return std::nullopt;
  return Refusal{ErrorCode::cancelled, "cancelled, nothing was changed", ""};
}

AutoMigrateResult refused(Plan plan, Refusal refusal) {
  AutoMigrateResult result;
  result.code = refusal.code;
  result.message = std::move(refusal.message);
  result.hint = std::move(refusal.hint);
  result.plan = std::move(plan);
  return result;
}

/// Nothing may stand before or behind it.
bool is_document(Format format) { return format == Format::json || format == Format::html; }

std::string seconds(double s) {
  char text[32];
  std::snprintf(text, sizeof text, s < 1 ? "%.0fms" : "%.2fs", s < 1 ? s * 1000 : s);
  return text;
}

}  // namespace

AutoMigrateResult DataFlow::auto_migrate(const AutoMigrateOptions& options) {
  AutoMigrateResult result = auto_migrate_to(wanted(), options);
  if (result.success && !options.dry_run)
    for (Impl::Declared& declared : impl_->models) declared.migrated = true;
  return result;
}

AutoMigrateResult DataFlow::auto_migrate_to(const Wanted& wanted, const AutoMigrateOptions& o) {
  Console& console = o.console != nullptr ? *o.console : terminal();
  const PlanOptions planning = plan_options(o);
  Database& database = o.dry_run ? impl_->open_to_look() : impl_->open(Open::create);
  const std::string key = model_key(wanted, o);
  AutoMigrateResult result;
  const bool documented = !o.dry_run && !o.generate_documentation.empty();
  if (documented) check_document(o.generate_documentation);
  // The migration stands, whatever becomes of its document.
  const auto document = [&] {
    if (!documented) return;
    try {
      write_document(database, o.generate_documentation);
    } catch (const Error& e) {
      result.message += std::string("; ") + e.what();
      result.hint = e.hint;
      if (o.interactive && o.format != Format::json) console.print(std::string(e.what()) + "\n");
    }
  };
  const auto show = [&](const Plan& plan) {
    if (!o.interactive && !o.dry_run) return;
    PreviewOptions style = console.style();
    style.show_sql = o.show_sql, style.show_rollback_plan = o.show_rollback_plan,
    style.safety_analysis = o.safety_analysis;
    console.print(preview(plan, o.format, style));
  };
  if (in_sync(database, key)) {
    result.success = true;
    result.message = "the database is up to date";
    result.plan.dialect = database.dialect();
    show(result.plan);
    document();
    return result;
  }
  if (const auto interrupted = unfinished(database)) {
    if (o.dry_run) {
      result.success = true;
      result.message = "migration " + interrupted->migration.version + " is unfinished; the next run goes on with it";
      result.plan = left_of(*interrupted);
      show(result.plan);
      return result;
    }
    const auto finished = resume(database, execute_options(o));
    if (finished) {
      result.migrations.push_back(find_migration(database, finished->version));
      if (o.interactive && !is_document(o.format))
        console.print(std::string(interrupted->going_back ? "Took back" : "Finished") + " migration " +
                      finished->version + ", which had been interrupted\n");
    }
  }
  for (int attempt = 0;; ++attempt) {
    result.plan = plan_within(database, wanted, planning, std::chrono::seconds(o.timeout));
    const Plan& plan = result.plan;
    show(plan);
    if (plan.empty()) {
      result.success = true;
      result.message = "the database is up to date";
      if (!o.dry_run && plan.skipped.empty()) record_sync(database, key);
      document();
      return result;
    }
    if (o.dry_run) {
      result.success = true;
      result.message = "dry run: nothing was changed";
      result.migrations = {as_migration(plan)};
      return result;
    }
    if (auto refusal = obstacle(plan)) return refused(plan, *refusal);
    if (auto refusal = too_dangerous(plan, o)) return refused(plan, *refusal);
    if (auto refusal = ask(plan, o, console, this->url())) return refused(plan, *refusal);
    try {
      const Outcome outcome = execute(database, plan, execute_options(o));
      result.success = true;
      result.migrations.push_back(find_migration(database, outcome.version));
      result.message = "migration " + outcome.version + " completed in " + seconds(outcome.duration_seconds);
      if (plan.skipped.empty()) record_sync(database, key);
      if (o.interactive && !is_document(o.format))
        console.print((console.style().ascii ? "[OK] Migration completed in " : "✅ Migration completed in ") +
                      seconds(outcome.duration_seconds) + "\n");
      document();
      return result;
    } catch (const Error& e) {
      // Somebody else was faster: what is left to do, if anything, is planned anew, once, where nobody has to be asked.
      if (e.code != ErrorCode::stale || !o.auto_confirm || attempt > 0) throw;
    }
  }
}

void DataFlow::initialize() {
  using K = OperationKind;
  AutoMigrateOptions options{.interactive = false, .auto_confirm = true};
  for (std::size_t i = 0; i < operation_kinds; ++i) {
    const auto kind = static_cast<K>(i);
    const bool creates =
        kind == K::create_table || kind == K::create_object || kind == K::create_view || kind == K::create_trigger;
    if (!creates) options.exclude_operations.emplace_back(to_string(kind));
  }
  const AutoMigrateResult result = auto_migrate(options);
  if (!result.success) throw Error(result.code, result.message, result.hint);
}

std::vector<Migration> DataFlow::get_migration_history(std::size_t limit) {
  return history(impl_->open_to_look(), limit);
}

std::vector<Migration> DataFlow::get_pending_migrations() {
  const Plan pending = dataflow::plan(impl_->open_to_look(), wanted());
  if (pending.empty()) return {};
  return {as_migration(pending)};
}

bool DataFlow::rollback_migration(std::string_view version) { return rollback(database(), version).success; }

bool DataFlow::rollback_to_version(std::string_view version) {
  const Migration target = find_migration(database(), version);
  if (target.status != MigrationStatus::applied)
    throw Error(ErrorCode::conflict, "migration " + target.version + " is not applied: its status is " +
                                         std::string(to_string(target.status)));
  for (const Migration& m : Store(database()).migrations("status = 'applied'", {}, 1'000'000)) {
    if (m.version == target.version) break;
    rollback(database(), m.version);
  }
  return true;
}

bool DataFlow::rollback_last_migration() {
  const auto last = Store(database()).migrations("status = 'applied'", {}, 1);
  return !last.empty() && rollback(database(), last[0].version).success;
}

RollbackAnalysis DataFlow::analyze_rollback(std::string_view version) {
  return dataflow::analyze_rollback(database(), version);
}

}  // namespace dataflow
