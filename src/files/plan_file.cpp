#include <algorithm>
#include <set>

#include "core/text.hpp"
#include "dataflow/files.hpp"
#include "dialects/followed.hpp"
#include "dialects/statement.hpp"
#include "execute/run.hpp"
#include "execute/store.hpp"
#include "files/copy.hpp"
#include "files/script.hpp"
#include "plan/operations.hpp"
#include "plan/parts.hpp"

namespace dataflow {

namespace {

/// No schema tells whether it has been carried out, and it may be repeated.
constexpr std::string_view never_done = "SELECT 1 FROM (SELECT 1 AS n) AS t WHERE n = 0";

/// The server's word for a statement that it allows in no transaction.
constexpr std::string_view inside_transaction = "25001";

std::string place(const MigrationText& text, std::size_t line) { return text.path + ':' + std::to_string(line); }

/// A direction of the file on its way to be steps of a plan.
struct Direction {
  MigrationText text;
  FileSteps file;

  /// In the order in which they run; `for_rehearsal`: without what reaches beyond the database. What makes names mean
  /// what they mean to a client lasts for a transaction: behind a pooler the session is somebody else's afterwards.
  std::vector<std::vector<Statement>> statements(const Dialect& dialect, bool for_rehearsal,
                                                 bool in_transaction = true) const {
    std::vector<std::vector<Statement>> out;
    for (const FileStep& step : file.steps)
      out.push_back(step.rehearsed || !for_rehearsal ? step.statements : std::vector<Statement>{});
    if (dialect.as_client.empty() || file.ours) return out;
    for (std::size_t i = 0; i < out.size(); ++i) {
      const bool own = alone(out[i]) != nullptr;
      const std::string set = own || !in_transaction ? "SET " : "SET LOCAL ";
      const bool begins = own || i == 0 || alone(out[i - 1]) != nullptr;
      const bool ends = own || i + 1 == out.size() || alone(out[i + 1]) != nullptr;
      if (begins) out[i].insert(out[i].begin(), Run{set + std::string(dialect.as_client)});
      if (ends) out[i].push_back(Run{set + std::string(dialect.as_ours)});
    }
    return out;
  }
};

/// Both directions as the steps of a plan, and which step of the file each of them is.
struct Assembled {
  std::vector<Step> steps;
  std::vector<std::optional<std::size_t>> up, down;

