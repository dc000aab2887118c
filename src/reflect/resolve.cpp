// Options over members: what a model finally says.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "reflect/builder.hpp"
#include "reflect/naming.hpp"

namespace dataflow::reflect {
namespace {

[[noreturn]] void fail(const std::string& model, const std::string& sentence, std::string hint = {}) {
  throw Error(ErrorCode::invalid_schema, "model " + model + ": " + sentence, std::move(hint));
}

/// Where a column's DEFAULT comes from. Explicit answers come from options, by_rule is what nobody asked for.
enum class DefaultFrom : std::uint8_t { by_rule, nothing, initializer, sql };

struct Resolved {
  const CollectedField* field;
  Column column;
  bool ignored = false;
  DefaultFrom from = DefaultFrom::by_rule;
  Sql default_sql = {};
  bool may_be_null = false;  ///< whatever its member's type and the key say
  bool in_key = false;       ///< of the primary key, of a foreign key, or an identity
};

/// The first of two passes: names, and which members have a column at all.
class Names {
 public:
  explicit Names(const ModelBuilder::State& state) : state_(state) {
    for (const CollectedField& field : state.fields)
      columns.push_back(
          {.field = &field, .column = {.name = field.name, .type = field.type, .nullable = field.nullable}});
    for (const CollectedOptions& declaration : state.declarations) {
      if (!declaration.inherited && !declaration.table.empty()) table.name = declaration.table;
      for (const Option& option : declaration.options) take(option);
    }
    if (table.name.empty()) table.name = conventional_name();
  }

  Path table;
  std::vector<Resolved> columns;

  std::size_t index_of(const Member& member, Word word) const {
    for (const CollectedClass& of : state_.classes) {
      if (of.key != member.owner) continue;
      for (std::size_t i = 0; i < columns.size(); ++i)
        if (columns[i].field->offset == of.offset + member.offset) return i;
    }
    fail(state_.cpp_name, std::string(spelling(word)) + " names a member that is not described");
  }
  std::size_t column_of(const Member& member, Word word) const {
    const std::size_t i = index_of(member, word);
    if (columns[i].ignored)
      fail(state_.cpp_name,
           std::string(spelling(word)) + " names member " + columns[i].field->name + ", which is ignored");
    return i;
  }

 private:
  void take(const Option& option) {
    if (option.word == Word::schema) table.schema = option.text;
    if (option.word == Word::column_name) columns[index_of(option.member, Word::column_name)].column.name = option.text;
    if (option.word == Word::ignore) columns[index_of(option.member, Word::ignore)].ignored = true;
  }

  std::string conventional_name() const {
    std::string name = snake_case(std::string_view(state_.cpp_name).substr(0, state_.cpp_name.find('<')));
    if (!is_identifier(name))
      fail(state_.cpp_name, "this struct has no name to call a table by", "write table(\"name\") in its dataflow()");
    return name;
  }

  const ModelBuilder::State& state_;
};

/// The second pass: everything else.
class Resolver {
 public:
  explicit Resolver(const ModelBuilder::State& state) : state_(state), names_(state), columns_(names_.columns) {
    model_.cpp_name = state.cpp_name;
    table().schema = names_.table.schema;
    table().name = names_.table.name;
  }

  Model resolve() {
    check_unsupported();
    for (const CollectedOptions& declaration : state_.declarations) {
      keyed_here_ = false;
      for (const Option& option : declaration.options) take(option, declaration.inherited);
    }
    key_by_convention();
    finish_key();
    for (Resolved& column : columns_) finish(column);
    emit_columns();
    for (const Option* option : parted_) emit(*option);
    check_names();
    return std::move(model_);
  }

 private:
  Table& table() { return model_.table; }
  const Name& name_of(std::size_t i) const { return columns_[i].column.name; }
  Resolved& at(const Option& option) { return columns_[names_.column_of(option.member, option.word)]; }

  void check_unsupported() const {
    for (const Resolved& column : columns_)
      if (!column.field->has_column && !column.ignored)
        fail(state_.cpp_name, "the type of member " + column.field->name + " has no column type",
             "use another type, or ignore() it");
  }

  void take(const Option& option, bool inherited);
  void take_type(const Option& option);
  void take_key(const Option& option);
  void take_foreign_key(const Option& option);
  void take_fill(const Option& option);
  void key_by_convention();
  void finish_key();
  PrimaryKey key() const;
  void finish(Resolved& resolved) const;
  void finish_default(Resolved& resolved) const;
  std::optional<Default> from_initializer(const Resolved& resolved) const;
  void emit_columns();
  void emit(const Option& option);
  void emit_foreign_key(const Option& option);
  void emit_index(const Option& option, bool unique);
  std::vector<KeyPart> parts_of(const Option& option) const;
  std::vector<std::string> names_of(const Option& option) const;
  void check_names() const;

