#include <doctest/doctest.h>

#include "core/text.hpp"
#include "dataflow/diff.hpp"
#include "dataflow/snapshot.hpp"

using namespace dataflow;

namespace {
Schema schema(const std::string& body) { return schema_from_text("dataflow schema 1\n" + body); }

using Names = std::vector<std::string>;

// The renames among the changes, as "a > b", and the number of the other changes.
struct Seen {
  Names renames;
  std::size_t others = 0;
  Names notes;
  std::vector<RenameCandidate> candidates;
};

Seen see(const std::string& from, const std::string& to, Hints hints = {}) {
  const auto difference = diff(schema(from), {schema(to), std::move(hints)});
  Seen seen{{}, 0, difference.notes, difference.candidates};
  for (const Change& change : difference.changes) {
    if (const auto* table = std::get_if<Rename<Table>>(&change))
      seen.renames.push_back(table->before.text + " > " + table->after.text);
    else if (const auto* column = std::get_if<Rename<Column>>(&change))
      seen.renames.push_back(column->in.name.text + ": " + column->before.text + " > " + column->after.text);
    else
      ++seen.others;
  }
  return seen;
}

std::string table(const std::string& name, const std::string& column = "id int64") {
  return "table " + name + "\n  column " + column + "\n";
}

Hints::TableRename renamed(const char* table, const char* before) { return {{{}, table}, before}; }
Hints::ColumnRename renamed(const char* table, const char* column, const char* before) {
  return {{{}, table}, column, before};
}
}  // namespace

TEST_CASE("nothing is renamed without a hint, however alike it is") {
  struct Case {
    std::string from, to;
    bool candidate;
  } const all[] = {
      {table("t", "user_id int32"), table("t", "user_email text"), false},
      {table("t", "created_at timestamp"), table("t", "updated_at timestamp"), true},
      {table("t", "tags text"), table("t", "stag text"), true},
      {table("t", "tags text"), table("t", "stag text not null"), false},
      {table("t", "tags text"), table("t", "stag text default 1"), false},
      {table("orders_archive"), table("orders_items"), true},
      {table("orders_archive"), table("orders_items", "item int64"), false},
  };
  for (const auto& c : all) {
    CAPTURE(c.to);
    const auto seen = see(c.from, c.to);
    CHECK(seen.renames.empty());
    CHECK(seen.others == 2);
    CHECK(seen.candidates.size() == c.candidate);
  }
}

TEST_CASE("a candidate says what it would rename and why") {
  const auto columns = see(table("t", "tags text"), table("t", "labels text")).candidates;
  REQUIRE(columns.size() == 1);
  CHECK(columns[0] ==
        RenameCandidate{{{}, "t"},
                        "tags",
                        "labels",
                        true,
                        "the only dropped and the only added column with this type, nullability and default"});
  const auto tables = see(table("users"), table("people")).candidates;
  REQUIRE(tables.size() == 1);
  CHECK(tables[0] ==
        RenameCandidate{
            {{}, "people"}, "users", "people", false, "the only dropped and the only added table with these columns"});
}

TEST_CASE("more than one possible rename is called ambiguous") {
  const auto seen = see("table t\n  column a text\n  column b text\n", table("t", "c text"));
  REQUIRE(seen.candidates.size() == 2);
  for (const auto& candidate : seen.candidates)
    CHECK(candidate.reason == "ambiguous: 2 dropped and 1 added columns share this type, nullability and default");
}

TEST_CASE("too many possible renames are counted, not listed") {
  std::string from = "table t\n", to = "table t\n";
  for (int i = 0; i < 20; ++i) {
    from += "  column a" + std::to_string(i) + " text\n";
    to += "  column b" + std::to_string(i) + " text\n";
  }
  const auto seen = see(from, to);
  CHECK(seen.candidates.size() == 64);
  CHECK(seen.notes == Names{"table t: 336 more pairs of dropped and added columns could be renames"});
}

TEST_CASE("a hint renames, and everything follows") {
  const std::string from =
      "table users\n  column id int64\n  column mail text\n  primary key (id)\n  index ix (mail)\n"
      "table orders\n  column u int64\n  foreign key (u) references users (id)\n";
  const std::string to =
      "table people\n  column uid int64\n  column email text\n  primary key (uid)\n  index ix (email)\n"
      "table orders\n  column u int64\n  foreign key (u) references people (uid)\n";
  const auto seen =
      see(from, to,
          {{renamed("people", "users")}, {renamed("people", "uid", "id"), renamed("people", "email", "mail")}, {}});
  CHECK(seen.renames == Names{"users > people", "people: mail > email", "people: id > uid"});
  CHECK(seen.others == 0);
  CHECK(seen.notes.empty());
  CHECK(seen.candidates.empty());
}

