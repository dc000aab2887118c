// No member of the schema may be overlooked: changing it alone must be a difference, another fingerprint and other
// text.
#include <doctest/doctest.h>

#include "dataflow/diff.hpp"
#include "dataflow/snapshot.hpp"
#include "schema/fields.hpp"
#include "schema/words.hpp"

using namespace dataflow;

namespace {
Schema sample() {
  const KeyPart part{.column = "a", .collation = "NOCASE", .attributes = {{"x", ""}}};
  Table table{.schema = "app",
              .name = "t",
              .columns = {{.name = "a",
                           .type = {.kind = Kind::int64, .name = "n", .labels = {"l"}, .spelled = "INT"},
                           .default_value = Literal{std::int64_t{1}},
                           .generated = Generated{Sql("b"), true},
                           .comment = "c"}},
              .primary_key = PrimaryKey{.name = "pk", .parts = {part}},
              .uniques = {{.name = "uq", .parts = {part}}},
              .foreign_keys = {{.name = "fk", .columns = {"a"}, .references = {"app", "t"}, .referenced = {"a"}}},
              .checks = {{.name = "ck", .expression = Sql("a > 0")}},
              .indexes = {{.name = "ix", .parts = {part}, .where = Sql("a > 0")}},
              .options = {.comment = "c"}};
  return {.tables = {table},
          .definitions = {{.kind = "trigger", .schema = "app", .name = "d", .on = "t", .text = Sql("x")}}};
}

// Makes another value of any member.
struct Other {
  void operator()(bool& value) const { value = !value; }
  template <std::unsigned_integral I> void operator()(I& value) const { ++value; }
  template <Worded E> void operator()(E& value) const {
    value = static_cast<E>((static_cast<std::size_t>(value) + 1) % Words<E>::rows.size());
  }
  void operator()(std::string& value) const { value += "2"; }
  void operator()(Name& value) const { value.text += "2"; }
  void operator()(Sql& value) const { value.text += "2"; }
  void operator()(Attributes& value) const { value["more"] = ""; }
  void operator()(Path& value) const { value.name.text += "2"; }
  void operator()(Type& value) const { ++value.length; }
  void operator()(TableOptions& value) const { value.comment += "2"; }
  void operator()(std::optional<Default>& value) const { value = Literal{std::int64_t{2}}; }
  template <class T> void operator()(std::optional<T>& value) const { value.reset(); }
  template <class T> void operator()(std::vector<T>& value) const { value.emplace_back(); }
};

template <Fielded T, class Find> std::size_t vary(Find&& find) {
  std::size_t members = 0;
  for_each_field<T>([&](const auto& row) {
    CAPTURE(Fields<T>::noun);
    CAPTURE(row.key);
    const Schema before = sample();
    Schema after = before;
    Other{}(find(after).*row.member);
    // What an object needs only says in which order things are done.
    const bool compared = row.key != "depends_on";
    CHECK(diff(before, {after, {}}).changes.empty() != compared);
    CHECK(diff(after, {after, {}}).changes.empty());
    CHECK((fingerprint(after) != fingerprint(before)) == compared);
    CHECK(to_text(after) != to_text(before));
    CHECK(schema_from_text(to_text(after)) == after);
    CHECK(schema_from_json(to_json(after)) == after);
    ++members;
  });
  return members;
}
}  // namespace

TEST_CASE("every member of every value is compared, printed and counted in the fingerprint") {
  const auto table = [](Schema& s) -> Table& { return s.tables[0]; };
  std::size_t members = vary<Table>(table);
  members += vary<TableOptions>([&](Schema & s) -> auto& { return table(s).options; });
  members += vary<Column>([&](Schema & s) -> auto& { return table(s).columns[0]; });
  members += vary<Type>([&](Schema & s) -> auto& { return table(s).columns[0].type; });
  members += vary<Generated>([&](Schema & s) -> auto& { return *table(s).columns[0].generated; });
  members += vary<PrimaryKey>([&](Schema & s) -> auto& { return *table(s).primary_key; });
  members += vary<KeyPart>([&](Schema & s) -> auto& { return table(s).primary_key->parts[0]; });
  members += vary<Unique>([&](Schema & s) -> auto& { return table(s).uniques[0]; });
  members += vary<KeyPart>([&](Schema & s) -> auto& { return table(s).uniques[0].parts[0]; });
  members += vary<ForeignKey>([&](Schema & s) -> auto& { return table(s).foreign_keys[0]; });
  members += vary<Path>([&](Schema & s) -> auto& { return table(s).foreign_keys[0].references; });
  members += vary<Check>([&](Schema & s) -> auto& { return table(s).checks[0]; });
  members += vary<Index>([&](Schema & s) -> auto& { return table(s).indexes[0]; });
  members += vary<KeyPart>([&](Schema & s) -> auto& { return table(s).indexes[0].parts[0]; });
  members += vary<Definition>([](Schema & s) -> auto& { return s.definitions[0]; });
  CHECK(members > 60);
}
