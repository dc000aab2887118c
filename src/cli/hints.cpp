#include "cli/hints.hpp"

#include <algorithm>

#include "dataflow/error.hpp"

namespace dataflow::cli {

namespace {
[[noreturn]] void unreadable(std::string_view option, std::string_view text, std::string_view form) {
  throw Error(ErrorCode::usage, "cannot read --" + std::string(option) + " '" + std::string(text) + "'",
              "write " + std::string(form) + "; a name with a dot or an equals sign stands in double quotes");
}

/// Takes one name off the front of `text`. In double quotes, "" stands for a quote.
std::string take_name(std::string_view& text) {
  std::string name;
  if (!text.starts_with('"')) {
    const std::size_t end = std::min(text.find_first_of(".="), text.size());
    name = text.substr(0, end);
    text.remove_prefix(end);
    return name;
  }
  text.remove_prefix(1);
  for (std::size_t end; (end = text.find('"')) != std::string_view::npos;) {
    name += text.substr(0, end);
    text.remove_prefix(end + 1);
    if (!text.starts_with('"')) return name;
    name += '"';
    text.remove_prefix(1);
  }
  return {};
}

/// Takes "a.b.c=" off the front of `text`; an empty list when that does not stand there.
std::vector<std::string> take_place(std::string_view& text) {
  std::vector<std::string> names;
  for (;;) {
    names.push_back(take_name(text));
    if (names.back().empty() || text.empty()) return {};
    const char after = text.front();
    text.remove_prefix(1);
    if (after == '=') return names;
    if (after != '.') return {};
  }
}

Path path_of(const std::vector<std::string>& place) {
  return place.size() == 3 ? Path{place[0], place[1]} : Path{{}, place[0]};
}

constexpr std::string_view rename_form = "table.old_column=new_column or old_table=new_table";
constexpr std::string_view backfill_form = "table.column=EXPRESSION";

void add_rename(Hints& hints, const std::string& text) {
  std::string_view rest = text;
  const auto place = take_place(rest);
  const std::string after = take_name(rest);
  if (place.empty() || place.size() > 3 || after.empty() || !rest.empty()) unreadable("rename", text, rename_form);
  if (place.size() == 1)
    hints.tables.push_back({{{}, after}, place[0]});
  else
    hints.columns.push_back({path_of(place), after, place.back()});
}

void add_backfill(Hints& hints, const std::string& text) {
  std::string_view rest = text;
  const auto place = take_place(rest);
  if (place.size() < 2 || place.size() > 3 || rest.empty()) unreadable("backfill", text, backfill_form);
  hints.fills.push_back({path_of(place), place.back(), Sql(std::string(rest))});
}
}  // namespace

void add_hints(Hints& hints, const Arguments& arguments) {
  Hints given;
  for (const auto& text : arguments.values("rename")) add_rename(given, text);
  for (const auto& text : arguments.values("backfill")) add_backfill(given, text);
  // Hints speak of tables by the names they get; on the command line the old name is as good.
  const auto follow = [&](Path& table) {
    for (const auto& rename : given.tables)
      if (rename.before == table.name) table = rename.table;
  };
  for (auto& rename : given.columns) follow(rename.table);
  for (auto& fill : given.fills) follow(fill.table);
  hints.tables.insert(hints.tables.end(), given.tables.begin(), given.tables.end());
  hints.columns.insert(hints.columns.end(), given.columns.begin(), given.columns.end());
  hints.fills.insert(hints.fills.end(), given.fills.begin(), given.fills.end());
}

}  // namespace dataflow::cli
