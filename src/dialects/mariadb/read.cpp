#include <algorithm>
#include <array>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/mariadb/mariadb.hpp"
#include "dialects/mariadb/tokens.hpp"

namespace dataflow::mariadb {

namespace {

/// The tokens of what SHOW CREATE TABLE gave, taken one after another.
class Reader {
 public:
  explicit Reader(std::string_view sql) : sql_(sql), all_(tokens(sql)) {}

  bool ended() const { return at_ >= all_.size(); }
  const Token* peek(std::size_t ahead = 0) const { return at_ + ahead < all_.size() ? &all_[at_ + ahead] : nullptr; }
  const Token& take() {
    if (ended()) fail();
    return all_[at_++];
  }
  bool next_is(std::string_view word) const { return !ended() && all_[at_].is(word); }
  bool next_is(char mark) const { return !ended() && all_[at_].is(mark); }
  bool accept(char mark) {
    if (!next_is(mark)) return false;
    ++at_;
    return true;
  }
  /// Words that stand one after the other, or nothing.
  bool accept(std::initializer_list<std::string_view> words) {
    std::size_t ahead = 0;
    for (std::string_view word : words) {
      const Token* token = peek(ahead++);
      if (token == nullptr || !token->is(word)) return false;
    }
    at_ += words.size();
    return true;
  }
  bool accept(std::string_view word) { return accept({word}); }
  void expect(char mark) {
    if (!accept(mark)) fail();
  }
  std::string name() {
    const Token& token = take();
    if (!token.names()) fail();
    return token.name();
  }
  /// The text between parentheses that match.
  std::string parenthesised() {
    expect('(');
    const std::size_t begin = at_;
    skip_to_close();
    const std::string out = begin == at_ ? std::string() : text(begin, at_);
    expect(')');
    return out;
  }
  /// An expression as the server writes it in a DEFAULT: a literal, a call, or anything in parentheses.
  std::string expression() {
    const std::size_t begin = at_;
    while (next_is('-') || next_is('+')) ++at_;
    if (next_is('(')) {
      parenthesised();
    } else {
      const Token first = take();
      if (first.kind == Token::Kind::word && peek() != nullptr && peek()->kind == Token::Kind::string &&
          peek()->begin == first.end)
        ++at_;  // b'101', _utf8mb4'x'
      while (next_is('.')) at_ += 2;
      if (next_is('(')) parenthesised();
    }
    return text(begin, at_);
  }
  std::size_t position() const { return at_; }
  std::string text(std::size_t begin, std::size_t end) const {
    return std::string(sql_.substr(all_[begin].begin, all_[end - 1].end - all_[begin].begin));
  }
  /// Up to the end, without what closes a comment that the server executes.
  std::string rest() {
    std::string_view out = trim(sql_.substr(all_[at_].begin));
    if (out.ends_with("*/")) out = trim(out.substr(0, out.size() - 2));
    at_ = all_.size();
    return std::string(out);
  }
  [[noreturn]] void fail() const {
    const std::size_t i = std::min(at_, all_.size() - 1);
    throw Error(
        ErrorCode::unsupported,
        "the server describes a table in words we do not know: '" + std::string(sql_.substr(all_[i].begin, 60)) + "'",
        "please report it with the output of SHOW CREATE TABLE");
  }

 private:
  void skip_to_close() {
    for (int depth = 0; !ended(); ++at_) {
      if (all_[at_].is(')') && depth-- == 0) return;
      if (all_[at_].is('(')) ++depth;
    }
    fail();
  }

