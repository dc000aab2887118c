#include "support/random_schema.hpp"

#include <algorithm>
#include <limits>

#include "core/text.hpp"
#include "dataflow/change.hpp"

namespace dataflow::testing {

namespace {
using namespace std::string_literals;

const std::string words[] = {"id",         "name",  "Email",  "created_at", "order",       "select",      "table",
                             "column",     "index", "unique", "check",      "not",         "default",     "with",
                             "x y",        "a.b",   "it's",   "say \"hi\"", "back\\slash", "line\nbreak", "tab\there",
                             "{curly}",    "}",     "數據列", "naïve",      "🙂",        "\xff\xfe",    "\xe4\xbd",
                             "nul\0byte"s, "\r\n",  "#1",     "1st",        "|",           "-- x",        " ",
                             "primary",    "key",   "nan",    "true"};

const std::string sqls[] = {"CURRENT_TIMESTAMP",
                            "lower(name)",
                            "age > 0 AND age < 150",
                            "'it''s'",
                            "{'a': {}}",
                            "}}} }",
                            " leading",
                            "trailing ",
                            "two\nlines",
                            "crlf\r\nline",
                            "nul\0byte"s,
                            "\xff",
                            "| bar",
                            "\n",
                            " } ",
                            "\"quoted\"",
                            "'数据'",
                            "a\n\n  b\n",
                            "{",
                            "\"}",
                            "length(\"x y\") > 3\t"};

const std::string attribute_words[] = {"strict", "without rowid", "on conflict", "order", "\xfe", "a = b", "", "数"};

class Maker {
 public:
  explicit Maker(Random& random) : random_(random) {}

  Name name() {
    std::string text = random_.pick(words);
    // The number keeps names apart, also when their case is taken away.
    return text + '_' + std::to_string(random_.below(1000000000));
  }
  Name maybe_name() { return random_.chance(60) ? name() : Name(); }
  Sql sql() { return Sql(random_.pick(sqls) + (random_.chance(30) ? random_.pick(sqls) : "")); }
  std::string text() { return random_.chance(10) ? random_.pick(words) + random_.pick(sqls) : ""; }

  Attributes attributes() {
    Attributes out;
    while (random_.chance(15)) out[random_.pick(attribute_words)] = random_.pick(attribute_words);
    return out;
  }

  Type type() {
    Type out;
    out.kind = static_cast<Kind>(random_.below(static_cast<std::size_t>(Kind::other) + 1));
    if (random_.chance(25)) out.length = static_cast<std::uint32_t>(random_.next() >> random_.below(64));
    if (random_.chance(20)) out.precision = static_cast<std::uint32_t>(random_.below(40));
    if (random_.chance(15)) out.scale = static_cast<std::uint32_t>(random_.below(40));
    if (random_.chance(10)) out.dimensions = static_cast<std::uint8_t>(random_.below(256));
    if (random_.chance(10)) out.name = name();
    if (random_.chance(10)) out.labels = {random_.pick(words), random_.pick(sqls), ""};
    if (random_.chance(40)) out.spelled = random_.chance(80) ? "VARCHAR(20)" : random_.pick(sqls);
    return out;
  }

  Literal literal() {
    static const double doubles[] = {0,
                                     -0.0,
                                     1,
                                     0.1,
                                     -2.5e-300,
                                     1.7976931348623157e308,
                                     5e-324,
                                     1e21,
                                     123456789,
                                     std::numeric_limits<double>::infinity(),
                                     -std::numeric_limits<double>::infinity()};
    static const std::int64_t signed_numbers[] = {0, -1, 42, std::numeric_limits<std::int64_t>::min(),
                                                  std::numeric_limits<std::int64_t>::max()};
    switch (random_.below(5)) {
      case 0: return {random_.chance(50)};
      case 1: return {random_.pick(signed_numbers)};
      case 2: return {random_.next() >> random_.below(64)};
      case 3: return {random_.pick(doubles)};
      default: return {random_.pick(sqls)};
    }
  }

