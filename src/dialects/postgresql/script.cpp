#include <algorithm>

#include "core/text.hpp"
#include "dialects/postgresql/lexer.hpp"
#include "dialects/postgresql/postgresql.hpp"

namespace dataflow::postgresql {

namespace {

/// One walk over a script. psql's own rules: a semicolon ends a statement unless it stands inside of parentheses or of
/// the BEGIN ATOMIC body of a function.
class Splitter {
 public:
  explicit Splitter(std::string_view sql) : sql_(sql) {
    if (sql_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  }

  std::vector<ScriptStatement> split() {
    while (at_ < sql_.size()) step();
    finish();
    return std::move(out_);
  }

 private:
  void step() {
    if (sql_[at_] == '\\') return psql_command();
    const Token token = token_at(sql_, at_);
    if (token.kind == Lexeme::punctuation && token.text == ";" && parentheses_ == 0 && bodies_ == 0) {
      ++at_;
      finish();
      return;
    }
    const bool silent = token.kind == Lexeme::space || token.kind == Lexeme::comment;
    if (text_.empty() && !silent) begin_ = line_;
    if (!silent) take(token);
    if (!silent || !text_.empty()) text_ += token.text;
    advance(token.text.size());
  }

  void take(const Token& token) {
    if (token.kind == Lexeme::punctuation) {
      if (token.text == "(") ++parentheses_;
      if (token.text == ")" && parentheses_ > 0) --parentheses_;
    }
    if (token.kind != Lexeme::word) return;
    words_.push_back(upper(token.text));
    if (parentheses_ > 0 || !makes_routine()) return;
    if (words_.back() == "BEGIN" || (words_.back() == "CASE" && bodies_ > 0)) ++bodies_;
    if (words_.back() == "END" && bodies_ > 0) --bodies_;
  }

  bool makes_routine() const {
    if (words_.empty() || words_[0] != "CREATE") return false;
    const std::size_t noun = words_.size() > 3 && words_[1] == "OR" && words_[2] == "REPLACE" ? 3 : 1;
    return words_.size() > noun && (words_[noun] == "FUNCTION" || words_[noun] == "PROCEDURE");
  }

  /// At the beginning of a line it leaves the statement alone; behind one (\g, \gexec) it ends it.
  void psql_command() {
    const std::size_t line = at_ == 0 ? 0 : sql_.rfind('\n', at_ - 1) + 1;
    const bool behind = !trim(sql_.substr(line, at_ - line)).empty();
    if (sql_.substr(at_, 2) == "\\;") {
      at_ += 2;
    } else {
      advance(std::min(sql_.find('\n', at_), sql_.size()) - at_);
    }
    if (behind) finish();
  }

  void finish() {
    const bool rows = copies();
    if (!text_.empty()) out_.push_back({std::string(trim(text_)), begin_, rows});
    text_.clear(), words_.clear();
    parentheses_ = bodies_ = 0;
    if (rows) skip_rows();
  }

  bool copies() const {
    if (words_.empty() || words_[0] != "COPY") return false;
    for (std::size_t i = 1; i + 1 < words_.size(); ++i)
      if (words_[i] == "FROM" && words_[i + 1] == "STDIN") return true;
    return false;
  }

  /// Rows stand on the lines that follow, up to one that is \. alone.
  void skip_rows() {
    advance(std::min(sql_.find('\n', at_), sql_.size()) - at_);
    while (at_ < sql_.size()) {
      advance(1);
      const std::size_t end = std::min(sql_.find('\n', at_), sql_.size());
      const std::string_view row = sql_.substr(at_, end - at_);
      at_ = end;
      if (row == "\\." || row == "\\.\r") return;
    }
  }

  void advance(std::size_t n) {
    line_ += static_cast<std::size_t>(std::count(sql_.begin() + static_cast<std::ptrdiff_t>(at_),
                                                 sql_.begin() + static_cast<std::ptrdiff_t>(at_ + n), '\n'));
    at_ += n;
  }

  std::string_view sql_;
  std::size_t at_ = 0, line_ = 1, begin_ = 1;
  std::string text_;
  std::vector<std::string> words_;
  std::size_t parentheses_ = 0, bodies_ = 0;
  std::vector<ScriptStatement> out_;
};

}  // namespace

std::vector<ScriptStatement> split_script(std::string_view sql) { return Splitter(sql).split(); }

}  // namespace dataflow::postgresql
