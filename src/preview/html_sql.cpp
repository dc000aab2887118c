// SQL in colours. Nothing depends on it: what it mistakes is coloured wrongly, and escaped all the same.
#include <algorithm>
#include <iterator>

#include "core/text.hpp"
#include "preview/html.hpp"

namespace dataflow::page {

namespace {

constexpr std::string_view keywords[] = {
    "add",       "after",     "algorithm", "all",        "alter",        "always",       "and",        "as",
    "asc",       "begin",     "between",   "by",         "cascade",      "case",         "change",     "charset",
    "check",     "collate",   "column",    "comment",    "commit",       "concurrently", "constraint", "create",
    "cross",     "database",  "default",   "deferrable", "deferred",     "delete",       "desc",       "distinct",
    "drop",      "each",      "else",      "end",        "engine",       "enum",         "except",     "exists",
    "extension", "false",     "first",     "for",        "foreign",      "from",         "function",   "generated",
    "grant",     "group",     "having",    "identity",   "if",           "in",           "include",    "index",
    "inherits",  "initially", "insert",    "into",       "is",           "join",         "key",        "language",
    "left",      "like",      "limit",     "lock",       "materialized", "modify",       "not",        "null",
    "off",       "offset",    "on",        "only",       "or",           "order",        "outer",      "partition",
    "policy",    "pragma",    "primary",   "procedure",  "references",   "rename",       "replace",    "restrict",
    "returning", "returns",   "revoke",    "rollback",   "row",          "rowid",        "schema",     "select",
    "sequence",  "set",       "storage",   "stored",     "strict",       "table",        "tables",     "temporary",
    "then",      "to",        "trigger",   "true",       "type",         "union",        "unique",     "unlock",
    "update",    "using",     "valid",     "validate",   "value",        "values",       "view",       "virtual",
    "when",      "where",     "with",      "without",    "write"};
static_assert(std::is_sorted(std::begin(keywords), std::end(keywords)));

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80) != 0;
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Painter {
 public:
  Painter(std::string_view sql, bool backslashes) : sql_(sql), backslashes_(backslashes) {}

  std::string paint() {
    while (at_ < sql_.size()) {
      const char c = sql_[at_];
      if (sql_.substr(at_, 2) == "--")
        span("c", sql_.find('\n', at_));
      else if (sql_.substr(at_, 2) == "/*")
        span("c", behind("*/", at_ + 2));
      else if (c == '\'')
        span("s", end_of_quoted(c));
      else if (c == '"' || c == '`')
        span("i", end_of_quoted(c));
      else if (c == '$')
        dollar();
      else if (is_word(c))
        word();
      else
        out_ += html_text(sql_.substr(at_++, 1));
    }
    return std::move(out_);
  }

 private:
  std::size_t behind(std::string_view end, std::size_t from) const {
    const std::size_t found = sql_.find(end, from);
    return found == std::string_view::npos ? found : found + end.size();
  }
  /// A doubled quote is two texts side by side: the same colour.
  std::size_t end_of_quoted(char quote) const {
    for (std::size_t i = at_ + 1; i < sql_.size(); ++i) {
      if (backslashes_ && sql_[i] == '\\' && quote == '\'')
        ++i;
      else if (sql_[i] == quote)
        return i + 1;
    }
    return sql_.size();
  }
  void dollar() {
    std::size_t end = at_ + 1;
    while (end < sql_.size() && is_word(sql_[end])) ++end;
    const bool quotes = end < sql_.size() && sql_[end] == '$' && (end == at_ + 1 || !is_digit(sql_[at_ + 1]));
    if (!quotes) return static_cast<void>(out_ += html_text(sql_.substr(at_++, 1)));
    span("s", behind(sql_.substr(at_, end + 1 - at_), end + 1));
  }
  void word() {
    std::size_t end = at_;
    while (end < sql_.size() && is_word(sql_[end])) ++end;
    const std::string text = lower(sql_.substr(at_, end - at_));
    if (is_digit(text.front()))
      span("n", end);
    else if (std::binary_search(std::begin(keywords), std::end(keywords), std::string_view(text)))
      span("k", end);
    else
      out_ += html_text(sql_.substr(at_, end - at_)), at_ = end;
  }
  void span(std::string_view style, std::size_t end) {
    end = std::min(end, sql_.size());
    out_ += "<span class=\"" + std::string(style) + "\">" + html_text(sql_.substr(at_, end - at_)) + "</span>";
    at_ = end;
  }

  std::string_view sql_;
  bool backslashes_;
  std::size_t at_ = 0;
  std::string out_;
};

}  // namespace

std::string html_sql(std::string_view sql, bool backslashes) { return Painter(sql, backslashes).paint(); }

}  // namespace dataflow::page
