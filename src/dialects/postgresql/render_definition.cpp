// A definition as statements: its own text, and what stands apart from it.
#include <algorithm>

#include "core/text.hpp"
#include "dialects/postgresql/kinds.hpp"
#include "dialects/postgresql/render.hpp"

namespace dataflow::postgresql {

namespace {

std::string path_of(const Definition& d) { return quote(Path{d.schema, d.name}); }
std::string relation_of(const Definition& d) { return quote(Path{d.schema, d.on}); }

/// " DISABLE", " ENABLE REPLICA", " ENABLE ALWAYS".
std::string enabling(const std::string& state) {
  if (state == "disabled") return " DISABLE";
  return state == "replica" || state == "always" ? " ENABLE " + upper(state) : " ENABLE";
}

void add_enabling(const Definition& d, std::vector<std::string>& out) {
  const std::string* state = value_of(d.attributes, "enabled");
  if (state == nullptr) return;
  if (d.kind == "event trigger")
    out.push_back("ALTER EVENT TRIGGER " + quote(d.name.text) + enabling(*state));
  else
    out.push_back("ALTER TABLE " + relation_of(d) + enabling(*state) + " " + upper(d.kind) + " " + quote(d.name.text));
}

void add_mappings(const Definition& configuration, std::vector<std::string>& out) {
  for (const Part& mapping : configuration.parts)
    out.push_back("ALTER TEXT SEARCH CONFIGURATION " + path_of(configuration) + " ADD MAPPING FOR " +
                  quote(mapping.name.text) + " WITH " + mapping.text.text);
}

bool not_valid(const Part& check) { return check.text.text.ends_with(" NOT VALID"); }

std::string add_domain_check(const Definition& domain, const Part& check) {
  return "ALTER DOMAIN " + path_of(domain) + " ADD CONSTRAINT " + quote(check.name.text) + " " + check.text.text;
}

/// CREATE DOMAIN cannot say NOT VALID.
bool has_check_for_later(const Definition& d) {
  return d.kind == "domain" && d.attributes.contains("type") && std::any_of(d.parts.begin(), d.parts.end(), not_valid);
}

/// Everything that is set apart from the CREATE statement.
void add_settings(const Definition& d, std::vector<std::string>& out) {
  add_enabling(d, out);
  if (d.kind == "text search configuration") add_mappings(d, out);
  if (const auto* target = value_of(d.attributes, "target"); target != nullptr && d.kind == "statistics")
    out.push_back("ALTER STATISTICS " + path_of(d) + " SET STATISTICS " + *target);
  if (d.kind == "index")
    for (std::string& statement : index_statistics(d.attributes, path_of(d))) out.push_back(std::move(statement));
  if (d.attributes.contains("clustered"))
    out.push_back("ALTER " + std::string(d.kind == "index" ? "MATERIALIZED VIEW " : "TABLE ") + relation_of(d) +
                  " CLUSTER ON " + quote(d.name.text));
  for (std::string& statement : alter_attributes(identity(d), {}, d.attributes)) out.push_back(std::move(statement));
}

/// A fresh database may have "public" already.
std::string statement_of(const Definition& d) {
  if (d.kind == "schema" && d.name.text == "public") return "CREATE SCHEMA IF NOT EXISTS public";
  // The text does not say which version stands there; what was built on it may need just that one.
  const std::string* version = d.kind == "extension" ? value_of(d.attributes, "version") : nullptr;
  return version == nullptr ? d.text.text : d.text.text + " VERSION " + text_literal(*version);
}

}  // namespace

std::string identity(const Definition& d) {
  const DefinitionKind& kind = kind_of(d.kind);
  const std::string word = std::string(kind.keyword) + " ";
  switch (kind.naming) {
    case Naming::bare: return word + quote(d.name.text);
    case Naming::qualified: return word + path_of(d);
    case Naming::relation: return word + quote(d.name.text) + " ON " + relation_of(d);
    case Naming::signature: return word + path_of(d) + "(" + d.on.text + ")";
    case Naming::left_right:
      return word + (d.schema.empty() ? "" : quote(d.schema.text) + ".") + d.name.text + " (" + d.on.text + ")";
    case Naming::method: return word + path_of(d) + " USING " + quote(d.on.text);
    case Naming::verbatim: return word + d.name.text;
    case Naming::nothing: return {};
  }
  return {};
}

std::string drop(const Definition& d) {
  if (d.kind == "exclusion constraint")
    return "ALTER TABLE " + relation_of(d) + " DROP CONSTRAINT " + quote(d.name.text);
  const std::string what = identity(d);
  return what.empty() ? what : "DROP " + what;
}

std::vector<std::string> create(const Definition& d) {
  if (has_check_for_later(d)) {
    std::vector<std::string> out = create_domain(d, true);
    for (const Part& check : d.parts)
      if (not_valid(check)) out.push_back(add_domain_check(d, check));
    for (std::string& statement : alter_parts({}, d)) out.push_back(std::move(statement));
    return out;
  }
  std::vector<std::string> out{statement_of(d)};
  add_settings(d, out);
  for (std::string& statement : alter_parts({}, d)) out.push_back(std::move(statement));
  return out;
}

std::vector<std::string> create_domain(const Definition& d, bool with_checks) {
  const auto clause = [&](const char* key, const std::string& before) {
    const std::string* value = value_of(d.attributes, key);
    return value == nullptr ? std::string() : before + *value;
  };
  const auto quoted_clause = [&](const char* key, const std::string& before) {
    const std::string* value = value_of(d.attributes, key);
    return value == nullptr ? std::string() : before + quote(*value);
  };
  std::string sql = "CREATE DOMAIN " + path_of(d) + clause("type", " AS ") + clause("collation", " COLLATE ") +
                    clause("default", " DEFAULT ") + quoted_clause("not null constraint", " CONSTRAINT ") +
                    clause("not null", " NOT NULL");
  if (with_checks)
    for (const Part& check : d.parts)
      if (!not_valid(check)) sql += " CONSTRAINT " + quote(check.name.text) + " " + check.text.text;
  std::vector<std::string> out{std::move(sql)};
  add_settings(d, out);
  return out;
}

std::vector<std::string> add_domain_checks(const Definition& d) {
  std::vector<std::string> out;
  for (const Part& check : d.parts) out.push_back(add_domain_check(d, check));
  for (std::string& statement : alter_parts({}, d)) out.push_back(std::move(statement));
  return out;
}

std::string stand_in(const Definition& view) {
  if (view.kind != "view" || view.parts.empty()) return {};
  std::vector<std::string> columns;
  for (const Part& column : view.parts)
    columns.push_back("NULL::" + column.text.text + " AS " + quote(column.name.text));
  return "CREATE VIEW " + path_of(view) + " AS SELECT " + join(columns, ", ");
}

}  // namespace dataflow::postgresql
