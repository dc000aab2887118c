#include <doctest/doctest.h>

#include "dataflow/diff.hpp"
#include "dataflow/snapshot.hpp"

using namespace dataflow;

namespace {
Schema schema(const std::string& body) { return schema_from_text("dataflow schema 1\n" + body); }

const std::string ours =
    "table users\n  column id int64\n  column email text\n  index ix_ours (email)\n  index ix_theirs (id)\n";
const std::string ledger = "table billing_ledger\n  column id int64\n  index ix_ledger (id)\n";
const std::string views =
    "define view ours\n  | select 1\ndefine view theirs\n  | select 2\n"
    "define trigger audit on billing_ledger\n  | x\n";
const std::string wanted = "table users\n  column id int64\n";
}  // namespace

TEST_CASE("what nobody owns is reported and left alone") {
  const auto difference = diff(schema(ours + ledger + views), {schema(wanted), {}}, {}, {false, {}});
  REQUIRE(difference.changes.size() == 1);
  CHECK(std::get<Drop<Column>>(difference.changes[0]).object.name == Name("email"));
  CHECK(difference.unmanaged == std::vector<Unmanaged>{{"table", {{}, "billing_ledger"}, {}},
                                                       {"index", {{}, "ix_ours"}, "users"},
                                                       {"index", {{}, "ix_theirs"}, "users"},
                                                       {"view", {{}, "ours"}, {}},
                                                       {"view", {{}, "theirs"}, {}},
                                                       {"trigger", {{}, "audit"}, "billing_ledger"}});
}

TEST_CASE("what is owned is dropped, by name") {
  const Schema owned = schema("table users\n  column x text\n  index ix_ours (x)\ndefine view ours\n  | older text\n");
  const auto difference = diff(schema(ours + ledger + views), {schema(wanted), {}}, {}, {false, owned});
  REQUIRE(difference.changes.size() == 3);
  CHECK(std::get<Drop<Definition>>(difference.changes[0]).object.name == Name("ours"));
  CHECK(std::get<Drop<Index>>(difference.changes[1]).object.name == Name("ix_ours"));
  CHECK(std::holds_alternative<Drop<Column>>(difference.changes[2]));
  CHECK(difference.unmanaged.size() == 4);
}

TEST_CASE("everything goes when everything is owned") {
  const auto difference = diff(schema(ours + ledger + views), {schema(wanted), {}});
  CHECK(difference.unmanaged.empty());
  CHECK(difference.changes.size() == 3 + 2 + 1 + 1);
}

TEST_CASE("an index is owned under the old and under the new name of its table") {
  const Schema from = schema("table users\n  column id int64\n  index ix (id)\n");
  const Wanted to{schema("table people\n  column id int64\n"), {{{{{}, "people"}, "users"}}, {}, {}}};
  for (const char* name : {"users", "people"}) {
    const Schema owned = schema("table " + std::string(name) + "\n  column id int64\n  index ix (id)\n");
    const auto difference = diff(from, to, {}, {false, owned});
    CHECK(difference.changes.size() == 2);
    CHECK(difference.unmanaged.empty());
  }
}

TEST_CASE("a trigger goes with its table, and is told when it was not owned") {
  const Schema owned = schema(ledger);
  const auto difference = diff(schema(wanted + ledger + "define trigger audit on billing_ledger\n  | x\n"),
                               {schema(wanted), {}}, {}, {false, owned});
  REQUIRE(difference.changes.size() == 2);
  CHECK(std::get<Drop<Definition>>(difference.changes[0]).object.name == Name("audit"));
  CHECK(std::get<Drop<Table>>(difference.changes[1]).object.name == Name("billing_ledger"));
  CHECK(difference.notes == std::vector<std::string>{"trigger audit goes with billing_ledger, which is dropped"});
}