  void add(const Direction* forward, std::size_t at_up, std::vector<Statement> up_run, const Direction* back,
           std::size_t at_down, std::vector<Statement> down_run) {
    const Direction& named = forward != nullptr ? *forward : *back;
    const std::size_t line = named.file.steps[forward != nullptr ? at_up : at_down].line;
    steps.push_back({.title = place(named.text, line), .up = std::move(up_run), .down = std::move(down_run)});
    up.push_back(forward != nullptr ? std::optional(at_up) : std::nullopt);
    down.push_back(back != nullptr ? std::optional(at_down) : std::nullopt);
  }
};

/// The step with this number; the end where there is none.
std::size_t numbered(const FileSteps& file, std::size_t number) {
  const auto at =
      std::find_if(file.steps.begin(), file.steps.end(), [&](const FileStep& step) { return step.number == number; });
  return static_cast<std::size_t>(at - file.steps.begin());
}

/// Steps that say their numbers go and come back in pairs. Otherwise the way back is one piece that nothing is known
/// of: it stands first, as going back comes by it last.
Assembled assembled(const Dialect& dialect, const Direction& up, const Direction& down, bool for_rehearsal) {
  Assembled out;
  auto forward = up.statements(dialect, for_rehearsal), back = down.statements(dialect, for_rehearsal);
  const auto says = [](const FileStep& step) { return step.number.has_value(); };
  const bool pairs = !forward.empty() && std::all_of(up.file.steps.begin(), up.file.steps.end(), says) &&
                     std::all_of(down.file.steps.begin(), down.file.steps.end(), says);
  if (!pairs) {
    for (std::size_t i = back.size(); i-- > 0;) out.add(nullptr, 0, {}, &down, i, std::move(back[i]));
    for (std::size_t i = 0; i < forward.size(); ++i) out.add(&up, i, std::move(forward[i]), nullptr, 0, {});
    return out;
  }
  std::set<std::size_t> numbers;
  for (const Direction* direction : {&up, &down})
    for (const FileStep& step : direction->file.steps) numbers.insert(*step.number);
  for (const std::size_t number : numbers) {
    const std::size_t u = numbered(up.file, number), d = numbered(down.file, number);
    const bool has_up = u < forward.size(), has_down = d < back.size();
    out.add(has_up ? &up : nullptr, u, has_up ? std::move(forward[u]) : std::vector<Statement>{},
            has_down ? &down : nullptr, d, has_down ? std::move(back[d]) : std::vector<Statement>{});
  }
  return out;
}

/// What leads to the same inside a transaction, for a rehearsal that must stand in one.
std::vector<std::string> within(std::string sql) {
  constexpr std::string_view word = " concurrently";
  const std::size_t at = lower(sql).find(word);
  if (at == std::string::npos) return {};
  return {sql.erase(at, word.size())};
}

/// Makes a statement one that commits by itself.
void part(FileStep& step) {
  for (Statement& statement : step.statements)
    if (const auto* run = std::get_if<Run>(&statement)) {
      RunAlone own{run->sql, "", "", within(run->sql)};
      statement = std::move(own);
      return;
    }
}

std::string first_word(const std::string& sql) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return upper(sql.substr(0, static_cast<std::size_t>(std::find_if_not(sql.begin(), sql.end(), letter) - sql.begin())));
}

/// What the server allows in no transaction it says when it is tried. Whether there is something to learn from it.
bool learn(Direction& direction, std::size_t step, const std::string& sqlstate) {
  constexpr std::string_view not_committed = "55P04";
  auto& steps = direction.file.steps;
  if (sqlstate == inside_transaction && alone(steps[step].statements) == nullptr) {
    part(steps[step]);
    return true;
  }
  if (sqlstate != not_committed) return false;
  for (std::size_t i = step; i-- > 0;)
    for (const Statement& statement : steps[i].statements)
      if (const auto* run = std::get_if<Run>(&statement); run != nullptr && first_word(run->sql) == "ALTER") {
        part(steps[i]);
        return true;
      }
  return false;
}

Rehearsal rehearsed(Database& database, const Schema& live, Direction& up, Direction& down) {
  const Dialect& dialect = *database.impl().dialect;
  Connection& connection = *database.impl().connection;
  const std::vector<std::string> prelude = dialect.set_aside_tables(connection);
  for (;;) {
    const Assembled all = assembled(dialect, up, down, true);
    Rehearsal out = dialect.rehearse(&connection, live, all.steps, prelude);
    if (out.up_failure) {
      const std::size_t step = all.up[out.up_failure->step].value_or(0);
      if (learn(up, step, out.up_failure->sqlstate)) continue;
      Error error(ErrorCode::bad_document, place(up.text, up.file.steps[step].line) + ": " + out.up_failure->sentence,
                  "it was tried on a copy of the schema; nothing was changed");
      error.dialect = dialect.name;
      error.sqlstate = out.up_failure->sqlstate;
      throw error;
    }
    const auto failed_down = out.down_failure ? all.down[out.down_failure->step] : std::nullopt;
    if (failed_down && learn(down, *failed_down, out.down_failure->sqlstate)) continue;
    return out;
  }
}

/// A schema that a migration passes: known as a place, and whole where it was read whole.
struct Passed {
  std::string place;
  const Schema* schema;
};

/// How a statement that commits by itself is asked where it stands and cleared: as the server's own lowering of the
/// same change would. One that changes no schema is repeated.
void complete(const Dialect& dialect, RunAlone& own, const Passed& before, const Passed& after) {
  if (!own.done.empty()) return;
  if (before.place == after.place) {
    own.done = never_done;
    return;
  }
  if (own.within.empty() || before.schema == nullptr || after.schema == nullptr) return;
  const Difference difference = diff(*before.schema, {*after.schema, {}}, dialect.sameness);
  const Lowered lowered = dialect.lower(*before.schema, difference.changes, {},
                                        {.to = after.schema, .create_backup = false, .online = true});
  if (difference.changes.size() != 1 || lowered.steps.size() != 1) return;
  if (const RunAlone* known = alone(lowered.steps[0].up)) own.done = known->done, own.clear = known->clear;
}

RunAlone* alone_in(std::vector<Statement>& statements) {
  for (Statement& statement : statements)
    if (auto* own = std::get_if<RunAlone>(&statement)) return own;
  return nullptr;
}

/// What must be known of the places where a run may be interrupted.
void note_places(const Dialect& dialect, Plan& plan, const Schema& live, const Rehearsal& rehearsal) {
  for (const auto& [step, stop] : rehearsal.reached) plan.steps[step].reaches = stop.place;
  for (const auto& [step, stop] : rehearsal.returned) plan.steps[step].returns = stop.place;
  const auto whole = [&](const Schema& schema) { return Passed{place(dialect, schema), &schema}; };
  const Passed begin = whole(live), end = whole(rehearsal.after_up), back = whole(rehearsal.after_down);
  const auto at = [](const std::map<std::size_t, Rehearsal::Stop>& stops, std::size_t i, const Passed& otherwise) {
    const auto found = stops.find(i);
    if (found == stops.end()) return otherwise;
    return Passed{found->second.place, found->second.schema ? &*found->second.schema : nullptr};
  };
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    if (RunAlone* own = alone_in(plan.steps[i].up))
      complete(dialect, *own, i == 0 ? begin : at(rehearsal.reached, i - 1, begin), at(rehearsal.reached, i, end));
    if (RunAlone* own = alone_in(plan.steps[i].down); own != nullptr && !rehearsal.down_failure)
      complete(dialect, *own, at(rehearsal.returned, i + 1, end), at(rehearsal.returned, i, back));
  }
}

