#include <algorithm>
#include <array>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/sqlite/sqlite.hpp"
#include "dialects/sqlite/tokens.hpp"

namespace dataflow::sqlite {

namespace {

constexpr std::array<std::string_view, 12> constraint_words = {"constraint", "primary", "not",       "null",
                                                               "unique",     "check",   "default",   "collate",
                                                               "references", "as",      "generated", "deferrable"};

/// Walks the tokens of one CREATE statement. Expressions are skipped over, never looked into.
class Reader {
 public:
  explicit Reader(std::string_view sql) : sql_(sql), tokens_(tokens(sql)) {}

  Table table();
  Index index();
  std::pair<std::size_t, std::size_t> name_span();

 private:
  bool done() const { return at_ >= tokens_.size(); }
  const Token& peek(std::size_t ahead = 0) const {
    static const Token none{TokenKind::punctuation, 0, 0, ""};
    return at_ + ahead < tokens_.size() ? tokens_[at_ + ahead] : none;
  }
  const Token& take() {
    if (done()) fail();
    return tokens_[at_++];
  }
  bool accept(std::string_view word) { return peek().is(word) && (++at_, true); }
  bool accept(char c) { return peek().is(c) && (++at_, true); }
  void expect(std::string_view word) {
    if (!accept(word)) fail();
  }
  void expect(char c) {
    if (!accept(c)) fail();
  }
  [[noreturn]] void fail() const {
    throw Error(ErrorCode::unsupported, "cannot read this definition near '" + std::string(peek().text) +
                                            "': " + std::string(sql_.substr(0, 200)));
  }
  std::string name() {
    if (!peek().names()) fail();
    return take().name();
  }
  std::string text(std::size_t first, std::size_t last) const {
    return first >= last ? std::string()
                         : std::string(sql_.substr(tokens_[first].begin, tokens_[last - 1].end - tokens_[first].begin));
  }
  /// The same without comments.
  std::string words(std::size_t first, std::size_t last) const {
    std::string out = text(first, last);
    if (out.find("/*") == std::string::npos && out.find("--") == std::string::npos) return out;
    out.clear();
    for (std::size_t i = first; i < last; ++i) out += (out.empty() ? "" : " ") + std::string(tokens_[i].text);
    return out;
  }
  /// From an opening parenthesis past its closing one; the text between.
  std::string parenthesised();
  std::vector<Name> name_list();
  std::vector<KeyPart> key_parts();
  std::string conflict();
  void foreign_key_tail(ForeignKey& key);
  bool deferral(ForeignKey& key);
  void column();
  void column_type(Column& column);
  static std::string unquoted_type(const std::string& type);
  Default column_default();
  void column_constraint(Column& column, Name constraint);
  void table_constraint();
  void table_name();
  bool starts_table_constraint() const;
  void settle();

