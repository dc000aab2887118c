// Random databases, random wishes: plan, apply, look, go back, look again. What is looked at, SQLite says.
// DATAFLOW_PROPERTY_ROUNDS=5000 looks longer; DATAFLOW_PROPERTY_SEED=N begins with seed N.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "property/sqlite_cases.hpp"
#include "support/line.hpp"

using namespace dataflow;
using namespace dataflow::test;

namespace {

enum class End { done, nothing_to_do, blocked, failed };

struct Verdict {
  End end;
  std::string why = {};
};

std::string quoted(const std::string& name) {
  std::string out = "\"";
  for (char c : name) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}

std::string literal(const std::string& text) {
  std::string out = "'";
  for (char c : text) out += c == '\'' ? "''" : std::string(1, c);
  return out + "'";
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

/// A table's rows with the type of each value, in no particular order.
std::vector<std::string> values(const Sqlite& file, const std::string& table, const std::vector<std::string>& columns) {
  std::string list = "count(*)";
  if (!columns.empty()) {
    list.clear();
    for (const std::string& column : columns) list += (list.empty() ? "quote(" : ", quote(") + quoted(column) + ")";
  }
  auto out = file.rows("SELECT " + list + " FROM " + quoted(table));
  std::sort(out.begin(), out.end());
  return out;
}

constexpr const char* not_ours = " NOT LIKE 'dataflow!_%' ESCAPE '!'";

/// Every object and every value with its type, rowids and the marks of AUTOINCREMENT included. SQLite quotes the name of a
/// renamed table in its text, so the way of quoting is left out.
std::string everything(const Sqlite& file) {
  std::string out = joined(file.rows(std::string("SELECT type, name, tbl_name, replace(replace(replace(replace(sql, '\"', ''), '`', ''), '[', ''), ']', '') FROM sqlite_schema WHERE tbl_name") + not_ours + " AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY type, name"));
  for (const std::string& table : file.rows(std::string("SELECT name FROM sqlite_schema WHERE type = 'table' AND name") + not_ours + " AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name")) {
    auto columns = file.rows("SELECT name FROM pragma_table_xinfo(" + literal(table) + ")");
    const bool has_rowid = file.value("SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = " + literal(table)) == "0";
    if (has_rowid) columns.emplace_back("_rowid_");
    for (const std::string& row : values(file, table, columns)) out += table + ": " + row + "\n";
  }
  if (file.value("SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_sequence'") == "1")
    out += joined(file.rows(std::string("SELECT name, seq FROM sqlite_sequence WHERE seq > 0 AND name") + not_ours + " ORDER BY name"));
  return out;
}

std::string first_difference(const std::string& before, const std::string& after) {
  const auto a = static_cast<std::size_t>(std::mismatch(before.begin(), before.end(), after.begin(), after.end()).first - before.begin());
  const std::size_t from = a < 100 ? 0 : a - 100;
  return "before: …" + before.substr(from, 300) + "\n--- after: …" + after.substr(from, 300) + "\n---";
}

bool blocked(const Plan& plan) {
  return std::any_of(plan.operations.begin(), plan.operations.end(), [](const Operation& o) { return o.assessment.blocking.has_value(); });
}

/// Random values break random constraints: such rows are left out.
void insert(const Sqlite& file, const std::vector<std::string>& rows) {
  std::string script = "PRAGMA synchronous = OFF; BEGIN;";
  for (const std::string& row : rows) {
    try {
      file.run(script + row + "; COMMIT;");
    } catch (const std::exception&) {
    }
  }
}

Verdict go(const MigrationCase& c) {
  const auto failed = [](std::string why) { return Verdict{End::failed, std::move(why)}; };
  Folder folder;
  Sqlite file(folder / "a.db");
  file.run(c.from);
  insert(file, c.rows);
  const std::string before = everything(file);
  std::vector<std::vector<std::string>> kept;
  for (const CarriedTable& table : c.carried) {
    std::vector<std::string> columns;
    for (const CarriedColumn& column : table.columns)
      if (column.unchanged) columns.push_back(column.before);
    kept.push_back(values(file, table.before, columns));
  }
  const auto orphans = file.rows("SELECT \"table\", rowid, parent FROM pragma_foreign_key_check");

  Database database(file.url());
  if (const Plan p = plan_to(database, c.from_again); !p.empty()) return failed("other words for the same schema: " + describe(p));
  const Plan p = plan_to(database, c.to, {.drop_unmanaged = true}, c.hints);
  if (p.empty()) return {End::nothing_to_do};
  if (plan_from_json(to_json(p)) != p) return failed("the plan does not survive JSON");
  if (blocked(p)) return {End::blocked};
  if (reversal(p) != Reversal::exact && reversal(p) != Reversal::with_backup) return failed("the plan cannot go back: " + std::string(to_string(reversal(p))) + "\n" + joined(p.notes));
  const std::string version = execute(database, p).version;
  if (const Plan again = plan_to(database, c.to); !again.empty()) return failed("a second plan is not empty: " + describe(again));
  for (std::size_t i = 0; i < c.carried.size(); ++i) {
    std::vector<std::string> columns;
    for (const CarriedColumn& column : c.carried[i].columns)
      if (column.unchanged) columns.push_back(column.after);
    if (values(file, c.carried[i].after, columns) != kept[i])
      return failed("rows of " + c.carried[i].after + " are not what they were:\n" + joined(kept[i]) + "now:\n" + joined(values(file, c.carried[i].after, columns)));
  }
  if (file.value("PRAGMA integrity_check") != "ok") return failed("integrity_check: " + file.value("PRAGMA integrity_check"));
  if (file.rows("SELECT 1 FROM pragma_foreign_key_check").size() > orphans.size()) return failed("more rows point to nothing than before");
  rollback(database, version);
  if (const std::string after = everything(file); after != before) return failed("not what it was after the rollback\n" + first_difference(before, after));
  if (file.value("PRAGMA integrity_check") != "ok") return failed("integrity_check after the rollback");
  return {End::done};
}

Verdict go_and_catch(const MigrationCase& c) {
  try {
    return go(c);
  } catch (const Error& e) {
    return {End::failed, "Error " + std::string(id(e.code)) + ": " + e.what() + "\nstatement: " + e.statement + "\nstep: " + e.step};
  } catch (const std::exception& e) {
    return {End::failed, std::string("exception: ") + e.what()};
  }
}

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

}  // namespace

TEST_CASE("property: any schema becomes any other, keeps its rows, and comes back byte for byte") {
  const std::uint64_t rounds = from_environment("DATAFLOW_PROPERTY_ROUNDS", 300), first = from_environment("DATAFLOW_PROPERTY_SEED", 1);
  std::size_t ends[4] = {};
  for (std::uint64_t seed = first; seed < first + rounds; ++seed) {
    const MigrationCase c = migration_case(seed);
    const Verdict verdict = go_and_catch(c);
    ++ends[static_cast<std::size_t>(verdict.end)];
    CHECK_MESSAGE(verdict.end != End::failed, "seed ", seed, ": ", verdict.why, "\n-- ", joined(c.mutations), "\n-- from\n", c.from, "\n-- rows\n", joined(c.rows), "\n-- to\n", c.to);
  }
  MESSAGE(ends[0], " there and back, ", ends[1], " without change, ", ends[2], " blocked by their data");
  if (rounds >= 100) CHECK(ends[0] > rounds / 3);
}
