#include <algorithm>
#include <set>

#include "core/text.hpp"
#include "dialects/fill.hpp"
#include "dialects/mariadb/spelling.hpp"
#include "dialects/mariadb/survey.hpp"

namespace dataflow::mariadb {

std::optional<std::string> Survey::fill(const Name& column) const {
  return fill_of(hints_, path_, column, equal_ignoring_case, literal);
}

void Survey::foresee() {
  Schema schema{.dialect = from_.dialect, .tables = {*now_}};
  renamed_ = *now_;
  sources_.clear();
  for (const Column& column : now_->columns) sources_.push_back({column, quote(column.name.text), &column});
  for (const Change& change : all_) {
    if (!changes_table(change, *now_, path_)) continue;
    apply_where_possible(schema, change);
    follow(sources_, change);
    if (!std::holds_alternative<Rename<Column>>(change)) continue;
    Schema names{.tables = {renamed_}};
    names.tables[0].name = path_.name;
    apply_where_possible(names, change);
    if (!names.tables.empty()) renamed_ = names.tables[0];
  }
  then_ = schema.tables.empty() ? *now_ : schema.tables[0];
  for (Source& s : sources_) {
    if (s.before != nullptr) continue;
    const Column& c = s.after;
    s.value = "NULL";
    if (const auto filled = fill(c.name)) {
      s.value = *filled;
    } else if (c.default_value) {
      s.value = as_sql(*c.default_value, literal);
    }
  }
}

std::string Survey::key() const {
  if (!now_->primary_key) return "NULL";
  std::vector<std::string> parts;
  for (const KeyPart& part : now_->primary_key->parts) {
    const Column* column = find_column(*now_, part.column);
    const bool bytes = column != nullptr && column->type.kind == Kind::bytes;
    parts.push_back(bytes ? "HEX(" + quote(part.column.text) + ")" : "CAST(" + quote(part.column.text) + " AS CHAR)");
  }
  return "CONCAT_WS('/', " + join(parts, ", ") + ")";
}

std::string Survey::today(const std::string& column) const {
  return "(SELECT " + key() + " AS dataflow_key, " + column + " AS value FROM " + table_ + ") AS c";
}

std::string Survey::coming(std::string_view mentioned) const {
  std::vector<std::string> columns = {key() + " AS dataflow_key"};
  for (const Source& source : sources_) {
    if (!mentions(mentioned, source.after.name.text)) continue;
    std::string value = source.value;
    const auto filled = fill(source.after.name);
    if (source.before != nullptr && filled && source.before->nullable && !source.after.nullable)
      value = "coalesce(" + value + ", " + *filled + ")";
    if (source.before != nullptr) {
      const Texture was = texture(*now_, *source.before), will = texture(then_, source.after);
      if (!same_type(was.type, will.type) || was.charset != will.charset || was.collation != will.collation)
        value = converted(value, was, will);
    }
    columns.push_back(value + " AS " + quote(source.after.name.text));
  }
  return "(SELECT " + join(columns, ", ") + " FROM " + table_ + ") AS " + quote(path_.name.text);
}

}  // namespace dataflow::mariadb
