#include <algorithm>
#include <set>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/aside.hpp"
#include "dialects/fill.hpp"
#include "dialects/sqlite/rebuild.hpp"
#include "dialects/sqlite/set_aside.hpp"
#include "dialects/sqlite/sqlite.hpp"
#include "dialects/sqlite/tokens.hpp"

namespace dataflow::sqlite {

namespace {

/// The order in which changes run. Server-owned text goes first and comes back last, so that it never stands in the
/// way.
enum class Phase {
  definition_drop,
  table_rename,
  column_rename,
  index_drop,
  table_create,
  parts,
  table_drop,
  index_create,
  definition_create
};

/// Changes that become one step, with the places they came from.
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
  Phase operator()(const Create<Index>&) const { return Phase::index_create; }
  Phase operator()(const Drop<Index>&) const { return Phase::index_drop; }
  Phase operator()(const Create<Definition>&) const { return Phase::definition_create; }
  Phase operator()(const Drop<Definition>&) const { return Phase::definition_drop; }
  template <class Part> Phase operator()(const Part&) const { return Phase::parts; }
};

/// The triggers of a view that goes and comes back: DROP VIEW takes them along.
std::vector<Definition> triggers_left_on(const Schema& from, const Definition& view,
                                         const std::vector<Change>& changes) {
  std::vector<Definition> out;
  for (const Definition& d : from.definitions) {
    const bool touched = std::any_of(changes.begin(), changes.end(), [&](const Change& change) {
      const auto* drop = std::get_if<Drop<Definition>>(&change);
      const auto* alter = std::get_if<Alter<Definition>>(&change);
      return (drop != nullptr && drop->object == d) || (alter != nullptr && alter->before == d);
    });
    if (d.kind == "trigger" && !touched && equal_ignoring_case(d.on.text, view.name.text)) out.push_back(d);
  }
  return out;
}

std::vector<Move> moves_of(const Schema& from, const std::vector<Change>& changes) {
  std::vector<Move> moves;
  const auto add = [&](Change change, std::size_t i) {
    const Phase phase = std::visit(PhaseOf{}, change);
    if (phase == Phase::parts)
      for (Move& move : moves)
        if (move.phase == Phase::parts && subject(move.changes[0]) == subject(change)) {
          move.changes.push_back(std::move(change));
          move.of.push_back(i);
          return;
        }
    moves.push_back({phase, {std::move(change)}, {i}});
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (const auto* index = std::get_if<Alter<Index>>(&changes[i])) {
      add(Drop<Index>{index->in, index->before}, i);
      add(Create<Index>{index->in, index->after}, i);
    } else if (const auto* definition = std::get_if<Alter<Definition>>(&changes[i])) {
      for (const Definition& trigger : triggers_left_on(from, definition->before, changes)) {
        add(Drop<Definition>{definition->in, trigger}, i);
        add(Create<Definition>{definition->in, trigger}, i);
      }
      add(Drop<Definition>{definition->in, definition->before}, i);
      add(Create<Definition>{definition->in, definition->after}, i);
    } else {
      add(changes[i], i);
    }
  }
  const auto rank = [](const Move& move) {
    // A trigger goes before the view it stands on and comes back after it.
    static const std::vector<std::string> kinds = {"trigger", "view", "virtual table"};
    const auto kind = [&](const Definition& d) {
      return std::find(kinds.begin(), kinds.end(), d.kind) - kinds.begin();
    };
    if (const auto* drop = std::get_if<Drop<Definition>>(&move.changes[0])) return kind(drop->object);
    if (const auto* create = std::get_if<Create<Definition>>(&move.changes[0])) return -kind(create->object);
    return std::ptrdiff_t{0};
  };
  std::stable_sort(moves.begin(), moves.end(), [&](const Move& a, const Move& b) {
    return a.phase != b.phase ? a.phase < b.phase : rank(a) < rank(b);
  });
  return moves;
}

bool constant_default(const Column& column) {
  if (!column.default_value || std::holds_alternative<Literal>(*column.default_value)) return true;
  const auto all = tokens(std::get<Sql>(*column.default_value).text);
  if (all.size() == 1)
    return !(all[0].is("current_timestamp") || all[0].is("current_date") || all[0].is("current_time"));
  return all.size() == 2 && all[1].kind == TokenKind::number;
}

bool default_is_null(const Column& column) {
  if (!column.default_value) return true;
  const auto* sql = std::get_if<Sql>(&*column.default_value);
  return sql != nullptr && canonical(sql->text) == "null";
}

/// Whether ALTER TABLE of this server can make a change, safely.
struct NativeAlter {
  const Table& t0;
  const Move& move;
  bool restores;

