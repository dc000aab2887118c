// Previews byte for byte as they were last approved.
#include <doctest/doctest.h>

#include "dataflow/preview.hpp"
#include "support/golden.hpp"
#include "unit/preview_plans.hpp"

using namespace dataflow;
using namespace dataflow::test;

namespace {

const PreviewOptions everything{.show_rollback_plan = true, .safety_analysis = true};

Type type(Kind kind, std::uint32_t length = 0) {
  Type made;
  made.kind = kind;
  made.length = length;
  return made;
}

Difference difference() {
  Difference d;
  const Column phone{.name = "phone", .type = type(Kind::text)};
  Column email{.name = "email", .type = type(Kind::varchar, 255), .nullable = true};
  Column strict_email = email;
  strict_email.nullable = false;
  Table orders{.name = "orders", .columns = {phone, email}};
  d.changes = {Create<Table>{{}, orders}, Create<Column>{{"", "user"}, phone},
               Alter<Column>{{"", "user"}, email, strict_email}, Rename<Column>{{"", "user"}, "fullname", "name"},
               Drop<Index>{{"", "user"}, {.name = "user_by_fax", .parts = {{.column = "fax"}}}}};
  d.unmanaged = {{"view", {"", "legacy_users"}, {}}};
  d.candidates = {{{"", "user"}, "mail", "email", true, "both are VARCHAR(255)"}};
  d.notes = {"the hint for user.nick names a column that the database does not have"};
  return d;
}

}  // namespace

TEST_CASE("preview golden: columns added to the user table") {
  check_golden("preview/safe.table.txt", preview(safe_plan(), Format::table));
  check_golden("preview/safe.tree.txt", preview(safe_plan(), Format::tree));
  check_golden("preview/safe.sql", preview(safe_plan(), Format::sql));
  check_golden("preview/safe.md", preview(safe_plan(), Format::markdown));
  check_golden("preview/safe.json", preview(safe_plan(), Format::json));
}

TEST_CASE("preview golden: all levels with a step that would fail") {
  check_golden("preview/mixed.table.txt", preview(mixed_plan(), Format::table));
  check_golden("preview/mixed.everything.txt", preview(mixed_plan(), Format::table, everything));
  check_golden("preview/mixed.tree.txt", preview(mixed_plan(), Format::tree));
  check_golden("preview/mixed.sql", preview(mixed_plan(), Format::sql));
  check_golden("preview/mixed.md", preview(mixed_plan(), Format::markdown, everything));
  check_golden("preview/mixed.json", preview(mixed_plan(), Format::json));
  PreviewOptions about = everything;
  about.subject = "postgresql://ada@localhost/shop", about.file = "schema.sql";
  check_golden("preview/mixed.html", preview(mixed_plan(), Format::html, about));
  check_golden("preview/mixed.github.txt", preview(mixed_plan(), Format::github, about));
}

TEST_CASE("preview golden: ASCII, colours, widths") {
  PreviewOptions ascii = everything;
  ascii.ascii = true;
  check_golden("preview/mixed.ascii.txt", preview(mixed_plan(), Format::table, ascii));
  check_golden("preview/mixed.ascii.tree.txt", preview(mixed_plan(), Format::tree, ascii));
  PreviewOptions color;
  color.color = true;
  check_golden("preview/mixed.color.txt", preview(mixed_plan(), Format::table, color));
  check_golden("preview/mixed.width120.txt", preview(mixed_plan(), Format::table, {.width = 120}));
  check_golden("preview/mixed.width40.txt", preview(mixed_plan(), Format::table, {.width = 40}));
}

TEST_CASE("preview golden: names that are long, wide or hostile") {
  check_golden("preview/hostile.table.txt", preview(hostile_plan(), Format::table));
  check_golden("preview/hostile.width120.txt", preview(hostile_plan(), Format::table, {.width = 120}));
  check_golden("preview/hostile.ascii.txt", preview(hostile_plan(), Format::table, {.ascii = true}));
  check_golden("preview/hostile.tree.txt", preview(hostile_plan(), Format::tree));
  check_golden("preview/hostile.sql", preview(hostile_plan(), Format::sql));
  check_golden("preview/hostile.md", preview(hostile_plan(), Format::markdown));
  PreviewOptions about;
  about.subject = "<b>&\"'\n\x1b[2J", about.file = "a,b:c%d\n.sql";
  check_golden("preview/hostile.html", preview(hostile_plan(), Format::html, about));
  check_golden("preview/hostile.github.txt", preview(hostile_plan(), Format::github, about));
}

TEST_CASE("preview golden: nothing to do") {
  check_golden("preview/empty.table.txt", preview(empty_plan(), Format::table));
  check_golden("preview/empty.sql", preview(empty_plan(), Format::sql));
  check_golden("preview/empty.md", preview(empty_plan(), Format::markdown));
  check_golden("preview/empty.html", preview(empty_plan(), Format::html));
  check_golden("preview/empty.github.txt", preview(empty_plan(), Format::github));
}

TEST_CASE("preview golden: a difference") {
  check_golden("preview/difference.table.txt", preview(difference(), Format::table));
  check_golden("preview/difference.tree.txt", preview(difference(), Format::tree));
  check_golden("preview/difference.sql", preview(difference(), Format::sql));
  check_golden("preview/difference.md", preview(difference(), Format::markdown));
  check_golden("preview/difference.json", preview(difference(), Format::json));
  check_golden("preview/difference.html", preview(difference(), Format::html));
  check_golden("preview/difference.github.txt", preview(difference(), Format::github));
  check_golden("preview/difference.none.txt", preview(Difference{}, Format::table));
}
