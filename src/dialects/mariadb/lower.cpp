#include <algorithm>
#include <map>
#include <set>

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
  bool main = false;  ///< what the changes are known by
};

/// Data that one direction sets aside, by what it was: the other direction puts it back.
using Kept = std::map<std::pair<Name, Name>, SetAside>;  // by table and column

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

Block lone(std::string title, std::string sql, bool main = true) {
  return {std::move(title), {RunAlone{std::move(sql), {}}}, main};
}

/// One direction: what it writes, and the data it keeps.
class Writer {
 public:
  Writer(const LowerOptions& options, const Hints& hints, std::string direction, std::vector<SetAside>& asides)
      : options_(options), hints_(hints), direction_(std::move(direction)), asides_(asides) {}

  /// What the other direction has set aside, for this one to put back.
  const Kept* returns = nullptr;
  Kept kept = {};

  std::vector<Block> alter(const Table& before, const Table& after);
  std::vector<Block> drop(const Table& table);
  std::vector<Block> create(const Table& table);
  std::vector<Block> drop_keys(const Table& table, const std::vector<ForeignKey>& keys);
  std::vector<Block> add_keys(const Table& table, const std::vector<ForeignKey>& keys);
  std::vector<Block> definition(const Definition* before, const Definition* after);

 private:
  bool up() const { return direction_ == "up"; }
  const SetAside* returned(const Name& table, const Name& column) const {
    if (returns == nullptr) return nullptr;
    const auto found = returns->find({table, column});
    return found == returns->end() ? nullptr : &found->second;
  }
  SetAside& keep(const Name& table, const Name& column, std::string kind);
  std::vector<Block> carry_out(const Table& before, const Table& after, const Table& values);

  const LowerOptions& options_;
  const Hints& hints_;
  std::string direction_;
  std::vector<SetAside>& asides_;
};

SetAside& Writer::keep(const Name& table, const Name& column, std::string kind) {
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
  return kept[{table, column}] = asides_.back();
}

/// Whether a change of type can make another value of one that was there.
bool may_change_values(const Column& before, const Column& after) {
  const TypeChange change = compare_types(before.type, after.type);
  return !after.generated && !before.generated && change != TypeChange::identical && change != TypeChange::widening;
}

/// ALTER TABLE statements, each with the data it destroys kept before, under a lock that keeps writers out until both
/// are done.
std::vector<Block> Writer::carry_out(const Table& before, const Table& after, const Table& values) {
  std::vector<Block> out;
  const std::string name = quote(before.name.text), title = "alter table " + before.name.text;
  for (const Alteration& alteration : alterations(before, after)) {
    std::vector<Statement> first, behind;
    std::vector<std::string> locks = {name + " WRITE"};
    const auto set_aside = [&](const Column& column, bool changes) {
      SetAside aside = keep(before.name, column.name, changes ? "values changed by a new type" : "column");
      const std::string made = holder(values, column, changes, aside);
      kept[{before.name, column.name}].key = asides_.back().key = aside.key;
      out.push_back({"prepare " + aside.location, {RunAlone{made, is_there(aside.location)}}, false});
      locks.push_back(aside.location + " WRITE");
      for (Statement& s : keep_values(values, column, aside)) first.push_back(std::move(s));
      if (changes) {
        // the statements behind ALTER name both tables by an alias, which a lock has to know
        locks.push_back(name + " AS t WRITE");
        locks.push_back(aside.location + " AS b WRITE");
        for (Statement& s : note_changes(after, column, aside)) behind.push_back(std::move(s));
      }
    };
    if (options_.create_backup) {
      for (const Name& column : alteration.dropped)
        if (const Column* c = find_column(values, column);
            c != nullptr && !c->generated && !c->attributes.contains("row"))
          set_aside(*c, false);
      for (const Name& column : alteration.converted) {
        const Column *a = find_column(values, column), *b = find_column(after, column);
        if (a != nullptr && b != nullptr && may_change_values(*a, *b) && returned(before.name, column) == nullptr)
          set_aside(*a, true);
      }
    }
    Block block{title, {}, true};
    if (!first.empty()) {
      std::sort(locks.begin(), locks.end());
      locks.erase(std::unique(locks.begin(), locks.end()), locks.end());
      block.statements.push_back(Run{"LOCK TABLES " + join(locks, ", ")});
    }
    for (Statement& s : first) block.statements.push_back(std::move(s));
    block.statements.push_back(RunAlone{alteration.sql(before.name), {}});
    for (const Statement& s : behind) block.statements.push_back(s);
    if (!first.empty()) block.statements.push_back(Run{"UNLOCK TABLES"});
    out.push_back(std::move(block));
    // A run that was killed behind the ALTER goes on here.
    if (!behind.empty())
      out.push_back({"note what became of the values of " + before.name.text, std::move(behind), false});
  }
  return out;
}