  const ModelBuilder::State& state_;
  Names names_;
  std::vector<Resolved>& columns_;
  Model model_;
  std::vector<std::size_t> key_;
  const Option* key_option_ = nullptr;
  std::map<std::size_t, Identity> identities_;
  bool keyless_ = false;
  bool keyed_here_ = false;
  std::vector<const Option*> parted_;
};

void Resolver::take(const Option& option, bool inherited) {
  const std::string& text = option.text;
  switch (option.word) {
    case Word::schema:
    case Word::column_name:
    case Word::ignore: return;  // Names did it
    case Word::table_comment:
      if (!inherited) table().options.comment = text;
      return;
    case Word::table_renamed_from:
      if (!inherited) model_.hints.tables.push_back({table().path(), text});
      return;
    case Word::attribute: table().options.attributes[text] = option.more; return;
    case Word::column_attribute: at(option).column.attributes[text] = option.more; return;
    case Word::comment: at(option).column.comment = text; return;
    case Word::renamed_from: model_.hints.columns.push_back({table().path(), at(option).column.name, text}); return;
    case Word::default_sql:
      at(option).from = DefaultFrom::sql;
      at(option).default_sql = Sql(text);
      return;
    case Word::default_from_initializer: at(option).from = DefaultFrom::initializer; return;
    case Word::no_default: at(option).from = DefaultFrom::nothing; return;
    case Word::backfill:
    case Word::backfill_sql: return take_fill(option);
    case Word::generated: at(option).column.generated = Generated{Sql(text), option.stored}; return;
    case Word::collation: at(option).column.collation = text; return;
    case Word::postgis: at(option).column.attributes["postgis"] = text; return;
    case Word::type: return take_type(option);
    case Word::nullable: at(option).may_be_null = true; return;
    case Word::identity:
      identities_[names_.column_of(option.member, Word::identity)] =
          option.by_default ? Identity::by_default : Identity::always;
      return;
    case Word::no_primary_key: keyless_ = true; return;
    case Word::primary_key: return take_key(option);
    case Word::foreign_key: return take_foreign_key(option);
    case Word::unique:
    case Word::index: parted_.push_back(&option); return;
    case Word::check:
      if (text.empty() && !option.unnamed)
        fail(state_.cpp_name, "a check needs a name", "write check(\"name\", \"condition\")");
      table().checks.push_back({.name = text, .expression = Sql(option.more), .attributes = option.attributes});
      return;
    case Word::part:
    case Word::descending:
    case Word::expression:
    case Word::text_search:
    case Word::referenced:
    case Word::named:
    case Word::where:
    case Word::on_delete:
    case Word::on_update:
    case Word::stored:
    case Word::deferrable:
    case Word::method:
    case Word::only_on:
    case Word::initially_deferred:
    case Word::by_default:
    case Word::unnamed:
    case Word::as_index:
    case Word::to_key:
    case Word::with:
    case Word::with_part: return;  // never the head of an option
  }
}

void Resolver::take_type(const Option& option) {
  Type& type = at(option).column.type;
  type.spelled = option.text;
  if (option.text.empty()) type = {};  // SQLite has columns without a type
}

void Resolver::take_key(const Option& option) {
  if (keyed_here_) fail(state_.cpp_name, "primary_key is declared twice");
  keyed_here_ = true;
  key_.clear();
  key_option_ = &option;
  for (const Part& part : option.parts) key_.push_back(names_.column_of(part.member, Word::primary_key));
  if (std::set<std::size_t>(key_.begin(), key_.end()).size() != key_.size())
    fail(state_.cpp_name, "primary_key names a member twice");
}

void Resolver::take_foreign_key(const Option& option) {
  for (const Part& part : option.parts) columns_[names_.column_of(part.member, Word::foreign_key)].in_key = true;
  parted_.push_back(&option);
}

void Resolver::take_fill(const Option& option) {
  const Name& column = at(option).column.name;
  if (option.word == Word::backfill && !option.literal)
    fail(state_.cpp_name, "backfill of " + column.text + " has no value");
  Hints::Fill& fill = model_.hints.fills.emplace_back();
  fill.table = table().path();
  fill.column = column;
  if (option.literal)
    fill.value = *option.literal;
  else
    fill.value = Sql(option.text);
}

bool is_integer(Kind kind) {
  return kind == Kind::int8 || kind == Kind::int16 || kind == Kind::int32 || kind == Kind::int64 ||
         kind == Kind::uint64;
}

void Resolver::key_by_convention() {
  if (!key_.empty() || keyless_) return;
  if (!identities_.empty()) {
    key_ = {identities_.begin()->first};
    return;
  }
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const Resolved& column = columns_[i];
    if (column.ignored || column.field->name != "id") continue;
    if (!is_integer(column.column.type.kind) || column.column.type.dimensions > 0 || column.column.generated) continue;
    key_ = {i};
    columns_[i].column.identity = Identity::by_default;
  }
}

void Resolver::finish_key() {
  for (const auto& [i, identity] : identities_) columns_[i].column.identity = identity;
  for (Resolved& column : columns_)
    if (column.column.identity != Identity::none) column.in_key = true, column.column.nullable = false;
  for (std::size_t i : key_) {
    columns_[i].in_key = true;
    columns_[i].column.nullable = false;
  }
  for (Resolved& column : columns_)
    if (column.may_be_null) column.column.nullable = true;
  if (!key_.empty()) table().primary_key = key();
}

PrimaryKey Resolver::key() const {
  if (key_option_ != nullptr)
    return {.name = key_option_->name, .parts = parts_of(*key_option_), .attributes = key_option_->attributes};
  PrimaryKey key;
  for (std::size_t i : key_) key.parts.push_back({.column = name_of(i)});
  return key;
}

void Resolver::finish(Resolved& resolved) const {
  if (resolved.ignored) return;
  const bool server_fills = resolved.column.generated || resolved.column.identity != Identity::none;
  if (!server_fills) return finish_default(resolved);
  if (resolved.column.generated && resolved.column.identity != Identity::none)
    fail(state_.cpp_name, resolved.field->name + " cannot be both generated and an identity");
  if (resolved.from == DefaultFrom::sql || resolved.from == DefaultFrom::initializer)
    fail(state_.cpp_name, resolved.field->name + " has a default, but the database computes its value",
         "drop the default, or generated/identity");
}

bool is_update_time(const Resolved& resolved) {
  return resolved.column.type.kind == Kind::timestamp && resolved.column.type.dimensions == 0 &&
         (resolved.field->name == "created_at" || resolved.field->name == "updated_at");
}

void Resolver::finish_default(Resolved& resolved) const {
  switch (resolved.from) {
    case DefaultFrom::nothing: return;
    case DefaultFrom::sql: resolved.column.default_value = resolved.default_sql; return;
    case DefaultFrom::initializer:
      resolved.column.default_value = from_initializer(resolved);
      if (!resolved.column.default_value)
        fail(state_.cpp_name, "the initialiser of " + resolved.field->name + " is no value to have as default");
      return;
    case DefaultFrom::by_rule:
      if (resolved.in_key) return;
      if (!resolved.field->initial.zero) resolved.column.default_value = from_initializer(resolved);
      if (!resolved.column.default_value && is_update_time(resolved))
        resolved.column.default_value = Sql("CURRENT_TIMESTAMP");
      return;
  }
}

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::optional<Default> Resolver::from_initializer(const Resolved& resolved) const {
  const Type& type = resolved.column.type;
  const std::string& name = resolved.field->name;
  const Initial& initial = resolved.field->initial;
  if (!initial.value) {
    if (type.kind == Kind::enumeration && type.dimensions == 0 && !resolved.column.nullable)
      fail(state_.cpp_name, "member " + name + " starts with a value that has no enumerator");
    return {};
  }
  if (const double* number = std::get_if<double>(&initial.value->value); number && !std::isfinite(*number))
    fail(state_.cpp_name, "member " + name + " starts with a value that SQL cannot write",
         "use no_default or default_sql");
  if (const std::string* text = std::get_if<std::string>(&initial.value->value);
      text && type.kind == Kind::varchar && characters(*text) > type.length)
    fail(state_.cpp_name, "member " + name + " starts with a text longer than its " + count(type.length, "character"));
  return Default(*initial.value);
}

void Resolver::emit_columns() {
  for (const Resolved& column : columns_)
    if (!column.ignored) table().columns.push_back(column.column);
}

std::string twice(std::string text, char mark) {
  for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += 2) text.insert(at, 1, mark);
  return text;
}

