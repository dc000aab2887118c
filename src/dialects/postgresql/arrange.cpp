#include "dialects/postgresql/arrange.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <queue>
#include <type_traits>

#include "dialects/postgresql/dependents.hpp"
#include "dialects/postgresql/lower_sequence.hpp"
#include "dialects/postgresql/render.hpp"

namespace dataflow::postgresql {

namespace {

enum class Verb { drop, create, alter, rename };

/// When a change runs where no dependency says otherwise. Lowest first.
enum Phase : int {
  free_sequences,
  drop_standing,
  rename_phase,
  drop_keys,
  drop_parts,
  drop_tables,
  provide,
  create_tables,
  columns,
  parts,
  options_phase,
  create_keys,
  drop_columns,
  own_sequences,
  create_standing,
  drop_providing
};

/// The place of a change among those of its table: each rank waits for the one before.
enum Rank : int {
  table_first = 0,
  early_key_drop,
  early_part_drop,
  early_column_drop,
  column_rename = 10,
  key_drop,
  part_drop,
  generated_drop,
  default_off,
  column_change,
  generated_create,
  default_on,
  part_create,
  table_options,
  column_drop,
  key_create,
  table_last = 90,
  under_old_name = 100
};

struct Op {
  Arranged arranged;
  Verb verb;
  int phase = 0;
  bool lets_go = false;  ///< what it needed before can change after it
  std::vector<Dependency> needs_before = {}, needs_after = {};
  std::vector<std::string> provides = {};        ///< keys of what it makes, changes or removes
  std::vector<std::pair<Path, int>> ranks = {};  ///< tables, and its place among their changes
  std::string takes = {}, leaves = {};           ///< names it needs to be free, names it frees
};

/// Kinds that others stand on rather than stand on others: they come before tables and go after them.
bool provides_to_tables(const std::string& kind) {
  static constexpr std::array standing = {
      "view",   "materialized view", "index",       "exclusion constraint", "statistics",        "rule",
      "policy", "trigger",           "publication", "event trigger",        "default privileges"};
  return std::none_of(standing.begin(), standing.end(), [&](const char* s) { return kind == s; });
}

/// Objects of these kinds share names with tables, types and indexes.
std::string name_taken(const std::string& kind, const Path& path, const Name& on) {
  static constexpr std::array relations = {"table", "view",   "materialized view", "index",     "sequence",
                                           "enum",  "domain", "composite type",    "range type"};
  if (std::any_of(relations.begin(), relations.end(), [&](const char* r) { return kind == r; }))
    return "relation\n" + path.schema.text + "\n" + path.name.text;
  if (kind == "function" || kind == "procedure" || kind == "aggregate")
    return "function\n" + path.schema.text + "\n" + path.name.text + "\n" + on.text;
  return key_of(kind, path, on);
}

std::vector<Dependency> needs_of_part(const Schema& schema, const Path& path, const std::string& part) {
  std::vector<Dependency> out;
  if (const Table* table = find_table(schema, path))
    std::copy_if(table->depends_on.begin(), table->depends_on.end(), std::back_inserter(out),
                 [&](const Dependency& need) { return need.part == part; });
  return out;
}

std::vector<Dependency> needs_of_options(const Schema& schema, const Path& path) {
  return needs_of_part(schema, path, "");
}

/// "public.users.id", as OWNED BY takes it, as the column that is needed.
std::optional<Dependency> owner_of(const Schema& schema, const std::string& owned_by) {
  for (const Table& table : schema.tables) {
    if (!owned_by.starts_with(quote(table.path()) + ".")) continue;
    for (const Column& column : table.columns)
      if (owned_by == quote(table.path()) + "." + quote(column.name.text))
        return Dependency{.kind = "table", .path = table.path(), .column = column.name};
  }
  return std::nullopt;
}

class Arranger {
 public:
  Arranger(const Schema& from, const Schema& to, const std::vector<Change>& changes, const Naming& naming,
           const Dependents& dependents)
      : from_(from), to_(to), changes_(changes), naming_(naming), dependents_(dependents) {}

  std::vector<Arranged> run() {
    pair_renamed();
    for (std::size_t i = 0; i < changes_.size(); ++i)
      if (!paired_.contains(i)) take(i);
    for (const Bounce& bounce : dependents_.bounces) {
      add(bounce.drop, {}, true);
      add(bounce.create, {}, true);
    }
    connect();
    return sorted();
  }

