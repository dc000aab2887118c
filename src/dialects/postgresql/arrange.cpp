#include "dialects/postgresql/arrange.hpp"

#include <algorithm>
#include <type_traits>

#include "dialects/postgresql/arrange_op.hpp"
#include "dialects/postgresql/dependents.hpp"
#include "dialects/postgresql/render.hpp"

namespace dataflow::postgresql {

namespace {

using arranging::Op;

/// Splits changes into what can run, and adds what goes out of their way.
class Arranger {
 public:
  Arranger(const Schema& from, const Schema& to, const std::vector<Change>& changes, const Naming& naming,
           const Dependents& dependents)
      : sides_{from, to, naming},
        changes_(changes),
        dependents_(dependents),
        parents_(sides_, changes, dependents.anew) {}

  std::vector<Arranged> run() {
    pair_renamed();
    for (std::size_t i = 0; i < changes_.size(); ++i)
      if (!paired_.contains(i)) take(i);
    for (const Bounce& bounce : dependents_.bounces) {
      add(bounce.drop, {}, true);
      add(bounce.create, {}, true);
    }
    return arranging::in_order(ops_);
  }

 private:
  using Origin = std::vector<std::size_t>;

  /// A constraint or index that only gets another name is dropped and created in the changes.
  template <class Part> void pair_renamed_parts() {
    for (std::size_t a = 0; a < changes_.size(); ++a) {
      const auto* drop = std::get_if<Drop<Part>>(&changes_[a]);
      if (drop == nullptr) continue;
      for (std::size_t b = 0; b < changes_.size(); ++b) {
        const auto* create = std::get_if<Create<Part>>(&changes_[b]);
        if (create == nullptr || paired_.contains(b) || create->in != drop->in) continue;
        Part same = create->object;
        same.name = drop->object.name;
        if (!(same == drop->object)) continue;
        paired_.insert(a), paired_.insert(b);
        Alter<Part> alter{drop->in, drop->object, create->object};
        add(alter, {a, b});
        ops_.back().arranged.with = parents_.change_above(Change{alter}, a);
        break;
      }
    }
  }
  void pair_renamed() {
    pair_renamed_parts<Check>();
    pair_renamed_parts<Unique>();
    pair_renamed_parts<ForeignKey>();
    pair_renamed_parts<Index>();
  }

  void take(std::size_t i) {
    const std::size_t first = ops_.size();
    const auto parent = parents_.change_above(changes_[i], i);
    if (parent && of_its_own(i, *parent)) return;
    std::visit([&](const auto& c) { take(c, i); }, changes_[i]);
    if (!parent) std::visit([&](const auto& c) { with_part_above(c, first); }, changes_[i]);
    for (std::size_t o = first; o < ops_.size() && parent; ++o) {
      Op& op = ops_[o];
      if (std::holds_alternative<Create<ForeignKey>>(op.arranged.change) ||
          std::holds_alternative<Drop<ForeignKey>>(op.arranged.change)) {
        if (op.arranged.of.empty()) continue;  // the key of a table that comes or goes: its turn is another
      }
      op.arranged.with = parent;
      const bool whole = std::holds_alternative<Create<Table>>(changes_[i]) ||
                         std::holds_alternative<Drop<Table>>(changes_[i]) ||
                         std::holds_alternative<Alter<TableOptions>>(changes_[i]);
      if (!whole) continue;
      // What it needs, and its place below its parent, is the parent's matter.
      if (op.ranks.size() > 1) op.ranks.resize(1);
      op.needs_before.clear(), op.needs_after.clear();
    }
  }

