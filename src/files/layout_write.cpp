#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "core/text.hpp"
#include "files/layout.hpp"

namespace dataflow {

namespace {

/// Whether a statement holds semicolons of its own: the body of a trigger or a routine.
bool holds_semicolon(const ScriptPiece& piece) { return !piece.comment && piece.text.find(';') != std::string::npos; }

bool any(const MigrationScript& script, bool (*is)(const ScriptPiece&)) {
  return std::any_of(script.begin(), script.end(), [&](const ScriptGroup& group) {
    return std::any_of(group.pieces.begin(), group.pieces.end(), is);
  });
}
bool alone(const ScriptPiece& piece) { return piece.alone; }

/// Behind a comment on the last line a semicolon would belong to the comment.
std::string ended(const std::string& sql, std::string_view by) {
  const std::size_t line = sql.rfind('\n') == std::string::npos ? 0 : sql.rfind('\n');
  return sql + (sql.find("--", line) == std::string::npos ? "" : "\n") + std::string(by) + '\n';
}

/// Around a statement, and behind it.
struct Wrapping {
  std::string before, end = ";", after;
};

std::string text_of(const MigrationScript& script, const Wrapping& with_body, const Wrapping& plain = {}) {
  std::string out;
  for (const ScriptGroup& group : script) {
    if (!out.empty()) out += '\n';
    if (!group.title.empty()) out += "-- " + group.title + '\n';
    for (const ScriptPiece& piece : group.pieces) {
      const Wrapping& around = holds_semicolon(piece) ? with_body : plain;
      out += piece.comment ? piece.text + '\n' : around.before + ended(piece.text, around.end) + around.after;
    }
  }
  return out;
}

/// MariaDB's client programs cut at semicolons, unless they are told another mark.
Wrapping for_clients(const std::string& dialect) {
  if (dialect != "mariadb") return {};
  return {"DELIMITER //\n", "//", "DELIMITER ;\n"};
}

/// golang-migrate and dbmate send the statements of a file in one message, which is a transaction to PostgreSQL.
void must_fit_one_message(Layout layout, const NewMigration& m) {
  if (m.dialect != "postgresql") return;
  for (const MigrationScript* script : {&m.up, &m.down}) {
    std::vector<const ScriptPiece*> statements;
    for (const ScriptGroup& group : *script)
      for (const ScriptPiece& piece : group.pieces)
        if (!piece.comment) statements.push_back(&piece);
    const auto own = std::find_if(statements.begin(), statements.end(), [](const ScriptPiece* p) { return p->alone; });
    if (own == statements.end() || statements.size() == 1) continue;
    throw Error(ErrorCode::unsupported,
                std::string(to_string(layout)) +
                    " sends the statements of a file as one transaction, and the server allows this one in none: " +
                    (*own)->text.substr(0, (*own)->text.find('\n')),
                "give it a migration of its own, leave --online out, or take --layout dataflow, sqitch or liquibase");
  }
}

std::string dbmate(const NewMigration& m) {
  const auto mark = [](std::string_view word, const MigrationScript& script) {
    return "-- migrate:" + std::string(word) + (any(script, alone) ? " transaction:false\n" : "\n");
  };
  return mark("up", m.up) + text_of(m.up, {}) + '\n' + mark("down", m.down) + text_of(m.down, {});
}

std::string goose(const NewMigration& m) {
  const Wrapping body{"-- +goose StatementBegin\n", ";", "-- +goose StatementEnd\n"};
  return (any(m.up, alone) || any(m.down, alone) ? "-- +goose NO TRANSACTION\n" : std::string()) + "-- +goose Up\n" +
         text_of(m.up, body) + "\n-- +goose Down\n" + text_of(m.down, body);
}

bool holds(const MigrationScript& script, std::string_view text) {
  return std::any_of(script.begin(), script.end(), [&](const ScriptGroup& group) {
    return std::any_of(group.pieces.begin(), group.pieces.end(),
                       [&](const ScriptPiece& piece) { return piece.text.find(text) != std::string::npos; });
  });
}

/// Liquibase cuts at semicolons wherever they stand, unless it is told another mark: one that no statement holds.
std::string end_for_liquibase(const NewMigration& m) {
  if (!any(m.up, holds_semicolon) && !any(m.down, holds_semicolon)) return ";";
  std::string end = "//";
  for (int n = 2; holds(m.up, end) || holds(m.down, end); ++n) end = "//" + std::to_string(n);
  return end;
}

/// Behind the last statement it would send what is a comment only, as one more.
MigrationScript without_last_comments(MigrationScript script) {
  while (!script.empty()) {
    std::vector<ScriptPiece>& pieces = script.back().pieces;
    while (!pieces.empty() && pieces.back().comment) pieces.pop_back();
    if (!pieces.empty()) break;
    script.pop_back();
  }
  return script;
}

std::string liquibase(const NewMigration& m, const std::string& id) {
  const std::string end = end_for_liquibase(m);
  const Wrapping with_end{"", end == ";" ? end : '\n' + end, ""};
  std::string out = "--liquibase formatted sql\n\n--changeset dataflow:" + id + " stripComments:false";
  if (end != ";") out += " endDelimiter:" + end + " rollbackEndDelimiter:" + end;
  if (any(m.up, alone) || any(m.down, alone)) out += " runInTransaction:false";
  out += "\n--comment: " + m.name + '\n' + text_of(without_last_comments(m.up), with_end, with_end);
  const std::string back = text_of(without_last_comments(m.down), with_end, with_end);
  if (back.empty()) return out + "--rollback not required\n";
  for (const std::string& line : split(back.substr(0, back.size() - 1), '\n')) out += "--rollback " + line + '\n';
  return out;
}

/// "20240115093000" as ISO 8601; other versions have no time.
std::string iso_time(const std::string& version) {
  if (version.size() != 14) return "2000-01-01T00:00:00Z";
  const auto part = [&](std::size_t at, std::size_t n) { return version.substr(at, n); };
  return part(0, 4) + '-' + part(4, 2) + '-' + part(6, 2) + 'T' + part(8, 2) + ':' + part(10, 2) + ':' + part(12, 2) +
         'Z';
}

std::vector<WrittenFile> sqitch(const NewMigration& m, const MigrationDirectory& directory) {
  const std::string engine = m.dialect == "postgresql" ? "pg" : m.dialect == "mariadb" ? "mysql" : "sqlite";
  std::string change = m.name;
  const auto taken = [&](const std::string& name) {
    return std::any_of(directory.files.begin(), directory.files.end(),
                       [&](const MigrationFile& f) { return f.version == name; });
  };
  if (taken(change)) change += '_' + m.version;
  const std::filesystem::path place(directory.path);
  std::string project = slug(std::filesystem::absolute(place).lexically_normal().parent_path().filename().string());
  if (project.empty() || (project[0] >= '0' && project[0] <= '9')) project = "project_" + project;
  const bool transaction = m.dialect != "mariadb" && !any(m.up, alone) && !any(m.down, alone);
  const auto script = [&](const std::string& head, const MigrationScript& from) {
    const std::string text = text_of(from, for_clients(m.dialect));
    return "-- " + head + ' ' + change + " on " + engine + "\n\n" +
           (transaction ? "BEGIN;\n\n" + text + "\nCOMMIT;\n" : text);
  };
  std::vector<WrittenFile> out = {
      {"deploy/" + change + ".sql", script("Deploy", m.up)},
      {"revert/" + change + ".sql", script("Revert", m.down)},
      {"verify/" + change + ".sql", "-- Verify " + change + " on " + engine + "\n\nSELECT 1;\n"}};
  if (!std::filesystem::exists(place / "sqitch.plan"))
    out.push_back({"sqitch.plan", "%syntax-version=1.0.0\n%project=" + project + "\n\n", true});
  out.push_back(
      {"sqitch.plan", change + ' ' + iso_time(m.version) + " dataflow <dataflow@localhost> # " + m.name + '\n', true});
  if (!std::filesystem::exists(place / "sqitch.conf"))
    out.push_back({"sqitch.conf", "[core]\n\tengine = " + engine + '\n'});
  return out;
}

}  // namespace

std::string plain_text(const MigrationScript& script) { return text_of(script, {}); }

std::vector<WrittenFile> lay_out(Layout layout, const NewMigration& m, const MigrationDirectory& directory) {
  const std::string stem = m.version + '_' + m.name;
  if (layout == Layout::golang_migrate || layout == Layout::dbmate) must_fit_one_message(layout, m);
  switch (layout) {
    case Layout::dataflow:
      return {{stem + ".up.sql", text_of(m.up, for_clients(m.dialect))},
              {stem + ".down.sql", text_of(m.down, for_clients(m.dialect))}};
    case Layout::golang_migrate:
      return {{stem + ".up.sql", text_of(m.up, {})}, {stem + ".down.sql", text_of(m.down, {})}};
    case Layout::flyway: {
      const std::string name = m.version + "__" + m.name + ".sql";
      return {{"V" + name, text_of(m.up, for_clients(m.dialect))},
              {"U" + name, text_of(m.down, for_clients(m.dialect))}};
    }
    case Layout::dbmate: return {{stem + ".sql", dbmate(m)}};
    case Layout::goose: return {{stem + ".sql", goose(m)}};
    case Layout::sqitch: return sqitch(m, directory);
    case Layout::liquibase: return {{stem + ".sql", liquibase(m, stem)}};
  }
  return {};
}

std::string next_version(const MigrationDirectory& directory, Naming naming, Layout layout, const std::string& now) {
  const std::string newest = directory.files.empty() || layout == Layout::sqitch ? "" : directory.files.back().version;
  if (naming == Naming::timestamp_description) {
    if (newest.empty() || natural_less(newest, now)) return now;
    // made within the same second, or by a clock that is ahead
    if (newest.find_first_not_of("0123456789") == std::string::npos && newest.size() < 19) {
      std::string next = std::to_string(std::stoull(newest) + 1);
      return next.size() < newest.size() ? std::string(newest.size() - next.size(), '0') + next : next;
    }
    return newest + "_1";
  }
  constexpr std::size_t digits = 3, digits_of_golang_migrate = 6;
  const std::string number = newest.substr(0, newest.find_first_not_of("0123456789"));
  std::string next = std::to_string(number.empty() || number.size() > 18 ? 1 : std::stoull(number) + 1);
  if (layout == Layout::flyway && (newest.empty() || newest[0] != '0')) return next;
  const std::size_t width = !newest.empty()                    ? number.size()
                            : layout == Layout::golang_migrate ? digits_of_golang_migrate
                                                               : digits;
  return next.size() < width ? std::string(width - next.size(), '0') + next : next;
}

}  // namespace dataflow
