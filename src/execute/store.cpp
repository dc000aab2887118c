#include "execute/store.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dataflow/snapshot.hpp"

namespace dataflow {

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

std::string operating_system_user() {
  const passwd* user = getpwuid(geteuid());
  return user == nullptr ? std::to_string(geteuid()) : user->pw_name;
}

bool Store::exists() {
  if (!exists_) exists_ = !connection_.query(dialect_.own_exist).empty();
  return *exists_;
}

void Store::create() {
  for (std::string_view table : dialect_.own_tables) connection_.run(table);
  exists_ = true;
}

std::optional<std::string> Store::state(const std::string& key) {
  if (!states_) {
    states_.emplace();
    if (exists())
      for (const Row& row : connection_.query("SELECT " + dialect_.quote("key") + ", value FROM " + own("state")))
        states_->emplace(row[0].value_or(""), row[1].value_or(""));
  }
  const auto found = states_->find(key);
  return found == states_->end() ? std::nullopt : std::optional(found->second);
}

void Store::set_state(const std::string& key, const std::string& value) {
  clear_state(key);
  connection_.run("INSERT INTO " + own("state") + " (" + dialect_.quote("key") + ", value) VALUES (?, ?)",
                  {key, value});
}

void Store::clear_state(const std::string& key) {
  states_.reset();
  if (exists()) connection_.run("DELETE FROM " + own("state") + " WHERE " + dialect_.quote("key") + " = ?", {key});
}

Schema Store::owned() {
  const auto text = state("owned");
  return text ? schema_from_json(*text) : Schema{};
}

void Store::set_owned(const Schema& schema) {
  Schema names{.dialect = schema.dialect};
  for (const Table& table : schema.tables) {
    Table& mine = names.tables.emplace_back(Table{.schema = table.schema, .name = table.name});
    for (const Index& index : table.indexes) mine.indexes.push_back({.name = index.name});
  }
  for (const Definition& d : schema.definitions)
    names.definitions.push_back({.kind = d.kind, .schema = d.schema, .name = d.name, .on = d.on});
  set_state("owned", to_json(names));
}

void Store::keep(const std::string& fingerprint, const Schema& schema) {
  if (connection_.query("SELECT 1 FROM " + own("schemas") + " WHERE fingerprint = ?", {fingerprint}).empty())
    connection_.run("INSERT INTO " + own("schemas") + " (fingerprint, snapshot) VALUES (?, ?)",
                    {fingerprint, to_text(schema)});
}

std::optional<Schema> Store::kept(const std::string& fingerprint) {
  if (!exists()) return std::nullopt;
  const Rows rows =
      connection_.query("SELECT snapshot FROM " + own("schemas") + " WHERE fingerprint = ?", {fingerprint});
  return rows.empty() ? std::nullopt : std::optional(schema_from_text(rows[0][0].value_or("")));
}

std::string Store::new_version(const std::string& wished) {
  std::string base = wished;
  if (base.empty()) {
    base = "migration_" + utc_now().substr(0, 19);
    std::erase_if(base, [](char c) { return c == '-' || c == ':'; });
    base.replace(base.find('T'), 1, "_");
  }
  std::string version = base;
  for (int n = 2; !migrations("version = ?", {version}, 1).empty(); ++n) version = base + "_" + std::to_string(n);
  return version;
}

void Store::add(const Migration& m, const std::optional<std::string>& owned_before) {
  connection_.run("INSERT INTO " + own("history") +
                      " (version, status, description, applied_at, applied_by, duration_ms, checksum, error, plan, "
                      "owned_before) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  {m.version, std::string(to_string(m.status)), m.description, m.applied_at, m.applied_by,
                   std::to_string(m.duration_ms), m.checksum, m.error.empty() ? Cell{} : Cell{m.error}, to_json(m.plan),
                   owned_before});
}

void Store::mark_rolled_back(const std::string& version) {
  connection_.run("UPDATE " + own("history") + " SET status = 'rolled_back', rolled_back_at = ? WHERE version = ?",
                  {utc_now(), version});
}

void Store::finish(const Migration& m) {
  connection_.run("UPDATE " + own("history") + " SET status = ?, duration_ms = ?, error = ? WHERE version = ?",
                  {std::string(to_string(m.status)), std::to_string(m.duration_ms),
                   m.error.empty() ? Cell{} : Cell{m.error}, m.version});
}

void Store::set_file(const std::string& version, const Plan& plan) {
  connection_.run("UPDATE " + own("history") + " SET plan = ?, checksum = ? WHERE version = ?",
                  {to_json(plan), plan.file ? plan.file->checksum : checksum(plan), version});
}

static constexpr std::string_view ways[] = {"forward", "back_from_failure", "rollback"};

