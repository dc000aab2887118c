// A file that does not say when an event starts leaves it to the second in which the server carries it out, and the
// server's own text names that second. So what a file leaves to the clock is noted, and is whatever the other side has.
#include <algorithm>
#include <array>

#include "core/text.hpp"
#include "dialects/mariadb/mariadb.hpp"
#include "dialects/mariadb/spelling.hpp"
#include "dialects/mariadb/tokens.hpp"

namespace dataflow::mariadb {

namespace {

constexpr const char* attribute = "clock";

using Tokens = std::vector<Token>;
using At = Tokens::const_iterator;

template <std::size_t N> bool among(const std::array<std::string_view, N>& words, const Token& token) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return token.is(word); });
}

bool reads_clock(const Token& token) {
  static constexpr std::array<std::string_view, 13> functions = {
      "now",     "current_timestamp", "current_date", "current_time",   "curdate",       "curtime", "localtime",
      "sysdate", "localtimestamp",    "utc_date",     "unix_timestamp", "utc_timestamp", "utc_time"};
  return among(functions, token);
}

/// The words of [from, end) behind which a moment stands that the server reads off its clock. One that has to be there
/// and is not is read off too.
std::string left_open(At from, At end, std::string_view required) {
  static constexpr std::array<std::string_view, 3> words = {"at", "starts", "ends"};
  std::vector<std::string> out;
  const auto begins = [](const Token& token) { return among(words, token); };
  bool said = false;
  for (At at = std::find_if(from, end, begins); at != end;) {
    const At next = std::find_if(at + 1, end, begins);
    said = said || at->is(required);
    if (std::any_of(at, next, reads_clock)) out.push_back(lower(at->text));
    at = next;
  }
  if (!said && !required.empty()) out.emplace_back(required);
  return join(out, " ");
}

/// The first token from `at` on that stands outside of parentheses and is meant.
template <class Meant> At outside(At at, At end, const Meant& meant) {
  for (int depth = 0; at != end; ++at) {
    if (at->is('(')) ++depth;
    if (at->is(')')) --depth;
    if (depth == 0 && meant(at)) break;
  }
  return at;
}

std::string of_schedule(At from, At end) {
  static constexpr std::array<std::string_view, 5> behind = {"rename", "enable", "disable", "comment", "do"};
  const At until = outside(from, end, [&](At at) {
    return among(behind, *at) || (at->is("on") && at + 1 != end && (at + 1)->is("completion"));
  });
  const bool recurs = from != until && from->is("every");
  return left_open(from, until, recurs ? "starts" : "");
}

std::string of_partitions(At from, At end) {
  static constexpr std::array<std::string_view, 2> behind = {"auto", "partitions"};
  const At until = std::find_if(from, end, [](const Token& t) { return t.is('(') || among(behind, t); });
  // STARTS (expression) is no list of partitions.
  const bool computed = until != end && until != from && (until - 1)->is("starts");
  return left_open(from, computed ? end : until, "starts");
}

/// Where a statement names what it makes or alters.
struct Subject {
  std::string kind, name;
  At behind;
};

std::optional<Subject> subject_of(const Tokens& all) {
  static constexpr std::array<std::string_view, 5> others = {"view", "trigger", "procedure", "function", "package"};
  if (all.empty() || !(all[0].is("create") || all[0].is("alter"))) return std::nullopt;
  const At limit = all.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(all.size(), 12));
  At at = std::find_if(all.begin(), limit,
                       [](const Token& t) { return t.is("event") || t.is("table") || among(others, t); });
  if (at == limit || among(others, *at)) return std::nullopt;
  Subject out{lower(at->text), {}, all.end()};
  for (++at; at != all.end() && (at->is("if") || at->is("not") || at->is("exists"));) ++at;
  if (at == all.end()) return std::nullopt;
  if (at + 2 < all.end() && (at + 1)->is('.')) at += 2;
  out.name = lower(at->name());
  out.behind = at + 1;
  return out;
}

/// The literal behind a word of the server's own text, before the body of an event begins.
const Token* moment(const Tokens& all, std::string_view word) {
  for (std::size_t i = 0; i + 1 < all.size() && !all[i].is("do"); ++i) {
    if (!all[i].is(word)) continue;
    const std::size_t value = all[i + 1].is("timestamp") ? i + 2 : i + 1;
    if (value < all.size() && all[value].kind == Token::Kind::string) return &all[value];
  }
  return nullptr;
}

