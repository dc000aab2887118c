#include "dialects/mariadb/lower.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace dataflow::mariadb {

namespace {

/// The columns of a table that has reached its wanted shape stand in the wanted order.
void adopt_order(Table& table, const Schema* to) {
  const Table* wanted = to == nullptr ? nullptr : find_table(*to, table.path());
  if (wanted == nullptr) return;
  std::vector<Column> ordered;
  for (const Column& column : wanted->columns)
    if (const Column* own = find_column(table, column.name)) ordered.push_back(*own);
  if (ordered.size() == table.columns.size()) table.columns = std::move(ordered);
}

/// Both directions of one move: each step's way back undoes what the step did, so that going back may begin behind any.
class Planner {
 public:
  Planner(const Hints& hints, const LowerOptions& options, Lowered& lowered)
      : options_(options),
        up_(options, hints, "up", lowered.set_aside),
        down_(options, hints, "down", lowered.rollback_set_aside),
        lowered_(lowered) {
    down_.returns = &up_.kept;
  }

  void take(const Move& move, Schema& state) {
    const Path path = subject(move.changes[0]);
    const Table* const standing = find_table(state, path);
    const Table before = standing == nullptr ? Table{} : *standing;
    for (const Change& change : move.changes) apply_change(state, change);
    up_.kept.clear(), down_.kept.clear();
    main_ = lowered_.steps.size();
    const std::size_t asides = lowered_.set_aside.size(), back_asides = lowered_.rollback_set_aside.size();
    if (move.phase == Phase::parts) {
      Table& after = *find_table(state, path);
      adopt_order(after, options_.to);
      walk(before, after);
    } else if (move.phase == Phase::key_drop || move.phase == Phase::key_create) {
      std::vector<ForeignKey> keys;
      for (const Change& change : move.changes) {
        if (const auto* create = std::get_if<Create<ForeignKey>>(&change)) keys.push_back(create->object);
        if (const auto* drop = std::get_if<Drop<ForeignKey>>(&change)) keys.push_back(drop->object);
      }
      if (move.phase == Phase::key_drop)
        drop_keys(before, keys);
      else
        add_keys(before, keys);
    } else {
      std::visit([&](const auto& change) { whole(change); }, move.changes[0]);
    }
    for (std::size_t of : move.of)
      if (move.phase != Phase::key_drop || lowered_.step_of[of] == 0) lowered_.step_of[of] = main_;
    remember(move, lowered_.set_aside, asides, lowered_.saved);
    remember(move, lowered_.rollback_set_aside, back_asides, lowered_.rollback_saved);
  }

 private:
  void step(std::string title, std::vector<Statement> up, std::vector<Statement> down, bool main = true) {
    if (main) main_ = lowered_.steps.size();
    lowered_.steps.push_back({.title = std::move(title), .up = std::move(up), .down = std::move(down)});
  }
  void both(Block up, Block down) { step(std::move(up.title), std::move(up.statements), std::move(down.statements)); }
  void forth(Block block) { step(std::move(block.title), std::move(block.statements), {}, false); }
  void back(Block block) { step(std::move(block.title), {}, std::move(block.statements), false); }