 private:
  using Origin = std::vector<std::size_t>;

  // --- from changes to operations ---

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
        ops_.back().arranged.with = with_parent(Change{alter}, a);
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
    std::visit([&](const auto& c) { take(c, i); }, changes_[i]);
    const auto parent = with_parent(changes_[i], i);
    for (std::size_t o = first; o < ops_.size() && parent; ++o) ops_[o].arranged.with = parent;
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
  void take(const Create<Table>& c, std::size_t i) {
    Create<Table> bare = c;
    bare.object.foreign_keys.clear();
    add(bare, {i});
    for (const ForeignKey& key : c.object.foreign_keys)
      if (!has(key.attributes, "inherited")) add(Create<ForeignKey>{c.object.path(), key}, {});
  }
  void take(const Drop<Table>& c, std::size_t i) {
    Drop<Table> bare = c;
    bare.position = at_end;
    for (const ForeignKey& key : c.object.foreign_keys)
      if (!has(key.attributes, "inherited")) add(Drop<ForeignKey>{c.object.path(), key}, {});
    bare.object.foreign_keys.clear();
    for (const ForeignKey& key : c.object.foreign_keys)
      if (has(key.attributes, "inherited")) bare.object.foreign_keys.push_back(key);
    add(bare, {i});
  }
  template <class Other> void take(const Other& c, std::size_t i) { add(c, {i}); }

  // --- what an operation is among the others ---

  void add(Change change, Origin of, bool aside = false) {
    const bool anew = std::any_of(of.begin(), of.end(), [&](std::size_t i) { return dependents_.anew.contains(i); });
    Op op{.arranged = {std::move(change), std::move(of), {}, anew, aside}, .verb = Verb::alter};
    std::visit([&](const auto& c) { describe(c, op); }, op.arranged.change);
    ops_.push_back(std::move(op));
  }

  template <class Object> static Verb verb_of(const Create<Object>&) { return Verb::create; }
  template <class Object> static Verb verb_of(const Drop<Object>&) { return Verb::drop; }
  template <class Object> static Verb verb_of(const Alter<Object>&) { return Verb::alter; }

  /// Parts of a table, by the names they have when the operation runs.
  void rank(Op& op, const Path& in, int at) const { op.ranks.emplace_back(in, at); }

  template <class Part> void needs_of(const Part& before, const Part& after, const Path& in, Op& op) const {
    const Path old = naming_.before(in);
    std::string part = part_name(before);
    if constexpr (std::is_same_v<Part, Column>) part = "column " + naming_.before(in, before.name).text;
    if (op.verb != Verb::create) op.needs_before = needs_of_part(from_, old, part);
    if (op.verb != Verb::drop) op.needs_after = needs_of_part(to_, naming_.after(in), part_name(after));
  }

  template <class Part> void part_like(const Part& before, const Part& after, const Path& in, Op& op) const {
    needs_of(before, after, in, op);
    const bool early = op.arranged.aside && naming_.renames(in);
    const bool drop = op.verb == Verb::drop;
    constexpr bool key = std::is_same_v<Part, ForeignKey>;
    op.phase = drop ? (key ? drop_keys : drop_parts) : (key ? create_keys : parts);
    const int at = drop ? (early ? (key ? early_key_drop : early_part_drop) : (key ? key_drop : part_drop))
                        : (key ? key_create : part_create);
    rank(op, in, at);
    if constexpr (key) {
      if (before.references != in) rank(op, before.references, at);
      if (after.references != in && after.references != before.references) rank(op, after.references, at);
    } else if constexpr (std::is_same_v<Part, Index>) {
      const auto name_of = [&](const Index& index) { return name_taken("index", {in.schema, index.name}, {}); };
      op.leaves = name_of(before), op.takes = name_of(after);
      op.provides.push_back("index\n" + quote({in.schema, op.verb == Verb::create ? after.name : before.name}));
    } else if constexpr (std::is_same_v<Part, Unique> || std::is_same_v<Part, PrimaryKey>) {
      op.leaves = name_taken("index", {in.schema, before.name}, {});
      op.takes = name_taken("index", {in.schema, after.name}, {});
    }
  }

