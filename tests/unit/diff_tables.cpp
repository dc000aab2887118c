#include <doctest/doctest.h>

#include <algorithm>

#include "core/text.hpp"
#include "dataflow/diff.hpp"
#include "dataflow/snapshot.hpp"

using namespace dataflow;

namespace {
Schema schema(const std::string& body) { return schema_from_text("dataflow schema 1\n" + body); }

struct Describe {
  static std::string at(const Path& in) {
    return in.schema.empty() ? in.name.text : in.schema.text + '.' + in.name.text;
  }
  static std::string name(const Table& t) { return "table " + at(t.path()); }
  static std::string name(const Column& c) { return "column " + c.name.text; }
  static std::string name(const PrimaryKey&) { return "primary key"; }
  static std::string name(const Unique& u) { return "unique " + u.name.text; }
  static std::string name(const ForeignKey& k) { return "foreign key to " + k.references.name.text; }
  static std::string name(const Check& c) { return "check " + c.expression.text; }
  static std::string name(const Index& i) { return "index " + i.name.text; }
  static std::string name(const TableOptions&) { return "options"; }
  static std::string name(const Definition& d) { return d.kind + ' ' + d.name.text; }
  static std::string where(const Path& in) { return in.name.empty() ? "" : " in " + at(in); }

  template <class O> std::string operator()(const Create<O>& c) const {
    return "create " + name(c.object) + where(c.in);
  }
  template <class O> std::string operator()(const Drop<O>& c) const { return "drop " + name(c.object) + where(c.in); }
  template <class O> std::string operator()(const Alter<O>& c) const { return "alter " + name(c.before) + where(c.in); }
  std::string operator()(const Rename<Table>& c) const {
    return "rename table " + c.before.text + " to " + c.after.text;
  }
  std::string operator()(const Rename<Column>& c) const {
    return "rename column " + c.before.text + " to " + c.after.text + where(c.in);
  }
};

using Lines = std::vector<std::string>;

Lines lines(const Difference& difference) {
  Lines out;
  for (const Change& change : difference.changes) out.push_back(std::visit(Describe{}, change));
  return out;
}

Lines changes(const std::string& from, const std::string& to, Hints hints = {}, const Sameness& sameness = {}) {
  return lines(diff(schema(from), {schema(to), std::move(hints)}, sameness));
}

bool fold(std::string_view a, std::string_view b) { return equal_ignoring_case(a, b); }
bool int_is_int(const Type& a, const Type& b) { return a.kind == b.kind; }
bool without_spaces(std::string_view a, std::string_view b) {
  std::string x(a), y(b);
  std::erase(x, ' '), std::erase(y, ' ');
  return x == y;
}

const std::string users = "table users\n  column id int64 not null\n  column name text\n  primary key (id)\n";
}  // namespace

TEST_CASE("equal schemas do not differ") {
  CHECK(changes(users, users).empty());
  CHECK(changes("", "").empty());
}

TEST_CASE("a new table comes whole, a lost one goes whole") {
  const std::string with_index = users + "  index ix (name)\n";
  CHECK(changes("", with_index) == Lines{"create table users"});
  CHECK(changes(with_index, "") == Lines{"drop table users"});
}