/// A required column that rows must first be given values for comes without NOT NULL, and gets it once they have them.
std::vector<Block> Writer::alter(const Table& before, const Table& after) {
  Table between = after;
  std::vector<Statement> values;
  std::vector<Block> out;
  for (Column& column : between.columns) {
    const Column* was = find_column(before, column.name);
    const auto fill = up() ? fill_of(hints_, after.path(), column.name) : std::nullopt;
    const SetAside* aside = returned(after.name, column.name);
    const bool comes = was == nullptr && !column.generated;
    const bool requires_values = was != nullptr && was->nullable && !column.nullable && fill;
    if (comes && aside != nullptr) {
      if (column.identity != Identity::none || find_column(after, column.name) == nullptr) continue;
      column.nullable = true;
      if (!column.default_value) column.attributes.erase("no default");
      column.default_value.reset();
      values.push_back(put_back(after, column, *aside));
    } else if (comes && fill) {
      column.nullable = true;
      column.default_value.reset();
      values.push_back(Run{"UPDATE " + quote(after.name.text) + " SET " + quote(column.name.text) + " = " + *fill +
                           " WHERE " + quote(column.name.text) + " IS NULL"});
    } else if (requires_values) {
      column.nullable = true;
      if (options_.create_backup) {
        SetAside kept_nulls = keep(after.name, column.name, "values changed by a new type");
        out.push_back({"prepare " + kept_nulls.location,
                       {RunAlone{holder(before, *was, true, kept_nulls), is_there(kept_nulls.location)}},
                       false});
        kept[{after.name, column.name}].key = asides_.back().key = kept_nulls.key;
        for (Statement& s : keep_nulls(before, *was, *fill, kept_nulls)) values.push_back(std::move(s));
      }
      values.push_back(Run{"UPDATE " + quote(after.name.text) + " SET " + quote(column.name.text) + " = " + *fill +
                           " WHERE " + quote(column.name.text) + " IS NULL"});
    } else if (was != nullptr && aside != nullptr) {
      values.push_back(put_back(after, column, *aside));
    }
  }
  // Keys and checks on columns that are still to be filled come when they are.
  const bool fills = std::any_of(between.columns.begin(), between.columns.end(),
                                 [&](const Column& c) { return *find_column(after, c.name) != c; });
  if (fills) {
    const auto came = [&](const auto& all, const auto& object) {
      return std::any_of(all.begin(), all.end(), [&](const auto& o) { return o.name == object.name; });
    };
    std::erase_if(between.indexes, [&](const Index& i) { return !came(before.indexes, i); });
    std::erase_if(between.checks, [&](const Check& c) { return !came(before.checks, c); });
    if (between.primary_key != before.primary_key && between.primary_key)
      for (const KeyPart& part : between.primary_key->parts)
        if (Column* column = find_column(between, part.column); column != nullptr && column->nullable)
          between.primary_key.reset();
  }
  for (Block& block : carry_out(before, between, before)) out.push_back(std::move(block));
  if (!values.empty()) out.push_back({"fill " + after.name.text, std::move(values), false});
  if (fills)
    for (Block& block : carry_out(between, after, between)) out.push_back(std::move(block));
  return out;
}

/// A dropped table is put away under another name: no row is moved, and it comes back as it was.
std::vector<Block> Writer::drop(const Table& table) {
  std::vector<Block> out = drop_keys(table, table.foreign_keys);
  for (Block& block : out) block.main = false;
  const std::string name = quote(table.name.text), title = "drop table " + table.name.text;
  if (!options_.create_backup) {
    out.push_back(lone(title, "DROP TABLE " + name));
    return out;
  }
  const SetAside& aside = keep(table.name, {}, "table");
  out.push_back(lone(title, "RENAME TABLE " + name + " TO " + aside.location));
  return out;
}

std::vector<Block> Writer::create(const Table& table) {
  const std::string title = "create table " + table.name.text;
  Table bare = table;
  bare.foreign_keys.clear();
  if (const SetAside* aside = returned(table.name, {})) {
    return {lone(title, "RENAME TABLE " + aside->location + " TO " + quote(table.name.text))};
  }
  return {lone(title, create_table(bare))};
}

