// From one schema to another and back on a live server: the catalog is what it was to become, then what it had been,
// and so is every row.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <memory>

#include "core/text.hpp"
#include "dataflow/diff.hpp"
#include "dataflow/error.hpp"
#include "db/url.hpp"
#include "dialects/postgresql/postgresql.hpp"
#include "dialects/statement.hpp"
#include "plan/operations.hpp"
#include "support/postgres.hpp"
#include "support/roundtrip_cases.hpp"

using namespace dataflow;
using namespace dataflow::test;

namespace {

struct Live {
  explicit Live(const std::string& script)
      : database(script), connection(postgresql::connect(parse_url(database.url()), Open::existing)) {}
  Schema inspect() { return postgresql::inspect(*connection); }
  PostgresDatabase database;
  std::unique_ptr<Connection> connection;
};

Difference compared(const Schema& from, const Schema& to, const Hints& hints = {}) {
  const auto same = [](std::string_view a, std::string_view b) { return a == b; };
  return diff(from, {to, hints}, {same, postgresql::same_type, same});
}

/// What is still to do, in words.
std::string left(const Schema& from, const Schema& to) {
  std::vector<std::string> out;
  for (const Change& change : compared(from, to).changes) {
    const Operation operation = to_operation(change);
    out.push_back(operation.description() + " (" + operation.details + ")");
  }
  return join(out, "; ");
}

/// A digest of every table's rows; the order of its columns does not matter.
std::map<std::string, std::string> contents(Connection& connection, const Schema& schema) {
  std::map<std::string, std::string> out;
  for (const Table& table : schema.tables) {
    std::vector<std::string> columns;
    for (const Column& column : table.columns) columns.push_back(postgresql::quote(column.name.text));
    std::sort(columns.begin(), columns.end());
    if (table.options.attributes.contains("foreign server") || columns.empty()) continue;
    out[postgresql::quote(table.path())] =
        connection.digest("SELECT " + join(columns, ", ") + " FROM " + postgresql::quote(table.path())).hex();
  }
  return out;
}

/// Runs statements as one transaction, or as several around those that stand alone. Gives the server's words and the
/// statement it refused.
std::string carried_out(Connection& connection, const std::vector<Statement>& statements) {
  const auto begin = [&] {
    connection.run("BEGIN");
    connection.run("SELECT set_config('search_path', '', true), set_config('check_function_bodies', 'off', true)");
  };
  begin();
  try {
    for (const Statement& statement : statements) {
      const bool alone = std::holds_alternative<RunAlone>(statement);
      if (alone) connection.run("COMMIT");
      run(connection, statement);
      if (alone) begin();
    }
    connection.run("COMMIT");
  } catch (const Error& e) {
    connection.run("ROLLBACK");
    return std::string(e.what()) + "\nin: " + e.statement;
  }
  return {};
}

std::vector<Statement> forward(const Lowered& lowered) {
  std::vector<Statement> out;
  for (const Step& step : lowered.steps) out.insert(out.end(), step.up.begin(), step.up.end());
  return out;
}
std::vector<Statement> backward(const Lowered& lowered) {
  std::vector<Statement> out;
  for (auto step = lowered.steps.rbegin(); step != lowered.steps.rend(); ++step)
    out.insert(out.end(), step->down.begin(), step->down.end());
  return out;
}

/// What leads from one to the other: new names first, and what is left once the server has followed them.
std::vector<Change> changes_between(Connection& connection, const Schema& from, const Schema& to, const Hints& hints) {
  std::vector<Change> all = compared(from, to, hints).changes, out;
  std::copy_if(all.begin(), all.end(), std::back_inserter(out), [](const Change& c) {
    return std::holds_alternative<Rename<Table>>(c) || std::holds_alternative<Rename<Column>>(c);
  });
  if (out.empty()) return all;
  const auto rest = compared(postgresql::renamed(&connection, from, out), to).changes;
  out.insert(out.end(), rest.begin(), rest.end());
  return out;
}

void there_and_back(const RoundTrip& c, Live& live, const Schema& to) {
  const Schema from = live.inspect();
  const auto before = contents(*live.connection, from);
  const auto changes = changes_between(*live.connection, from, to, c.hints);
  CHECK_FALSE(changes.empty());
  const Lowered lowered =
      postgresql::lower_changes(from, changes, c.hints, {.to = &to, .create_backup = true, .taken = {}, .seed = "t"});
  CHECK(lowered.step_of.size() == changes.size());
  for (const std::size_t step : lowered.step_of) CHECK(step < lowered.steps.size());

  const std::string up = carried_out(*live.connection, forward(lowered));
  CHECK(up == "");
  if (!up.empty()) return;
  const Schema after = live.inspect();
  CHECK(left(after, to) == "");
  CHECK(left(to, after) == "");
  for (const auto& [query, expected] : c.after) CHECK(live.database.value(query) == expected);

  const std::string down = carried_out(*live.connection, backward(lowered));
  CHECK(down == "");
  if (!down.empty()) return;
  const Schema again = live.inspect();
  CHECK(left(again, from) == "");
  CHECK(left(from, again) == "");
  CHECK(contents(*live.connection, again) == before);
}

/// Those that this server knows what to do with.
std::vector<RoundTrip> cases() {
  const int version = Postgres::instance().version();
  std::vector<RoundTrip> out = round_trips_of_versions();
  std::erase_if(out, [&](const RoundTrip& c) { return c.since > version; });
  for (const auto* more : {&round_trips(), &more_round_trips()}) out.insert(out.end(), more->begin(), more->end());
  return out;
}

}  // namespace

