// What a file leaves to the second in which it is carried out is no difference to a database made in another second.
#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <thread>

#include "dataflow/database.hpp"
#include "dataflow/diff.hpp"
#include "dataflow/execute.hpp"
#include "dataflow/snapshot.hpp"
#include "dialects/mariadb/mariadb.hpp"
#include "support/mariadb.hpp"
#include "support/mariadb_line.hpp"
#include "support/one_file.hpp"

using namespace dataflow;
using namespace dataflow::test;

namespace {

void let_a_second_pass() { std::this_thread::sleep_for(std::chrono::milliseconds(1100)); }

const std::string open_starts =
    "CREATE EVENT every_day ON SCHEDULE EVERY 1 DAY DO SET @a = 1;\n"
    "CREATE EVENT `sta``rts` ON SCHEDULE EVERY 2 HOUR ON COMPLETION PRESERVE DISABLE COMMENT 'starts ''1''' DO SET @a "
    "= "
    "2;\n"
    "CREATE EVENT soon ON SCHEDULE EVERY 1 HOUR STARTS CURRENT_TIMESTAMP + INTERVAL 1 HOUR ENDS now() + INTERVAL 3 DAY "
    "DO SET @a = 3;\n"
    "CREATE EVENT once ON SCHEDULE AT now() + INTERVAL 5 DAY DO SET @a = 4;\n";

std::size_t changes(Database& live, const std::string& sql) {
  return plan(live, schema_from_sql(live, sql, "file")).operations.size();
}

}  // namespace

TEST_CASE("an event whose file gives it no start differs neither from the live one nor from itself") {
  const MariaDbDatabase database(open_starts);
  Database live(database.url());
  let_a_second_pass();
  CHECK(changes(live, open_starts) == 0);

  const Wanted one = schema_from_sql(live, open_starts, "one");
  let_a_second_pass();
  const Wanted two = schema_from_sql(live, open_starts, "two");
  CHECK(compare(one.schema, two).changes.empty());
  CHECK(compare(inspect(live), two).changes.empty());
  CHECK(compare(one.schema, {inspect(live), {}}).changes.empty());

  // Saved and read again they are as open as before.
  Wanted saved;
  saved.schema = one.schema;
  const Wanted again = normalize(live, saved);
  CHECK(compare(again.schema, two).changes.empty());
}

TEST_CASE("an event keeps its start while the rest of it changes, and a start that is given counts") {
  const MariaDbDatabase database("CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SET @a = 1");
  Database live(database.url());
  const std::string starts =
      database.value("SELECT STARTS FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE()");
  let_a_second_pass();

  const auto other = plan(live, schema_from_sql(live, "CREATE EVENT e ON SCHEDULE EVERY 2 DAY DO SET @a = 2;", "file"));
  REQUIRE(other.operations.size() == 1);
  CHECK(execute(live, other).success);
  CHECK(database.value(
            "SELECT concat(STARTS, INTERVAL_VALUE) FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE()") ==
        starts + "2");

  const std::string given = "CREATE EVENT e ON SCHEDULE EVERY 2 DAY STARTS '2037-01-01 00:00:00' DO SET @a = 2;";
  CHECK(changes(live, given) == 1);
  CHECK(execute(live, plan(live, schema_from_sql(live, given, "file"))).success);
  CHECK(database.value("SELECT STARTS FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE()") ==
        "2037-01-01 00:00:00");
  CHECK(changes(live, given) == 0);
}

TEST_CASE("an event without a start is created, and found in place a second later") {
  const MariaDbDatabase database;
  Database live(database.url());
  const Plan made = plan(live, schema_from_sql(live, open_starts, "file"));
  let_a_second_pass();
  CHECK(execute(live, made).success);
  CHECK(database.value("SELECT count(*) FROM information_schema.EVENTS WHERE EVENT_SCHEMA = '" + database.name() +
                       "'") == "4");
  CHECK(changes(live, open_starts) == 0);
}

TEST_CASE("the interval of partitions without a start is the live one's") {
  const std::string file =
      "CREATE TABLE t (a int) WITH SYSTEM VERSIONING PARTITION BY SYSTEM_TIME INTERVAL 1 HOUR (PARTITION p0 HISTORY, "
      "PARTITION pn CURRENT);";
  const MariaDbDatabase database("SET timestamp = 1700000000; " + file);
  Database live(database.url());
  CHECK(changes(live, file) == 0);
  const std::string given =
      "CREATE TABLE t (a int) WITH SYSTEM VERSIONING PARTITION BY SYSTEM_TIME INTERVAL 1 HOUR STARTS "
      "TIMESTAMP'2020-01-01 "
      "00:00:00' (PARTITION p0 HISTORY, PARTITION pn CURRENT);";
  CHECK(changes(live, given) == 1);
}

TEST_CASE("a file's later statements on an event count") {
  const MariaDbDatabase database("CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SET @a = 1");
  Database live(database.url());
  let_a_second_pass();
  const std::string renamed =
      "CREATE EVENT old ON SCHEDULE EVERY 1 DAY DO SET @a = 1; ALTER EVENT old RENAME TO e; ALTER EVENT e ENABLE;";
  CHECK(changes(live, renamed) == 0);
  const std::string given =
      "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SET @a = 1; ALTER EVENT e ON SCHEDULE EVERY 1 DAY STARTS "
      "'2037-01-01 00:00:00';";
  CHECK(changes(live, given) == 1);
}

TEST_CASE("an event that a file enables later sleeps in a scratch database all the same") {
  const MariaDbDatabase database;
  const auto connection = connect_to_mariadb(database.url());
  mariadb::Scratch scratch(*connection);
  run_script(scratch, "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SET @a = 1; ALTER EVENT e ENABLE;", "file");
  CHECK(scratch.connection().query(
            "SELECT STATUS FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE()")[0][0] ==
        "SLAVESIDE_DISABLED");
}
