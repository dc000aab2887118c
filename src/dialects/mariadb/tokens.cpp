#include "dialects/mariadb/tokens.hpp"

#include <algorithm>
#include <cctype>

#include "core/text.hpp"
#include "dialects/mariadb/mariadb.hpp"

namespace dataflow::mariadb {

namespace {

bool digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
/// Bytes of UTF-8 beyond ASCII are letters to the server.
bool word_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' || c == '@' ||
         static_cast<unsigned char>(c) >= 0x80;
}

class Scanner {
 public:
  explicit Scanner(std::string_view sql) : sql_(sql) {}

  std::vector<Token> all() {
    std::vector<Token> out;
    while (skip(), at_ < sql_.size()) out.push_back(next());
    return out;
  }

 private:
  char at(std::size_t i) const { return i < sql_.size() ? sql_[i] : '\0'; }
  std::string_view rest() const { return sql_.substr(at_); }

  void skip() {
    for (;;) {
      if (std::isspace(static_cast<unsigned char>(at(at_))) != 0 && at_ < sql_.size()) {
        ++at_;
      } else if (rest().starts_with("/*!") || rest().starts_with("/*M!")) {
        at_ = sql_.find('!', at_) + 1;
        while (digit(at(at_))) ++at_;
        ++executed_;
      } else if (executed_ > 0 && rest().starts_with("*/")) {
        at_ += 2, --executed_;
      } else if (rest().starts_with("/*")) {
        const std::size_t end = sql_.find("*/", at_ + 2);
        at_ = end == std::string_view::npos ? sql_.size() : end + 2;
      } else if (at(at_) == '#' ||
                 (rest().starts_with("--") &&
                  (at_ + 2 >= sql_.size() || std::isspace(static_cast<unsigned char>(at(at_ + 2)))))) {
        const std::size_t end = sql_.find('\n', at_);
        at_ = end == std::string_view::npos ? sql_.size() : end;
      } else {
        return;
      }
    }
  }

  Token next() {
    const std::size_t begin = at_;
    const char c = at(at_);
    Token::Kind kind = Token::Kind::punctuation;
    if (c == '`') {
      kind = Token::Kind::quoted;
      quoted('`', false);
    } else if (c == '\'' || c == '"') {
      kind = Token::Kind::string;
      quoted(c, true);
    } else if (digit(c) || (c == '.' && digit(at(at_ + 1)))) {
      kind = Token::Kind::number;
      number();
    } else if (word_char(c)) {
      kind = Token::Kind::word;
      while (word_char(at(at_)) && at_ < sql_.size()) ++at_;
    } else {
      ++at_;
    }
    return {kind, begin, at_, sql_.substr(begin, at_ - begin)};
  }

  void quoted(char quote, bool escapes) {
    for (++at_; at_ < sql_.size(); ++at_) {
      if (escapes && sql_[at_] == '\\') {
        ++at_;
      } else if (sql_[at_] == quote) {
        if (at(at_ + 1) != quote) break;
        ++at_;
      }
    }
    at_ = std::min(at_ + 1, sql_.size());
  }

  /// An identifier may begin with a digit: 2fa.
  void number() {
    while (at_ < sql_.size() && (word_char(sql_[at_]) || sql_[at_] == '.' ||
                                 ((sql_[at_] == '-' || sql_[at_] == '+') &&
                                  (at(at_ - 1) == 'e' || at(at_ - 1) == 'E') && digit(at(at_ + 1)))))
      ++at_;
  }

  std::string_view sql_;
  std::size_t at_ = 0;
  int executed_ = 0;  ///< depth of the executed comments we are in
};

std::string undoubled(std::string_view text, char quote, bool escapes) {
  std::string out;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (escapes && text[i] == '\\' && i + 2 < text.size()) {
      const char c = text[++i];
      out += c == 'n'   ? '\n'
             : c == 't' ? '\t'
             : c == 'r' ? '\r'
             : c == '0' ? '\0'
             : c == 'b' ? '\b'
             : c == 'Z' ? '\x1a'
                        : c;
    } else {
      if (text[i] == quote) ++i;
      out += text[i];
    }
  }
  return out;
}

}  // namespace

bool Token::is(std::string_view keyword) const { return kind == Kind::word && equal_ignoring_case(text, keyword); }

std::string Token::name() const { return kind == Kind::quoted ? undoubled(text, '`', false) : std::string(text); }

std::string Token::value() const { return kind == Kind::string ? undoubled(text, text[0], true) : std::string(text); }

std::vector<Token> tokens(std::string_view sql) { return Scanner(sql).all(); }

std::string canonical(std::string_view sql) {
  std::string out;
  for (const Token& token : tokens(sql)) {
    if (!out.empty()) out += ' ';
    out += token.kind == Token::Kind::word ? lower(token.text) : std::string(token.text);
  }
  return out;
}

bool same_tokens(std::string_view a, std::string_view b) { return a == b || canonical(a) == canonical(b); }

bool mentions(std::string_view text, std::string_view name) {
  const auto all = tokens(text);
  return std::any_of(all.begin(), all.end(),
                     [&](const Token& t) { return t.names() && equal_ignoring_case(t.name(), name); });
}

std::string without_database(std::string_view sql, std::string_view database) {
  if (sql.find(database) == std::string_view::npos) return std::string(sql);
  const auto all = tokens(sql);
  std::string out;
  std::size_t from = 0;
  for (std::size_t i = 0; i + 2 < all.size(); ++i) {
    const bool qualifier = all[i].kind == Token::Kind::quoted && all[i].name() == database && all[i + 1].is('.') &&
                           all[i + 2].names() && (i == 0 || !all[i - 1].is('.'));
    if (!qualifier) continue;
    out += sql.substr(from, all[i].begin - from);
    from = all[i + 2].begin;
  }
  return out += sql.substr(from);
}

}  // namespace dataflow::mariadb
