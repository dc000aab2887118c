#include "migrate/options.hpp"

#include <algorithm>
#include <charconv>

#include "core/text.hpp"

namespace dataflow {

namespace {
using O = AutoMigrateOptions;

// clang-format off
constexpr AutoMigrateOption table[] = {
    {"interactive",              "",                        &O::interactive,               "",        "ask nobody"},
    {"dry_run",                  "",                        &O::dry_run,                   "",        "show the plan, write nothing, ask nothing"},
    {"auto_confirm",             "",                        &O::auto_confirm,              "",        "apply without asking, up to the maximum risk level"},
    {"safety_check",             "safety_checks",           &O::safety_check,              "",        "do not look at the maximum risk level"},
    {"max_risk_level",           "safety_level",            &O::max_risk_level,            "LEVEL",   "refuse what is riskier"},
    {"include_tables",           "",                        &O::include_tables,            "TABLES",  "migrate only these tables: a,b"},
    {"exclude_operations",       "",                        &O::exclude_operations,        "KINDS",   "leave these operations out: DROP_COLUMN,DROP_TABLE"},
    {"show_sql",                 "",                        &O::show_sql,                  "",        "leave the SQL out of the preview"},
    {"show_rollback_plan",       "show_rollback",           &O::show_rollback_plan,        "",        "show how it would be taken back"},
    {"safety_analysis",          "",                        &O::safety_analysis,           "",        "show the grounds of every risk level"},
    {"require_confirmation",     "",                        &O::require_confirmation,      "",        "ask for MEDIUM and above, even with --auto-confirm"},
    {"require_explicit_confirm", "",                        &O::require_explicit_confirm,  "",        "the answer must be the name of the database"},
    {"data_loss_protection",     "",                        &O::data_loss_protection,      "",        "refuse whatever loses data"},
    {"create_backup",            "backup_before_migration", &O::create_backup,             "",        "do not set data aside before it is destroyed"},
    {"rollback_on_error",        "rollback_on_failure",     &O::rollback_on_error,         "",        "keep what was done before a failure"},
    {"validate_after_migration", "",                        &O::validate_after_migration,  "",        "do not compare the result with the plan"},
    {"drop_unmanaged",           "",                        &O::drop_unmanaged,            "",        "drop also what nobody asked for and nobody owns"},
    {"online",                   "use_concurrent_index_creation", &O::online,              "",        "build and drop indexes so that writers do not wait (PostgreSQL)"},
    {"timeout",                  "migration_timeout",       &O::timeout,                   "SECONDS", "give up after this time; 0 for never"},
    {"generate_documentation",   "",                        &O::generate_documentation,    "FILE",    "write the schema and its change log as Markdown, at the end"},
    {"format",                   "",                        &O::format,                    "FORMAT",  "how the plan is shown"},
};
// clang-format on

/// Names are the same with dashes or underscores and in any case.
std::string canonical(std::string_view name) {
  std::string text = lower(name);
  std::replace(text.begin(), text.end(), '-', '_');
  return text;
}

bool is_called(const AutoMigrateOption& row, const std::string& name) {
  if (row.name == name) return true;
  const auto aliases = split(row.aliases, ' ');
  return !name.empty() && std::find(aliases.begin(), aliases.end(), name) != aliases.end();
}

const AutoMigrateOption& find(std::string_view name) {
  const std::string wanted = canonical(name);
  std::vector<std::string> names;
  for (const auto& row : table) {
    if (is_called(row, wanted)) return row;
    names.emplace_back(row.name);
    for (auto& alias : split(row.aliases, ' '))
      if (!alias.empty()) names.push_back(std::move(alias));
  }
  const std::string near = nearest(wanted, names);
  throw Error(ErrorCode::usage, "there is no option '" + std::string(name) + "'",
              near.empty() ? "the options are those of AutoMigrateOptions" : "did you mean " + near + "?");
}

[[noreturn]] void reject(const AutoMigrateOption& row, std::string_view value, const std::string& takes) {
  throw Error(ErrorCode::usage, std::string(row.name) + " does not take '" + std::string(value) + "'",
              "it takes " + takes);
}

void read(const AutoMigrateOption& row, std::string_view value, bool& out) {
  const std::string word = lower(trim(value));
  const auto is = [&](std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  if (is({"true", "yes", "on", "1"}))
    out = true;
  else if (is({"false", "no", "off", "0"}))
    out = false;
  else
    reject(row, value, "true or false");
}

void read(const AutoMigrateOption& row, std::string_view value, unsigned& out) {
  const std::string_view text = trim(value);
  unsigned number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{} || end != text.data() + text.size()) reject(row, value, "a whole number of seconds");
  out = number;
}

void read(const AutoMigrateOption& row, std::string_view value, Format& out) {
  const auto known = dataflow::format(lower(trim(value)));
  if (!known) reject(row, value, "table, tree, sql, markdown, html, github or json");
  out = *known;
}

void read(const AutoMigrateOption& row, std::string_view value, std::optional<RiskLevel>& out) {
  const auto known = risk_level(trim(value));
  if (!known) reject(row, value, "SAFE, LOW, MEDIUM, HIGH or CRITICAL");
  out = known;
}

void read(const AutoMigrateOption& row, std::string_view value, std::vector<std::string>& out) {
  std::vector<std::string> words;
  for (const auto& part : split(value, ','))
    if (!trim(part).empty()) words.emplace_back(trim(part));
  if (words.empty()) reject(row, value, "one or more names, separated by commas");
  out = std::move(words);
}

void read(const AutoMigrateOption& row, std::string_view value, std::string& out) {
  if (trim(value).empty()) reject(row, value, "the path of a file");
  out = std::string(value);
}

void check_operations(const AutoMigrateOption& row, const std::vector<std::string>& words) {
  std::vector<std::string> kinds;
  for (std::size_t i = 0; i < operation_kinds; ++i) kinds.push_back(upper(static_cast<OperationKind>(i)));
  for (const auto& word : words) {
    if (operation_kind(word)) continue;
    const std::string near = nearest(word, kinds);
    throw Error(ErrorCode::usage, std::string(row.name) + " does not take '" + word + "'",
                near.empty() ? "it takes " + join(kinds, ", ") : "did you mean " + near + "?");
  }
}
}  // namespace

std::span<const AutoMigrateOption> auto_migrate_options() { return table; }

void AutoMigrateOptions::set(std::string_view name, std::string_view value) {
  const AutoMigrateOption& row = find(name);
  AutoMigrateOptions changed = *this;
  std::visit([&](auto member) { read(row, value, changed.*member); }, row.member);
  check_operations(row, changed.exclude_operations);
  *this = std::move(changed);
}

}  // namespace dataflow