  /// A key of a partition comes before the one of the parent that it is going to belong to, and whatever happens to it
  /// when that one goes happens afterwards: on the way back it is the same.
  template <class Key>
  requires(std::is_same_v<Key, PrimaryKey> ||
           std::is_same_v<Key, Unique>) void beside_parent(const Path& in, const Key& before, const Key& after,
                                                           std::size_t first) {
    const auto belongs = [](const Key& key) {
      return has(key.attributes, "inherited") || has(key.attributes, "attached to");
    };
    if (!belongs(before) && !belongs(after)) return;
    auto above = parents_.change_of_key(in, after);
    if (!above) above = parents_.change_of_key(in, before);
    if (!above) return;
    const bool comes = std::visit(
        [](const auto& c) {
          if constexpr (requires { c.before.parts; })
            return changes_in_place(c.before, c.after);
          else if constexpr (requires { c.object.parts; })
            return std::is_same_v<std::decay_t<decltype(c)>, Create<std::decay_t<decltype(c.object)>>>;
          else
            return false;
        },
        changes_[*above]);
    for (std::size_t o = first; o < ops_.size(); ++o) (comes ? ops_[o].precedes : ops_[o].follows) = above;
  }
  /// A column that a table keeps when its parent loses it: on the way back it goes before the parent's comes.
  void beside_parent(const Path& in, const Column& before, const Column& after, std::size_t first) {
    if (!has(before.attributes, "inherited") || has(after.attributes, "inherited")) return;
    if (const auto above = parents_.drop_of_column(in, before.name))
      for (std::size_t o = first; o < ops_.size(); ++o) ops_[o].follows = above;
  }
  template <class Change> void with_part_above(const Change& c, std::size_t first) {
    if constexpr (requires { beside_parent(c.in, c.object, c.object, first); })
      beside_parent(c.in, c.object, c.object, first);
    else if constexpr (requires { beside_parent(c.in, c.before, c.after, first); })
      beside_parent(c.in, c.before, c.after, first);
  }

  /// The column as its parent's change would find it, or leave it, if it had nothing of its own.
  static Column as_above(const Column& above, const Column& own) {
    Column out = above;
    out.comment.clear();
    std::erase_if(out.attributes, [](const auto& entry) { return of_rights(entry.first); });
    for (const char* flag : {"inherited", "merged"}) {
      out.attributes.erase(flag);
      if (has(own.attributes, flag)) out.attributes[flag] = "";
    }
    return out;
  }

  /// `own` with whatever the parent's change changes as it is in `value`, one of its two sides.
  static Column changed_above(const Column& own, const Alter<Column>& above, const Column& value) {
    Column out = own;
    const auto take_over = [&](auto member) {
      if (!(above.before.*member == above.after.*member)) out.*member = value.*member;
    };
    take_over(&Column::type), take_over(&Column::collation), take_over(&Column::nullable);
    take_over(&Column::default_value), take_over(&Column::generated);
    for (const char* key : {"storage", "statistics", "options", "compression"})
      if (attribute(above.before.attributes, key) != attribute(above.after.attributes, key)) {
        out.attributes.erase(key);
        if (has(value.attributes, key)) out.attributes[key] = attribute(value.attributes, key);
      }
    return out;
  }

  /// A column of a partition can differ from what its parent's change finds and leaves: then the rest is a change of
  /// its own, before or after.
  bool of_its_own(std::size_t i, std::size_t parent) {
    const auto plain = [](const Column& c) { return !c.generated && c.identity == Identity::none; };
    const auto with = [&](Change change, Origin of) {
      add(std::move(change), std::move(of));
      ops_.back().arranged.with = parent;
    };
    const auto before = [&](const Path& in, const Column& from, const Column& to) {
      if (from == to) return;
      add(Alter<Column>{in, from, to}, {});
      ops_.back().precedes = parent;
    };
    if (const auto* c = std::get_if<Create<Column>>(&changes_[i]); c != nullptr && plain(c->object)) {
      const auto* above = std::get_if<Create<Column>>(&changes_[parent]);
      if (above == nullptr) return false;
      const Column made = as_above(above->object, c->object);
      if (made == c->object) return false;
      with(Create<Column>{c->in, made}, {});
      add(Alter<Column>{c->in, made, c->object}, {i});
      return true;
    }
    if (const auto* c = std::get_if<Drop<Column>>(&changes_[i]); c != nullptr && plain(c->object)) {
      const auto* above = std::get_if<Drop<Column>>(&changes_[parent]);
      if (above == nullptr) return false;
      const Column found = as_above(above->object, c->object);
      before(c->in, c->object, found);
      with(Drop<Column>{c->in, found}, {i});
      return true;
    }
    const auto* above = std::get_if<Alter<Column>>(&changes_[parent]);
    const auto* c = std::get_if<Alter<Column>>(&changes_[i]);
    if (c == nullptr || above == nullptr || !plain(c->before) || !plain(c->after)) return false;
    const Column found = changed_above(c->before, *above, above->before);
    const Column made = changed_above(found, *above, above->after);
    before(c->in, c->before, found);
    if (made == c->after) {
      with(Alter<Column>{c->in, found, made}, {i});
    } else {
      with(Alter<Column>{c->in, found, made}, {});
      add(Alter<Column>{c->in, made, c->after}, {i});
    }
    return true;
  }

