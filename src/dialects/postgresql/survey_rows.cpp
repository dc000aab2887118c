#include <algorithm>
#include <functional>
#include <set>

#include "core/text.hpp"
#include "dialects/fill.hpp"
#include "dialects/postgresql/survey.hpp"

namespace dataflow::postgresql {

bool speaks_of(std::string_view text, const Name& name) {
  return !name.empty() &&
         (text.find(name.text) != std::string_view::npos || text.find(quote(name.text)) != std::string_view::npos);
}

namespace {

/// Where a quoted piece that begins at `at` ends.
std::size_t quoted_end(std::string_view text, std::size_t at) {
  const std::size_t end = text.find(text[at], at + 1);
  return end == std::string_view::npos ? text.size() : end + 1;
}

}  // namespace

std::string_view bare(std::string_view expression) {
  expression = trim(expression);
  if (!expression.starts_with('(') || !expression.ends_with(')')) return expression;
  int depth = 0;
  for (std::size_t i = 0; i < expression.size();) {
    const char c = expression[i];
    if (c == '\'' || c == '"') {
      i = quoted_end(expression, i);
      continue;
    }
    depth += (c == '(') - (c == ')');
    if (depth == 0 && i + 1 < expression.size()) return expression;
    ++i;
  }
  return bare(expression.substr(1, expression.size() - 2));
}

std::vector<const Table*> heirs(const Schema& schema, const Table& table) {
  std::vector<const Table*> out = {&table};
  std::set<const Table*> seen = {&table};
  const auto below = [](const Table& t, const std::string& parent) {
    const Attributes& a = t.options.attributes;
    if (const auto of = a.find("partition of"); of != a.end() && of->second == parent) return true;
    const auto from = a.find("inherits");
    if (from == a.end()) return false;
    const auto parents = split_list(from->second);
    return std::find(parents.begin(), parents.end(), parent) != parents.end();
  };
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::string parent = quote(out[i]->path());
    for (const Table& t : schema.tables)
      if (below(t, parent) && seen.insert(&t).second) out.push_back(&t);
  }
  out.erase(out.begin());
  return out;
}

std::optional<std::string> Survey::fill(const Name& column) const {
  const Column* c = find_column(then_, column);
  const Type type = c != nullptr ? c->type : Type{.kind = Kind::text};
  return fill_of(hints_, path_, column, std::equal_to<>(),
                 [&](const Literal& constant) { return literal(constant, type); });
}

void Survey::foresee() {
  Schema schema{.dialect = from_.dialect, .tables = {*now_}};
  sources_.clear();
  for (const Column& column : now_->columns) sources_.push_back({column, quote(column.name.text), &column});
  for (const Change& change : all_) {
    if (!changes_table(change, *now_, path_)) continue;
    apply_where_possible(schema, change);
    follow(sources_, change);
  }
  then_ = schema.tables.empty() ? *now_ : schema.tables[0];
  for (Source& s : sources_) {
    if (s.before != nullptr) continue;
    const Column& c = s.after;
    s.value = "NULL";
    if (const auto filled = fill(c.name)) {
      s.value = *filled;
    } else if (c.default_value) {
      s.value = as_sql(*c.default_value, [&](const Literal& constant) { return literal(constant, c.type); });
    }
  }
}

std::string Survey::key() const {
  if (!now_->primary_key) return now_->options.attributes.contains("foreign server") ? "NULL::text" : "ctid::text";
  std::vector<std::string> parts;
  for (const KeyPart& part : now_->primary_key->parts) parts.push_back(quote(part.column.text) + "::text");
  return join(parts, " || '/' || ");
}

std::string Survey::today(const std::string& column) const {
  return "(SELECT " + key() + " AS dataflow_key, " + column + " AS value FROM " + table_ + ") AS c";
}

std::string Survey::coming(std::string_view mentioned) const {
  std::vector<std::string> columns = {key() + " AS dataflow_key"};
  for (const Source& source : sources_) {
    if (!speaks_of(mentioned, source.after.name)) continue;
    std::string value = source.value;
    const auto filled = fill(source.after.name);
    if (source.before != nullptr && filled && source.before->nullable && !source.after.nullable)
      value = "coalesce(" + value + ", " + *filled + ")";
    if (source.before == nullptr)
      value = "(" + value + ")::" + type_name(source.after.type);
    else if (!same_type(source.before->type, source.after.type))
      value = conversion(value, source.before->type, source.after.type);
    columns.push_back(value + " AS " + quote(source.after.name.text));
  }
  return "(SELECT " + join(columns, ", ") + " FROM " + table_ + ") AS " + quote(path_.name.text);
}

}  // namespace dataflow::postgresql
