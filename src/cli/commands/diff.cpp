#include "dataflow/diff.hpp"

#include "cli/commands.hpp"
#include "cli/comparison.hpp"
#include "cli/hints.hpp"
#include "cli/output.hpp"
#include "cli/source.hpp"
#include "codegen/codegen.hpp"

namespace dataflow::cli {

std::vector<Option> diff_options() {
  return {{.name = "check", .help = "end with 12 when they differ"}, rename_option(), dev_option(), history_option()};
}

int diff(Context& context) {
  const std::string &from = context.arguments.words[0], &to = context.arguments.words[1];
  if (from == "-" && to == "-") throw Error(ErrorCode::usage, "standard input cannot be both sides of a comparison");
  Reader reader(context, {from, to});
  Schema before = reader.load_normalized(from, context.models).schema;
  Wanted after = reader.load_normalized(to, context.models);
  add_hints(after.hints, context.arguments);
  std::vector<Unmanaged> left_out;
  if (to == "models") left_out = codegen::take_out_unmodelled(before, after.schema);
  if (from == "models") left_out = codegen::take_out_unmodelled(after.schema, before);
  Difference difference = compare(before, after);
  difference.unmanaged.insert(difference.unmanaged.end(), left_out.begin(), left_out.end());
  context.output.about(shown(from) + " to " + shown(to), file_of(to));
  tell(context, difference, shown(from), shown(to), "no differences");
  return context.arguments.flag("check") && !difference.changes.empty() ? different : 0;
}

}  // namespace dataflow::cli
