#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "core/hash.hpp"
#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/mariadb/alter.hpp"
#include "dialects/mariadb/set_aside.hpp"
#include "dialects/mariadb/tokens.hpp"

namespace dataflow::mariadb {

namespace {

/// Statements of one step in one direction.
struct Block {
  std::string title;
  std::vector<Statement> statements;
};

/// What leads from one shape of a table to the next; values follow behind.
struct Link {
  Block main;
  std::vector<Block> behind;
};

/// Data that one direction sets aside: the other direction puts it back.
struct Keeping {
  SetAside aside;
  std::string place;  ///< the statement that makes its place, unless that is there
};
using Kept = std::map<std::pair<Name, Name>, Keeping>;  // by table and column

std::optional<std::string> fill_of(const Hints& hints, const Path& table, const Name& column) {
  for (const Hints::Fill& fill : hints.fills) {
    if (!equal_ignoring_case(fill.table.name.text, table.name.text) ||
        !equal_ignoring_case(fill.column.text, column.text))
      continue;
    if (const auto* constant = std::get_if<Literal>(&fill.value)) return literal(*constant);
    return "(" + std::get<Sql>(fill.value).text + ")";
  }
  return std::nullopt;
}

Block lone(std::string title, std::string sql) { return {std::move(title), {RunAlone{std::move(sql), {}}}}; }

/// Whether a change of type can make another value of one that was there.
bool may_change_values(const Column& before, const Column& after) {
  const TypeChange change = compare_types(before.type, after.type);
  return !after.generated && !before.generated && change != TypeChange::identical && change != TypeChange::widening;
}

bool stored(const Column& column) { return !column.generated && !column.attributes.contains("row"); }

/// One direction: what it writes, and the data it keeps.
class Writer {
 public:
  Writer(const LowerOptions& options, const Hints& hints, std::string direction, std::vector<SetAside>& asides)
      : options_(options), hints_(hints), direction_(std::move(direction)), asides_(asides) {}

  /// What the other direction has set aside, for this one to put back.
  const Kept* returns = nullptr;
  Kept kept = {};

  /// The shapes that a table passes on its way, the first one left out, and for each the values that existing rows are
  /// given once it is reached.
  struct Stop {
    Table table;
    std::vector<Statement> values = {};
    std::vector<Block> before_values = {};
  };
  std::vector<Stop> stops(const Table& before, const Table& after);
  Link link(const Table& before, const Table& after);
  Block drop(const Table& table);
  Block create(const Table& table);
  Block drop_keys(const Table& table, const std::vector<ForeignKey>& keys) const;
  Block add_keys(const Table& table, const std::vector<ForeignKey>& keys) const;
  Block check_keys(const Table& table, const std::vector<ForeignKey>& keys) const;
  Block definition(const Definition* before, const Definition* after);

 private:
  const Keeping* returned(const Name& table, const Name& column) const {
    if (returns == nullptr) return nullptr;
    const auto found = returns->find({table, column});
    return found == returns->end() ? nullptr : &found->second;
  }
  Keeping& keep(const Name& table, const Name& column, std::string kind);
  Keeping& keep(const Table& table, const Column& column, const Column* becomes);

