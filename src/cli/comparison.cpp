#include "cli/comparison.hpp"

#include "cli/json.hpp"
#include "cli/output.hpp"
#include "dataflow/preview.hpp"

namespace dataflow::cli {

void tell(Context& context, const Difference& difference, const std::string& from, const std::string& to,
          const std::string& none) {
  const bool equal = difference.changes.empty();
  if (context.json())
    context.output.document(dump({{"ok", true},
                                  {"equal", equal},
                                  {"from", from},
                                  {"to", to},
                                  {"difference", Json::parse(preview(difference, Format::json))}}));
  else if (equal && context.format != "html" && context.format != "github")
    context.output.say(none + '\n');
  else
    context.output.say(preview(difference, format(context.format).value_or(Format::table), context.output.style()));
}

}  // namespace dataflow::cli
