#include "core/text.hpp"
#include "dataflow/snapshot.hpp"
#include "schema/notation.hpp"
#include "schema/words.hpp"

namespace dataflow {

namespace {
using notation::name;
using notation::sql;

std::string path(const Path& path) {
  return path.schema.empty() ? name(path.name.text) : name(path.schema.text) + '.' + name(path.name.text);
}

template <class T, class Write> std::string list(const std::vector<T>& values, Write&& write) {
  std::vector<std::string> words;
  for (const T& value : values) words.push_back(write(value));
  return '(' + join(words, ", ") + ')';
}

std::string names(const std::vector<Name>& values) {
  return list(values, [](const Name& value) { return name(value.text); });
}

std::string with(const Attributes& attributes) {
  if (attributes.empty()) return {};
  std::vector<std::string> words;
  for (const auto& [key, value] : attributes) words.push_back(name(key) + (value.empty() ? "" : " = " + name(value)));
  return " with (" + join(words, ", ") + ')';
}

std::string optional_name(const Name& value) { return value.empty() ? "" : ' ' + name(value.text); }

std::string clause(std::string_view word, const std::string& text) {
  return text.empty() ? "" : ' ' + std::string(word) + ' ' + notation::string(text);
}

std::string measure(std::string_view word, std::uint32_t value, bool unnamed) {
  return unnamed ? std::to_string(value) : std::string(word) + ' ' + std::to_string(value);
}

std::string measures(const Type& type) {
  const auto unnamed = notation::measures(type.kind);
  std::vector<std::string> words;
  if (type.length) words.push_back(measure("length", type.length, unnamed.length));
  if (type.precision || (type.scale && unnamed.precision))
    words.push_back(measure("precision", type.precision, unnamed.precision));
  if (type.scale) words.push_back(measure("scale", type.scale, unnamed.scale));
  return words.empty() ? "" : '(' + join(words, ", ") + ')';
}

std::string text_of(const Type& type) {
  std::string out = std::string(word(type.kind)) + measures(type);
  for (int i = 0; i < type.dimensions; ++i) out += "[]";
  if (!type.name.empty()) out += " named " + name(type.name.text);
  if (!type.labels.empty()) out += " labels " + list(type.labels, notation::string);
  return out + clause("as", type.spelled);
}

std::string text_of(const Default& value) {
  const auto* expression = std::get_if<Sql>(&value);
  return expression ? sql(expression->text) : notation::literal(std::get<Literal>(value));
}

std::string text_of(const Column& column) {
  std::string out = "column " + name(column.name.text) + ' ' + text_of(column.type);
  if (!column.nullable) out += " not null";
  if (column.default_value) out += " default " + text_of(*column.default_value);
  if (column.generated)
    out += std::string(" generated ") + (column.generated->stored ? "stored " : "") +
           sql(column.generated->expression.text);
  if (column.identity != Identity::none) out += " identity " + std::string(word(column.identity));
  if (!column.collation.empty()) out += " collate " + name(column.collation.text);
  return out + clause("comment", column.comment) + with(column.attributes);
}

std::string text_of(const KeyPart& part) {
  std::string out;
  if (!part.column.empty() || part.expression.empty()) out = name(part.column.text);
  if (!part.expression.empty()) out += (out.empty() ? "" : " ") + sql(part.expression.text);
  if (part.descending) out += " desc";
  if (!part.collation.empty()) out += " collate " + name(part.collation.text);
  return out + with(part.attributes);
}

std::string parts(const std::vector<KeyPart>& values) {
  return ' ' + list(values, [](const KeyPart& part) { return text_of(part); });
}

std::string text_of(const PrimaryKey& key) {
  return "primary key" + optional_name(key.name) + parts(key.parts) + with(key.attributes);
}

std::string text_of(const Unique& unique) {
  return "unique" + optional_name(unique.name) + parts(unique.parts) + with(unique.attributes);
}

std::string on(std::string_view event, Action action) {
  return action == Action::no_action ? "" : " on " + std::string(event) + ' ' + std::string(word(action));
}

std::string text_of(const ForeignKey& key) {
  std::string out = "foreign key" + optional_name(key.name) + ' ' + names(key.columns) + " references " +
                    path(key.references) + (key.referenced.empty() ? "" : ' ' + names(key.referenced));
  out += on("delete", key.on_delete) + on("update", key.on_update);
  if (key.deferrable) out += " deferrable";
  if (key.initially_deferred) out += " initially deferred";
  return out + with(key.attributes);
}

std::string text_of(const Check& check) {
  return "check" + optional_name(check.name) + ' ' + sql(check.expression.text) + with(check.attributes);
}

std::string text_of(const Index& index) {
  std::string out = "index " + name(index.name.text) + (index.unique ? " unique" : "") + parts(index.parts);
  if (!index.where.empty()) out += " where " + sql(index.where.text);
  return out + with(index.attributes);
}

template <class Parts> void put(std::string& out, const Parts& parts) {
  for (const auto& part : parts) out += "  " + text_of(part) + '\n';
}

void put(std::string& out, const std::vector<Dependency>& dependencies) {
  for (const Dependency& d : dependencies) {
    out += "  depends on " + name(d.kind) + ' ' + path(d.path);
    if (!d.on.empty()) out += " on " + name(d.on.text);
    if (!d.column.empty()) out += " column " + name(d.column.text);
    out += clause("for", d.part) + '\n';
  }
}

void put(std::string& out, const Table& table) {
  out += "\ntable " + path(table.path()) + clause("comment", table.options.comment) + with(table.options.attributes) +
         '\n';
  put(out, table.columns);
  if (table.primary_key) out += "  " + text_of(*table.primary_key) + '\n';
  put(out, table.uniques);
  put(out, table.foreign_keys);
  put(out, table.checks);
  put(out, table.indexes);
  put(out, table.depends_on);
}

void put(std::string& out, const Definition& definition) {
  const std::string& text = definition.text.text;
  out += "\ndefine " + name(definition.kind) + ' ' + path({definition.schema, definition.name});
  if (!definition.on.empty()) out += " on " + name(definition.on.text);
  const bool in_line = !notation::is_plain(text);
  if (in_line) out += ' ' + sql(text);
  out += with(definition.attributes) + '\n';
  if (!in_line && !text.empty())
    for (const std::string& line : split(text, '\n')) out += "  |" + (line.empty() ? "" : ' ' + line) + '\n';
  for (const Part& part : definition.parts)
    out += "  part " + name(part.name.text) + (part.text.empty() ? "" : ' ' + sql(part.text.text)) + '\n';
  put(out, definition.depends_on);
}

void put(std::string& out, const Unmodelled& object) {
  out += "\nunmodelled " + name(object.kind) + ' ' + path(object.path) + clause("reason", object.reason) + '\n';
}
}  // namespace

std::string to_text(const Schema& schema) {
  std::string out = std::string(notation::title) + ' ' + std::to_string(notation::version) + '\n';
  if (!schema.dialect.empty()) out += "dialect " + name(schema.dialect) + '\n';
  for (const Table& table : schema.tables) put(out, table);
  for (const Definition& definition : schema.definitions) put(out, definition);
  for (const Unmodelled& object : schema.unmodelled) put(out, object);
  return out;
}

}  // namespace dataflow
