#include "execute/course.hpp"

#include <algorithm>

#include "core/tell.hpp"
#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dataflow/snapshot.hpp"
#include "dialects/statement.hpp"

namespace dataflow {

namespace {

/// What stands after a plan and was not reported as nobody's is ours from now on.
Schema without_unmanaged(Schema schema, const std::vector<Unmanaged>& unmanaged) {
  const auto nobodys = [&](std::string_view kind, const Path& path) {
    return std::any_of(unmanaged.begin(), unmanaged.end(),
                       [&](const Unmanaged& u) { return u.kind == kind && u.path == path; });
  };
  std::erase_if(schema.tables, [&](const Table& t) { return nobodys("table", t.path()); });
  for (Table& table : schema.tables)
    std::erase_if(table.indexes, [&](const Index& i) { return nobodys("index", {table.schema, i.name}); });
  std::erase_if(schema.definitions, [&](const Definition& d) { return nobodys(d.kind, {d.schema, d.name}); });
  return schema;
}

/// The step behind which data set aside is complete: the last one that speaks of its place.
std::size_t filled_by(const Plan& plan, const std::string& location) {
  const auto speaks = [&](const Statement& statement) {
    const auto* run = std::get_if<Run>(&statement);
    const auto* alone = std::get_if<RunAlone>(&statement);
    const std::string& sql = run != nullptr ? run->sql : alone != nullptr ? alone->sql : std::string();
    return sql.find(location) != std::string::npos;
  };
  for (std::size_t i = plan.steps.size(); i-- > 0;)
    if (std::any_of(plan.steps[i].up.begin(), plan.steps[i].up.end(), speaks)) return i;
  return plan.steps.empty() ? 0 : plan.steps.size() - 1;
}

std::vector<std::size_t> filled_by(const Plan& plan) {
  std::vector<std::size_t> out;
  for (const SetAside& aside : plan.set_aside) out.push_back(filled_by(plan, aside.location));
  return out;
}

/// Whether the schema is the one after a step that commits by itself.
bool stands_behind(const Dialect& dialect, const Schema& schema, const Plan& plan, std::size_t step) {
  return step + 1 == plan.steps.size() ? fingerprint(dialect, schema) == plan.to
                                       : place(dialect, schema) == plan.steps[step].reaches;
}

std::string steps_done(const Progress& at, const Plan& plan) {
  return std::to_string(at.step) + " of " + count(plan.steps.size(), "step");
}

}  // namespace

Course::Course(Database& database, Plan plan, Migration migration, const ExecuteOptions& options)
    : database_(database),
      dialect_(*database.impl().dialect),
      connection_(*database.impl().connection),
      plan_(std::move(plan)),
      migration_(std::move(migration)),
      options_(options),
      parts_(parts(plan_)),
      filled_by_(filled_by(plan_)),
      deadline_(deadline_after(std::chrono::milliseconds(options.timeout_ms))) {
  connection_.set_deadline(deadline_);
}

Course::~Course() { connection_.set_deadline(std::nullopt); }

std::uint64_t Course::elapsed_ms() const {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start_).count());
}

Outcome Course::forward() {
  at_.way = Way::forward;
  return go(false);
}

Outcome Course::back() {
  at_ = {.version = migration_.version, .way = Way::rollback};
  return go(false);
}

Outcome Course::go_on(const Progress& from) {
  at_ = from;
  committed_ = true;
  return go(true);
}

Outcome Course::go(bool begun) {
  try {
    const auto held = parts_.size() > 1 ? dialect_.hold(connection_, deadline_) : nullptr;
    if (begun) {
      Store store(database_);
      must_be_ours(store);
    }
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const PlanPart& part = parts_[i];
      const bool first = i == 0 && !begun, last = i + 1 == parts_.size();
      if (part.end <= at_.step && !first && !last) continue;
      if (!part.alone) {
        transaction(part, first, last);
        continue;
      }
      const bool tried = begun && part.first == at_.step;
      if (tried && carried_out(part.first))
        ++outcome_.steps_completed;
      else
        run(part.first, part.end);
    }
  } catch (const Error& e) {
    followed_.reset();
    fail(e);
  }
  outcome_.success = true;
  outcome_.version = migration_.version;
  outcome_.duration_seconds = static_cast<double>(elapsed_ms()) / 1000;
  return outcome_;
}

void Course::transaction(const PlanPart& part, bool first, bool last) {
  const Outcome before = outcome_;
  int attempt = 0;
  until_unlocked(dialect_, deadline_, [&] {
    outcome_ = before;
    if (attempt++ > 0) followed_.reset();
    const auto transaction = dialect_.begin(connection_, deadline_, rewrites(plan_));
    Store store(database_);
    if (!first) must_be_ours(store);
    const std::size_t from = std::max(part.first, at_.step);
    must_stand_at(from);
    if (first) begin(store, last);
    if (first && followed_) store.keep(plan_.from, followed_->schema());
    run(from, part.end);
    if (last) {
      finish(store);
    } else {
      record_set_aside(store, at_.step, part.end);
      Progress next = at_;
      next.step = part.end;
      store.set_progress(next);
    }
    tell({.activity = Activity::verify, .title = "checking the result"});
    transaction->check();
    transaction->commit();
    at_.step = part.end;
  });
  committed_ = true;
}

