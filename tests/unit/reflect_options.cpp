// Conventions, mixins, options from outside, and mistakes that only show at run time.
#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "dataflow/chrono.hpp"
#include "dataflow/error.hpp"
#include "dataflow/reflect.hpp"

namespace df = dataflow;

namespace reflect_options {

struct HTTPServer {
  int id = 0;
};
struct OrderItem2 {
  std::optional<std::uint32_t> id;
  std::string id_card;
};
struct Keyless {
  std::string id = "x";
};
struct TwoKeys {
  std::int64_t id = 1;
  int a = 1;
  int b = 2;
  static auto dataflow() { return df::table().primary_key(&TwoKeys::b, &TwoKeys::a); }
};
struct Numbered {
  std::int64_t id = 1;
  std::optional<int> number;
  static auto dataflow() { return df::table().identity(&Numbered::number); }
};
struct Sequence {
  std::int64_t id = 1;
  static auto dataflow() { return df::table().identity(&Sequence::id); }
};
template <class T> struct Box {
  int id = 0;
  T content;
};

// Mixins.
struct Timestamps {
  df::timestamp created_at;
  df::timestamp updated_at;
  static auto dataflow() {
    return df::table("never_the_name")
        .comment("never the comment")
        .index(&Timestamps::created_at)
        .no_default(&Timestamps::updated_at)
        .option("strict");
  }
};
BOOST_DESCRIBE_STRUCT(Timestamps, (), (created_at, updated_at))

struct Entity {
  std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(Entity, (), (id))

struct Author : Entity, Timestamps {
  std::string name;
  static auto dataflow() {
    return df::table()
        .unique(&Author::name)
        .comment(&Author::created_at, "when")
        .column_name(&Author::updated_at, "changed");
  }
};
BOOST_DESCRIBE_STRUCT(Author, (Entity, Timestamps), (name))

struct Essay : Author {
  std::int64_t author_id = 4;
  std::string body = "…";
};
BOOST_DESCRIBE_STRUCT(Essay, (Author), (author_id, body))

struct Review : Entity {
  std::int64_t author_id = 4;
  static auto dataflow() {
    return df::table().references<Author>(&Review::author_id, &Author::id).on_delete(df::cascade);
  }
};
BOOST_DESCRIBE_STRUCT(Review, (Entity), (author_id))

struct Lost : Entity {
  std::int64_t author_id = 4;
  static auto dataflow() { return df::table().references(&Lost::author_id, &Author::id); }
};
BOOST_DESCRIBE_STRUCT(Lost, (Entity), (author_id))

struct Tagged {
  std::string tag;
  static auto dataflow() { return df::table().unique(&Tagged::tag); }
};
BOOST_DESCRIBE_STRUCT(Tagged, (), (tag))

struct TwoMixins : Timestamps, Tagged {
  int id = 0;
};
BOOST_DESCRIBE_STRUCT(TwoMixins, (Timestamps, Tagged), (id))

// A base's member that has no column is ignored by a struct between it and the model.
struct Cached {
  std::map<int, int> cache;
};
BOOST_DESCRIBE_STRUCT(Cached, (), (cache))
struct Quiet : Cached {
  std::string name;
  static auto dataflow() { return df::table().ignore(&Quiet::cache); }
};
BOOST_DESCRIBE_STRUCT(Quiet, (Cached), (name))
struct Loud : Quiet {
  int id = 0;
  static auto dataflow() { return df::table().index(&Loud::name); }
};
BOOST_DESCRIBE_STRUCT(Loud, (Quiet), (id))

// A struct that cannot be edited.
struct Foreign {
  int id = 0;
  std::string code;
};
BOOST_DESCRIBE_STRUCT(Foreign, (), (id, code))

// A list may hold functions and static members: neither is a column.
struct WithFunctions {
  int id = 0;
  static int count;
  std::string title() const { return "t"; }
};
int WithFunctions::count = 0;
BOOST_DESCRIBE_STRUCT(WithFunctions, (), (id, count, title))

struct WithArray {
  int id = 0;
  char scratch[3] = {};
  bool on = true;
  static auto dataflow() { return df::table().ignore(&WithArray::scratch); }
};
BOOST_DESCRIBE_STRUCT(WithArray, (), (id, scratch, on))

// Two members of a type without column, one of them ignored.
struct HalfIgnored {
  int id = 0;
  std::map<int, int> cache;
  std::map<int, int> scores;
  static auto dataflow() { return df::table().ignore(&HalfIgnored::cache); }
};

struct Model {
  std::int64_t id = 0;
  std::optional<int> level;
  std::string name = "n";
  double ratio = 0;
  df::varchar<3> code;
  int score = 0;
};

}  // namespace reflect_options

template <> struct dataflow::Options<reflect_options::Foreign> {
  static auto get() { return df::table("foreigners").unique(&reflect_options::Foreign::code); }
};

namespace {

using namespace reflect_options;

std::vector<std::string> column_names(const df::Model& model) {
  std::vector<std::string> names;
  for (const df::Column& column : model.table.columns) names.push_back(column.name.text);
  return names;
}

const df::Column& column(const df::Model& model, const std::string& name) {
  for (const df::Column& candidate : model.table.columns)
    if (candidate.name.text == name) return candidate;
  FAIL("no column ", name);
  throw 0;
}

std::vector<std::string> key_of(const df::Model& model) {
  std::vector<std::string> names;
  if (model.table.primary_key)
    for (const df::KeyPart& part : model.table.primary_key->parts) names.push_back(part.column.text);
  return names;
}

/// The sentence of the Error{invalid_schema} that `call` throws.
template <class Call> std::string sentence(Call call) {
  try {
    call();
  } catch (const df::Error& error) {
    CHECK(error.code == df::ErrorCode::invalid_schema);
    return error.what();
  }
  return "nothing was thrown";
}

/// Model's members under other options, handed to the builder as model_of would.
template <class Options> std::string sentence_of(Options options) {
  return sentence([&] {
    static Options* current;
    current = &options;
    df::reflect::build([](df::reflect::ModelBuilder& builder) {
      const Model object;
      builder.begin(df::reflect::spelled<Model>(), &object);
      df::reflect::describe_plain(builder, object);
      builder.add_options((*current)(), false);
    });
  });
}

TEST_CASE("tables are called like their structs, in snake_case") {
  CHECK(df::model_of<HTTPServer>().table.name.text == "http_server");
  CHECK(df::model_of<HTTPServer>().cpp_name == "HTTPServer");
  CHECK(df::model_of<OrderItem2>().table.name.text == "order_item2");
  CHECK(df::model_of<Box<std::string>>().table.name.text == "box");
  CHECK(df::reflect::snake_case("User") == "user");
  CHECK(df::reflect::snake_case("OrderItem") == "order_item");
  CHECK(df::reflect::snake_case("myHTTPServerX") == "my_http_server_x");
  CHECK(df::reflect::snake_case("V2Engine") == "v2_engine");
  CHECK(df::reflect::snake_case("already_snake") == "already_snake");
}

TEST_CASE("names hold for local structs and structs of unnamed namespaces") {
  struct Local {
    int first = 0;
    int second = 0;
  };
  CHECK(df::model_of<Local>().cpp_name == "Local");
  CHECK(column_names(df::model_of<Local>()) == std::vector<std::string>{"first", "second"});
}

TEST_CASE("an integer member id is the primary key, numbered by the database") {
  const df::Model server = df::model_of<HTTPServer>();
  CHECK(key_of(server) == std::vector<std::string>{"id"});
  CHECK(column(server, "id").identity == df::Identity::by_default);
  CHECK_FALSE(column(server, "id").default_value);
}

TEST_CASE("a key column is never nullable, even when the member is optional") {
  const df::Model item = df::model_of<OrderItem2>();
  CHECK(key_of(item) == std::vector<std::string>{"id"});
  CHECK_FALSE(column(item, "id").nullable);
}

TEST_CASE("an id that is no integer is an ordinary column") {
  const df::Model keyless = df::model_of<Keyless>();
  CHECK_FALSE(keyless.table.primary_key);
  CHECK(column(keyless, "id").default_value.has_value());
}

TEST_CASE("a declared primary key takes the place of the convention") {
  const df::Model model = df::model_of<TwoKeys>();
  CHECK(key_of(model) == std::vector<std::string>{"b", "a"});
  CHECK(column(model, "id").identity == df::Identity::none);
  CHECK(column(model, "id").default_value == df::Default(df::Literal{std::int64_t{1}}));
  CHECK_FALSE(column(model, "a").default_value);
}

TEST_CASE("identity is always, and the key where none is declared") {
  const df::Model numbered = df::model_of<Numbered>();
  CHECK(key_of(numbered) == std::vector<std::string>{"number"});
  CHECK(column(numbered, "number").identity == df::Identity::always);
  CHECK_FALSE(column(numbered, "number").nullable);
  CHECK(column(numbered, "id").identity == df::Identity::none);
  CHECK(column(df::model_of<Sequence>(), "id").identity == df::Identity::always);
}

TEST_CASE("columns and options of bases come first") {
  const df::Model author = df::model_of<Author>();
  CHECK(column_names(author) == std::vector<std::string>{"id", "created_at", "changed", "name"});
  CHECK(author.table.name.text == "author");
  CHECK(author.table.options.comment.empty());
  CHECK(author.table.options.attributes == df::Attributes{{"strict", ""}});
  REQUIRE(author.table.indexes.size() == 1);
  CHECK(author.table.indexes[0].name.text == "ix_author_created_at");
  CHECK(column(author, "created_at").default_value == df::Default(df::Sql("CURRENT_TIMESTAMP")));
  CHECK(column(author, "created_at").comment == "when");
  CHECK_FALSE(column(author, "changed").default_value);
  REQUIRE(author.table.uniques.size() == 1);
  CHECK(author.table.uniques[0].name.text == "author_name_key");
  CHECK(key_of(author) == std::vector<std::string>{"id"});
}

TEST_CASE("options are inherited through two generations, once") {
  const df::Model essay = df::model_of<Essay>();
  CHECK(column_names(essay) == std::vector<std::string>{"id", "created_at", "changed", "name", "author_id", "body"});
  REQUIRE(essay.table.indexes.size() == 1);
  CHECK(essay.table.indexes[0].name.text == "ix_essay_created_at");
  REQUIRE(essay.table.uniques.size() == 1);
  CHECK(essay.table.uniques[0].name.text == "essay_name_key");
}

TEST_CASE("options of several bases add up") {
  const df::Model model = df::model_of<TwoMixins>();
  CHECK(column_names(model) == std::vector<std::string>{"created_at", "updated_at", "tag", "id"});
  REQUIRE(model.table.indexes.size() == 1);
  CHECK(model.table.indexes[0].name.text == "ix_two_mixins_created_at");
  REQUIRE(model.table.uniques.size() == 1);
  CHECK(model.table.uniques[0].name.text == "two_mixins_tag_key");
}

TEST_CASE("what a struct ignores of its base, structs that derive from it ignore too") {
  CHECK(column_names(df::model_of<Loud>()) == std::vector<std::string>{"name", "id"});
}

TEST_CASE("a mixin is a model of its own, too") {
  const df::Model timestamps = df::model_of<Timestamps>();
  CHECK(timestamps.table.name.text == "never_the_name");
  CHECK(timestamps.table.options.comment == "never the comment");
}

TEST_CASE("a foreign key to an inherited member names its model") {
  const df::Model review = df::model_of<Review>();
  REQUIRE(review.table.foreign_keys.size() == 1);
  const df::ForeignKey& key = review.table.foreign_keys[0];
  CHECK(key.references == df::Path{"", "author"});
  CHECK(key.referenced == std::vector<df::Name>{"id"});
  CHECK(key.on_delete == df::cascade);
  CHECK_FALSE(column(review, "author_id").default_value);
}

TEST_CASE("options may stand outside of the struct") {
  const df::Model model = df::model_of<Foreign>();
  CHECK(model.table.name.text == "foreigners");
  REQUIRE(model.table.uniques.size() == 1);
  CHECK(model.table.uniques[0].name.text == "foreigners_code_key");
}

TEST_CASE("functions and static members of a list are no columns") {
  CHECK(column_names(df::model_of<WithFunctions>()) == std::vector<std::string>{"id"});
}

TEST_CASE("an ignored array does not confuse the guard") {
  CHECK(column_names(df::model_of<WithArray>()) == std::vector<std::string>{"id", "on"});
}

TEST_CASE("a member without column type must be ignored itself") {
  CHECK(sentence([] { df::model_of<HalfIgnored>(); }) ==
        "model HalfIgnored: the type of member scores has no column type");
}

TEST_CASE("indexes that only PostgreSQL has") {
  struct Product {
    std::int64_t id;
    std::string name, details;
    df::json specs, tags;
    static auto dataflow() {
      return df::table()
          .jsonb_gin_indexes(&Product::specs, &Product::tags)
          .text_search(&Product::name)
          .text_search(&Product::details, "german")
          .index(&Product::name)
          .method("brin");
    }
  };
  const df::Attributes gin{{"method", "gin"}, {"only on", "postgresql"}};
  const auto indexes = df::model_of<Product>().table.indexes;
  REQUIRE(indexes.size() == 5);
  CHECK(indexes[0] == df::Index{.name = "ix_product_specs", .parts = {{.column = "specs"}}, .attributes = gin});
  CHECK(indexes[1] == df::Index{.name = "ix_product_tags", .parts = {{.column = "tags"}}, .attributes = gin});
  CHECK(indexes[2] == df::Index{.name = "ix_product_name_search",
                                .parts = {{.expression = df::Sql("to_tsvector('english', \"name\")")}},
                                .attributes = gin});
  CHECK(indexes[3].parts[0].expression == df::Sql("to_tsvector('german', \"details\")"));
  CHECK(indexes[4].attributes == df::Attributes{{"method", "brin"}});
}

TEST_CASE("a modifier stands after an option that it can modify") {
  CHECK(sentence_of([] { return df::table().where("x"); }) ==
        "model Model: where must stand right after one of: unique, index");
  CHECK(sentence_of([] { return df::table().unique(&Model::name).on_delete(df::cascade); }) ==
        "model Model: on_delete must stand right after one of: references");
  CHECK(sentence_of([] { return df::table().index(&Model::name).comment("c").named("n"); }) ==
        "model Model: named must stand right after one of: unique, index, references, primary_key");
}

TEST_CASE("names that differ by their case are two") {
  CHECK(sentence_of([] { return df::table().column_name(&Model::name, "SCORE").check("c", "1").check("C", "2"); }) ==
        "nothing was thrown");
}

TEST_CASE("options that contradict each other are refused") {
  CHECK(sentence_of([] { return df::table().ignore(&Model::name).index(&Model::name); }) ==
        "model Model: index names member name, which is ignored");
  CHECK(sentence_of([] { return df::table().column_name(&Model::name, "score"); }) ==
        "model Model: column score stands twice in its table");
  CHECK(sentence_of([] { return df::table().index(&Model::name).index(&Model::name).where("x"); }) ==
        "model Model: index ix_model_name stands twice in its table");
  CHECK(sentence_of([] { return df::table().check("c", "1").check("c", "2"); }) ==
        "model Model: constraint c stands twice in its table");
  CHECK(sentence_of([] { return df::table().check("", "1"); }) == "model Model: a check needs a name");
  CHECK(sentence_of([] { return df::table().primary_key(&Model::name).primary_key(&Model::id); }) ==
        "model Model: primary_key is declared twice");
  CHECK(sentence_of([] { return df::table().primary_key(&Model::name, &Model::name); }) ==
        "model Model: primary_key names a member twice");
  CHECK(sentence_of([] { return df::table().unique(&Model::name, &Model::name); }) ==
        "model Model: unique has the same part twice");
  CHECK(sentence_of([] { return df::table().default_sql(&Model::id, "1"); }) ==
        "model Model: id has a default, but the database computes its value");
  CHECK(sentence_of([] { return df::table().generated(&Model::score, "1").default_from_initializer(&Model::score); }) ==
        "model Model: score has a default, but the database computes its value");
  CHECK(sentence_of([] { return df::table().backfill(&Model::level, std::nullopt); }) ==
        "model Model: backfill of level has no value");
  CHECK(sentence_of([] { return df::table().identity(&Model::score).generated(&Model::score, "1"); }) ==
        "model Model: score cannot be both generated and an identity");
}

struct NotANumber {
  int id = 0;
  double ratio = 0.0 / 0.0;
};
struct NotANumberAllowed {
  int id = 0;
  double ratio = 0.0 / 0.0;
  static auto dataflow() { return df::table().no_default(&NotANumberAllowed::ratio); }
};
struct TooLong {
  int id = 0;
  df::varchar<2> code = "äöü";
};
struct JustRight {
  int id = 0;
  df::varchar<3> code = "äöü";
};
enum class Light { red = 1, green = 2 };
BOOST_DESCRIBE_ENUM(Light, red, green)
struct Lamp {
  int id = 0;
  Light light = static_cast<Light>(9);
};
struct Dark {
  int id = 0;
  Light light = {};
};

TEST_CASE("an initialiser that cannot be a default is refused, unless it need not be one") {
  CHECK(sentence([] { df::model_of<NotANumber>(); }) ==
        "model NotANumber: member ratio starts with a value that SQL cannot write");
  CHECK_FALSE(column(df::model_of<NotANumberAllowed>(), "ratio").default_value);
  CHECK(sentence([] { df::model_of<TooLong>(); }) ==
        "model TooLong: member code starts with a text longer than its 2 characters");
  CHECK(column(df::model_of<JustRight>(), "code").default_value.has_value());
  CHECK(sentence([] { df::model_of<Lamp>(); }) ==
        "model Lamp: member light starts with a value that has no enumerator");
  CHECK_FALSE(column(df::model_of<Dark>(), "light").default_value);
}

struct AVeryLongNameThatSomebodyThoughtToBeSelfExplanatory {
  int id = 0;
  std::string with_a_column_that_is_long_as_well;
  std::string with_a_column_that_is_long_as_wolf;
  static auto dataflow() {
    using T = AVeryLongNameThatSomebodyThoughtToBeSelfExplanatory;
    return df::table().index(&T::with_a_column_that_is_long_as_well).index(&T::with_a_column_that_is_long_as_wolf);
  }
};

TEST_CASE("generated names of more than 63 bytes end in a hash of the whole name") {
  const df::Model model = df::model_of<AVeryLongNameThatSomebodyThoughtToBeSelfExplanatory>();
  REQUIRE(model.table.indexes.size() == 2);
  // printf 'ix_<table>_<column>' | sha256sum
  CHECK(model.table.indexes[0].name.text == "ix_a_very_long_name_that_somebody_thought_to_be_self_e_55c83cd6");
  CHECK(model.table.indexes[1].name.text == "ix_a_very_long_name_that_somebody_thought_to_be_self_e_8af9080b");
  CHECK(model.table.indexes[0].name.text.size() == 63);
}

TEST_CASE("models of one table are refused") {
  const df::Model a{.cpp_name = "A", .table = {.name = "users", .columns = {{.name = "x"}}}, .hints = {}};
  df::Model b{.cpp_name = "B", .table = {.name = "users", .columns = {{.name = "x"}}}, .hints = {}};
  CHECK(sentence([&] { df::to_wanted({a, b}); }) == "structs A and B both claim table \"users\"");
  b.table.name = "Users";
  CHECK(df::to_wanted({a, b}).schema.tables.size() == 2);
  b.table.schema = "other";
  CHECK(df::to_wanted({a, b}).schema.tables.size() == 2);
}

TEST_CASE("an index name may stand in one table only") {
  df::Model a{.cpp_name = "A", .table = {.name = "a", .columns = {{.name = "x"}}}, .hints = {}};
  df::Model b{.cpp_name = "B", .table = {.name = "b", .columns = {{.name = "x"}}}, .hints = {}};
  a.table.indexes = {{.name = "ix", .parts = {{.column = "x"}}}};
  b.table.indexes = {{.name = "ix", .parts = {{.column = "x"}}}};
  CHECK(sentence([&] { df::to_wanted({a, b}); }) == "structs A and B both have an index \"ix\"");
}

TEST_CASE("a schema of models joins tables and hints in their order, and is checked") {
  const df::Wanted wanted = df::schema_of<Author, Review>();
  REQUIRE(wanted.schema.tables.size() == 2);
  CHECK(wanted.schema.tables[0] == df::model_of<Author>().table);
  CHECK(wanted.schema.tables[1] == df::model_of<Review>().table);
  CHECK(sentence([] { df::schema_of<Review>(); }) ==
        "struct Review references table \"author\", which no declared model has");
  CHECK(sentence([] { df::schema_of<Lost, Author>(); }) ==
        "struct Lost references table \"entity\", which no declared model has");
}

TEST_CASE("a UUID is read as it is written") {
  const std::string text = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
  CHECK(df::to_string(df::parse_uuid(text)) == text);
  CHECK(df::parse_uuid("6BA7B810-9DAD-11D1-80B4-00C04FD430C8") == df::parse_uuid(text));
  CHECK(df::to_string(df::uuid{}) == "00000000-0000-0000-0000-000000000000");
  for (const char* bad : {"", "6ba7b810", "6ba7b810-9dad-11d1-80b4-00c04fd430c", "6ba7b810-9dad-11d1-80b4-00c04fd430cg",
                          "6ba7b8109-dad-11d1-80b4-00c04fd430c8"})
    CHECK_THROWS_AS(df::parse_uuid(bad), df::Error);
}

}  // namespace
