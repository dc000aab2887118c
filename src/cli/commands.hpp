// The functions behind the rows of commands.cpp, one file each in commands/.
#pragma once
#include <vector>

#include "cli/command.hpp"

namespace dataflow::cli {

int inspect(Context&);
int diff(Context&);
int drift(Context&);
int migrate_auto(Context&);
int migrate_status(Context&);
int migrate_history(Context&);
int migrate_pending(Context&);
int migrate_show(Context&);
int migrate_rollback(Context&);
int migrate_resume(Context&);
int migrate_generate(Context&);
int migrate_up(Context&);
int migrate_down(Context&);
int migrate_validate(Context&);
int migrate_baseline(Context&);
int backup_list(Context&);
int backup_restore(Context&);
int backup_prune(Context&);
int help(Context&);
int version(Context&);
int completion(Context&);

std::vector<Option> inspect_options();
std::vector<Option> diff_options();
std::vector<Option> migrate_auto_options();
std::vector<Option> migrate_status_options();
std::vector<Option> migrate_history_options();
std::vector<Option> migrate_pending_options();
std::vector<Option> migrate_rollback_options();
std::vector<Option> migrate_resume_options();
std::vector<Option> migrate_generate_options();
std::vector<Option> migrate_up_options();
std::vector<Option> migrate_down_options();
std::vector<Option> migrate_validate_options();
std::vector<Option> migrate_baseline_options();
std::vector<Option> backup_prune_options();
std::vector<Option> help_options();

}  // namespace dataflow::cli
