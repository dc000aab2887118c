#include <charconv>

#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"
#include "cli/source.hpp"
#include "core/text.hpp"

namespace dataflow::cli {

int backup_restore(Context& context) {
  const std::string& word = context.arguments.words.front();
  std::int64_t id = 0;
  const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), id);
  if (failure != std::errc{} || end != word.data() + word.size())
    throw Error(ErrorCode::usage, shown(word) + " is not the number of a backup", "backup list shows them");
  Target target(context);
  const std::uint64_t rows = restore_backup(target.database(Open::existing), id);
  if (context.json())
    context.output.document(dump({{"ok", true}, {"database", target.name()}, {"id", id}, {"rows", rows}}));
  context.output.say("restored " + count(rows, "row") + '\n');
  return 0;
}

}  // namespace dataflow::cli
