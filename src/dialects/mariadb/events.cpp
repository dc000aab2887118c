// A scratch database must not act: an event there would fire where the server's scheduler runs, and its body may name
// live tables. So events sleep there, in the one way that nobody uses for anything else, and are read as awake.
#include <algorithm>

#include "dialects/mariadb/mariadb.hpp"
#include "dialects/mariadb/tokens.hpp"

namespace dataflow::mariadb {

namespace {

constexpr std::string_view sleeping = "DISABLE ON SLAVE";

/// The tokens of CREATE or ALTER EVENT up to its comment or body, and where that begins, or all where it has neither;
/// nothing for another statement.
std::vector<Token> head_of_event(const std::vector<Token>& all) {
  constexpr std::string_view nouns[] = {"event",    "table",   "index",    "view",   "trigger", "procedure", "function",
                                        "sequence", "package", "database", "schema", "user",    "role"};
  const auto limit = all.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(all.size(), 12));
  const auto event = std::find_if(all.begin(), limit, [&](const Token& t) {
    return std::any_of(std::begin(nouns), std::end(nouns), [&](std::string_view noun) { return t.is(noun); });
  });
  // A table may be called event.
  if (event == limit || !event->is("event") || !(all[0].is("create") || all[0].is("alter"))) return {};
  int depth = 0;
  for (auto token = event; token != all.end(); ++token) {
    if (token->is('(')) ++depth;
    if (token->is(')')) --depth;
    if (depth == 0 && (token->is("comment") || token->is("do"))) return {event, token + 1};
  }
  return {event, all.end()};
}

}  // namespace

std::string asleep(std::string_view sql) {
  const std::vector<Token> all = tokens(sql), head = head_of_event(all);
  if (head.empty()) return std::string(sql);
  std::size_t begin = all[0].is("create") ? head.back().begin : sql.size(), end = begin;
  for (const Token& token : head) {
    if (token.is("disable")) return std::string(sql);
    if (token.is("enable")) begin = token.begin, end = token.end;
  }
  if (begin == sql.size()) return std::string(sql);
  return std::string(sql.substr(0, begin)) + std::string(sleeping) + (begin == end ? " " : "") +
         std::string(sql.substr(end));
}

std::string awake(std::string_view sql) {
  const std::vector<Token> all = tokens(sql), head = head_of_event(all);
  for (std::size_t i = 0; i + 2 < head.size(); ++i)
    if (head[i].is("disable") && head[i + 1].is("on") && head[i + 2].is("slave"))
      return std::string(sql.substr(0, head[i].begin)) + "ENABLE" + std::string(sql.substr(head[i + 2].end));
  return std::string(sql);
}

}  // namespace dataflow::mariadb
