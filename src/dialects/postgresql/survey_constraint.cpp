#include <algorithm>

#include "core/text.hpp"
#include "dialects/postgresql/survey.hpp"

namespace dataflow::postgresql {

namespace {

std::string part_text(const KeyPart& part) {
  return part.column.empty() ? "(" + part.expression.text + ")" : quote(part.column.text);
}

/// How a part is shown to people.
std::string part_name(const KeyPart& part) {
  return part.column.empty() ? std::string(bare(part.expression.text)) : part.column.text;
}

/// What holds for rows that the server does not check against what was there before.
bool unchecked(const Attributes& attributes) {
  return attributes.contains("not valid") || attributes.contains("not enforced");
}

}  // namespace

void Survey::unique(Evidence& e, const std::vector<KeyPart>& parts, const Sql& where, const Attributes& attributes) {
  if (e.blocking || too_many_to_compare()) return;
  std::vector<std::string> expressions, texts, names, conditions;
  for (const KeyPart& part : parts) {
    const std::string x = part_text(part);
    expressions.push_back(x);
    texts.push_back(x + "::text");
    names.push_back(part_name(part));
    if (!attributes.contains("nulls not distinct")) conditions.push_back(x + " IS NOT NULL");
  }
  if (!where.empty()) conditions.push_back("(" + where.text + ")");
  const std::string mentioned = join(expressions, " ") + " " + where.text;
  const auto found =
      questions_.ask("SELECT " + join(texts, ", ") + " FROM " + coming(mentioned) +
                     (conditions.empty() ? "" : " WHERE " + join(conditions, " AND ")) + " GROUP BY " +
                     join(expressions, ", ") + " HAVING count(*) > 1 LIMIT " + std::to_string(enough + 1));
  if (!found || found.rows.empty()) return;
  std::vector<std::string> first;
  for (std::size_t i = 0; i < found.rows.size() && i < 3; ++i) {
    std::vector<std::string> cells;
    for (const Cell& cell : found.rows[i]) cells.push_back(cell.value_or("NULL"));
    first.push_back(join(cells, "/"));
  }
  e.blocking = counted(found.rows.size(), "value") + " of " + shown(path_) + " (" + join(names, ", ") + ") " +
               (found.rows.size() == 1 ? "stands" : "stand") + " in more than one row (first: " + join(first, ", ") +
               ")";
  e.remedy = "make these rows distinct first";
}

void Survey::check(Evidence& e, const Check& check) {
  if (unchecked(check.attributes)) return;
  const std::string text = "CHECK (" + std::string(bare(check.expression.text)) + ")";
  block(e, coming(check.expression.text), "NOT (" + check.expression.text + ")", "row", shown(path_), "breaks " + text,
        "break " + text, "correct these rows first");
}

void Survey::foreign_key(Evidence& e, const ForeignKey& key) {
  if (unchecked(key.attributes) || too_many_to_compare()) return;
  const bool itself = key.references == path_;
  const Table* parent = itself ? now_ : table_now(key.references);
  std::vector<Name> referenced = key.referenced;
  if (parent != nullptr && referenced.empty() && parent->primary_key)
    for (const KeyPart& part : parent->primary_key->parts) referenced.push_back(part.column);
  if (parent != nullptr && referenced.size() != key.columns.size()) return;
  std::vector<std::string> present, match, columns;
  for (std::size_t i = 0; i < key.columns.size(); ++i) {
    const std::string child = quote(path_.name.text) + "." + quote(key.columns[i].text);
    columns.push_back(quote(key.columns[i].text));
    present.push_back(child + " IS NOT NULL");
    if (parent != nullptr)
      match.push_back("dataflow_parent." + quote(column_now(key.references, referenced[i]).text) + " = " + child);
  }
  std::string orphan = "(" + join(present, key.attributes.contains("match full") ? " OR " : " AND ") + ")";
  if (parent != nullptr)
    orphan += " AND NOT EXISTS (SELECT 1 FROM " + quote(parent->path()) + " AS dataflow_parent WHERE " +
              join(match, " AND ") + ")";
  const std::string to = "no row of " + shown(key.references);
  block(e, coming(join(columns, " ")), orphan, "row", shown(path_), "points to " + to, "point to " + to,
        "correct or delete these rows first");
}

namespace {

/// Where the parenthesis that opens at `at` closes.
std::size_t closing(std::string_view text, std::size_t at) {
  int depth = 0;
  for (std::size_t i = at; i < text.size(); ++i) {
    if (text[i] == '\'' || text[i] == '"') {
      i = std::min(text.find(text[i], i + 1), text.size());
    } else if (text[i] == '(') {
      ++depth;
    } else if (text[i] == ')' && --depth == 0) {
      return i;
    }
  }
  return std::string_view::npos;
}

/// The expression that an element of an exclusion constraint begins with; its operator class is left out.
std::string_view leading_expression(std::string_view element) {
  std::size_t i = 0;
  while (i < element.size() && element[i] != ' ' && element[i] != '(')
    i = element[i] == '"' ? std::min(element.find('"', i + 1), element.size() - 1) + 1 : i + 1;
  if (i < element.size() && element[i] == '(') i = closing(element, i) + 1;
  return element.substr(0, i);
}

struct Exclusion {
  std::vector<std::string> expressions, operators;
  std::string where;
};

/// Reads "… EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (active)".
std::optional<Exclusion> read_exclusion(std::string_view text) {
  const std::size_t word = text.find("EXCLUDE ");
  if (word == std::string_view::npos) return std::nullopt;
  const std::size_t open = text.find('(', word), close = closing(text, open);
  if (open == std::string_view::npos || close == std::string_view::npos) return std::nullopt;
  Exclusion out;
  for (const std::string& element : split_list(text.substr(open + 1, close - open - 1))) {
    const std::size_t with = element.rfind(" WITH ");
    if (with == std::string::npos) return std::nullopt;
    out.expressions.emplace_back(leading_expression(element));
    out.operators.push_back(element.substr(with + 6));
  }
  if (const std::size_t where = text.find(" WHERE (", close); where != std::string_view::npos)
    out.where = text.substr(where + 7, closing(text, where + 7) - where - 6);
  return out;
}

}  // namespace

/// Pairs of rows that exclude each other.
void Survey::exclusion(Evidence& e, const Definition& constraint) {
  const auto read = read_exclusion(constraint.text.text);
  if (now_ == nullptr || !read || !figures_.rows) return;
  const bool hashes = std::find(read->operators.begin(), read->operators.end(), "=") != read->operators.end();
  if (*figures_.rows > (hashes ? 200'000u : 5'000u)) return;  // every row meets every other
  std::vector<std::string> columns = {"dataflow_key", "pg_catalog.row_number() OVER () AS dataflow_row"}, meet;
  for (std::size_t i = 0; i < read->expressions.size(); ++i) {
    const std::string x = "x" + std::to_string(i);
    columns.push_back(read->expressions[i] + " AS " + x);
    meet.push_back("a." + x + " " + read->operators[i] + " b." + x);
  }
  const std::string rows = "dataflow_rows AS (SELECT " + join(columns, ", ") + " FROM " + coming(constraint.text.text) +
                           (read->where.empty() ? "" : " WHERE " + read->where) + ")";
  const auto found = questions_.ask("WITH " + rows +
                                    " SELECT a.dataflow_key || ' and ' || b.dataflow_key FROM dataflow_rows a JOIN "
                                    "dataflow_rows b ON a.dataflow_row < b.dataflow_row AND " +
                                    join(meet, " AND ") + " LIMIT " + std::to_string(enough + 1));
  if (!found || found.rows.empty()) return;
  const std::string keys = keys_text({found.rows[0]});
  e.blocking = counted(found.rows.size(), "pair") + " of rows of " + shown(path_) + " " +
               (found.rows.size() == 1 ? "excludes" : "exclude") + " each other by " + constraint.name.text +
               (keys.empty() ? "" : " (first: " + keys + ")");
  e.remedy = "correct or delete these rows first";
}

}  // namespace dataflow::postgresql
