#include <map>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/sqlite/sqlite.hpp"
#include "dialects/statement.hpp"

namespace dataflow::sqlite {

namespace {

/// What the server says against each view, and against writing to each table that has triggers. A trigger body is
/// compiled only with the statement that fires it, so that is what is compiled here; nothing runs.
std::map<std::string, std::string> complaints(Connection& connection, const Schema& schema) {
  std::map<std::string, std::string> out;
  const auto ask = [&](const std::string& about, const std::string& sql) {
    if (out.contains(about)) return;
    const auto complaint = connection.complaint(sql);
    // A view takes only what its INSTEAD OF triggers take; that is no defect.
    if (complaint && complaint->find("because it is a view") == std::string::npos) out[about] = *complaint;
  };
  for (const Definition& d : schema.definitions) {
    if (d.kind == "view") ask("view " + d.name.text, "SELECT * FROM " + quote(d.name.text));
    if (d.kind != "trigger") continue;
    const std::string table = quote(d.on.text), about = "trigger " + d.name.text + " on " + d.on.text;
    ask(about, "INSERT INTO " + table + " DEFAULT VALUES");
    ask(about, "DELETE FROM " + table);
    const auto columns = connection.query("SELECT name FROM pragma_table_info(?)", {d.on.text});
    for (const Row& column : columns) ask(about, "UPDATE " + table + " SET " + quote(*column[0]) + " = NULL");
  }
  return out;
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

}  // namespace

std::vector<std::string> set_aside_tables(Connection& connection) {
  std::vector<std::string> out;
  for (const Row& row : connection.query(
           "SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND name LIKE 'dataflow!_backup!_%' ESCAPE '!'"))
    out.push_back(row[0].value_or(""));
  return out;
}

Rehearsal rehearse(Connection*, const Schema& from, const std::vector<Step>& steps,
                   const std::vector<std::string>& prelude) {
  const auto scratch = memory(from, prelude);
  const auto before = complaints(*scratch, from);
  Rehearsal rehearsal;
  for (std::size_t i = 0; i < steps.size(); ++i)
    if ((rehearsal.up_failure = run_all(*scratch, i, steps[i].up))) return rehearsal;
  rehearsal.after_up = inspect(*scratch);
  for (const auto& [object, complaint] : complaints(*scratch, rehearsal.after_up))
    if (!before.contains(object)) rehearsal.broken.push_back(object + ": " + complaint);
  for (std::size_t i = steps.size(); i-- > 0;)
    if ((rehearsal.down_failure = run_all(*scratch, i, steps[i].down))) return rehearsal;
  rehearsal.after_down = inspect(*scratch);
  return rehearsal;
}

}  // namespace dataflow::sqlite
