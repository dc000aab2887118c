#include <doctest/doctest.h>

#include <algorithm>

#include "core/text.hpp"
#include "dataflow/change.hpp"
#include "dataflow/diff.hpp"
#include "dataflow/snapshot.hpp"
#include "support/random_schema.hpp"

using namespace dataflow;
using namespace dataflow::testing;

namespace {
constexpr std::uint64_t cases = 3000;

bool fold_case(std::string_view a, std::string_view b) { return equal_ignoring_case(a, b); }
constexpr Sameness folding{fold_case, nullptr, nullptr};

// Where an object goes depends on the order of the input; what happens to it does not.
std::vector<Change> without_positions(std::vector<Change> changes) {
  for (Change& change : changes)
    std::visit(
        [](auto& c) {
          if constexpr (requires { c.position; }) c.position = at_end;
        },
        change);
  return changes;
}

void apply_all(Schema& schema, const std::vector<Change>& changes) {
  for (const Change& change : changes) apply_change(schema, change);
}
}  // namespace

TEST_CASE("generated schemas and wishes are valid and reproducible") {
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    CAPTURE(seed);
    const Schema schema = random_schema(seed);
    const Wanted wish = random_wish(schema, seed);
    REQUIRE_NOTHROW(validate(schema));
    REQUIRE_NOTHROW(validate(wish.schema));
    REQUIRE(random_schema(seed) == schema);
    REQUIRE(random_wish(schema, seed) == wish);
  }
}

TEST_CASE("every change of a difference can be taken back where it stands") {
  std::size_t seen = 0;
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    CAPTURE(seed);
    const Schema from = random_schema(seed);
    const auto difference = diff(from, random_wish(from, seed));
    Schema state = from;
    for (const Change& change : difference.changes) {
      CAPTURE(change.index());
      REQUIRE(inverse(inverse(change)) == change);
      const Schema before = state;
      REQUIRE_NOTHROW(apply_change(state, change));
      Schema back = state;
      REQUIRE_NOTHROW(apply_change(back, inverse(change)));
      REQUIRE(back == before);
      ++seen;
    }
  }
  CHECK(seen > cases);
}

TEST_CASE("the changes of a difference lead to the wanted schema and back") {
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    CAPTURE(seed);
    const Schema from = random_schema(seed);
    const Wanted wish = random_wish(from, seed);
    const auto difference = diff(from, wish);
    Schema state = from;
    REQUIRE_NOTHROW(apply_all(state, difference.changes));
    REQUIRE(fingerprint(state) == fingerprint(wish.schema));
    const auto rest = diff(state, wish);
    REQUIRE(rest.changes.empty());
    REQUIRE(rest.candidates.empty());
    REQUIRE_NOTHROW(apply_all(state, inverse(difference.changes)));
    REQUIRE(state == from);
  }
}

TEST_CASE("two unrelated schemas lead to each other") {
  for (std::uint64_t seed = 0; seed < cases / 3; ++seed) {
    CAPTURE(seed);
    const Schema from = random_schema(seed), to = random_schema(seed + 1000000);
    const auto difference = diff(from, {to, {}});
    Schema state = from;
    REQUIRE_NOTHROW(apply_all(state, difference.changes));
    REQUIRE(fingerprint(state) == fingerprint(to));
    REQUIRE_NOTHROW(apply_all(state, inverse(difference.changes)));
    REQUIRE(state == from);
  }
}

TEST_CASE("a schema does not differ from itself, however it is ordered") {
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    CAPTURE(seed);
    const Schema schema = random_schema(seed);
    REQUIRE(diff(schema, {schema, {}}).changes.empty());
    const Schema other = shuffled(schema, seed);
    REQUIRE(diff(schema, {other, {}}).changes.empty());
    REQUIRE(fingerprint(other) == fingerprint(schema));
  }
}

TEST_CASE("a difference is the same in every run and for every order of tables") {
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    CAPTURE(seed);
    Schema from = random_schema(seed);
    Wanted wish = random_wish(from, seed);
    const auto difference = diff(from, wish);
    REQUIRE(diff(from, wish).changes == difference.changes);
    Random random(seed);
    random.shuffle(from.tables);
    random.shuffle(wish.schema.tables);
    random.shuffle(wish.hints.tables);
    random.shuffle(wish.hints.columns);
    const auto other = diff(from, wish);
    REQUIRE(without_positions(other.changes) == without_positions(difference.changes));
    REQUIRE(other.candidates == difference.candidates);
    REQUIRE(other.unmanaged == difference.unmanaged);
  }
}

TEST_CASE("changed schemas have other fingerprints") {
  std::size_t changed = 0;
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    CAPTURE(seed);
    const Schema from = random_schema(seed);
    const Wanted wish = random_wish(from, seed);
    const bool differs = !diff(from, {wish.schema, {}}).changes.empty();
    REQUIRE((fingerprint(from) != fingerprint(wish.schema)) == differs);
    changed += differs;
  }
  CHECK(changed > cases / 2);
}

TEST_CASE("names in another case are renamed and nothing else where the server folds them") {
  std::size_t renamed = 0;
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    CAPTURE(seed);
    const Schema from = random_schema(seed);
    const Wanted wish{recased(from, seed), {}};
    const auto difference = diff(from, wish, folding);
    for (const Change& change : difference.changes)
      REQUIRE((std::holds_alternative<Rename<Table>>(change) || std::holds_alternative<Rename<Column>>(change)));
    Schema state = from;
    REQUIRE_NOTHROW(apply_all(state, difference.changes));
    REQUIRE(diff(state, wish, folding).changes.empty());
    REQUIRE_NOTHROW(apply_all(state, inverse(difference.changes)));
    REQUIRE(state == from);
    renamed += difference.changes.size();
  }
  CHECK(renamed > cases);
}

TEST_CASE("wishes in another case lead to the wanted schema and back") {
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    CAPTURE(seed);
    const Schema from = random_schema(seed);
    Wanted wish = random_wish(from, seed);
    wish.schema = recased(wish.schema, seed);
    const auto difference = diff(from, wish, folding);
    Schema state = from;
    REQUIRE_NOTHROW(apply_all(state, difference.changes));
    REQUIRE(diff(state, wish, folding).changes.empty());
    REQUIRE_NOTHROW(apply_all(state, inverse(difference.changes)));
    REQUIRE(state == from);
  }
}

TEST_CASE("nothing is dropped that is not owned") {
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    CAPTURE(seed);
    const Schema from = random_schema(seed);
    const Wanted wish = random_wish(from, seed);
    const auto difference = diff(from, wish, {}, {false, {}});
    for (const Change& change : difference.changes) {
      REQUIRE_FALSE(std::holds_alternative<Drop<Table>>(change));
      REQUIRE_FALSE(std::holds_alternative<Drop<Index>>(change));
      REQUIRE_FALSE(std::holds_alternative<Drop<Definition>>(change));
    }
    Schema state = from;
    REQUIRE_NOTHROW(apply_all(state, difference.changes));
    const auto rest = diff(state, wish, {}, {false, {}});
    REQUIRE(rest.changes.empty());
    REQUIRE(rest.unmanaged.size() == difference.unmanaged.size());
    REQUIRE(diff(from, wish, {}, {false, from}).changes == diff(from, wish).changes);
  }
}