  bool operator()(const Create<Column>& create) const {
    const Column& c = create.object;
    const std::size_t place = std::min(create.position, t0.columns.size());
    if (place < t0.columns.size() || restores) return false;
    if (c.identity != Identity::none || !constant_default(c)) return false;
    if (c.generated) return !c.generated->stored && c.nullable;
    return c.nullable || !default_is_null(c);
  }
  bool operator()(const Drop<Column>& drop) const {
    const std::string& name = drop.object.name.text;
    const auto in_parts = [&](const std::vector<KeyPart>& parts) {
      return std::any_of(parts.begin(), parts.end(),
                         [&](const KeyPart& p) { return p.column.text == name || mentions(p.expression.text, name); });
    };
    const auto any = [](const auto& list, auto&& test) { return std::any_of(list.begin(), list.end(), test); };
    return !(
        drop.object.identity != Identity::none || (t0.primary_key && in_parts(t0.primary_key->parts)) ||
        any(t0.uniques, [&](const Unique& u) { return in_parts(u.parts); }) ||
        any(t0.indexes, [&](const Index& i) { return in_parts(i.parts) || mentions(i.where.text, name); }) ||
        any(t0.checks, [&](const Check& c) { return mentions(c.expression.text, name); }) ||
        any(t0.foreign_keys,
            [&](const ForeignKey& f) {
              return std::find(f.columns.begin(), f.columns.end(), drop.object.name) != f.columns.end();
            }) ||
        any(t0.columns, [&](const Column& c) { return c.generated && mentions(c.generated->expression.text, name); }));
  }
  /// A constraint can come along with the column it speaks of.
  bool operator()(const Create<ForeignKey>& create) const {
    if (create.object.columns.size() != 1 || create.position != at_end) return false;
    return std::any_of(move.changes.begin(), move.changes.end(), [&](const Change& other) {
      const auto* column = std::get_if<Create<Column>>(&other);
      return column != nullptr && column->object.name == create.object.columns[0] && default_is_null(column->object);
    });
  }
  bool operator()(const Create<Check>& create) const {
    if (create.position != at_end) return false;
    return std::any_of(move.changes.begin(), move.changes.end(), [&](const Change& other) {
      const auto* column = std::get_if<Create<Column>>(&other);
      return column != nullptr && mentions(create.object.expression.text, column->object.name.text);
    });
  }
  template <class Other> bool operator()(const Other&) const { return false; }
};

/// Turns moves into statements, in one direction. `restores` holds what the other direction sets aside.
class Writer {
 public:
  Writer(const LowerOptions& options, const Hints& hints, std::string direction, std::vector<SetAside>& asides,
         std::vector<std::optional<std::size_t>>& saved, const std::vector<SetAside>* restores,
         const std::vector<std::optional<std::size_t>>* restorable)
      : options_(options),
        hints_(hints),
        direction_(std::move(direction)),
        asides_(asides),
        saved_(saved),
        restores_(restores),
        restorable_(restorable) {}

  std::vector<Statement> write(const Move& move, const Schema& before, const Schema& after);
  bool native(const Move& move, const Schema& before, const Schema& after) const;
  /// The table's text once ALTER TABLE has made the changes of a native move; nothing where the server cannot do it.
  std::optional<std::string> altered_text(const Move& move, const Table& table) const;
  bool rewrote() const { return rewrote_; }

 private:
  std::vector<Statement> parts(const Move& move, const Schema& before, const Schema& after);
  std::vector<Statement> alter(const Move& move, const Table& table);
  std::string alteration(const Change& change, const Move& move, const Table& table) const;
  std::vector<Statement> rebuild_table(const Move& move, const Table& t0, const Table& t1, const Schema& after);
  Carry carry(const Column& column, const Move& move, const Table& t0, const Table& t1,
              std::vector<std::string>& joins) const;
  std::vector<std::string> triggers_on(const Schema& schema, const Name& on) const;
  const SetAside* restore_for(std::size_t change) const;
  SetAside new_aside(const Name& table, const Name& column, std::string kind);
  void keep(SetAside aside, std::size_t change);