  template <class Object> void take(const Alter<Object>& c, std::size_t i) {
    if (!dependents_.split.contains(i)) {
      add(c, {i});
      return;
    }
    add(Drop<Object>{c.in, c.before}, {});
    add(Create<Object>{c.in, c.after}, {i});
  }
  void take(const Alter<Column>& c, std::size_t i) {
    if (dependents_.split.contains(i)) {
      add(Drop<Column>{c.in, c.before}, {});
      add(Create<Column>{c.in, c.after}, {i});
    } else if (dependents_.default_first.contains(i) ||
               (c.before.identity == Identity::none) != (c.after.identity == Identity::none)) {
      in_stages(c, i);
    } else {
      add(c, {i});
    }
  }
  /// What the values come from goes first and comes last: a sequence may have to change its owner in between.
  void in_stages(const Alter<Column>& c, std::size_t i) {
    Column off = c.before, on = c.after;
    off.default_value.reset(), on.default_value.reset();
    if (c.after.identity == Identity::none) off.identity = Identity::none, off.attributes.erase("identity options");
    if (c.before.identity == Identity::none) on.identity = Identity::none, on.attributes.erase("identity options");
    const bool middle = !(off == on), first = !(c.before == off);
    if (first) add(Alter<Column>{c.in, c.before, off}, middle ? Origin() : Origin{i}, true);
    if (middle) add(Alter<Column>{c.in, off, on}, {i});
    if (!(on == c.after)) add(Alter<Column>{c.in, on, c.after}, middle || first ? Origin() : Origin{i}, true);
  }
  void take(const Alter<Definition>& c, std::size_t i) {
    if (c.after.kind == "sequence") {
      Definition before = c.before, after = c.after;
      const std::string old_owner = attribute(before.attributes, "owned by"),
                        new_owner = attribute(after.attributes, "owned by");
      if (old_owner == new_owner) {
        add(c, {i});
        return;
      }
      before.attributes.erase("owned by"), after.attributes.erase("owned by");
      if (!old_owner.empty()) add(Alter<Definition>{c.in, c.before, before}, {i});
      if (!(before == after)) add(Alter<Definition>{c.in, before, after}, {i});
      if (!new_owner.empty()) add(Alter<Definition>{c.in, after, c.after}, {i});
    } else if (dependents_.split.contains(i)) {
      add(Drop<Definition>{c.in, c.before}, {});
      add(Create<Definition>{c.in, c.after}, {i});
    } else {
      add(c, {i});
    }
  }
  void take(const Create<Definition>& c, std::size_t i) {
    Definition free = c.object;
    const bool owned = free.kind == "sequence" && free.attributes.erase("owned by") > 0;
    add(Create<Definition>{c.in, free, c.position}, {i});
    if (owned) add(Alter<Definition>{c.in, free, c.object}, {});
  }
  void take(const Drop<Definition>& c, std::size_t i) {
    Definition free = c.object;
    if (free.kind == "sequence" && free.attributes.erase("owned by") > 0)
      add(Alter<Definition>{c.in, c.object, free}, {});
    add(Drop<Definition>{c.in, free, at_end}, {i});
  }
  /// What some partitions of a table are without comes when they are there.
  static bool unfinished(const Attributes& part) { return has(part, "only"); }
  static void each_unfinished(const Table& table, auto&& visit) {
    const auto all = [&](const auto& parts) {
      for (const auto& part : parts)
        if (unfinished(part.attributes)) visit(part);
    };
    if (table.primary_key && unfinished(table.primary_key->attributes)) visit(*table.primary_key);
    all(table.uniques);
    all(table.indexes);
  }
  static void remove_unfinished(Table& table) {
    const auto is = [](const auto& part) { return unfinished(part.attributes); };
    std::erase_if(table.indexes, is);
    std::erase_if(table.uniques, is);
    if (table.primary_key && is(*table.primary_key)) table.primary_key.reset();
  }
  void take(const Create<Table>& c, std::size_t i) {
    Create<Table> bare = c;
    bare.object.foreign_keys.clear();
    remove_unfinished(bare.object);
    add(bare, {i});
    each_unfinished(c.object, [&]<class Part>(const Part& part) { add(Create<Part>{c.object.path(), part}, {}); });
    for (const ForeignKey& key : c.object.foreign_keys)
      if (!has(key.attributes, "inherited")) add(Create<ForeignKey>{c.object.path(), key}, {});
  }
  void take(const Drop<Table>& c, std::size_t i) {
    Drop<Table> bare = c;
    bare.position = at_end;
    remove_unfinished(bare.object);
    each_unfinished(c.object, [&]<class Part>(const Part& part) { add(Drop<Part>{c.object.path(), part}, {}); });
    for (const ForeignKey& key : c.object.foreign_keys)
      if (!has(key.attributes, "inherited")) add(Drop<ForeignKey>{c.object.path(), key}, {});
    bare.object.foreign_keys.clear();
    for (const ForeignKey& key : c.object.foreign_keys)
      if (has(key.attributes, "inherited")) bare.object.foreign_keys.push_back(key);
    add(bare, {i});
  }
  template <class Other> void take(const Other& c, std::size_t i) { add(c, {i}); }

