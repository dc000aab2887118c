// What an ALTER TABLE is told to do: the cheapest way that the server accepts. tests/live/mariadb_facts.cpp asks it.
#include <doctest/doctest.h>

#include <algorithm>

#include "dialects/mariadb/mariadb.hpp"

using namespace dataflow;
using mariadb::Algorithm;
using mariadb::Flavour;
using mariadb::stands_alone;
using mariadb::Way;
using mariadb::way_of;

namespace {

constexpr Way instant{Algorithm::instant, false}, nocopy{Algorithm::nocopy, false}, inplace{Algorithm::inplace, false},
    nocopy_waiting{Algorithm::nocopy, true}, inplace_waiting{Algorithm::inplace, true}, copy{Algorithm::copy, true};

Type type(std::string_view spelled) { return mariadb::read_type(spelled); }
Column column(const char* name, Type type, Attributes attributes = {}) {
  return {.name = name, .type = std::move(type), .nullable = true, .attributes = std::move(attributes)};
}
Column collated(const char* name, const char* spelled, const char* charset, const char* collation) {
  Column out = column(name, type(spelled), {{"character set", charset}});
  out.collation = collation;
  return out;
}
Column with(Column column, std::string default_value) {
  column.default_value = Sql(std::move(default_value));
  return column;
}
Column required(Column column) {
  column.nullable = false;
  return column;
}
Column numbered(Column column) {
  column.identity = Identity::by_default;
  return column;
}
Column computed(Column column, const char* expression, bool stored) {
  column.generated = Generated{Sql(expression), stored};
  return column;
}
Index index(const char* name, std::vector<const char*> columns, Attributes attributes = {}, bool unique = false) {
  Index out{.name = name, .unique = unique, .attributes = std::move(attributes)};
  for (const char* c : columns) out.parts.push_back({.column = c});
  return out;
}

/// t (id PRIMARY KEY, a int KEY, b int NOT NULL, v varchar(20) utf8mb4, x text).
Table base() {
  Table t{
      .name = "t",
      .columns = {required(column("id", type("int(11)"))), column("a", type("int(11)")),
                  required(column("b", type("int(11)"))), column("v", type("varchar(20)")), column("x", type("text"))}};
  t.primary_key = PrimaryKey{.parts = {{.column = "id"}}};
  t.indexes = {index("ka", {"a"})};
  t.options.attributes = {{"engine", "InnoDB"}, {"character set", "utf8mb4"}, {"collate", "utf8mb4_general_ci"}};
  return t;
}
Table with_option(const char* key, const char* value) {
  Table t = base();
  t.options.attributes[key] = value;
  return t;
}
Table with_index(Index index) {
  Table t = base();
  t.indexes.push_back(std::move(index));
  return t;
}
Table with_column(Column column) {
  Table t = base();
  t.columns.push_back(std::move(column));
  return t;
}
Table with_virtual() { return with_column(computed(column("g", type("int(11)")), "`a` + 1", false)); }
Table with_indexed_virtual() {
  Table t = with_virtual();
  t.indexes.push_back(index("kg", {"g"}));
  return t;
}
Table with_stored() { return with_column(computed(column("g", type("int(11)")), "`a` + 1", true)); }
Table with_fulltext() { return with_index(index("ft", {"x"}, {{"type", "fulltext"}})); }
Table with_hash() { return with_index(index("uh", {"x"}, {}, true)); }

const Path t{"", "t"};
Change add(Column column, std::size_t position = at_end) { return Create<Column>{t, std::move(column), position}; }
Change drop(const Table& table, const char* name) { return Drop<Column>{t, *find_column(table, name)}; }
Change modify(Column before, Column after) { return Alter<Column>{t, std::move(before), std::move(after)}; }
Way retyped(const Table& table, Column before, Column after) {
  Table now = table;
  std::erase_if(now.columns, [&](const Column& c) { return c.name == before.name; });
  now.columns.push_back(before);
  return way_of(now, modify(std::move(before), std::move(after)));
}
Way retyped(const char* before, const char* after) {
  return retyped(base(), column("c", type(before)), column("c", type(after)));
}

}  // namespace

