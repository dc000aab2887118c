// A difference in every format: its changes, not yet graded.
#include <nlohmann/json.hpp>

#include "core/text.hpp"
#include "plan/operations.hpp"
#include "preview/page.hpp"
#include "preview/words.hpp"

namespace dataflow::page {

namespace {

void remarks(Page& page, const Difference& difference) {
  page.list("Perhaps a rename:", sentences(difference.candidates));
  not_managed(page, difference.unmanaged);
  page.list("Note:", difference.notes);
}

using Json = nlohmann::ordered_json;

Json json_of(const Path& path) { return {{"schema", path.schema.text}, {"name", path.name.text}}; }

}  // namespace

std::vector<Operation> operations_of(const Difference& difference) {
  std::vector<Operation> operations;
  for (const Change& change : difference.changes) operations.push_back(to_operation(change));
  return operations;
}

std::string as_text(const Difference& difference, Format format, const PreviewOptions& options) {
  const std::vector<Operation> operations = operations_of(difference);
  Page page(options);
  if (operations.empty())
    page.line(same_schemas);
  else
    changes(page, rows_of(operations, false), format);
  remarks(page, difference);
  return page.take();
}

/// A difference has no statements yet: its changes are comments.
std::string as_sql(const Difference& difference, const PreviewOptions& options) {
  Page page(options);
  const std::vector<Operation> operations = operations_of(difference);
  if (operations.empty()) page.line("-- " + std::string(same_schemas));
  for (const Operation& o : operations)
    page.line("-- " + upper(o.kind) + ' ' + page.shown(o.table.text) + ": " + page.shown(o.details));
  return page.take();
}

std::string as_json(const Difference& difference) {
  Json changes = Json::array(), unmanaged = Json::array(), candidates = Json::array();
  for (const Operation& o : operations_of(difference))
    changes.push_back({{"type", to_string(o.kind)},
                       {"table", o.table.text},
                       {"object", o.object.text},
                       {"details", o.details},
                       {"description", o.description()}});
  for (const Unmanaged& u : difference.unmanaged)
    unmanaged.push_back({{"kind", u.kind}, {"path", json_of(u.path)}, {"on", u.on.text}});
  for (const RenameCandidate& c : difference.candidates)
    candidates.push_back({{"table", json_of(c.table)},
                          {"before", c.before.text},
                          {"after", c.after.text},
                          {"is_column", c.is_column},
                          {"reason", c.reason}});
  const Json document = {{"dataflow_difference", 1},
                         {"changes", changes},
                         {"unmanaged", unmanaged},
                         {"candidates", candidates},
                         {"notes", difference.notes}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace dataflow::page
