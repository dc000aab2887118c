#include <algorithm>
#include <string>

#include <sqlite3.h>

#include "dialects/sqlite/sqlite.hpp"
#include "dialects/sqlite/tokens.hpp"

namespace dataflow::sqlite {

namespace {

/// By its first words. ROLLBACK TO and RELEASE stay within a transaction.
void judge(FileStatement& statement, const std::vector<Token>& all) {
  const auto is = [&](std::size_t i, std::string_view word) { return i < all.size() && all[i].is(word); };
  const bool ends = is(0, "commit") || is(0, "end");
  if (is(0, "begin") || ends) statement.use = FileStatement::Use::left_out;
  const bool names_savepoint = std::any_of(all.begin(), all.end(), [](const Token& t) { return t.is("to"); });
  if ((is(0, "rollback") && !names_savepoint) || is(0, "attach") || is(0, "detach") || is(0, "vacuum"))
    statement.use = FileStatement::Use::refused;
}

}  // namespace

std::vector<FileStatement> split_file(std::string_view sql) {
  if (sql.starts_with("\xEF\xBB\xBF")) sql.remove_prefix(3);
  std::vector<FileStatement> out;
  const auto take = [&](std::string_view text, std::size_t begin) {
    const std::vector<Token> all = tokens(text);
    const bool empty = all.empty() || (all.size() == 1 && all[0].is(';'));
    if (empty) return;
    const std::size_t first = all.front().begin;
    const std::size_t last = all.back().is(';') && all.size() > 1 ? all[all.size() - 2].end : all.back().end;
    FileStatement& statement = out.emplace_back();
    statement.text = text.substr(first, last - first);
    const auto from = sql.begin();
    statement.line =
        1 + static_cast<std::size_t>(std::count(from, from + static_cast<std::ptrdiff_t>(begin + first), '\n'));
    judge(statement, all);
  };
  std::size_t begin = 0;
  for (std::size_t at = sql.find(';'); at != std::string_view::npos; at = sql.find(';', at + 1)) {
    const std::string so_far(sql.substr(begin, at + 1 - begin));
    if (sqlite3_complete(so_far.c_str()) == 0) continue;  // inside of a string, a comment or a trigger
    take(sql.substr(begin, at + 1 - begin), begin);
    begin = at + 1;
  }
  take(sql.substr(begin), begin);
  return out;
}

Stand stand(Connection*, const Schema& schema) { return {.place = nullptr, .connection = memory(schema)}; }

}  // namespace dataflow::sqlite