TEST_CASE("mariadb algorithm: an added column") {
  const Column z = column("z", type("int(11)"));
  CHECK(way_of(base(), add(z)) == instant);
  CHECK(way_of(base(), add(z, 0)) == instant);
  CHECK(way_of(base(), add(required(with(z, "5")))) == instant);
  CHECK(way_of(base(), add(required(z))) == instant);
  CHECK(way_of(base(), add(with(z, "current_timestamp(6)"))) == instant);
  CHECK(way_of(base(), add(with(z, "'it\\'s `x`'"))) == instant);
  CHECK(way_of(base(), add(with(z, "'it''s uuid()'"))) == instant);
  CHECK(way_of(base(), add(with(z, "uuid()"))) == copy);
  CHECK(way_of(base(), add(with(z, "(`a` + 1)"))) == copy);
  CHECK(way_of(base(), add(with(z, "nextval(`s`)"))) == copy);
  CHECK(way_of(base(), add(numbered(z))) == inplace_waiting);
  CHECK(way_of(base(), add(computed(z, "`a` * 2", false))) == instant);
  CHECK(way_of(base(), add(computed(z, "`a` * 2", true))) == copy);
  SUBCASE("beside computed columns") {
    CHECK(way_of(with_virtual(), add(z)) == copy);  // anywhere
    CHECK(way_of(with_virtual(), add(z, 0)) == copy);
    CHECK(way_of(with_virtual(), add(z, with_virtual().columns.size())) == instant);
    CHECK(way_of(with_indexed_virtual(), add(z, with_virtual().columns.size())) == inplace_waiting);
    CHECK(way_of(with_stored(), add(z)) == instant);
  }
  SUBCASE("to tables of another shape") {
    CHECK(way_of(with_fulltext(), add(z)) == inplace_waiting);
    CHECK(way_of(with_fulltext(), add(computed(z, "`a`", false))) == instant);
    CHECK(way_of(with_hash(), add(z)) == copy);
    CHECK(way_of(with_option("row format", "COMPRESSED"), add(z)) == inplace);
    CHECK(way_of(with_option("row format", "REDUNDANT"), add(z)) == instant);
    CHECK(way_of(with_option("engine", "Aria"), add(z)) == copy);
    CHECK(way_of(with_option("partition by", "HASH (`id`)\nPARTITIONS 3"), add(z)) == instant);
    CHECK(way_of(with_option("partition by", "HASH (`id`)\nPARTITIONS 3"), add(computed(z, "`a`", false))) == copy);
    CHECK(way_of(with_option("system versioning", ""), add(z)) == instant);
  }
}

TEST_CASE("mariadb algorithm: a dropped column") {
  CHECK(way_of(base(), drop(base(), "v")) == instant);
  CHECK(way_of(base(), drop(base(), "a")) == nocopy);
  CHECK(way_of(base(), drop(base(), "id")) == copy);
  Table shared = with_index(index("kbv", {"b", "v"}));
  CHECK(way_of(shared, drop(shared, "v")) == inplace);
  Table computed_too = with_virtual();
  CHECK(way_of(computed_too, drop(computed_too, "g")) == instant);
  CHECK(way_of(computed_too, drop(computed_too, "v")) == instant);
  computed_too.indexes.push_back(index("kbv", {"b", "v"}));
  CHECK(way_of(computed_too, drop(computed_too, "v")) == copy);
  std::rotate(computed_too.columns.begin(), computed_too.columns.end() - 1, computed_too.columns.end());
  CHECK(way_of(computed_too, drop(computed_too, "v")) == inplace);  // the computed one stands in front
  CHECK(way_of(with_indexed_virtual(), drop(base(), "v")) == copy);
  CHECK(way_of(with_indexed_virtual(), drop(with_virtual(), "g")) == nocopy);
  CHECK(way_of(with_stored(), drop(with_stored(), "g")) == instant);
  CHECK(way_of(with_fulltext(), drop(base(), "v")) == inplace_waiting);
  CHECK(way_of(with_fulltext(), drop(base(), "x")) == inplace);  // its index goes along
  CHECK(way_of(with_option("row format", "COMPRESSED"), drop(base(), "v")) == inplace);
  CHECK(way_of(with_option("engine", "MyISAM"), drop(base(), "v")) == copy);
}