  template <class Part> void describe(const Create<Part>& c, Op& op) const {
    op.verb = Verb::create;
    part_like(c.object, c.object, c.in, op);
    op.leaves.clear();
  }
  template <class Part> void describe(const Drop<Part>& c, Op& op) const {
    op.verb = Verb::drop;
    part_like(c.object, c.object, c.in, op);
    op.takes.clear();
  }
  template <class Part> void describe(const Alter<Part>& c, Op& op) const {
    op.verb = Verb::alter;
    part_like(c.before, c.after, c.in, op);
    if (op.leaves == op.takes) op.leaves.clear(), op.takes.clear();
  }

  void describe(const Create<Column>& c, Op& op) const {
    op.verb = Verb::create;
    needs_of(c.object, c.object, c.in, op);
    op.phase = columns;
    op.provides = {key_of(c.in, c.object.name)};
    rank(op, c.in, c.object.generated ? generated_create : column_change);
  }
  void describe(const Drop<Column>& c, Op& op) const {
    op.verb = Verb::drop;
    needs_of(c.object, c.object, c.in, op);
    const bool first = c.object.generated || op.arranged.aside || op.arranged.of.empty();
    op.phase = first ? drop_parts : drop_columns;
    op.provides = {key_of(c.in, c.object.name), key_of(naming_.before(c.in), naming_.before(c.in, c.object.name))};
    rank(op, c.in,
         op.arranged.aside && naming_.renames(c.in) ? early_column_drop
         : first                                    ? generated_drop
                                                    : column_drop);
  }
  void describe(const Alter<Column>& c, Op& op) const {
    needs_of(c.before, c.after, c.in, op);
    op.phase = columns;
    op.provides = {key_of(c.in, c.after.name), key_of(naming_.before(c.in), naming_.before(c.in, c.after.name))};
    const auto sources = [](const Column& column) {
      return (column.default_value ? 1 : 0) + (column.identity == Identity::none ? 0 : 1);
    };
    const bool off = op.arranged.aside && sources(c.before) > sources(c.after);
    const bool on = op.arranged.aside && !off;
    const auto sequence = [&](const Column& column) {
      return name_taken("sequence", identity_sequence(c.in, column), {});
    };
    if (c.before.identity != Identity::none && c.after.identity == Identity::none) op.leaves = sequence(c.before);
    if (c.before.identity == Identity::none && c.after.identity != Identity::none) op.takes = sequence(c.after);
    if (off) op.needs_after.clear(), op.lets_go = true;
    if (on) op.needs_before.clear();
    rank(op, c.in, off ? (naming_.renames(c.in) ? early_column_drop : default_off) : on ? default_on : column_change);
  }

  void describe(const Create<Table>& c, Op& op) const {
    op.verb = Verb::create;
    op.needs_after = c.object.depends_on;
    op.phase = create_tables;
    op.provides = {key_of(c.object.path())};
    op.takes = name_taken("table", c.object.path(), {});
    in_schema(c.object.schema, op);
    rank(op, c.object.path(), table_first);
  }
  void describe(const Drop<Table>& c, Op& op) const {
    op.verb = Verb::drop;
    op.needs_before = c.object.depends_on;
    op.phase = drop_tables;
    op.provides = {key_of(c.object.path()), key_of(naming_.before(c.object.path()))};
    op.leaves = name_taken("table", c.object.path(), {});
    in_schema(c.object.schema, op);
    rank(op, c.object.path(), table_last);
  }
  void describe(const Alter<Table>& c, Op& op) const { describe(Create<Table>{c.in, c.after}, op); }

  void describe(const Create<TableOptions>& c, Op& op) const { options(c.in, {}, c.object, op); }
  void describe(const Drop<TableOptions>& c, Op& op) const { options(c.in, c.object, {}, op); }
  void describe(const Alter<TableOptions>& c, Op& op) const { options(c.in, c.before, c.after, op); }
  void options(const Path& in, const TableOptions& before, const TableOptions& after, Op& op) const {
    op.needs_before = needs_of_options(from_, naming_.before(in));
    op.needs_after = needs_of_options(to_, in);
    op.phase = options_phase;
    if (op.arranged.anew) op.provides = {key_of(in)};
    rank(op, in, table_options);
    for (const TableOptions* side : {&before, &after})
      for (const Table& table : from_.tables)
        if (attribute(side->attributes, "partition of") == quote(table.path()) && table.path() != in &&
            !op.arranged.anew)
          rank(op, naming_.after(table.path()), table_options);
  }