TEST_CASE("a renamed column that also changed is renamed, then altered") {
  const auto difference =
      diff(schema(table("t", "a int32")), {schema(table("t", "b int64")), {{}, {renamed("t", "b", "a")}, {}}});
  REQUIRE(difference.changes.size() == 2);
  CHECK(std::get<Rename<Column>>(difference.changes[0]) == Rename<Column>{{{}, "t"}, "a", "b"});
  CHECK(std::get<Alter<Column>>(difference.changes[1]).before.name == Name("b"));
}

TEST_CASE("hints apply in a chain, in whatever order they are given") {
  const std::string from = table("a") + table("b", "x text"), to = table("b") + table("c", "x text");
  for (const auto& hints :
       {std::vector{renamed("b", "a"), renamed("c", "b")}, std::vector{renamed("c", "b"), renamed("b", "a")}}) {
    const auto seen = see(from, to, {hints, {}, {}});
    CHECK(seen.renames == Names{"b > c", "a > b"});
    CHECK(seen.others == 0);
  }
}

TEST_CASE("a hint that was carried out before is passed over in silence") {
  const auto seen = see(table("people", "email text"), table("people", "email text"),
                        {{renamed("people", "users")}, {renamed("people", "email", "mail")}, {}});
  CHECK(seen.renames.empty());
  CHECK(seen.others == 0);
  CHECK(seen.notes.empty());
}

TEST_CASE("the hints of a table's whole history may stay where they are") {
  const Hints hints{{renamed("c", "a"), renamed("c", "b")}, {}, {}};
  CHECK(see(table("a"), table("c"), hints).renames == Names{"a > c"});
  CHECK(see(table("b"), table("c"), hints).renames == Names{"b > c"});
  CHECK(see(table("b"), table("c"), hints).notes.empty());
  CHECK(see(table("c"), table("c"), hints).notes.empty());
}

TEST_CASE("a hint that cannot apply is noted") {
  const std::string both = table("users") + table("people");
  CHECK(see(both, both, {{renamed("people", "users")}, {}, {}}).notes ==
        Names{"table people was not renamed from users: both exist"});
  CHECK(see("", table("people"), {{renamed("people", "users")}, {}, {}}).notes ==
        Names{"table people was not renamed from users: there is no users"});
  CHECK(see(table("t"), table("t"), {{renamed("x", "t")}, {}, {}}).notes ==
        Names{"table x was not renamed from t: nobody wants it"});
  CHECK(see(table("t"), table("t"), {{}, {renamed("x", "b", "a")}, {}}).notes ==
        Names{"column b of table x was not renamed from a: nobody wants the table"});
  CHECK(see(table("t"), table("t", "b text"), {{}, {renamed("t", "b", "a")}, {}}).notes ==
        Names{"column b of table t was not renamed from a: there is no a"});
  CHECK(see(table("t"), table("t"), {{}, {}, {{{{}, "t"}, "x", Literal{true}}}}).notes ==
        Names{"column x of table t was not filled: nobody wants it"});
}

TEST_CASE("one old name serves one hint") {
  const auto seen = see(table("a"), table("b") + table("c"), {{renamed("b", "a"), renamed("c", "a")}, {}, {}});
  CHECK(seen.renames == Names{"a > b"});
  CHECK(seen.others == 1);
  CHECK(seen.notes == Names{"table c was not renamed from a: there is no a"});
}

TEST_CASE("an object is renamed once") {
  const auto seen = see(table("a"), table("b") + table("c"), {{renamed("b", "a"), renamed("c", "b")}, {}, {}});
  CHECK(seen.renames == Names{"a > b"});
  CHECK(seen.others == 1);
  CHECK(seen.notes == Names{"table c was not renamed from b: b is the new name of another one"});
}

TEST_CASE("column hints of a table that is only now created need no word") {
  CHECK(see("", table("t", "b text"), {{}, {renamed("t", "b", "a")}, {}}).notes.empty());
}