TEST_CASE("mariadb algorithm: a column of another type") {
  CHECK(retyped("int(11)", "int(5)") == instant);
  CHECK(retyped("int(11)", "bigint(20)") == copy);
  CHECK(retyped("int(11)", "int(10) unsigned") == copy);
  CHECK(retyped("int(10) unsigned", "int(10) unsigned zerofill") == copy);
  CHECK(retyped("float", "float(7,2)") == instant);
  CHECK(retyped("float", "double") == copy);
  CHECK(retyped("decimal(10,2)", "decimal(12,2)") == copy);
  CHECK(retyped("datetime", "datetime(6)") == copy);
  CHECK(retyped("text", "mediumtext") == copy);
  CHECK(retyped("char(10)", "char(20)") == copy);
  CHECK(retyped("uuid", "binary(16)") == copy);
  CHECK(retyped("varbinary(128)", "varbinary(255)") == instant);
  CHECK(retyped("varbinary(128)", "varbinary(256)") == copy);
  CHECK(retyped("varbinary(127)", "varbinary(256)") == instant);
  CHECK(retyped("varbinary(256)", "varbinary(300)") == instant);
  SUBCASE("text is counted in bytes of its character set") {
    CHECK(retyped("varchar(20)", "varchar(63)") == instant);
    CHECK(retyped("varchar(32)", "varchar(63)") == instant);
    CHECK(retyped("varchar(32)", "varchar(64)") == copy);
    CHECK(retyped("varchar(31)", "varchar(64)") == instant);
    CHECK(retyped("varchar(64)", "varchar(100)") == instant);
    CHECK(retyped("varchar(20)", "varchar(19)") == copy);
    const auto of = [](const char* charset, const char* spelled) {
      return column("c", type(spelled), {{"character set", charset}});
    };
    CHECK(retyped(base(), of("latin1", "varchar(128)"), of("latin1", "varchar(255)")) == instant);
    CHECK(retyped(base(), of("latin1", "varchar(128)"), of("latin1", "varchar(256)")) == copy);
    CHECK(retyped(base(), of("utf8mb3", "varchar(60)"), of("utf8mb3", "varchar(85)")) == instant);
    CHECK(retyped(base(), of("utf8mb3", "varchar(60)"), of("utf8mb3", "varchar(86)")) == copy);
    CHECK(retyped(with_option("row format", "REDUNDANT"), of("utf8mb3", "varchar(60)"), of("utf8mb3", "varchar(86)")) ==
          instant);
    CHECK(retyped(with_option("engine", "Aria"), of("latin1", "varchar(5)"), of("latin1", "varchar(6)")) == copy);
  }
  SUBCASE("labels") {
    CHECK(retyped("enum('a','b')", "enum('a','b','c')") == instant);
    CHECK(retyped("enum('a','b')", "enum('a','c','b')") == copy);
    CHECK(retyped("enum('a','b')", "enum('A','b')") == copy);
    CHECK(retyped("enum('a','b')", "enum('a')") == copy);
    CHECK(retyped("enum('(',',')", "enum('(',',','it''s')") == instant);
    CHECK(retyped("set('a','b')", "set('a','b','c')") == instant);
    CHECK(retyped("set('a','b')", "set('b','a')") == copy);
    const auto of = [](const std::string& kind, int n) {
      std::string out = kind + "('x0'";
      for (int i = 1; i < n; ++i) out += ",'x" + std::to_string(i) + "'";
      return out + ")";
    };
    CHECK(retyped(of("enum", 254).c_str(), of("enum", 255).c_str()) == instant);
    CHECK(retyped(of("enum", 255).c_str(), of("enum", 256).c_str()) == copy);
    CHECK(retyped(of("set", 7).c_str(), of("set", 8).c_str()) == instant);
    CHECK(retyped(of("set", 8).c_str(), of("set", 9).c_str()) == copy);
  }
}