  Column column() {
    Column out;
    out.name = name();
    out.type = type();
    out.nullable = random_.chance(50);
    if (random_.chance(30)) out.default_value = random_.chance(60) ? Default(literal()) : Default(sql());
    if (random_.chance(10)) out.generated = Generated{sql(), random_.chance(50)};
    if (random_.chance(10)) out.identity = random_.chance(50) ? Identity::always : Identity::by_default;
    if (random_.chance(10)) out.collation = name();
    out.comment = text();
    out.attributes = attributes();
    return out;
  }

  std::vector<KeyPart> parts(const Table& table) {
    std::vector<KeyPart> out(1 + random_.below(3));
    for (KeyPart& part : out) {
      if (random_.chance(80))
        part.column = random_.pick(table.columns).name;
      else
        part.expression = sql();
      part.descending = random_.chance(15);
      if (random_.chance(10)) part.collation = name();
      part.attributes = attributes();
    }
    return out;
  }

  PrimaryKey primary_key(const Table& table) { return {maybe_name(), parts(table), attributes()}; }
  Unique unique(const Table& table) { return {maybe_name(), parts(table), attributes()}; }
  Check check() { return {maybe_name(), sql(), attributes()}; }

  Index index(const Table& table) {
    return {name(), random_.chance(30), parts(table), random_.chance(30) ? sql() : Sql(), attributes(), {text()}};
  }

  ForeignKey foreign_key(const Table& table, const Table& referenced) {
    ForeignKey out;
    out.name = maybe_name();
    out.references = referenced.path();
    const std::size_t size = 1 + random_.below(2);
    const bool named = random_.chance(70);
    for (std::size_t i = 0; i < size; ++i) {
      out.columns.push_back(random_.pick(table.columns).name);
      if (named) out.referenced.push_back(random_.pick(referenced.columns).name);
    }
    out.on_delete = static_cast<Action>(random_.below(5));
    out.on_update = static_cast<Action>(random_.below(5));
    out.deferrable = random_.chance(20);
    out.initially_deferred = random_.chance(20);
    out.attributes = attributes();
    return out;
  }

  Table table() {
    Table out;
    if (random_.chance(15)) out.schema = random_.chance(50) ? "app" : "other schema";
    out.name = name();
    for (std::size_t n = 1 + random_.below(6); n-- > 0;) out.columns.push_back(column());
    if (random_.chance(60)) out.primary_key = primary_key(out);
    while (random_.chance(30)) out.uniques.push_back(unique(out));
    while (random_.chance(30)) out.checks.push_back(check());
    while (random_.chance(40)) out.indexes.push_back(index(out));
    out.options = {text(), attributes()};
    out.text = {text()};
    // Namesakes and twins are legal among constraints.
    if (!out.checks.empty() && random_.chance(20)) out.checks.push_back(out.checks.front());
    return out;
  }

  Definition definition(const Schema& schema) {
    static const std::string kinds[] = {"view", "trigger", "virtual table"};
    Definition out;
    out.kind = random_.pick(kinds);
    out.name = name();
    if (out.kind == "trigger" && !schema.tables.empty()) {
      const Table& table = random_.pick(schema.tables);
      out.schema = table.schema, out.on = table.name;
    }
    if (random_.chance(90)) out.text = Sql("CREATE " + out.kind + " x AS\n" + random_.pick(sqls));
    while (random_.chance(20)) out.parts.push_back({name(), Sql(random_.chance(50) ? random_.pick(sqls) : "")});
    if (random_.chance(20)) out.attributes.emplace(name().text, text());
    return out;
  }

  void foreign_keys(Schema& schema) {
    for (Table& table : schema.tables)
      while (random_.chance(35)) table.foreign_keys.push_back(foreign_key(table, random_.pick(schema.tables)));
  }