  std::string_view sql_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  Table table_;
  bool descending_key_ = false, autoincrement_ = false;
};

std::string Reader::parenthesised() {
  expect('(');
  const std::size_t first = at_;
  for (int depth = 1;;) {
    const Token& token = take();
    depth += token.is('(') ? 1 : token.is(')') ? -1 : 0;
    if (depth == 0) return text(first, at_ - 1);
  }
}

std::vector<Name> Reader::name_list() {
  std::vector<Name> names;
  expect('(');
  do names.emplace_back(name());
  while (accept(','));
  expect(')');
  return names;
}

/// "( a COLLATE nocase DESC, lower(b) )": each part up to the comma on its own level, its tail taken off from behind.
std::vector<KeyPart> Reader::key_parts() {
  std::vector<KeyPart> parts;
  expect('(');
  while (true) {
    const std::size_t first = at_;
    for (int depth = 0; depth > 0 || !(peek().is(',') || peek().is(')'));) {
      const Token& token = take();
      depth += token.is('(') ? 1 : token.is(')') ? -1 : 0;
    }
    std::size_t last = at_;
    KeyPart part;
    if (last - first >= 2 && tokens_[last - 1].is("autoincrement")) autoincrement_ = true, --last;
    if (last - first >= 2 && (tokens_[last - 1].is("asc") || tokens_[last - 1].is("desc")))
      part.descending = tokens_[--last].is("desc");
    if (last - first >= 3 && tokens_[last - 2].is("collate")) part.collation = tokens_[last - 1].name(), last -= 2;
    std::size_t inner = first, end = last;  // a column in parentheses is a column
    while (end - inner >= 3 && tokens_[inner].is('(') && tokens_[end - 1].is(')')) ++inner, --end;
    if (end - inner == 3 && tokens_[inner].names() && tokens_[inner + 1].is("collate") && part.collation.empty())
      part.collation = tokens_[end - 1].name(), end -= 2;
    if (end - inner == 1 && tokens_[inner].names())
      part.column = tokens_[inner].name();
    else
      part.expression = Sql(text(first, last));
    parts.push_back(std::move(part));
    if (accept(')')) return parts;
    expect(',');
  }
}

std::string Reader::conflict() {
  if (!(peek().is("on") && peek(1).is("conflict"))) return {};
  at_ += 2;
  return lower(take().text);
}

void Reader::foreign_key_tail(ForeignKey& key) {
  key.references.name = name();
  if (peek().is('(')) key.referenced = name_list();
  const auto action = [&] {
    if (accept("cascade")) return Action::cascade;
    if (accept("restrict")) return Action::restrict;
    if (accept("no")) return expect("action"), Action::no_action;
    expect("set");
    return accept("null") ? Action::set_null : (expect("default"), Action::set_default);
  };
  while (true) {
    if (peek().is("on") && peek(1).is("delete"))
      at_ += 2, key.on_delete = action();
    else if (peek().is("on") && peek(1).is("update"))
      at_ += 2, key.on_update = action();
    else if (peek().is("on") && peek(1).is("insert"))
      at_ += 2, action();  // SQLite takes it and forgets it
    else if (accept("match"))
      key.attributes["match"] = lower(take().text);
    else
      break;
  }
  deferral(key);
}

/// "NOT DEFERRABLE INITIALLY …", behind its foreign key or behind any later constraint of the column.
bool Reader::deferral(ForeignKey& key) {
  const bool negated = peek().is("not") && peek(1).is("deferrable");
  if (negated) ++at_;
  if (!accept("deferrable")) return false;
  key.deferrable = !negated;
  if (accept("initially")) key.initially_deferred = !negated && peek().is("deferred"), ++at_;
  return true;
}

void Reader::column_type(Column& column) {
  const std::size_t first = at_;
  while (peek().names()) {
    bool ends = false;
    for (std::string_view word : constraint_words) ends |= peek().is(word);
    if (ends) break;
    ++at_;
  }
  if (at_ > first && peek().is('(')) parenthesised();
  column.type.spelled = unquoted_type(words(first, at_));
  column.type.kind = kind_of(column.type.spelled, column.type.precision, column.type.scale);
  if (column.type.kind == Kind::varchar) std::swap(column.type.length, column.type.precision);
}

/// A type in quotes is what stands in them: SQLite takes off the first and the last character, unless there are more
/// quotes; then what stands in the first ones counts.
std::string Reader::unquoted_type(const std::string& type) {
  constexpr std::string_view quotes = "\"'`[";
  if (type.size() < 2 || quotes.find(type[0]) == std::string_view::npos) return type;
  if (type.find_first_of(quotes, 1) >= type.size() - 1) return type.substr(1, type.size() - 2);
  return tokens(type).at(0).name();
}

Default Reader::column_default() {
  if (peek().is('(')) {
    const std::size_t first = at_;
    parenthesised();
    return Sql(text(first, at_));
  }
  const std::size_t first = at_;
  if (peek().is('+') || peek().is('-')) ++at_;
  const Token& token = take();
  // A bare or quoted identifier as a default is the string of its name.
  static constexpr std::array<std::string_view, 6> constants = {
      "null", "true", "false", "current_timestamp", "current_date", "current_time"};
  const bool constant =
      std::any_of(constants.begin(), constants.end(), [&](std::string_view word) { return token.is(word); });
  if ((token.kind == TokenKind::word || token.kind == TokenKind::quoted) && !constant)
    return Sql(text_literal(token.name()));
  return Sql(text(first, at_));
}

void Reader::column_constraint(Column& column, Name constraint) {
  if (accept("primary")) {
    expect("key");
    PrimaryKey key{.name = std::move(constraint), .parts = {{.column = column.name}}};
    if (accept("desc"))
      descending_key_ = key.parts[0].descending = true;
    else
      accept("asc");
    if (auto c = conflict(); !c.empty()) key.attributes["on conflict"] = c;
    if (accept("autoincrement")) autoincrement_ = true;
    table_.primary_key = std::move(key);
  } else if (accept("not")) {
    expect("null");
    column.nullable = false;
    if (auto c = conflict(); !c.empty()) column.attributes["not null on conflict"] = c;
  } else if (accept("null")) {
    conflict();
  } else if (accept("unique")) {
    Unique unique{.name = std::move(constraint), .parts = {{.column = column.name}}};
    if (auto c = conflict(); !c.empty()) unique.attributes["on conflict"] = c;
    table_.uniques.push_back(std::move(unique));
  } else if (accept("check")) {
    table_.checks.push_back({.name = std::move(constraint), .expression = Sql(parenthesised())});
  } else if (accept("default")) {
    column.default_value = column_default();
  } else if (accept("collate")) {
    column.collation = name();
  } else if (accept("references")) {
    ForeignKey key{.name = std::move(constraint), .columns = {column.name}};
    foreign_key_tail(key);
    table_.foreign_keys.push_back(std::move(key));
  } else if (peek().is("generated") || peek().is("as")) {
    if (accept("generated")) expect("always");
    expect("as");
    Generated generated{Sql(parenthesised()), false};
    generated.stored = accept("stored");
    if (!generated.stored) accept("virtual");
    column.generated = std::move(generated);
  } else {
    fail();
  }
}

void Reader::column() {
  Column column;
  column.name = name();
  column.nullable = true;
  column_type(column);
  while (!done() && !peek().is(',') && !peek().is(')')) {
    Name constraint;
    while (accept("constraint")) constraint = name();
    if (peek().is(',') || peek().is(')')) break;
    if (table_.foreign_keys.empty() || !deferral(table_.foreign_keys.back()))
      column_constraint(column, std::move(constraint));
  }
  table_.columns.push_back(std::move(column));
}

bool Reader::starts_table_constraint() const {
  return peek().is("constraint") || (peek().is("primary") && peek(1).is("key")) ||
         (peek().is("unique") && peek(1).is('(')) || (peek().is("check") && peek(1).is('(')) ||
         (peek().is("foreign") && peek(1).is("key"));
}

void Reader::table_constraint() {
  Name constraint;
  while (accept("constraint")) constraint = name();
  if (accept("primary")) {
    expect("key");
    PrimaryKey key{.name = std::move(constraint), .parts = key_parts()};
    if (auto c = conflict(); !c.empty()) key.attributes["on conflict"] = c;
    table_.primary_key = std::move(key);
  } else if (accept("unique")) {
    Unique unique{.name = std::move(constraint), .parts = key_parts()};
    if (auto c = conflict(); !c.empty()) unique.attributes["on conflict"] = c;
    table_.uniques.push_back(std::move(unique));
  } else if (accept("check")) {
    Check check{.name = std::move(constraint), .expression = Sql(parenthesised())};
    if (auto c = conflict(); !c.empty()) check.attributes["on conflict"] = c;
    table_.checks.push_back(std::move(check));
  } else if (accept("foreign")) {
    expect("key");
    ForeignKey key{.name = std::move(constraint), .columns = name_list()};
    expect("references");
    foreign_key_tail(key);
    table_.foreign_keys.push_back(std::move(key));
  } else if (!peek().is(')') && !peek().is(',')) {
    fail();
  }
}

void Reader::table_name() {
  expect("create");
  if (!accept("temp")) accept("temporary");
  expect("table");
  if (peek().is("if") && peek(1).is("not")) at_ += 3;
  if (peek(1).is('.')) at_ += 2;
}

std::pair<std::size_t, std::size_t> Reader::name_span() {
  table_name();
  return {peek().begin, peek().end};
}

/// What the column alone could not know: which column is the rowid, and which can hold no NULL because of the key.
void Reader::settle() {
  table_.text.text = std::string(sql_);
  if (table_.primary_key && (without_rowid(table_) || strict(table_)))
    for (const KeyPart& part : table_.primary_key->parts)
      if (Column* column = find_column(table_, part.column)) column->nullable = false;
  if (!table_.primary_key || table_.primary_key->parts.size() != 1 || descending_key_ || without_rowid(table_)) return;
  Column* key = find_column(table_, table_.primary_key->parts[0].column);
  if (key == nullptr || !equal_ignoring_case(key->type.spelled, "integer")) return;
  table_.primary_key->parts[0] = {.column = key->name};  // a rowid has one order
  key->identity = autoincrement_ ? Identity::always : Identity::by_default;
  key->type.kind = Kind::int64;
  key->nullable = false;  // a rowid is never NULL, declared so or not
}

Table Reader::table() {
  table_name();
  table_.name = name();
  expect('(');
  while (!starts_table_constraint()) {
    column();
    if (!accept(',')) break;
  }
  while (!accept(')')) {
    table_constraint();
    accept(',');
  }
  while (!done()) {
    if (accept("without"))
      expect("rowid"), table_.options.attributes["without rowid"] = "";
    else
      expect("strict"), table_.options.attributes["strict"] = "";
    accept(',');
    accept(';');
  }
  // Keys name columns in any case; from here on they are spelled as the column is.
  const auto respell = [&](Name& column) {
    for (const Column& c : table_.columns)
      if (equal_ignoring_case(c.name.text, column.text)) column = c.name;
  };
  const auto respell_parts = [&](std::vector<KeyPart>& parts) {
    for (KeyPart& part : parts)
      if (!part.column.empty()) respell(part.column);
  };
  if (table_.primary_key) respell_parts(table_.primary_key->parts);
  for (Unique& unique : table_.uniques) respell_parts(unique.parts);
  for (ForeignKey& key : table_.foreign_keys)
    for (Name& column : key.columns) respell(column);
  settle();
  return std::move(table_);
}

Index Reader::index() {
  Index index;
  expect("create");
  index.unique = accept("unique");
  expect("index");
  if (peek().is("if") && peek(1).is("not")) at_ += 3;
  if (peek(1).is('.')) at_ += 2;
  index.name = name();
  expect("on");
  name();
  index.parts = key_parts();
  if (accept("where")) index.where = Sql(text(at_, tokens_.size() - (tokens_.back().is(';') ? 1 : 0)));
  index.text.text = std::string(sql_);
  return index;
}

}  // namespace

Table read_table(std::string_view sql) { return Reader(sql).table(); }
Index read_index(std::string_view sql) { return Reader(sql).index(); }
std::pair<std::size_t, std::size_t> name_in_create_table(std::string_view sql) { return Reader(sql).name_span(); }

}  // namespace dataflow::sqlite