  const LowerOptions& options_;
  const Hints& hints_;
  std::string direction_;
  std::vector<SetAside>& asides_;
};

Keeping& Writer::keep(const Name& table, const Name& column, std::string kind) {
  std::string readable;
  for (char c : lower(table.text + (column.empty() ? "" : "_" + column.text)))
    readable += (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '_';
  const std::string base =
      "dataflow_backup_" + readable.substr(0, 34) + "_" +
      sha256(options_.seed + "/" + direction_ + "/" + table.text + "/" + column.text + "/" + kind).substr(0, 8);
  std::string location = base;
  const auto taken = [&] {
    return std::find(options_.taken.begin(), options_.taken.end(), location) != options_.taken.end() ||
           std::any_of(asides_.begin(), asides_.end(), [&](const SetAside& a) { return a.location == location; });
  };
  for (int n = 2; taken(); ++n) location = base + "_" + std::to_string(n);
  asides_.push_back({.location = location, .table = table, .column = column, .kind = std::move(kind), .key = {}});
  return kept[{table, column}] = {asides_.back(), {}};
}

Keeping& Writer::keep(const Table& table, const Column& column, const Column* becomes) {
  Keeping& out = keep(table.name, column.name, becomes != nullptr ? "values changed by a new type" : "column");
  out.place = holder(table, column, becomes, out.aside);
  asides_.back().key = out.aside.key;
  return out;
}

/// One ALTER TABLE, with the data it destroys kept before, under a lock that keeps writers out until both are done.
/// What follows may find that it was not carried out: then there is nothing to note or to put back.
Link Writer::link(const Table& before, const Table& after) {
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
  std::vector<Alteration> all = alterations(before, target, true);
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
  for (const Alteration& alteration : all) out.main.statements.push_back(RunAlone{alteration.sql(), {}});
  for (const Statement& s : behind) out.main.statements.push_back(s);
  if (!first.empty()) out.main.statements.push_back(Run{"UNLOCK TABLES"});
  // A run that was killed behind the ALTER goes on here.
  if (!behind.empty()) {
    behind.insert(behind.begin(), places.begin(), places.end());
    out.behind.push_back({"note what became of the values of " + before.name.text, std::move(behind)});
  }
  if (!values.empty()) out.behind.push_back({"put back the values of " + before.name.text, std::move(values)});
  for (const Alteration& rest : alterations(target, after, true)) out.behind.push_back(lone(rest.title(), rest.sql()));
  return out;
}

/// A required column that rows must first be given values for comes without NOT NULL, and gets it once they have them.
std::vector<Writer::Stop> Writer::stops(const Table& before, const Table& after) {
  Table between = after;
  Stop filled;
  for (Column& column : between.columns) {
    const Column* was = find_column(before, column.name);
    const auto fill = fill_of(hints_, after.path(), column.name);
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
    for (const Alteration& alteration : alterations(before, after)) out.push_back({alteration.after});
    return out;
  }
  // Keys and checks that are new come when the values are there.
  const auto came = [](const auto& all, const auto& object) {
    return std::any_of(all.begin(), all.end(), [&](const auto& o) { return o.name == object.name; });
  };
  std::erase_if(between.indexes, [&](const Index& i) { return !came(before.indexes, i); });
  std::erase_if(between.checks, [&](const Check& c) { return !came(before.checks, c); });
  if (between.primary_key != before.primary_key) between.primary_key = before.primary_key;
  for (const Alteration& alteration : alterations(before, between)) out.push_back({alteration.after});
  if (out.empty()) out.push_back({before});
  out.back().values = std::move(filled.values);
  out.back().before_values = std::move(filled.before_values);
  for (const Alteration& alteration : alterations(out.back().table, after)) out.push_back({alteration.after});
  return out;
}

/// A dropped table is put away under another name: no row is moved, and it comes back as it was.
Block Writer::drop(const Table& table) {
  const std::string name = quote(table.name.text), title = "drop table " + table.name.text;
  if (!options_.create_backup) return lone(title, "DROP TABLE " + name);
  return lone(title, "RENAME TABLE " + name + " TO " + keep(table.name, {}, "table").aside.location);
}

Block Writer::create(const Table& table) {
  const std::string title = "create table " + table.name.text;
  if (const Keeping* keeping = returned(table.name, {}))
    return lone(title, "RENAME TABLE " + keeping->aside.location + " TO " + quote(table.name.text));
  Table bare = table;
  bare.foreign_keys.clear();
  return lone(title, create_table(bare));
}

Block Writer::drop_keys(const Table& table, const std::vector<ForeignKey>& keys) const {
  std::vector<std::string> clauses;
  for (const ForeignKey& key : keys) clauses.push_back("DROP FOREIGN KEY " + quote(key.name.text));
  return lone("drop foreign keys of " + table.name.text, "ALTER TABLE " + quote(table.name.text) + " " +
                                                             join(clauses, ", ") + clause({Algorithm::instant, false}));
}

/// With its checks off the server adds a foreign key without copying the table; new rows are held to it from then on,
/// and a query tells whether the old ones are.
Block Writer::add_keys(const Table& table, const std::vector<ForeignKey>& keys) const {
  std::vector<std::string> clauses = hold_indexes(table, keys);
  Way way{Algorithm::instant, false};
  for (const ForeignKey& key : keys) {
    clauses.push_back("ADD " + foreign_key_clause(key));
    const Way one = way_of(table, Create<ForeignKey>{table.path(), key});
    way = {std::max(way.algorithm, one.algorithm), way.writers_wait || one.writers_wait};
  }
  if (keys.size() > 1) way.algorithm = std::max(way.algorithm, Algorithm::nocopy);
  return lone("add foreign keys to " + table.name.text, "SET STATEMENT foreign_key_checks = 0 FOR ALTER TABLE " +
                                                            quote(table.name.text) + " " + join(clauses, ", ") +
                                                            clause({Algorithm::nocopy, false}));
}

Block Writer::check_keys(const Table& table, const std::vector<ForeignKey>& keys) const {
  Block out{"check the foreign keys of " + table.name.text, {}};
  for (const ForeignKey& key : keys) {
    std::vector<std::string> matches, present, columns;
    for (std::size_t i = 0; i < key.columns.size(); ++i) {
      const std::string child = "c." + quote(key.columns[i].text);
      columns.push_back(child);
      present.push_back(child + " IS NOT NULL");
      if (i < key.referenced.size()) matches.push_back("p." + quote(key.referenced[i].text) + " = " + child);
    }
    const std::string parent = (key.references.schema.empty() ? "" : quote(key.references.schema.text) + ".") +
                               quote(key.references.name.text);
    out.statements.push_back(NoRows{"SELECT " + join(columns, ", ") + " FROM " + quote(table.name.text) +
                                        " AS c WHERE " + join(present, " AND ") + " AND NOT EXISTS (SELECT 1 FROM " +
                                        parent + " AS p WHERE " + join(matches, " AND ") + ") LIMIT 3",
                                    "rows of " + table.name.text + " point to no row of " + key.references.name.text});
  }
  return out;
}

/// CREATE OR REPLACE leaves no moment without the object; a sequence goes on where it stands.
Block Writer::definition(const Definition* before, const Definition* after) {
  const Definition& d = after != nullptr ? *after : *before;
  const std::string what = d.kind + " " + d.name.text;
  if (after == nullptr) {
    if (d.kind == "sequence" && options_.create_backup) {
      const SetAside& aside = keep(d.name, {}, "sequence").aside;
      return lone("drop " + what, "RENAME TABLE " + quote(d.name.text) + " TO " + aside.location);
    }
    return lone("drop " + what, mariadb::drop(d));
  }
  if (d.kind == "sequence") {
    const auto all = tokens(d.text.text);  // CREATE SEQUENCE `s` options ENGINE = …
    if (before == nullptr) {
      if (const Keeping* keeping = returned(d.name, {}))
        return lone("create " + what, "RENAME TABLE " + keeping->aside.location + " TO " + quote(d.name.text));
      return lone("create " + what, d.text.text);
    }
    const auto engine = std::find_if(all.begin(), all.end(), [](const Token& t) { return t.is("engine"); });
    const std::size_t end = engine == all.end() ? d.text.text.size() : engine->begin;
    return lone("alter " + what,
                "ALTER SEQUENCE " + quote(d.name.text) + " " + d.text.text.substr(all.at(2).end, end - all[2].end));
  }
  std::vector<Statement> statements;
  for (std::string& sql : mariadb::create(d)) {
    if (!sql.starts_with("CREATE")) {
      statements.push_back(Run{std::move(sql)});
      continue;
    }
    if (before != nullptr) sql = "CREATE OR REPLACE" + sql.substr(std::string_view("CREATE").size());
    statements.push_back(RunAlone{std::move(sql), {}});
  }
  return {(before == nullptr ? "create " : "replace ") + what, std::move(statements)};
}

// --- the order of things ---------------------------------------------------------------------------------------------

enum class Phase {
  definition_drop,
  key_drop,
  table_rename,
  column_rename,
  sequence_create,
  table_create,
  parts,
  table_drop,
  key_create,
  definition_create
};

/// Changes that are carried out together, with the places they came from.
struct Move {
  Phase phase;
  std::vector<Change> changes;
  std::vector<std::size_t> of;
};

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
  std::set<std::pair<Path, Name>> moved;
  for (const Change& change : changes) {
    if (const auto* drop = std::get_if<Drop<ForeignKey>>(&change)) moved.emplace(drop->in, drop->object.name);
    if (const auto* alter = std::get_if<Alter<ForeignKey>>(&change)) moved.emplace(alter->in, alter->before.name);
    if (const auto* drop = std::get_if<Drop<Table>>(&change))
      for (const ForeignKey& key : drop->object.foreign_keys) moved.emplace(drop->object.path(), key.name);
  }
  for (std::size_t i = 0; i < changes.size(); ++i) {
    for (const Table& table : from.tables)
      for (const ForeignKey& key : table.foreign_keys)
        if (stands_in_the_way(key, table, changes[i]) && moved.emplace(table.path(), key.name).second) {
          add(Phase::key_drop, Drop<ForeignKey>{table.path(), key}, i);
          add(Phase::key_create, Create<ForeignKey>{table.path(), key}, i);
        }
    if (const auto* alter = std::get_if<Alter<ForeignKey>>(&changes[i])) {
      add(Phase::key_drop, Drop<ForeignKey>{alter->in, alter->before}, i);
      add(Phase::key_create, Create<ForeignKey>{alter->in, alter->after}, i);
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
                      quote(after.text) + clause({Algorithm::instant, false}));
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
    for (Writer::Stop& stop : up_.stops(before, after)) {
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
  Writer up_, down_;
  Lowered& lowered_;
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
