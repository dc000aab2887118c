#include <algorithm>

#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/source.hpp"
#include "codegen/codegen.hpp"
#include "dataflow/database.hpp"
#include "dataflow/snapshot.hpp"
#include "db/url.hpp"

namespace dataflow::cli {

namespace {
std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

/// MariaDB's client program cuts at semicolons, those in bodies too, unless it is told another mark.
std::string ended(const std::string& statement, const std::string& dialect) {
  if (dialect != "mariadb" || statement.find(';') == std::string::npos) return statement + ";\n";
  std::string mark = "//";
  while (statement.find(mark) != std::string::npos) mark += '/';
  return "DELIMITER " + mark + '\n' + statement + '\n' + mark + "\nDELIMITER ;\n";
}

std::string as_sql(const Schema& schema) {
  std::string sql;
  const auto is_code = [](const Definition& d) { return d.kind == "function" || d.kind == "procedure"; };
  // A body may name what comes behind it.
  if (schema.dialect == "postgresql" && std::any_of(schema.definitions.begin(), schema.definitions.end(), is_code))
    sql += "SET check_function_bodies = off;\n";
  for (const auto& statement : create_statements(schema)) sql += ended(statement, schema.dialect);
  for (const auto& object : schema.unmodelled)
    sql += one_line("-- left out: " + object.kind + ' ' + object.path.name.text + ": " + object.reason) + '\n';
  return sql;
}

/// What a source is called: the database or the file, without where it is.
std::string title_of(const std::string& source) {
  if (source == "models") return "Models";
  if (source == "-") return "Standard input";
  const std::string name = codegen::title_of(without_password(source));
  return name.empty() ? spoken_dialect(source) : name;
}

constexpr std::size_t every = 1'000'000;

/// What a database was migrated by; nothing where nothing was, or where the source is none.
std::vector<Migration> migrations_of(const std::string& source) {
  if (spoken_dialect(source).empty()) return {};
  Database database(looks_like_url(source) ? source : "sqlite:" + source, Open::read_only);
  return history(database, every);
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
  if (context.format == "hpp") {
    context.output.result(codegen::hpp(reader.load_normalized(source, context.models).schema));
    return 0;
  }
  const Schema schema = reader.load(source, context.models).schema;
  if (context.format == "mermaid" || context.format == "markdown") {
    context.output.result(context.format == "mermaid"
                              ? codegen::mermaid(schema)
                              : codegen::markdown(schema, title_of(source), migrations_of(source)));
    return 0;
  }
  if (context.json()) context.output.document(to_json(schema));
  context.output.result(to_text(schema));
  return 0;
}

}  // namespace dataflow::cli