TEST_CASE("one changed thing is one change") {
  const std::string t = "table t\n  column a int32\n  column b varchar(50)\n  primary key (a)\n";
  struct Case {
    std::string from, to;
    Lines expected;
  } const all[] = {
      {t, t + "  column c text\n", {"create column c in t"}},
      {t + "  column c text\n", t, {"drop column c in t"}},
      {t, "table t\n  column a int64\n  column b varchar(50)\n  primary key (a)\n", {"alter column a in t"}},
      {t, "table t\n  column a int32 not null\n  column b varchar(50)\n  primary key (a)\n", {"alter column a in t"}},
      {t, "table t\n  column a int32 default 1\n  column b varchar(50)\n  primary key (a)\n", {"alter column a in t"}},
      {t,
       "table t\n  column a int32 comment \"x\"\n  column b varchar(50)\n  primary key (a)\n",
       {"alter column a in t"}},
      {t, "table t\n  column a int32\n  column b varchar(51)\n  primary key (a)\n", {"alter column b in t"}},
      {t, "table t\n  column b varchar(50)\n  column a int32\n  primary key (a)\n", {}},
      {t, "table t\n  column a int32\n  column b varchar(50)\n  primary key (b)\n", {"alter primary key in t"}},
      {t, "table t\n  column a int32\n  column b varchar(50)\n", {"drop primary key in t"}},
      {"table t\n  column a int32\n", "table t\n  column a int32\n  primary key (a)\n", {"create primary key in t"}},
      {t,
       "table t with (strict)\n  column a int32\n  column b varchar(50)\n  primary key (a)\n",
       {"alter options in t"}},
      {t + "  index ix (a)\n", t + "  index ix (b)\n", {"alter index ix in t"}},
      {t + "  index ix (a)\n", t + "  index ix unique (a)\n", {"alter index ix in t"}},
      {t + "  index ix (a)\n", t + "  index ix (a) where { a > 0 }\n", {"alter index ix in t"}},
      {t + "  index ix (a)\n", t + "  index iy (a)\n", {"drop index ix in t", "create index iy in t"}},
      {t + "  unique u (a)\n", t + "  unique u (a, b)\n", {"alter unique u in t"}},
      {t + "  unique (a)\n", t + "  unique (b)\n", {"drop unique  in t", "create unique  in t"}},
      {t + "  unique (a)\n  unique (b)\n", t + "  unique (b)\n  unique (a)\n", {}},
      {t + "  unique (a)\n  unique (a)\n", t + "  unique (a)\n", {"drop unique  in t"}},
      {t + "  check { a }\n", t + "  check { b }\n", {"drop check a in t", "create check b in t"}},
      {t + "  check c { a }\n", t + "  check c { b }\n", {"alter check a in t"}},
      // A name that two of them bear tells nothing.
      {t + "  check c { a }\n  check c { b }\n",
       t + "  check c { x }\n",
       {"drop check a in t", "drop check b in t", "create check x in t"}},
      {t + "  foreign key f (a) references t (a)\n",
       t + "  foreign key f (a) references t (a) on delete cascade\n",
       {"alter foreign key to t in t"}},
      {t + "  foreign key (a) references t (a)\n",
       t + "  foreign key (a) references t (a) on delete cascade\n",
       {"drop foreign key to t in t", "create foreign key to t in t"}},
  };
  for (const Case& c : all) {
    CAPTURE(c.to);
    CHECK(changes(c.from, c.to) == c.expected);
  }
}

TEST_CASE("an added column keeps everything it has") {
  const auto difference =
      diff(schema(users), {schema(users + "  column qty int32 not null default 0 identity always\n"), {}});
  REQUIRE(difference.changes.size() == 1);
  const auto& column = std::get<Create<Column>>(difference.changes[0]).object;
  CHECK(column.default_value == Default(Literal{std::int64_t{0}}));
  CHECK(column.identity == Identity::always);
  CHECK_FALSE(column.nullable);
}

TEST_CASE("what depends goes first and comes last") {
  const std::string from =
      "table a\n  column id int64\n  column b_id int64\n  foreign key (b_id) references b (id)\n"
      "table b\n  column id int64\n"
      "table keeper\n  column id int64\n  column b_id int64\n  column gone int64\n"
      "  foreign key k (b_id) references b (id)\n  index ix (gone)\n  check { gone > 0 }\n"
      "define view v\n  | select * from a\ndefine view w\n  | select * from v\ndefine trigger tr on a\n  | x\n";
  const std::string to =
      "table child\n  column id int64\n  foreign key (id) references parent (id)\n"
      "table keeper\n  column id int64\n  column b_id int64\n  column fresh int64\n"
      "  foreign key k (b_id) references parent (id)\n  index iy (fresh)\n"
      "table parent\n  column id int64\n"
      "define view x\n  | select * from keeper\n";
  CHECK(changes(from, to) ==
        Lines{"drop trigger tr", "drop view w", "drop view v", "drop foreign key to b in keeper",
              "drop index ix in keeper", "drop check gone > 0 in keeper", "drop table a", "drop table b",
              "create table parent", "create table child", "create column fresh in keeper", "create index iy in keeper",
              "create foreign key to parent in keeper", "drop column gone in keeper", "create view x"});
}

