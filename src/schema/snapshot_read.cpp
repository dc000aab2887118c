#include <charconv>
#include <concepts>
#include <initializer_list>
#include <span>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dataflow/snapshot.hpp"
#include "schema/lexer.hpp"
#include "schema/notation.hpp"
#include "schema/words.hpp"

namespace dataflow {

namespace {
using notation::Token;

class Reader {
 public:
  explicit Reader(std::string_view text) : lexer_(text) { advance(); }

  Schema read() {
    read_title();
    Schema schema;
    if (take("dialect")) {
      schema.dialect = name("the dialect");
      end_line();
    }
    for (skip_lines(); token_.kind != Token::Kind::end; skip_lines()) read_object(schema);
    return schema;
  }

 private:
  void read_title() {
    expect("dataflow");
    expect("schema");
    if (token_.kind == Token::Kind::number && token_.text != std::to_string(notation::version))
      fail_found("notation " + std::to_string(notation::version), token_.text,
                 "a newer dataflow wrote this document; read it with that one");
    number<int>("the number of the notation");
    end_line();
    skip_lines();
  }

  void read_object(Schema& schema) {
    if (take("table"))
      schema.tables.push_back(table());
    else if (take("define"))
      schema.definitions.push_back(definition());
    else if (take("unmodelled"))
      schema.unmodelled.push_back(unmodelled());
    else
      fail_word("table, define or unmodelled", {"table", "define", "unmodelled", "column", "primary key", "unique",
                                                "foreign key", "check", "index", "part", "depends on"});
  }

  Table table() {
    Table out;
    const Path where = path("the name of the table");
    out.schema = where.schema, out.name = where.name;
    out.options.comment = clause("comment");
    out.options.attributes = attributes();
    end_line("comment, with");
    for (skip_lines(); read_part(out); skip_lines()) end_line();
    return out;
  }

  bool read_part(Table& table) {
    if (take("column"))
      table.columns.push_back(column());
    else if (take("primary"))
      set_primary_key(table);
    else if (take("unique"))
      table.uniques.push_back(unique());
    else if (take("foreign"))
      table.foreign_keys.push_back(foreign_key());
    else if (take("check"))
      table.checks.push_back(check());
    else if (take("index"))
      table.indexes.push_back(index());
    else if (take("depends"))
      table.depends_on.push_back(dependency());
    else
      return false;
    return true;
  }

  void set_primary_key(Table& table) {
    if (table.primary_key) fail("one primary key a table");
    expect("key");
    table.primary_key = PrimaryKey{optional_name(), parts(), attributes()};
  }

  Column column() {
    Column out;
    out.name = name("the name of the column");
    out.type = type();
    out.nullable = !take("not");
    if (!out.nullable) expect("null");
    if (take("default")) out.default_value = default_value();
    if (take("generated")) {
      const bool stored = take("stored");
      out.generated = Generated{sql(), stored};
    }
    if (take("identity")) out.identity = worded<Identity>();
    if (take("collate")) out.collation = name("the name of the collation");
    out.comment = clause("comment");
    out.attributes = attributes();
    clauses_ = "not null, default, generated, identity, collate, comment, with";
    return out;
  }

  Type type() {
    Type out;
    out.kind = worded<Kind>();
    if (take_mark("(")) measures(out);
    while (take_mark("[")) {
      expect_mark("]");
      if (++out.dimensions == 0) fail("at most 255 dimensions");
    }
    if (take("named")) out.name = name("the name of the type");
    if (take("labels")) out.labels = list<std::string>([&] { return string("a label"); });
    out.spelled = clause("as");
    return out;
  }

  void measures(Type& type) {
    const auto unnamed = notation::measures(type.kind);
    struct Measure {
      std::string_view word;
      std::uint32_t* value;
      bool unnamed;
    } all[] = {{"length", &type.length, unnamed.length},
               {"precision", &type.precision, unnamed.precision},
               {"scale", &type.scale, unnamed.scale}};
    do {
      Measure* found = nullptr;
      for (Measure& m : all)
        if (!found && (token_.kind == Token::Kind::number ? m.unnamed : take(m.word))) found = &m;
      if (!found) fail("length, precision or scale of the type");
      *found->value = number<std::uint32_t>("a number");
      found->unnamed = false;
    } while (take_mark(","));
    expect_mark(")");
  }

  Default default_value() {
    if (token_.kind == Token::Kind::sql) return Sql(take_text());
    return literal();
  }

