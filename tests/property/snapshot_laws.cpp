#include <doctest/doctest.h>

#include "dataflow/error.hpp"
#include "dataflow/snapshot.hpp"
#include "support/random_schema.hpp"

using namespace dataflow;
using namespace dataflow::testing;

namespace {
constexpr std::uint64_t cases = 2000;

std::string with_crlf(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '\n' ? std::string("\r\n") : std::string(1, c);
  return out;
}

const std::string pieces[] = {"\"",
                              "{",
                              "}",
                              "{{ ",
                              " }}",
                              "(",
                              ")",
                              "\n",
                              "|",
                              "\\",
                              "\\x",
                              "\xff",
                              "table x\n",
                              "column ",
                              "with (",
                              "[]",
                              "99999999999999999999",
                              "-",
                              "u",
                              "null",
                              "[",
                              ",",
                              ":",
                              "\"hex\"",
                              "true",
                              "{\"a\":",
                              "1e999",
                              "\\ud800",
                              "not null",
                              "on delete set",
                              "."};

std::string damaged(std::string text, Random& random) {
  for (std::size_t n = 1 + random.below(4); n-- > 0 && !text.empty();) {
    const std::size_t at = random.below(text.size());
    switch (random.below(6)) {
      case 0: text.resize(at); break;
      case 1: text[at] = static_cast<char>(random.next()); break;
      case 2: text.erase(at, 1 + random.below(20)); break;
      case 3: text.insert(at, random.pick(pieces)); break;
      case 4: text.insert(at, text.substr(random.below(text.size()), random.below(40))); break;
      default: text.replace(at, 1, random.pick(pieces)); break;
    }
  }
  return text;
}

// A damaged document either says something else or is refused by the one error that has a line in it.
template <class Parse, class Print> bool is_refused(const std::string& document, Parse&& parse, Print&& print) {
  try {
    const Schema schema = parse(document);
    REQUIRE(parse(print(schema)) == schema);
    return false;
  } catch (const Error& error) {
    REQUIRE(error.code == ErrorCode::bad_document);
    REQUIRE(std::string(error.what()).starts_with("line "));
    return true;
  }
}

template <class Parse, class Print> void check_damage(std::uint64_t salt, Parse&& parse, Print&& print) {
  std::size_t refused = 0;
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    CAPTURE(seed);
    Random random(seed ^ salt);
    const std::string document = print(random_schema(seed, 2));
    for (int i = 0; i < 4; ++i) refused += is_refused(damaged(document, random), parse, print);
  }
  CHECK(refused > cases);
}
}  // namespace

TEST_CASE("a snapshot reads back as what was written") {
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    CAPTURE(seed);
    const Schema schema = random_schema(seed);
    const std::string text = to_text(schema), json = to_json(schema);
    const Schema again = schema_from_text(text);
    REQUIRE(again == schema);
    REQUIRE(to_text(again) == text);
    REQUIRE(fingerprint(again) == fingerprint(schema));
    if (seed % 4 == 0) REQUIRE(schema_from_text(with_crlf(text)) == schema);
    REQUIRE(schema_from_json(json) == schema);
  }
}

TEST_CASE("no damage to a text snapshot is more than an error") {
  check_damage(1, schema_from_text, [](const Schema& s) { return to_text(s); });
}

TEST_CASE("no damage to a JSON snapshot is more than an error") { check_damage(2, schema_from_json, to_json); }

TEST_CASE("a snapshot cut off anywhere reads as far as it goes or is refused") {
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    CAPTURE(seed);
    const Schema schema = random_schema(seed, 2);
    const std::string text = to_text(schema), json = to_json(schema);
    for (std::size_t length = 0; length < text.size(); ++length)
      is_refused(text.substr(0, length), schema_from_text, [](const Schema& s) { return to_text(s); });
    for (std::size_t length = 0; length + 1 < json.size(); ++length)
      REQUIRE(is_refused(json.substr(0, length), schema_from_json, to_json));
  }
}
