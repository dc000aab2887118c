#include <algorithm>
#include <cctype>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <system_error>

#include "core/hash.hpp"
#include "core/text.hpp"
#include "core/utf8.hpp"
#include "files/layout.hpp"

namespace dataflow {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view words[] = {"dataflow", "golang-migrate", "flyway", "dbmate", "goose", "sqitch", "liquibase"};

bool digit(char c) { return c >= '0' && c <= '9'; }

/// Names of the .sql files directly in a directory, sorted.
std::vector<std::string> sql_files(const std::string& directory) {
  std::vector<std::string> out;
  std::error_code failed;
  for (fs::directory_iterator at(directory, failed), end; !failed && at != end; at.increment(failed))
    if (at->path().extension() == ".sql" && at->is_regular_file(failed)) out.push_back(at->path().filename().string());
  if (failed)
    throw Error(failed == std::errc::permission_denied ? ErrorCode::permission : ErrorCode::no_such_file,
                "cannot read the directory " + directory + ": " + lower(failed.message()));
  std::sort(out.begin(), out.end(), natural_less);
  return out;
}

/// What a file name says.
struct FileName {
  std::string version, name;
  bool up = true, both = false;
};

/// "20240115_add_x" → version and name; a name without digits in front is its own version.
std::optional<FileName> version_and_name(std::string_view stem) {
  const auto end = static_cast<std::size_t>(std::find_if_not(stem.begin(), stem.end(), digit) - stem.begin());
  if (end == 0) return std::nullopt;
  if (end == stem.size()) return FileName{std::string(stem), ""};
  if ((stem[end] != '_' && stem[end] != '-') || end + 1 == stem.size()) return std::nullopt;
  return FileName{std::string(stem.substr(0, end)), std::string(stem.substr(end + 1))};
}

std::optional<FileName> pair_name(std::string_view file) {
  for (const auto& [suffix, up] :
       {std::pair{std::string_view(".up.sql"), true}, {std::string_view(".down.sql"), false}})
    if (file.ends_with(suffix)) {
      auto out = version_and_name(file.substr(0, file.size() - suffix.size()));
      if (out) out->up = up;
      return out;
    }
  return std::nullopt;
}

/// V1.2__add_x.sql, U1.2__add_x.sql
std::optional<FileName> flyway_name(std::string_view file) {
  if (!file.starts_with('V') && !file.starts_with('U')) return std::nullopt;
  const std::size_t bar = file.find("__");
  if (bar == std::string_view::npos || bar < 2 || bar + 6 >= file.size()) return std::nullopt;
  const std::string_view version = file.substr(1, bar - 1);
  if (!std::all_of(version.begin(), version.end(), [](char c) { return digit(c) || c == '.' || c == '_'; }))
    return std::nullopt;
  return FileName{std::string(version), std::string(file.substr(bar + 2, file.size() - bar - 6)),
                  file.starts_with('V')};
}

std::optional<FileName> single_name(std::string_view file) {
  auto out = version_and_name(file.substr(0, file.size() - 4));
  if (out) out->both = true;
  return out;
}

struct Sections {
  std::string up, down;
  bool has_up = false, has_down = false;
};

/// A file that holds both directions, cut at the lines that begin with one of the marks.
Sections sections(std::string_view text, std::string_view up_mark, std::string_view down_mark) {
  Sections out;
  int where = 0;
  for (const std::string& line : split(text, '\n')) {
    const std::string_view said = trim(line);
    const bool up = said.starts_with(up_mark), down = said.starts_with(down_mark);
    if (up) where = 1, out.has_up = true;
    if (down) where = 2, out.has_down = true;
    const bool mark = up || down;
    out.up += (where == 1 && !mark ? line : std::string()) + '\n';
    out.down += (where == 2 && !mark ? line : std::string()) + '\n';
  }
  return out;
}

/// What stands behind a word of Liquibase's in a comment line: "--changeset me:1", "-- rollback DROP TABLE t;".
std::optional<std::string_view> behind_word(std::string_view line, std::string_view word) {
  const auto pass_blanks = [&] { line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size())); };
  pass_blanks();
  if (!line.starts_with("--")) return std::nullopt;
  line.remove_prefix(2);
  pass_blanks();
  if (!equal_ignoring_case(line.substr(0, word.size()), word)) return std::nullopt;
  return line.substr(word.size());
}

