#include "cli/backups.hpp"
#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"
#include "cli/source.hpp"

namespace dataflow::cli {

int backup_list(Context& context) {
  Target target(context);
  const auto all = backups(target.database(Open::read_only));
  if (context.json())
    context.output.document(dump({{"ok", true}, {"database", target.name()}, {"backups", json_of(all)}}));
  else if (all.empty())
    context.output.say("no backups\n");
  else
    context.output.result(backup_table(all));
  return 0;
}

}  // namespace dataflow::cli