  std::string_view sql_;
  std::vector<Token> all_;
  std::size_t at_ = 0;
};

std::string read_type_words(Reader& r) {
  const std::size_t begin = r.position();
  r.take();
  if (r.next_is('(')) r.parenthesised();
  while (r.accept("unsigned") || r.accept("signed") || r.accept("zerofill")) {}
  return r.text(begin, r.position());
}

void read_column(Reader& r, Table& table) {
  Column column{.name = r.name()};
  column.nullable = true;
  column.type = read_type(read_type_words(r));
  bool has_default = false;
  while (!r.next_is(',') && !r.next_is(')')) {
    if (r.accept("compressed")) {
      column.attributes["compressed"] = r.accept('=') ? r.take().value() : "";
    } else if (r.accept({"character", "set"})) {
      column.attributes["character set"] = r.name();
    } else if (r.accept("collate")) {
      column.collation = r.name();
    } else if (r.accept({"generated", "always", "as", "row"})) {
      column.attributes["row"] = lower(r.take().text);
    } else if (r.accept({"generated", "always", "as"}) || r.accept("as")) {
      column.generated = Generated{.expression = Sql(r.parenthesised()), .stored = false};
    } else if (r.accept("virtual")) {
    } else if (r.accept("stored") || r.accept("persistent")) {
      column.generated->stored = true;
    } else if (r.accept({"not", "null"})) {
      column.nullable = false;
      if (column.generated) column.attributes["not null"] = "";  // MySQL
    } else if (r.accept("null")) {
    } else if (r.accept("invisible")) {
      column.attributes["invisible"] = "";
    } else if (r.accept({"with", "system", "versioning"})) {
      column.attributes["versioning"] = "with";
    } else if (r.accept({"without", "system", "versioning"})) {
      column.attributes["versioning"] = "without";
    } else if (r.accept({"default", "null"})) {
      has_default = true;
    } else if (r.accept("default")) {
      has_default = true;
      column.default_value = Sql(r.expression());
    } else if (r.accept({"on", "update"})) {
      column.attributes["on update"] = r.expression();
    } else if (r.accept("auto_increment")) {
      column.identity = Identity::by_default;
    } else if (r.accept("comment")) {
      column.comment = r.take().value();
    } else if (r.accept("check")) {
      column.attributes["check"] = r.parenthesised();
    } else if (r.accept("storage")) {
      column.attributes["storage"] = lower(r.take().text);
    } else if (r.accept("column_format")) {
      column.attributes["column format"] = lower(r.take().text);
    } else if (r.accept("srid")) {
      column.attributes["srid"] = r.take().text;
    } else if (r.accept("ref_system_id")) {
      r.expect('=');
      column.attributes["ref_system_id"] = r.take().text;
    } else if (r.peek()->kind == Token::Kind::quoted || r.peek()->kind == Token::Kind::word) {
      const std::string option = r.take().name();  // what a storage engine adds
      r.expect('=');
      column.attributes["option " + option] = r.take().text;
    } else {
      r.fail();
    }
  }
  if (column.nullable && !has_default && !column.generated && !column.attributes.contains("row"))
    column.attributes["no default"] = "";
  table.columns.push_back(std::move(column));
}

std::vector<KeyPart> read_parts(Reader& r, Attributes& attributes) {
  std::vector<KeyPart> out;
  r.expect('(');
  do {
    KeyPart part;
    if (r.next_is('(')) {
      part.expression = Sql(r.parenthesised());
    } else {
      std::string name = r.name();
      if (r.accept({"without", "overlaps"})) {
        attributes["without overlaps"] = std::move(name);
        continue;
      }
      part.column = std::move(name);
      if (r.next_is('(')) part.attributes["length"] = r.parenthesised();
    }
    if (r.accept("desc"))
      part.descending = true;
    else
      r.accept("asc");
    out.push_back(std::move(part));
  } while (r.accept(','));
  r.expect(')');
  return out;
}

void read_key_options(Reader& r, Attributes& into) {
  while (!r.next_is(',') && !r.next_is(')')) {
    if (r.accept("using")) {
      into["using"] = lower(r.take().text);
    } else if (r.accept("comment")) {
      into["comment"] = r.take().value();
    } else if (r.accept("key_block_size")) {
      r.accept('=');
      into["key block size"] = r.take().text;
    } else if (r.accept({"with", "parser"})) {
      into["parser"] = r.name();
    } else if (r.accept("ignored")) {
      into["ignored"] = "";
    } else if (r.accept("invisible")) {
      into["invisible"] = "";
    } else if (r.peek()->names()) {
      const std::string option = r.take().name();
      r.expect('=');
      into["option " + option] = r.take().text;
    } else {
      r.fail();
    }
  }
}

void read_index(Reader& r, Table& table, std::string_view type, bool unique) {
  r.accept("key");
  r.accept("index");
  Index index{.name = r.name(), .unique = unique};
  if (!type.empty()) index.attributes["type"] = type;
  index.parts = read_parts(r, index.attributes);
  read_key_options(r, index.attributes);
  table.indexes.push_back(std::move(index));
}

Action read_action(Reader& r) {
  if (r.accept("cascade")) return Action::cascade;
  if (r.accept("restrict")) return Action::restrict;
  if (r.accept({"set", "null"})) return Action::set_null;
  if (r.accept({"set", "default"})) return Action::set_default;
  if (r.accept({"no", "action"})) return Action::no_action;
  r.fail();
}

std::vector<Name> read_names(Reader& r) {
  std::vector<Name> out;
  r.expect('(');
  do out.emplace_back(r.name());
  while (r.accept(','));
  r.expect(')');
  return out;
}

void read_constraint(Reader& r, Table& table) {
  const Name name = r.name();
  if (r.accept("check")) {
    Check check{.name = name, .expression = Sql(r.parenthesised())};
    if (r.accept({"not", "enforced"})) check.attributes["not enforced"] = "";
    table.checks.push_back(std::move(check));
    return;
  }
  if (!r.accept({"foreign", "key"})) r.fail();
  ForeignKey key{.name = name, .columns = read_names(r), .on_delete = Action::restrict, .on_update = Action::restrict};
  if (!r.accept("references")) r.fail();
  key.references.name = r.name();
  if (r.accept('.')) {
    key.references.schema = key.references.name;
    key.references.name = r.name();
  }
  key.referenced = read_names(r);
  while (r.accept("on")) {
    Action& action = r.next_is("delete") ? key.on_delete : key.on_update;
    r.take();
    action = read_action(r);
  }
  table.foreign_keys.push_back(std::move(key));
}

void read_item(Reader& r, Table& table) {
  if (r.peek()->kind == Token::Kind::quoted) return read_column(r, table);
  if (r.accept({"primary", "key"})) {
    PrimaryKey key;
    key.parts = read_parts(r, key.attributes);
    read_key_options(r, key.attributes);
    table.primary_key = std::move(key);
    return;
  }
  if (r.accept({"period", "for"})) {
    const std::string name = r.name();
    table.options.attributes["period " + (equal_ignoring_case(name, "system_time") ? "system_time" : name)] =
        r.parenthesised();
    return;
  }
  if (r.accept("unique")) return read_index(r, table, "", true);
  if (r.accept("fulltext")) return read_index(r, table, "fulltext", false);
  if (r.accept("spatial")) return read_index(r, table, "spatial", false);
  if (r.next_is("key") || r.next_is("index")) return read_index(r, table, "", false);
  if (r.accept("constraint")) return read_constraint(r, table);
  if (r.accept("check")) {
    table.checks.push_back({.expression = Sql(r.parenthesised())});
    return;
  }
  r.fail();
}

/// An option by the word the server shows, and how values call it.
constexpr std::array option_names = std::to_array<std::pair<std::string_view, std::string_view>>(
    {{"engine", "engine"}, {"charset", "character set"}, {"collate", "collate"}, {"row_format", "row format"}});

std::string option_value(Reader& r) {
  if (r.next_is('(')) return "(" + r.parenthesised() + ")";
  return std::string(r.take().text);
}

void read_options(Reader& r, TableOptions& options) {
  while (!r.ended()) {
    if (r.accept({"partition", "by"})) {
      options.attributes["partition by"] = r.rest();
    } else if (r.accept({"with", "system", "versioning"})) {
      options.attributes["system versioning"] = "";
    } else if (r.accept(',')) {
    } else {
      r.accept("default");
      std::string word = lower(r.name());
      if (r.next_is("directory") || r.next_is("method")) word += ' ' + lower(r.name());
      r.expect('=');
      const auto known =
          std::find_if(option_names.begin(), option_names.end(), [&](const auto& o) { return o.first == word; });
      if (word == "comment")
        options.comment = r.take().value();
      else if (word == "auto_increment")
        r.take();
      else
        options.attributes[known == option_names.end() ? word : std::string(known->second)] = option_value(r);
    }
  }
}

}  // namespace

Table read_table(std::string_view sql) {
  Reader r(sql);
  Table table;
  if (!r.accept("create")) r.fail();
  r.accept("temporary");
  if (!r.accept("table")) r.fail();
  table.name = r.name();
  r.expect('(');
  do read_item(r, table);
  while (r.accept(','));
  r.expect(')');
  read_options(r, table.options);
  return table;
}

}  // namespace dataflow::mariadb