  void add(Change change, Origin of, bool aside = false) {
    const bool anew = std::any_of(of.begin(), of.end(), [&](std::size_t i) { return dependents_.anew.contains(i); });
    ops_.push_back(arranging::described({std::move(change), std::move(of), {}, anew, aside}, sides_));
  }

  const arranging::Sides sides_;
  const std::vector<Change>& changes_;
  const Dependents& dependents_;
  const arranging::Parents parents_;
  std::vector<Op> ops_;
  std::set<std::size_t> paired_;
};

/// What stands there at the end. Where the server followed new names into its own texts, `to` knows how they read.
Schema target_of(const Schema& from, const Schema* to, const std::vector<Change>& changes, const Naming& naming) {
  Schema target = from;
  for (const Change& change : changes) {
    if (const auto* alter = std::get_if<Alter<Definition>>(&change))
      std::erase_if(target.definitions, [&](const Definition& d) {
        return d.kind == alter->after.kind && d.schema == alter->after.schema && d.name == alter->after.name &&
               (d.on == alter->before.on || d.on == alter->after.on);
      });
    agree(target, change);
    apply_change(target, change);
  }
  if (!naming.any() || to == nullptr) return target;
  for (Definition& d : target.definitions)
    for (const Definition& wanted : to->definitions)
      if (key_of(wanted) == key_of(d)) d = wanted;
  for (Table& table : target.tables)
    if (const Table* wanted = find_table(*to, table.path())) table = *wanted;
  return target;
}

/// Needs of parts that stay are known to `from`, of parts that come to `to`.
void learn(Schema& target, const Schema* to) {
  if (to == nullptr) return;
  for (Table& table : target.tables)
    if (const Table* wanted = find_table(*to, table.path())) table.depends_on = wanted->depends_on;
}

}  // namespace

std::vector<Arranged> arrange(const Schema& from, const Schema* to, const std::vector<Change>& changes) {
  const Naming naming(changes);
  Schema target = target_of(from, to, changes, naming);
  learn(target, to);
  Dependents dependents(from, target, changes, naming);
  dependents.follow_all();
  return Arranger(from, target, changes, naming, dependents).run();
}

Standing standing_on(const Schema& schema, const Definition& definition) {
  const std::vector<Change> none;
  const Naming naming(none);
  Dependents dependents(schema, schema, none, naming);
  dependents.follow(definition);
  Standing out;
  for (Arranged& arranged : Arranger(schema, schema, none, naming, dependents).run()) {
    const bool down = std::visit(
        [](const auto& c) {
          using C = std::decay_t<decltype(c)>;
          if constexpr (requires { c.object; })
            return std::is_same_v<C, Drop<std::decay_t<decltype(c.object)>>>;
          else if constexpr (std::is_same_v<C, Alter<Column>>)
            return c.before.default_value.has_value() && !c.after.default_value;
          else
            return false;
        },
        arranged.change);
    (down ? out.drops : out.creates).push_back(std::move(arranged.change));
  }
  return out;
}

}  // namespace dataflow::postgresql