TEST_CASE("mariadb algorithm: a column with other properties") {
  const Column a = column("a", type("int(11)")), v = column("v", type("varchar(20)"));
  const auto way = [](Column before, Column after, Table table = base()) {
    return way_of(table, modify(std::move(before), std::move(after)));
  };
  CHECK(way(a, with(a, "uuid_short()")) == instant);
  CHECK(way(with(a, "5"), a) == instant);
  CHECK(way(v, v) == instant);  // it moves
  CHECK(way(v, v, with_fulltext()) == inplace_waiting);
  CHECK(way(v, v, with_option("row format", "COMPRESSED")) == inplace);
  Column said = v;
  said.comment = "x";
  CHECK(way(v, said) == instant);
  CHECK(way(v, said, with_option("engine", "Aria")) == instant);
  CHECK(way(v, said, with_hash()) == copy);
  CHECK(way(a, required(a)) == inplace);
  CHECK(way(required(a), a) == inplace);
  CHECK(way(required(a), a, with_option("row format", "REDUNDANT")) == instant);
  CHECK(way(a, required(a), with_stored()) == copy);
  CHECK(way(required(a), a, with_stored()) == inplace);
  CHECK(way(a, required(a), with_indexed_virtual()) == copy);
  CHECK(way(required(v), v, with_indexed_virtual()) == inplace_waiting);
  CHECK(way(a, required(a), with_fulltext()) == inplace_waiting);
  CHECK(way(a, numbered(a)) == copy);
  CHECK(way(numbered(a), a) == instant);
  for (const char* light : {"on update", "invisible", "check", "no default", "versioning"}) {
    CAPTURE(light);
    CHECK(way(v, column("v", type("varchar(20)"), {{light, "x"}})) == instant);
  }
  CHECK(way(v, column("v", type("varchar(20)"), {{"compressed", ""}})) == copy);
  CHECK(way(column("x", type("longtext"), {{"check", "json_valid(`x`)"}}), column("x", type("longtext"))) == copy);
  Column virtual_column = computed(column("g", type("int(11)")), "`a` + 1", false), other = virtual_column;
  other.generated->expression = Sql("`a` + 2");
  CHECK(way(virtual_column, other, with_virtual()) == instant);
  CHECK(way(virtual_column, other, with_indexed_virtual()) == copy);
  Column stored = computed(column("g", type("int(11)")), "`a` + 1", true), commented = stored;
  commented.comment = "x";
  CHECK(way(stored, commented, with_stored()) == copy);
  CHECK(way(virtual_column, column("g", type("int(11)")), with_virtual()) == copy);
}

TEST_CASE("mariadb algorithm: a column of another collation or character set") {
  const Column plain = collated("v", "varchar(20)", "utf8mb4", "utf8mb4_general_ci"),
               binary = collated("v", "varchar(20)", "utf8mb4", "utf8mb4_bin"),
               shorter = collated("v", "varchar(20)", "utf8mb3", "utf8mb3_general_ci"),
               latin = collated("v", "varchar(20)", "latin1", "latin1_swedish_ci");
  const auto way = [](Table table, const Column& before, const Column& after) {
    *find_column(table, "v") = before;
    return way_of(table, modify(before, after));
  };
  CHECK(way(base(), plain, binary) == instant);
  CHECK(way(with_index(index("kv", {"v"})), plain, binary) == nocopy);
  CHECK(way(with_index(index("fv", {"v"}, {{"type", "fulltext"}})), plain, binary) == nocopy_waiting);
  Table keyed = base();
  keyed.primary_key->parts = {{.column = "v"}};
  CHECK(way(keyed, plain, binary) == copy);
  CHECK(way(base(), column("v", type("varchar(20)")), plain) == instant);  // the table's own, by name
  CHECK(way(base(), shorter, plain) == instant);
  CHECK(way(with_index(index("kv", {"v"})), shorter, plain) == instant);
  CHECK(way(with_index(index("kv", {"v"})), shorter, binary) == nocopy);
  CHECK(way(base(), plain, shorter) == copy);
  CHECK(way(base(), latin, plain) == copy);
  Index prefix = index("kv", {"v"});
  prefix.parts[0].attributes["length"] = "5";
  CHECK(way(with_index(prefix), shorter, plain) == copy);
  CHECK(way(with_option("engine", "Aria"), plain, binary) == copy);
}