  void describe(const Rename<Table>& c, Op& op) const {
    op.verb = Verb::rename;
    op.phase = rename_phase;
    const Path before{c.in.schema, c.before}, after{c.in.schema, c.after};
    op.provides = {key_of(before), key_of(after)};
    op.leaves = name_taken("table", before, {}), op.takes = name_taken("table", after, {});
    rank(op, before, under_old_name), rank(op, after, table_first);
  }
  void describe(const Rename<Column>& c, Op& op) const {
    op.verb = Verb::rename;
    op.phase = rename_phase;
    const Path old = naming_.before(c.in);
    op.provides = {key_of(old, c.before), key_of(c.in, c.before), key_of(c.in, c.after)};
    rank(op, c.in, column_rename);
    if (old != c.in) rank(op, old, under_old_name + 1);
  }

  void describe(const Create<Definition>& c, Op& op) const {
    op.verb = Verb::create;
    definition(c.object, c.object, op);
    op.leaves.clear();
  }
  void describe(const Drop<Definition>& c, Op& op) const {
    op.verb = Verb::drop;
    definition(c.object, c.object, op);
    op.takes.clear();
  }
  void describe(const Alter<Definition>& c, Op& op) const {
    definition(c.before, c.after, op);
    op.takes.clear(), op.leaves.clear();
    if (c.after.kind != "sequence") return;
    const std::string old_owner = attribute(c.before.attributes, "owned by"),
                      new_owner = attribute(c.after.attributes, "owned by");
    if (old_owner == new_owner) return;
    op.phase = new_owner.empty() ? free_sequences : own_sequences;
    if (const auto owner = owner_of(from_, old_owner)) op.needs_before.push_back(*owner);
    if (const auto owner = owner_of(to_, new_owner)) op.needs_after.push_back(*owner);
  }
  void definition(const Definition& before, const Definition& after, Op& op) const {
    if (op.verb != Verb::create) op.needs_before = before.depends_on;
    if (op.verb != Verb::drop) op.needs_after = after.depends_on;
    in_schema(after.schema, op);
    if (has(after.attributes, "schema")) in_schema(attribute(after.attributes, "schema"), op);
    const bool providing = provides_to_tables(before.kind);
    op.phase =
        op.verb == Verb::drop ? (providing ? drop_providing : drop_standing) : (providing ? provide : create_standing);
    op.provides = {key_of(before)};
    op.leaves = name_taken(before.kind, {before.schema, before.name}, before.on);
    op.takes = name_taken(after.kind, {after.schema, after.name}, after.on);
    if (before.on.empty() || provides_to_tables(before.kind)) return;
    const Dependency stands_on{.kind = "table", .path = {before.schema, before.on}};
    if (op.verb != Verb::create) op.needs_before.push_back(stands_on);
    if (op.verb != Verb::drop) op.needs_after.push_back({.kind = "table", .path = {after.schema, after.on}});
    if (before.kind == "exclusion constraint") {
      const bool drop = op.verb == Verb::drop;
      rank(op, {before.schema, before.on}, drop ? part_drop : part_create);
      op.phase = drop ? drop_parts : parts;
    }
  }

  /// Everything in a schema needs it.
  static void in_schema(const Name& schema, Op& op) {
    if (schema.empty()) return;
    const Dependency need{.kind = "schema", .path = {{}, schema}};
    if (op.verb != Verb::create) op.needs_before.push_back(need);
    if (op.verb != Verb::drop) op.needs_after.push_back(need);
  }

  // --- parents ---

  /// The change of a parent table that makes this one of an inheriting table by itself.
  std::optional<std::size_t> with_parent(const Change& change, std::size_t self) const {
    const Path in = std::visit([](const auto& c) { return c.in; }, change);
    if (const auto type = with_type(change, in)) return type;
    const auto at = parents().find(in);
    if (at == parents().end()) return std::nullopt;
    for (std::size_t i = 0; i < changes_.size(); ++i) {
      if (i == self || changes_[i].index() != change.index()) continue;
      const Path other = std::visit([](const auto& c) { return c.in; }, changes_[i]);
      if (std::find(at->second.begin(), at->second.end(), other) == at->second.end()) continue;
      if (std::visit([&](const auto& c) { return comes_with(c, changes_[i]); }, change)) return i;
    }
    return std::nullopt;
  }

