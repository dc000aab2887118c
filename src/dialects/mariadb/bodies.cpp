#include "dialects/mariadb/bodies.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/text.hpp"
#include "dialects/mariadb/lexer.hpp"

namespace dataflow::mariadb {

namespace {

enum class Block : std::uint8_t { statements, repeat, case_expression };

/// BEGIN, IF, END and the like are names of columns and functions too: they count where a statement of the body can
/// begin.
class Body {
 public:
  explicit Body(std::string_view sql) : tokens_(significant(sql)) {}

  bool is_open() {
    if (!may_have_blocks()) return false;
    for (at_ = 0; at_ < tokens_.size(); ++at_) take();
    return !open_.empty();
  }

 private:
  bool may_have_blocks() const {
    static constexpr std::string_view with_body[] = {"PROCEDURE", "FUNCTION", "TRIGGER", "EVENT"};
    static constexpr std::string_view without[] = {"TABLE", "VIEW", "INDEX", "SEQUENCE", "USER", "ROLE"};
    if (word(0) == "BEGIN" && word(1) == "NOT") return true;
    if (word(0) != "CREATE") return false;
    for (std::size_t i = 1; i < tokens_.size() && !among(without, word(i)); ++i)
      if (among(with_body, word(i))) return true;
    return false;
  }

  void take() {
    const std::string now = word(at_);
    if (now == "END" && closes()) {
      open_.pop_back();
      static constexpr std::string_view of_block[] = {"IF", "LOOP", "REPEAT", "WHILE", "CASE", "FOR"};
      if (among(of_block, word(at_ + 1))) ++at_;
    } else if (now == "CASE") {
      open_.push_back(begins() ? Block::statements : Block::case_expression);
    } else if (now == "BEGIN" ? begins_block() : opens(now)) {
      open_.push_back(now == "REPEAT" ? Block::repeat : Block::statements);
    }
    if (text(at_) == ";" || begins()) in_handler_ = false;
    if (now == "HANDLER") in_handler_ = true;
  }

  bool opens(const std::string& now) const {
    static constexpr std::string_view words[] = {"IF", "LOOP", "REPEAT", "WHILE", "FOR"};
    return among(words, now) && begins();
  }

  /// Whether a statement can begin here, going by what stands before.
  bool begins() const {
    if (at_ == 0) return true;
    const std::string before = word(at_ - 1), mark(text(at_ - 1));
    if (open_.empty()) {
      static constexpr std::string_view heads[] = {"ROW", "DO", "DETERMINISTIC", "DATA", "SQL", "INVOKER", "DEFINER"};
      return among(heads, before) || mark == ")" || mark == ":" || tokens_[at_ - 1].kind == LexemeKind::string;
    }
    static constexpr std::string_view beginnings[] = {"BEGIN", "THEN", "ELSE", "DO", "LOOP", "REPEAT", "ATOMIC"};
    return open_.back() != Block::case_expression && (mark == ";" || mark == ":" || among(beginnings, before));
  }

  /// A column may be called so: nothing but a statement or END follows the word that begins a block.
  bool begins_block() const {
    static constexpr std::string_view behind_names[] = {"FROM", "AS", "IS", "IN", "LIKE", "AND", "OR", "ASC", "DESC"};
    if (among(behind_names, word(at_ + 1))) return false;
    const bool followed = at_ + 1 < tokens_.size() && (tokens_[at_ + 1].kind == LexemeKind::word ||
                                                       tokens_[at_ + 1].kind == LexemeKind::quoted_name);
    const bool whole_is_missing = at_ + 1 == tokens_.size();
    return (followed || whole_is_missing) && (open_.empty() ? !is_member() : begins() || in_handler_);
  }
  bool is_member() const { return at_ > 0 && (text(at_ - 1) == "." || text(at_ - 1) == "@"); }

  bool closes() const {
    if (open_.empty() || is_member()) return false;
    if (open_.back() == Block::case_expression) {
      static constexpr std::string_view before_values[] = {"WHEN", "THEN", "ELSE", "CASE", "AND", "OR", "NOT"};
      const std::string_view mark = text(at_ - 1);
      const bool value_follows = tokens_[at_ - 1].kind == LexemeKind::punctuation && mark != ")";
      return !value_follows && !among(before_values, word(at_ - 1));
    }
    return begins() || (open_.back() == Block::repeat && word(at_ + 1) == "REPEAT");
  }

  std::string_view text(std::size_t at) const { return at < tokens_.size() ? tokens_[at].text : std::string_view(); }
  std::string word(std::size_t at) const {
    return at < tokens_.size() && tokens_[at].kind == LexemeKind::word ? upper(tokens_[at].text) : std::string();
  }

  std::vector<Lexeme> tokens_;
  std::vector<Block> open_;
  std::size_t at_ = 0;
  bool in_handler_ = false;
};

}  // namespace

bool waits_for_end(std::string_view statement) {
  const std::vector<Lexeme> first = significant(statement, 1);
  if (first.empty() || (!equal_ignoring_case(first[0].text, "CREATE") && !equal_ignoring_case(first[0].text, "BEGIN")))
    return false;
  return Body(statement).is_open();
}

}  // namespace dataflow::mariadb