TEST_CASE("mariadb algorithm: keys, indexes and constraints") {
  const auto made = [](Table table, Index index) { return way_of(table, Create<Index>{t, std::move(index)}); };
  CHECK(made(base(), index("z", {"b"})) == nocopy);
  CHECK(made(base(), index("z", {"b"}, {}, true)) == nocopy);
  CHECK(made(base(), index("z", {"x"}, {}, true)) == copy);
  CHECK(made(base(), index("z", {"x"}, {{"type", "fulltext"}})) == inplace_waiting);
  CHECK(made(with_fulltext(), index("z", {"v"}, {{"type", "fulltext"}})) == nocopy_waiting);
  CHECK(made(with_option("system versioning", ""), index("z", {"x"}, {{"type", "fulltext"}})) == copy);
  CHECK(made(base(), index("z", {"v"}, {{"type", "spatial"}})) == nocopy_waiting);
  CHECK(made(with_option("engine", "Aria"), index("z", {"b"})) == copy);
  CHECK(made(with_hash(), index("z", {"b"})) == copy);
  Table wide = base();
  *find_column(wide, "v") = column("v", type("varchar(769)"));
  CHECK(made(wide, index("z", {"v"}, {}, true)) == copy);
  *find_column(wide, "v") = column("v", type("varchar(768)"));
  CHECK(made(wide, index("z", {"v"}, {}, true)) == nocopy);
  CHECK(way_of(base(), Create<Unique>{t, Unique{.name = "z", .parts = {{.column = "b"}}}}) == nocopy);

  CHECK(way_of(base(), Drop<Index>{t, base().indexes[0]}) == nocopy);
  CHECK(way_of(with_hash(), Drop<Index>{t, with_hash().indexes[1]}) == nocopy);
  CHECK(way_of(with_hash(), Drop<Index>{t, base().indexes[0]}) == copy);
  const Index ka = base().indexes[0];
  CHECK(way_of(base(), Alter<Index>{t, ka, index("kz", {"a"})}) == instant);
  CHECK(way_of(base(), Alter<Index>{t, ka, index("ka", {"a"}, {{"ignored", ""}})}) == instant);
  CHECK(way_of(base(), Alter<Index>{t, ka, index("ka", {"a"}, {{"comment", "x"}})}) == instant);
  CHECK(way_of(base(), Alter<Index>{t, ka, index("kz", {"a"}, {{"comment", "x"}})}) == nocopy);
  CHECK(way_of(base(), Alter<Index>{t, ka, index("ka", {"a", "b"})}) == nocopy);
  CHECK(way_of(base(), Alter<Index>{t, ka, index("ka", {"x"}, {{"type", "fulltext"}})}) == inplace_waiting);

  Table bare = base();
  bare.primary_key.reset();
  const PrimaryKey key{.parts = {{.column = "b"}}}, loose{.parts = {{.column = "a"}}};
  CHECK(way_of(bare, Create<PrimaryKey>{t, key}) == inplace);
  CHECK(way_of(base(), Drop<PrimaryKey>{t, key}) == copy);
  CHECK(way_of(base(), Alter<PrimaryKey>{t, *base().primary_key, key}) == inplace);
  CHECK(way_of(with_fulltext(), Alter<PrimaryKey>{t, *base().primary_key, key}) == inplace_waiting);
  CHECK(way_of(with_stored(), Alter<PrimaryKey>{t, *base().primary_key, loose}) == copy);

  const ForeignKey foreign{.name = "f", .columns = {"a"}, .references = {"", "p"}, .referenced = {"id"}};
  CHECK(way_of(base(), Create<ForeignKey>{t, foreign}) == instant);  // with its checks off
  ForeignKey loose_end = foreign;
  loose_end.columns = {"b"};
  CHECK(way_of(base(), Create<ForeignKey>{t, loose_end}) == nocopy);
  CHECK(way_of(with_option("partition by", "HASH (`id`)"), Create<ForeignKey>{t, loose_end}) == copy);
  CHECK(way_of(base(), Drop<ForeignKey>{t, foreign}) == instant);
  const Check check{.name = "c", .expression = Sql("`a` > 0")};
  CHECK(way_of(base(), Create<Check>{t, check}) == copy);
  CHECK(way_of(base(), Drop<Check>{t, check}) == instant);
  CHECK(way_of(base(), Alter<Check>{t, check, check}) == copy);
}