TEST_CASE("rings and long chains of references are put in some order") {
  std::string ring =
      "table a\n  column id int64\n  foreign key (id) references b (id)\n"
      "table b\n  column id int64\n  foreign key (id) references a (id)\n"
      "table me\n  column id int64\n  foreign key (id) references me (id)\n";
  CHECK(changes("", ring) == Lines{"create table b", "create table a", "create table me"});
  CHECK(changes(ring, "") == Lines{"drop table me", "drop table a", "drop table b"});
  std::string chain = "table t0\n  column id int64\n";
  for (int i = 1; i < 3000; ++i)
    chain += "table t" + std::to_string(i) + "\n  column id int64\n  foreign key (id) references t" +
             std::to_string(i - 1) + " (id)\n";
  const Lines order = changes("", chain);
  REQUIRE(order.size() == 3000);
  CHECK(order.front() == "create table t0");
  CHECK(order.back() == "create table t2999");
}

TEST_CASE("a dropped object remembers where it stood") {
  const auto difference = diff(schema("table t\n  column a text\n  column b text\n  column c text\n"),
                               {schema("table t\n  column c text\n"), {}});
  REQUIRE(difference.changes.size() == 2);
  CHECK(std::get<Drop<Column>>(difference.changes[0]).object.name == Name("a"));
  CHECK(std::get<Drop<Column>>(difference.changes[0]).position == 0);
  // Once a is gone, b is the first.
  CHECK(std::get<Drop<Column>>(difference.changes[1]).position == 0);
}

TEST_CASE("spellings that mean the same make no change") {
  const std::string from =
      "table T\n  column A int32 as \"INTEGER\" default { 1+1 }\n  check { A>0 }\n  index IX (A, { a+1 })\n";
  const std::string to =
      "table T\n  column A int32 as \"INT\" default { 1 + 1 }\n  check { A > 0 }\n  index ix (a, { a + 1 })\n";
  CHECK(changes(from, to, {}, {fold, int_is_int, without_spaces}).empty());
  CHECK(changes(from, to, {}, {fold, int_is_int, nullptr}) ==
        Lines{"drop check A>0 in T", "alter column A in T", "create check A > 0 in T", "alter index IX in T"});
  CHECK(changes(from, to, {}, {nullptr, nullptr, without_spaces}) ==
        Lines{"drop index IX in T", "alter column A in T", "create index ix in T"});
}

TEST_CASE("a name in another case is a rename where the server folds names") {
  const std::string from = "table Users\n  column ID int64\n  primary key (ID)\n";
  const std::string to = "table users\n  column id int64 not null\n  primary key (id)\n";
  CHECK(changes(from, to, {}, {fold, nullptr, nullptr}) ==
        Lines{"rename table Users to users", "rename column ID to id in users", "alter column id in users"});
  CHECK(changes(from, to) == Lines{"drop table Users", "create table users"});
}

TEST_CASE("a definition changes with its text") {
  const std::string v = "define view v\n  | select 1\n";
  CHECK(changes(v, "define view v\n  | select 2\n") == Lines{"alter view v"});
  CHECK(changes(v, "define view v\n  |  select  1\n", {}, {nullptr, nullptr, without_spaces}).empty());
  CHECK(changes(v, "define \"virtual table\" v\n  | select 1\n") == Lines{"drop view v", "create virtual table v"});
}

namespace {
std::size_t asked = 0;
bool counted_fold(std::string_view a, std::string_view b) { return ++asked, fold(a, b); }
}  // namespace

TEST_CASE("the work grows with the schema, not with its square") {
  constexpr int tables = 5000, columns = 10;
  Schema from;
  for (int i = 0; i < tables; ++i) {
    Table table{.name = "Table_" + std::to_string(i * 7919 % tables)};
    for (int c = 0; c < columns; ++c)
      table.columns.push_back({.name = "C" + std::to_string(c), .type = {.kind = Kind::text}});
    from.tables.push_back(std::move(table));
  }
  Wanted to{from, {}};
  std::reverse(to.schema.tables.begin(), to.schema.tables.end());
  for (Table& table : to.schema.tables) {
    table.name = lower(table.name.text);
    for (Column& column : table.columns) column.name = lower(column.name.text);
  }
  asked = 0;
  CHECK(diff(from, to, {counted_fold, nullptr, nullptr}).changes.size() == tables * (columns + 1));
  CHECK(asked > tables * columns);
  CHECK(asked < 10 * tables * columns);
}
