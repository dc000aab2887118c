// The sentences of a preview, the layout under stress, and what the environment says.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <pty.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <map>
#include <random>

#include "core/text.hpp"
#include "dataflow/preview.hpp"
#include "preview/annotation.hpp"
#include "preview/html.hpp"
#include "preview/page.hpp"
#include "preview/words.hpp"
#include "unit/preview_plans.hpp"

using namespace dataflow;
using namespace dataflow::test;
using page::rough_time;

namespace {

using K = OperationKind;
constexpr std::uint64_t endless = std::numeric_limits<std::uint64_t>::max();

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

Operation operation(K kind, RiskLevel level, std::string rule = {}) {
  Operation made;
  made.kind = kind;
  made.table = "user";
  made.object = "part";
  made.details = "part";
  made.assessment.level = level;
  made.assessment.rule = std::move(rule);
  return made;
}

/// Environment variables for the time of a test.
class Environment {
 public:
  using Variables = std::map<std::string, std::string>;
  explicit Environment(const Variables& wanted) {
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG", "NO_COLOR", "TERM", "COLUMNS", "DATAFLOW_ASCII"}) {
      if (const char* value = std::getenv(name)) before_[name] = value;
      unsetenv(name);
    }
    for (const auto& [name, value] : wanted) setenv(name.c_str(), value.c_str(), 1);
  }
  ~Environment() {
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG", "NO_COLOR", "TERM", "COLUMNS", "DATAFLOW_ASCII"})
      unsetenv(name);
    for (const auto& [name, value] : before_) setenv(name.c_str(), value.c_str(), 1);
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  std::map<std::string, std::string> before_;
};

/// Both ends of a terminal.
struct Pty {
  int master = -1, slave = -1;
  explicit Pty(unsigned short columns) {
    winsize size{};
    size.ws_col = columns;
    REQUIRE(openpty(&master, &slave, nullptr, nullptr, &size) == 0);
  }
  ~Pty() {
    close(master);
    close(slave);
  }
  Pty(const Pty&) = delete;
  Pty& operator=(const Pty&) = delete;
};

/// A name out of everything that is hard to print.
std::string awkward_name(std::mt19937& random) {
  const std::vector<std::string> pieces = {
      "a",    "_",    " ",      "|", "日",        "é", "e\u0301",           "⚠️", "👩‍👧", "\n",
      "\x1b", "\xff", "\u202e", "`", "long_word", "→", std::string(1, '\0')};
  std::string name;
  for (std::size_t n = random() % 30; n > 0; --n) name += pieces[random() % pieces.size()];
  return name;
}

}  // namespace

