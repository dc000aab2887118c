#include "dataflow/diff.hpp"

#include <algorithm>
#include <map>

#include "change/candidates.hpp"
#include "change/order.hpp"
#include "change/ownership.hpp"
#include "change/pairing.hpp"
#include "change/rename.hpp"
#include "change/table_diff.hpp"

namespace dataflow {

namespace {
std::string shown(const Path& path) {
  return path.schema.empty() ? path.name.text : path.schema.text + '.' + path.name.text;
}

std::string table_title(const Path& path) { return "table " + shown(path); }
std::string column_title(const Name& column, const Path& table) {
  return "column " + column.text + " of table " + shown(table);
}

Path schema_of(const Path& path) { return {path.schema, {}}; }
Path path_of(const Definition& definition) { return {definition.schema, definition.name}; }

template <class Objects, class PathOf> std::vector<Path> paths(const Objects& objects, PathOf&& path_of) {
  std::vector<Path> out;
  out.reserve(objects.size());
  for (const auto& object : objects) out.push_back(path_of(object));
  return out;
}

std::vector<Path> paths(const std::vector<Table>& tables) {
  return paths(tables, [](const Table& table) { return table.path(); });
}
std::vector<Path> paths(const std::vector<Column>& columns) {
  return paths(columns, [](const Column& column) { return Path{{}, column.name}; });
}

struct TablePair {
  std::size_t from, to;
};

class Diff {
 public:
  Diff(const Schema& from, const Wanted& to, const Sameness& sameness, const Ownership& ownership)
      : from_(from), to_(to.schema), hints_(to.hints), same_(sameness), owned_(ownership, same_) {}

  Difference run() {
    pair_tables();
    pair_columns();
    work_ = from_;
    follow(work_, renames_);
    part_tables();
    compare_tables();
    drop_tables();
    create_tables();
    propose_tables(dropped_, created_, same_, out_);
    compare_definitions();
    check_fills();
    out_.changes = in_order();
    return std::move(out_);
  }

 private:
  // --- renames: found first, so that everything else compares objects under their final names ---

  void pair_tables() {
    std::vector<RenameHint> hints;
    for (const auto& hint : hints_.tables) hints.push_back({hint.table, hint.before});
    const auto pairing = pair(paths(from_.tables), paths(to_.tables), std::move(hints), same_, table_title, out_.notes);
    for (const Renamed& renamed : pairing.renames) {
      const Path before = from_.tables[renamed.index].path();
      rename_tables_.push_back(Rename<Table>{schema_of(before), renamed.before, renamed.after});
      renames_.tables.emplace(before, renamed.after);
    }
    is_wanted_.resize(from_.tables.size(), false);
    for (std::size_t to = 0; to < to_.tables.size(); ++to) {
      const std::size_t from = pairing.existing[to];
      if (from == nowhere) {
        created_.push_back(&to_.tables[to]);
      } else {
        is_wanted_[from] = true;
        pairs_.push_back({from, to});
      }
    }
    const auto by_path = [this](const TablePair& a, const TablePair& b) {
      return to_.tables[a.to].path() < to_.tables[b.to].path();
    };
    std::sort(pairs_.begin(), pairs_.end(), by_path);
  }

  void pair_columns() {
    auto hints = column_hints();
    for (const TablePair& tables : pairs_) {
      const auto at = hints.find(tables.to);
      pair_columns(tables, at == hints.end() ? std::vector<RenameHint>() : std::move(at->second));
    }
  }

  // By index of the wanted table.
  std::map<std::size_t, std::vector<RenameHint>> column_hints() {
    std::map<std::size_t, std::vector<RenameHint>> out;
    if (hints_.columns.empty()) return out;
    Directory directory(same_);
    for (std::size_t i = 0; i < to_.tables.size(); ++i) directory.add(to_.tables[i].path(), i);
    for (const auto& hint : hints_.columns) {
      const std::size_t table = directory.find(hint.table);
      if (table == nowhere)
        out_.notes.push_back(column_title(hint.column, hint.table) + " was not renamed from " + hint.before.text +
                             ": nobody wants the table");
      else
        out[table].push_back({{{}, hint.column}, hint.before});
    }
    return out;
  }

