#include <algorithm>
#include <array>

#include "core/text.hpp"
#include "dialects/postgresql/lower.hpp"
#include "dialects/postgresql/render.hpp"

namespace dataflow::postgresql {

namespace {

std::string q(const Name& name) { return quote(name.text); }

std::string alter_table(const Schema& schema, const Path& path) {
  const Table* table = find_table(schema, path);
  return "ALTER " + (table == nullptr ? std::string("TABLE") : table_word(*table)) + " " + quote(path);
}

/// Attributes without those that can be changed alone.
template <std::size_t N> Attributes fixed(Attributes attributes, const std::array<const char*, N>& changeable) {
  for (const char* key : changeable) attributes.erase(key);
  return attributes;
}

constexpr std::array<const char*, 4> of_constraint = {"comment", "not valid", "inherited", "merged"};
constexpr std::array<const char*, 8> of_key = {"comment",   "with",      "tablespace",       "attached to",
                                               "inherited", "clustered", "replica identity", "only"};
constexpr std::array<const char*, 7> of_index = {
    "comment", "with", "tablespace", "attached to", "clustered", "replica identity", "statistics"};

bool validates_at_most(const Attributes& before, const Attributes& after) {
  return has(before, "not valid") || !has(after, "not valid");
}

template <class Key> bool same_but_changeable(Key before, Key after) {
  // A key of a partitioned table alone is complete once the last partition has its own; there is no way back.
  if (!has(before.attributes, "only") && has(after.attributes, "only")) return false;
  before.name = after.name;
  before.attributes = fixed(before.attributes, of_key), after.attributes = fixed(after.attributes, of_key);
  return before == after;
}

void rename(const Path& in, const Schema& schema, const Name& before, const Name& after, Written& out) {
  if (before != after) out.run(alter_table(schema, in) + " RENAME CONSTRAINT " + q(before) + " TO " + q(after));
}

void comment(const Path& in, const Name& name, const Attributes& before, const Attributes& after, Written& out) {
  Attributes a, b;
  if (has(before, "comment")) a["comment"] = attribute(before, "comment");
  if (has(after, "comment")) b["comment"] = attribute(after, "comment");
  out.run(alter_attributes("CONSTRAINT " + q(name) + " ON " + quote(in), a, b));
}

void validate(const Path& in, const Name& name, const Attributes& before, const Attributes& after, Written& out) {
  if (has(before, "not valid") && !has(after, "not valid"))
    out.run("ALTER TABLE " + quote(in) + " VALIDATE CONSTRAINT " + q(name));
}

void alter_index_storage(const std::string& index, const Attributes& before, const Attributes& after, Written& out) {
  for (const std::string& clause : parameter_clauses(attribute(before, "with"), attribute(after, "with")))
    out.run("ALTER INDEX " + index + " " + clause);
  if (attribute(before, "tablespace") != attribute(after, "tablespace"))
    out.run("ALTER INDEX " + index + " SET TABLESPACE " +
            (has(after, "tablespace") ? quote(attribute(after, "tablespace")) : "pg_default"));
}

void cluster(const Path& in, const Name& name, const Attributes& before, const Attributes& after, Written& out) {
  if (has(before, "clustered") == has(after, "clustered")) return;
  out.run("ALTER TABLE " + quote(in) + (has(after, "clustered") ? " CLUSTER ON " + q(name) : " SET WITHOUT CLUSTER"));
}

void identify(const Path& in, const Name& name, const Attributes& before, const Attributes& after, Written& out) {
  if (has(before, "replica identity") == has(after, "replica identity")) return;
  out.run("ALTER TABLE " + quote(in) + " REPLICA IDENTITY " +
          (has(after, "replica identity") ? "USING INDEX " + q(name) : "DEFAULT"));
}

template <class Part>
Written create_constraint(const Create<Part>& change, const std::string& clause, const Place& place) {
  Written out;
  out.run(alter_table(place.after, change.in) + " ADD " + clause);
  comment(change.in, change.object.name, {}, change.object.attributes, out);
  cluster(change.in, change.object.name, {}, change.object.attributes, out);
  identify(change.in, change.object.name, {}, change.object.attributes, out);
  return out;
}

/// Whether indexes of partitions are going to be attached to those of the table.
bool has_partitions(const Schema& schema, const Path& table) {
  const Table* parent = find_table(schema, table);
  if (parent == nullptr || !has(parent->options.attributes, "partition by")) return false;
  return std::any_of(schema.tables.begin(), schema.tables.end(),
                     [&](const Table& t) { return attribute(t.options.attributes, "partition of") == quote(table); });
}

std::string concurrently(std::string sql) {
  constexpr std::string_view word = "INDEX ";
  return sql.insert(sql.find(word) + word.size(), "CONCURRENTLY ");
}

RunAlone create_alone(const Index& index, const Path& in) {
  const std::string name = quote({in.schema, index.name}), create = create_index(index, in);
  return {.sql = concurrently(create),
          .done = "SELECT 1 FROM pg_catalog.pg_index WHERE indexrelid = pg_catalog.to_regclass(" + text_literal(name) +
                  ") AND indrelid = pg_catalog.to_regclass(" + text_literal(quote(in)) + ") AND indisvalid",
          .clear = "DROP INDEX CONCURRENTLY IF EXISTS " + name,
          .within = {create}};
}

RunAlone drop_alone(const std::string& name) {
  return {.sql = "DROP INDEX CONCURRENTLY " + name,
          .done = "SELECT 1 WHERE pg_catalog.to_regclass(" + text_literal(name) + ") IS NULL",
          .within = {"DROP INDEX " + name}};
}

/// Indexes that came with their tables find the one they belong to.
void attach_those_below(const Schema& schema, const std::string& index, Written& out) {
  for (const Table& table : schema.tables) {
    const auto attach = [&](const auto& other) {
      if (attribute(other.attributes, "attached to") == index)
        out.run("ALTER INDEX " + index + " ATTACH PARTITION " + quote(Path{table.schema, other.name}));
    };
    if (table.primary_key) attach(*table.primary_key);
    for (const Unique& unique : table.uniques) attach(unique);
    for (const Index& other : table.indexes) attach(other);
  }
}

/// Whether a key of a partition stands on the index.
bool key_below(const Schema& schema, const std::string& index) {
  const auto stands = [&](const auto& key) { return attribute(key.attributes, "attached to") == index; };
  return std::any_of(schema.tables.begin(), schema.tables.end(), [&](const Table& table) {
    return (table.primary_key && stands(*table.primary_key)) ||
           std::any_of(table.uniques.begin(), table.uniques.end(), stands);
  });
}

/// What a key of a partition belongs to: the index, or key, of the parent. Quoted; empty where there is none now.
template <class Key> std::string above(const Schema& schema, const Path& in, const Key& key) {
  const Table* table = find_table(schema, in);
  const Table* parent =
      table == nullptr ? nullptr : find_table(schema, read_path(attribute(table->options.attributes, "partition of")));
  if (parent == nullptr) return {};
  const auto called = [&](const Name& name) { return quote(Path{parent->schema, name}); };
  if (const std::string index = attribute(key.attributes, "attached to"); !index.empty()) {
    for (const Index& i : parent->indexes)
      if (called(i.name) == index) return index;
  }
  if constexpr (std::is_same_v<Key, PrimaryKey>) {
    if (parent->primary_key && parent->primary_key->parts == key.parts) return called(parent->primary_key->name);
  } else {
    for (const Unique& unique : parent->uniques)
      if (unique.parts == key.parts) return called(unique.name);
  }
  return {};
}

bool stands_alone(const Schema& schema, const Path& in, const std::string& index) {
  const Table* table = find_table(schema, in);
  const Table* parent =
      table == nullptr ? nullptr : find_table(schema, read_path(attribute(table->options.attributes, "partition of")));
  if (parent == nullptr) return false;
  const auto is = [&](const auto& part) {
    return quote(Path{parent->schema, part.name}) == index && has(part.attributes, "only");
  };
  return (parent->primary_key && is(*parent->primary_key)) ||
         std::any_of(parent->uniques.begin(), parent->uniques.end(), is) ||
         std::any_of(parent->indexes.begin(), parent->indexes.end(), is);
}

/// Tables that inherit from a table, through any number of levels; parents first.
std::vector<Path> tables_below(const Schema& schema, const Path& table) {
  std::vector<Path> out;
  for (const Table& t : schema.tables)
    for (const char* key : {"inherits", "partition of"})
      for (const Path& parent : read_paths(attribute(t.options.attributes, key))) {
        if (parent != table) continue;
        out.push_back(t.path());
        for (Path& below : tables_below(schema, t.path())) out.push_back(std::move(below));
      }
  return out;
}

bool belongs(const Attributes& key) { return has(key, "inherited") || has(key, "attached to"); }

template <class Key> Written create_key(const Create<Key>& change, const std::string& clause, const Place& place) {
  Written out;
  const Attributes& attributes = change.object.attributes;
  const std::string name = quote({change.in.schema, change.object.name});
  out.run((has(attributes, "only") ? "ALTER TABLE ONLY " + quote(change.in) : alter_table(place.after, change.in)) +
          " ADD " + clause);
  if (const std::string index = above(place.before, change.in, change.object); belongs(attributes) && !index.empty())
    out.run("ALTER INDEX " + index + " ATTACH PARTITION " + name);
  if (has(attributes, "only")) attach_those_below(place.after, name, out);
  comment(change.in, change.object.name, {}, attributes, out);
  cluster(change.in, change.object.name, {}, attributes, out);
  identify(change.in, change.object.name, {}, attributes, out);
  return out;
}

/// A key that belongs to one of the parent's goes with that.
template <class Key> Written drop_key(const Drop<Key>& change, const Place& place) {
  const Attributes& attributes = change.object.attributes;
  const std::string index = above(place.before, change.in, change.object);
  const bool gone = has(attributes, "attached to") ||
                    (has(attributes, "inherited") && (index.empty() || stands_alone(place.before, change.in, index)));
  Written out;
  const Table* table = find_table(place.before, change.in);
  if (!gone || table == nullptr || !has(table->options.attributes, "partition of"))
    out.run(alter_table(place.before, change.in) + " DROP CONSTRAINT " + q(change.object.name));
  return out;
}

template <class Part> Written drop_constraint(const Drop<Part>& change, const Place& place) {
  Written out;
  out.run(alter_table(place.before, change.in) + " DROP CONSTRAINT " + q(change.object.name));
  return out;
}

std::string clause_of(const PrimaryKey& key) { return primary_key_clause(key); }
std::string clause_of(const Unique& unique) { return unique_clause(unique); }

/// Whether the key went when the parent's did, or was made anew.
template <class Key> bool went(const Alter<Key>& change, const Place& place) {
  const Attributes &before = change.before.attributes, &after = change.after.attributes;
  if (!belongs(before)) return false;
  const Table* table = find_table(place.after, change.in);
  if (table == nullptr || !has(table->options.attributes, "partition of")) return false;
  if (belongs(after)) return !has(before, "attached to") && has(after, "attached to");
  const std::string index = above(place.after, change.in, change.before);
  return index.empty() || stands_alone(place.after, change.in, index);
}

template <class Key> Written alter_key(const Alter<Key>& change, const Place& place) {
  if (went(change, place)) return create_key(Create<Key>{change.in, change.after}, clause_of(change.after), place);
  Written out;
  if (!changes_in_place(change.before, change.after)) {
    out = drop_key(Drop<Key>{change.in, change.before}, place);
    out.add(create_key(Create<Key>{change.in, change.after}, clause_of(change.after), place).statements);
    return out;
  }
  if (const std::string index = above(place.before, change.in, change.after);
      !belongs(change.before.attributes) && belongs(change.after.attributes) && !index.empty())
    out.run("ALTER INDEX " + index + " ATTACH PARTITION " + quote({change.in.schema, change.before.name}));
  rename(change.in, place.before, change.before.name, change.after.name, out);
  alter_index_storage(quote({change.in.schema, change.after.name}), change.before.attributes, change.after.attributes,
                      out);
  comment(change.in, change.after.name, change.before.attributes, change.after.attributes, out);
  cluster(change.in, change.after.name, change.before.attributes, change.after.attributes, out);
  identify(change.in, change.after.name, change.before.attributes, change.after.attributes, out);
  return out;
}

void index_statistics(const std::string& index, const std::string& before, const std::string& after, Written& out) {
  const auto alter = [&](const std::string& item, bool reset) {
    const std::size_t at = item.find('=');
    out.run("ALTER INDEX " + index + " ALTER COLUMN " + item.substr(0, at) + " SET STATISTICS " +
            (reset ? "-1" : item.substr(at + 1)));
  };
  if (before == after) return;
  for (const std::string& item : split_list(before)) alter(item, true);
  for (const std::string& item : split_list(after)) alter(item, false);
}

}  // namespace

bool beside_writers(const Schema& schema, const Path& path, const LowerOptions& options, bool aside) {
  const Table* table = find_table(schema, path);
  return options.online && !aside && table != nullptr && !has(table->options.attributes, "partition by");
}

bool changes_in_place(const PrimaryKey& before, const PrimaryKey& after) { return same_but_changeable(before, after); }
bool changes_in_place(const Unique& before, const Unique& after) { return same_but_changeable(before, after); }

bool changes_in_place(const ForeignKey& before, const ForeignKey& after) {
  ForeignKey a = before, b = after;
  a.name = b.name, a.deferrable = b.deferrable, a.initially_deferred = b.initially_deferred;
  a.attributes = fixed(a.attributes, of_constraint), b.attributes = fixed(b.attributes, of_constraint);
  return a == b && validates_at_most(before.attributes, after.attributes);
}

bool changes_in_place(const Check& before, const Check& after) {
  Check a = before, b = after;
  a.name = b.name;
  a.attributes = fixed(a.attributes, of_constraint), b.attributes = fixed(b.attributes, of_constraint);
  return a == b && validates_at_most(before.attributes, after.attributes);
}

bool changes_in_place(const Index& before, const Index& after) {
  Index a = before, b = after;
  a.name = b.name;
  a.attributes = fixed(a.attributes, of_index), b.attributes = fixed(b.attributes, of_index);
  return a == b;
}

Written write(const Create<PrimaryKey>& c, const Place& p) { return create_key(c, primary_key_clause(c.object), p); }
Written write(const Create<Unique>& c, const Place& p) { return create_key(c, unique_clause(c.object), p); }
Written write(const Create<ForeignKey>& c, const Place& p) {
  return create_constraint(c, foreign_key_clause(c.object), p);
}
Written write(const Create<Check>& c, const Place& p) {
  Written out = create_constraint(c, check_clause(c.object), p);
  if (!has(c.object.attributes, "not valid")) return out;
  // What the parent has not proven, those below may have.
  const Schema& schema = p.direction == "up" && p.options.to != nullptr ? *p.options.to : p.after;
  for (const Path& path : tables_below(schema, c.in)) {
    const Table* table = find_table(schema, path);
    for (const Check& check : table->checks)
      if (check.name == c.object.name && has(check.attributes, "inherited") && !has(check.attributes, "not valid"))
        out.run("ALTER TABLE ONLY " + quote(path) + " VALIDATE CONSTRAINT " + q(check.name));
  }
  return out;
}
Written write(const Drop<PrimaryKey>& c, const Place& p) { return drop_key(c, p); }
Written write(const Drop<Unique>& c, const Place& p) { return drop_key(c, p); }
Written write(const Drop<ForeignKey>& c, const Place& p) { return drop_constraint(c, p); }
Written write(const Drop<Check>& c, const Place& p) { return drop_constraint(c, p); }
Written write(const Alter<PrimaryKey>& c, const Place& p) { return alter_key(c, p); }
Written write(const Alter<Unique>& c, const Place& p) { return alter_key(c, p); }

/// What cannot be taken back alone, as a validation, is dropped and added on the way back.
template <class Part> static Written replace(const Alter<Part>& change, const Place& place) {
  Written out = write(Drop<Part>{change.in, change.before}, place);
  out.add(write(Create<Part>{change.in, change.after}, place).statements);
  return out;
}

Written write(const Alter<ForeignKey>& c, const Place& place) {
  if (!changes_in_place(c.before, c.after)) return replace(c, place);
  Written out;
  rename(c.in, place.before, c.before.name, c.after.name, out);
  if (c.before.deferrable != c.after.deferrable || c.before.initially_deferred != c.after.initially_deferred)
    out.run("ALTER TABLE " + quote(c.in) + " ALTER CONSTRAINT " + q(c.after.name) +
            (c.after.deferrable ? " DEFERRABLE" : " NOT DEFERRABLE") +
            (c.after.initially_deferred ? " INITIALLY DEFERRED"
             : c.after.deferrable       ? " INITIALLY IMMEDIATE"
                                        : ""));
  validate(c.in, c.after.name, c.before.attributes, c.after.attributes, out);
  comment(c.in, c.after.name, c.before.attributes, c.after.attributes, out);
  return out;
}

Written write(const Alter<Check>& c, const Place& place) {
  if (!changes_in_place(c.before, c.after)) return replace(c, place);
  Written out;
  rename(c.in, place.before, c.before.name, c.after.name, out);
  validate(c.in, c.after.name, c.before.attributes, c.after.attributes, out);
  comment(c.in, c.after.name, c.before.attributes, c.after.attributes, out);
  return out;
}

Written write(const Create<Index>& c, const Place& place) {
  Written out;
  Index index = c.object;
  const std::string parent = attribute(index.attributes, "attached to");
  // The indexes of partitions come one by one, under their own names.
  const bool partitioned = has_partitions(place.after, c.in);
  if (partitioned) index.attributes["only"] = "";
  const std::string name = quote({c.in.schema, index.name});
  if (beside_writers(place.after, c.in, place.options, place.aside))
    out.statements.emplace_back(create_alone(index, c.in));
  else
    out.run(create_index(index, c.in));
  if (!parent.empty()) out.run("ALTER INDEX " + parent + " ATTACH PARTITION " + name);
  if (partitioned) attach_those_below(place.after, name, out);
  index_statistics(name, "", attribute(index.attributes, "statistics"), out);
  Attributes comment_only;
  if (has(index.attributes, "comment")) comment_only["comment"] = attribute(index.attributes, "comment");
  out.run(alter_attributes("INDEX " + name, {}, comment_only));
  cluster(c.in, index.name, {}, index.attributes, out);
  identify(c.in, index.name, {}, index.attributes, out);
  return out;
}

Written write(const Drop<Index>& c, const Place& place) {
  Written out;
  if (has(c.object.attributes, "attached to")) return out;  // it goes with the index it is attached to
  const std::string name = quote({c.in.schema, c.object.name});
  if (beside_writers(place.after, c.in, place.options, place.aside))
    out.statements.emplace_back(drop_alone(name));
  else  // a key of a partition goes with it only when told
    out.run("DROP INDEX " + name + (key_below(place.before, name) ? " CASCADE" : ""));
  return out;
}

Written write(const Alter<Index>& c, const Place& place) {
  if (!changes_in_place(c.before, c.after)) return replace(c, place);
  Written out;
  const std::string name = quote({c.in.schema, c.after.name});
  if (c.before.name != c.after.name)
    out.run("ALTER INDEX " + quote({c.in.schema, c.before.name}) + " RENAME TO " + q(c.after.name));
  alter_index_storage(name, c.before.attributes, c.after.attributes, out);
  index_statistics(name, attribute(c.before.attributes, "statistics"), attribute(c.after.attributes, "statistics"),
                   out);
  const std::string parent = attribute(c.after.attributes, "attached to");
  if (!parent.empty() && !has(c.before.attributes, "attached to"))
    out.run("ALTER INDEX " + parent + " ATTACH PARTITION " + name);
  Attributes a, b;
  if (has(c.before.attributes, "comment")) a["comment"] = attribute(c.before.attributes, "comment");
  if (has(c.after.attributes, "comment")) b["comment"] = attribute(c.after.attributes, "comment");
  out.run(alter_attributes("INDEX " + name, a, b));
  cluster(c.in, c.after.name, c.before.attributes, c.after.attributes, out);
  identify(c.in, c.after.name, c.before.attributes, c.after.attributes, out);
  return out;
}

}  // namespace dataflow::postgresql