TEST_CASE("estimated times in words") {
  CHECK(rough_time({}) == "<100ms");
  CHECK(rough_time({0, 99}) == "<100ms");
  CHECK(rough_time({50, 100}) == "<1 second");
  CHECK(rough_time({500, 1000}) == "up to 1 second");
  CHECK(rough_time({2000, 4200}) == "2-5 seconds");
  CHECK(rough_time({3000, 3000}) == "3 seconds");
  CHECK(rough_time({40'000, 100'000}) == "40-100 seconds");
  CHECK(rough_time({40'000, 150'000}) == "40 seconds to 3 minutes");
  CHECK(rough_time({7'200'000, 9'000'000}) == "2-3 hours");
  CHECK(rough_time({10'000, endless}) == "10+ seconds");
  CHECK(rough_time({180'000, endless}) == "3+ minutes");
  CHECK(rough_time({0, endless}) == "not known");
  CHECK(page::milliseconds({3, 3}) == "3ms");
  CHECK(page::milliseconds({1, 3}) == "1-3ms");
  CHECK(page::milliseconds({7, endless}) == "7+ms");
}

TEST_CASE("backward compatibility follows kind and level") {
  const auto compatible = [](K kind, RiskLevel level, const char* rule = "") {
    return page::backward_compatible(operation(kind, level, rule));
  };
  CHECK(compatible(K::create_table, RiskLevel::safe));
  CHECK(compatible(K::add_column, RiskLevel::safe));
  CHECK_FALSE(compatible(K::add_column, RiskLevel::medium, "H5"));
  CHECK(compatible(K::add_column, RiskLevel::medium, "H4"));
  CHECK(compatible(K::drop_index, RiskLevel::medium));
  CHECK(compatible(K::alter_column, RiskLevel::safe));
  CHECK_FALSE(compatible(K::alter_column, RiskLevel::medium));
  for (K never : {K::drop_table, K::rename_table, K::drop_column, K::rename_column, K::drop_view})
    CHECK_FALSE(compatible(never, RiskLevel::safe));
}

TEST_CASE("the assessment follows the plan") {
  Plan plan = safe_plan();
  CHECK(page::compatibility_sentence(plan) == "All operations are backward compatible");
  CHECK(page::data_loss_sentence(plan) == "No data loss risk detected");
  CHECK(page::time_sentence(plan) == "Estimated execution time: <100ms");
  CHECK(page::rollback_sentence(plan) == "Rollback plan: Available (3 steps)");

  Operation drop = operation(K::drop_column, RiskLevel::critical);
  drop.assessment.data_loss = DataLoss::high;
  drop.assessment.reversal = Reversal::with_backup;
  plan.operations.push_back(drop);
  plan.rollback.resize(1);
  CHECK(page::compatibility_sentence(plan) ==
        "1 of 4 operations is not backward compatible: drop column part from user");
  CHECK(page::data_loss_sentence(plan) == "Data loss in 1 operation, nothing set aside: drop column part from user");
  CHECK(page::rollback_sentence(plan) == "Rollback plan: Available (1 step, with backup)");
  plan.set_aside = {{"aside", "user", "part", "column", {"id"}}};
  CHECK(page::data_loss_sentence(plan) == "Data loss in 1 operation, set aside first: drop column part from user");
  CHECK(page::set_aside_for(plan, plan.operations[0]) == nullptr);

  plan.operations.push_back(drop);
  plan.operations.back().object = "other";
  plan.operations.back().assessment.reversal = Reversal::none;
  CHECK(page::data_loss_sentence(plan) == "Data loss in 2 operations, 1 not set aside: drop column other from user");
  CHECK(page::compatibility_sentence(plan) ==
        "2 of 5 operations are not backward compatible: drop column part from user, and 1 more");
  CHECK(page::rollback_sentence(plan) == "Rollback plan: not available: cannot undo drop column other from user");
  for (Operation& o : plan.operations)
    if (o.assessment.data_loss == DataLoss::high) o.assessment.data_loss = DataLoss::low;
  CHECK(page::data_loss_sentence(plan).starts_with("Possible data loss in 2 operations"));
}

TEST_CASE("each switch has its block") {
  const Plan plan = mixed_plan();
  const auto text = [&](const PreviewOptions& options) { return preview(plan, Format::table, options); };
  CHECK(contains(text({}), "Generated SQL:"));
  CHECK_FALSE(contains(text({.show_sql = false}), "Generated SQL:"));
  CHECK_FALSE(contains(text({}), "Rollback plan:\n"));
  CHECK(contains(text({.show_rollback_plan = true}), "Rollback plan:\n"));
  CHECK_FALSE(contains(text({}), "Safety analysis:"));
  CHECK(contains(text({.safety_analysis = true}), "Safety analysis:"));
  CHECK(contains(text({}), "Migration Safety Assessment:"));
  CHECK_FALSE(contains(text({.safety_summary = false}), "Migration Safety Assessment:"));
}

TEST_CASE("an operation without statements is still shown") {
  Plan plan;
  plan.operations = {operation(K::add_column, RiskLevel::medium)};
  plan.operations[0].assessment.blocking = "3 rows have no value";
  CHECK(contains(preview(plan, Format::table), "ADD_COLUMN"));
  CHECK(contains(preview(plan, Format::table), "3 rows have no value"));
  plan = {};
  plan.skipped = {{K::drop_column, "user", "fax", "excluded operation"}};
  CHECK(contains(preview(plan, Format::table), "Skipped 1: DROP_COLUMN user: fax, excluded operation"));
  CHECK_FALSE(contains(preview(plan, Format::table), "up to date"));
}

TEST_CASE("no name breaks the box or reaches the terminal raw") {
  std::mt19937 random(20240115);
  for (int round = 0; round < 200; ++round) {
    Plan plan = safe_plan();
    for (Operation& o : plan.operations) {
      o.table = awkward_name(random);
      o.object = awkward_name(random);
      o.details = awkward_name(random);
    }
    plan.notes = {awkward_name(random)};
    plan.steps[0].title = awkward_name(random);
    PreviewOptions options{
        .show_sql = false, .safety_analysis = true, .width = 25 + random() % 120, .ascii = random() % 2 == 0};
    const std::string text = preview(plan, random() % 2 == 0 ? Format::table : Format::tree, options);
    std::size_t frame = 0;
    for (const std::string& line : split(text, '\n')) {
      const bool in_box =
          line.starts_with("│") || line.starts_with("┌") || line.starts_with("| ") || line.starts_with("+-");
      // The headings, 35 columns at most, are the only lines that are not wrapped.
      CHECK(display_width(line) <= std::max<std::size_t>(options.width, 35));
      if (in_box) CHECK(display_width(line) <= options.width);
      if (in_box && frame == 0) frame = display_width(line);
      if (in_box) CHECK(display_width(line) == frame);
    }
    for (const std::string& document : {text, preview(plan, Format::sql, options),
                                        preview(plan, Format::markdown, options), preview(plan, Format::json, options),
                                        preview(plan, Format::html, options), preview(plan, Format::github, options)})
      CHECK(std::none_of(document.begin(), document.end(), [&](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (c != '\n' && byte < 0x20) || byte == 0x7f || (options.ascii && byte > 0x7f);
      }));
    CHECK_FALSE(contains(text, "\u202e"));
  }
}

TEST_CASE("formats by name") {
  CHECK(format("table") == Format::table);
  CHECK(format("Text") == Format::table);
  CHECK(format("md") == Format::markdown);
  CHECK(format("JSON") == Format::json);
  CHECK(format("tree") == Format::tree);
  CHECK(format("sql") == Format::sql);
  CHECK(format("HTML") == Format::html);
  CHECK(format("github") == Format::github);
  CHECK_FALSE(format("pdf"));
  CHECK(preview(safe_plan(), Format::json) == to_json(safe_plan()));
}

TEST_CASE("Markdown: names do not leave their cell") {
  CHECK(page::markdown_code("") == "");
  CHECK(page::markdown_code("a|b") == "`a\\|b`");
  CHECK(page::markdown_code("`a``") == "``` `a`` ```");
  CHECK(page::markdown_text("a_b <c> | `d` & #1") == "a\\_b \\<c\\> \\| \\`d\\` \\& \\#1");
}

TEST_CASE("the environment decides about colours, ASCII and width") {
  const Pty pty(120);
  {
    const Environment environment({{"LANG", "en_US.UTF-8"}, {"TERM", "xterm"}});
    CHECK(preview_options(pty.slave).color);
    CHECK(preview_options(pty.slave).width == 120);
    CHECK_FALSE(preview_options(pty.slave).ascii);
    const int file = open("/dev/null", O_WRONLY | O_CLOEXEC);
    CHECK_FALSE(preview_options(file).color);
    CHECK(preview_options(file).width == 70);
    setenv("COLUMNS", "99", 1);
    CHECK(preview_options(file).width == 99);
    CHECK(preview_options(pty.slave).width == 120);
    setenv("COLUMNS", "9x", 1);
    CHECK(preview_options(file).width == 70);
    close(file);
    setenv("NO_COLOR", "1", 1);
    CHECK_FALSE(preview_options(pty.slave).color);
  }
  {
    const Environment environment({{"LC_ALL", "C"}, {"LANG", "en_US.UTF-8"}, {"TERM", "dumb"}});
    CHECK(preview_options(pty.slave).ascii);
    CHECK_FALSE(preview_options(pty.slave).color);
  }
  {
    const Environment environment(Environment::Variables{{"LC_CTYPE", "C.utf8"}});
    CHECK_FALSE(preview_options(pty.slave).ascii);
    setenv("DATAFLOW_ASCII", "1", 1);
    CHECK(preview_options(pty.slave).ascii);
  }
  const Environment bare(Environment::Variables{});
  CHECK(preview_options(pty.slave).ascii);
}

TEST_CASE("preview: HTML that nothing gets out of") {
  CHECK(page::html_text("<a b=\"c\" d='e'>&amp;") == "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;");
  const auto sql = [](std::string_view text) { return page::html_sql(text, false); };
  CHECK(sql("select 1") == "<span class=\"k\">select</span> <span class=\"n\">1</span>");
  CHECK(sql("'a''<' -- <b>\n\"x\"\"y\"") ==
        "<span class=\"s\">&#39;a&#39;</span><span class=\"s\">&#39;&lt;&#39;</span> <span class=\"c\">-- "
        "&lt;b&gt;</span>\n<span class=\"i\">&quot;x&quot;</span><span class=\"i\">&quot;y&quot;</span>");
  CHECK(sql("$x$ <'> $x$ $1") == "<span class=\"s\">$x$ &lt;&#39;&gt; $x$</span> $<span class=\"n\">1</span>");
  CHECK(page::html_sql("'a\\'b'", true) == "<span class=\"s\">&#39;a\\&#39;b&#39;</span>");
  // Cut off anywhere, the tags are in pairs and what was there is there.
  const std::string text = "CREATE TABLE \"a<\" ('x', `y`, $z$ w $z$, 12) /* c */ -- d";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    std::string html = sql(text.substr(0, size)), plain;
    std::size_t open = 0;
    for (std::size_t at = 0; at < html.size();) {
      if (html.compare(at, 13, "<span class=\"") == 0)
        ++open, at = html.find('>', at) + 1;
      else if (html.compare(at, 7, "</span>") == 0)
        --open, at += 7;
      else
        plain += html[at++];
    }
    CHECK(open == 0);
    CHECK(plain == page::html_text(text.substr(0, size)));
  }
}

TEST_CASE("preview: annotations that nothing gets out of") {
  CHECK(page::annotation("error", "a:b,c%\n::", "x: y, 100%\r\nz", "d:e,f.sql") ==
        "::error file=d%3Ae%2Cf.sql,title=a%3Ab%2Cc%25%0A%3A%3A::x: y, 100%25%0D%0Az");
  CHECK(page::annotation("notice", "t", "m") == "::notice title=t::m");
}