void Course::run(std::size_t from, std::size_t end) {
  run_steps(connection_, plan_.steps, from, end, outcome_);
  // Only a next part asks where this one has led to.
  if (dialect_.reread == nullptr || end == plan_.steps.size()) return followed_.reset();
  for (std::size_t i = from; i < end && followed_; ++i) followed_->after(plan_.steps[i].up);
}

/// A course that another one overtook must not go on.
void Course::must_be_ours(Store& store) {
  if (store.progress() != at_)
    throw Error(ErrorCode::conflict, "another process has gone on with migration " + migration_.version,
                "look at: migrate status");
}

void Course::must_stand_at(std::size_t step) {
  // A course that turned stands where going back would not have led.
  if (at_.way == Way::back_from_failure && outcome_.steps_completed == 0) return;
  const std::string& expected = step == 0 ? plan_.from : plan_.steps[step - 1].reaches;
  if (expected.empty()) return;
  if (!followed_) followed_.emplace(dialect_, connection_);
  if ((step == 0 ? fingerprint(dialect_, followed_->schema()) : followed_->place()) == expected) return;
  const bool back = at_.way == Way::rollback;
  throw Error(ErrorCode::stale,
              committed_ ? "the schema was changed between two parts of migration " + migration_.version
              : back     ? "the database changed since this rollback was looked at"
                         : "the database changed since this plan was made",
              committed_ ? "plan again; " + steps_done(at_, plan_) + " had been carried out"
              : back     ? "try again; nothing was changed"
                         : "plan again; nothing was changed");
}

/// Whether the lone statement of a step that a run was interrupted in has been carried out. Where it says no query the
/// schema tells: it is that before the step or that after it.
bool Course::carried_out(std::size_t step) {
  if (!alone(plan_.steps[step].up)->done.empty()) return false;  // asked when it is run
  if (stands_behind(dialect_, dialect_.inspect(connection_), plan_, step)) return true;
  must_stand_at(step);
  return false;
}

void Course::begin(Store& store, bool last) {
  store.create();  // first: data is set aside beside our records
  if (const auto other = store.progress())
    throw Error(ErrorCode::conflict, "migration " + other->version + " is unfinished",
                "finish it: migrate resume, or take it back: migrate resume --back");
  if (at_.way == Way::forward) {
    migration_.version = at_.version = store.new_version(options_.name);
    if (last) return;  // the row comes with the only commit
    migration_.status = MigrationStatus::unfinished;
    store.add(migration_, store.state("owned"));
  }
  if (!last) store.clear_state("model");
}

/// Of the steps [from, end). A course that began in their middle need not have come by each place.
void Course::record_set_aside(Store& store, std::size_t from, std::size_t end) {
  for (std::size_t i = 0; i < plan_.set_aside.size(); ++i) {
    const SetAside& aside = plan_.set_aside[i];
    if (filled_by_[i] < from || filled_by_[i] >= end) continue;
    if (committed_ && connection_.complaint("SELECT 1 FROM " + aside.location)) continue;
    store.add_backup(migration_.version, aside);
  }
}

void Course::finish(Store& store) {
  const bool one_part = parts_.size() == 1;
  const Schema after = dialect_.inspect(connection_);
  const std::string left = fingerprint(dialect_, after);
  if (options_.validate_after_migration && left != plan_.to)
    throw Error(ErrorCode::verification,
                at_.way == Way::forward ? "the schema is not what the plan promised"
                                        : "the rollback does not lead to the schema before the migration",
                one_part ? "nothing was changed; please report this plan" : "please report this plan");
  switch (at_.way) {
    case Way::forward:
      migration_.status = MigrationStatus::applied;
      migration_.duration_ms = elapsed_ms();
      if (one_part)
        store.add(migration_, store.state("owned"));
      else
        store.finish(migration_);
      store.set_owned(without_unmanaged(after, plan_.unmanaged));
      break;
    case Way::back_from_failure:
      migration_.status = MigrationStatus::failed;
      migration_.error = at_.error;
      store.finish(migration_);
      break;
    case Way::rollback:
      if (const auto owned = store.owned_before(migration_.version))
        store.set_state("owned", *owned);
      else
        store.clear_state("owned");
      store.mark_rolled_back(migration_.version);
      break;
  }
  record_set_aside(store, at_.step, plan_.steps.size());
  if (at_.way != Way::forward)
    for (const SetAside& aside : plan_.rollback_set_aside) store.mark_restored(aside.location);
  store.keep(left, after);
  store.set_state("left", left);
  store.clear_state("model");
  store.clear_progress();
}