/// `text` with the moments behind `words` as they are in `other`.
std::string adopted(std::string text, const std::string& other, const std::string& words) {
  for (const std::string& word : split(words, ' ')) {
    const Tokens mine = tokens(text), theirs = tokens(other);
    const Token *own = moment(mine, word), *their = moment(theirs, word);
    if (own != nullptr && their != nullptr) text.replace(own->begin, own->end - own->begin, their->text);
  }
  return text;
}

/// What is open on either side is taken from `live`. Nothing is open then, or as much as there.
void settle(const Attributes& live, const std::string& live_text, Attributes& wanted, std::string& text) {
  const std::string *theirs = value_of(live, attribute), *mine = value_of(wanted, attribute);
  if (mine != nullptr) text = adopted(text, live_text, *mine);
  if (theirs != nullptr) text = adopted(text, live_text, *theirs);
  wanted.erase(attribute);
  if (theirs != nullptr) wanted[attribute] = *theirs;
}

Definition* find_event(Schema& schema, const Name& name) {
  for (Definition& d : schema.definitions)
    if (d.kind == "event" && equal_ignoring_case(d.name.text, name.text)) return &d;
  return nullptr;
}

}  // namespace

void OpenTimes::note(std::string_view sql) {
  const Tokens all = tokens(sql);
  const auto subject = subject_of(all);
  if (!subject) return;
  const std::pair key(subject->kind, subject->name);
  if (subject->kind == "table") {
    static constexpr std::array<std::string_view, 4> words = {"partition", "by", "system_time", "interval"};
    const At at = std::search(subject->behind, all.end(), words.begin(), words.end(),
                              [](const Token& t, std::string_view word) { return t.is(word); });
    if (at != all.end()) open_[key] = of_partitions(at + words.size(), all.end());
    return;
  }
  const auto is_do = [](At at) { return at->is("do"); };
  const At body = outside(subject->behind, all.end(), is_do);
  const At schedule = std::find_if(subject->behind, body, [](const Token& t) { return t.is("schedule"); });
  if (schedule != body) open_[key] = of_schedule(schedule + 1, all.end());
  const At rename = outside(subject->behind, body, [](At at) { return at->is("rename"); });
  if (body - rename < 3) return;
  At name = rename + 2;  // RENAME TO [database.]name
  if (body - name > 2 && (name + 1)->is('.')) name += 2;
  if (auto renamed = open_.extract(key)) {
    renamed.key().second = lower(name->name());
    open_.insert(std::move(renamed));
  }
}

void OpenTimes::mark(Schema& schema) const {
  const auto mark = [&](const char* kind, const Name& name, Attributes& attributes) {
    const auto found = open_.find({kind, lower(name.text)});
    if (found != open_.end() && !found->second.empty()) attributes[attribute] = found->second;
  };
  for (Definition& d : schema.definitions)
    if (d.kind == "event") mark("event", d.name, d.attributes);
  for (Table& table : schema.tables)
    if (table.options.attributes.contains("partition by")) mark("table", table.name, table.options.attributes);
}

void settle_clock(const Schema& live, Schema& wanted) {
  static const Definition no_event;
  for (Definition& d : wanted.definitions) {
    if (d.kind != "event") continue;
    const auto other = std::find_if(live.definitions.begin(), live.definitions.end(), [&](const Definition& l) {
      return l.kind == "event" && equal_ignoring_case(l.name.text, d.name.text);
    });
    const Definition& there = other == live.definitions.end() ? no_event : *other;
    settle(there.attributes, there.text.text, d.attributes, d.text.text);
  }
  for (Table& table : wanted.tables) {
    const Table* other = find_table(live, table.path());
    const std::string* theirs = other == nullptr ? nullptr : value_of(other->options.attributes, "partition by");
    const auto mine = table.options.attributes.find("partition by");
    if (theirs != nullptr && mine != table.options.attributes.end())
      settle(other->options.attributes, *theirs, table.options.attributes, mine->second);
    else
      table.options.attributes.erase(attribute);
  }
}

void carry_clock(const Schema& from, Schema& to) {
  for (const Definition& d : from.definitions)
    if (const std::string* open = value_of(d.attributes, attribute); open != nullptr && d.kind == "event")
      if (Definition* same = find_event(to, d.name)) same->attributes[attribute] = *open;
  for (const Table& table : from.tables)
    if (const std::string* open = value_of(table.options.attributes, attribute))
      if (Table* same = find_table(to, table.path())) same->options.attributes[attribute] = *open;
}

}  // namespace dataflow::mariadb
