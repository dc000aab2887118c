// Random databases, random wishes: plan, apply, look, go back, look again. What is looked at, SQLite says.
// DATAFLOW_PROPERTY_ROUNDS=5000 looks longer; DATAFLOW_PROPERTY_SEED=N begins with seed N.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "property/sqlite_cases.hpp"
#include "support/line.hpp"
#include "support/sqlite_facts.hpp"

using namespace dataflow;
using namespace dataflow::test;

namespace {

enum class End { done, one_way, nothing_to_do, blocked, failed };

struct Verdict {
  End end;
  std::string why = {};
};

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

std::vector<std::string> tables_of(const Sqlite& file) {
  return file.rows(std::string("SELECT name FROM sqlite_schema WHERE type = 'table' AND name") + not_ours +
                   " AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name");
}

/// Tables without a rowid.
std::set<std::string> without_rowid(const Sqlite& file) {
  const auto names = file.rows("SELECT name FROM pragma_table_list WHERE schema = 'main' AND wr");
  return {names.begin(), names.end()};
}

/// Whether a column may be the rowid.
bool takes_rowid(const Sqlite& file, const std::string& table) {
  return file.value("SELECT count(*) FROM pragma_table_info(" + literal(table) +
                    ") WHERE pk AND upper(type) = 'INTEGER'") != "0";
}

/// Every object and what SQLite says about it. The text of a table counts not, which SQLite and we may put in other
/// words, nor does the way of quoting names, which SQLite changes with every rename.
std::string objects(const Sqlite& file) {
  const std::string text = "replace(replace(replace(replace(sql, '\"', ''), '`', ''), '[', ''), ']', '')";
  std::string out = joined(file.rows("SELECT type, name, tbl_name, " + text +
                                     " FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL AND tbl_name" +
                                     not_ours + " ORDER BY type, name"));
  for (const std::string& table : tables_of(file)) out += facts(file, table);
  return out;
}

/// Every value with its type, rowids included but for `no_rowids`, and the marks of AUTOINCREMENT.
std::string contents(const Sqlite& file, const std::set<std::string>& no_rowids) {
  std::string out;
  for (const std::string& table : tables_of(file)) {
    auto columns = file.rows("SELECT name FROM pragma_table_xinfo(" + literal(table) + ")");
    if (!no_rowids.contains(table)) columns.emplace_back("_rowid_");
    for (const std::string& row : values(file, table, columns)) out += table + ": " + row + "\n";
  }
  if (file.value("SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_sequence'") == "1")
    out += joined(
        file.rows("SELECT s.name, max(s.seq) FROM sqlite_sequence AS s JOIN sqlite_schema AS t ON t.name = s.name "
                  "WHERE s.seq > 0 AND t.sql LIKE '%autoincrement%' GROUP BY s.name ORDER BY s.name"));
  return out;
}

/// What integrity_check complains of, but for "NULL value in" and the like: some releases say it of WITHOUT ROWID
/// tables without reason. NOT NULL is looked into here.
std::string damage(const Sqlite& file) {
  auto words = file.rows("PRAGMA integrity_check");
  std::erase_if(words, [](const std::string& w) { return w == "ok" || w.find(" value in ") != std::string::npos; });
  for (const std::string& table : tables_of(file))
    for (const std::string& column :
         file.rows("SELECT name FROM pragma_table_xinfo(" + literal(table) + ") WHERE \"notnull\""))
      if (file.value("SELECT count(*) FROM " + quoted(table) + " WHERE typeof(" + quoted(column) + ") = 'null'") != "0")
        words.push_back("NULL in " + table + "." + column);
  return joined(words);
}

std::string first_difference(const std::string& before, const std::string& after) {
  const auto a = static_cast<std::size_t>(
      std::mismatch(before.begin(), before.end(), after.begin(), after.end()).first - before.begin());
  const std::size_t from = a < 100 ? 0 : a - 100;
  return "before: …" + before.substr(from, 300) + "\n--- after: …" + after.substr(from, 300) + "\n---";
}

bool blocked(const Plan& plan) {
  return std::any_of(plan.operations.begin(), plan.operations.end(),
                     [](const Operation& o) { return o.assessment.blocking.has_value(); });
}

/// Random values break random constraints: such rows are left out.
void insert(const Sqlite& file, const std::vector<std::string>& rows) {
  std::string script = "PRAGMA synchronous = OFF; BEGIN;";
  for (const std::string& row : rows) {
    try {
      file.run(script + row + "; COMMIT;");
    } catch (const std::exception&) {}
  }
}

Verdict go(const MigrationCase& c) {
  const auto failed = [](std::string why) { return Verdict{End::failed, std::move(why)}; };
  Folder folder;
  Sqlite file(folder / "a.db");
  file.run(c.from);
  insert(file, c.rows);
  const Sqlite original(folder / "before.db");
  std::filesystem::copy_file(file.path(), original.path());
  std::set<std::string> no_rowids = without_rowid(file);
  std::vector<std::vector<std::string>> kept;
  for (const CarriedTable& table : c.carried) {
    std::vector<std::string> columns;
    for (const CarriedColumn& column : table.columns)
      if (column.unchanged) columns.push_back(column.before);
    kept.push_back(values(file, table.before, columns));
  }
  const auto orphans = file.rows("SELECT 1 FROM pragma_foreign_key_check");
  const std::string objects_before = objects(file);

  Database database(file.url());
  if (const Plan p = plan_to(database, c.from_again); !p.empty())
    return failed("other words for the same schema: " + describe(p));
  const Plan p = plan_to(database, c.to, {.drop_unmanaged = true}, c.hints);
  if (p.empty()) return {End::nothing_to_do};
  if (plan_from_json(to_json(p)) != p) return failed("the plan does not survive JSON");
  if (blocked(p)) return {End::blocked};
  const std::string version = execute(database, p).version;
  if (const Plan again = plan_to(database, c.to); !again.empty())
    return failed("a second plan is not empty: " + describe(again));
  for (std::size_t i = 0; i < c.carried.size(); ++i) {
    std::vector<std::string> columns;
    for (const CarriedColumn& column : c.carried[i].columns)
      if (column.unchanged) columns.push_back(column.after);
    if (values(file, c.carried[i].after, columns) != kept[i])
      return failed("rows of " + c.carried[i].after + " are not what they were:\n" + joined(kept[i]) + "now:\n" +
                    joined(values(file, c.carried[i].after, columns)));
  }
  if (const std::string words = damage(file); !words.empty()) return failed("integrity_check: " + words);
  if (file.rows("SELECT 1 FROM pragma_foreign_key_check").size() > orphans.size())
    return failed("more rows point to nothing than before");
  // A table that had no rowid for a while, or took it from a column, has new ones afterwards.
  const auto now_without = without_rowid(file);
  for (const CarriedTable& table : c.carried)
    if (now_without.contains(table.after) || (takes_rowid(file, table.after) && !takes_rowid(original, table.before)))
      no_rowids.insert(table.before);
  const std::string contents_before = contents(original, no_rowids);
  const bool exact = reversal(p) == Reversal::exact || reversal(p) == Reversal::with_backup;
  if (reversal(p) == Reversal::none) return failed("the plan cannot go back: " + joined(p.notes));
  try {
    rollback(database, version, {}, !exact);
  } catch (const Error& e) {
    // Where rows pointed to nothing before, the foreign key that goes back finds them again.
    if (e.code == ErrorCode::verification && !orphans.empty()) return {End::one_way};
    // Without its key a row cannot go back to a table that is nothing but key.
    if (e.code == ErrorCode::sql && !exact) return {End::one_way};
    throw;
  }
  if (const std::string after = objects(file); after != objects_before)
    return failed("objects are not what they were after the rollback\n" + first_difference(objects_before, after));
  if (const std::string words = damage(file); !words.empty())
    return failed("integrity_check after the rollback: " + words);
  if (!exact) return {End::one_way};
  if (const std::string after = contents(file, no_rowids); after != contents_before)
    return failed("rows are not what they were after the rollback\n" + first_difference(contents_before, after));
  return {End::done};
}

Verdict go_and_catch(const MigrationCase& c) {
  try {
    return go(c);
  } catch (const Error& e) {
    // Some releases of SQLite cannot rename a column that is in the key and in a constraint of a WITHOUT ROWID table.
    if (e.code == ErrorCode::refused && std::string_view(e.what()).starts_with("SQLite refuses to rename"))
      return {End::blocked};
    // A parent's key that is converted leaves its children alone: found before the commit.
    if (e.code == ErrorCode::verification &&
        std::string_view(e.what()).find("point to nothing") != std::string_view::npos)
      return {End::blocked};
    return {End::failed,
            "Error " + std::string(id(e.code)) + ": " + e.what() + "\nstatement: " + e.statement + "\nstep: " + e.step};
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
  const std::uint64_t rounds = from_environment("DATAFLOW_PROPERTY_ROUNDS", 300),
                      first = from_environment("DATAFLOW_PROPERTY_SEED", 1);
  std::size_t ends[5] = {};
  for (std::uint64_t seed = first; seed < first + rounds; ++seed) {
    const MigrationCase c = migration_case(seed);
    const Verdict verdict = go_and_catch(c);
    ++ends[static_cast<std::size_t>(verdict.end)];
    CHECK_MESSAGE(verdict.end != End::failed, "seed ", seed, ": ", verdict.why, "\n-- ", joined(c.mutations),
                  "\n-- from\n", c.from, "\n-- rows\n", joined(c.rows), "\n-- to\n", c.to);
  }
  MESSAGE(ends[0], " there and back, ", ends[1], " back without all rows, ", ends[2], " without change, ", ends[3],
          " blocked by their data");
  if (rounds < 100) return;
  CHECK(ends[0] > rounds / 2);
  CHECK(ends[1] < rounds / 20);
}
