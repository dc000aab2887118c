#include "cli/commands.hpp"

#include <algorithm>

#include "cli/progress.hpp"
#include "cli/source.hpp"
#include "core/text.hpp"

namespace dataflow::cli {

namespace {
std::vector<Option> none() { return {}; }
std::vector<Option> only_database() { return {database_option()}; }

constexpr std::string_view documents = "text json", plans = "table tree sql markdown json",
                           reports = "table tree sql markdown html github json";
constexpr std::string_view talking = "0 1 2", reading = "0 1 2 6 10", comparing = "0 1 2 6 10 12",
                           changing = "0 1 2 3 4 6 7 8 10 12", restoring = "0 1 2 6 7 8 10",
                           deleting = "0 1 2 3 4 6 10", generating = "0 1 2 4 6 7 10";

// clang-format off
constexpr Command table[] = {
    // name, what it does, what stands behind it,
    //     formats, an example, exit statuses, its options, its function
    {"inspect", "print the schema of a source", "SOURCE",
        "text json sql hpp mermaid markdown", "inspect sqlite:app.db --format sql", reading, inspect_options, inspect},
    {"diff", "compare two sources", "FROM TO",
        "text tree markdown html github json", "diff sqlite:app.db schema.sql --check", comparing, diff_options, diff},
    {"drift", "say what others changed since the last migration", "",
        "text tree markdown html github json", "drift --database sqlite:app.db", comparing, only_database, drift},
    {"migrate auto", "bring a database to a source, after asking", "",
        reports, "migrate auto --database sqlite:app.db --to schema.sql --dry-run", changing, migrate_auto_options, migrate_auto},
    {"migrate status", "say where a database stands", "",
        documents, "migrate status --database sqlite:app.db", reading, migrate_status_options, migrate_status},
    {"migrate history", "list migrations, newest first", "",
        documents, "migrate history --database sqlite:app.db --limit 10", reading, migrate_history_options, migrate_history},
    {"migrate pending", "list what is not applied yet", "",
        documents, "migrate pending --database sqlite:app.db --to schema.sql", reading, migrate_pending_options, migrate_pending},
    {"migrate show", "print one migration whole", "VERSION",
        documents, "migrate show 20260131_120000 --database sqlite:app.db", reading, only_database, migrate_show},
    {"migrate rollback", "take migrations back, after asking", "[VERSION]",
        reports, "migrate rollback --last --database sqlite:app.db", changing, migrate_rollback_options, migrate_rollback},
    {"migrate resume", "finish a migration that was interrupted", "",
        documents, "migrate resume --database postgresql:///app", changing, migrate_resume_options, migrate_resume},
    {"migrate generate", "write a migration file from what differs", "[NAME]",
        documents, "migrate generate --to schema.sql --dir migrations", generating, migrate_generate_options, migrate_generate},
    {"migrate up", "apply migration files, after asking", "",
        plans, "migrate up --dir migrations --database sqlite:app.db", changing, migrate_up_options, migrate_up},
    {"migrate down", "take migration files back, after asking", "",
        plans, "migrate down --steps 1 --database sqlite:app.db", changing, migrate_down_options, migrate_down},
    {"migrate validate", "check migration files, and what a database knows of them", "",
        documents, "migrate validate --dir migrations --database sqlite:app.db", "0 1 2 6 7 10", migrate_validate_options, migrate_validate},
    {"migrate baseline", "mark migration files up to one as applied without running them", "VERSION",
        documents, "migrate baseline 20260131120000 --database sqlite:app.db", restoring, migrate_baseline_options, migrate_baseline},
    {"backup list", "list data that was set aside", "",
        documents, "backup list --database sqlite:app.db", reading, only_database, backup_list},
    {"backup restore", "put data that was set aside back", "ID",
        documents, "backup restore 3 --database sqlite:app.db", restoring, only_database, backup_restore},
    {"backup prune", "delete data that was set aside, after asking", "",
        documents, "backup prune --older-than 90 --database sqlite:app.db", deleting, backup_prune_options, backup_prune},
    {"help", "explain the program or one command", "[COMMAND...]",
        documents, "help migrate auto", talking, help_options, help},
    {"version", "print the version", "",
        documents, "version", talking, none, version},
    {"completion", "print a completion script for a shell", "bash|zsh|fish",
        documents, "completion bash", talking, none, completion},
};
// clang-format on
}  // namespace

std::span<const Command> commands() { return table; }

const Command* find_command(std::string_view name) {
  const auto* found =
      std::find_if(std::begin(table), std::end(table), [&](const Command& c) { return c.name == name; });
  return found == std::end(table) ? nullptr : found;
}

std::vector<std::string> first_words() {
  std::vector<std::string> words;
  for (const Command& command : table) {
    std::string word(command.name.substr(0, command.name.find(' ')));
    if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(std::move(word));
  }
  return words;
}

std::vector<std::string> members(std::string_view word) {
  std::vector<std::string> names;
  const std::string prefix = std::string(word) + ' ';
  for (const Command& command : table)
    if (command.name.starts_with(prefix)) names.emplace_back(command.name.substr(prefix.size()));
  return names;
}

std::vector<Option> options_of(const Command& command) {
  std::vector<Option> options = command.options();
  options.push_back(
      {.name = "format", .value = "FORMAT", .help = "how to print", .words = split(command.formats, ' ')});
  options.push_back({.name = "quiet", .help = "print results and errors, nothing else"});
  options.push_back({.name = "ascii", .help = "print no character beyond ASCII"});
  options.push_back({.name = "color", .help = "print without colours", .on = true});
  options.push_back({.name = "simple-exit", .help = "end with 0 or 1, nothing finer"});
  options.push_back(progress_option());
  options.push_back({.name = "help", .help = "print this"});
  return options;
}

}  // namespace dataflow::cli