  const LowerOptions& options_;
  const Hints& hints_;
  std::string direction_;
  std::vector<SetAside>& asides_;
  std::vector<std::optional<std::size_t>>& saved_;
  const std::vector<SetAside>* restores_;
  const std::vector<std::optional<std::size_t>>* restorable_;
  bool rewrote_ = false;
};

const SetAside* Writer::restore_for(std::size_t change) const {
  if (restores_ == nullptr || !(*restorable_)[change]) return nullptr;
  return &(*restores_)[*(*restorable_)[change]];
}

SetAside Writer::new_aside(const Name& table, const Name& column, std::string kind) {
  return aside_for({.prefix = "dataflow_backup_", .longest = 40}, options_.seed + "/" + direction_ + "/" + table.text,
                   table, column, std::move(kind), options_.taken, asides_);
}

void Writer::keep(SetAside aside, std::size_t change) {
  saved_[change] = asides_.size();
  asides_.push_back(std::move(aside));
}

std::vector<std::string> Writer::triggers_on(const Schema& schema, const Name& on) const {
  std::vector<std::string> out;
  for (const Definition& d : schema.definitions)
    if (d.kind == "trigger" && equal_ignoring_case(d.on.text, on.text)) out.push_back(d.text.text);
  return out;
}

std::string_view drop_word(const Definition& definition) {
  return definition.kind == "view" ? "VIEW" : definition.kind == "trigger" ? "TRIGGER" : "TABLE";
}

std::vector<Statement> Writer::write(const Move& move, const Schema& before, const Schema& after) {
  rewrote_ = false;
  const Change& first = move.changes[0];
  std::vector<Statement> out;
  switch (move.phase) {
    case Phase::definition_drop: {
      const Definition& d = std::get<Drop<Definition>>(first).object;
      return {Run{"DROP " + std::string(drop_word(d)) + " " + quote(d.name.text)}};
    }
    case Phase::definition_create: {
      const Definition& d = std::get<Create<Definition>>(first).object;
      out.push_back(Run{d.text.text});
      if (d.kind != "trigger")
        for (const std::string& trigger : triggers_on(after, d.name)) out.push_back(Run{trigger});
      return out;
    }
    case Phase::table_rename: {
      const auto& rename = std::get<Rename<Table>>(first);
      std::string from = quote(rename.before.text);
      if (equal_ignoring_case(rename.before.text, rename.after.text)) {  // SQLite takes both for one name
        const std::string between = quote("dataflow_new_" + rename.after.text);
        out.push_back(Run{"ALTER TABLE " + from + " RENAME TO " + between});
        from = between;
      }
      out.push_back(Run{"ALTER TABLE " + from + " RENAME TO " + quote(rename.after.text)});
      return out;
    }
    case Phase::column_rename: {
      const auto& rename = std::get<Rename<Column>>(first);
      return {Run{"ALTER TABLE " + quote(rename.in.name.text) + " RENAME COLUMN " + quote(rename.before.text) + " TO " +
                  quote(rename.after.text)}};
    }
    case Phase::index_drop: return {Run{"DROP INDEX " + quote(std::get<Drop<Index>>(first).object.name.text)}};
    case Phase::index_create: {
      const auto& create = std::get<Create<Index>>(first);
      return {Run{create_index(create.object, create.in.name)}};
    }
    case Phase::table_create: {
      const Table& table = std::get<Create<Table>>(first).object;
      out.push_back(Run{create_table(table, table.name)});
      if (const SetAside* aside = restore_for(move.of[0]))
        for (Statement& s : restore_table(table, *aside)) out.push_back(std::move(s));
      for (const Index& index : table.indexes) out.push_back(Run{create_index(index, table.name)});
      for (const std::string& trigger : triggers_on(after, table.name)) out.push_back(Run{trigger});
      return out;
    }
    case Phase::table_drop: {
      const Table& table = std::get<Drop<Table>>(first).object;
      if (options_.create_backup) {
        SetAside aside = new_aside(table.name, {}, "table");
        out = set_table_aside(table, aside);
        keep(std::move(aside), move.of[0]);
      }
      out.push_back(Run{"DROP TABLE " + quote(table.name.text)});
      return out;
    }
    case Phase::parts: return parts(move, before, after);
  }
  return out;
}

bool Writer::native(const Move& move, const Schema& before, const Schema& after) const {
  const Table* t0 = find_table(before, subject(move.changes[0]));
  if (t0 == nullptr || find_table(after, subject(move.changes[0])) == nullptr) return false;
  for (std::size_t i = 0; i < move.changes.size(); ++i)
    if (!std::visit(NativeAlter{*t0, move, restore_for(move.of[i]) != nullptr}, move.changes[i])) return false;
  return altered_text(move, *t0).has_value();
}

/// Asked of a scratch database: cutting a column out of a text with comments is more than some releases manage.
std::optional<std::string> Writer::altered_text(const Move& move, const Table& table) const {
  const auto scratch = memory();
  try {
    scratch->run(create_table(table, table.name));
    for (const Change& change : move.changes)
      if (const std::string sql = alteration(change, move, table); !sql.empty()) scratch->run(sql);
    return inspect(*scratch).tables.at(0).text.text;
  } catch (const Error&) {
    return std::nullopt;
  }
}

/// The ALTER TABLE for a native change; a constraint comes with its column.
std::string Writer::alteration(const Change& change, const Move& move, const Table& table) const {
  const std::string alter = "ALTER TABLE " + quote(table.name.text);
  if (const auto* drop = std::get_if<Drop<Column>>(&change))
    return alter + " DROP COLUMN " + quote(drop->object.name.text);
  const auto* create = std::get_if<Create<Column>>(&change);
  if (create == nullptr) return {};
  std::string clause = column_definition(create->object, strict(table));
  for (const Change& other : move.changes) {
    if (const auto* key = std::get_if<Create<ForeignKey>>(&other);
        key != nullptr && key->object.columns[0] == create->object.name)
      clause += (key->object.name.empty() ? " " : " CONSTRAINT " + quote(key->object.name.text) + " ") +
                references_clause(key->object);
    if (const auto* check = std::get_if<Create<Check>>(&other);
        check != nullptr && mentions(check->object.expression.text, create->object.name.text))
      clause += " " + check_clause(check->object);
  }
  return alter + " ADD COLUMN " + clause;
}

std::vector<Statement> Writer::alter(const Move& move, const Table& table) {
  std::vector<Statement> out;
  Table after = table;
  for (const Change& change : move.changes)
    if (const auto* drop = std::get_if<Drop<Column>>(&change))
      std::erase_if(after.columns, [&](const Column& c) { return c.name == drop->object.name; });
  for (std::size_t i = 0; i < move.changes.size(); ++i) {
    const auto* drop = std::get_if<Drop<Column>>(&move.changes[i]);
    if (drop == nullptr) continue;
    rewrote_ = true;
    if (!options_.create_backup || drop->object.generated) continue;
    SetAside aside = new_aside(table.name, drop->object.name, "column");
    auto statements = set_column_aside(table, after, drop->object, aside);
    if (statements.empty()) continue;
    for (Statement& s : statements) out.push_back(std::move(s));
    keep(std::move(aside), move.of[i]);
  }
  for (const Change& change : move.changes) {
    if (std::string sql = alteration(change, move, table); !sql.empty()) out.push_back(Run{std::move(sql)});
    const auto* create = std::get_if<Create<Column>>(&change);
    if (create == nullptr || direction_ != "up") continue;
    if (const auto fill = fill_of(hints_, table.path(), create->object.name, equal_ignoring_case, literal))
      out.push_back(
          Run{"UPDATE " + quote(table.name.text) + " SET " + quote(create->object.name.text) + " = " + *fill});
  }
  return out;
}

Carry Writer::carry(const Column& column, const Move& move, const Table& t0, const Table& t1,
                    std::vector<std::string>& joins) const {
  Carry carry{.column = column.name, .source = {}};
  if (column.generated) return carry;
  const std::string old = "o." + quote(column.name.text);
  const auto fill =
      direction_ == "up" ? fill_of(hints_, t1.path(), column.name, equal_ignoring_case, literal) : std::nullopt;
  std::vector<Name> unchanged;
  for (const Column& c : t0.columns)
    if (const Column* other = find_column(t1, c.name); other != nullptr && *other == c && !c.generated)
      unchanged.push_back(c.name);
  const auto join_aside = [&](const SetAside& aside) {
    const std::string alias = "b" + std::to_string(joins.size());
    std::string condition = join_condition(t0, aside, unchanged);
    for (std::size_t at = 0; (at = condition.find("b.", at)) != std::string::npos; at += alias.size() + 1)
      if (at == 0 || condition[at - 1] == ' ') condition.replace(at, 1, alias);
    joins.push_back("LEFT JOIN " + aside.location + " AS " + alias + " ON " + condition);
    return alias;
  };
  for (std::size_t i = 0; i < move.changes.size(); ++i) {
    if (const auto* create = std::get_if<Create<Column>>(&move.changes[i]);
        create != nullptr && create->object.name == column.name) {
      if (const SetAside* aside = restore_for(move.of[i])) {
        carry.source = join_aside(*aside) + ".dataflow_value";
        if (column.identity != Identity::none && !rowid_name(t0).empty())
          carry.source = "coalesce(" + carry.source + ", o." + rowid_name(t0) + ")";
        if (!column.nullable && column.default_value) {
          std::string value = default_clause(column);
          value.erase(0, std::string_view(" DEFAULT ").size());
          carry.source = "coalesce(" + carry.source + ", " + value + ")";
        }
      } else if (column.identity != Identity::none && !rowid_name(t0).empty()) {
        carry.source = "o." + rowid_name(t0);
      } else if (fill) {
        carry.source = *fill;
      }
      return carry;
    }
    const auto* alter = std::get_if<Alter<Column>>(&move.changes[i]);
    if (alter == nullptr || alter->after.name != column.name) continue;
    carry.source = old;
    const bool converted =
        affinity(alter->before.type.spelled, strict(t0)) != affinity(alter->after.type.spelled, strict(t1));
    if (const SetAside* aside = restore_for(move.of[i])) {
      const std::string alias = join_aside(*aside);
      // A value written since the change wins over the one that was set aside.
      carry.source = "CASE WHEN " + old + " IS " + alias + ".dataflow_after AND typeof(" + old + ") = typeof(" + alias +
                     ".dataflow_after) AND " + alias + ".rowid IS NOT NULL THEN " + alias + ".dataflow_before ELSE " +
                     old + " END";
    } else if (fill && !alter->after.nullable && alter->before.nullable) {
      carry.source = "coalesce(" + old + ", " + *fill + ")";
      carry.keep_changes = options_.create_backup;
    } else if (converted) {
      carry.keep_changes = options_.create_backup;
    } else {
      carry.same = true;
    }
    return carry;
  }
  carry.source = old;
  carry.same = affinity(column.type.spelled, strict(t0)) == affinity(column.type.spelled, strict(t1));
  return carry;
}

std::vector<Statement> Writer::rebuild_table(const Move& move, const Table& t0, const Table& t1, const Schema& after) {
  std::vector<Statement> out;
  for (std::size_t i = 0; i < move.changes.size() && options_.create_backup; ++i) {
    const auto* drop = std::get_if<Drop<Column>>(&move.changes[i]);
    if (drop == nullptr || drop->object.generated) continue;
    SetAside aside = new_aside(t0.name, drop->object.name, "column");
    auto statements = set_column_aside(t0, t1, drop->object, aside);
    if (statements.empty()) continue;
    for (Statement& s : statements) out.push_back(std::move(s));
    keep(std::move(aside), move.of[i]);
  }
  Rebuild r{t0, t1, {}, {}, triggers_on(after, t1.name)};
  for (const Column& column : t1.columns)
    if (!column.generated) r.carries.push_back(carry(column, move, t0, t1, r.joins));
  // Changed values are told apart by a key that is carried over, converted or not, or by the rowid where it is kept.
  const RowKey key = row_key(t0);
  const bool by_rowid = keeps_rowid(t0, t1);
  const bool by_key =
      !key.columns.empty() && std::all_of(key.columns.begin(), key.columns.end(), [&](const Name& name) {
        return std::any_of(r.carries.begin(), r.carries.end(),
                           [&](const Carry& c) { return c.column == name && c.source == "o." + quote(name.text); });
      });
  const auto statements = rebuild(r, [&](const Name& column) -> std::vector<Statement> {
    if (!by_rowid && !by_key) return {};
    SetAside aside = new_aside(t0.name, column, "values changed by a new definition");
    auto made = set_changes_aside(t0, scratch_name(t0), *find_column(t0, column), !by_key, aside);
    for (std::size_t i = 0; i < move.changes.size(); ++i)
      if (const auto* alter = std::get_if<Alter<Column>>(&move.changes[i]);
          alter != nullptr && alter->after.name == column)
        keep(aside, move.of[i]);
    return made;
  });
  out.insert(out.end(), statements.begin(), statements.end());
  rewrote_ = true;
  return out;
}

std::vector<Statement> Writer::parts(const Move& move, const Schema& before, const Schema& after) {
  const Table& t0 = *find_table(before, subject(move.changes[0]));
  const Table& t1 = *find_table(after, subject(move.changes[0]));
  return native(move, before, after) ? alter(move, t0) : rebuild_table(move, t0, t1, after);
}

/// The schema after a rename, as the server leaves it: it rewrites views, triggers, checks and indexes by its own
/// rules.
Schema after_statements(const Schema& before, const std::vector<Statement>& statements) {
  const auto scratch = memory(before);
  for (const Statement& statement : statements) scratch->run(std::get<Run>(statement).sql);
  return inspect(*scratch);
}

/// A table that reached its wanted shape takes the wanted text and order of columns, for the rebuild writes it anew.
void adopt_wanted(Schema& state, const Path& path, const Schema* to) {
  Table* table = find_table(state, path);
  if (table == nullptr) return;
  table->text.text.clear();
  const Table* wanted = to == nullptr ? nullptr : find_table(*to, path);
  if (wanted == nullptr) return;
  Schema a{.tables = {*table}}, b{.tables = {*wanted}};
  a.tables[0].indexes.clear(), b.tables[0].indexes.clear();
  if (!diff(a, {b, {}}, sqlite_dialect.sameness).changes.empty()) return;
  b.tables[0].indexes = table->indexes;
  *table = b.tables[0];
}

/// What DROP takes along without being asked.
void forget_triggers(Schema& state, const Name& on) {
  std::erase_if(state.definitions,
                [&](const Definition& d) { return d.kind == "trigger" && equal_ignoring_case(d.on.text, on.text); });
}

struct Title {
  std::string operator()(const Create<Table>& c) const { return "create table " + c.object.name.text; }
  std::string operator()(const Drop<Table>& c) const { return "drop table " + c.object.name.text; }
  std::string operator()(const Rename<Table>& c) const {
    return "rename table " + c.before.text + " to " + c.after.text;
  }
  std::string operator()(const Create<Column>& c) const {
    return "add column " + c.object.name.text + " to " + c.in.name.text;
  }
  std::string operator()(const Drop<Column>& c) const {
    return "drop column " + c.object.name.text + " of " + c.in.name.text;
  }
  std::string operator()(const Rename<Column>& c) const {
    return "rename column " + c.before.text + " of " + c.in.name.text + " to " + c.after.text;
  }
  std::string operator()(const Create<Index>& c) const { return "create index " + c.object.name.text; }
  std::string operator()(const Drop<Index>& c) const { return "drop index " + c.object.name.text; }
  std::string operator()(const Create<Definition>& c) const {
    return "create " + c.object.kind + " " + c.object.name.text;
  }
  std::string operator()(const Drop<Definition>& c) const { return "drop " + c.object.kind + " " + c.object.name.text; }
  template <class Part> std::string operator()(const Part& c) const { return "alter table " + c.in.name.text; }
};

Move inverse_move(const Move& move) {
  static constexpr std::pair<Phase, Phase> opposites[] = {{Phase::definition_drop, Phase::definition_create},
                                                          {Phase::index_drop, Phase::index_create},
                                                          {Phase::table_create, Phase::table_drop}};
  Move out{move.phase, inverse(move.changes), {move.of.rbegin(), move.of.rend()}};
  for (const auto& [a, b] : opposites) {
    if (move.phase == a) out.phase = b;
    if (move.phase == b) out.phase = a;
  }
  return out;
}

/// The native changes of one table are steps of their own; a constraint stays with its column. Columns go before others
/// come, so that the way back ends in the table's own text; but never the last one.
std::vector<Move> one_by_one(const Move& move, std::size_t columns) {
  std::vector<Move> out;
  const auto take = [&](auto is_wanted) {
    for (std::size_t i = 0; i < move.changes.size(); ++i)
      if (is_wanted(move.changes[i])) out.push_back({Phase::parts, {move.changes[i]}, {move.of[i]}});
  };
  const auto drops = [](const Change& c) { return std::holds_alternative<Drop<Column>>(c); };
  const auto creates = [](const Change& c) { return std::holds_alternative<Create<Column>>(c); };
  const bool drops_all =
      static_cast<std::size_t>(std::count_if(move.changes.begin(), move.changes.end(), drops)) >= columns;
  if (drops_all)
    take(creates), take(drops);
  else
    take(drops), take(creates);
  for (std::size_t i = 0; i < move.changes.size(); ++i) {
    const auto* key = std::get_if<Create<ForeignKey>>(&move.changes[i]);
    const auto* check = std::get_if<Create<Check>>(&move.changes[i]);
    if (key == nullptr && check == nullptr) continue;
    for (Move& own : out) {
      const auto* column = std::get_if<Create<Column>>(&own.changes[0]);
      if (column == nullptr || (key != nullptr ? key->object.columns[0] != column->object.name
                                               : !mentions(check->object.expression.text, column->object.name.text)))
        continue;
      own.changes.push_back(move.changes[i]);
      own.of.push_back(move.of[i]);
      break;
    }
  }
  return out;
}

}  // namespace

