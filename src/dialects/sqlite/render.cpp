#include <sqlite3.h>

#include <algorithm>

#include "core/number.hpp"
#include "core/text.hpp"
#include "dialects/sqlite/sqlite.hpp"
#include "dialects/sqlite/tokens.hpp"
#include "schema/words.hpp"

namespace dataflow::sqlite {

namespace {

bool bare(std::string_view name) {
  const auto word = [](char c) {
    return (c >= 'a' && c <= 'z') || c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
  };
  if (name.empty() || (name[0] >= '0' && name[0] <= '9') || !std::all_of(name.begin(), name.end(), word)) return false;
  return sqlite3_keyword_check(name.data(), static_cast<int>(name.size())) == 0;
}

/// Defaults that mean the same everywhere and are spelled otherwise here.
constexpr std::pair<std::string_view, std::string_view> default_aliases[] = {
    {"now ( )", "CURRENT_TIMESTAMP"},
    {"current_timestamp ( )", "CURRENT_TIMESTAMP"},
    {"localtimestamp", "CURRENT_TIMESTAMP"},
    {"gen_random_uuid ( )", "(lower(hex(randomblob(16))))"}};

/// An expression needs parentheses in a DEFAULT; a constant must have none to stay one.
std::string default_expression(std::string_view sql) {
  const std::string spelled = canonical(sql);
  for (const auto& [from, to] : default_aliases)
    if (spelled == from) return std::string(to);
  const auto all = tokens(sql);
  const bool constant =
      all.size() == 1 || (all.size() == 2 && (all[0].is('-') || all[0].is('+')) && all[1].kind == TokenKind::number);
  const bool enclosed = !all.empty() && all.front().is('(') && all.back().is(')');
  if (constant) return std::string(sql);
  if (enclosed) {
    int depth = 0;
    for (std::size_t i = 0; i + 1 < all.size(); ++i) {
      depth += all[i].is('(') ? 1 : all[i].is(')') ? -1 : 0;
      if (depth == 0) return "(" + std::string(sql) + ")";
    }
    return std::string(sql);
  }
  return "(" + std::string(sql) + ")";
}

std::string constraint(const Name& name) { return name.empty() ? "" : "CONSTRAINT " + quote(name.text) + " "; }

std::string on_conflict(const Attributes& attributes, const std::string& key = "on conflict") {
  const auto it = attributes.find(key);
  return it == attributes.end() ? "" : " ON CONFLICT " + upper(it->second);
}

std::string part(const KeyPart& p) {
  std::string out = p.column.empty() ? p.expression.text : quote(p.column.text);
  if (!p.collation.empty()) out += " COLLATE " + quote(p.collation.text);
  if (p.descending) out += " DESC";
  return out;
}

std::string parts(const std::vector<KeyPart>& all) {
  std::vector<std::string> out;
  for (const KeyPart& p : all) out.push_back(part(p));
  return "(" + join(out, ", ") + ")";
}

/// Values may have been edited since they were read: the server's text counts only while it still says the same.
bool says(const Table& text, const Table& table) {
  Schema a{.tables = {text}}, b{.tables = {table}};
  a.tables[0].name = b.tables[0].name;
  a.tables[0].indexes.clear(), b.tables[0].indexes.clear();
  b.tables[0].options.comment.clear();
  return diff(a, {b, {}}, sqlite_dialect.sameness).changes.empty();
}
bool says(const Index& text, const Index& index) {
  Table holder{.name = "t", .columns = {Column{"c", {}}}};
  Schema a{.tables = {holder}}, b{.tables = {holder}};
  a.tables[0].indexes = {text}, b.tables[0].indexes = {index};
  return diff(a, {b, {}}, sqlite_dialect.sameness).changes.empty();
}

/// INTEGER PRIMARY KEY DESC is the one key of an INTEGER that is no rowid, and only behind its column.
const Column* descending_integer_key(const Table& table) {
  if (!table.primary_key || table.primary_key->parts.size() != 1 || without_rowid(table)) return nullptr;
  const KeyPart& part = table.primary_key->parts[0];
  const Column* column = find_column(table, part.column);
  return part.descending && column != nullptr && equal_ignoring_case(column->type.spelled, "INTEGER") ? column
                                                                                                      : nullptr;
}

}  // namespace

std::string quote(std::string_view identifier) {
  if (bare(identifier)) return std::string(identifier);
  std::string out = "\"";
  for (char c : identifier) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}

std::string text_literal(std::string_view text) {
  std::string out = "'";
  for (char c : text) out += c == '\'' ? "''" : std::string(1, c);
  return out + "'";
}

std::string literal(const Literal& value) {
  struct Writer {
    std::string operator()(bool b) const { return b ? "true" : "false"; }
    std::string operator()(std::int64_t n) const { return std::to_string(n); }
    std::string operator()(std::uint64_t n) const { return std::to_string(n); }
    std::string operator()(double d) const {
      const std::string out = number_text(d);
      return out.find_first_of(".en") == std::string::npos ? out + ".0" : out;
    }
    std::string operator()(const std::string& s) const { return text_literal(s); }
  };
  return std::visit(Writer{}, value.value);
}

std::string default_clause(const Column& column) {
  if (!column.default_value) return {};
  if (const auto* constant = std::get_if<Literal>(&*column.default_value)) return " DEFAULT " + literal(*constant);
  return " DEFAULT " + default_expression(std::get<Sql>(*column.default_value).text);
}

std::string column_definition(const Column& column, bool in_strict) {
  const bool rowid = column.identity != Identity::none;
  std::string out = quote(column.name.text);
  if (const std::string type = declared_type(column.type, rowid, in_strict); !type.empty()) out += " " + type;
  if (column.generated)
    return out + " GENERATED ALWAYS AS (" + column.generated->expression.text + ")" +
           (column.generated->stored ? " STORED" : " VIRTUAL") + (column.nullable ? "" : " NOT NULL");
  if (!column.nullable && !rowid) out += " NOT NULL" + on_conflict(column.attributes, "not null on conflict");
  out += default_clause(column);
  if (!column.collation.empty()) out += " COLLATE " + quote(column.collation.text);
  return out;
}

std::string check_clause(const Check& check) {
  return constraint(check.name) + "CHECK (" + check.expression.text + ")" + on_conflict(check.attributes);
}

std::string column_list(const std::vector<Name>& names) {
  std::vector<std::string> out;
  for (const Name& name : names) out.push_back(quote(name.text));
  return join(out, ", ");
}

std::string references_clause(const ForeignKey& key) {
  std::string out = "REFERENCES " + quote(key.references.name.text);
  if (!key.referenced.empty()) out += " (" + column_list(key.referenced) + ")";
  if (key.on_delete != Action::no_action) out += " ON DELETE " + upper(word(key.on_delete));
  if (key.on_update != Action::no_action) out += " ON UPDATE " + upper(word(key.on_update));
  if (const auto match = key.attributes.find("match"); match != key.attributes.end())
    out += " MATCH " + upper(match->second);
  if (key.deferrable) out += std::string(" DEFERRABLE") + (key.initially_deferred ? " INITIALLY DEFERRED" : "");
  return out;
}

std::string foreign_key_clause(const ForeignKey& key) {
  return constraint(key.name) + "FOREIGN KEY (" + column_list(key.columns) + ") " + references_clause(key);
}

std::string create_table(const Table& table, const Name& as) {
  if (!table.text.text.empty() && says(read_table(table.text.text), table)) {
    const auto [begin, end] = name_in_create_table(table.text.text);
    std::string text = table.text.text;
    if (text.substr(begin, end - begin) == as.text) return text;
    return text.replace(begin, end - begin, quote(as.text));
  }
  const Column* inlined = rowid_column(table);
  if (inlined == nullptr) inlined = descending_integer_key(table);
  std::vector<std::string> lines;
  for (const Column& column : table.columns) {
    std::string line = column_definition(column, strict(table));
    if (&column == inlined) {
      const PrimaryKey& key = *table.primary_key;
      line += " " + constraint(key.name) + "PRIMARY KEY" + (key.parts[0].descending ? " DESC" : "") +
              on_conflict(key.attributes) + (column.identity == Identity::always ? " AUTOINCREMENT" : "");
    }
    lines.push_back(std::move(line));
  }
  if (table.primary_key && inlined == nullptr)
    lines.push_back(constraint(table.primary_key->name) + "PRIMARY KEY " + parts(table.primary_key->parts) +
                    on_conflict(table.primary_key->attributes));
  for (const Unique& unique : table.uniques)
    lines.push_back(constraint(unique.name) + "UNIQUE " + parts(unique.parts) + on_conflict(unique.attributes));
  for (const Check& check : table.checks) lines.push_back(check_clause(check));
  for (const ForeignKey& key : table.foreign_keys) lines.push_back(foreign_key_clause(key));
  std::vector<std::string> options;
  if (strict(table)) options.emplace_back("STRICT");
  if (without_rowid(table)) options.emplace_back("WITHOUT ROWID");
  return "CREATE TABLE " + quote(as.text) + " (\n  " + join(lines, ",\n  ") + "\n)" +
         (options.empty() ? "" : " " + join(options, ", "));
}

std::string create_index(const Index& index, const Name& table) {
  if (!index.text.text.empty() && says(read_index(index.text.text), index)) return index.text.text;
  std::string out = std::string("CREATE ") + (index.unique ? "UNIQUE " : "") + "INDEX " + quote(index.name.text) +
                    " ON " + quote(table.text) + " " + parts(index.parts);
  if (!index.where.empty()) out += " WHERE " + index.where.text;
  return out;
}

std::vector<std::string> creation_script(const Schema& schema) {
  std::vector<std::string> out;
  for (const Definition& d : schema.definitions)
    if (d.kind == "virtual table") out.push_back(d.text.text);
  for (const Table& table : schema.tables) {
    out.push_back(create_table(table, table.name));
    for (const Index& index : table.indexes) out.push_back(create_index(index, table.name));
  }
  for (std::string_view kind : {"view", "trigger"})
    for (const Definition& d : schema.definitions)
      if (d.kind == kind) out.push_back(d.text.text);
  return out;
}

}  // namespace dataflow::sqlite
