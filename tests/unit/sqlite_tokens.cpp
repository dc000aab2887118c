// Cutting SQL into tokens, and when two pieces of it are the same.
#include "dialects/sqlite/tokens.hpp"

#include <doctest/doctest.h>

using namespace dataflow::sqlite;

namespace {

std::vector<std::string> texts(std::string_view sql) {
  std::vector<std::string> out;
  for (const Token& token : tokens(sql)) out.emplace_back(token.text);
  return out;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("tokens: words, names, numbers and signs") {
  CHECK(texts("a.b+c1") == Texts{"a", ".", "b", "+", "c1"});
  CHECK(texts("x<=y<>z||'a'") == Texts{"x", "<=", "y", "<>", "z", "||", "'a'"});
  CHECK(texts("a->>'$.x'->1") == Texts{"a", "->>", "'$.x'", "->", "1"});
  CHECK(texts("1.5e-3 .5 0x1F 1e+10 5-3") == Texts{"1.5e-3", ".5", "0x1F", "1e+10", "5", "-", "3"});
  CHECK(texts("x'00ff' X'AB' xy") == Texts{"x'00ff'", "X'AB'", "xy"});
  CHECK(texts("größe日本 $a") == Texts{"größe日本", "$", "a"});
  CHECK(texts("").empty());
  CHECK(texts(" \t\r\n ").empty());
}

TEST_CASE("tokens: quotes end where SQLite ends them") {
  CHECK(texts("'it''s' \"a\"\"b\" `c``d` [e f]") == Texts{"'it''s'", "\"a\"\"b\"", "`c``d`", "[e f]"});
  const std::vector<Token> all = tokens("'it''s' \"a\"\"b\" `c``d` [e [f] plain \"\" ''");
  Texts names;
  for (const Token& token : all) names.push_back(token.name());
  CHECK(names == Texts{"it's", "a\"b", "c`d", "e [f", "plain", "", ""});
  CHECK(texts("'never closed").size() == 1);
  CHECK(texts("'a' -- 'b'\n'c'") == Texts{"'a'", "'c'"});
}

TEST_CASE("tokens: comments are blanks, and quotes in them are nothing") {
  CHECK(texts("a /* ' ) \" */ b -- it's\nc") == Texts{"a", "b", "c"});
  CHECK(texts("a - -1 --x") == Texts{"a", "-", "-", "1"});
  CHECK(texts("a /* never closed") == Texts{"a"});
  CHECK(texts("'/* text */' '-- text'") == Texts{"'/* text */'", "'-- text'"});
  const std::string sql = "/* x */ first /**/ second";
  const auto all = tokens(sql);
  REQUIRE(all.size() == 2);
  CHECK(sql.substr(all[1].begin, all[1].end - all[1].begin) == "second");
}

TEST_CASE("tokens: a keyword is a bare word in any case") {
  const auto all = tokens("Check \"check\" 'check'");
  CHECK(all[0].is("check"));
  CHECK_FALSE(all[1].is("check"));
  CHECK_FALSE(all[2].is("check"));
  CHECK(all[1].names());
  CHECK(all[2].names());
  CHECK_FALSE(tokens("5")[0].names());
  CHECK(tokens("(")[0].is('('));
  CHECK_FALSE(tokens("||")[0].is('|'));
}

TEST_CASE("tokens: blanks, comments, case, quoting and outer parentheses make no difference") {
  CHECK(same_tokens("a > 0", "A>0"));
  CHECK(same_tokens("((a > 0))", "a /* really */ > 0"));
  CHECK(same_tokens("\"name\" <> ''", "[Name] <> ''"));
  CHECK(same_tokens("`a b` = 1", "\"A B\" = 1"));
  CHECK(same_tokens("X'ab'", "x'AB'"));
  CHECK(same_tokens("1E3", "1e3"));
  CHECK(same_tokens("(a) + (b)", "( a )+( b )"));
}

TEST_CASE("tokens: what differs in meaning stays apart") {
  CHECK_FALSE(same_tokens("(a) + (b)", "a) + (b"));
  CHECK_FALSE(same_tokens("a = 'X'", "a = 'x'"));
  CHECK_FALSE(same_tokens("a = 'x'", "a = \"x\""));
  CHECK_FALSE(same_tokens("a = 'x y'", "a = 'x  y'"));
  CHECK_FALSE(same_tokens("a - b", "b - a"));
  CHECK_FALSE(same_tokens("ab", "a b"));
  CHECK_FALSE(same_tokens("a < = b", "a <= b"));
  CHECK_FALSE(same_tokens("\"a b\"", "a b"));
  CHECK_FALSE(same_tokens("(a + b) * c", "a + b * c"));
  CHECK_FALSE(same_tokens("", "a"));
}

TEST_CASE("tokens: canonical gives one spelling to all that are the same, and is its own canonical form") {
  for (const char* sql : {"a > 0", "( \"B c\" || 'It''s' )", "CASE WHEN x THEN [y] ELSE `z` END", "f(a, (b)) -- c",
                          "((1))", "x IS NOT NULL", "\"\"", "()"}) {
    CAPTURE(sql);
    const std::string once = canonical(sql);
    CHECK(canonical(once) == once);
    CHECK(same_tokens(sql, once));
  }
  CHECK(canonical("((A))") == canonical("a"));
  CHECK(canonical("(A) (b)") != canonical("a b"));
}

TEST_CASE("tokens: mentions finds identifiers, quoted or not, and nothing else") {
  CHECK(mentions("lower(Name) <> ''", "name"));
  CHECK(mentions("[full name] IS NULL", "FULL NAME"));
  CHECK(mentions("\"a\"\"b\" = 1", "a\"b"));
  CHECK_FALSE(mentions("names = 1", "name"));
  CHECK_FALSE(mentions("a /* name */ = 1 -- name", "name"));
  CHECK_FALSE(mentions("5 + 7", "5"));
  CHECK(identifiers("A + b * [A] -- c") == Texts{"a", "b"});
}
