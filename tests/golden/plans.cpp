// Each .plan file is a case a DBA can read: from, rows, to, and what dataflow makes of it. The text is compared, then
// the same file runs live: apply, compare, roll back, compare. DATAFLOW_UPDATE_GOLDEN=1 writes the expected sections
// anew.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "core/text.hpp"
#include "support/line.hpp"

using namespace dataflow;
using namespace dataflow::test;

namespace {

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

void write_case(const std::filesystem::path& path, const Sections& sections) {
  std::ofstream out(path);
  for (const char* name : {"about", "from", "rows", "to", "hints", "operations", "up", "down"}) {
    const auto at = sections.find(name);
    if (at == sections.end() || at->second.empty()) continue;
    if (at->first != "about") out << "== " << name << "\n";
    out << at->second << "\n";
  }
}

/// "rename t.old = new", "rename old = new", "fill t.c = SQL".
Hints read_hints(const std::string& text) {
  Hints hints;
  for (const std::string& line : split(text, '\n')) {
    if (trim(line).empty()) continue;
    const auto equals = line.find('='), space = line.find(' ');
    const std::string verb = line.substr(0, space), left(trim(line.substr(space, equals - space))),
                      right(trim(line.substr(equals + 1)));
    const auto dot = left.find('.');
    if (verb == "fill")
      hints.fills.push_back({{"", left.substr(0, dot)}, left.substr(dot + 1), Sql(right)});
    else if (dot == std::string::npos)
      hints.tables.push_back({{"", right}, left});
    else
      hints.columns.push_back({{"", left.substr(0, dot)}, right, left.substr(dot + 1)});
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

std::string script(const std::vector<std::string>& statements) {
  std::string out;
  for (const std::string& s : statements) out += s + "\n";
  return out;
}

}  // namespace

TEST_CASE("golden plans: the text is as recorded, and the plan goes there and back on a real file") {
  const bool update = std::getenv("DATAFLOW_UPDATE_GOLDEN") != nullptr;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(DATAFLOW_SOURCE_DIR "/tests/golden/plans"))
    if (entry.path().extension() == ".plan") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  REQUIRE(files.size() > 20);
  for (const auto& path : files) {
    CAPTURE(path.filename().string());
    Sections sections = read_case(path);
    Folder folder;
    Sqlite file(folder / "a.db");
    file.run(sections["from"]);
    file.run(sections["rows"]);
    const std::string before = file.dump();
    Database database(file.url());
    const Plan p = plan_to(database, sections["to"],
                           {.drop_unmanaged = sections["about"].find("keeps unmanaged") == std::string::npos},
                           read_hints(sections["hints"]));
    Sections made = sections;
    made["operations"] = operations_text(p);
    made["up"] = script(sql_up(p));
    made["down"] = script(sql_down(p));
    if (update)
      write_case(path, made);
    else
      for (const char* name : {"operations", "up", "down"}) CHECK_MESSAGE(sections[name] == made[name], name);
    CHECK(plan_from_json(to_json(p)) == p);
    CHECK(inverse(inverse(p)) == p);
    const bool blocked = std::any_of(p.operations.begin(), p.operations.end(),
                                     [](const Operation& o) { return o.assessment.blocking.has_value(); });
    if (blocked || p.empty()) continue;
    const std::string version = execute(database, p).version;
    CHECK(plan_to(database, sections["to"],
                  {.drop_unmanaged = sections["about"].find("keeps unmanaged") == std::string::npos})
              .empty());
    rollback(database, version);
    CHECK(file.dump() == before);
    CHECK(file.value("PRAGMA integrity_check") == "ok");
  }
}
