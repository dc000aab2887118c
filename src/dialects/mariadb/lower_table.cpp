// One table from one shape to the next: its values are kept before they go, filled in and put back.
#include <algorithm>
#include <set>

#include "core/text.hpp"
#include "dialects/fill.hpp"
#include "dialects/mariadb/alter.hpp"
#include "dialects/mariadb/lower.hpp"
#include "dialects/mariadb/set_aside.hpp"

namespace dataflow::mariadb {

namespace {

/// Whether a change of type can make another value of one that was there.
bool may_change_values(const Column& before, const Column& after) {
  const TypeChange change = compare_types(before.type, after.type);
  return !after.generated && !before.generated && change != TypeChange::identical && change != TypeChange::widening;
}

}  // namespace

bool stored(const Column& column) { return !column.generated && !column.attributes.contains("row"); }

Keeping& Direction::keep(const Table& table, const Column& column, const Column* becomes) {
  Keeping& out = keep(table.name, column.name, becomes != nullptr ? "values changed by a new type" : "column");
  out.place = holder(table, column, becomes, out.aside);
  asides_.back().key = out.aside.key;
  return out;
}

/// One ALTER TABLE, with the data it destroys kept before, under a lock that keeps writers out until both are done.
/// What follows may find that it was not carried out: then there is nothing to note or to put back.
Link Direction::link(const Table& before, const Table& after) {
  Link out;
  Table target = after;
  std::vector<Statement> values;
  for (Column& column : target.columns) {
    const Keeping* keeping = returned(after.name, column.name);
    const Column* was = find_column(before, column.name);
    const bool comes_back = was == nullptr ? column.identity == Identity::none : !(*was == column);
    if (keeping == nullptr || !stored(column) || !comes_back) continue;
    if (was != nullptr && keeping->aside.kind != "column") {  // a run may have ended before it noted what they became
      out.main.statements.push_back(Run{keeping->place});
      for (Statement& s : note_changes(before, *was, keeping->aside)) out.main.statements.push_back(std::move(s));
    }
    values.push_back(Run{keeping->place});
    values.push_back(put_back(after, column, keeping->aside));
    const bool no_null_yet = (was == nullptr || was->nullable) && !column.nullable;
    if (was == nullptr || no_null_yet) {
      column.nullable = true;
      column.default_value.reset();
      column.attributes.erase("on update");
    }
  }
  std::vector<Alteration> all = alterations(before, target, flavour_, true);
  const std::string name = quote(before.name.text);
  std::vector<Statement> places, first, behind;
  std::vector<std::string> locks = {name + " WRITE"};
  const auto set_aside = [&](const Column& column, const Column* becomes) {
    const Keeping& keeping = keep(before, column, becomes);
    const SetAside& aside = keeping.aside;
    places.push_back(Run{keeping.place});
    locks.push_back(aside.location + " WRITE");
    for (Statement& s : keep_values(before, column, aside)) first.push_back(std::move(s));
    if (becomes == nullptr) return;
    for (Statement& s : note_changes(after, column, aside)) behind.push_back(std::move(s));
  };
  for (const Alteration& alteration : all) {
    if (!options_.create_backup) break;
    for (const Name& column : alteration.dropped)
      if (const Column* c = find_column(before, column); stored(*c)) set_aside(*c, nullptr);
    for (const Name& column : alteration.converted) {
      const Column &a = *find_column(before, column), &b = *find_column(after, column);
      const std::vector<Name> key = row_key(before);  // by which its rows would have to be found again
      const bool in_key = std::find(key.begin(), key.end(), column) != key.end();
      if (may_change_values(a, b) && !in_key && returned(before.name, column) == nullptr) set_aside(a, &b);
    }
  }
  out.main.title = all.empty() ? "alter table " + before.name.text : all[0].title();
  out.main.statements.insert(out.main.statements.end(), places.begin(), places.end());
  if (!first.empty()) {
    std::sort(locks.begin(), locks.end());
    locks.erase(std::unique(locks.begin(), locks.end()), locks.end());
    out.main.statements.push_back(Run{"LOCK TABLES " + join(locks, ", ")});
  }
  for (Statement& s : first) out.main.statements.push_back(std::move(s));
  for (const Alteration& alteration : all)
    for (Statement& s : alteration.statements()) out.main.statements.push_back(std::move(s));
  for (const Statement& s : behind) out.main.statements.push_back(s);
  if (!first.empty()) out.main.statements.push_back(Run{"UNLOCK TABLES"});
  // A run that was killed behind the ALTER goes on here.
  if (!behind.empty()) {
    behind.insert(behind.begin(), places.begin(), places.end());
    out.behind.push_back({"note what became of the values of " + before.name.text, std::move(behind)});
  }
  if (!values.empty()) out.behind.push_back({"put back the values of " + before.name.text, std::move(values)});
  for (const Alteration& rest : alterations(target, after, flavour_, true))
    out.behind.push_back({rest.title(), rest.statements()});
  return out;
}

/// A required column that rows must first be given values for comes without NOT NULL, and gets it once they have them.
std::vector<Direction::Stop> Direction::stops(const Table& before, const Table& after) {
  Table between = after;
  Stop filled;
  for (Column& column : between.columns) {
    const Column* was = find_column(before, column.name);
    const auto fill = fill_of(hints_, after.path(), column.name, equal_ignoring_case, literal);
    const bool comes = was == nullptr && stored(column);
    if (!fill || !(comes || (was != nullptr && was->nullable && !column.nullable))) continue;
    if (!comes && options_.create_backup) {
      const Keeping& keeping = keep(before, *was, was);
      filled.before_values.push_back(
          {"prepare " + keeping.aside.location, {RunAlone{keeping.place, is_there(keeping.aside.location)}}});
      for (Statement& s : keep_nulls(before, *was, *fill, keeping.aside)) filled.values.push_back(std::move(s));
    }
    column.nullable = true;
    if (comes) column.default_value.reset();
    filled.values.push_back(Run{"UPDATE " + quote(after.name.text) + " SET " + quote(column.name.text) + " = " + *fill +
                                " WHERE " + quote(column.name.text) + " IS NULL"});
  }
  std::vector<Stop> out;
  if (filled.values.empty()) {
    for (const Alteration& alteration : alterations(before, after, flavour_)) out.push_back({alteration.after});
    return out;
  }
  // Keys and checks that are new come when the values are there.
  const auto came = [](const auto& all, const auto& object) {
    return std::any_of(all.begin(), all.end(), [&](const auto& o) { return o.name == object.name; });
  };
  std::erase_if(between.indexes, [&](const Index& i) { return !came(before.indexes, i); });
  std::erase_if(between.checks, [&](const Check& c) { return !came(before.checks, c); });
  if (between.primary_key != before.primary_key) between.primary_key = before.primary_key;
  for (const Alteration& alteration : alterations(before, between, flavour_)) out.push_back({alteration.after});
  if (out.empty()) out.push_back({before});
  out.back().values = std::move(filled.values);
  out.back().before_values = std::move(filled.before_values);
  for (const Alteration& alteration : alterations(out.back().table, after, flavour_)) out.push_back({alteration.after});
  return out;
}

}  // namespace dataflow::mariadb