std::optional<Progress> Store::progress() {
  const auto text = state("progress");
  if (!text) return std::nullopt;
  const auto document = nlohmann::json::parse(*text, nullptr, false);
  const auto word = std::find(std::begin(ways), std::end(ways), document.value("way", ""));
  if (!document.is_object() || word == std::end(ways))
    throw Error(ErrorCode::bad_document, "the record of an unfinished migration cannot be read",
                "it was written by a newer dataflow");
  return Progress{document.value("version", ""), static_cast<Way>(word - std::begin(ways)),
                  document.value("step", std::size_t{0}), document.value("error", "")};
}

void Store::set_progress(const Progress& p) {
  const nlohmann::json document = {
      {"version", p.version}, {"way", ways[static_cast<std::size_t>(p.way)]}, {"step", p.step}, {"error", p.error}};
  set_state("progress", document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

static MigrationStatus status_of(const std::string& word) {
  for (MigrationStatus s : {MigrationStatus::pending, MigrationStatus::applied, MigrationStatus::failed,
                            MigrationStatus::rolled_back, MigrationStatus::unfinished})
    if (to_string(s) == word) return s;
  throw Error(ErrorCode::bad_document, "the history holds an unknown status '" + word + "'",
              "it was written by a newer dataflow");
}

std::vector<Migration> Store::migrations(const std::string& condition, const Row& parameters, std::size_t limit) {
  std::vector<Migration> out;
  if (!exists()) return out;
  for (const Row& row : connection_.query(
           "SELECT version, status, applied_at, rolled_back_at, applied_by, duration_ms, checksum, error, plan FROM " +
               own("history") + " WHERE " + condition + " ORDER BY id DESC LIMIT " + std::to_string(limit),
           parameters)) {
    Migration m = as_migration(plan_from_json(row[8].value_or("{}")));
    m.version = row[0].value_or("");
    if (!m.plan.file) m.name = m.version;
    m.status = status_of(row[1].value_or(""));
    m.applied_at = row[2].value_or("");
    m.rolled_back_at = row[3].value_or("");
    m.applied_by = row[4].value_or("");
    m.duration_ms = std::stoull(row[5].value_or("0"));
    m.checksum = row[6].value_or("");
    m.error = row[7].value_or("");
    out.push_back(std::move(m));
  }
  return out;
}

std::optional<std::string> Store::owned_before(const std::string& version) {
  const Rows rows = connection_.query("SELECT owned_before FROM " + own("history") + " WHERE version = ?", {version});
  return rows.empty() ? std::nullopt : rows[0][0];
}

void Store::add_backup(const std::string& version, const SetAside& aside) {
  std::vector<std::string> key;
  for (const Name& name : aside.key) key.push_back(name.text);
  connection_.run(
      "INSERT INTO " + own("backups") +
          " (version, table_name, column_name, kind, location, key_columns, row_count, checksum, created_at) "
          "VALUES (?, ?, ?, ?, ?, ?, (SELECT count(*) FROM " +
          aside.location + "), ?, ?)",
      {version, aside.table.text, aside.column.text, aside.kind, aside.location, join(key, "\x1f"),
       connection_.digest("SELECT * FROM " + aside.location).hex(), utc_now()});
}

void Store::mark_restored(const std::string& location) {
  connection_.run("UPDATE " + own("backups") + " SET restored_at = ? WHERE location = ?", {utc_now(), location});
}

std::vector<Backup> Store::backups() {
  std::vector<Backup> out;
  if (!exists()) return out;
  for (const Row& row : connection_.query("SELECT id, version, table_name, column_name, kind, location, row_count, "
                                          "checksum, created_at, restored_at FROM " +
                                          own("backups") + " ORDER BY id"))
    out.push_back({std::stoll(row[0].value_or("0")), row[1].value_or(""), row[2].value_or(""), row[3].value_or(""),
                   row[4].value_or(""), row[5].value_or(""), std::stoull(row[6].value_or("0")), row[7].value_or(""),
                   row[8].value_or(""), row[9].value_or("")});
  return out;
}

SetAside Store::aside(const Backup& backup) {
  const Rows rows =
      connection_.query("SELECT key_columns FROM " + own("backups") + " WHERE id = ?", {std::to_string(backup.id)});
  SetAside out{
      .location = backup.location, .table = backup.table, .column = backup.column, .kind = backup.kind, .key = {}};
  const std::string key = rows.empty() ? "" : rows[0][0].value_or("");
  if (!key.empty())
    for (const std::string& name : split(key, '\x1f')) out.key.emplace_back(name);
  return out;
}

void Store::forget_backup(std::int64_t id) {
  connection_.run("DELETE FROM " + own("backups") + " WHERE id = ?", {std::to_string(id)});
}

std::vector<std::string> Store::own_names() {
  std::vector<std::string> out;
  for (const Backup& backup : backups()) out.push_back(backup.location);
  return out;
}

}  // namespace dataflow