/// Candidates that a statement of the file names with RENAME or CHANGE are renames.
Hints renames_said(const std::vector<RenameCandidate>& candidates, const std::string& sql) {
  Hints out;
  const std::string text = lower(sql);
  const auto says = [&](const Name& name) { return text.find(lower(name.text)) != std::string::npos; };
  if (text.find("rename") == std::string::npos && text.find("change") == std::string::npos) return out;
  for (const RenameCandidate& c : candidates) {
    if (!says(c.before) || !says(c.after)) continue;
    if (c.is_column)
      out.columns.push_back({c.table, c.after, c.before});
    else
      out.tables.push_back({c.table, c.before});
  }
  return out;
}

bool keeps(const std::vector<SetAside>& asides, const Operation& operation) {
  return std::any_of(asides.begin(), asides.end(), [&](const SetAside& aside) {
    return equal_ignoring_case(aside.table.text, operation.table.text) &&
           (aside.column.empty() || equal_ignoring_case(aside.column.text, operation.object.text));
  });
}

/// The step that an operation is most likely part of: the first that names what it is about.
std::size_t step_of(const Operation& operation, const std::vector<Step>& steps, std::size_t from) {
  const std::string name = lower(operation.object.empty() ? operation.table.text : operation.object.text);
  for (std::size_t i = from; i < steps.size(); ++i)
    for (const Statement& statement : steps[i].up) {
      const auto* run = std::get_if<Run>(&statement);
      const auto* own = std::get_if<RunAlone>(&statement);
      if (lower(run != nullptr ? run->sql : own != nullptr ? own->sql : "").find(name) != std::string::npos) return i;
    }
  return steps.empty() ? 0 : std::min(from, steps.size() - 1);
}