 private:
  Random& random_;
};

bool has_column(const Table& table, const Name& name) { return find_column(table, name) != nullptr; }

bool stands(const Schema& schema, const Table& table, const ForeignKey& key) {
  const Table* referenced = find_table(schema, key.references);
  const auto in = [](const Table& t) { return [&](const Name& name) { return has_column(t, name); }; };
  return referenced && std::all_of(key.columns.begin(), key.columns.end(), in(table)) &&
         std::all_of(key.referenced.begin(), key.referenced.end(), in(*referenced));
}

bool stands(const Table& table, const std::vector<KeyPart>& parts) {
  return std::all_of(parts.begin(), parts.end(),
                     [&](const KeyPart& p) { return !p.expression.empty() || has_column(table, p.column); });
}

// Takes away what names an object that an edit took away.
void prune(Schema& schema) {
  for (Table& table : schema.tables) {
    if (table.primary_key && !stands(table, table.primary_key->parts)) table.primary_key.reset();
    std::erase_if(table.uniques, [&](const Unique& unique) { return !stands(table, unique.parts); });
    std::erase_if(table.indexes, [&](const Index& index) { return !stands(table, index.parts); });
    std::erase_if(table.foreign_keys, [&](const ForeignKey& key) { return !stands(schema, table, key); });
  }
  std::erase_if(schema.definitions, [&](const Definition& definition) {
    return !definition.on.empty() && !find_table(schema, {definition.schema, definition.on});
  });
}

class Editor {
 public:
  Editor(Wanted& wanted, Random& random) : wanted_(wanted), schema_(wanted.schema), random_(random), maker_(random) {}

  void edit() {
    if (schema_.tables.empty() || random_.chance(8)) return schema_.tables.push_back(maker_.table());
    if (random_.chance(8)) return void(schema_.tables.erase(any(schema_.tables)));
    if (random_.chance(10)) return rename_table();
    if (random_.chance(15)) return edit_definitions();
    Table& table = random_.pick(schema_.tables);
    switch (random_.below(10)) {
      case 0: return rename_column(table);
      case 1: return table.columns.push_back(maker_.column());
      case 2: return drop_column(table);
      case 3: return alter_column(random_.pick(table.columns));
      case 4: return edit_primary_key(table);
      case 5: return edit_list(table.uniques, [&] { return maker_.unique(table); });
      case 6: return edit_list(table.checks, [&] { return maker_.check(); });
      case 7: return edit_list(table.indexes, [&] { return maker_.index(table); });
      case 8:
        return edit_list(table.foreign_keys, [&] { return maker_.foreign_key(table, random_.pick(schema_.tables)); });
      default: table.options = {maker_.text(), maker_.attributes()};
    }
  }

 private:
  template <class T> typename std::vector<T>::iterator any(std::vector<T>& values) {
    return values.begin() + static_cast<std::ptrdiff_t>(random_.below(values.size()));
  }

  void rename_table() {
    const Path before = random_.pick(schema_.tables).path();
    const Path after{before.schema, maker_.name()};
    apply_change(schema_, Rename<Table>{{before.schema, {}}, before.name, after.name});
    for (auto& hint : wanted_.hints.tables)
      if (hint.table == before) hint.table = after;
    for (auto& hint : wanted_.hints.columns)
      if (hint.table == before) hint.table = after;
    if (random_.chance(60)) wanted_.hints.tables.push_back({after, before.name});
  }

  void rename_column(Table& table) {
    const Name before = random_.pick(table.columns).name, after = maker_.name();
    const Path path = table.path();
    apply_change(schema_, Rename<Column>{path, before, after});
    if (random_.chance(60)) wanted_.hints.columns.push_back({path, after, before});
  }

  void drop_column(Table& table) {
    if (table.columns.size() > 1) table.columns.erase(any(table.columns));
  }