TEST_CASE("mariadb algorithm: options and names") {
  const auto way = [](const char* key, Table table = base()) {
    TableOptions after = table.options;
    after.attributes[key] = "1";
    return way_of(table, Alter<TableOptions>{t, table.options, after});
  };
  const auto back = [](const char* key, const char* value) {
    return way_of(with_option(key, value), Alter<TableOptions>{t, with_option(key, value).options, base().options});
  };
  TableOptions said = base().options;
  said.comment = "x";
  CHECK(way_of(base(), Alter<TableOptions>{t, base().options, said}) == instant);
  CHECK(way("stats_persistent") == instant);
  CHECK(way("collate") == instant);
  CHECK(way("row format") == inplace);
  CHECK(way("row format", with_fulltext()) == inplace_waiting);
  CHECK(way("page_compressed") == inplace);
  CHECK(way("engine") == copy);
  CHECK(way("partition by") == copy);
  CHECK(back("partition by", "HASH (`id`)") == copy);
  CHECK(way("system versioning") == copy);
  CHECK(back("system versioning", "") == inplace_waiting);
  CHECK(way("period p") == copy);
  CHECK(back("period p", "`s`, `e`") == instant);
  CHECK(way("some option of tomorrow") == copy);
  CHECK(way("collate", with_option("engine", "Aria")) == copy);
  CHECK(way_of(base(), Rename<Column>{t, "a", "z"}) == instant);
  CHECK(way_of(with_hash(), Rename<Column>{t, "a", "z"}) == copy);
  CHECK(way_of(base(), Rename<Table>{{}, "t", "z"}) == instant);
}

TEST_CASE("mariadb algorithm: what loses its way beside others") {
  const Column z = column("z", type("int(11)"));
  CHECK(!stands_alone(base(), add(z)));
  CHECK(stands_alone(base(), add(computed(z, "`a`", false))));
  CHECK(!stands_alone(base(), add(computed(z, "`a`", true))));
  CHECK(!stands_alone(base(), drop(base(), "v")));
  CHECK(stands_alone(base(), drop(base(), "a")));
  CHECK(stands_alone(with_virtual(), drop(with_virtual(), "g")));
  CHECK(stands_alone(base(), Alter<TableOptions>{t, base().options, {}}));
  CHECK(!stands_alone(base(), Create<Index>{t, index("z", {"b"})}));
}

TEST_CASE("mariadb algorithm: the clause, and the facts it belongs to") {
  CHECK(clause(instant) == ", ALGORITHM=INSTANT, LOCK=NONE");
  CHECK(clause(nocopy) == ", ALGORITHM=NOCOPY, LOCK=NONE");
  CHECK(clause(inplace_waiting) == ", ALGORITHM=INPLACE, LOCK=SHARED");
  CHECK(clause(copy) == ", ALGORITHM=COPY, LOCK=SHARED");
  CHECK(clause(instant, Flavour::mysql) == ", ALGORITHM=INSTANT");
  CHECK(clause(nocopy, Flavour::mysql) == ", ALGORITHM=INPLACE, LOCK=NONE");
  CHECK(case_of(instant) == "instant");
  CHECK(case_of(nocopy) == "nocopy");
  CHECK(case_of(nocopy_waiting) == "nocopy, writers wait");
  CHECK(case_of(inplace) == "inplace");
  CHECK(case_of(inplace_waiting) == "inplace, writers wait");
  CHECK(case_of(copy) == "copy");
}

TEST_CASE("mariadb algorithm: MySQL by its manual") {
  const auto way = [](const Change& change, Table table = base()) { return way_of(table, change, Flavour::mysql); };
  const Column z = column("z", type("int")), v = column("v", type("varchar(20)"));
  CHECK(way(add(z)) == instant);
  CHECK(way(add(z, 0), with_virtual()) == instant);
  CHECK(way(add(z), with_fulltext()) == inplace_waiting);
  CHECK(way(add(with(z, "uuid()"))) == copy);
  CHECK(way(drop(base(), "v")) == instant);
  CHECK(way(drop(base(), "a")) == inplace);
  CHECK(way(modify(v, column("v", type("varchar(60)")))) == inplace);
  CHECK(way(modify(v, column("v", type("varchar(64)")))) == copy);
  CHECK(way(modify(z, required(z))) == inplace);
  CHECK(way(modify(z, with(z, "5"))) == instant);
  CHECK(way(modify(z, column("z", type("bigint")))) == copy);
  CHECK(way(Create<Index>{t, index("z", {"b"})}) == inplace);
  CHECK(way(Create<Index>{t, index("z", {"x"}, {{"type", "fulltext"}})}) == inplace_waiting);
  CHECK(way(Drop<PrimaryKey>{t, *base().primary_key}) == copy);
  CHECK(way(Rename<Table>{{}, "t", "z"}) == instant);
}