/// The value of `name:value` in the line of a changeset; the last, as Liquibase reads it.
std::optional<std::string> attribute(std::string_view line, std::string_view name) {
  const std::size_t at = lower(line).rfind(lower(name) + ':');
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view value = line.substr(at + name.size() + 1);
  return std::string(value.substr(0, value.find_first_of(" \t\r")));
}

/// What ends the statements of a changeset, and whether it does so only on a line of its own.
struct StatementEnd {
  std::string mark;
  bool own_line = false;

  /// Liquibase takes a mark as a regular expression: one that is none but for escapes is understood.
  StatementEnd(std::string said, const std::string& path) {
    for (const std::string_view blank : {"\\n", "\\r", "\\s*"})
      while (said.starts_with(blank)) said.erase(0, blank.size()), own_line = true;
    for (std::size_t i = 0; i < said.size(); ++i) {
      const bool escape =
          said[i] == '\\' && i + 1 < said.size() && std::ispunct(static_cast<unsigned char>(said[i + 1]));
      if (escape) ++i;
      if (!escape && std::string_view("\\[](){}*+?|^").find(said[i]) != std::string_view::npos)
        throw Error(ErrorCode::unsupported, "'" + path + "' ends its statements by a regular expression: " + said,
                    "run it with Liquibase");
      mark += said[i];
    }
    if (mark == "/" || equal_ignoring_case(mark, "go")) own_line = true;
  }

  /// The line as a semicolon would end it.
  std::string with_semicolon(const std::string& line) const {
    const std::string_view said = trim(line);
    if (mark.empty() || mark == ";") return line;
    if (own_line || said.size() <= mark.size()) return equal_ignoring_case(said, mark) ? ";" : line;
    const std::size_t end = line.find_last_not_of(" \t\r") + 1;
    const bool ends = line.substr(0, end).ends_with(mark) && line.find("--") == std::string::npos;
    return ends ? line.substr(0, end - mark.size()) + ';' : line;
  }
};

/// A changeset of Liquibase's formatted SQL: what goes back stands in comment lines.
struct ChangeSet {
  std::string up, down;
  bool has_down = false;
  StatementEnd end, back_end;
};

/// Several of them go back in the opposite order; only of one the lines of the way back count as in the file.
Sections joined(const std::vector<ChangeSet>& all) {
  Sections out;
  out.has_up = !all.empty();
  out.has_down = out.has_up && std::all_of(all.begin(), all.end(), [](const ChangeSet& c) { return c.has_down; });
  for (const ChangeSet& one : all) out.up += one.up;
  for (auto one = all.rbegin(); one != all.rend(); ++one) out.down += one->down;
  return out;
}

Sections formatted(std::string_view text, const std::string& path) {
  static constexpr std::string_view marks[] = {"liquibase", "comment", "precondition", "property", "validCheckSum"};
  std::vector<ChangeSet> all;
  std::string head;
  for (const std::string& line : split(text, '\n')) {
    const auto is_mark = [&](std::string_view word) { return behind_word(line, word).has_value(); };
    if (is_mark("changeset")) {
      const std::string end = attribute(line, "endDelimiter").value_or("");
      const std::string back = attribute(line, "rollbackEndDelimiter").value_or("");
      const std::string blank = all.empty() ? head + '\n' : "\n";
      all.push_back({blank, blank, false, {end, path}, {back, path}});
      continue;
    }
    if (all.empty()) {
      head += '\n';
      continue;
    }
    ChangeSet& now = all.back();
    const auto back = behind_word(line, "rollback ");
    if (back) now.has_down = true;
    const bool nothing = !back || lower(trim(*back)).starts_with("not required") || trim(*back) == "empty";
    now.down += (nothing ? std::string() : now.back_end.with_semicolon(std::string(*back))) + '\n';
    const bool left_out = back || std::any_of(std::begin(marks), std::end(marks), is_mark);
    now.up += (left_out ? std::string() : now.end.with_semicolon(line)) + '\n';
  }
  return joined(all);
}

std::string described(const std::string& path) { return "'" + path + "'"; }