/// In PostgreSQL's SQL: no other server has such an index.
Sql words_in(const std::string& language, const Name& column) {
  return Sql("to_tsvector('" + twice(language, '\'') + "', \"" + twice(column.text, '"') + "\")");
}

std::vector<KeyPart> Resolver::parts_of(const Option& option) const {
  std::vector<KeyPart> parts;
  for (const Part& part : option.parts) {
    if (part.word == Word::expression)
      parts.push_back({.expression = Sql(part.text)});
    else if (part.word == Word::text_search)
      parts.push_back({.expression = words_in(part.text, name_of(names_.column_of(part.member, option.word)))});
    else
      parts.push_back(
          {.column = name_of(names_.column_of(part.member, option.word)), .descending = part.word == Word::descending});
    for (const auto& [key, value] : part.attributes) {
      if (key == "collation")
        parts.back().collation = value;
      else if (key == "descending")
        parts.back().descending = true;
      else
        parts.back().attributes[key] = value;
    }
  }
  for (std::size_t i = 0; i < parts.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (parts[i] == parts[j]) fail(state_.cpp_name, std::string(spelling(option.word)) + " has the same part twice");
  return parts;
}

std::vector<std::string> Resolver::names_of(const Option& option) const {
  std::vector<std::string> names;
  for (const Part& part : option.parts) {
    names.push_back(part.word == Word::expression ? words_of(part.text)
                                                  : name_of(names_.column_of(part.member, option.word)).text);
    if (part.word == Word::text_search) names.emplace_back("search");
  }
  return names;
}

void Resolver::emit(const Option& option) {
  if (option.word == Word::foreign_key)
    emit_foreign_key(option);
  else
    emit_index(option, option.word == Word::unique);
}

/// A constraint holds plain columns only; anything more needs an index.
bool needs_index(const Option& option) {
  return option.as_index || !option.where.empty() ||
         std::any_of(option.parts.begin(), option.parts.end(),
                     [](const Part& part) { return part.word != Word::part; });
}

void Resolver::emit_index(const Option& option, bool unique) {
  std::string name = option.name;
  if (name.empty() && !option.unnamed) {
    const std::vector<std::string> names = names_of(option);
    name = unique ? unique_name(table().name.text, names) : index_name(table().name.text, names);
  }
  if (unique && !needs_index(option))
    table().uniques.push_back({.name = name, .parts = parts_of(option), .attributes = option.attributes});
  else
    table().indexes.push_back({.name = name,
                               .unique = unique,
                               .parts = parts_of(option),
                               .where = Sql(option.where),
                               .attributes = option.attributes});
}

void Resolver::emit_foreign_key(const Option& option) {
  ModelBuilder target;
  option.target(target);
  const Names referenced(target.state());
  ForeignKey key{.references = referenced.table, .on_delete = option.on_delete, .on_update = option.on_update};
  key.deferrable = option.deferrable;
  key.initially_deferred = option.initially_deferred;
  key.attributes = option.attributes;
  for (const Part& part : option.parts)
    key.columns.push_back(name_of(names_.column_of(part.member, Word::foreign_key)));
  for (const Member& member : option.referenced)
    if (!option.to_key)
      key.referenced.push_back(referenced.columns[referenced.column_of(member, Word::foreign_key)].column.name);
  key.name = option.name;
  if (key.name.empty() && !option.unnamed) key.name = foreign_key_name(table().name.text, names_of(option));
  table().foreign_keys.push_back(std::move(key));
}

/// Whether names that differ by their case are two is a question of the server.
void check_different(const std::string& model, std::string_view what, const std::vector<std::string>& names,
                     std::string hint) {
  std::set<std::string> seen;
  for (const std::string& name : names)
    if (!seen.insert(name).second)
      fail(model, std::string(what) + " " + name + " stands twice in its table", std::move(hint));
}

void Resolver::check_names() const {
  const Table& table = model_.table;
  std::vector<std::string> columns, constraints, indexes;
  for (const Column& column : table.columns) columns.push_back(column.name.text);
  for (const Unique& unique : table.uniques) constraints.push_back(unique.name.text);
  for (const ForeignKey& key : table.foreign_keys) constraints.push_back(key.name.text);
  for (const Check& check : table.checks) constraints.push_back(check.name.text);
  std::erase(constraints, "");
  for (const Index& index : table.indexes) indexes.push_back(index.name.text);
  check_different(state_.cpp_name, "column", columns, "rename one with column_name");
  check_different(state_.cpp_name, "constraint", constraints, "name one with named");
  check_different(state_.cpp_name, "index", indexes, "name one with named");
}

}  // namespace

Model resolve(const ModelBuilder::State& state) { return Resolver(state).resolve(); }

}  // namespace dataflow::reflect