  Literal literal() {
    if (take("true")) return {true};
    if (take("false")) return {false};
    if (token_.kind == Token::Kind::string) return {take_text()};
    const bool special = is_word("nan") || is_word("infinity");
    if (token_.kind != Token::Kind::number && !special) fail("a literal or { sql }");
    if (special || token_.text.find_first_of(".ein") != std::string::npos) return {number<double>("a number")};
    if (!token_.text.ends_with('u')) return {number<std::int64_t>("a number of 64 bits")};
    token_.text.pop_back();
    return {number<std::uint64_t>("an unsigned number of 64 bits")};
  }

  std::vector<KeyPart> parts() {
    return list<KeyPart>([&] {
      KeyPart out;
      const bool expression_only = token_.kind == Token::Kind::sql;
      if (!expression_only) out.column = name("a column or { sql }");
      if (token_.kind == Token::Kind::sql) out.expression = sql();
      out.descending = take("desc");
      if (take("collate")) out.collation = name("the name of the collation");
      out.attributes = attributes();
      return out;
    });
  }

  Unique unique() {
    Unique out{optional_name(), parts(), attributes()};
    clauses_ = "name, columns, with";
    return out;
  }

  ForeignKey foreign_key() {
    expect("key");
    ForeignKey out;
    out.name = optional_name();
    out.columns = names();
    expect("references");
    out.references = path("the name of the referenced table");
    if (is_mark("(")) out.referenced = names();
    while (take("on")) read_action(out);
    out.deferrable = take("deferrable");
    out.initially_deferred = take("initially");
    if (out.initially_deferred) expect("deferred");
    out.attributes = attributes();
    clauses_ = "references, on delete, on update, deferrable, initially deferred, with";
    return out;
  }

  void read_action(ForeignKey& key) {
    if (take("delete"))
      key.on_delete = worded<Action>();
    else if (take("update"))
      key.on_update = worded<Action>();
    else
      fail_word("delete or update", {"delete", "update"});
  }

  Check check() { return {optional_name(), sql(), attributes()}; }

  Index index() {
    Index out;
    out.name = name("the name of the index");
    out.unique = take("unique");
    out.parts = parts();
    if (take("where")) out.where = sql();
    out.attributes = attributes();
    clauses_ = "unique, columns, where, with";
    return out;
  }

  Definition definition() {
    Definition out;
    out.kind = name("the kind of the definition");
    const Path where = path("the name of the definition");
    out.schema = where.schema, out.name = where.name;
    if (take("on")) out.on = name("the table it stands on");
    if (token_.kind == Token::Kind::sql) out.text = sql();
    out.attributes = attributes();
    end_line("on, { sql }, with");
    for (bool first = true; token_.kind == Token::Kind::block; first = false) {
      out.text.text += (first ? "" : "\n") + token_.text;
      advance();
      end_line();
    }
    for (skip_lines(); is_word("part") || is_word("depends"); skip_lines()) {
      if (take("part")) {
        Part& part = out.parts.emplace_back();
        part.name = name("the name of the part");
        if (token_.kind == Token::Kind::sql) part.text = sql();
        end_line("{ sql }");
      } else {
        advance();
        out.depends_on.push_back(dependency());
        end_line();
      }
    }
    return out;
  }

  Dependency dependency() {
    Dependency out;
    expect("on");
    out.kind = name("the kind of the object");
    out.path = path("the name of the object");
    if (take("on")) out.on = name("what the object stands on");
    if (take("column")) out.column = name("the name of the column");
    out.part = clause("for");
    clauses_ = "on, column, for";
    return out;
  }

  Unmodelled unmodelled() {
    Unmodelled out;
    out.kind = name("the kind of the object");
    out.path = path("the name of the object");
    out.reason = clause("reason");
    end_line("reason");
    return out;
  }

  // --- pieces shared by the lines above ---

  template <Worded E> E worded() {
    std::string text = is_bare_word() ? take_text() : std::string();
    for (const auto& row : Words<E>::rows)
      if (row.text.starts_with(text + ' ') && is_word(row.text.substr(text.size() + 1))) text += ' ' + take_text();
    if (const auto value = from_word<E>(text)) return *value;
    std::vector<std::string> known;
    for (const auto& row : Words<E>::rows) known.emplace_back(row.text);
    if (!text.empty()) token_ = {Token::Kind::word, text, line_};
    fail_word(std::string(Words<E>::noun), known);
  }

  template <class N> N number(const std::string& expected) {
    N value{};
    const char* const end = token_.text.data() + token_.text.size();
    const auto result = std::from_chars(token_.text.data(), end, value);
    if (token_.kind == Token::Kind::string || result.ec != std::errc{} || result.ptr != end) fail(expected);
    advance();
    return value;
  }

