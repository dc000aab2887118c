#include "dialects/postgresql/render.hpp"

#include <algorithm>

#include "core/text.hpp"
#include "schema/words.hpp"

namespace dataflow::postgresql {

namespace {

bool has(const Attributes& attributes, const char* key) { return value_of(attributes, key) != nullptr; }

std::string constraint(const Name& name) { return name.empty() ? "" : "CONSTRAINT " + quote(name.text) + " "; }

/// A name behind which an argument list ends the text: "lower(name)". Anything else needs parentheses in an index.
bool bare_call(std::string_view expression) {
  const std::size_t open = expression.find('(');
  if (open == 0 || open == std::string_view::npos || !expression.ends_with(')')) return false;
  const std::string_view called = expression.substr(0, open);
  const bool names = std::all_of(called.begin(), called.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  });
  const std::vector<std::string> parts = qualified_parts(called);
  const bool plain = names && !parts.empty() && std::all_of(parts.begin(), parts.end(), [](const std::string& part) {
                       return quote(part) == part;
                     });
  return plain && closes_at_end(expression, open);
}

std::string expression_part(const std::string& expression) {
  const bool enclosed = expression.starts_with('(') && closes_at_end(expression, 0);
  return enclosed || bare_call(expression) ? expression : "(" + expression + ")";
}

std::string part(const KeyPart& p) {
  std::string out = p.column.empty() ? expression_part(p.expression.text) : quote(p.column.text);
  if (!p.collation.empty()) out += " COLLATE " + quote_collation(p.collation);
  if (const auto* operator_class = value_of(p.attributes, "operator class")) out += " " + *operator_class;
  if (p.descending) out += " DESC";
  if (const auto* nulls = value_of(p.attributes, "nulls")) out += " NULLS " + upper(*nulls);
  return out;
}

std::string parts(const std::vector<KeyPart>& all) {
  std::vector<std::string> out;
  for (const KeyPart& p : all) out.push_back(part(p));
  return "(" + join(out, ", ") + ")";
}

/// " INCLUDE (a, b) WITH (fillfactor=70) USING INDEX TABLESPACE fast"
std::string key_storage(const Attributes& attributes) {
  std::string out;
  if (const auto* include = value_of(attributes, "include")) out += " INCLUDE (" + *include + ")";
  if (const auto* with = value_of(attributes, "with")) out += " WITH (" + *with + ")";
  if (const auto* tablespace = value_of(attributes, "tablespace"))
    out += " USING INDEX TABLESPACE " + quote(*tablespace);
  return out;
}

std::string deferrable(bool deferrable, bool deferred) {
  return deferred ? " DEFERRABLE INITIALLY DEFERRED" : deferrable ? " DEFERRABLE" : "";
}

std::string key_clause(std::string_view word, const Name& name, const std::vector<KeyPart>& columns,
                       const Attributes& attributes) {
  std::string list = parts(columns);
  if (has(attributes, "without overlaps")) list.insert(list.size() - 1, " WITHOUT OVERLAPS");
  return constraint(name) + std::string(word) + (has(attributes, "nulls not distinct") ? " NULLS NOT DISTINCT " : " ") +
         list + key_storage(attributes) +
         deferrable(has(attributes, "deferrable"), has(attributes, "initially deferred"));
}

/// Columns of which the last is a period: "a, PERIOD b".
std::string columns_with_period(const std::vector<Name>& names, bool period) {
  if (!period || names.empty()) return quoted_list(names);
  const std::string last = "PERIOD " + quote(names.back().text);
  const std::vector<Name> others(names.begin(), names.end() - 1);
  return others.empty() ? last : quoted_list(others) + ", " + last;
}

std::string validity(const Attributes& attributes) {
  return has(attributes, "not enforced") ? " NOT ENFORCED" : has(attributes, "not valid") ? " NOT VALID" : "";
}

std::string default_clause(const Column& column) {
  if (column.generated)
    return " GENERATED ALWAYS AS (" + column.generated->expression.text + ")" +
           (column.generated->stored ? " STORED" : " VIRTUAL");
  if (column.identity != Identity::none) {
    const auto* options = value_of(column.attributes, "identity options");
    return std::string(" GENERATED ") + (column.identity == Identity::always ? "ALWAYS" : "BY DEFAULT") +
           " AS IDENTITY" + (options == nullptr || options->empty() ? "" : " (" + *options + ")");
  }
  return column.default_value ? " DEFAULT " + default_text(column) : std::string();
}

}  // namespace

