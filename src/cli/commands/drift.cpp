#include "cli/commands.hpp"
#include "cli/comparison.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"
#include "cli/source.hpp"
#include "dataflow/execute.hpp"

namespace dataflow::cli {

int drift(Context& context) {
  Target target(context);
  const auto difference = dataflow::drift(target.database(Open::read_only));
  if (!difference)
    throw Error(ErrorCode::not_found, "there is no history to compare " + shown(target.name()) + " with",
                "drift is what others changed since the last migration; none was carried out here");
  context.output.about("drift of " + target.name(), {});
  tell(context, *difference, "the last migration", target.name(), "no drift");
  return difference->changes.empty() ? 0 : different;
}

}  // namespace dataflow::cli