  template <class T, class Item> std::vector<T> list(Item&& item) {
    std::vector<T> out;
    expect_mark("(");
    if (take_mark(")")) return out;
    do out.push_back(item());
    while (take_mark(","));
    if (!is_mark(")")) fail("\",\" or \")\"");
    advance();
    return out;
  }

  std::vector<Name> names() {
    return list<Name>([&] { return Name(name("the name of a column")); });
  }

  Attributes attributes() {
    Attributes out;
    if (!take("with")) return out;
    list<int>([&] {
      std::string key = name("the name of an attribute");
      std::string value = take_mark("=") ? name("the value of the attribute") : std::string();
      if (!out.emplace(key, std::move(value)).second)
        fail_found("every attribute once", notation::name(key) + " twice");
      return 0;
    });
    return out;
  }

  std::string clause(std::string_view word) { return take(word) ? string("a string in quotes") : std::string(); }

  std::string string(const std::string& expected) {
    if (token_.kind != Token::Kind::string) fail(expected);
    return take_text();
  }

  Sql sql() {
    if (token_.kind != Token::Kind::sql) fail("{ sql }");
    return Sql(take_text());
  }

  std::string name(const std::string& expected) {
    if (token_.kind != Token::Kind::word && token_.kind != Token::Kind::string) fail(expected);
    return take_text();
  }

  Name optional_name() {
    const bool there = token_.kind == Token::Kind::string || (is_bare_word() && !notation::is_keyword(token_.text));
    return there ? Name(take_text()) : Name();
  }

  Path path(const std::string& expected) {
    Path out{{}, name(expected)};
    if (take_mark(".")) {
      out.schema = std::move(out.name);
      out.name = name(expected);
    }
    return out;
  }

  // --- tokens ---

  bool is_bare_word() const { return token_.kind == Token::Kind::word; }
  bool is_word(std::string_view word) const { return is_bare_word() && token_.text == word; }
  bool is_mark(std::string_view mark) const { return token_.kind == Token::Kind::mark && token_.text == mark; }
  bool take(std::string_view word) { return is_word(word) && (advance(), true); }
  bool take_mark(std::string_view mark) { return is_mark(mark) && (advance(), true); }
  void expect(std::string_view word) {
    if (!take(word)) fail_word('"' + std::string(word) + '"', {std::string(word)});
  }
  void expect_mark(std::string_view mark) {
    if (!take_mark(mark)) fail('"' + std::string(mark) + '"');
  }

  std::string take_text() {
    std::string text = std::move(token_.text);
    advance();
    return text;
  }

  void advance() {
    line_ = token_.line;
    token_ = lexer_.next();
  }

  void skip_lines() {
    while (token_.kind == Token::Kind::newline) advance();
  }

  void end_line(std::string_view clauses = {}) {
    if (!clauses.empty()) clauses_ = clauses;
    if (token_.kind == Token::Kind::end) return;
    if (token_.kind != Token::Kind::newline) {
      std::string hint = clauses_.empty() ? "" : "what may follow, in this order: " + std::string(clauses_);
      if (const std::string near = meant(words_of(clauses_)); !near.empty()) hint = near + ' ' + hint;
      fail("the end of the line", std::move(hint));
    }
    clauses_ = {};
    advance();
  }

  static std::vector<std::string> words_of(std::string_view clauses) {
    std::vector<std::string> words;
    for (const std::string& clause : split(clauses, ','))
      for (std::string& word : split(trim(clause), ' ')) words.push_back(std::move(word));
    return words;
  }

  std::string meant(std::span<const std::string> words) const {
    if (!is_bare_word()) return {};
    const std::string near = nearest(token_.text, words);
    return near.empty() ? "" : "did you mean " + near + "?";
  }

  [[noreturn]] void fail_word(const std::string& expected, const std::vector<std::string>& words) const {
    fail(expected, meant(words));
  }

  [[noreturn]] void fail(const std::string& expected, std::string hint = {}) const {
    fail_found(expected, describe(token_), std::move(hint));
  }

  [[noreturn]] void fail_found(const std::string& expected, const std::string& found, std::string hint = {}) const {
    throw Error(ErrorCode::bad_document,
                "line " + std::to_string(token_.line) + ": expected " + expected + ", found " + found, std::move(hint));
  }

  notation::Lexer lexer_;
  Token token_;
  std::size_t line_ = 1;
  std::string_view clauses_ = {};  ///< what the line at hand may hold; for the hint
};
}  // namespace

Schema schema_from_text(std::string_view text) {
  if (!text.starts_with(notation::title))
    throw Error(ErrorCode::bad_document, "line 1: expected the line \"dataflow schema 1\"",
                trim(text).starts_with('{') ? "this looks like JSON" : "this is no snapshot of dataflow");
  return Reader(text).read();
}

}  // namespace dataflow
