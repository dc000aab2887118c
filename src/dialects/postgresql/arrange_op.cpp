#include "dialects/postgresql/arrange_op.hpp"

#include <algorithm>
#include <array>
#include <type_traits>

#include "dialects/postgresql/lower_sequence.hpp"
#include "dialects/postgresql/render.hpp"

namespace dataflow::postgresql::arranging {

namespace {

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

class Describer {
 public:
  explicit Describer(const Sides& sides) : sides_(sides) {}

  /// Parts of a table, by the names they have when the operation runs.
  void rank(Op& op, const Path& in, int at) const { op.ranks.emplace_back(in, at); }

  template <class Part> void needs_of(const Part& before, const Part& after, const Path& in, Op& op) const {
    const Path old = sides_.naming.before(in);
    std::string part = part_name(before);
    if constexpr (std::is_same_v<Part, Column>) part = "column " + sides_.naming.before(in, before.name).text;
    if (op.verb != Verb::create) op.needs_before = needs_of_part(sides_.from, old, part);
    if (op.verb != Verb::drop) op.needs_after = needs_of_part(sides_.to, sides_.naming.after(in), part_name(after));
  }

  template <class Part> void part_like(const Part& before, const Part& after, const Path& in, Op& op) const {
    needs_of(before, after, in, op);
    const bool early = op.arranged.aside && sides_.naming.renames(in);
    const bool drop = op.verb == Verb::drop;
    constexpr bool key = std::is_same_v<Part, ForeignKey>;
    op.phase = drop ? (key ? drop_keys : drop_parts) : (key ? create_keys : parts);
    const bool late = key || has(after.attributes, "only");
    // What partitions are without goes with its table, and comes after them.
    const bool with_table = drop && late && !key && op.arranged.of.empty() && !op.arranged.aside;
    const int at = with_table ? early_part_drop
                   : drop     ? (early ? (key ? early_key_drop : early_part_drop) : (key ? key_drop : part_drop))
                              : (late ? key_create : part_create);
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
    op.provides = {key_of(c.in, c.object.name),
                   key_of(sides_.naming.before(c.in), sides_.naming.before(c.in, c.object.name))};
    rank(op, c.in,
         op.arranged.aside && sides_.naming.renames(c.in) ? early_column_drop
         : first                                          ? generated_drop
                                                          : column_drop);
  }
  void describe(const Alter<Column>& c, Op& op) const {
    needs_of(c.before, c.after, c.in, op);
    op.phase = columns;
    op.provides = {key_of(c.in, c.after.name),
                   key_of(sides_.naming.before(c.in), sides_.naming.before(c.in, c.after.name))};
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
    rank(op, c.in,
         off  ? (sides_.naming.renames(c.in) ? early_column_drop : default_off)
         : on ? default_on
              : column_change);
  }

  void describe(const Create<Table>& c, Op& op) const {
    op.verb = Verb::create;
    op.needs_after = c.object.depends_on;
    op.phase = create_tables;
    op.provides = {key_of(c.object.path())};
    op.takes = name_taken("table", c.object.path(), {});
    in_schema(c.object.schema, op);
    rank(op, c.object.path(), table_first);
    below_parents(c.object, attaching, op);
  }
  void describe(const Drop<Table>& c, Op& op) const {
    op.verb = Verb::drop;
    op.needs_before = c.object.depends_on;
    op.phase = drop_tables;
    op.provides = {key_of(c.object.path()), key_of(sides_.naming.before(c.object.path()))};
    op.leaves = name_taken("table", c.object.path(), {});
    in_schema(c.object.schema, op);
    rank(op, c.object.path(), table_last);
    below_parents(c.object, part_drop, op);
  }
  void describe(const Alter<Table>& c, Op& op) const { describe(Create<Table>{c.in, c.after}, op); }

  void describe(const Create<TableOptions>& c, Op& op) const { options(c.in, {}, c.object, op); }
  void describe(const Drop<TableOptions>& c, Op& op) const { options(c.in, c.object, {}, op); }
  void describe(const Alter<TableOptions>& c, Op& op) const { options(c.in, c.before, c.after, op); }
  void options(const Path& in, const TableOptions& before, const TableOptions& after, Op& op) const {
    op.needs_before = needs_of_options(sides_.from, sides_.naming.before(in));
    op.needs_after = needs_of_options(sides_.to, in);
    op.phase = options_phase;
    if (op.arranged.anew) {
      op.provides = {key_of(in)};
      for (const Table& below : partitions_below(sides_.from, sides_.naming.before(in)))
        op.provides.push_back(key_of(below.path()));
      for (const Table& below : partitions_below(sides_.to, in)) op.provides.push_back(key_of(below.path()));
    }
    rank(op, in, table_options);
    // It leaves before anything happens to its parent, and joins when nothing more will.
    const auto parents = [&](const TableOptions& options) {
      std::vector<Path> out = read_paths(attribute(options.attributes, "partition of"));
      for (const Path& parent : read_paths(attribute(options.attributes, "inherits"))) out.push_back(parent);
      for (Path& parent : out) parent = sides_.naming.after(parent);
      return out;
    };
    if (op.arranged.anew) return;
    const std::vector<Path> left = parents(before), joined = parents(after);
    for (const Path& parent : joined) rank(op, parent, attaching);
    for (const Path& parent : left)
      if (std::find(joined.begin(), joined.end(), parent) == joined.end()) rank(op, parent, part_drop);
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
    const Path old = sides_.naming.before(c.in);
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
    if (const auto owner = owner_of(sides_.from, old_owner)) op.needs_before.push_back(*owner);
    if (const auto owner = owner_of(sides_.to, new_owner)) op.needs_after.push_back(*owner);
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

  /// A partition comes once its parent is what it is going to be, and goes once nobody refers to the parent any more.
  void below_parents(const Table& table, int at, Op& op) const {
    for (const char* key : {"partition of", "inherits"})
      for (const Path& parent : read_paths(attribute(table.options.attributes, key)))
        rank(op, sides_.naming.after(parent), at);
  }

  /// Everything in a schema needs it.
  static void in_schema(const Name& schema, Op& op) {
    if (schema.empty()) return;
    const Dependency need{.kind = "schema", .path = {{}, schema}};
    if (op.verb != Verb::create) op.needs_before.push_back(need);
    if (op.verb != Verb::drop) op.needs_after.push_back(need);
  }

 private:
  const Sides& sides_;
};

}  // namespace

Op described(Arranged arranged, const Sides& sides) {
  Op op{.arranged = std::move(arranged), .verb = Verb::alter};
  const Describer describer(sides);
  std::visit([&](const auto& c) { describer.describe(c, op); }, op.arranged.change);
  return op;
}

}  // namespace dataflow::postgresql::arranging