  void pair_columns(const TablePair& tables, std::vector<RenameHint> hints) {
    const Table &before = from_.tables[tables.from], &after = to_.tables[tables.to];
    if (hints.empty() && before.columns == after.columns) return;
    const auto pairing = pair(
        paths(before.columns), paths(after.columns), std::move(hints), same_,
        [&](const Path& column) { return column_title(column.name, after.path()); }, out_.notes);
    const Path in = final_path(before);
    for (const Renamed& renamed : pairing.renames) {
      rename_columns_.push_back(Rename<Column>{in, renamed.before, renamed.after});
      renames_.columns[in].emplace(before.columns[renamed.index].name, renamed.after);
    }
  }

  Path final_path(const Table& table) const {
    const auto at = renames_.tables.find(table.path());
    return at == renames_.tables.end() ? table.path() : Path{table.schema, at->second};
  }

  // --- tables ---

  void part_tables() {
    for (std::size_t i = 0; i < from_.tables.size(); ++i) {
      if (is_wanted_[i]) continue;
      const Path path = from_.tables[i].path();
      if (owned_.table(path))
        dropped_.push_back(&work_.tables[i]);
      else
        out_.unmanaged.push_back({"table", path, {}});
    }
    const auto by_path = [](const Table* a, const Table* b) { return a->path() < b->path(); };
    std::sort(dropped_.begin(), dropped_.end(), by_path);
    std::sort(created_.begin(), created_.end(), by_path);
    std::sort(out_.unmanaged.begin(), out_.unmanaged.end(),
              [](const Unmanaged& a, const Unmanaged& b) { return a.path < b.path; });
  }

  void compare_tables() {
    Directory dropped(same_);
    for (std::size_t i = 0; i < dropped_.size(); ++i) dropped.add(dropped_[i]->path(), i);
    for (const TablePair& tables : pairs_) {
      const Path before = from_.tables[tables.from].path();
      const Table& after = to_.tables[tables.to];
      const TableComparison by{same_, [&](const Path& path) { return dropped.contains(path); },
                               [&](const Index& index) { return may_drop(index, before, after.path()); }};
      propose_columns(after.path(), compare(work_.tables[tables.from], after, by, parts_), same_, out_);
    }
  }

  bool may_drop(const Index& index, const Path& table, const Path& renamed_table) {
    if (owned_.index(table, index.name) || owned_.index(renamed_table, index.name)) return true;
    out_.unmanaged.push_back({"index", {table.schema, index.name}, table.name});
    return false;
  }

  void drop_tables() {
    const auto order = parents_first(dropped_, same_);
    Positions positions;
    for (auto at = order.rbegin(); at != order.rend(); ++at) {
      const Table& table = *dropped_[*at];
      const auto index = static_cast<std::size_t>(&table - work_.tables.data());
      drop_tables_.push_back(Drop<Table>{schema_of(table.path()), table, positions.remove(index)});
    }
  }

  void create_tables() {
    for (const std::size_t i : parents_first(created_, same_))
      create_tables_.push_back(Create<Table>{schema_of(created_[i]->path()), *created_[i]});
  }

  // --- definitions: known by kind, name and the table they stand on ---

  std::string group(const Definition& definition) const { return definition.kind + '\n' + same_.key(definition.on); }

  std::vector<std::size_t> pair_definitions() const {
    std::map<std::string, Directory> existing;
    for (std::size_t i = 0; i < work_.definitions.size(); ++i) {
      const Definition& definition = work_.definitions[i];
      existing.try_emplace(group(definition), same_).first->second.add(path_of(definition), i);
    }
    std::vector<std::size_t> out(to_.definitions.size(), nowhere);
    for (const bool exactly : {true, false})
      for (std::size_t i = 0; i < out.size(); ++i) {
        const Definition& wanted = to_.definitions[i];
        const auto at = existing.find(group(wanted));
        if (at == existing.end() || out[i] != nowhere) continue;
        const std::size_t found = at->second.find(path_of(wanted));
        if (found == nowhere || (exactly && path_of(work_.definitions[found]) != path_of(wanted))) continue;
        out[i] = found;
        at->second.remove(path_of(work_.definitions[found]), found);
      }
    return out;
  }

