#include <algorithm>

#include "core/text.hpp"
#include "dialects/mariadb/spelling.hpp"
#include "dialects/mariadb/survey.hpp"

namespace dataflow::mariadb {

/// Values that stand in more than one row, as the collation of the column compares them. NULL is equal to nothing.
void Survey::unique(Evidence& e, const std::vector<KeyPart>& parts, const Attributes& attributes) {
  if (e.blocking || too_many_to_compare() || attributes.contains("without overlaps")) return;
  std::vector<std::string> expressions, texts, names, conditions;
  for (const KeyPart& part : parts) {
    const std::string whole = part.column.empty() ? "(" + part.expression.text + ")" : quote(part.column.text);
    const auto* length = value_of(part.attributes, "length");
    const std::string x = length == nullptr ? whole : "LEFT(" + whole + ", " + *length + ")";
    expressions.push_back(x);
    texts.push_back("CAST(min(" + x + ") AS CHAR)");
    names.push_back(part.column.empty() ? part.expression.text : part.column.text);
    conditions.push_back(whole + " IS NOT NULL");
  }
  const auto found = ask("SELECT " + join(texts, ", ") + " FROM " + coming(join(expressions, " ")) + " WHERE " +
                         join(conditions, " AND ") + " GROUP BY " + join(expressions, ", ") +
                         " HAVING count(*) > 1 LIMIT " + std::to_string(enough + 1));
  if (!found || found->empty()) return;
  std::vector<std::string> first;
  for (std::size_t i = 0; i < found->size() && i < 3; ++i) {
    std::vector<std::string> cells;
    for (const Cell& cell : found->at(i)) cells.push_back(cell.value_or("NULL"));
    first.push_back(join(cells, "/"));
  }
  e.blocking = counted(found->size(), "value") + " of " + path_.name.text + " (" + join(names, ", ") + ") " +
               (found->size() == 1 ? "stands" : "stand") + " in more than one row (first: " + join(first, ", ") + ")";
  e.remedy = "make these rows distinct first";
}

void Survey::check(Evidence& e, const std::string& expression) {
  const std::string text = "CHECK (" + expression + ")";
  block(e, coming(expression), "NOT (" + expression + ")", "row", path_.name.text, "breaks " + text, "break " + text,
        "correct these rows first");
}

void Survey::foreign_key(Evidence& e, const ForeignKey& key) {
  const Table* parent = key.references.schema.empty() ? table_now(key.references) : nullptr;
  const bool elsewhere = !key.references.schema.empty();
  std::vector<std::string> present, match, columns;
  for (std::size_t i = 0; i < key.columns.size(); ++i) {
    const std::string child = quote(path_.name.text) + "." + quote(key.columns[i].text);
    columns.push_back(quote(key.columns[i].text));
    present.push_back(child + " IS NOT NULL");
    if (i >= key.referenced.size()) return;
    const Name referenced = elsewhere ? key.referenced[i] : column_now(key.references, key.referenced[i]);
    match.push_back("dataflow_parent." + quote(referenced.text) + " = " + child);
  }
  std::string orphan = join(present, " AND ");
  if (elsewhere || parent != nullptr) {
    const std::string of = elsewhere ? quote(key.references.schema.text) + "." + quote(key.references.name.text)
                                     : quote(parent->name.text);
    orphan += " AND NOT EXISTS (SELECT 1 FROM " + of + " AS dataflow_parent WHERE " + join(match, " AND ") + ")";
  }
  const std::string to = "no row of " + key.references.name.text;
  block(e, coming(join(columns, " ")), orphan, "row", path_.name.text, "points to " + to, "point to " + to,
        "correct or delete these rows first");
}

}  // namespace dataflow::mariadb
