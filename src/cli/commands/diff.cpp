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

/// Models, snapshots and SQL text are read as the other side speaks.
std::string common_dialect(const std::string& from, const std::string& to) {
  for (const auto* source : {&from, &to})
    if (std::string spoken = spoken_dialect(*source); !spoken.empty()) return spoken;
  return "sqlite";
}

Json document_of(const Difference& difference, const std::string& from, const std::string& to) {
  return {{"ok", true},
          {"equal", difference.changes.empty()},
          {"from", from},
          {"to", to},
          {"difference", Json::parse(preview(difference, Format::json))}};
}
}  // namespace

std::vector<Option> diff_options() {
  return {{.name = "check", .help = "end with 12 when they differ"}, rename_option()};
}

int diff(Context& context) {
  const std::string &from = context.arguments.words[0], &to = context.arguments.words[1];
  if (from == "-" && to == "-") throw Error(ErrorCode::usage, "standard input cannot be both sides of a comparison");
  const std::string dialect = common_dialect(from, to);
  const Schema before = load_normalized(from, dialect, context.models).schema;
  Wanted after = load_normalized(to, dialect, context.models);
  add_hints(after.hints, context.arguments);
  const Difference difference = compare(before, after);

  const bool equal = difference.changes.empty();
  if (context.json())
    context.output.document(dump(document_of(difference, shown(from), shown(to))));
  else if (equal)
    context.output.say("no differences\n");
  else
    context.output.say(preview(difference, format(context.format).value_or(Format::table), context.output.style()));
  return context.arguments.flag("check") && !equal ? different : 0;
}

}  // namespace dataflow::cli