bool closes_at_end(std::string_view text, std::size_t open) {
  int depth = 0;
  char quoted = 0;
  for (std::size_t i = open; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted != 0) {
      if (c == quoted) quoted = 0;
    } else if (c == '\'' || c == '"') {
      quoted = c;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')' && --depth == 0) {
      return i + 1 == text.size();
    }
  }
  return false;
}

std::string default_text(const Column& column) {
  const Default& value = *column.default_value;
  if (const auto* constant = std::get_if<Literal>(&value)) return literal(*constant, column.type);
  return std::get<Sql>(value).text;
}

std::string not_null_clause(const Column& column) {
  return (has(column.attributes, "not null constraint")
              ? "CONSTRAINT " + quote(*value_of(column.attributes, "not null constraint")) + " "
              : "") +
         "NOT NULL";
}

std::string not_null_words(const Column& column) {
  return std::string(has(column.attributes, "not null no inherit") ? " NO INHERIT" : "") +
         (has(column.attributes, "not null not valid") ? " NOT VALID" : "");
}

std::string column_options(const Column& column) {
  const bool later = column.nullable || has(column.attributes, "not null not valid");
  return default_clause(column) + (later ? "" : " " + not_null_clause(column) + not_null_words(column));
}

std::string require_not_null(const std::string& alter_table, const Column& column) {
  const std::string words = not_null_words(column);
  if (words.empty() && !has(column.attributes, "not null constraint"))
    return alter_table + " ALTER COLUMN " + quote(column.name.text) + " SET NOT NULL";
  return alter_table + " ADD " + not_null_clause(column) + " " + quote(column.name.text) + words;
}

std::string column_definition(const Column& column) {
  std::string out = quote(column.name.text) + " " + type_name(column.type);
  if (const auto* options = value_of(column.attributes, "foreign options")) out += " OPTIONS (" + *options + ")";
  if (!column.collation.empty()) out += " COLLATE " + quote_collation(column.collation);
  return out + column_options(column);
}

std::string primary_key_clause(const PrimaryKey& key) {
  return key_clause("PRIMARY KEY", key.name, key.parts, key.attributes);
}

std::string unique_clause(const Unique& unique) {
  return key_clause("UNIQUE", unique.name, unique.parts, unique.attributes);
}

std::string foreign_key_clause(const ForeignKey& key) {
  const bool period = has(key.attributes, "period");
  std::string out = constraint(key.name) + "FOREIGN KEY (" + columns_with_period(key.columns, period) +
                    ") REFERENCES " + quote(key.references);
  if (!key.referenced.empty()) out += " (" + columns_with_period(key.referenced, period) + ")";
  if (has(key.attributes, "match full")) out += " MATCH FULL";
  if (key.on_update != Action::no_action) out += " ON UPDATE " + upper(word(key.on_update));
  if (key.on_delete != Action::no_action) out += " ON DELETE " + upper(word(key.on_delete));
  if (const auto* columns = value_of(key.attributes, "set columns")) out += " (" + *columns + ")";
  return out + deferrable(key.deferrable, key.initially_deferred) + validity(key.attributes);
}

std::string check_clause(const Check& check) {
  return constraint(check.name) + "CHECK (" + check.expression.text + ")" +
         (has(check.attributes, "no inherit") ? " NO INHERIT" : "") + validity(check.attributes);
}

std::string create_index(const Index& index, const Path& table) {
  std::string out = std::string("CREATE ") + (index.unique ? "UNIQUE " : "") + "INDEX ";
  if (!index.name.empty()) out += quote(index.name.text) + " ";
  out += (has(index.attributes, "only") ? "ON ONLY " : "ON ") + quote(table);
  if (const auto* method = value_of(index.attributes, "method")) out += " USING " + quote(*method);
  out += " " + parts(index.parts);
  if (const auto* include = value_of(index.attributes, "include")) out += " INCLUDE (" + *include + ")";
  if (has(index.attributes, "nulls not distinct")) out += " NULLS NOT DISTINCT";
  if (const auto* with = value_of(index.attributes, "with")) out += " WITH (" + *with + ")";
  if (const auto* tablespace = value_of(index.attributes, "tablespace")) out += " TABLESPACE " + quote(*tablespace);
  if (!index.where.empty()) out += " WHERE " + index.where.text;
  return out;
}

}  // namespace dataflow::postgresql
