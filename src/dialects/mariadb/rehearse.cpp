#include <algorithm>
#include <set>

#include "dataflow/error.hpp"
#include "dialects/followed.hpp"
#include "dialects/mariadb/mariadb.hpp"
#include "dialects/statement.hpp"
#include "plan/parts.hpp"

namespace dataflow::mariadb {

namespace {

void build(Scratch& scratch, const Schema& schema) {
  const std::vector<std::string> script = creation_script(schema);
  scratch.build(script);
}

std::optional<Rehearsal::Failure> run_all(Connection& connection, std::size_t step,
                                          const std::vector<Statement>& statements) {
  try {
    for (const Statement& statement : statements) run(connection, statement);
  } catch (const Error& e) {
    return Rehearsal::Failure{step, e.what()};
  }
  return std::nullopt;
}

/// Views that the server cannot read any more. It lets their tables change without a word.
std::set<std::string> unreadable(Connection& connection, const Schema& schema) {
  std::set<std::string> out;
  for (const Definition& d : schema.definitions)
    if (d.kind == "view")
      if (const auto words = connection.complaint("SELECT * FROM " + quote(d.name.text)))
        out.insert("view " + d.name.text + " can no longer be read: " + *words);
  return out;
}

}  // namespace

Schema renamed(Connection* server, const Schema& from, const std::vector<Change>& changes) {
  Scratch scratch(*server);
  build(scratch, from);
  try {
    for (const Step& step :
         lower_changes(from, changes, {}, {.create_backup = false, .version = mariadb_dialect.version(*server)}).steps)
      for (const Statement& statement : step.up) run(scratch.connection(), statement);
  } catch (const Error& e) {
    Error error(ErrorCode::refused, std::string("MariaDB refuses to rename: ") + e.what(),
                "add a column with a backfill from the old one, and drop the old one in a later migration");
    error.dialect = "mariadb", error.sqlstate = e.sqlstate, error.statement = e.statement;
    throw error;
  }
  return inspect(scratch.connection());
}

namespace {

/// Nothing where following the steps led elsewhere than they did.
std::optional<Rehearsal> rehearse(Connection* server, const Schema& from, const std::vector<Step>& steps,
                                  const std::vector<std::string>& prelude, const Dialect& how) {
  Scratch scratch(*server);
  Server& copy = scratch.connection();
  for (const std::string_view table : dialect_named("mariadb").own_tables) copy.run(table);
  for (const std::string& statement : prelude) copy.run(statement);
  build(scratch, from);
  const std::set<std::string> unreadable_before = unreadable(copy, from);
  // As on the live database: what is refused there is refused here.
  copy.run("SET SESSION foreign_key_checks = 1");
  Followed followed(how, copy);
  Rehearsal rehearsal;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if ((rehearsal.up_failure = run_all(copy, i, steps[i].up))) return rehearsal;
    followed.after(steps[i].up);
    if (may_stop_after(steps, i)) rehearsal.reached[i] = {followed.place()};
  }
  rehearsal.after_up = inspect(copy);
  if (place(how, rehearsal.after_up) != followed.place()) return std::nullopt;
  for (const std::string& sentence : unreadable(copy, rehearsal.after_up))
    if (!unreadable_before.contains(sentence)) rehearsal.broken.push_back(sentence);
  for (std::size_t i = steps.size(); i-- > 0;) {
    if ((rehearsal.down_failure = run_all(copy, i, steps[i].down))) return rehearsal;
    followed.after(steps[i].down);
    if (i > 0 && may_stop_after(steps, i - 1)) rehearsal.returned[i] = {followed.place()};
  }
  rehearsal.after_down = inspect(copy);
  if (place(how, rehearsal.after_down) != followed.place()) return std::nullopt;
  return rehearsal;
}

}  // namespace

Rehearsal rehearse(Connection* server, const Schema& from, const std::vector<Step>& steps,
                   const std::vector<std::string>& prelude) {
  if (auto followed = rehearse(server, from, steps, prelude, mariadb_dialect)) return std::move(*followed);
  Dialect whole = mariadb_dialect;
  whole.reread = nullptr;
  return rehearse(server, from, steps, prelude, whole).value();
}

std::vector<std::string> set_aside_tables(Connection& connection) {
  std::vector<std::string> out;
  for (const Row& row : connection.query("SHOW TABLES LIKE 'dataflow\\_backup\\_%'")) {
    const Row shown = connection.query("SHOW CREATE TABLE " + quote(row.at(0).value_or(""))).at(0);
    out.push_back(shown.at(1).value_or(""));
  }
  return out;
}

}  // namespace dataflow::mariadb
