#include <algorithm>

#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/source.hpp"
#include "dataflow/database.hpp"
#include "dataflow/snapshot.hpp"

namespace dataflow::cli {

namespace {
std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

std::string as_sql(const Schema& schema) {
  std::string sql;
  for (const auto& statement : create_statements(schema)) sql += statement + ";\n";
  for (const auto& object : schema.unmodelled)
    sql += one_line("-- left out: " + object.kind + ' ' + object.path.name.text + ": " + object.reason) + '\n';
  return sql;
}
}  // namespace

std::vector<Option> inspect_options() { return {dev_option(), history_option()}; }

int inspect(Context& context) {
  const std::string& source = context.arguments.words.front();
  Reader reader(context, {source});
  if (context.format == "sql") {
    context.output.result(as_sql(reader.load_normalized(source, context.models).schema));
    return 0;
  }
  const Schema schema = reader.load(source, context.models).schema;
  if (context.json()) context.output.document(to_json(schema));
  context.output.result(to_text(schema));
  return 0;
}

}  // namespace dataflow::cli
