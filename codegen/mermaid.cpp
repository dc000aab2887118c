// https://mermaid.js.org/syntax/entityRelationshipDiagram.html, without Markdown around it.
#include <algorithm>
#include <cctype>

#include "codegen/codegen.hpp"
#include "codegen/words.hpp"
#include "core/text.hpp"
#include "preview/text.hpp"

namespace dataflow::codegen {

namespace {

/// In quotes, which Mermaid knows no escape for: what would end or break the text becomes a character that looks alike.
std::string quoted(std::string_view text) {
  std::string out = page::shown(text, false);
  for (char& c : out) {
    if (c == '"') c = '\'';
    if (c == '\\') c = '/';
    if (c == '%') c = '_';
  }
  return '"' + (out.empty() ? " " : out) + '"';
}

/// A type or a column's name: letters, digits, underscores, hyphens and brackets, a letter first.
std::string word(std::string_view text, std::string_view beside) {
  std::string out;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || beside.find(c) != std::string_view::npos)
      out += c;
    else if (!out.empty() && out.back() != '_')
      out += '_';
  }
  while (out.size() > 1 && out.back() == '_') out.pop_back();
  if (out.empty() || std::isalpha(static_cast<unsigned char>(out[0])) == 0) out.insert(0, "c_");
  return out;
}

std::string type_word(const Column& column) {
  std::string text = type_text(column.type);
  // The labels of an enum are values: they do not fit into a word.
  if (const auto at = text.find("('"); at != std::string::npos) text.resize(at);
  return text.empty() ? "any" : word(text, "_-()[]");
}

std::string keys(const Table& table, const Column& column) {
  std::vector<std::string> out;
  if (in_primary_key(table, column.name)) out.emplace_back("PK");
  if (in_foreign_key(table, column.name)) out.emplace_back("FK");
  if (alone_unique(table, column.name)) out.emplace_back("UK");
  return out.empty() ? "" : " " + join(out, ", ");
}

bool contains(const std::vector<Name>& names, const Name& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Whether one row at most can have the values of these columns.
bool one_row(const Table& table, const std::vector<Name>& columns) {
  const auto covered = [&](const std::vector<KeyPart>& parts) {
    return !parts.empty() &&
           std::all_of(parts.begin(), parts.end(), [&](const KeyPart& part) { return contains(columns, part.column); });
  };
  return (table.primary_key && covered(table.primary_key->parts)) ||
         std::any_of(table.uniques.begin(), table.uniques.end(), [&](const Unique& u) { return covered(u.parts); }) ||
         std::any_of(table.indexes.begin(), table.indexes.end(),
                     [&](const Index& i) { return i.unique && i.where.empty() && covered(i.parts); });
}

std::string relation(const Table& table, const ForeignKey& key) {
  const bool optional = std::any_of(key.columns.begin(), key.columns.end(), [&](const Name& name) {
    const Column* column = find_column(table, name);
    return column != nullptr && column->nullable;
  });
  const bool identifying = std::all_of(key.columns.begin(), key.columns.end(),
                                       [&](const Name& name) { return in_primary_key(table, name); });
  std::vector<std::string> columns;
  for (const Name& name : key.columns) columns.push_back(name.text);
  return quoted(shown(key.references)) + " " + (optional ? "|o" : "||") + (identifying ? "--" : "..") +
         (one_row(table, key.columns) ? "o|" : "o{") + " " + quoted(shown(table.path())) + " : " +
         quoted(join(columns, ", "));
}

}  // namespace

std::string mermaid(const Schema& schema) {
  const auto tables = by_path(schema);
  std::string out = "erDiagram\n";
  for (const Table* table : tables) {
    out += "  " + quoted(shown(table->path()));
    if (table->columns.empty()) {
      out += '\n';
      continue;
    }
    out += " {\n";
    for (const Column& column : table->columns) {
      const std::string name = word(column.name.text, "_-");
      out += "    " + type_word(column) + " " + name + keys(*table, column);
      const std::string comment =
          column.comment.empty() && name != column.name.text ? column.name.text : column.comment;
      if (!comment.empty()) out += " " + quoted(comment);
      out += '\n';
    }
    out += "  }\n";
  }
  for (const Table* table : tables)
    for (const ForeignKey& key : table->foreign_keys) out += "  " + relation(*table, key) + "\n";
  return out;
}

}  // namespace dataflow::codegen