TEST_CASE("every kind of change goes there and comes back") {
  for (const RoundTrip& c : cases()) {
    CAPTURE(c.name);
    Live live(c.common + ";" + c.from + ";" + c.rows);
    const Live wanted(c.common + ";" + c.to);
    there_and_back(c, live, postgresql::inspect(*wanted.connection));
  }
}

TEST_CASE("the way back of what goes is the way there of what comes") {
  for (const RoundTrip& c : cases()) {
    if (c.one_way || !c.hints.tables.empty() || !c.hints.columns.empty() || !c.hints.fills.empty()) continue;
    CAPTURE(c.name);
    Live live(c.common + ";" + c.to);
    const Live wanted(c.common + ";" + c.from);
    RoundTrip other = c;
    other.after.clear();
    there_and_back(other, live, postgresql::inspect(*wanted.connection));
  }
}

TEST_CASE("values that were written after a change win over those it set aside") {
  Live live("CREATE TABLE t (id int PRIMARY KEY, price numeric(10,2)); INSERT INTO t VALUES (1, 1.25), (2, 2.50)");
  const Live wanted("CREATE TABLE t (id int PRIMARY KEY, price int)");
  const Schema from = live.inspect(), to = postgresql::inspect(*wanted.connection);
  const Lowered lowered =
      postgresql::lower_changes(from, compared(from, to).changes, {}, {.to = &to, .create_backup = true});
  REQUIRE(lowered.set_aside.size() == 1);
  CHECK(lowered.set_aside[0].key == std::vector<Name>{"id"});
  REQUIRE(carried_out(*live.connection, forward(lowered)) == "");
  live.database.run("UPDATE t SET price = 7 WHERE id = 2");
  REQUIRE(carried_out(*live.connection, backward(lowered)) == "");
  CHECK(live.database.rows("SELECT id, price FROM t ORDER BY id") == std::vector<std::string>{"1|1.25", "2|7.00"});
}

TEST_CASE("rows that nothing tells apart get their values back, each as often as it was there") {
  Live live("CREATE TABLE t (a int, b text); INSERT INTO t VALUES (1, 'x'), (1, 'y'), (1, 'x'), (NULL, 'z')");
  const Live wanted("CREATE TABLE t (a int)");
  const Schema from = live.inspect(), to = postgresql::inspect(*wanted.connection);
  const Lowered lowered =
      postgresql::lower_changes(from, compared(from, to).changes, {}, {.to = &to, .create_backup = true});
  REQUIRE(carried_out(*live.connection, forward(lowered)) == "");
  REQUIRE(carried_out(*live.connection, backward(lowered)) == "");
  CHECK(live.database.rows("SELECT a, b FROM t ORDER BY a, b") ==
        std::vector<std::string>{"1|x", "1|x", "1|y", "NULL|z"});
}

