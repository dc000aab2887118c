#include "dataflow/diff.hpp"

#include "cli/commands.hpp"
#include "cli/hints.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"
#include "cli/source.hpp"
#include "dataflow/preview.hpp"

namespace dataflow::cli {

namespace {
constexpr int different = 12;

Json document_of(const Difference& difference, const std::string& from, const std::string& to) {
  return {{"ok", true},
          {"equal", difference.changes.empty()},
          {"from", from},
          {"to", to},
          {"difference", Json::parse(preview(difference, Format::json))}};
}
}  // namespace

std::vector<Option> diff_options() {
  return {{.name = "check", .help = "end with 12 when they differ"}, rename_option(), dev_option()};
}

int diff(Context& context) {
  const std::string &from = context.arguments.words[0], &to = context.arguments.words[1];
  if (from == "-" && to == "-") throw Error(ErrorCode::usage, "standard input cannot be both sides of a comparison");
  Reader reader(context, {from, to});
  const Schema before = reader.load_normalized(from, context.models).schema;
  Wanted after = reader.load_normalized(to, context.models);
  add_hints(after.hints, context.arguments);
  const Difference difference = compare(before, after);
  context.output.about(shown(from) + " to " + shown(to), file_of(to));

  const bool equal = difference.changes.empty();
  if (context.json())
    context.output.document(dump(document_of(difference, shown(from), shown(to))));
  else if (equal && context.format != "html" && context.format != "github")
    context.output.say("no differences\n");
  else
    context.output.say(preview(difference, format(context.format).value_or(Format::table), context.output.style()));
  return context.arguments.flag("check") && !equal ? different : 0;
}

}  // namespace dataflow::cli
