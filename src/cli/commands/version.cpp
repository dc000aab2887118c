#include "dataflow/version.hpp"

#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"

namespace dataflow::cli {

int version(Context& context) {
  if (context.json()) context.output.document(dump({{"ok", true}, {"version", library_version}}));
  context.output.result("dataflow " + std::string(library_version) + '\n');
  return 0;
}

}  // namespace dataflow::cli
