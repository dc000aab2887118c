// What an ALTER TABLE costs. Every row was tried on MariaDB 10.11: with the algorithm given here it is accepted, with
// the next cheaper one refused. Where nothing was measured it is a copy, which is always accepted. MySQL is by its
// manual.
#include <algorithm>
#include <array>

#include "core/text.hpp"
#include "dialects/mariadb/flavour.hpp"
#include "dialects/mariadb/mariadb.hpp"
#include "dialects/mariadb/spelling.hpp"

namespace dataflow::mariadb {

namespace {

constexpr Way instant{Algorithm::instant, false}, nocopy{Algorithm::nocopy, false}, inplace{Algorithm::inplace, false},
    nocopy_waiting{Algorithm::nocopy, true}, inplace_waiting{Algorithm::inplace, true}, copy{Algorithm::copy, true};

Way heavier(Way a, Way b) { return {std::max(a.algorithm, b.algorithm), a.writers_wait || b.writers_wait}; }

template <std::size_t N> bool among(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is(const Attributes& attributes, const std::string& key, std::string_view word) {
  const std::string* value = value_of(attributes, key);
  return value != nullptr && equal_ignoring_case(*value, word);
}

// Types and characters

/// A collation without its character set: "general_ci".
std::string manner(const std::string& collation) {
  return collation.empty() ? std::string() : collation.substr(collation.find('_') + 1);
}

constexpr std::array<std::string_view, 9> long_types = {"text",     "tinytext",   "mediumtext", "longtext", "blob",
                                                        "tinyblob", "mediumblob", "longblob",   "json"};
constexpr std::array<std::string_view, 6> integers = {"tinyint", "smallint", "mediumint", "int", "bigint", "year"};

/// The bytes that a value of enum or set takes.
std::size_t label_bytes(std::string_view base, std::size_t labels) {
  if (base == "enum") return labels < 256 ? 1 : 2;
  const std::size_t bytes = (labels + 7) / 8;
  return bytes > 4 ? 8 : bytes;
}

// The table around it

bool on(const std::vector<KeyPart>& parts, const Name& column) {
  return std::any_of(parts.begin(), parts.end(), [&](const KeyPart& p) { return p.column == column; });
}

bool in_primary_key(const Table& table, const Name& column) {
  return table.primary_key && on(table.primary_key->parts, column);
}

bool indexed(const Table& table, const Name& column) {
  const auto has = [&](const auto& key) { return on(key.parts, column); };
  return in_primary_key(table, column) || std::any_of(table.uniques.begin(), table.uniques.end(), has) ||
         std::any_of(table.indexes.begin(), table.indexes.end(), has);
}

bool is_fulltext(const Index& index) { return is(index.attributes, "type", "fulltext"); }
bool is_spatial(const Index& index) { return is(index.attributes, "type", "spatial"); }

/// A unique key that is too long for a tree: the server keeps a hash of it in a hidden column.
bool is_hashed(const Table& table, const std::vector<KeyPart>& parts) {
  constexpr std::uint64_t longest_key = 3072;
  std::uint64_t bytes = 0;
  for (const KeyPart& part : parts) {
    const Column* column = find_column(table, part.column);
    if (column == nullptr) continue;
    const Spelling type(column->type);
    if (part.attributes.contains("length")) continue;  // a prefix never needs one
    if (among(long_types, type.base)) return true;
    if (type.base == "varchar" || type.base == "char") bytes += type.length() * width(charset(table, *column));
    if (type.base == "varbinary" || type.base == "binary") bytes += type.length();
  }
  return bytes > longest_key;
}

bool is_hashed(const Table& table, const Index& index) { return index.unique && is_hashed(table, index.parts); }

/// What of a table decides how it can be altered.
struct Shape {
  bool innodb, partitioned, versioned, compressed, redundant;
  bool fulltext = false, fulltexts = false, spatial = false, indexed_virtual = false, stored = false;
  int hashed = 0;

  explicit Shape(const Table& table)
      : innodb(!table.options.attributes.contains("engine") || is(table.options.attributes, "engine", "innodb")),
        partitioned(table.options.attributes.contains("partition by")),
        versioned(table.options.attributes.contains("system versioning")),
        compressed(is(table.options.attributes, "row format", "compressed") ||
                   table.options.attributes.contains("key_block_size")),
        redundant(is(table.options.attributes, "row format", "redundant")) {
    for (const Index& index : table.indexes) {
      fulltexts = fulltexts || (fulltext && is_fulltext(index));
      fulltext = fulltext || is_fulltext(index);
      spatial = spatial || is_spatial(index);
      hashed += is_hashed(table, index);
    }
    for (const Unique& unique : table.uniques) hashed += is_hashed(table, unique.parts);
    for (const Column& column : table.columns) {
      if (!column.generated) continue;
      stored = stored || column.generated->stored;
      indexed_virtual = indexed_virtual || (!column.generated->stored && indexed(table, column.name));
    }
  }

  /// Writing the table anew beside its writers, where the server can.
  Way rebuilt() const {
    if (!innodb || fulltexts) return copy;  // it builds no more than one full-text index at a time
    return fulltext || spatial || indexed_virtual ? inplace_waiting : inplace;
  }
};

// An added column

bool one_value(const Column& column) {
  const auto* sql = column.default_value ? std::get_if<Sql>(&*column.default_value) : nullptr;
  return sql == nullptr || mariadb::one_value(sql->text);
}

/// Columns in front of a computed one that is not stored cannot come or go beside writers.
bool virtual_behind(const Table& table, std::size_t position) {
  for (std::size_t i = position; i < table.columns.size(); ++i)
    if (table.columns[i].generated && !table.columns[i].generated->stored) return true;
  return false;
}

Way added(const Shape& shape, const Table& table, const Create<Column>& create) {
  const Column& column = create.object;
  const std::size_t position = create.position == at_end ? 0 : create.position;  // it may go anywhere
  if (!shape.innodb || shape.hashed > 0 || column.attributes.contains("row")) return copy;
  if (column.identity != Identity::none) return shape.partitioned ? copy : inplace_waiting;
  if (column.generated && (column.generated->stored || shape.partitioned)) return copy;
  if (!one_value(column) || virtual_behind(table, position)) return copy;
  if (column.generated) return instant;
  if (shape.indexed_virtual || shape.fulltext || shape.compressed) return shape.rebuilt();
  return instant;
}

// A dropped column

Way dropped(const Shape& shape, const Table& table, const Column& column) {
  if (!shape.innodb || shape.hashed > 0 || column.identity != Identity::none || in_primary_key(table, column.name))
    return copy;
  const bool has_index = indexed(table, column.name);
  if (column.generated && !column.generated->stored) return shape.partitioned ? copy : has_index ? nocopy : instant;
  const auto shared = [&](const auto& key) { return key.parts.size() > 1 && on(key.parts, column.name); };
  const bool shares = std::any_of(table.indexes.begin(), table.indexes.end(), shared) ||
                      std::any_of(table.uniques.begin(), table.uniques.end(), shared);
  if (shares || shape.indexed_virtual || shape.fulltext || shape.compressed) {
    const auto at = std::find_if(table.columns.begin(), table.columns.end(),
                                 [&](const Column& c) { return c.name == column.name; });
    if (virtual_behind(table, static_cast<std::size_t>(at - table.columns.begin()))) return copy;
    Table then = table;
    std::erase_if(then.indexes, [&](const Index& i) { return i.parts.size() == 1 && on(i.parts, column.name); });
    return Shape(then).rebuilt();
  }
  return has_index ? nocopy : instant;
}

// An altered column

/// Room for text: nothing is written where the length of a value keeps its place in front of it.
Way resized(const Shape& shape, std::uint64_t from, std::uint64_t to) {
  constexpr std::uint64_t one_byte = 255, always_one_byte = 127;
  if (!shape.innodb || to < from) return copy;
  if (shape.redundant || from <= always_one_byte || from > one_byte || to <= one_byte) return instant;
  return copy;
}

Way labelled(const std::string& base, const std::vector<std::string>& before, const std::vector<std::string>& after) {
  const bool appended = before.size() <= after.size() && std::equal(before.begin(), before.end(), after.begin());
  return appended && label_bytes(base, before.size()) == label_bytes(base, after.size()) ? instant : copy;
}

Way retyped(const Shape& shape, const Table& table, const Column& before, const Column& after) {
  if (before.type == after.type && charset(table, before) == charset(table, after)) return instant;
  const Spelling a(before.type), b(after.type);
  if (a.base != b.base) return copy;
  if (a.base == "varchar" || a.base == "varbinary") {
    const bool text = a.base == "varchar";
    if (b.length() < a.length()) return copy;
    return resized(shape, a.length() * (text ? width(charset(table, before)) : 1),
                   b.length() * (text ? width(charset(table, after)) : 1));
  }
  if (before.type == after.type || (a.arguments == b.arguments && a.behind == b.behind)) return instant;
  if (a.base == "enum" || a.base == "set") return labelled(a.base, a.arguments, b.arguments);
  const bool shown_only =
      among(integers, a.base) || a.base == "float" || a.base == "double";  // digits and display width
  return shown_only && a.behind == b.behind ? instant : copy;
}

/// Another collation orders the indexes anew, another character set writes the values anew.
Way recollated(const Shape& shape, const Table& table, const Column& before, const Column& after) {
  const std::string from = charset(table, before), to = charset(table, after);
  const std::string was = collation(table, before), will = collation(table, after);
  if (from == to && was == will) return instant;
  const std::string base = Spelling(after.type).base;
  if (!shape.innodb || base == "enum" || base == "set") return copy;
  if (from != to) {
    const auto shortened = [&](const auto& key) {
      return std::any_of(key.parts.begin(), key.parts.end(),
                         [&](const KeyPart& p) { return p.column == before.name && p.attributes.contains("length"); });
    };
    const bool fixed = base == "char" && shape.redundant;
    if (from != "utf8mb3" || to != "utf8mb4" || fixed ||
        std::any_of(table.indexes.begin(), table.indexes.end(), shortened))
      return copy;
    if (manner(was) == manner(will)) return instant;
  }
  if (in_primary_key(table, before.name)) return copy;
  if (std::any_of(table.indexes.begin(), table.indexes.end(),
                  [&](const Index& i) { return is_fulltext(i) && on(i.parts, before.name); }))
    return nocopy_waiting;
  return indexed(table, before.name) ? nocopy : instant;
}

Way of_attributes(const Column& before, const Column& after) {
  constexpr std::array<std::string_view, 6> in_the_dictionary = {"character set", "on update",  "invisible",
                                                                 "check",         "no default", "versioning"};
  const auto json = [](const Column& c) {
    const std::string* check = value_of(c.attributes, "check");
    return check != nullptr && check->find("json_valid") != std::string::npos;
  };
  if (json(before) && !json(after)) return copy;  // to the server it is another type
  const auto keys = differing(before.attributes, after.attributes);
  const bool light = std::all_of(keys.begin(), keys.end(), [&](const auto& k) { return among(in_the_dictionary, k); });
  return light ? instant : copy;
}

Way of_nullability(const Shape& shape, const Column& before, const Column& after) {
  if (before.nullable == after.nullable) return instant;
  // Whatever its default, to the server a NULL there means the moment.
  if (!after.nullable && Spelling(after.type).base == "timestamp") return copy;
  if (!after.nullable) return shape.stored || shape.indexed_virtual ? copy : shape.rebuilt();
  return shape.innodb && shape.redundant ? instant : shape.rebuilt();
}

/// A column that goes to another place and stays as it is.
Way moved(const Shape& shape) {
  return shape.innodb && !shape.indexed_virtual && !shape.fulltext && !shape.compressed ? instant : shape.rebuilt();
}

Way altered(const Shape& shape, const Table& table, const Column& before, const Column& after) {
  if (shape.hashed > 0) return copy;
  if (before == after) return moved(shape);
  if (before.generated.has_value() != after.generated.has_value()) return copy;
  if (after.generated) {
    if (before.generated->stored || after.generated->stored || indexed(table, before.name) || !shape.innodb)
      return copy;
    if (shape.partitioned && before.generated != after.generated) return copy;
  }
  Way out = heavier(retyped(shape, table, before, after), recollated(shape, table, before, after));
  out = heavier(out, heavier(of_attributes(before, after), of_nullability(shape, before, after)));
  if (before.identity != after.identity && (after.identity != Identity::none || !shape.innodb)) return copy;
  Table then = table;
  if (Column* column = find_column(then, before.name)) *column = after;
  return Shape(then).hashed > 0 ? copy : out;
}

// Keys and indexes

Way created(const Shape& shape, const Table& table, const Index& index) {
  if (!shape.innodb || shape.hashed > 0 || is_hashed(table, index) || index.attributes.contains("without overlaps"))
    return copy;
  if (is_fulltext(index)) {
    const bool numbered = shape.fulltext || find_column(table, "FTS_DOC_ID") != nullptr;  // rows have an id for it
    return shape.versioned ? copy : numbered && !shape.partitioned ? nocopy_waiting : inplace_waiting;
  }
  return is_spatial(index) ? nocopy_waiting : nocopy;
}

Way dropped(const Shape& shape, const Table& table, const Index& index) {
  if (!shape.innodb || shape.hashed > (is_hashed(table, index) ? 1 : 0)) return copy;
  return nocopy;
}

Way altered(const Shape& shape, const Table& table, const Index& before, const Index& after) {
  if (shape.hashed > 0) return copy;
  Index light = before;
  for (const char* key : {"comment", "ignored"}) {
    light.attributes.erase(key);
    if (const auto* value = value_of(after.attributes, key)) light.attributes[key] = *value;
  }
  // A new name or a new comment alone are the dictionary's; both at once are another index.
  if (light == after) return shape.innodb || before.attributes == after.attributes ? instant : copy;
  light = before;
  light.name = after.name;
  if (light == after) return instant;
  Table without = table;
  std::erase_if(without.indexes, [&](const Index& i) { return i.name == before.name; });
  return heavier(dropped(shape, table, before), created(Shape(without), without, after));
}

Index as_index(const Unique& unique) { return {unique.name, true, unique.parts, {}, unique.attributes, {}}; }

Way keyed(const Shape& shape, const Table& table, const PrimaryKey& key) {
  if (!shape.innodb || shape.hashed > 0 || shape.partitioned || key.attributes.contains("without overlaps"))
    return copy;
  const bool becomes_required = std::any_of(key.parts.begin(), key.parts.end(), [&](const KeyPart& p) {
    const Column* column = find_column(table, p.column);
    return column != nullptr && column->nullable;
  });
  return becomes_required && (shape.stored || shape.indexed_virtual) ? copy : shape.rebuilt();
}

/// With foreign_key_checks = 0: rows of today are not looked at. A key that stands already serves it.
Way referring(const Shape& shape, const Table& table, const ForeignKey& key) {
  if (!shape.innodb || shape.hashed > 0 || shape.partitioned) return copy;
  const auto serves = [&](const auto& other) {
    if (other.parts.size() < key.columns.size()) return false;
    for (std::size_t i = 0; i < key.columns.size(); ++i)
      if (other.parts[i].column != key.columns[i] || other.parts[i].attributes.contains("length")) return false;
    return true;
  };
  const bool served = (table.primary_key && serves(*table.primary_key)) ||
                      std::any_of(table.indexes.begin(), table.indexes.end(), serves) ||
                      std::any_of(table.uniques.begin(), table.uniques.end(), serves);
  return served ? instant : nocopy;
}

// Options of the table

constexpr std::array<std::string_view, 15> in_the_dictionary = {"character set",      "collate",
                                                                "stats_persistent",   "stats_auto_recalc",
                                                                "stats_sample_pages", "page_compression_level",
                                                                "encryption_key_id",  "max_rows",
                                                                "min_rows",           "avg_row_length",
                                                                "checksum",           "pack_keys",
                                                                "delay_key_write",    "transactional",
                                                                "page_checksum"};
constexpr std::array<std::string_view, 4> rewriting = {"row format", "key_block_size", "page_compressed", "encrypted"};

Way of_option(const Shape& shape, const std::string& key, bool goes) {
  // The server takes INSTANT for partitions and another engine, and writes the table anew nevertheless.
  if (!shape.innodb) return key.starts_with("stats_") ? instant : copy;
  if (among(in_the_dictionary, key)) return instant;
  if (among(rewriting, key)) return shape.rebuilt();
  if (key == "system versioning" && goes) return inplace_waiting;
  return key.starts_with("period ") && goes ? instant : copy;
}

Way of_options(const Shape& shape, const TableOptions& before, const TableOptions& after) {
  if (shape.hashed > 0) return copy;
  Way out = instant;
  for (const std::string& key : differing(before.attributes, after.attributes))
    out = heavier(out, of_option(shape, key, !after.attributes.contains(key)));
  return out;
}

struct MariaDb {
  const Table& table;
  Shape shape = Shape(table);

  Way operator()(const Create<Column>& c) const { return added(shape, table, c); }
  Way operator()(const Drop<Column>& c) const { return dropped(shape, table, c.object); }
  Way operator()(const Alter<Column>& c) const { return altered(shape, table, c.before, c.after); }
  Way operator()(const Rename<Column>&) const { return shape.hashed > 0 ? copy : instant; }
  Way operator()(const Create<PrimaryKey>& c) const { return keyed(shape, table, c.object); }
  Way operator()(const Drop<PrimaryKey>&) const { return copy; }
  Way operator()(const Alter<PrimaryKey>& c) const { return keyed(shape, table, c.after); }
  Way operator()(const Create<Unique>& c) const { return created(shape, table, as_index(c.object)); }
  Way operator()(const Drop<Unique>& c) const { return dropped(shape, table, as_index(c.object)); }
  Way operator()(const Alter<Unique>& c) const { return altered(shape, table, as_index(c.before), as_index(c.after)); }
  Way operator()(const Create<Index>& c) const { return created(shape, table, c.object); }
  Way operator()(const Drop<Index>& c) const { return dropped(shape, table, c.object); }
  Way operator()(const Alter<Index>& c) const { return altered(shape, table, c.before, c.after); }
  Way operator()(const Drop<ForeignKey>&) const { return shape.hashed > 0 ? copy : instant; }
  Way operator()(const Drop<Check>&) const { return shape.hashed > 0 ? copy : instant; }
  Way operator()(const Create<ForeignKey>& c) const { return referring(shape, table, c.object); }
  Way operator()(const Alter<ForeignKey>& c) const { return referring(shape, table, c.after); }
  Way operator()(const Create<Check>&) const { return copy; }
  Way operator()(const Alter<Check>&) const { return copy; }
  Way operator()(const Create<TableOptions>& c) const { return of_options(shape, {}, c.object); }
  Way operator()(const Drop<TableOptions>& c) const { return of_options(shape, c.object, {}); }
  Way operator()(const Alter<TableOptions>& c) const { return of_options(shape, c.before, c.after); }
  /// RENAME TABLE, CREATE and DROP take no clause.
  template <class Other> Way operator()(const Other&) const { return instant; }
};

/// By the manual of 8.0.29 and later; not measured. There INPLACE stands for what MariaDB calls NOCOPY as well.
struct MySql {
  const Table& table;
  Shape shape = Shape(table);

  Way operator()(const Create<Column>& c) const {
    const Column& column = c.object;
    if (!shape.innodb) return copy;
    if (column.identity != Identity::none) return inplace_waiting;
    if (column.generated) return column.generated->stored || shape.partitioned ? copy : instant;
    if (!one_value(column)) return copy;
    return shape.fulltext ? inplace_waiting : shape.compressed ? inplace : instant;
  }
  Way operator()(const Drop<Column>& c) const {
    if (!shape.innodb || in_primary_key(table, c.object.name)) return copy;
    if (shape.fulltext) return inplace_waiting;
    return shape.compressed || indexed(table, c.object.name) ? inplace : instant;
  }
  Way operator()(const Alter<Column>& c) const {
    const Column &a = c.before, &b = c.after;
    if (!shape.innodb || a.generated || b.generated || a.identity != b.identity) return copy;
    const auto keys = differing(a.attributes, b.attributes);
    if (!keys.empty() || charset(table, a) != charset(table, b) || collation(table, a) != collation(table, b))
      return copy;
    Way out = a.nullable != b.nullable ? (shape.fulltext ? inplace_waiting : inplace) : instant;
    if (a.comment != b.comment) out = heavier(out, inplace);
    return heavier(out, type(a, b));
  }
  Way operator()(const Rename<Column>&) const { return inplace; }  // INSTANT not where a foreign key points to it
  Way operator()(const Create<PrimaryKey>&) const { return shape.innodb ? shape.rebuilt() : copy; }
  Way operator()(const Alter<PrimaryKey>&) const { return shape.innodb ? shape.rebuilt() : copy; }
  Way operator()(const Create<Unique>& c) const { return index(as_index(c.object)); }
  Way operator()(const Drop<Unique>&) const { return shape.innodb ? inplace : copy; }
  Way operator()(const Alter<Unique>& c) const { return index(as_index(c.after)); }
  Way operator()(const Create<Index>& c) const { return index(c.object); }
  Way operator()(const Drop<Index>&) const { return shape.innodb ? inplace : copy; }
  Way operator()(const Alter<Index>& c) const { return index(c.after); }
  Way operator()(const Drop<ForeignKey>&) const { return inplace; }
  Way operator()(const Create<ForeignKey>&) const { return shape.innodb ? inplace : copy; }  // with its checks off
  Way operator()(const Alter<ForeignKey>&) const { return shape.innodb ? inplace : copy; }
  Way operator()(const Alter<TableOptions>& c) const {
    const auto keys = differing(c.before.attributes, c.after.attributes);
    const bool known = std::all_of(keys.begin(), keys.end(), [](const std::string& k) {
      return k == "character set" || k == "collate" || k == "row format" || k == "key_block_size" ||
             k.starts_with("stats_");
    });
    return shape.innodb && known ? shape.rebuilt() : copy;
  }
  Way operator()(const Rename<Table>&) const { return instant; }
  Way operator()(const Create<Table>&) const { return instant; }
  Way operator()(const Drop<Table>&) const { return instant; }
  Way operator()(const Create<Definition>&) const { return instant; }
  Way operator()(const Drop<Definition>&) const { return instant; }
  Way operator()(const Alter<Definition>&) const { return instant; }
  template <class Other> Way operator()(const Other&) const { return copy; }

 private:
  Way index(const Index& index) const {
    if (!shape.innodb) return copy;
    return is_fulltext(index) || is_spatial(index) ? inplace_waiting : inplace;
  }
  Way type(const Column& before, const Column& after) const {
    const Spelling a(before.type), b(after.type);
    if (a.base == "enum" || a.base == "set")
      return b.base == a.base ? labelled(a.base, a.arguments, b.arguments) : copy;
    if (before.type == after.type) return instant;
    if (a.base != "varchar" || b.base != "varchar" || b.length() < a.length()) return copy;
    const std::uint64_t bytes = width(charset(table, before));
    return (a.length() * bytes > 255) == (b.length() * bytes > 255) ? inplace : copy;
  }
};

constexpr std::string_view names[] = {"INSTANT", "NOCOPY", "INPLACE", "COPY"};

}  // namespace

Way way_of(const Table& before, const Change& change, Flavour flavour) {
  return flavour == Flavour::mysql ? std::visit(MySql{before}, change) : std::visit(MariaDb{before}, change);
}

bool stands_alone(const Table& before, const Change& change) {
  const auto computed = [](const Column& c) { return c.generated && !c.generated->stored; };
  if (const auto* create = std::get_if<Create<Column>>(&change)) return computed(create->object);
  if (const auto* drop = std::get_if<Drop<Column>>(&change))
    return computed(drop->object) || indexed(before, drop->object.name);
  return std::holds_alternative<Alter<TableOptions>>(change);
}

std::string clause(const Way& way, Flavour flavour) {
  const bool cruder = way.algorithm == Algorithm::nocopy && !has(flavour, Feature::nocopy);
  const Algorithm algorithm = cruder ? Algorithm::inplace : way.algorithm;
  std::string out = ", ALGORITHM=" + std::string(names[static_cast<std::size_t>(algorithm)]);
  if (algorithm == Algorithm::instant && !has(flavour, Feature::lock_beside_instant)) return out;
  return out + (way.writers_wait ? ", LOCK=SHARED" : ", LOCK=NONE");
}

std::string_view case_of(const Way& way) {
  switch (way.algorithm) {
    case Algorithm::instant: return "instant";
    case Algorithm::nocopy: return way.writers_wait ? "nocopy, writers wait" : "nocopy";
    case Algorithm::inplace: return way.writers_wait ? "inplace, writers wait" : "inplace";
    case Algorithm::copy: break;
  }
  return "copy";
}

}  // namespace dataflow::mariadb
