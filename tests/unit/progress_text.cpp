// The line of progress: what it says, and that it fits.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "cli/progress.hpp"
#include "core/tell.hpp"
#include "dataflow/database.hpp"
#include "dataflow/execute.hpp"
#include "dataflow/preview.hpp"
#include "dataflow/watcher.hpp"

using namespace dataflow;
using namespace dataflow::cli;
using std::chrono::milliseconds;

namespace {

const Shown rebuild{.activity = Activity::run,
                    .title = "rebuild table \x1b[2J顧客",
                    .unit = "step",
                    .done = 1,
                    .total = 5,
                    .rows = 1'200'000,
                    .done_at = milliseconds(3000),
                    .rows_at = milliseconds(4000)};

struct Seen {
  Activity activity;
  std::string title;
  std::uint64_t done, total, rows, expected_ms;
};
class Notes final : public Watcher {
 public:
  void see(const Stage& s) override {
    all.push_back({s.activity, std::string(s.title), s.done, s.total, s.rows, s.expected_ms});
  }
  std::vector<Seen> all;
};

}  // namespace

TEST_CASE("progress: the line") {
  const auto line = [](const Shown& shown, int elapsed, int now) {
    return progress_text(shown, milliseconds(elapsed), milliseconds(now), 200, false);
  };
  CHECK(line(rebuild, 5000, 4000) ==
        "step 2 of 5: rebuild table \\x1b[2J顧客 · 1,200,000 rows, 300,000 a second · 5.0 s · about 11 s left");
  CHECK(line({.title = "connecting"}, 700, 700) == "connecting · 0.7 s");
  const Shown objects{.title = "reading the schema", .unit = "object", .done = 1204, .total = 5000};
  CHECK(line(objects, 61'000, 0) == "reading the schema · 1,204 of 5,000 objects · 1:01 min");
  CHECK(line({.title = "reading the schema", .unit = "object", .done = 1}, 3'723'000, 0) ==
        "reading the schema · 1 object · 1:02 h");
  CHECK(progress_text(rebuild, milliseconds(5000), milliseconds(4000), 200, true) ==
        "step 2 of 5: rebuild table \\x1b[2J\\u{9867}\\u{5ba2} - 1,200,000 rows, 300,000 a second - 5.0 s - "
        "about 11 s left");
}

TEST_CASE("progress: what is left") {
  CHECK(time_left(rebuild, milliseconds(3000)) == milliseconds(12'000));
  // While nothing is done the time that is left gets less, and is nothing when it was wrong.
  CHECK(time_left(rebuild, milliseconds(9000)) == milliseconds(6000));
  CHECK(time_left(rebuild, milliseconds(16'000)) == std::nullopt);
  Shown all = rebuild;
  all.done = 5;
  CHECK(time_left(all, milliseconds(9000)) == milliseconds(0));
  const Shown first{.unit = "step", .total = 5, .expected_ms = 7000};
  CHECK(time_left(first, milliseconds(2000)) == milliseconds(5000));
  CHECK(time_left(first, milliseconds(7000)) == std::nullopt);
  Shown quick = first;
  quick.done = 1, quick.done_at = milliseconds(10);
  CHECK(time_left(quick, milliseconds(1000)) == milliseconds(6000));
  quick.done_at = milliseconds(5000);
  CHECK(time_left(quick, milliseconds(5000)) == milliseconds(20'000));
  CHECK(time_left({.expected_ms = UINT64_MAX}, milliseconds(1)) == std::nullopt);
  CHECK(time_left({.done = 7}, milliseconds(1)) == std::nullopt);
  CHECK(rate({.rows = UINT64_MAX, .rows_at = milliseconds(1'000'000)}) == UINT64_MAX / 1'000'000 * 1000 + 551);
  CHECK(rate({.rows = 5}) == 5000);
}

TEST_CASE("progress: never wider than the terminal") {
  Shown shown = rebuild;
  for (const char* title :
       {"", "x", "rebuild table orders", "ALTER TABLE 顧客の住所と電話番号の一覧表 👩‍👩‍👧",
        "a_name_without_any_blank_that_is_longer_than_every_terminal_here"})
    for (const bool ascii : {false, true})
      for (std::size_t width = 1; width < 120; ++width) {
        shown.title = title;
        const std::string line = progress_text(shown, milliseconds(5000), milliseconds(4000), width, ascii);
        INFO(line);
        CHECK(display_width(line) <= width);
        CHECK(line.find('\n') == std::string::npos);
      }
}

TEST_CASE("progress: only the thread that is watched, only as long, and nobody inside") {
  Notes notes, inner;
  tell({.title = "before"});
  {
    const Watching watching(&notes);
    tell({.title = "one"});
    {
      const Watching nobody(nullptr);
      tell({.title = "hushed"});
      const Watching other(&inner);
      tell({.title = "two"});
    }
    std::thread([] { tell({.title = "elsewhere"}); }).join();
    tell({.title = "three"});
  }
  tell({.title = "after"});
  REQUIRE(notes.all.size() == 2);
  CHECK(notes.all[0].title == "one");
  CHECK(notes.all[1].title == "three");
  REQUIRE(inner.all.size() == 1);
  CHECK(inner.all[0].title == "two");
}

TEST_CASE("progress: a migration tells its stages and its rows") {
  Database database("sqlite::memory:", Open::create);
  const auto migrate = [&](const char* sql) {
    const Plan made = plan(database, schema_from_sql(database, sql, "wanted.sql"));
    return execute(database, made).rows_affected;
  };
  migrate("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)");
  Notes notes;
  const Watching watching(&notes);
  migrate("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL)");
  std::vector<Activity> order;
  for (const Seen& s : notes.all)
    if (order.empty() || order.back() != s.activity) order.push_back(s.activity);
  using A = Activity;
  CHECK(order == std::vector{A::try_out, A::read, A::survey, A::rehearse, A::run, A::read, A::run, A::read, A::verify});
  CHECK(notes.all.front().title == "reading wanted.sql");
  const auto run = std::find_if(notes.all.begin(), notes.all.end(), [](const Seen& s) { return s.activity == A::run; });
  CHECK(run->total == 1);
  CHECK(run->expected_ms > 0);
  CHECK(std::count_if(notes.all.begin(), notes.all.end(),
                      [](const Seen& s) { return s.title == "checking rows: rebuild table t"; }) == 1);
}
