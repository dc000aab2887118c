// "-- renamed from" in SQL text.
#include <doctest/doctest.h>

#include "dialects/rename_comments.hpp"

using namespace dataflow;

namespace {
/// "table < before" and "table.column < before", one a line.
std::string renames(std::string_view sql, bool backslash_escapes = false) {
  Hints hints;
  add_renames(hints, sql, backslash_escapes);
  std::string out;
  const auto path = [](const Path& p) { return (p.schema.empty() ? "" : p.schema.text + ".") + p.name.text; };
  for (const auto& hint : hints.tables) out += path(hint.table) + " < " + hint.before.text + "\n";
  for (const auto& hint : hints.columns)
    out += path(hint.table) + "." + hint.column.text + " < " + hint.before.text + "\n";
  return out;
}
}  // namespace

TEST_CASE("a rename stands on the line of its column or table, or on a line of its own before it") {
  CHECK(renames("CREATE TABLE people ( -- renamed from users\n"
                "  id int, -- the key\n"
                "  mail text NOT NULL, -- renamed from email\n"
                "  -- Renamed From nick\n"
                "  alias text,\n"
                "  city text -- renamed from \"the \"\"town\"\n"
                ");") == "people < users\npeople.mail < email\npeople.alias < nick\npeople.city < the \"town\n");
  CHECK(renames("-- @renamed from=old\nCREATE UNLOGGED TABLE IF NOT EXISTS \"App\".\"New\" (a int)") ==
        "App.New < old\n");
  CHECK(renames("create table `a b` (\n `c,d` int, -- renamed from `x`,\n e int)") == "a b.c,d < x\n");
  CHECK(renames("CREATE TABLE [t] ([c] int -- renamed from d\n)") == "t.c < d\n");
}

TEST_CASE("what only looks like a rename is none") {
  CHECK(renames("CREATE TABLE t (a text DEFAULT '-- renamed from x', b int)").empty());
  CHECK(renames("CREATE TABLE t (a text DEFAULT '\n-- renamed from x\n', b int)").empty());
  CHECK(renames("/* -- renamed from x */ CREATE TABLE t (a int)").empty());
  CHECK(renames("CREATE TABLE t (a int, -- renamed from two words\n b int)").empty());
  CHECK(renames("CREATE TABLE t (a int, -- was renamed from x\n b int)").empty());
  CHECK(renames("CREATE FUNCTION f() RETURNS int AS $x$ CREATE TABLE t (a int) -- renamed from y\n $x$ LANGUAGE sql;")
            .empty());
  CHECK(renames("SELECT 1 -- renamed from x").empty());
  CHECK(renames("CREATE TABLE t (a text DEFAULT 'it\\'s', -- renamed from x\n b int)", true) == "t.a < x\n");
}

TEST_CASE("parentheses and commas inside of a column begin no other") {
  CHECK(renames("CREATE TABLE t (a numeric(10,\n2) CHECK (a IN (1,\n2)), -- renamed from x\n b int)") == "t.a < x\n");
  CHECK(renames("CREATE TABLE t (a int, b numeric(10, 2) CHECK (b > 0), -- renamed from x\n c int);\n"
                "CREATE TABLE u (d int) -- renamed from w") == "u < w\nt.b < x\n");
}
