#include <algorithm>
#include <charconv>
#include <chrono>
#include <ctime>

#include "cli/backups.hpp"
#include "cli/commands.hpp"
#include "cli/confirm.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"
#include "cli/source.hpp"
#include "core/text.hpp"

namespace dataflow::cli {

namespace {
std::vector<std::int64_t> ids_given(const Arguments& arguments) {
  std::vector<std::int64_t> ids;
  for (const auto& word : split(join(arguments.values("id"), ","), ',')) {
    std::int64_t id = 0;
    const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), id);
    if (failure != std::errc{} || end != word.data() + word.size())
      throw Error(ErrorCode::usage, shown(word) + " is not the number of a backup", "backup list shows them");
    ids.push_back(id);
  }
  return ids;
}

/// The moment `days` ago as history writes times, down to the second: texts of this form sort like times.
std::string days_ago(std::int64_t days) {
  const std::time_t then =
      std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()) - static_cast<std::time_t>(days) * 86400;
  char text[32];
  std::tm utc{};
  gmtime_r(&then, &utc);
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
  return text;
}

std::vector<Backup> with_ids(const std::vector<Backup>& all, const std::vector<std::int64_t>& ids) {
  std::vector<Backup> found;
  for (const std::int64_t id : ids) {
    const auto backup = std::find_if(all.begin(), all.end(), [&](const Backup& b) { return b.id == id; });
    if (backup == all.end())
      throw Error(ErrorCode::not_found, "there is no backup " + std::to_string(id), "backup list shows them");
    found.push_back(*backup);
  }
  return found;
}

std::vector<Backup> meant(const std::vector<Backup>& all, const Arguments& arguments) {
  if (arguments.has("all")) return all;
  if (arguments.has("id")) return with_ids(all, ids_given(arguments));
  const std::string limit = days_ago(*arguments.number("older-than", 0));
  std::vector<Backup> old;
  std::copy_if(all.begin(), all.end(), std::back_inserter(old), [&](const Backup& b) {
    std::string at = b.created_at.substr(0, limit.size());
    std::replace(at.begin(), at.end(), ' ', 'T');
    return at <= limit;
  });
  return old;
}
}  // namespace

std::vector<Option> backup_prune_options() {
  return {database_option(),
          {.name = "id", .value = "N", .help = "the backup with this number; may be given again"},
          {.name = "older-than", .value = "DAYS", .help = "backups made that long ago or earlier"},
          {.name = "all", .help = "every backup"},
          {.name = "auto-confirm", .help = "do not ask"}};
}

int backup_prune(Context& context) {
  const Arguments& arguments = context.arguments;
  if (arguments.has("id") + arguments.has("older-than") + arguments.flag("all") != 1)
    throw Error(ErrorCode::usage, "backup prune needs to know what to delete",
                "give one of --id N, --older-than DAYS, or --all");
  Target target(context);
  Database& database = target.database(Open::existing);
  std::vector<Backup> backups_meant = meant(backups(database), arguments);
  if (!backups_meant.empty()) {
    context.output.print(backup_table(backups_meant));
    confirm(context, RiskLevel::safe, "Delete " + count(backups_meant.size(), "backup") + " for good?");
    // By number, so that nothing goes that was not shown.
    std::vector<std::int64_t> ids;
    for (const auto& backup : backups_meant) ids.push_back(backup.id);
    backups_meant = prune_backups(database, ids, {});
  }
  if (context.json())
    context.output.document(dump({{"ok", true}, {"database", target.name()}, {"deleted", json_of(backups_meant)}}));
  context.output.say("deleted " + count(backups_meant.size(), "backup") + '\n');
  return 0;
}

}  // namespace dataflow::cli