  void whole(const Create<Table>& create) { both(up_.create(create.object), down_.drop(create.object)); }
  void whole(const Drop<Table>& drop) {
    if (!drop.object.foreign_keys.empty()) drop_keys(drop.object, drop.object.foreign_keys);
    Block gone = up_.drop(drop.object);
    both(std::move(gone), down_.create(drop.object));
  }
  void whole(const Rename<Table>& rename) {
    const auto block = [](const Name& before, const Name& after) {
      return lone("rename table " + before.text + " to " + after.text,
                  "RENAME TABLE " + quote(before.text) + " TO " + quote(after.text));
    };
    both(block(rename.before, rename.after), block(rename.after, rename.before));
  }
  void whole(const Rename<Column>& rename) {
    const auto block = [&](const Name& before, const Name& after) {
      return lone("rename column " + before.text + " of " + rename.in.name.text + " to " + after.text,
                  "ALTER TABLE " + quote(rename.in.name.text) + " RENAME COLUMN " + quote(before.text) + " TO " +
                      quote(after.text) + clause(way_of_names(flavour_), flavour_));
    };
    both(block(rename.before, rename.after), block(rename.after, rename.before));
  }
  void whole(const Create<Definition>& create) {
    both(up_.definition(nullptr, &create.object), down_.definition(&create.object, nullptr));
  }
  void whole(const Drop<Definition>& drop) {
    Block gone = up_.definition(&drop.object, nullptr);
    both(std::move(gone), down_.definition(nullptr, &drop.object));
  }
  void whole(const Alter<Definition>& alter) {
    const bool replaced = alter.after.kind == "view" || alter.after.kind == "sequence";
    if (!replaced && !has(flavour_, Feature::replaced_code)) {
      both(up_.definition(&alter.before, nullptr), down_.definition(nullptr, &alter.before));
      return both(up_.definition(nullptr, &alter.after), down_.definition(&alter.after, nullptr));
    }
    both(up_.definition(&alter.before, &alter.after), down_.definition(&alter.after, &alter.before));
  }
  template <class Part> void whole(const Part&) {}

  void drop_keys(const Table& table, const std::vector<ForeignKey>& keys) {
    back(down_.check_keys(table, keys));
    both(up_.drop_keys(table, keys), down_.add_keys(table, keys));
  }
  void add_keys(const Table& table, const std::vector<ForeignKey>& keys) {
    both(up_.add_keys(table, keys), down_.drop_keys(table, keys));
    forth(up_.check_keys(table, keys));
  }

  void walk(const Table& before, const Table& after) {
    Table now = before;
    for (Direction::Stop& stop : up_.stops(before, after)) {
      if (!(now == stop.table)) {
        Link up = up_.link(now, stop.table), down = down_.link(stop.table, now);
        for (auto block = down.behind.rbegin(); block != down.behind.rend(); ++block) back(std::move(*block));
        both(std::move(up.main), std::move(down.main));
        for (Block& block : up.behind) forth(std::move(block));
      }
      for (Block& block : stop.before_values) forth(std::move(block));
      if (!stop.values.empty()) step("fill " + after.name.text, std::move(stop.values), {}, false);
      now = std::move(stop.table);
    }
  }

  static void remember(const Move& move, const std::vector<SetAside>& asides, std::size_t from,
                       std::vector<std::optional<std::size_t>>& saved) {
    for (std::size_t a = from; a < asides.size(); ++a)
      for (std::size_t i = 0; i < move.changes.size(); ++i)
        if (speaks_of(move.changes[i], asides[a])) saved[move.of[i]] = a;
  }

  static bool speaks_of(const Change& change, const SetAside& aside) {
    const auto column = [&](const Name& name) { return name == aside.column; };
    if (const auto* drop = std::get_if<Drop<Column>>(&change)) return column(drop->object.name);
    if (const auto* create = std::get_if<Create<Column>>(&change)) return column(create->object.name);
    if (const auto* alter = std::get_if<Alter<Column>>(&change)) return column(alter->after.name);
    return aside.column.empty() &&
           (std::holds_alternative<Drop<Table>>(change) || std::holds_alternative<Create<Table>>(change) ||
            std::holds_alternative<Drop<Definition>>(change) || std::holds_alternative<Create<Definition>>(change));
  }

  const LowerOptions& options_;
  Direction up_, down_;
  Lowered& lowered_;
  const Flavour flavour_ = flavour_of(options_.version);
  std::size_t main_ = 0;
};

}  // namespace

Lowered lower_changes(const Schema& from, const std::vector<Change>& changes, const Hints& hints,
                      const LowerOptions& options) {
  Lowered lowered;
  lowered.step_of.resize(changes.size());
  lowered.saved.resize(changes.size());
  lowered.rollback_saved.resize(changes.size());
  Schema state = from;
  Planner planner(hints, options, lowered);
  for (const Move& move : moves_of(from, changes)) planner.take(move, state);
  return lowered;
}

}  // namespace dataflow::mariadb