  /// The columns of a table of a type are its attributes.
  std::optional<std::size_t> with_type(const Change& change, const Path& in) const {
    if (!std::holds_alternative<Create<Column>>(change) && !std::holds_alternative<Drop<Column>>(change) &&
        !std::holds_alternative<Alter<Column>>(change))
      return std::nullopt;
    const Table *before = find_table(from_, naming_.before(in)), *after = find_table(to_, in);
    if (before == nullptr || after == nullptr) return std::nullopt;
    const std::string type = attribute(before->options.attributes, "of type");
    if (type.empty() || type != attribute(after->options.attributes, "of type")) return std::nullopt;
    if (const auto* alter = std::get_if<Alter<Column>>(&change);
        alter != nullptr && !other_type(alter->before, alter->after))
      return std::nullopt;
    for (std::size_t i = 0; i < changes_.size(); ++i)
      if (const auto* alter = std::get_if<Alter<Definition>>(&changes_[i]);
          alter != nullptr && quote(Path{alter->after.schema, alter->after.name}) == type)
        return i;
    return std::nullopt;
  }

  const std::map<Path, std::vector<Path>>& parents() const {
    if (parents_known_) return parents_;
    parents_known_ = true;
    std::map<std::string, Path> tables;
    for (const Schema* schema : {&from_, &to_})
      for (const Table& table : schema->tables) tables[quote(table.path())] = naming_.after(table.path());
    for (const Schema* schema : {&from_, &to_})
      for (const Table& table : schema->tables) {
        std::vector<std::string> names = split_list(attribute(table.options.attributes, "inherits"));
        if (has(table.options.attributes, "partition of"))
          names.push_back(attribute(table.options.attributes, "partition of"));
        for (const std::string& name : names)
          if (const auto at = tables.find(name); at != tables.end())
            parents_[naming_.after(table.path())].push_back(at->second);
      }
    return parents_;
  }

  static bool inherited(const Attributes& attributes) { return has(attributes, "inherited"); }
  static bool same(const Column& a, const Column& b) { return a.name == b.name; }
  static bool same(const Check& a, const Check& b) { return a.name == b.name; }
  static bool same(const PrimaryKey&, const PrimaryKey&) { return true; }
  static bool same(const Unique& a, const Unique& b) { return a.parts == b.parts; }
  static bool same(const ForeignKey& a, const ForeignKey& b) {
    return a.columns == b.columns && a.references == b.references && a.referenced == b.referenced;
  }
  template <class Part> static bool follows(const Part& child, const Part& parent) {
    if constexpr (requires { same(child, parent); })
      return inherited(child.attributes) && same(child, parent);
    else
      return false;
  }
  template <class Part> static bool comes_with(const Create<Part>& c, const Change& parent) {
    return follows(c.object, std::get<Create<Part>>(parent).object);
  }
  template <class Part> static bool comes_with(const Drop<Part>& c, const Change& parent) {
    return follows(c.object, std::get<Drop<Part>>(parent).object);
  }
  template <class Part> static bool comes_with(const Alter<Part>& c, const Change& parent) {
    return follows(c.before, std::get<Alter<Part>>(parent).before);
  }
  static bool comes_with(const Rename<Table>&, const Change&) { return false; }
  static bool comes_with(const Rename<Column>& c, const Change& parent) {
    const auto& other = std::get<Rename<Column>>(parent);
    return c.before == other.before && c.after == other.after;
  }

  // --- order ---

  void edge(std::size_t a, std::size_t b) {
    if (a == b) return;
    after_[a].push_back(b);
    ++waits_for_[b];
  }

  void connect() {
    after_.assign(ops_.size(), {});
    waits_for_.assign(ops_.size(), 0);
    connect_needs();
    connect_ranks();
    connect_names();
    std::map<std::size_t, std::size_t> main;
    for (std::size_t o = 0; o < ops_.size(); ++o)
      for (const std::size_t i : ops_[o].arranged.of) main[i] = o;
    for (std::size_t o = 0; o < ops_.size(); ++o)
      if (ops_[o].arranged.with)
        if (const auto at = main.find(*ops_[o].arranged.with); at != main.end()) edge(at->second, o);
  }

