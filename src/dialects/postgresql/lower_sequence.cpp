#include "dialects/postgresql/lower_sequence.hpp"

#include <algorithm>
#include <limits>
#include <sstream>

#include "dialects/postgresql/render.hpp"

namespace dataflow::postgresql {

namespace {

struct Bounds {
  std::string_view type;
  std::int64_t lowest, highest;
};
constexpr Bounds bounds[] = {
    {"smallint", std::numeric_limits<std::int16_t>::min(), std::numeric_limits<std::int16_t>::max()},
    {"integer", std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()},
    {"bigint", std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}};

const Bounds& bounds_of(std::string_view type) {
  const auto* found =
      std::find_if(std::begin(bounds), std::end(bounds), [&](const Bounds& b) { return b.type == type; });
  return found == std::end(bounds) ? bounds[2] : *found;
}

std::int64_t number(const std::string& text, std::int64_t otherwise) {
  std::int64_t out = 0;
  std::istringstream in(text);
  return in >> out ? out : otherwise;
}

/// "START WITH 10": the number behind a word of identity options.
std::int64_t option(const std::string& options, std::string_view word, std::int64_t otherwise) {
  const std::size_t at = options.find(word);
  return at == std::string::npos ? otherwise : number(options.substr(at + word.size()), otherwise);
}

constexpr std::size_t longest_name = 63;

/// The first bytes of a text, no character cut in two.
std::string clipped(const std::string& text, std::size_t size) {
  while (size > 0 && size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  return text.substr(0, size);
}

}  // namespace

Counting counting_of(const Definition& sequence) {
  Counting out;
  const auto part = [&](std::string_view name) {
    for (const Part& p : sequence.parts)
      if (p.name.text == name) return p.text.text;
    return std::string();
  };
  out.type = part("type");
  out.increment = number(part("increment"), 1);
  out.minimum = number(part("minvalue"), 1);
  out.maximum = number(part("maxvalue"), bounds_of(out.type).highest);
  out.start = number(part("start"), out.minimum);
  out.cache = number(part("cache"), 1);
  out.cycle = part("cycle") == "CYCLE";
  return out;
}

Counting counting_of(const Column& identity, const Type& type) {
  const std::string options = attribute(identity.attributes, "identity options");
  const Bounds& limits = bounds_of(type.spelled);
  Counting out;
  out.increment = option(options, "INCREMENT BY", 1);
  const bool down = out.increment < 0;
  out.minimum = option(options, "MINVALUE", down ? limits.lowest : 1);
  out.maximum = option(options, "MAXVALUE", down ? -1 : limits.highest);
  out.start = option(options, "START WITH", down ? out.maximum : out.minimum);
  out.cache = option(options, "CACHE", 1);
  out.cycle = options.ends_with("CYCLE") && !options.ends_with("NO CYCLE");
  return out;
}

Path identity_sequence(const Path& table, const Column& column) {
  constexpr std::string_view word = "SEQUENCE NAME ";
  const std::string options = attribute(column.attributes, "identity options");
  if (options.starts_with(word)) {
    bool quoted = false;
    std::size_t end = word.size();
    for (; end < options.size() && (quoted || options[end] != ' '); ++end) quoted ^= options[end] == '"';
    return read_path(std::string_view(options).substr(word.size(), end - word.size()));
  }
  std::size_t first = table.name.text.size(), second = column.name.text.size();
  while (first + second > longest_name - std::string_view("__seq").size()) (first > second ? first : second)--;
  return {table.schema, clipped(table.name.text, first) + "_" + clipped(column.name.text, second) + "_seq"};
}

std::string count_on(const Path& table, const Name& column, const Path& sequence) {
  const std::string name = quote(sequence), regclass = text_literal(name) + "::regclass";
  return "SELECT pg_catalog.setval(" + regclass + ", t.most) FROM (SELECT max(" + quote(column.text) +
         ") AS most FROM " + quote(table) + ") t, " + name +
         " s, pg_catalog.pg_sequence q WHERE q.seqrelid = " + regclass +
         " AND q.seqincrement > 0 AND t.most BETWEEN q.seqmin AND q.seqmax AND (t.most > s.last_value OR "
         "t.most = s.last_value AND NOT s.is_called)";
}

void alter_counting(const std::string& alter, const std::string& set, const Path& sequence, const Counting& before,
                    const Counting& after, Written& out) {
  if (before == after) return;
  const auto text = [](std::int64_t n) { return std::to_string(n); };
  const bool moved = before.start != after.start || before.minimum != after.minimum || before.maximum != after.maximum;
  const bool larger = bounds_of(after.type).highest > bounds_of(before.type).highest;
  Counting now = before;
  if (moved) {
    // The position has to lie within the bounds at every moment.
    std::string clauses;
    if (larger && after.type != before.type) clauses += set + "AS " + after.type, now.type = after.type;
    now.minimum = std::min(before.minimum, after.minimum), now.maximum = std::max(before.maximum, after.maximum);
    if (now.minimum != before.minimum) clauses += set + "MINVALUE " + text(now.minimum);
    if (now.maximum != before.maximum || !clauses.empty()) clauses += set + "MAXVALUE " + text(now.maximum);
    if (!clauses.empty()) out.run(alter + clauses);
    out.run("SELECT pg_catalog.setval(" + text_literal(quote(sequence)) + "::regclass, " + text(after.start) +
            ", false) FROM " + quote(sequence) + " WHERE last_value NOT BETWEEN " + text(after.minimum) + " AND " +
            text(after.maximum) + " OR (NOT is_called AND last_value = " + text(before.start) + ")");
  }
  std::string clauses;
  if (after.type != now.type) clauses += set + "AS " + after.type;
  if (after.increment != now.increment) clauses += set + "INCREMENT BY " + text(after.increment);
  if (after.minimum != now.minimum || after.type != now.type) clauses += set + "MINVALUE " + text(after.minimum);
  if (after.maximum != now.maximum || after.type != now.type) clauses += set + "MAXVALUE " + text(after.maximum);
  if (after.start != now.start) clauses += set + "START WITH " + text(after.start);
  if (after.cache != now.cache) clauses += set + "CACHE " + text(after.cache);
  if (after.cycle != now.cycle) clauses += set + (after.cycle ? "CYCLE" : "NO CYCLE");
  if (!clauses.empty()) out.run(alter + clauses);
}

}  // namespace dataflow::postgresql