std::vector<Block> Writer::drop_keys(const Table& table, const std::vector<ForeignKey>& keys) {
  if (keys.empty()) return {};
  std::vector<std::string> clauses;
  for (const ForeignKey& key : keys) clauses.push_back("DROP FOREIGN KEY " + quote(key.name.text));
  return {
      lone("drop foreign keys of " + table.name.text,
           "ALTER TABLE " + quote(table.name.text) + " " + join(clauses, ", ") + clause({Algorithm::instant, false}))};
}

/// With its checks off the server adds a foreign key without copying the table; new rows are held to it from then on,
/// and a query tells whether the old ones are.
std::vector<Block> Writer::add_keys(const Table& table, const std::vector<ForeignKey>& keys) {
  if (keys.empty()) return {};
  std::vector<std::string> clauses;
  std::vector<Statement> checks;
  for (const ForeignKey& key : keys) {
    clauses.push_back("ADD " + foreign_key_clause(key));
    std::vector<std::string> matches, present, columns;
    for (std::size_t i = 0; i < key.columns.size(); ++i) {
      const std::string child = "c." + quote(key.columns[i].text);
      columns.push_back(child);
      present.push_back(child + " IS NOT NULL");
      if (i < key.referenced.size()) matches.push_back("p." + quote(key.referenced[i].text) + " = " + child);
    }
    const std::string parent = (key.references.schema.empty() ? "" : quote(key.references.schema.text) + ".") +
                               quote(key.references.name.text);
    checks.push_back(NoRows{"SELECT " + join(columns, ", ") + " FROM " + quote(table.name.text) + " AS c WHERE " +
                                join(present, " AND ") + " AND NOT EXISTS (SELECT 1 FROM " + parent + " AS p WHERE " +
                                join(matches, " AND ") + ") LIMIT 3",
                            "rows of " + table.name.text + " point to no row of " + key.references.name.text});
  }
  Block add{"add foreign keys to " + table.name.text, {}, true};
  add.statements.push_back(Run{"SET SESSION foreign_key_checks = 0"});
  add.statements.push_back(RunAlone{
      "ALTER TABLE " + quote(table.name.text) + " " + join(clauses, ", ") + clause({Algorithm::nocopy, false}), {}});
  add.statements.push_back(Run{"SET SESSION foreign_key_checks = 1"});
  std::vector<Block> out;
  out.push_back(std::move(add));
  out.push_back({"check the foreign keys of " + table.name.text, std::move(checks), false});
  return out;
}