TEST_CASE("data set aside can be put back by itself") {
  Live live(
      "CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, m mood);"
      "INSERT INTO t (m) VALUES ('ok'), (NULL)");
  const Live wanted("");
  const Schema from = live.inspect(), to = postgresql::inspect(*wanted.connection);
  const Lowered lowered =
      postgresql::lower_changes(from, compared(from, to).changes, {}, {.to = &to, .create_backup = true});
  REQUIRE(lowered.set_aside.size() == 1);
  REQUIRE(carried_out(*live.connection, forward(lowered)) == "");
  CHECK_THROWS_AS(postgresql::restore(live.inspect(), lowered.set_aside[0]), const Error&);
  live.database.run(
      "CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
      "m mood); INSERT INTO t (m) VALUES (NULL)");
  REQUIRE(carried_out(*live.connection, postgresql::restore(live.inspect(), lowered.set_aside[0])) == "");
  CHECK(live.database.rows("SELECT id, m FROM t ORDER BY id") == std::vector<std::string>{"1|NULL", "2|NULL"});
  live.database.run("INSERT INTO t (m) VALUES ('ok')");
  CHECK(live.database.value("SELECT max(id) FROM t") == "3");
  CHECK(postgresql::set_aside_tables(*live.connection).size() == 2);
}

TEST_CASE("a rehearsal goes there and back in a scratch place") {
  Live live(
      "CREATE TABLE t (id int PRIMARY KEY, a text); CREATE VIEW v AS SELECT a FROM t; INSERT INTO t VALUES (1,'x')");
  const Live wanted("CREATE TABLE t (id int PRIMARY KEY, a varchar(9)); CREATE VIEW v AS SELECT a FROM t");
  const Schema from = live.inspect(), to = postgresql::inspect(*wanted.connection);
  const Lowered lowered =
      postgresql::lower_changes(from, compared(from, to).changes, {}, {.to = &to, .create_backup = true});
  const Rehearsal rehearsal = postgresql::rehearse(live.connection.get(), from, lowered.steps, {});
  CHECK_FALSE(rehearsal.up_failure.has_value());
  CHECK_FALSE(rehearsal.down_failure.has_value());
  CHECK(left(rehearsal.after_up, to) == "");
  CHECK(left(rehearsal.after_down, from) == "");
  CHECK(live.inspect() == from);

  const std::vector<Step> wrong = {{"first", {Run{"SELECT 1"}}, {}}, {"second", {Run{"DROP TABLE nowhere"}}, {}}};
  const Rehearsal refused = postgresql::rehearse(live.connection.get(), from, wrong, {});
  REQUIRE(refused.up_failure.has_value());
  CHECK(refused.up_failure->step == 1);
  CHECK(refused.up_failure->sentence.find("nowhere") != std::string::npos);
}

TEST_CASE("new names are followed by the server into its own texts") {
  Live live(
      "CREATE TABLE t (id int PRIMARY KEY, a int CHECK (a > 0)); CREATE VIEW v AS SELECT a FROM t; CREATE VIEW "
      "gone AS SELECT id FROM t");
  const Schema from = live.inspect();
  const auto gone = std::find_if(from.definitions.begin(), from.definitions.end(),
                                 [](const Definition& d) { return d.name.text == "gone"; });
  REQUIRE(gone != from.definitions.end());
  const Schema after =
      postgresql::renamed(live.connection.get(), from,
                          {Drop<Definition>{{"public", {}}, *gone}, Rename<Table>{{"public", {}}, "t", "u"},
                           Rename<Column>{{"public", "u"}, "a", "b"}});
  REQUIRE(after.tables.size() == 1);
  CHECK(after.tables[0].name.text == "u");
  CHECK(after.tables[0].checks.at(0).expression.text.find('b') != std::string::npos);
  CHECK(std::none_of(after.definitions.begin(), after.definitions.end(),
                     [](const Definition& d) { return d.name.text == "gone"; }));
  CHECK(live.inspect() == from);
}