  void compare_definitions() {
    const auto existing = pair_definitions();
    std::vector<bool> wanted(work_.definitions.size(), false);
    for (std::size_t i = 0; i < existing.size(); ++i) {
      const Definition& after = to_.definitions[i];
      if (existing[i] == nowhere) {
        create_definitions_.push_back(Create<Definition>{schema_of(path_of(after)), after});
        continue;
      }
      wanted[existing[i]] = true;
      const Definition& before = work_.definitions[existing[i]];
      if (!same_(before, after))
        create_definitions_.push_back(Alter<Definition>{schema_of(path_of(before)), before, after});
    }
    drop_definitions(wanted);
  }

  // Dropped before any rename, so they are named as `from` names them. A later view can stand on an earlier one: the
  // last goes first. Triggers go before everything they can stand on.
  void drop_definitions(const std::vector<bool>& wanted) {
    std::vector<std::size_t> dropped;
    Directory gone(same_);
    for (const Table* table : dropped_) gone.add(from_.tables[index_of(*table)].path(), index_of(*table));
    for (const bool on_something : {false, true})
      for (std::size_t i = 0; i < wanted.size(); ++i) {
        const Definition& definition = from_.definitions[i];
        if (wanted[i] || definition.on.empty() == on_something || !may_drop(definition, gone)) continue;
        dropped.push_back(i);
        gone.add(path_of(definition), from_.tables.size() + i);
      }
    Positions positions;
    for (auto i = dropped.rbegin(); i != dropped.rend(); ++i) {
      const Definition& definition = from_.definitions[*i];
      drop_definitions_.push_back(Drop<Definition>{schema_of(path_of(definition)), definition, positions.remove(*i)});
    }
  }

  // What stands on a dropped table cannot stay, whoever owns it; then it is better seen than lost.
  bool may_drop(const Definition& definition, const Directory& gone) {
    if (owned_.definition(definition)) return true;
    if (!definition.on.empty() && gone.contains({definition.schema, definition.on})) {
      out_.notes.push_back(definition.kind + ' ' + shown(path_of(definition)) + " goes with " + definition.on.text +
                           ", which is dropped");
      return true;
    }
    out_.unmanaged.push_back({definition.kind, path_of(definition), definition.on});
    return false;
  }

  std::size_t index_of(const Table& table) const { return static_cast<std::size_t>(&table - work_.tables.data()); }

  // --- the rest ---

  void check_fills() {
    if (hints_.fills.empty()) return;
    Directory tables(same_);
    for (std::size_t i = 0; i < to_.tables.size(); ++i) tables.add(to_.tables[i].path(), i);
    for (const auto& fill : hints_.fills) {
      const std::size_t table = tables.find(fill.table);
      const auto is_meant = [&](const Column& column) { return same_.names(column.name, fill.column); };
      if (table == nowhere ||
          std::none_of(to_.tables[table].columns.begin(), to_.tables[table].columns.end(), is_meant))
        out_.notes.push_back(column_title(fill.column, fill.table) + " was not filled: nobody wants it");
    }
  }

  std::vector<Change> in_order() {
    std::vector<Change> out;
    for (auto* changes : {&drop_definitions_, &rename_tables_, &rename_columns_, &parts_.drop_foreign_keys,
                          &parts_.drop_parts, &drop_tables_, &create_tables_, &parts_.build,
                          &parts_.create_foreign_keys, &parts_.drop_columns, &create_definitions_})
      std::move(changes->begin(), changes->end(), std::back_inserter(out));
    return out;
  }

  const Schema& from_;
  const Schema& to_;
  const Hints& hints_;
  const Same same_;
  const Owned owned_;

  Schema work_;  ///< `from` after all renames
  Renames renames_;
  std::vector<TablePair> pairs_;  ///< by path
  std::vector<bool> is_wanted_;   ///< for each table of `from`
  std::vector<const Table*> dropped_, created_;

  std::vector<Change> drop_definitions_, rename_tables_, rename_columns_, drop_tables_, create_tables_,
      create_definitions_;
  PartChanges parts_;
  Difference out_;
};
}  // namespace

Difference diff(const Schema& from, const Wanted& to, const Sameness& sameness, const Ownership& ownership) {
  return Diff(from, to, sameness, ownership).run();
}

}  // namespace dataflow