  void alter_column(Column& column) {
    const Name name = column.name;
    if (random_.chance(50)) {
      column.nullable = !column.nullable;
    } else {
      column = maker_.column();
      column.name = name;
    }
  }

  void edit_primary_key(Table& table) {
    if (random_.chance(50))
      table.primary_key.reset();
    else
      table.primary_key = maker_.primary_key(table);
  }

  template <class T, class Make> void edit_list(std::vector<T>& values, Make&& make) {
    if (!values.empty() && random_.chance(30)) return void(values.erase(any(values)));
    T made = make();
    if (!values.empty() && random_.chance(60)) {
      T& value = random_.pick(values);
      made.name = value.name;
      value = made;
    } else {
      values.push_back(made);
    }
  }

  void edit_definitions() {
    edit_list(schema_.definitions, [&] { return maker_.definition(schema_); });
  }

  Wanted& wanted_;
  Schema& schema_;
  Random& random_;
  Maker maker_;
};

void dedupe_definitions(Schema& schema) {
  std::vector<Definition> kept;
  for (const Definition& d : schema.definitions)
    if (std::none_of(kept.begin(), kept.end(), [&](const Definition& k) {
          return k.kind == d.kind && k.name == d.name && k.schema == d.schema && k.on == d.on;
        }))
      kept.push_back(d);
  schema.definitions = std::move(kept);
}
}  // namespace

std::uint64_t Random::next() {
  std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

Schema random_schema(std::uint64_t seed, std::size_t most_tables) {
  Random random(seed);
  Maker maker(random);
  Schema out;
  if (random.chance(70)) out.dialect = random.chance(90) ? "sqlite" : "my dialect";
  for (std::size_t n = random.below(most_tables + 1); n-- > 0;) out.tables.push_back(maker.table());
  maker.foreign_keys(out);
  while (random.chance(50)) out.definitions.push_back(maker.definition(out));
  while (random.chance(15)) out.unmodelled.push_back({"sequence", {"", maker.name()}, maker.text()});
  return out;
}

Wanted random_wish(const Schema& schema, std::uint64_t seed) {
  Random random(seed ^ 0x5bd1e995u);
  Wanted out{schema, {}};
  Editor editor(out, random);
  for (std::size_t n = random.below(12); n-- > 0;) {
    editor.edit();
    prune(out.schema);
    dedupe_definitions(out.schema);
  }
  if (random.chance(30)) out.schema = shuffled(std::move(out.schema), random.next());
  return out;
}

Schema recased(const Schema& schema, std::uint64_t seed) {
  Random random(seed ^ 0x1b873593u);
  Schema out = schema;
  const auto other_case = [&](const Name& name) {
    return Name(random.chance(50) ? upper(name.text) : lower(name.text));
  };
  for (std::size_t i = 0; i < out.tables.size(); ++i) {
    if (random.chance(40)) {
      const Path before = out.tables[i].path();
      apply_change(out, Rename<Table>{{before.schema, {}}, before.name, other_case(before.name)});
    }
    for (std::size_t c = 0; c < out.tables[i].columns.size(); ++c) {
      const Name before = out.tables[i].columns[c].name;
      if (random.chance(30)) apply_change(out, Rename<Column>{out.tables[i].path(), before, other_case(before)});
    }
  }
  for (Table& table : out.tables)
    for (ForeignKey& key : table.foreign_keys)
      if (random.chance(30)) key.references.name = other_case(key.references.name);
  return out;
}

Schema shuffled(Schema schema, std::uint64_t seed) {
  Random random(seed ^ 0xcc9e2d51u);
  random.shuffle(schema.tables);
  random.shuffle(schema.definitions);
  for (Table& table : schema.tables) {
    random.shuffle(table.columns);
    random.shuffle(table.uniques);
    random.shuffle(table.foreign_keys);
    random.shuffle(table.checks);
    random.shuffle(table.indexes);
  }
  return schema;
}

}  // namespace dataflow::testing