/// Statements that change rows: how many is not known before they run.
std::vector<Operation> row_changes(const Direction& up, const std::vector<std::optional<std::size_t>>& step_of_plan) {
  struct Verb {
    std::string_view word;
    RiskLevel level;
    DataLoss loss;
    Reversal reversal;
  };
  static constexpr Verb verbs[] = {{"INSERT", RiskLevel::safe, DataLoss::none, Reversal::exact},
                                   {"UPDATE", RiskLevel::medium, DataLoss::low, Reversal::schema_only},
                                   {"MERGE", RiskLevel::medium, DataLoss::low, Reversal::schema_only},
                                   {"REPLACE", RiskLevel::medium, DataLoss::low, Reversal::schema_only},
                                   {"WITH", RiskLevel::medium, DataLoss::low, Reversal::schema_only},
                                   {"CALL", RiskLevel::medium, DataLoss::low, Reversal::schema_only},
                                   {"DO", RiskLevel::medium, DataLoss::low, Reversal::schema_only},
                                   {"DELETE", RiskLevel::high, DataLoss::high, Reversal::schema_only},
                                   {"TRUNCATE", RiskLevel::high, DataLoss::high, Reversal::schema_only}};
  std::vector<Operation> out;
  for (std::size_t i = 0; i < up.file.steps.size(); ++i)
    for (const Statement& statement : up.file.steps[i].statements) {
      const auto* run = std::get_if<Run>(&statement);
      const auto* own = std::get_if<RunAlone>(&statement);
      const std::string sql = run != nullptr ? run->sql : own != nullptr ? own->sql : "";
      const std::string word = first_word(sql);
      const auto verb = std::find_if(std::begin(verbs), std::end(verbs), [&](const Verb& v) { return v.word == word; });
      // what dataflow wrote to carry rows along, or to put them back
      const bool ours = up.file.ours && sql.find("dataflow_") != std::string::npos;
      if (verb == std::end(verbs) || ours) continue;
      Operation& o = out.emplace_back();
      o.kind = OperationKind::alter_object;
      const std::string path = place(up.text, up.file.steps[i].line);
      o.table = Name(path.substr(path.rfind('/') + 1));
      o.details = sql.substr(0, std::min<std::size_t>(sql.find('\n'), 60));
      o.step = static_cast<std::size_t>(std::find(step_of_plan.begin(), step_of_plan.end(), i) - step_of_plan.begin());
      o.assessment.level = verb->level, o.assessment.data_loss = verb->loss, o.assessment.reversal = verb->reversal;
      o.assessment.reason = "it changes rows, and how many shows only when it runs";
    }
  return out;
}

/// The operations of going back, by the rules alone: what they will meet is not there yet.
std::vector<Operation> way_back(Database& database, const std::vector<Change>& changes, const Plan& plan) {
  const Dialect& dialect = *database.impl().dialect;
  const Since version = dialect.version(*database.impl().connection);
  std::vector<Operation> out;
  const Plan back = inverse(plan);
  for (const Change& change : changes) {
    Operation operation = to_operation(change);
    std::vector<Assessment> aspects;
    for (const Act act : acts_of(change, [](std::string_view) { return true; })) {
      Evidence e{.act = act, .when = case_of(change), .fits = true};
      if (act == Act::drop_column || act == Act::drop_table) e.values = 0;
      aspects.push_back(grade(e, dialect.facts, version, {.set_aside = keeps(plan.rollback_set_aside, operation)}));
    }
    operation.assessment = merge(std::move(aspects));
    operation.step = step_of(operation, back.steps, 0);
    out.push_back(std::move(operation));
  }
  return out;
}

/// What nobody owned before is nobody's after a file that leaves it alone.
std::vector<Unmanaged> still_nobodys(const Schema& live, const Schema& owned, const Schema& after) {
  std::vector<Unmanaged> out;
  for (const Table& table : live.tables) {
    const Table* now = find_table(after, table.path());
    if (now == nullptr) continue;
    const Table* mine = find_table(owned, table.path());
    if (mine == nullptr && *now == table) out.push_back({"table", table.path(), {}});
  }
  for (const Definition& d : live.definitions) {
    const auto same = [&](const Definition& o) { return o.kind == d.kind && o.schema == d.schema && o.name == d.name; };
    const bool mine = std::any_of(owned.definitions.begin(), owned.definitions.end(), same);
    if (d.kind == "schema" && d.name.text == "public") continue;  // every database has it
    if (!mine && std::find(after.definitions.begin(), after.definitions.end(), d) != after.definitions.end())
      out.push_back({d.kind, {d.schema, d.name}, d.on});
  }
  return out;
}