Lowered lower_changes(const Schema& from, const std::vector<Change>& changes, const Hints& hints,
                      const LowerOptions& options) {
  Lowered lowered;
  lowered.step_of.resize(changes.size());
  lowered.saved.resize(changes.size());
  lowered.rollback_saved.resize(changes.size());
  Schema state = from;

  const auto take = [&](const Move& move) {
    Writer up(options, hints, "up", lowered.set_aside, lowered.saved, nullptr, nullptr);
    Writer down(options, hints, "down", lowered.rollback_set_aside, lowered.rollback_saved, &lowered.set_aside,
                &lowered.saved);
    Schema next = state;
    for (const Change& change : move.changes) apply_change(next, change);
    const bool native = move.phase == Phase::parts && up.native(move, state, next);
    if (move.phase == Phase::parts) {
      const Path path = subject(move.changes[0]);
      if (native)
        find_table(next, path)->text.text = up.altered_text(move, *find_table(state, path)).value_or("");
      else
        adopt_wanted(next, path, options.to);
    }
    if (const auto* drop = std::get_if<Drop<Table>>(&move.changes[0])) forget_triggers(next, drop->object.name);
    if (const auto* drop = std::get_if<Drop<Definition>>(&move.changes[0])) forget_triggers(next, drop->object.name);
    Step step;
    step.title = move.phase == Phase::parts && !native ? "rebuild table " + subject(move.changes[0]).name.text
                                                       : std::visit(Title{}, move.changes[0]);
    step.up = up.write(move, state, next);
    if (move.phase == Phase::table_rename || move.phase == Phase::column_rename)
      next = after_statements(state, step.up);
    step.down = down.write(inverse_move(move), next, state);
    for (std::size_t of : move.of) lowered.step_of[of] = lowered.steps.size();
    lowered.steps.push_back(std::move(step));
    lowered.rewrites.push_back(up.rewrote());
    state = std::move(next);
  };

  for (const Move& move : moves_of(from, changes)) {
    if (move.phase == Phase::parts && move.changes.size() > 1) {
      Schema next = state;
      for (const Change& change : move.changes) apply_change(next, change);
      const Writer probe(options, hints, "up", lowered.set_aside, lowered.saved, nullptr, nullptr);
      if (probe.native(move, state, next)) {
        for (const Move& own : one_by_one(move, find_table(state, subject(move.changes[0]))->columns.size())) take(own);
        continue;
      }
    }
    take(move);
  }
  return lowered;
}

Schema renamed(Connection*, const Schema& from, const std::vector<Change>& changes) {
  try {
    Schema state = from;
    for (const Step& step : lower_changes(from, changes, {}, {}).steps) state = after_statements(state, step.up);
    return state;
  } catch (const Error& e) {
    Error error(ErrorCode::refused, std::string("SQLite refuses to rename: ") + e.what(),
                "add a column with a backfill from the old one, and drop the old one in a later migration");
    error.dialect = "sqlite", error.sqlstate = e.sqlstate, error.statement = e.statement;
    throw error;
  }
}

}  // namespace dataflow::sqlite
