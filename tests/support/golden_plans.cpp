#include "support/golden_plans.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>

#include "core/text.hpp"
#include "dataflow/database.hpp"
#include "dataflow/execute.hpp"
#include "dataflow/plan.hpp"

namespace dataflow::test {

namespace {

constexpr const char* inputs[] = {"from", "rows", "to", "hints"};
constexpr const char* expected[] = {"operations", "up", "down"};
constexpr const char* dialects[] = {"sqlite", "postgresql", "mariadb"};

using Sections = std::map<std::string, std::string>;

Sections read_case(const std::filesystem::path& path) {
  Sections out;
  std::string section = "about";
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("== "))
      section = line.substr(3);
    else
      out[section] += line + "\n";
  }
  for (auto& [name, text] : out)
    while (text.ends_with("\n\n")) text.pop_back();
  return out;
}

/// What a section is called for a server: SQLite's are the plain ones.
std::string on(const std::string& dialect, const std::string& name) {
  return dialect == "sqlite" ? name : name + " on " + dialect;
}
std::string said(const Sections& sections, const std::string& dialect, const std::string& name) {
  for (const std::string& wanted : {on(dialect, name), name})
    if (const auto at = sections.find(wanted); at != sections.end()) return at->second;
  return {};
}

void write_case(const std::filesystem::path& path, const Sections& sections) {
  std::ofstream out(path);
  const auto put = [&](const std::string& name) {
    const auto at = sections.find(name);
    if (at == sections.end() || trim(at->second).empty()) return;
    if (name != "about") out << "== " << name << "\n";
    out << at->second << "\n";
  };
  put("about");
  put("servers");
  for (const char* dialect : dialects)
    for (const auto& names : {std::vector<std::string>(std::begin(inputs), std::end(inputs)),
                              std::vector<std::string>(std::begin(expected), std::end(expected))})
      for (const std::string& name : names) put(on(dialect, name));
}

/// "rename t.old = new", "rename old = new", "fill t.c = SQL".
Hints read_hints(const std::string& text, const Name& schema) {
  Hints hints;
  for (const std::string& line : split(text, '\n')) {
    if (trim(line).empty()) continue;
    const auto equals = line.find('='), space = line.find(' ');
    const std::string verb = line.substr(0, space), left(trim(line.substr(space, equals - space))),
                      right(trim(line.substr(equals + 1)));
    const auto dot = left.find('.');
    if (verb == "fill")
      hints.fills.push_back({{schema, left.substr(0, dot)}, left.substr(dot + 1), Sql(right)});
    else if (dot == std::string::npos)
      hints.tables.push_back({{schema, right}, left});
    else
      hints.columns.push_back({{schema, left.substr(0, dot)}, right, left.substr(dot + 1)});
  }
  return hints;
}

std::string operations_text(const Plan& plan) {
  std::string out;
  for (const Operation& o : plan.operations) {
    const Assessment& a = o.assessment;
    out += upper(o.kind) + " " + o.table.text + ": " + o.details + " | " + std::string(to_string(a.level)) + " " +
           a.rule + ", loss " + std::string(to_string(a.data_loss)) + ", back " + std::string(to_string(a.reversal)) +
           ", " + std::string(to_string(a.work)) + "\n";
    if (a.blocking) out += "  would fail: " + *a.blocking + "\n";
  }
  for (const Unmanaged& u : plan.unmanaged) out += "unmanaged " + u.kind + " " + u.path.name.text + "\n";
  for (const RenameCandidate& c : plan.candidates)
    out += "perhaps a rename: " + c.before.text + " to " + c.after.text + " (" + c.reason + ")\n";
  for (const std::string& note : plan.notes) out += "note: " + note + "\n";
  return out;
}

/// Names of data set aside end in a digest of the schema before, and that of a server differs with its version.
std::string script(const std::string& dialect, const std::vector<std::string>& statements) {
  static const std::regex digest("_[0-9a-f]{8}(?![0-9A-Za-z])");
  std::string out;
  for (const std::string& s : statements) out += s + "\n";
  return dialect == "sqlite" ? out : std::regex_replace(out, digest, "_########");
}

bool is_for(const Sections& sections, const std::string& dialect) {
  const auto at = sections.find("servers");
  if (at == sections.end()) return true;
  const std::vector<std::string> names = split(std::string(trim(at->second)), ' ');
  return std::find(names.begin(), names.end(), dialect) != names.end();
}

void check_case(const std::filesystem::path& path, const std::string& dialect, GoldenDatabase& live) {
  const Sections sections = read_case(path);
  const auto section = [&](const std::string& name) { return said(sections, dialect, name); };
  live.run(section("from"));
  live.run(section("rows"));
  const std::string before = live.dump();
  Database database(live.url());
  const PlanOptions options{.drop_unmanaged = section("about").find("keeps unmanaged") == std::string::npos};
  Wanted wanted = schema_from_sql(database, section("to"), "test");
  wanted.hints = read_hints(section("hints"), dialect == "postgresql" ? "public" : "");
  const Plan p = plan(database, wanted, options);
  Sections made = sections;
  made[on(dialect, "operations")] = operations_text(p);
  made[on(dialect, "up")] = script(dialect, sql_up(p));
  made[on(dialect, "down")] = script(dialect, sql_down(p));
  if (std::getenv("DATAFLOW_UPDATE_GOLDEN") != nullptr)
    write_case(path, made);
  else
    for (const char* name : expected) {
      const std::string key = on(dialect, name);
      CHECK_MESSAGE((sections.contains(key) ? sections.at(key) : "") == made[key], name);
    }
  CHECK(plan_from_json(to_json(p)) == p);
  CHECK(inverse(inverse(p)) == p);
  const bool blocked = std::any_of(p.operations.begin(), p.operations.end(),
                                   [](const Operation& o) { return o.assessment.blocking.has_value(); });
  if (blocked || p.empty()) return;
  const std::string version = execute(database, p).version;
  CHECK(plan(database, schema_from_sql(database, section("to"), "test"), options).empty());
  rollback(database, version);
  CHECK(live.dump() == before);
}

}  // namespace

void check_golden_plans(const std::string& dialect, const std::function<std::unique_ptr<GoldenDatabase>()>& make) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(DATAFLOW_SOURCE_DIR "/tests/golden/plans"))
    if (entry.path().extension() == ".plan" && is_for(read_case(entry.path()), dialect)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  REQUIRE(files.size() > 20);
  for (const auto& path : files) {
    CAPTURE(path.filename().string());
    check_case(path, dialect, *make());
  }
}

}  // namespace dataflow::test