PlanFile described(const MigrationFile& file, bool carried_out) {
  return {.version = file.version,
          .name = file.name,
          .checksum = file.up.checksum(),
          .down_checksum = file.down ? file.down->checksum() : "",
          .carried_out = carried_out};
}

/// Another process may have applied the same file, before this look at the history or since.
NoRows nobody_was_faster(Database& database, const std::string& version) {
  const std::string sentence = "another process has applied a migration meanwhile";
  const std::string table = std::string(database.impl().dialect->own) + "history";
  Store store(database);
  std::string newest = "0";
  if (store.exists())
    newest = database.impl().connection->query("SELECT coalesce(max(id), 0) FROM " + table).at(0).at(0).value_or("0");
  for (const Migration& m :
       store.migrations("status = 'applied' AND plan LIKE ?", {"%\"version\": \"" + version + "\"%"}, 1'000'000))
    if (m.plan.file && m.plan.file->version == version) throw Error(ErrorCode::stale, sentence, "look again");
  return {"SELECT version FROM " + table + " WHERE id > " + newest + " AND status = 'applied'", sentence};
}

/// Runs files one after the other where nothing is to be kept. Returns the rows that they changed.
std::uint64_t replayed(Database& scratch, const std::vector<MigrationFile>& files) {
  const Dialect& dialect = *scratch.impl().dialect;
  Connection& connection = *scratch.impl().connection;
  std::uint64_t rows = 0;
  for (const std::string_view table : dialect.own_tables) connection.run(table);
  for (const MigrationFile& file : files) {
    const Direction up{file.up, steps_of(dialect, file.up)};
    auto statements = up.statements(dialect, true, false);
    for (std::size_t i = 0; i < statements.size(); ++i)
      for (Statement& statement : statements[i]) {
        auto* own = std::get_if<RunAlone>(&statement);
        if (own != nullptr) own->done.clear();
        try {
          const std::uint64_t changed = run(connection, statement);
          if (own == nullptr) rows += changed;
        } catch (const Error& e) {
          Error error(ErrorCode::bad_document, place(file.up, up.file.steps[i].line) + ": " + e.what(),
                      "the files so far were run one after the other in a scratch place");
          error.dialect = e.dialect, error.sqlstate = e.sqlstate, error.statement = e.statement.substr(0, 300);
          throw error;
        }
      }
  }
  return rows;
}

/// A sentence about the first statement that no transaction can take back.
std::optional<std::string> first_alone(const Dialect& dialect, const std::vector<MigrationFile>& files) {
  for (const MigrationFile& file : files)
    for (const FileStep& step : steps_of(dialect, file.up).steps)
      if (const RunAlone* own = alone(step.statements))
        return place(file.up, step.line) + " commits by itself and could not be taken back: " +
               own->sql.substr(0, std::min<std::size_t>(own->sql.find('\n'), 60));
  return std::nullopt;
}

std::uint64_t in_transaction(Database& database, const std::vector<MigrationFile>& files) {
  const Dialect& dialect = *database.impl().dialect;
  Connection& connection = *database.impl().connection;
  std::uint64_t rows = 0;
  const auto transaction = dialect.begin(connection, std::nullopt, true);
  for (const MigrationFile& file : files) {
    Direction up{file.up, steps_of(dialect, file.up)};
    auto statements = up.statements(dialect, false);
    for (std::size_t i = 0; i < statements.size(); ++i) {
      if (!up.file.steps[i].rehearsed) continue;
      for (const Statement& statement : statements[i]) {
        try {
          rows += run(connection, statement);
        } catch (Error& e) {
          const std::string where = place(file.up, up.file.steps[i].line);
          if (e.sqlstate == inside_transaction)
            throw Error(ErrorCode::unsupported, where + " commits by itself and could not be taken back: " + e.what(),
                        "--dry-run rehearses it on a copy of the schema");
          Error error(e.code, where + ": " + e.what(), "everything was taken back");
          error.dialect = e.dialect, error.sqlstate = e.sqlstate, error.statement = e.statement.substr(0, 300);
          throw error;
        }
      }
    }
  }
  transaction->check();
  return rows;
}

}  // namespace

