#include "preview/text.hpp"

#include <algorithm>
#include <iterator>

#include "core/text.hpp"
#include "core/utf8.hpp"
#include "dataflow/preview.hpp"
#include "preview/width_ranges.hpp"

namespace dataflow::page {

namespace {

template <std::size_t N> bool within(const Range (&ranges)[N], char32_t c) {
  const auto range =
      std::lower_bound(std::begin(ranges), std::end(ranges), c, [](const Range& r, char32_t x) { return r.last < x; });
  return range != std::end(ranges) && range->first <= c;
}

constexpr char32_t joiner = 0x200D, emoji_style = 0xFE0F;
bool is_skin_tone(char32_t c) { return c >= 0x1F3FB && c <= 0x1F3FF; }

std::size_t width_of(const CodePoint& point) {
  if (!point.valid) return 1;
  if (within(zero_width, point.value)) return 0;
  return within(double_width, point.value) ? 2 : 1;
}

/// What a terminal draws as one character: a code point with all that joins it.
struct Cluster {
  std::size_t bytes, width;
};
Cluster cluster_at(std::string_view text, std::size_t at) {
  const CodePoint first = code_point(text, at);
  Cluster cluster{first.bytes, width_of(first)};
  if (!first.valid) return cluster;
  for (bool joined = first.value == joiner; at + cluster.bytes < text.size();) {
    const CodePoint next = code_point(text, at + cluster.bytes);
    const bool joins =
        next.valid && (width_of(next) == 0 || is_skin_tone(next.value) || (joined && cluster.width == 2));
    if (!joins) break;
    if (next.value == emoji_style && cluster.width == 1) cluster.width = 2;
    joined = next.value == joiner;
    cluster.bytes += next.bytes;
  }
  return cluster;
}

/// Characters that change the order or the look of what follows, or hide: invisible to a reader who must judge a name.
constexpr Range deceptive[] = {{0x61C, 0x61C},   {0x200B, 0x200B}, {0x200E, 0x200F},
                               {0x2028, 0x202E}, {0x2060, 0x2064}, {0x2066, 0x206F},
                               {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F}};

bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0); }

bool must_escape(const CodePoint& point, bool ascii) {
  return !point.valid || is_control(point.value) || within(deceptive, point.value) || (ascii && point.value > 0x7F);
}

std::string hexadecimal(char32_t value, std::size_t least) {
  std::string digits;
  for (; value != 0 || digits.size() < least; value >>= 4)
    digits.insert(digits.begin(), "0123456789abcdef"[value & 0xF]);
  return digits;
}

struct Spelling {
  char32_t value;
  std::string_view text;
};
constexpr Spelling escapes[] = {{'\n', "\\n"}, {'\r', "\\r"}, {'\t', "\\t"}};
constexpr Spelling ascii_spellings[] = {{0x2192, "->"}, {0x2026, "..."}};

std::string escape(const CodePoint& point, bool ascii) {
  for (const Spelling& s : escapes)
    if (s.value == point.value) return std::string(s.text);
  for (const Spelling& s : ascii_spellings)
    if (ascii && s.value == point.value) return std::string(s.text);
  return point.value < 0x80 || !point.valid ? "\\x" + hexadecimal(point.value, 2)
                                            : "\\u{" + hexadecimal(point.value, 1) + "}";
}

/// Reads SQL far enough to know what is quoted.
class Quotes {
 public:
  void pass(char c, char next) {
    if (closing_ != 0) {
      if (c == closing_) closing_ = 0;
    } else if (line_comment_) {
      line_comment_ = c != '\n';
    } else if (c == '-' && next == '-') {
      line_comment_ = true;
    } else if (c == '\'' || c == '"' || c == '`') {
      closing_ = c;
    } else if (c == '[') {
      closing_ = ']';
    }
  }
  bool quoted() const { return closing_ != 0; }

 private:
  char closing_ = 0;
  bool line_comment_ = false;
};

/// Appends the part of `word` that fits, and says how many bytes it took. Takes at least one cluster.
std::size_t take(std::string& line, std::string_view word, std::size_t width) {
  std::size_t taken = 0, used = 0;
  while (taken < word.size()) {
    const Cluster next = cluster_at(word, taken);
    if (taken > 0 && used + next.width > width) break;
    used += next.width;
    taken += next.bytes;
  }
  line += word.substr(0, taken);
  return taken;
}

}  // namespace

std::string shown(std::string_view text, bool ascii) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point(text, at);
    out += must_escape(point, ascii) ? escape(point, ascii) : std::string(text.substr(at, point.bytes));
    at += point.bytes;
  }
  return out;
}

bool shows_as_is(std::string_view sql, bool ascii) {
  for (std::size_t at = 0; at < sql.size();) {
    const CodePoint point = code_point(sql, at);
    if (point.value != '\n' && point.value != '\t' && must_escape(point, ascii)) return false;
    at += point.bytes;
  }
  return true;
}

std::vector<std::string> sql_lines(std::string_view sql, bool ascii) {
  std::vector<std::string> lines(1);
  std::string plain;
  Quotes quotes;
  const auto flush = [&] { lines.back() += shown(std::exchange(plain, {}), ascii); };
  for (std::size_t i = 0; i < sql.size(); ++i) {
    const char c = sql[i];
    quotes.pass(c, i + 1 < sql.size() ? sql[i + 1] : '\0');
    const bool line_end = c == '\n' || (c == '\r' && i + 1 < sql.size() && sql[i + 1] == '\n');
    if (quotes.quoted() || (!line_end && c != '\t'))
      plain += c;
    else if (c == '\t')
      plain += "    ";
    else if (c == '\n')
      flush(), lines.emplace_back();
  }
  flush();
  return lines;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  bool fresh = true;
  for (std::string_view word_left : split(text, ' ')) {
    if (!fresh && display_width(lines.back()) + 1 + display_width(word_left) <= width) {
      lines.back() += ' ';
      lines.back() += word_left;
      continue;
    }
    if (!fresh) lines.emplace_back();
    fresh = false;
    while (display_width(word_left) > width) {
      word_left.remove_prefix(take(lines.back(), word_left, width));
      if (!word_left.empty()) lines.emplace_back();
    }
    lines.back() += word_left;
  }
  return lines;
}

std::string padded(std::string_view text, std::size_t width) {
  const std::size_t used = display_width(text);
  return std::string(text) + std::string(used < width ? width - used : 0, ' ');
}

}  // namespace dataflow::page

namespace dataflow {

std::size_t display_width(std::string_view utf8) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < utf8.size();) {
    const page::Cluster cluster = page::cluster_at(utf8, at);
    width += cluster.width;
    at += cluster.bytes;
  }
  return width;
}

}  // namespace dataflow
