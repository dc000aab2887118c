// The order of things: which changes are carried out together, and what goes before what.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "core/text.hpp"
#include "dialects/mariadb/lower.hpp"

namespace dataflow::mariadb {

namespace {

struct PhaseOf {
  Phase operator()(const Create<Table>&) const { return Phase::table_create; }
  Phase operator()(const Drop<Table>&) const { return Phase::table_drop; }
  Phase operator()(const Rename<Table>&) const { return Phase::table_rename; }
  Phase operator()(const Rename<Column>&) const { return Phase::column_rename; }
  Phase operator()(const Create<ForeignKey>&) const { return Phase::key_create; }
  Phase operator()(const Drop<ForeignKey>&) const { return Phase::key_drop; }
  Phase operator()(const Create<Definition>& c) const {
    return c.object.kind == "sequence" ? Phase::sequence_create : Phase::definition_create;
  }
  Phase operator()(const Drop<Definition>& d) const {
    return d.object.kind == "sequence" ? Phase::table_drop : Phase::definition_drop;
  }
  Phase operator()(const Alter<Definition>& a) const {
    return a.after.kind == "sequence" ? Phase::sequence_create : Phase::definition_create;
  }
  template <class Part> Phase operator()(const Part&) const { return Phase::parts; }
};

/// A foreign key stands in the way of its columns' types and of the keys it rests on: it goes before and comes back.
bool stands_in_the_way(const ForeignKey& key, const Table& table, const Change& change) {
  const auto speaks_of = [&](const Path& path, const Name& column) {
    const auto in = [&](const std::vector<Name>& names) {
      return std::any_of(names.begin(), names.end(),
                         [&](const Name& n) { return equal_ignoring_case(n.text, column.text); });
    };
    return (path == table.path() && in(key.columns)) || (path.name == key.references.name && in(key.referenced));
  };
  if (const auto* alter = std::get_if<Alter<Column>>(&change))
    return speaks_of(alter->in, alter->after.name) &&
           (!same_type(alter->before.type, alter->after.type) || alter->before.collation != alter->after.collation ||
            alter->before.nullable != alter->after.nullable || alter->before.identity != alter->after.identity ||
            alter->before.attributes != alter->after.attributes);
  const auto rests = [&](const Path& path, const std::vector<KeyPart>& parts) {
    return !parts.empty() && speaks_of(path, parts[0].column);
  };
  if (const auto* drop = std::get_if<Drop<Index>>(&change)) return rests(drop->in, drop->object.parts);
  if (const auto* alter = std::get_if<Alter<Index>>(&change)) return rests(alter->in, alter->before.parts);
  if (const auto* drop = std::get_if<Drop<PrimaryKey>>(&change)) return rests(drop->in, drop->object.parts);
  if (const auto* alter = std::get_if<Alter<PrimaryKey>>(&change)) return rests(alter->in, alter->before.parts);
  if (const auto* options = std::get_if<Alter<TableOptions>>(&change))
    return (options->in == table.path() || options->in.name == key.references.name) &&
           options->before.attributes != options->after.attributes;
  return false;
}

const Definition* definition_of(const Change& change) {
  if (const auto* create = std::get_if<Create<Definition>>(&change)) return &create->object;
  if (const auto* drop = std::get_if<Drop<Definition>>(&change)) return &drop->object;
  if (const auto* alter = std::get_if<Alter<Definition>>(&change)) return &alter->after;
  return nullptr;
}

/// What stands on others goes before them and comes behind them.
void order_definitions(std::vector<Move>& moves) {
  for (const Phase phase : {Phase::definition_drop, Phase::definition_create}) {
    Schema all;
    for (const Move& move : moves)
      if (move.phase == phase) all.definitions.push_back(*definition_of(move.changes[0]));
    std::map<std::tuple<std::string, Name, Name>, std::size_t> rank;
    for (const Definition* d : in_order(all)) rank.try_emplace({d->kind, d->name, d->on}, rank.size());
    const auto rank_of = [&](const Move& move) {
      const Definition& d = *definition_of(move.changes[0]);
      return rank.at({d.kind, d.name, d.on});
    };
    const auto first = std::find_if(moves.begin(), moves.end(), [&](const Move& m) { return m.phase == phase; });
    const auto last = std::find_if(first, moves.end(), [&](const Move& m) { return m.phase != phase; });
    std::stable_sort(first, last, [&](const Move& a, const Move& b) {
      return phase == Phase::definition_drop ? rank_of(b) < rank_of(a) : rank_of(a) < rank_of(b);
    });
  }
}

/// The tables of `from`, each in its place, under the names that all renames lead to.
Schema under_new_names(const Schema& from, const std::vector<Change>& changes) {
  Schema out = from;
  for (const Change& change : changes)
    if (std::holds_alternative<Rename<Table>>(change) || std::holds_alternative<Rename<Column>>(change))
      apply_change(out, change);
  return out;
}

/// A key goes before anything is renamed: as it stands in `from`, told as it stands in `named`.
Drop<ForeignKey> under_old_names(const Schema& from, const Schema& named, const Path& in, const ForeignKey& key) {
  for (std::size_t t = 0; t < named.tables.size(); ++t) {
    if (named.tables[t].path() != in) continue;
    for (const ForeignKey& standing : from.tables[t].foreign_keys)
      if (standing.name == key.name) return {from.tables[t].path(), standing};
  }
  return {in, key};
}

/// The names that are gone behind the changes.
std::vector<std::string> names_that_go(const std::vector<Change>& changes) {
  std::vector<std::string> out;
  for (const Change& change : changes) {
    if (const auto* column = std::get_if<Drop<Column>>(&change)) out.push_back(lower(column->object.name.text));
    if (const auto* table = std::get_if<Drop<Table>>(&change)) out.push_back(lower(table->object.name.text));
    if (const auto* code = std::get_if<Drop<Definition>>(&change)) out.push_back(lower(code->object.name.text));
    if (const auto* table = std::get_if<Rename<Table>>(&change)) out.push_back(lower(table->before.text));
    if (const auto* column = std::get_if<Rename<Column>>(&change)) out.push_back(lower(column->before.text));
  }
  return out;
}

/// The server takes a trigger or a view only where all that it speaks of is there. One that may speak of what goes
/// cannot be replaced on the way back, while that is still missing: it goes first and comes last, both ways.
bool goes_first(const Alter<Definition>& alter, const std::vector<std::string>& gone) {
  if (alter.before.kind != "trigger" && alter.before.kind != "view") return false;
  const std::string text = lower(alter.before.text.text);
  return std::any_of(gone.begin(), gone.end(),
                     [&](const std::string& name) { return text.find(name) != std::string::npos; });
}

}  // namespace

std::vector<Move> moves_of(const Schema& from, const std::vector<Change>& changes) {
  std::vector<Move> moves;
  const auto add = [&](Phase phase, Change change, std::size_t i) {
    const bool together = phase == Phase::parts || phase == Phase::key_drop || phase == Phase::key_create;
    if (together)
      for (Move& move : moves)
        if (move.phase == phase && subject(move.changes[0]) == subject(change)) {
          move.changes.push_back(std::move(change));
          move.of.push_back(i);
          return;
        }
    moves.push_back({phase, {std::move(change)}, {i}});
  };
  const Schema named = under_new_names(from, changes);
  std::set<std::pair<Path, Name>> moved;
  for (const Change& change : changes) {
    if (const auto* drop = std::get_if<Drop<ForeignKey>>(&change)) moved.emplace(drop->in, drop->object.name);
    if (const auto* alter = std::get_if<Alter<ForeignKey>>(&change)) moved.emplace(alter->in, alter->before.name);
    if (const auto* drop = std::get_if<Drop<Table>>(&change))
      for (const ForeignKey& key : drop->object.foreign_keys) moved.emplace(drop->object.path(), key.name);
  }
  const std::vector<std::string> gone = names_that_go(changes);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    for (const Table& table : named.tables)
      for (const ForeignKey& key : table.foreign_keys)
        if (stands_in_the_way(key, table, changes[i]) && moved.emplace(table.path(), key.name).second) {
          add(Phase::key_drop, under_old_names(from, named, table.path(), key), i);
          add(Phase::key_create, Create<ForeignKey>{table.path(), key}, i);
        }
    if (const auto* alter = std::get_if<Alter<ForeignKey>>(&changes[i])) {
      add(Phase::key_drop, under_old_names(from, named, alter->in, alter->before), i);
      add(Phase::key_create, Create<ForeignKey>{alter->in, alter->after}, i);
    } else if (const auto* drop = std::get_if<Drop<ForeignKey>>(&changes[i])) {
      add(Phase::key_drop, under_old_names(from, named, drop->in, drop->object), i);
    } else if (const auto* code = std::get_if<Alter<Definition>>(&changes[i]); code && goes_first(*code, gone)) {
      add(Phase::definition_drop, Drop<Definition>{code->in, code->before}, i);
      add(Phase::definition_create, Create<Definition>{code->in, code->after}, i);
    } else if (const auto* create = std::get_if<Create<Table>>(&changes[i])) {
      Create<Table> bare = *create;
      bare.object.foreign_keys.clear();
      add(Phase::table_create, bare, i);
      for (const ForeignKey& key : create->object.foreign_keys)
        add(Phase::key_create, Create<ForeignKey>{create->object.path(), key}, i);
    } else {
      add(std::visit(PhaseOf{}, changes[i]), changes[i], i);
    }
  }
  std::stable_sort(moves.begin(), moves.end(), [](const Move& a, const Move& b) { return a.phase < b.phase; });
  order_definitions(moves);
  return moves;
}

}  // namespace dataflow::mariadb