Plan plan(Database& database, const MigrationFile& file, const PlanOptions& options) {
  const Dialect& dialect = *database.impl().dialect;
  Store store(database);
  const std::vector<std::string> taken = store.own_names();
  Direction up{file.up, {}}, down{file.down.value_or(MigrationText{}), {}};
  for (Direction* direction : {&up, &down}) {
    free_places(direction->text.sql, taken);
    direction->file = steps_of(dialect, direction->text);
  }
  const Schema live = inspect(database);
  const Rehearsal rehearsal = rehearsed(database, live, up, down);

  Plan out;
  out.dialect = dialect.name;
  out.file = described(file, true);
  out.from = fingerprint(dialect, live);
  out.to = fingerprint(dialect, rehearsal.after_up);
  const Assembled all = assembled(dialect, up, down, false);
  out.steps = all.steps;
  note_places(dialect, out, live, rehearsal);
  if (out.steps.empty()) out.steps.push_back({.title = file.up.path, .up = {}, .down = {}});
  out.steps[0].up.insert(out.steps[0].up.begin(), nobody_was_faster(database, file.version));
  out.set_aside = up.file.set_aside;
  out.rollback_set_aside = down.file.set_aside;

  const Difference unhinted = diff(live, {rehearsal.after_up, {}}, dialect.sameness);
  const Hints hints = renames_said(unhinted.candidates, up.text.sql);
  const Difference difference = diff(live, {rehearsal.after_up, hints}, dialect.sameness);
  const auto first = static_cast<std::size_t>(
      std::find_if(all.up.begin(), all.up.end(), [](const auto& step) { return step.has_value(); }) - all.up.begin());
  const std::size_t first_up = std::min(first, out.steps.size() - 1);
  out.operations = graded(database, {live, difference.changes, hints, nullptr, options.rows_unknown});
  for (Operation& o : out.operations) {
    o.step = step_of(o, out.steps, first_up);
    if (keeps(out.set_aside, o) && o.assessment.reversal == Reversal::schema_only)
      o.assessment.reversal = Reversal::with_backup;
  }
  for (Operation& o : row_changes(up, all.up)) out.operations.push_back(std::move(o));
  out.rollback = way_back(database, inverse(difference.changes), out);
  out.unmanaged = still_nobodys(live, store.owned(), rehearsal.after_up);

  if (std::string note = parts_note(out); !note.empty()) out.notes.push_back(std::move(note));
  for (const std::string& broken : rehearsal.broken) out.notes.push_back("after this, " + broken);
  const bool leads_back =
      file.down && !rehearsal.down_failure && fingerprint(dialect, rehearsal.after_down) == out.from;
  if (!file.down)
    out.notes.push_back(file.up.path + " has no way down: it cannot be taken back");
  else if (!leads_back)
    out.notes.push_back("the way down was rehearsed and does not lead back" +
                        (rehearsal.down_failure ? ": " + rehearsal.down_failure->sentence : std::string()));
  if (!leads_back)
    for (Operation& o : out.operations) o.assessment.reversal = Reversal::none;
  return out;
}

Plan mark(Database& database, const MigrationFile& file) {
  const Dialect& dialect = *database.impl().dialect;
  Plan out;
  out.dialect = dialect.name;
  const Schema live = inspect(database);
  out.from = out.to = fingerprint(dialect, live);
  out.file = described(file, false);
  out.unmanaged = still_nobodys(live, Store(database).owned(), live);
  out.steps.push_back(
      {.title = "mark " + file.version + " as applied", .up = {nobody_was_faster(database, file.version)}, .down = {}});
  return out;
}

void replay(Database& scratch, const std::vector<MigrationFile>& files) { replayed(scratch, files); }

TriedOut try_out(Database& database, const std::vector<MigrationFile>& files) {
  if (const auto own = first_alone(*database.impl().dialect, files)) {
    if (!copies_rows(database))
      throw Error(ErrorCode::unsupported, *own, "--dry-run rehearses it on a copy of the schema");
    Database copy = copy_with_rows(database);
    return {replayed(copy, files), true};
  }
  return {in_transaction(database, files), false};
}

}  // namespace dataflow
