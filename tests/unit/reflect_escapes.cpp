// What a model says of a column, key or index in the words of one server.
#include <doctest/doctest.h>

#include "dataflow/dataflow.hpp"
#include "dialects/dialect.hpp"

using namespace dataflow;

namespace {

struct Target {
  std::int64_t code;
  std::int64_t id;
  static auto dataflow() {
    return ::dataflow::table("target").identity(&Target::code).by_default().primary_key(&Target::code);
  }
};

struct Escaped {
  std::string id;
  std::string words;
  std::string untyped;
  std::int64_t target;
  static auto dataflow() {
    return ::dataflow::table("escaped")
        .type(&Escaped::words, "tsvector")
        .type(&Escaped::untyped, "")
        .option(&Escaped::words, "storage", "external")
        .primary_key(&Escaped::id)
        .with("fillfactor", "70")
        .with_part(1, "descending")
        .nullable(&Escaped::id)
        .unique(&Escaped::words)
        .unnamed()
        .unique(&Escaped::target)
        .as_index()
        .with("include", "words")
        .index(&Escaped::words, &Escaped::target)
        .with_part(2, "collation", "C")
        .with_part(1, "length", "20")
        .references(&Escaped::target, &Target::code)
        .unnamed()
        .to_key()
        .initially_deferred()
        .with("match", "full")
        .check("target > 0");
  }
};

struct Keyless {
  std::int64_t id;
  static auto dataflow() { return ::dataflow::table().no_primary_key(); }
};

struct PartTooFar {
  std::int64_t id, n;
  static auto dataflow() { return ::dataflow::table().index(&PartTooFar::n).with_part(2, "length", "20"); }
};

}  // namespace

TEST_CASE("model escapes: types, properties and names as a server has them") {
  const Table table = model_of<Escaped>().table;
  CHECK(table.columns[1].type.spelled == "tsvector");
  CHECK(table.columns[1].attributes == Attributes{{"storage", "external"}});
  CHECK(table.columns[2].type == Type{});
  CHECK(table.columns[0].nullable);
  REQUIRE(table.primary_key);
  CHECK(table.primary_key->attributes == Attributes{{"fillfactor", "70"}});
  CHECK(table.primary_key->parts == std::vector<KeyPart>{{.column = "id", .descending = true}});
  REQUIRE(table.uniques.size() == 1);
  CHECK(table.uniques[0].name.empty());
  REQUIRE(table.indexes.size() == 2);
  CHECK(table.indexes[0].unique);
  CHECK(table.indexes[0].name.text == "escaped_target_key");
  CHECK(table.indexes[0].attributes == Attributes{{"include", "words"}});
  CHECK(table.indexes[1].parts[0].attributes == Attributes{{"length", "20"}});
  CHECK(table.indexes[1].parts[1].collation.text == "C");
  REQUIRE(table.foreign_keys.size() == 1);
  CHECK(table.foreign_keys[0].name.empty());
  CHECK(table.foreign_keys[0].referenced.empty());
  CHECK(table.foreign_keys[0].deferrable);
  CHECK(table.foreign_keys[0].initially_deferred);
  CHECK(table.foreign_keys[0].attributes == Attributes{{"match", "full"}});
  REQUIRE(table.checks.size() == 1);
  CHECK(table.checks[0].name.empty());
  CHECK(table.checks[0].expression.text == "target > 0");
}

TEST_CASE("model escapes: an identity that takes values, and a table without a key") {
  const Table target = model_of<Target>().table;
  CHECK(target.columns[0].identity == Identity::by_default);
  CHECK(target.columns[1].identity == Identity::none);
  CHECK_FALSE(model_of<Keyless>().table.primary_key);
  CHECK(model_of<Keyless>().table.columns[0].identity == Identity::none);
}

TEST_CASE("model escapes: a part that is not there is an error") {
  CHECK_THROWS_WITH_AS(model_of<PartTooFar>(), "with_part names part 2 of index, which has 1", Error);
}

TEST_CASE("definitions are declared for one server, and take the place of a namesake") {
  DataFlow db("sqlite::memory:");
  db.model<Keyless>();
  db.define("sqlite", "define view v\n  | CREATE VIEW v AS SELECT 1");
  db.define("sqlite", "define view v\n  | CREATE VIEW v AS SELECT id FROM keyless");
  db.define("postgresql", "define view public.w\n  | CREATE VIEW public.w AS SELECT 1");
  CHECK(db.wanted().schema.definitions.size() == 2);
  const Schema schema = normalize(sqlite_dialect, nullptr, db.wanted()).schema;
  REQUIRE(schema.definitions.size() == 1);
  CHECK(schema.definitions[0].text.text == "CREATE VIEW v AS SELECT id FROM keyless");
  CHECK(schema.definitions[0].attributes.empty());
  CHECK_THROWS_AS(db.define("sqlite", "table t\n  column a text"), Error);
  CHECK_THROWS_AS(db.define("sqlite", "nonsense"), Error);
  CHECK_THROWS_AS(db.define("oracle", ""), Error);
}