void Course::fail(const Error& error) {
  connection_.set_deadline(std::nullopt);
  if (!committed_) {
    const bool worth_a_row = error.code != ErrorCode::stale && error.code != ErrorCode::locked &&
                             error.code != ErrorCode::read_only && error.code != ErrorCode::conflict;
    if (at_.way == Way::forward && worth_a_row) remember_failure(error);
    throw error;
  }
  if (error.code == ErrorCode::stale || error.code == ErrorCode::conflict) throw error;
  if (at_.way == Way::forward && options_.rollback_on_error) take_back(error);
  remember_stop(error);
  Error stopped = error;
  stopped.hint = steps_done(at_, plan_) + " carried out; what is left: migrate resume" +
                 (at_.way == Way::forward ? ", or take it back: migrate resume --back" : "");
  throw stopped;
}

/// Where going back begins: with the statement that stands alone, if it was carried out. Where it says no query the
/// schema tells, otherwise its own way back will ask.
static Progress turned(const Dialect& dialect, Connection& connection, const Progress& at, const Plan& plan,
                       const std::string& why) {
  const RunAlone* lone = at.step < plan.steps.size() ? alone(plan.steps[at.step].up) : nullptr;
  const bool begin_with_it =
      lone != nullptr && (!lone->done.empty() || stands_behind(dialect, dialect.inspect(connection), plan, at.step));
  return {.version = at.version,
          .way = Way::back_from_failure,
          .step = plan.steps.size() - at.step - (begin_with_it ? 1 : 0),
          .error = why};
}

void Course::take_back(const Error& error) {
  Error told = error;
  try {
    const Progress back = turned(dialect_, connection_, at_, plan_, error.what());
    {
      const auto transaction = dialect_.begin(connection_, std::nullopt, false);
      Store(database_).set_progress(back);
      transaction->commit();
    }
    Course(database_, inverse(plan_), migration_, options_).go_on(back);
    told.hint = "what had been carried out was taken back" + (error.hint.empty() ? "" : "; " + error.hint);
  } catch (const Error& again) {
    told.hint = steps_done(at_, plan_) + " had been carried out, and taking them back failed: " + again.what() +
                "; go on taking back: migrate resume";
  }
  throw told;
}

/// In a transaction of its own, soon; where even that cannot be written, the error itself is what counts.
template <class What> void Course::remember(What&& what) {
  try {
    connection_.set_deadline(deadline_after(std::chrono::seconds(5)));
    const auto transaction = dialect_.begin(connection_, std::nullopt, false);
    Store store(database_);
    what(store);
    transaction->commit();
  } catch (const Error&) {}
  connection_.set_deadline(std::nullopt);
}

void Course::remember_failure(const Error& error) {
  remember([&](Store& store) {
    store.create();
    Migration failed = migration_;
    failed.status = MigrationStatus::failed;
    failed.error = error.what();
    failed.duration_ms = elapsed_ms();
    failed.version = store.new_version(options_.name);
    store.add(failed, std::nullopt);
  });
}

void Course::remember_stop(const Error& error) {
  remember([&](Store& store) {
    Progress stopped = at_;
    stopped.error = error.what();
    store.set_progress(stopped);
  });
}

std::optional<Unfinished> unfinished(Database& database) {
  Store store(database);
  const auto at = store.progress();
  if (!at) return std::nullopt;
  return Unfinished{find_migration(database, at->version), at->way != Way::forward, at->step, at->error};
}

std::optional<Outcome> resume(Database& database, const ExecuteOptions& options, bool back) {
  Store store(database);
  auto at = store.progress();
  if (!at) return std::nullopt;
  const Migration migration = find_migration(database, at->version);
  const auto write = [&](auto&& what) {
    const auto transaction = database.impl().dialect->begin(*database.impl().connection, std::nullopt, false);
    Store inside(database);
    if (inside.progress() != at) return false;
    what(inside);
    transaction->commit();
    return true;
  };
  std::unique_ptr<Held> held;
  if (back && at->way == Way::forward) {
    // The server may still be at the statement of a process that was killed: its session has the lock until then.
    held = database.impl().dialect->hold(*database.impl().connection,
                                         deadline_after(std::chrono::milliseconds(options.timeout_ms)));
    const Progress other = turned(*database.impl().dialect, *database.impl().connection, *at, migration.plan,
                                  at->error.empty() ? "taken back before it was finished" : at->error);
    if (!write([&](Store& inside) { inside.set_progress(other); })) return std::nullopt;
    at = other;
  }
  try {
    return Course(database, at->way == Way::forward ? migration.plan : inverse(migration.plan), migration, options)
        .go_on(*at);
  } catch (const Error& e) {
    if (e.code == ErrorCode::conflict) return std::nullopt;
    if (e.code != ErrorCode::stale) throw;
    write([&](Store& inside) {
      Migration overtaken = migration;
      overtaken.status = MigrationStatus::failed;
      overtaken.error = e.what();
      inside.finish(overtaken);
      inside.clear_state("model");
      inside.clear_progress();
    });
    return std::nullopt;
  }
}

}  // namespace dataflow
