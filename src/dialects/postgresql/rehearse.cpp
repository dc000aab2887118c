#include <algorithm>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/dialect.hpp"
#include "dialects/followed.hpp"
#include "dialects/postgresql/postgresql.hpp"
#include "dialects/statement.hpp"
#include "plan/parts.hpp"

namespace dataflow::postgresql {

namespace {

void build(Scratch& scratch, const Schema& schema) {
  scratch.connection().run(
      "SELECT pg_catalog.set_config('search_path', '', false), "
      "pg_catalog.set_config('check_function_bodies', 'off', false)");
  scratch.build(creation_script(schema));
}

/// `inside`: a transaction that must not end is open.
void run_alone(Connection& connection, const RunAlone& alone, bool inside) {
  if (inside) {
    for (const std::string& sql : alone.within) connection.run(sql);
    return;
  }
  connection.run("COMMIT");
  run(connection, alone);
  connection.run("BEGIN");
}

std::optional<Rehearsal::Failure> run_all(Connection& connection, std::size_t step,
                                          const std::vector<Statement>& statements, bool inside) {
  try {
    for (const Statement& statement : statements)
      if (const auto* alone = std::get_if<RunAlone>(&statement))
        run_alone(connection, *alone, inside);
      else
        run(connection, statement);
  } catch (const Error& e) {
    return Rehearsal::Failure{step, e.what(), e.sqlstate};
  }
  return std::nullopt;
}

/// What the server keeps by itself when tables and columns get other names: the definitions that go are left out of
/// what it shows afterwards.
bool is_dropped(const Definition& d, const std::vector<Change>& changes, const std::vector<Change>& renames) {
  return std::any_of(changes.begin(), changes.end(), [&](const Change& change) {
    const auto* drop = std::get_if<Drop<Definition>>(&change);
    if (drop == nullptr) return false;
    Name on = drop->object.on;
    for (const Change& rename : renames)
      if (const auto* table = std::get_if<Rename<Table>>(&rename);
          table != nullptr && table->in.schema == d.schema && table->before == on)
        on = table->after;
    return d.kind == drop->object.kind && d.schema == drop->object.schema && d.name == drop->object.name &&
           (d.on == on || d.on == drop->object.on);
  });
}

Rehearsal::Stop stop_at(Server& copy) {
  Schema schema = inspect(copy);
  std::string there = place(postgresql_dialect, schema);
  return {std::move(there), std::move(schema)};
}

}  // namespace

Schema renamed(Connection* server, const Schema& from, const std::vector<Change>& changes) {
  std::vector<Change> renames;
  for (const Change& change : changes)
    if (std::holds_alternative<Rename<Table>>(change) || std::holds_alternative<Rename<Column>>(change))
      renames.push_back(change);
  Scratch scratch(*server);
  build(scratch, from);
  try {
    for (const Step& step : lower_changes(from, renames, {}, {}).steps)
      for (const Statement& statement : step.up) run(scratch.connection(), statement);
  } catch (const Error& e) {
    Error error(ErrorCode::refused, std::string("PostgreSQL refuses to rename: ") + e.what(),
                "add a column with a backfill from the old one, and drop the old one in a later migration");
    error.dialect = "postgresql", error.sqlstate = e.sqlstate, error.statement = e.statement;
    throw error;
  }
  Schema out = inspect(scratch.connection());
  std::erase_if(out.definitions, [&](const Definition& d) { return is_dropped(d, changes, renames); });
  return out;
}

Rehearsal rehearse(Connection* server, const Schema& from, const std::vector<Step>& steps,
                   const std::vector<std::string>& prelude) {
  Scratch scratch(*server);
  Server& copy = scratch.connection();
  for (const std::string_view table : dialect_named("postgresql").own_tables) copy.run(table);
  for (const std::string& statement : prelude) copy.run(statement);
  build(scratch, from);
  Rehearsal rehearsal;
  const bool own = copy.query("SELECT pg_catalog.pg_current_xact_id_if_assigned()")[0][0].has_value();
  if (!own) copy.run("BEGIN");
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if ((rehearsal.up_failure = run_all(copy, i, steps[i].up, own))) return rehearsal;
    if (may_stop_after(steps, i)) rehearsal.reached[i] = stop_at(copy);
  }
  if (!own) {
    copy.run("COMMIT");
    copy.run("BEGIN");
  }
  rehearsal.after_up = inspect(copy);
  for (std::size_t i = steps.size(); i-- > 0;) {
    if ((rehearsal.down_failure = run_all(copy, i, steps[i].down, own))) return rehearsal;
    if (i > 0 && may_stop_after(steps, i - 1)) rehearsal.returned[i] = stop_at(copy);
  }
  rehearsal.after_down = inspect(copy);
  if (!own) copy.run("COMMIT");
  return rehearsal;
}

}  // namespace dataflow::postgresql