class DirectoryReader {
 public:
  DirectoryReader(const std::string& path, std::optional<Layout> layout) {
    out_.path = path;
    std::error_code failed;
    if (!fs::exists(path, failed))
      throw Error(ErrorCode::no_such_file, "there is no directory " + described(path),
                  "migrate generate makes it; --dir names another");
    if (!fs::is_directory(path, failed))
      throw Error(ErrorCode::no_such_file, described(path) + " is not a directory", "--dir names a directory of files");
    out_.layout = layout ? *layout : told();
  }

  MigrationDirectory read() {
    switch (out_.layout) {
      case Layout::dataflow:
      case Layout::golang_migrate: paired(pair_name, "VERSION_NAME.up.sql and VERSION_NAME.down.sql"); break;
      case Layout::flyway: paired(flyway_name, "V1__NAME.sql and U1__NAME.sql"); break;
      case Layout::dbmate: single("-- migrate:up", "-- migrate:down"); break;
      case Layout::goose: single("-- +goose Up", "-- +goose Down"); break;
      case Layout::sqitch: sqitch(); break;
      case Layout::liquibase: single("--changeset", "--rollback"); break;
    }
    return std::move(out_);
  }

 private:
  std::string in(const std::string& name) const { return (fs::path(out_.path) / name).string(); }

  Layout told() const {
    if (fs::exists(in("sqitch.plan"))) return Layout::sqitch;
    for (const std::string& name : sql_files(out_.path)) {
      if (pair_name(name)) return Layout::dataflow;
      if (flyway_name(name)) return Layout::flyway;
      const std::string text = read_whole(in(name));
      if (text.find("-- migrate:up") != std::string::npos) return Layout::dbmate;
      if (text.find("-- +goose Up") != std::string::npos) return Layout::goose;
      if (text.starts_with("--liquibase formatted sql")) return Layout::liquibase;
    }
    return Layout::dataflow;
  }

  void conflict(std::string kind, std::string version, std::string sentence, std::vector<std::string> options) {
    out_.conflicts.push_back({std::move(kind), std::move(version), std::move(sentence), std::move(options)});
  }
  void unreadable(const std::string& name, const std::string& expected) {
    conflict("unreadable", "", "the name of " + described(in(name)) + " says no version: expected " + expected,
             {"rename it", "move it out of the directory"});
  }

  void paired(std::optional<FileName> (*read)(std::string_view), const std::string& expected) {
    std::map<std::string, std::vector<std::pair<std::string, std::string>>> ups, downs;  // version → (name, file)
    for (const std::string& file : sql_files(out_.path)) {
      if (out_.layout == Layout::flyway && file.starts_with("R__")) {
        out_.notes.push_back(described(in(file)) + " is repeatable: it is not run");
        continue;
      }
      const auto said = read(file);
      if (!said)
        unreadable(file, expected);
      else
        (said->up ? ups : downs)[said->version].emplace_back(said->name, file);
    }
    for (const auto* both : {&ups, &downs})
      for (const auto& [version, files] : *both)
        if (files.size() > 1) {
          std::vector<std::string> names;
          for (const auto& [name, file] : files) names.push_back(described(in(file)));
          conflict("duplicate", version, "version " + version + " is given by " + join(names, " and "),
                   {"rename one: the version stands first in its name", "move one out of the directory"});
        }
    for (const auto& [version, files] : downs)
      if (!ups.contains(version))
        conflict("orphan", version, described(in(files[0].second)) + " has no file that goes up",
                 {"write the file that goes up", "move it out of the directory"});
    for (const auto& [version, files] : ups) {
      const auto& [name, file] = files[0];
      MigrationFile migration{version, name, {in(file), read_whole(in(file))}, {}};
      const auto down = downs.find(version);
      if (down != downs.end())
        migration.down = {in(down->second[0].second), read_whole(in(down->second[0].second))};
      else
        out_.notes.push_back(described(in(file)) + " has no file that goes down: it cannot be taken back");
      out_.files.push_back(std::move(migration));
    }
    sort();
  }