/// CREATE OR REPLACE leaves no moment without the object; a sequence goes on where it stands.
std::vector<Block> Writer::definition(const Definition* before, const Definition* after) {
  const Definition& d = after != nullptr ? *after : *before;
  const std::string what = d.kind + " " + d.name.text;
  if (after == nullptr) {
    if (d.kind == "sequence" && options_.create_backup) {
      const SetAside& aside = keep(d.name, {}, "sequence");
      return {lone("drop " + what, "RENAME TABLE " + quote(d.name.text) + " TO " + aside.location)};
    }
    return {lone("drop " + what, mariadb::drop(d))};
  }
  if (d.kind == "sequence") {
    const auto all = tokens(d.text.text);  // CREATE SEQUENCE `s` options ENGINE = …
    if (before == nullptr) {
      if (const SetAside* aside = returned(d.name, {}))
        return {lone("create " + what, "RENAME TABLE " + aside->location + " TO " + quote(d.name.text))};
      return {lone("create " + what, d.text.text)};
    }
    const auto engine = std::find_if(all.begin(), all.end(), [](const Token& t) { return t.is("engine"); });
    const std::size_t end = engine == all.end() ? d.text.text.size() : engine->begin;
    return {lone("alter " + what,
                 "ALTER SEQUENCE " + quote(d.name.text) + " " + d.text.text.substr(all.at(2).end, end - all[2].end))};
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
  return {{(before == nullptr ? "create " : "replace ") + what, std::move(statements), true}};
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

std::string quoted_rename(const Name& before, const Name& after) {
  return quote(before.text) + " TO " + quote(after.text);
}

/// Both directions of one move. Steps run backwards on the way back, so the last way back stands in the first step.
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
    Schema next = state;
    for (const Change& change : move.changes) apply_change(next, change);
    const Path path = subject(move.changes[0]);
    if (move.phase == Phase::parts) adopt_order(*find_table(next, path), options_.to);
    up_.kept.clear(), down_.kept.clear();
    const std::size_t asides = lowered_.set_aside.size(), back_asides = lowered_.rollback_set_aside.size();
    std::vector<Block> forth = write(up_, move.phase, move.changes, state, next);
    std::vector<Change> back_changes = inverse(move.changes);
    std::vector<Block> back = write(down_, opposite(move), back_changes, next, state);
    pair(forth, back, move);
    remember(move, lowered_.set_aside, asides, lowered_.saved);
    remember(move, lowered_.rollback_set_aside, back_asides, lowered_.rollback_saved);
    state = std::move(next);
  }

 private:
  static Phase opposite(const Move& move) {
    switch (move.phase) {
      case Phase::definition_drop: return Phase::definition_create;
      case Phase::table_create: return Phase::table_drop;
      case Phase::key_create: return Phase::key_drop;
      case Phase::key_drop: return Phase::key_create;
      case Phase::table_drop:
        return std::holds_alternative<Drop<Table>>(move.changes[0]) ? Phase::table_create : Phase::definition_create;
      default: return move.phase;
    }
  }

  static std::vector<Block> write(Writer& writer, Phase phase, const std::vector<Change>& changes, const Schema& before,
                                  const Schema& after) {
    const Change& first = changes[0];
    const Path path = subject(first);
    std::vector<Block> out;
    const auto append = [&](std::vector<Block> blocks) {
      std::move(blocks.begin(), blocks.end(), std::back_inserter(out));
    };
    if (const auto* create = std::get_if<Create<Table>>(&first)) {
      append(writer.create(create->object));
      append(writer.add_keys(create->object, create->object.foreign_keys));
    } else if (const auto* drop = std::get_if<Drop<Table>>(&first)) {
      append(writer.drop(drop->object));
    } else if (const auto* renaming = std::get_if<Rename<Table>>(&first)) {
      append({lone("rename table " + renaming->before.text + " to " + renaming->after.text,
                   "RENAME TABLE " + quoted_rename(renaming->before, renaming->after))});
    } else if (const auto* column = std::get_if<Rename<Column>>(&first)) {
      append({lone("rename column " + column->before.text + " of " + column->in.name.text + " to " + column->after.text,
                   "ALTER TABLE " + quote(column->in.name.text) + " RENAME COLUMN " +
                       quoted_rename(column->before, column->after) + clause({Algorithm::instant, false}))});
    } else if (const auto* made = std::get_if<Create<Definition>>(&first)) {
      append(writer.definition(nullptr, &made->object));
    } else if (const auto* gone = std::get_if<Drop<Definition>>(&first)) {
      append(writer.definition(&gone->object, nullptr));
    } else if (const auto* other = std::get_if<Alter<Definition>>(&first)) {
      append(writer.definition(&other->before, &other->after));
    } else if (phase == Phase::key_drop || phase == Phase::key_create) {
      std::vector<ForeignKey> keys;
      for (const Change& change : changes) {
        if (const auto* c = std::get_if<Create<ForeignKey>>(&change)) keys.push_back(c->object);
        if (const auto* d = std::get_if<Drop<ForeignKey>>(&change)) keys.push_back(d->object);
      }
      const Table& table = *find_table(before, path);
      append(phase == Phase::key_drop ? writer.drop_keys(table, keys) : writer.add_keys(table, keys));
    } else {
      append(writer.alter(*find_table(before, path), *find_table(after, path)));
    }
    return out;
  }

  void pair(std::vector<Block>& forth, std::vector<Block>& back, const Move& move) {
    const std::size_t n = std::max(forth.size(), back.size());
    std::size_t main = lowered_.steps.size();
    for (std::size_t k = 0; k < n; ++k) {
      Step step;
      if (k < forth.size()) {
        if (forth[k].main) main = lowered_.steps.size();
        step.title = forth[k].title;
        step.up = std::move(forth[k].statements);
      }
      if (n - 1 - k < back.size()) {
        Block& block = back[n - 1 - k];
        if (step.title.empty()) step.title = block.title;
        step.down = std::move(block.statements);
      }
      lowered_.steps.push_back(std::move(step));
    }
    for (std::size_t of : move.of)
      if (move.phase != Phase::key_create && move.phase != Phase::key_drop)
        lowered_.step_of[of] = main;
      else if (lowered_.step_of[of] == 0 || std::holds_alternative<Create<ForeignKey>>(move.changes[0]))
        lowered_.step_of[of] = main;
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
