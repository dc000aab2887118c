#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "core/number.hpp"
#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/mariadb/mariadb.hpp"
#include "dialects/mariadb/spelling.hpp"
#include "dialects/mariadb/tokens.hpp"
#include "schema/words.hpp"

namespace dataflow::mariadb {

namespace {

std::string column_list(const std::vector<Name>& names) {
  std::vector<std::string> quoted;
  for (const Name& name : names) quoted.push_back(quote(name.text));
  return "(" + join(quoted, ",") + ")";
}

std::string key_parts(const std::vector<KeyPart>& parts, const Attributes& attributes) {
  std::vector<std::string> out;
  for (const KeyPart& part : parts) {
    std::string text = part.column.empty() ? "(" + part.expression.text + ")" : quote(part.column.text);
    if (const auto* length = value_of(part.attributes, "length")) text += "(" + *length + ")";
    if (part.descending) text += " DESC";
    out.push_back(std::move(text));
  }
  if (const auto* period = value_of(attributes, "without overlaps"))
    out.push_back(quote(*period) + " WITHOUT OVERLAPS");
  return "(" + join(out, ",") + ")";
}

/// What a storage engine adds stands under "option NAME".
std::string engine_options(const Attributes& attributes) {
  constexpr std::string_view prefix = "option ";
  std::string out;
  for (const auto& [key, value] : attributes)
    if (key.starts_with(prefix)) out += " " + quote(key.substr(prefix.size())) + "=" + value;
  return out;
}

std::string key_options(const Attributes& attributes) {
  std::string out;
  if (const auto* block = value_of(attributes, "key block size")) out += " KEY_BLOCK_SIZE=" + *block;
  if (const auto* method = value_of(attributes, "using")) out += " USING " + upper(*method);
  if (const auto* comment = value_of(attributes, "comment")) out += " COMMENT " + text_literal(*comment);
  if (const auto* parser = value_of(attributes, "parser")) out += " WITH PARSER " + quote(*parser);
  if (attributes.contains("ignored")) out += " IGNORED";
  if (attributes.contains("invisible")) out += " INVISIBLE";
  return out + engine_options(attributes);
}

std::string default_text(const Default& value) {
  if (const auto* constant = std::get_if<Literal>(&value)) return literal(*constant);
  const std::string& sql = std::get<Sql>(value).text;
  // The server takes a call, a literal or something in parentheses; models write expressions as they like.
  const auto all = tokens(sql);
  const bool simple =
      all.size() == 1 || (all.size() == 2 && (all[0].is('-') || all[0].is('+') || all[0].end == all[1].begin));
  const bool whole = !all.empty() && all[0].is('(') && all.back().is(')');
  const bool call = all.size() > 2 && all[0].names() && all.back().is(')') && (all[1].is('(') || all[1].is('.'));
  return simple || whole || call ? sql : "(" + sql + ")";
}

bool json_before_it_was_a_type(const Column& column) {
  return column.type.kind == Kind::json && column.type.spelled.empty();
}

}  // namespace

std::string quote(std::string_view identifier) {
  std::string out = "`";
  for (char c : identifier) out += c == '`' ? std::string("``") : std::string(1, c);
  return out + "`";
}

/// Both ways of the server to read a backslash must give the same: a text that has one is written in hexadecimal.
std::string text_literal(std::string_view text) {
  const bool plain = std::none_of(
      text.begin(), text.end(), [](char c) { return c == '\\' || c == '\0' || c == '\n' || c == '\r' || c == '\x1a'; });
  std::string out = "'";
  if (plain) {
    for (char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  } else {
    static constexpr std::array<std::pair<char, char>, 5> escapes = {
        {{'\\', '\\'}, {'\0', '0'}, {'\n', 'n'}, {'\r', 'r'}, {'\x1a', 'Z'}}};
    for (char c : text) {
      const auto found = std::find_if(escapes.begin(), escapes.end(), [&](const auto& e) { return e.first == c; });
      if (found != escapes.end())
        out += {'\\', found->second};
      else
        out += c == '\'' ? std::string("''") : std::string(1, c);
    }
  }
  return out + "'";
}

std::string literal(const Literal& value) {
  struct Writer {
    std::string operator()(bool b) const { return b ? "1" : "0"; }
    std::string operator()(std::int64_t n) const { return std::to_string(n); }
    std::string operator()(std::uint64_t n) const { return std::to_string(n); }
    std::string operator()(double d) const { return number_text(d); }
    std::string operator()(const std::string& text) const { return text_literal(text); }
  };
  return std::visit(Writer{}, value.value);
}

std::string column_definition(const Column& column) {
  std::string out = quote(column.name.text) + " " + type_name(column.type);
  const Attributes& a = column.attributes;
  if (const auto* method = value_of(a, "compressed")) out += " COMPRESSED" + (method->empty() ? "" : "=" + *method);
  if (const auto* set = value_of(a, "character set")) out += " CHARACTER SET " + *set;
  if (!column.collation.empty()) out += " COLLATE " + column.collation.text;
  if (column.generated) {
    out += " GENERATED ALWAYS AS (" + column.generated->expression.text + ")" +
           (column.generated->stored ? " STORED" : " VIRTUAL");
    if (a.contains("not null")) out += " NOT NULL";
    if (a.contains("invisible")) out += " INVISIBLE";
  } else if (const auto* row = value_of(a, "row")) {
    out += " GENERATED ALWAYS AS ROW " + upper(*row);
    if (a.contains("invisible")) out += " INVISIBLE";
  } else {
    // A timestamp would be NOT NULL without a word.
    if (!column.nullable)
      out += " NOT NULL";
    else if (column.type.spelled.starts_with("timestamp"))
      out += " NULL";
    if (a.contains("invisible")) out += " INVISIBLE";
    if (const auto* versioning = value_of(a, "versioning")) out += " " + upper(*versioning) + " SYSTEM VERSIONING";
    if (column.default_value)
      out += " DEFAULT " + default_text(*column.default_value);
    else if (column.nullable && !a.contains("no default") && column.identity == Identity::none)
      out += " DEFAULT NULL";
    if (const auto* update = value_of(a, "on update")) out += " ON UPDATE " + *update;
    if (column.identity != Identity::none) out += " AUTO_INCREMENT";
  }
  if (const auto* storage = value_of(a, "storage")) out += " STORAGE " + upper(*storage);
  if (const auto* format = value_of(a, "column format")) out += " COLUMN_FORMAT " + upper(*format);
  if (const auto* srid = value_of(a, "srid")) out += " SRID " + *srid;
  if (const auto* srid = value_of(a, "ref_system_id")) out += " REF_SYSTEM_ID=" + *srid;
  if (!column.comment.empty()) out += " COMMENT " + text_literal(column.comment);
  if (const auto* check = value_of(a, "check"); check != nullptr && !json_before_it_was_a_type(column))
    out += " CHECK (" + *check + ")";
  return out + engine_options(a);
}

std::string default_clause(const Column& column) {
  if (column.default_value) return " SET DEFAULT " + default_text(*column.default_value);
  return column.nullable && !column.attributes.contains("no default") ? " SET DEFAULT NULL" : " DROP DEFAULT";
}

std::string primary_key_clause(const PrimaryKey& key) {
  return "PRIMARY KEY " + key_parts(key.parts, key.attributes) + key_options(key.attributes);
}

std::string index_clause(const Index& index) {
  const auto* type = value_of(index.attributes, "type");
  const std::string word = index.unique ? "UNIQUE " : type != nullptr ? upper(*type) + " " : "";
  return word + "KEY " + quote(index.name.text) + " " + key_parts(index.parts, index.attributes) +
         key_options(index.attributes);
}

std::string unique_clause(const Unique& unique) {
  return "UNIQUE KEY " + (unique.name.empty() ? "" : quote(unique.name.text) + " ") +
         key_parts(unique.parts, unique.attributes) + key_options(unique.attributes);
}

std::string foreign_key_clause(const ForeignKey& key) {
  std::string out = key.name.empty() ? "" : "CONSTRAINT " + quote(key.name.text) + " ";
  out += "FOREIGN KEY " + column_list(key.columns) + " REFERENCES " +
         (key.references.schema.empty() ? "" : quote(key.references.schema.text) + ".") +
         quote(key.references.name.text) + " " + column_list(key.referenced);
  if (key.on_delete != Action::restrict) out += " ON DELETE " + upper(word(key.on_delete));
  if (key.on_update != Action::restrict) out += " ON UPDATE " + upper(word(key.on_update));
  return out;
}

std::string check_clause(const Check& check) {
  return (check.name.empty() ? "" : "CONSTRAINT " + quote(check.name.text) + " ") + "CHECK (" + check.expression.text +
         ")" + (check.attributes.contains("not enforced") ? " NOT ENFORCED" : "");
}

std::string table_options(const TableOptions& options) {
  static const std::set<std::string, std::less<>> elsewhere = {
      "engine", "character set", "collate", "row format", "partition by", "system versioning", "clock"};
  const Attributes& a = options.attributes;
  std::string out;
  if (const auto* engine = value_of(a, "engine")) out += " ENGINE=" + *engine;
  if (const auto* set = value_of(a, "character set")) out += " DEFAULT CHARSET=" + *set;
  if (const auto* collation = value_of(a, "collate")) out += " COLLATE=" + *collation;
  if (const auto* format = value_of(a, "row format")) out += " ROW_FORMAT=" + *format;
  for (const auto& [key, value] : a)
    if (!elsewhere.contains(key) && !key.starts_with("period ")) out += " " + upper(key) + "=" + value;
  if (!options.comment.empty()) out += " COMMENT=" + text_literal(options.comment);
  if (a.contains("system versioning")) out += " WITH SYSTEM VERSIONING";
  return out;
}

std::string create_table(const Table& table, bool with_foreign_keys) {
  std::vector<std::string> items;
  for (const Column& column : table.columns) items.push_back(column_definition(column));
  for (const auto& [key, value] : table.options.attributes)
    if (key.starts_with("period "))
      items.push_back("PERIOD FOR " + (key == "period system_time" ? "SYSTEM_TIME" : quote(key.substr(7))) + " (" +
                      value + ")");
  if (table.primary_key) items.push_back(primary_key_clause(*table.primary_key));
  for (const Unique& unique : table.uniques) items.push_back(unique_clause(unique));
  for (const Index& index : table.indexes) items.push_back(index_clause(index));
  if (with_foreign_keys)
    for (const ForeignKey& key : table.foreign_keys) items.push_back(foreign_key_clause(key));
  for (const Check& check : table.checks) items.push_back(check_clause(check));
  std::string out =
      "CREATE TABLE " + quote(table.name.text) + " (\n  " + join(items, ",\n  ") + "\n)" + table_options(table.options);
  if (const auto* partitions = value_of(table.options.attributes, "partition by"))
    out += "\n PARTITION BY " + *partitions;
  return out;
}

std::vector<std::string> create(const Definition& definition) {
  std::string sql = definition.text.text;
  if (const auto* definer = value_of(definition.attributes, "definer")) {
    const auto all = tokens(sql);  // CREATE [ALGORITHM = word] …
    const std::size_t at = all.size() > 4 && all[1].is("algorithm") ? all[3].end : all[0].end;
    sql = sql.substr(0, at) + " DEFINER=" + *definer + sql.substr(at);
  }
  std::vector<std::string> out = {std::move(sql)};
  const auto around = [&](const char* attribute, const std::string& variable) {
    const auto* value = value_of(definition.attributes, attribute);
    if (value == nullptr) return;
    const std::string kept = "@dataflow_" + variable;
    out.insert(out.begin(),
               "SET " + kept + " = @@SESSION." + variable + ", SESSION " + variable + " = " + text_literal(*value));
    out.push_back("SET SESSION " + variable + " = " + kept);
  };
  around("sql mode", "sql_mode");
  // Our words reach the server in UTF-8: in another character set only what is the same in both.
  const auto* client = value_of(definition.attributes, "character set client");
  const bool ascii =
      std::all_of(out[0].begin(), out[0].end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (client != nullptr && (ascii || client->starts_with("utf8"))) {
    around("collation connection", "collation_connection");
    around("character set client", "character_set_client");
  }
  around("time zone", "time_zone");
  return out;
}

std::string drop(const Definition& definition) {
  return "DROP " + upper(definition.kind) + " " + quote(definition.name.text);
}

/// Views stand on tables, views and functions; what a text names goes first.
std::vector<const Definition*> in_order(const Schema& schema) {
  static constexpr std::array kinds = std::to_array<std::string_view>(
      {"sequence", "function", "procedure", "package", "package body", "view", "trigger", "event"});
  std::vector<const Definition*> out, open;
  for (const std::string_view kind : kinds) {
    open.clear();
    for (const Definition& d : schema.definitions)
      if (d.kind == kind) open.push_back(&d);
    while (!open.empty()) {
      const auto stands_on_open = [&](const Definition* d) {
        return kind == "view" && std::any_of(open.begin(), open.end(), [&](const Definition* other) {
                 return other != d && mentions(d->text.text, other->name.text);
               });
      };
      auto next = std::find_if_not(open.begin(), open.end(), stands_on_open);
      if (next == open.end()) next = open.begin();  // a ring of names, not of views: the server decides
      out.push_back(*next);
      open.erase(next);
    }
  }
  return out;
}

namespace {

/// Tables, each behind those that its foreign keys point to; in a ring, with the keys that have to come later.
std::vector<std::pair<const Table*, std::set<Name>>> parents_first(const Schema& schema) {
  std::map<Name, const Table*> open;
  for (const Table& table : schema.tables) open.emplace(table.name, &table);
  std::vector<std::pair<const Table*, std::set<Name>>> out;
  std::map<Name, std::size_t> waits_for;
  std::multimap<Name, Name> children;
  const auto waits = [&](const Table& table, const ForeignKey& key) {
    return key.references.schema.empty() && key.references.name != table.name && open.contains(key.references.name);
  };
  std::set<Name> ready;
  for (const auto& [name, table] : open) {
    std::set<Name> parents;
    for (const ForeignKey& key : table->foreign_keys)
      if (waits(*table, key)) parents.insert(key.references.name);
    for (const Name& parent : parents) children.emplace(parent, name);
    waits_for[name] = parents.size();
    if (parents.empty()) ready.insert(name);
  }
  while (!open.empty()) {
    const Name name = ready.empty() ? open.begin()->first : *ready.begin();
    ready.erase(name);
    const Table* table = open[name];
    std::set<Name> late;
    for (const ForeignKey& key : table->foreign_keys)
      if (waits(*table, key)) late.insert(key.name);
    out.emplace_back(table, std::move(late));
    open.erase(name);
    for (auto [child, end] = children.equal_range(name); child != end; ++child)
      if (--waits_for[child->second] == 0 && open.contains(child->second)) ready.insert(child->second);
  }
  return out;
}

}  // namespace

std::vector<std::string> creation_script(const Schema& schema) {
  std::vector<std::string> out, keys;
  const auto definitions = in_order(schema);
  const auto add = [&](const Definition& d) {
    for (std::string& sql : create(d)) out.push_back(std::move(sql));
  };
  for (const Definition* d : definitions)
    if (d->kind == "sequence") add(*d);
  for (const auto& entry : parents_first(schema)) {
    const Table* table = entry.first;
    const std::set<Name>& late = entry.second;
    Table now = *table;
    std::erase_if(now.foreign_keys, [&](const ForeignKey& key) { return late.contains(key.name); });
    out.push_back(create_table(now));
    for (const ForeignKey& key : table->foreign_keys)
      if (late.contains(key.name))
        keys.push_back("ALTER TABLE " + quote(table->name.text) + " ADD " + foreign_key_clause(key));
  }
  std::move(keys.begin(), keys.end(), std::back_inserter(out));
  for (const Definition* d : definitions)
    if (d->kind != "sequence") add(*d);
  return out;
}

}  // namespace dataflow::mariadb