  void single(std::string_view up_mark, std::string_view down_mark) {
    std::map<std::string, std::string> seen;
    for (const std::string& file : sql_files(out_.path)) {
      const auto said = single_name(file);
      if (!said) {
        unreadable(file, "VERSION_NAME.sql");
        continue;
      }
      const std::string text = read_whole(in(file));
      const Sections parts =
          out_.layout == Layout::liquibase ? formatted(text, in(file)) : sections(text, up_mark, down_mark);
      if (!parts.has_up) {
        conflict("unreadable", said->version, described(in(file)) + " has no line '" + std::string(up_mark) + "'",
                 {"add it", "move the file out of the directory"});
        continue;
      }
      if (!seen.emplace(said->version, file).second) {
        conflict("duplicate", said->version,
                 "version " + said->version + " is given by " + described(in(seen[said->version])) + " and " +
                     described(in(file)),
                 {"rename one: the version stands first in its name", "move one out of the directory"});
        continue;
      }
      MigrationFile migration{said->version, said->name, {in(file), parts.up}, {}};
      if (parts.has_down) migration.down = {in(file), parts.down};
      out_.files.push_back(std::move(migration));
    }
    sort();
  }

  void sqitch() {
    const std::string plan = read_whole(in("sqitch.plan"));
    for (const std::string& line : split(plan, '\n')) {
      const std::string_view said = trim(line);
      if (said.empty() || said[0] == '%' || said[0] == '#' || said[0] == '@' || said[0] == '-') continue;
      const std::string name(said.substr(0, said.find_first_of(" \t")));
      const std::string deploy = in("deploy/" + name + ".sql"), revert = in("revert/" + name + ".sql");
      if (!fs::exists(deploy)) {
        conflict("orphan", name, "sqitch.plan names " + name + ", and there is no " + described(deploy),
                 {"write it", "take it out of sqitch.plan"});
        continue;
      }
      MigrationFile migration{name, name, {deploy, read_whole(deploy)}, {}};
      if (fs::exists(revert)) migration.down = {revert, read_whole(revert)};
      out_.files.push_back(std::move(migration));
    }
  }

  void sort() {
    std::stable_sort(out_.files.begin(), out_.files.end(),
                     [](const MigrationFile& a, const MigrationFile& b) { return natural_less(a.version, b.version); });
  }

  MigrationDirectory out_;
};

}  // namespace

std::string_view to_string(Layout layout) { return words[static_cast<std::size_t>(layout)]; }
std::optional<Layout> layout_named(std::string_view word) {
  for (std::size_t i = 0; i < std::size(words); ++i)
    if (equal_ignoring_case(words[i], word)) return static_cast<Layout>(i);
  return std::nullopt;
}
std::vector<std::string> layout_words() { return {std::begin(words), std::end(words)}; }

std::string MigrationText::checksum() const {
  std::string text;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    if (sql[i] == '\r' && i + 1 < sql.size() && sql[i + 1] == '\n') continue;
    text += sql[i] == '\r' ? '\n' : sql[i];
  }
  return sha256(text);
}

bool natural_less(std::string_view a, std::string_view b) {
  const auto number = [](std::string_view& text) {
    const auto end = static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), digit) - text.begin());
    std::string_view digits = text.substr(0, end);
    text.remove_prefix(end);
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
    return digits;
  };
  const std::string_view first = a, second = b;
  while (!a.empty() && !b.empty()) {
    if (digit(a[0]) && digit(b[0])) {
      const std::string_view x = number(a), y = number(b);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
    } else {
      if (a[0] != b[0]) return a[0] < b[0];
      a.remove_prefix(1), b.remove_prefix(1);
    }
  }
  if (a.empty() != b.empty()) return a.empty();
  return first < second;
}

std::string read_whole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    const int reason = errno;
    throw Error(reason == EACCES ? ErrorCode::permission : ErrorCode::no_such_file,
                "cannot read '" + path + "': " + lower(std::generic_category().message(reason)));
  }
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (text.find('\0') != std::string::npos || !is_utf8(text))
    throw Error(ErrorCode::bad_document, "'" + path + "' is not UTF-8 text", "save it as UTF-8");
  return text;
}

MigrationDirectory read_migrations(const std::string& path, std::optional<Layout> layout) {
  return DirectoryReader(path, layout).read();
}

}  // namespace dataflow
