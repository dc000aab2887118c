#include "plan/operations.hpp"

#include <algorithm>
#include <type_traits>
#include <variant>

#include "core/number.hpp"
#include "core/text.hpp"
#include "schema/words.hpp"

namespace dataflow {

namespace {

using Texts = std::vector<std::string>;

std::string in_parentheses(std::string_view text) { return "(" + std::string(text) + ")"; }
std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (char c : text) out += c == '\'' ? "''" : std::string(1, c);
  return out + "'";
}
std::string arrow(const std::string& before, const std::string& after) { return before + " → " + after; }
std::string or_none(const std::string& text) { return text.empty() ? "none" : text; }
/// "name text", either of which may be missing.
std::string named(const Name& name, const std::string& text) {
  return join(name.empty() ? Texts{text} : text.empty() ? Texts{name.text} : Texts{name.text, text}, " ");
}

std::string_view type_word(Kind kind) {
  switch (kind) {
    case Kind::boolean: return "BOOLEAN";
    case Kind::int8: return "TINYINT";
    case Kind::int16: return "SMALLINT";
    case Kind::int32: return "INTEGER";
    case Kind::int64: return "BIGINT";
    case Kind::uint64: return "UNSIGNED BIGINT";
    case Kind::float32: return "REAL";
    case Kind::float64: return "DOUBLE PRECISION";
    case Kind::decimal: return "DECIMAL";
    case Kind::text: return "TEXT";
    case Kind::varchar: return "VARCHAR";
    case Kind::bytes: return "BYTES";
    case Kind::date: return "DATE";
    case Kind::time: return "TIME";
    case Kind::timestamp: return "TIMESTAMP";
    case Kind::uuid: return "UUID";
    case Kind::json: return "JSON";
    case Kind::enumeration: return "ENUM";
    case Kind::other: return "";
  }
  return "";
}

/// The numbers a type is declared with, without its parentheses.
std::string parameters(const Type& type) {
  if (type.length > 0) return std::to_string(type.length);
  if (type.precision == 0) return {};
  const std::string precision = std::to_string(type.precision);
  return type.kind == Kind::decimal ? precision + "," + std::to_string(type.scale) : precision;
}

std::string logical_text(const Type& type) {
  std::string text(type_word(type.kind));
  if (const std::string numbers = parameters(type); !numbers.empty()) text += in_parentheses(numbers);
  if (type.kind == Kind::enumeration) {
    Texts labels;
    for (const std::string& label : type.labels) labels.push_back(in_quotes(label));
    text = named(Name(text), type.name.text) + " " + in_parentheses(join(labels, ", "));
  }
  for (int i = 0; i < type.dimensions; ++i) text += "[]";
  return text;
}

std::string identity_text(Identity identity) { return std::string(word(identity)); }

std::string action_text(Action action) { return upper(word(action)); }

std::string generated_text(const std::optional<Generated>& generated) {
  if (!generated) return "none";
  return in_parentheses(generated->expression.text) + (generated->stored ? " STORED" : " VIRTUAL");
}

std::string attribute_text(const Attributes& attributes, const std::string& key) {
  const auto found = attributes.find(key);
  if (found == attributes.end()) return "off";
  return found->second.empty() ? "on" : found->second;
}

/// One entry per attribute that differs: "strict: off → on".
Texts attribute_changes(const Attributes& before, const Attributes& after) {
  Attributes all = before;
  all.insert(after.begin(), after.end());
  Texts changes;
  for (const auto& [key, value] : all) {
    const std::string old_value = attribute_text(before, key), new_value = attribute_text(after, key);
    if (old_value != new_value) changes.push_back(key + ": " + arrow(old_value, new_value));
  }
  return changes;
}

std::string attributes_text(const Attributes& attributes) {
  Texts texts;
  for (const auto& [key, value] : attributes) texts.push_back(value.empty() ? key : key + " " + value);
  return join(texts, ", ");
}

std::string parts_text(const std::vector<KeyPart>& parts) {
  Texts texts;
  for (const KeyPart& part : parts) {
    std::string text = part.column.empty() ? part.expression.text : part.column.text;
    if (!part.collation.empty()) text += " COLLATE " + part.collation.text;
    if (part.descending) text += " DESC";
    if (!part.attributes.empty()) text += " " + attributes_text(part.attributes);
    texts.push_back(std::move(text));
  }
  return in_parentheses(join(texts, ", "));
}

std::string names_text(const std::vector<Name>& names) {
  Texts texts;
  for (const Name& name : names) texts.push_back(name.text);
  return in_parentheses(join(texts, ", "));
}

std::string with_attributes(const std::string& text, const Attributes& attributes) {
  return attributes.empty() ? text : text + " " + attributes_text(attributes);
}

// What stands behind the name of a key, index or check.
std::string body(const PrimaryKey& key) {
  return with_attributes("PRIMARY KEY " + parts_text(key.parts), key.attributes);
}
std::string body(const Unique& key) { return with_attributes("UNIQUE " + parts_text(key.parts), key.attributes); }
std::string body(const Check& check) {
  return with_attributes("CHECK " + in_parentheses(check.expression.text), check.attributes);
}
std::string deferral_text(const ForeignKey& key) {
  if (!key.deferrable) return "NOT DEFERRABLE";
  return key.initially_deferred ? "INITIALLY DEFERRED" : "DEFERRABLE";
}
std::string target_text(const ForeignKey& key) {
  const std::string text = arrow(names_text(key.columns), key.references.name.text);
  return key.referenced.empty() ? text : text + " " + names_text(key.referenced);
}
std::string body(const ForeignKey& key) {
  std::string text = target_text(key);
  if (key.on_delete != Action::no_action) text += " ON DELETE " + action_text(key.on_delete);
  if (key.on_update != Action::no_action) text += " ON UPDATE " + action_text(key.on_update);
  if (key.deferrable) text += " " + deferral_text(key);
  return with_attributes(text, key.attributes);
}
std::string body(const Index& index) {
  std::string text = (index.unique ? "UNIQUE " : "") + parts_text(index.parts);
  if (!index.where.empty()) text += " WHERE " + index.where.text;
  return with_attributes(text, index.attributes);
}

// The whole object in one cell.
std::string summary(const Table& table) { return count(table.columns.size(), "column"); }
std::string summary(const Column& column) {
  const std::string type = type_text(column.type);
  return type.empty() ? column.name.text : column.name.text + " " + in_parentheses(type);
}
std::string summary(const ForeignKey& key) {
  return key.name.empty() ? "FOREIGN KEY " + body(key) : named(key.name, body(key));
}
std::string summary(const TableOptions& options) {
  Texts texts;
  if (!options.attributes.empty()) texts.push_back(attributes_text(options.attributes));
  if (!options.comment.empty()) texts.push_back("comment " + in_quotes(options.comment));
  return join(texts, ", ");
}
std::string summary(const Definition& definition) { return named(Name(definition.kind), definition.name.text); }
template <class Part> std::string summary(const Part& part) { return named(part.name, body(part)); }

// What differs, in one cell.
std::string type_change(const Type& before, const Type& after) {
  const std::string old_text = type_text(before), new_text = type_text(after);
  return old_text == new_text ? arrow(logical_text(before), logical_text(after))
                              : arrow(or_none(old_text), or_none(new_text));
}

std::string default_change(const std::optional<Default>& before, const std::optional<Default>& after) {
  const auto text = [](const std::optional<Default>& value) {
    return value ? default_text(*value) : std::string("none");
  };
  return "DEFAULT " + arrow(text(before), text(after));
}

std::string changes(const Column& before, const Column& after) {
  Texts texts;
  if (before.type != after.type) texts.push_back(type_change(before.type, after.type));
  if (before.nullable != after.nullable) texts.emplace_back(after.nullable ? "NULL allowed" : "NOT NULL");
  if (before.default_value != after.default_value)
    texts.push_back(default_change(before.default_value, after.default_value));
  if (before.generated != after.generated)
    texts.push_back("GENERATED " + arrow(generated_text(before.generated), generated_text(after.generated)));
  if (before.identity != after.identity)
    texts.push_back("IDENTITY " + arrow(identity_text(before.identity), identity_text(after.identity)));
  if (before.collation != after.collation)
    texts.push_back("COLLATE " + arrow(or_none(before.collation.text), or_none(after.collation.text)));
  if (before.comment != after.comment)
    texts.push_back("comment " + arrow(in_quotes(before.comment), in_quotes(after.comment)));
  for (std::string& text : attribute_changes(before.attributes, after.attributes)) texts.push_back(std::move(text));
  return after.name.text + ": " + join(texts, ", ");
}
std::string changes(const TableOptions& before, const TableOptions& after) {
  Texts texts = attribute_changes(before.attributes, after.attributes);
  if (before.comment != after.comment)
    texts.push_back("comment " + arrow(in_quotes(before.comment), in_quotes(after.comment)));
  return join(texts, ", ");
}
std::string changes(const Table& before, const Table& after) { return arrow(summary(before), summary(after)); }
/// "+ great, - sad, changed ok": what pieces of a definition come, go and differ.
Texts part_changes(const std::vector<Part>& before, const std::vector<Part>& after) {
  const auto named = [](const std::vector<Part>& parts, const Part& part) {
    return std::find_if(parts.begin(), parts.end(), [&](const Part& p) { return p.name == part.name; });
  };
  Texts texts;
  for (const Part& part : after)
    if (const auto was = named(before, part); was == before.end())
      texts.push_back("+ " + part.name.text);
    else if (was->text != part.text)
      texts.push_back("changed " + part.name.text);
  for (const Part& part : before)
    if (named(after, part) == after.end()) texts.push_back("- " + part.name.text);
  return texts;
}

std::string changes(const Definition& before, const Definition& after) {
  Texts texts = part_changes(before.parts, after.parts);
  for (std::string& text : attribute_changes(before.attributes, after.attributes)) texts.push_back(std::move(text));
  if (texts.empty()) texts.emplace_back("new definition");
  return summary(after) + ": " + join(texts, ", ");
}
std::string changes(const ForeignKey& before, const ForeignKey& after) {
  // The target has an arrow of its own; a second one would not tell which is which.
  if (before.name != after.name || target_text(before) != target_text(after))
    return summary(after) + ", before " + summary(before);
  Texts texts;
  const auto differs = [&](const char* what, const std::string& was, const std::string& is) {
    if (was != is) texts.push_back(what + arrow(was, is));
  };
  differs("ON DELETE ", action_text(before.on_delete), action_text(after.on_delete));
  differs("ON UPDATE ", action_text(before.on_update), action_text(after.on_update));
  differs("", deferral_text(before), deferral_text(after));
  for (std::string& text : attribute_changes(before.attributes, after.attributes)) texts.push_back(std::move(text));
  return (after.name.empty() ? target_text(after) : after.name.text) + ": " + join(texts, ", ");
}
template <class Part> std::string changes(const Part& before, const Part& after) {
  const std::string text = arrow(body(before), body(after));
  if (before.name == after.name) return after.name.empty() ? text : after.name.text + ": " + text;
  return arrow(summary(before), summary(after));
}

/// What creating, dropping and altering a noun are called.
struct Kinds {
  OperationKind create, drop, alter;
};
using K = OperationKind;
constexpr Kinds constraint_kinds{K::add_constraint, K::drop_constraint, K::alter_constraint};
Kinds kinds(const Table&) { return {K::create_table, K::drop_table, K::alter_table}; }
Kinds kinds(const TableOptions&) { return {K::alter_table, K::alter_table, K::alter_table}; }
Kinds kinds(const Column&) { return {K::add_column, K::drop_column, K::alter_column}; }
Kinds kinds(const Index&) { return {K::add_index, K::drop_index, K::alter_index}; }
Kinds kinds(const PrimaryKey&) { return constraint_kinds; }
Kinds kinds(const Unique&) { return constraint_kinds; }
Kinds kinds(const ForeignKey&) { return constraint_kinds; }
Kinds kinds(const Check&) { return constraint_kinds; }
Kinds kinds(const Definition& definition) {
  if (definition.kind.ends_with("view")) return {K::create_view, K::drop_view, K::alter_view};
  if (definition.kind == "trigger") return {K::create_trigger, K::drop_trigger, K::alter_trigger};
  return {K::create_object, K::drop_object, K::alter_object};
}

/// Where an operation on `object` belongs and what it is called there.
struct Place {
  Name table, object;
};
Place place(const Path&, const Table& table) { return {display_name(table.path()), {}}; }
Place place(const Path& in, const TableOptions&) { return {display_name(in), {}}; }
Place place(const Path&, const Definition& d) {
  const Name name = display_name({d.schema, d.name});
  if (d.on.empty()) return {name, {}};
  if (d.kind == "function" || d.kind == "procedure" || d.kind == "aggregate")
    return {name.text + '(' + d.on.text + ')', {}};
  return {display_name({d.schema, d.on}), d.name};
}
template <class Part> Place place(const Path& in, const Part& part) { return {display_name(in), part.name}; }

Operation operation(OperationKind kind, Place place, std::string details) {
  Operation made;
  made.kind = kind;
  made.table = std::move(place.table);
  made.object = std::move(place.object);
  made.details = std::move(details);
  return made;
}

struct ToOperation {
  template <class O> Operation operator()(const Create<O>& c) const {
    return operation(kinds(c.object).create, place(c.in, c.object), summary(c.object));
  }
  template <class O> Operation operator()(const Drop<O>& c) const {
    return operation(kinds(c.object).drop, place(c.in, c.object), summary(c.object));
  }
  template <class O> Operation operator()(const Alter<O>& c) const {
    return operation(kinds(c.after).alter, place(c.in, c.after), changes(c.before, c.after));
  }
  Operation operator()(const Rename<Table>& c) const {
    return operation(K::rename_table, {display_name({c.in.schema, c.before}), {}}, arrow(c.before.text, c.after.text));
  }
  Operation operator()(const Rename<Column>& c) const {
    return operation(K::rename_column, {display_name(c.in), c.before}, arrow(c.before.text, c.after.text));
  }
};

struct LiteralText {
  std::string operator()(bool value) const { return value ? "TRUE" : "FALSE"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(std::uint64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return number_text(value); }
  std::string operator()(const std::string& value) const { return in_quotes(value); }
};

}  // namespace

Name display_name(const Path& path) {
  if (path.schema.empty() || path.schema == "public") return path.name;
  return path.schema.text + '.' + path.name.text;
}

Operation to_operation(const Change& change) { return std::visit(ToOperation{}, change); }

std::string type_text(const Type& type) { return type.spelled.empty() ? logical_text(type) : type.spelled; }

std::string default_text(const Default& value) {
  if (const Sql* expression = std::get_if<Sql>(&value)) return expression->text;
  return std::visit(LiteralText{}, std::get<Literal>(value).value);
}

std::string new_name(const Operation& operation) {
  if (operation.kind != K::rename_table && operation.kind != K::rename_column) return {};
  const std::string mark = arrow("", "");
  const std::string& before = operation.object.text;
  const std::size_t from = operation.details.starts_with(before + mark) ? before.size() : operation.details.find(mark);
  return from == std::string::npos ? std::string() : operation.details.substr(from + mark.size());
}

}  // namespace dataflow