  void connect_needs() {
    std::map<std::string, std::vector<std::size_t>> providers;
    for (std::size_t o = 0; o < ops_.size(); ++o)
      for (const std::string& key : ops_[o].provides) providers[key].push_back(o);
    const auto each = [&](const Dependency& need, auto&& visit) {
      const std::string key = key_of(need.kind, need.path, need.on);
      for (const std::string& k : {key, need.column.empty() ? std::string("\n") : key + "\n#" + need.column.text})
        if (const auto at = providers.find(k); at != providers.end())
          for (const std::size_t provider : at->second) visit(provider);
    };
    for (std::size_t o = 0; o < ops_.size(); ++o) {
      const Op& op = ops_[o];
      for (const Dependency& need : op.needs_before)
        each(need, [&](std::size_t p) {
          const Verb verb = ops_[p].verb;
          if (verb == Verb::drop || ((op.verb == Verb::drop || op.lets_go) && verb != Verb::create)) edge(o, p);
        });
      for (const Dependency& need : op.needs_after)
        each(need, [&](std::size_t p) {
          if (ops_[p].verb != Verb::drop) edge(p, o);
        });
      if (const auto* create = std::get_if<Create<Index>>(&op.arranged.change))
        attached(create->object, providers, [&](std::size_t p) { edge(p, o); });
      if (const auto* drop = std::get_if<Drop<Index>>(&op.arranged.change))
        attached(drop->object, providers, [&](std::size_t p) { edge(o, p); });
    }
  }

  static void attached(const Index& index, const std::map<std::string, std::vector<std::size_t>>& providers,
                       auto&& visit) {
    const auto at = providers.find("index\n" + attribute(index.attributes, "attached to"));
    if (at == providers.end()) return;
    for (const std::size_t provider : at->second) visit(provider);
  }

  void connect_ranks() {
    std::map<Path, std::map<int, std::vector<std::size_t>>> tables;
    for (std::size_t o = 0; o < ops_.size(); ++o)
      for (const auto& [path, at] : ops_[o].ranks) tables[path][at].push_back(o);
    for (const auto& [path, groups] : tables) {
      const std::vector<std::size_t>* last = nullptr;
      for (const auto& [at, group] : groups) {
        for (const std::size_t a : last == nullptr ? std::vector<std::size_t>() : *last)
          for (const std::size_t b : group) edge(a, b);
        last = &group;
      }
    }
  }

  void connect_names() {
    std::map<std::string, std::vector<std::size_t>> leave;
    for (std::size_t o = 0; o < ops_.size(); ++o)
      if (!ops_[o].leaves.empty()) leave[ops_[o].leaves].push_back(o);
    for (std::size_t o = 0; o < ops_.size(); ++o)
      if (const auto at = leave.find(ops_[o].takes); at != leave.end() && !ops_[o].takes.empty())
        for (const std::size_t other : at->second) edge(other, o);
  }

  /// A ring is entered at what comes first when nobody waits.
  std::vector<Arranged> sorted() {
    using Turn = std::pair<int, std::size_t>;
    std::priority_queue<Turn, std::vector<Turn>, std::greater<>> ready, all;
    std::vector<bool> done(ops_.size(), false);
    for (std::size_t o = 0; o < ops_.size(); ++o) {
      all.push({ops_[o].phase, o});
      if (waits_for_[o] == 0) ready.push({ops_[o].phase, o});
    }
    std::vector<Arranged> out;
    while (!all.empty()) {
      auto& queue = ready.empty() ? all : ready;
      const std::size_t o = queue.top().second;
      queue.pop();
      if (done[o]) continue;
      if (&queue == &all && out.size() == ops_.size()) break;
      done[o] = true;
      out.push_back(ops_[o].arranged);
      for (const std::size_t next : after_[o])
        if (--waits_for_[next] == 0 && !done[next]) ready.push({ops_[next].phase, next});
      if (out.size() == ops_.size()) break;
    }
    return out;
  }

  const Schema &from_, &to_;
  const std::vector<Change>& changes_;
  const Naming& naming_;
  const Dependents& dependents_;
  std::vector<Op> ops_;
  std::set<std::size_t> paired_;
  std::vector<std::vector<std::size_t>> after_;
  std::vector<std::size_t> waits_for_;
  mutable bool parents_known_ = false;
  mutable std::map<Path, std::vector<Path>> parents_;
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
