#include "dialects/survey.hpp"

#include <algorithm>
#include <charconv>

#include "core/text.hpp"
#include "dataflow/error.hpp"

namespace dataflow {

std::string counted(std::size_t n, std::string_view noun) {
  return n > enough ? "more than " + count(enough, noun) : count(n, noun);
}

std::uint64_t number(const Cell& cell) {
  std::uint64_t n = 0;
  if (cell) std::from_chars(cell->data(), cell->data() + cell->size(), n);
  return n;
}

const Table* table_now(const Schema& from, const Change& change, const std::vector<Change>& all, const Path& path) {
  if (path.name.empty()) return nullptr;
  for (const Change& c : all)
    if (const auto* rename = std::get_if<Rename<Table>>(&c);
        rename != nullptr && rename->after == path.name && rename->in.schema == path.schema)
      return find_table(from, {path.schema, rename->before});
  const bool created = std::any_of(all.begin(), all.end(), [&](const Change& c) {
    const auto* create = std::get_if<Create<Table>>(&c);
    return create != nullptr && create->object.path() == path;
  });
  // One that goes and comes again under its name: only its drop speaks of the rows of today.
  return created && !std::holds_alternative<Drop<Table>>(change) ? nullptr : find_table(from, path);
}

Name column_now(const std::vector<Change>& all, const Path& path, const Name& column) {
  for (const Change& c : all)
    if (const auto* rename = std::get_if<Rename<Column>>(&c);
        rename != nullptr && rename->in == path && rename->after == column)
      return rename->before;
  return column;
}

std::optional<Name> column_that_goes(const Change& change) {
  const auto* drop = std::get_if<Drop<Column>>(&change);
  return drop == nullptr || drop->object.generated ? std::nullopt : std::optional(drop->object.name);
}

void follow(std::vector<Source>& sources, const Change& change) {
  const auto at = [&](const Name& name) {
    return std::find_if(sources.begin(), sources.end(), [&](const Source& s) { return s.after.name == name; });
  };
  if (const auto* rename = std::get_if<Rename<Column>>(&change)) {
    if (const auto s = at(rename->before); s != sources.end()) s->after.name = rename->after;
  } else if (const auto* drop = std::get_if<Drop<Column>>(&change)) {
    if (const auto s = at(drop->object.name); s != sources.end()) sources.erase(s);
  } else if (const auto* alter = std::get_if<Alter<Column>>(&change)) {
    if (const auto s = at(alter->after.name); s != sources.end()) s->after = alter->after;
  } else if (const auto* create = std::get_if<Create<Column>>(&change);
             create != nullptr && !create->object.generated) {
    sources.push_back({create->object, {}, nullptr});
  }
}

bool changes_table(const Change& change, const Table& now, const Path& path) {
  if (const auto* renamed = std::get_if<Rename<Table>>(&change))
    return Path{renamed->in.schema, renamed->before} == now.path();
  return subject(change) == path && !std::holds_alternative<Drop<Table>>(change);
}

void apply_where_possible(Schema& schema, const Change& change) {
  try {
    apply_change(schema, change);
  } catch (const Error&) {}
}

}  // namespace dataflow
