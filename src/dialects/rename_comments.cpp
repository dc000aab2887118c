#include "dialects/rename_comments.hpp"

#include <algorithm>
#include <cctype>
#include <string>

#include "core/text.hpp"

namespace dataflow {

namespace {

bool is_word(char c) {
  const auto u = static_cast<unsigned char>(c);
  return std::isalnum(u) != 0 || c == '_' || c == '$' || u >= 0x80;
}

std::string unquoted(std::string_view name) {
  if (name.size() < 2 || is_word(name[0])) return std::string(name);
  const char close = name[0] == '[' ? ']' : name[0];
  std::string out;
  for (std::size_t i = 1; i + 1 < name.size(); ++i) {
    out += name[i];
    if (name[i] == close) ++i;
  }
  return out;
}

/// The name that a comment gives, or nothing.
std::string old_name(std::string_view comment) {
  std::string_view text = trim(comment);
  const bool marked = text.starts_with('@');
  if (marked) text.remove_prefix(1);
  for (const std::string_view word : {"renamed", "from"}) {
    if (!equal_ignoring_case(text.substr(0, word.size()), word)) return {};
    text = trim(text.substr(word.size()));
  }
  if (marked && text.starts_with('=')) text = trim(text.substr(1));
  if (text.ends_with(',')) text.remove_suffix(1);
  const bool one_word = std::all_of(text.begin(), text.end(), is_word);
  const bool quoted = text.size() > 2 && (text[0] == '"' || text[0] == '`') && text.back() == text[0];
  return one_word || quoted ? unquoted(text) : std::string();
}

class Scanner {
 public:
  Scanner(Hints& hints, std::string_view sql, bool backslash_escapes)
      : hints_(hints), sql_(sql), backslash_escapes_(backslash_escapes) {}

  void scan() {
    while (at_ < sql_.size()) step();
  }

 private:
  enum class Place : std::uint8_t { elsewhere, create, name, body };

  void step() {
    const char c = sql_[at_];
    if (c == '\n')
      on_this_line_ = Subject::none, code_on_this_line_ = false, ++at_;
    else if (std::isspace(static_cast<unsigned char>(c)) != 0)
      ++at_;
    else if (sql_.substr(at_).starts_with("--") || (c == '#' && backslash_escapes_))
      line_comment(c == '#' ? 1 : 2);
    else if (sql_.substr(at_).starts_with("/*"))
      at_ = behind("*/", at_ + 2);
    else
      code_on_this_line_ = true, code(c);
  }

  void code(char c) {
    if (c == '\'')
      at_ = end_of_quote('\'');
    else if (c == '$' && dollar_quoted())
      return;
    else if (c == '"' || c == '`' || c == '[')
      name(end_of_quote(c == '[' ? ']' : c));
    else if (is_word(c))
      name(end_of_word());
    else
      symbol(c);
  }

  std::size_t behind(std::string_view mark, std::size_t from) const {
    const std::size_t found = sql_.find(mark, from);
    return found == std::string_view::npos ? sql_.size() : found + mark.size();
  }
  std::size_t end_of_word() const {
    std::size_t end = at_;
    while (end < sql_.size() && is_word(sql_[end])) ++end;
    return end;
  }
  std::size_t end_of_quote(char close) const {
    for (std::size_t i = at_ + 1; i < sql_.size(); ++i) {
      if (backslash_escapes_ && sql_[i] == '\\' && close != '`')
        ++i;
      else if (sql_[i] == close && i + 1 < sql_.size() && sql_[i + 1] == close)
        ++i;
      else if (sql_[i] == close)
        return i + 1;
    }
    return sql_.size();
  }
  bool dollar_quoted() {
    const std::size_t end = sql_.find('$', at_ + 1);
    if (end == std::string_view::npos) return false;
    const std::string_view tag = sql_.substr(at_, end + 1 - at_);
    if (!std::all_of(tag.begin() + 1, tag.end() - 1, is_word)) return false;
    at_ = behind(tag, end + 1);
    return true;
  }

  void line_comment(std::size_t mark) {
    const std::size_t end = std::min(sql_.find('\n', at_), sql_.size());
    std::string before = old_name(sql_.substr(at_ + mark, end - at_ - mark));
    at_ = end;
    if (before.empty()) return;
    if (on_this_line_ == Subject::none && code_on_this_line_ && place_ == Place::body)
      on_this_line_ = Subject::column;  // it began on a line before
    if (place_ == Place::name && !dotted_) on_this_line_ = Subject::table;
    if (on_this_line_ != Subject::none)
      add(on_this_line_, std::move(before));
    else if (!code_on_this_line_)
      waiting_ = std::move(before);
  }

  void name(std::size_t end) {
    const std::string_view text = sql_.substr(at_, end - at_);
    at_ = end;
    const std::string word = is_word(text[0]) ? upper(text) : std::string();
    switch (place_) {
      case Place::elsewhere:
        if (begins_ && word == "CREATE") place_ = Place::create;
        begins_ = false;
        return;
      case Place::create:
        if (word == "TABLE")
          place_ = Place::name, table_ = {}, dotted_ = true;
        else if (word != "TEMP" && word != "TEMPORARY" && word != "UNLOGGED" && word != "OR" && word != "REPLACE" &&
                 word != "GLOBAL" && word != "LOCAL")
          place_ = Place::elsewhere;
        return;
      case Place::name:
        if (word == "IF" || word == "NOT" || word == "EXISTS" || !dotted_) return;
        table_ = {table_.name, unquoted(text)};
        dotted_ = false;
        return;
      case Place::body:
        if (depth_ == 1 && item_begins_) column_ = unquoted(text), begun(Subject::column);
        item_begins_ = false;
        return;
    }
  }

  void symbol(char c) {
    ++at_;
    if (c == ';') {
      place_ = Place::elsewhere, begins_ = true, depth_ = 0, waiting_.clear();
    } else if (place_ == Place::name) {
      if (c == '.') dotted_ = true;
      if (c == '(') place_ = Place::body, depth_ = 1, item_begins_ = true, begun(Subject::table);
    } else if (place_ == Place::body) {
      if (c == '(') ++depth_;
      if (c == ')' && --depth_ == 0) place_ = Place::elsewhere, on_this_line_ = Subject::table;
      if (c == ',' && depth_ == 1) item_begins_ = true;
    }
  }

  enum class Subject : std::uint8_t { none, table, column };

  void begun(Subject subject) {
    on_this_line_ = subject;
    if (!waiting_.empty()) add(subject, std::exchange(waiting_, {}));
  }

  void add(Subject subject, std::string before) {
    if (subject == Subject::table)
      hints_.tables.push_back({table_, Name(std::move(before))});
    else
      hints_.columns.push_back({table_, Name(column_), Name(std::move(before))});
  }

  Hints& hints_;
  std::string_view sql_;
  bool backslash_escapes_;
  std::size_t at_ = 0;
  Place place_ = Place::elsewhere;
  bool begins_ = true;  ///< a statement
  bool dotted_ = false, item_begins_ = false;
  int depth_ = 0;
  Path table_;
  std::string column_, waiting_;
  Subject on_this_line_ = Subject::none;  ///< what began there last
  bool code_on_this_line_ = false;
};

}  // namespace

void add_renames(Hints& hints, std::string_view sql, bool backslash_escapes) {
  Scanner(hints, sql, backslash_escapes).scan();
}

}  // namespace dataflow
