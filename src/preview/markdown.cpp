// The plan as a comment on a pull request.
#include <algorithm>
#include <cctype>

#include "core/text.hpp"
#include "plan/statements.hpp"
#include "preview/page.hpp"
#include "preview/text.hpp"
#include "preview/words.hpp"

namespace dataflow::page {

namespace {

std::size_t longest_run(std::string_view text, char c) {
  std::size_t longest = 0, run = 0;
  for (const char x : text) {
    run = x == c ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

// What GitHub takes as a comment, and how it is shared where there is too much: the SQL gets what is left.
constexpr std::size_t most_of_a_comment = 65'536, most_of_a_table = 20'000, most_of_a_list = 4'000,
                      least_of_sql = 2'000;

class Markdown {
 public:
  explicit Markdown(const PreviewOptions& options) : page_(options) {}

  Page& page() { return page_; }
  std::string code(std::string_view text) const { return markdown_code(page_.shown(text)); }
  std::string prose(std::string_view text) const { return markdown_text(page_.shown(text)); }

  void heading(std::string_view text) {
    page_.gap();
    page_.line(text);
    page_.gap();
  }
  /// As many of the lines as there is room for, and how many are missing.
  void lines(const std::vector<std::string>& all, std::size_t room, std::string_view before_rest) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].size() + 1 > room)
        return page_.line(std::string(before_rest) + "and " + std::to_string(all.size() - i) + " more");
      room -= all[i].size() + 1;
      page_.line(all[i]);
    }
  }
  void items(const std::vector<std::string>& texts) {
    std::vector<std::string> all;
    for (const std::string& text : texts) all.push_back("- " + prose(text));
    lines(all, most_of_a_list, "\n");
  }
  void list(std::string_view title, const std::vector<std::string>& texts) {
    if (texts.empty()) return;
    heading("**" + std::string(title) + "**");
    items(texts);
  }
  /// A block of SQL behind a title to click on. Whole statements only, as many as `room` takes.
  void sql(std::string_view title, const std::vector<std::string>& statements, std::size_t room, bool open) {
    std::string text;
    std::size_t used = 0, shown = 0;
    for (const std::string& statement : statements) {
      std::string lines;
      for (const std::string& line : sql_lines(statement, page_.theme().ascii())) lines += line + '\n';
      if (used + lines.size() > room) break;
      used += lines.size(), ++shown;
      text += lines;
    }
    const std::string fence(std::max<std::size_t>(3, longest_run(text, '`') + 1), '`');
    page_.gap();
    page_.line(open ? "<details open>" : "<details>");
    page_.line("<summary>" + std::string(title) + "</summary>");
    page_.gap();
    if (shown > 0) page_.line(fence + "sql\n" + text + fence);
    if (const std::size_t left = statements.size() - shown; left > 0) {
      if (shown > 0) page_.gap();
      page_.line(count(left, "statement") + " of " + std::to_string(statements.size()) + (left == 1 ? " is" : " are") +
                 " left out: a comment on GitHub takes 65,536 characters. All of it: "
                 "`--format sql` or `--format html`");
    }
    page_.gap();
    page_.line("</details>");
  }
  std::size_t size() const { return page_.size(); }

 private:
  Page page_;
};

void summary(Markdown& out, const Plan& plan) {
  const std::string rollback = reversal(plan) == Reversal::none ? "not available" : reversal_words(reversal(plan));
  out.page().line(join({"**" + out.page().theme().badge(level(plan)) + "**", count(plan.operations.size(), "operation"),
                        "data loss: " + std::string(to_string(data_loss(plan))), "rollback: " + rollback,
                        "estimated time: " + markdown_text(rough_time(estimate(plan)))},
                       out.page().theme().ascii() ? " - " : " · "));
  out.page().gap();
}

/// Where not all fit, the most dangerous are shown.
void table(Markdown& out, const Plan& plan) {
  out.page().line("| Table | Operation | Details | Safety Level |\n| --- | --- | --- | --- |");
  const auto row = [&](const Operation& o) {
    return "| " + out.code(o.table.text) + " | " + upper(o.kind) + " | " + out.code(o.details) + " | " +
           out.page().theme().badge(o.assessment.level) + " |";
  };
  std::vector<const Operation*> operations;
  std::size_t size = 0;
  for (const Operation& o : plan.operations) operations.push_back(&o), size += row(o).size() + 1;
  if (size > most_of_a_table)
    std::stable_sort(operations.begin(), operations.end(),
                     [](const Operation* a, const Operation* b) { return a->assessment.level > b->assessment.level; });
  std::vector<std::string> rows;
  for (const Operation* o : operations) rows.push_back(row(*o));
  out.lines(rows, most_of_a_table, "\n");
}

std::vector<std::string> failures(const Plan& plan) {
  std::vector<std::string> texts;
  for (const Operation& o : plan.operations) {
    if (!o.assessment.blocking) continue;
    std::string text = o.description() + ": " + *o.assessment.blocking;
    if (!o.assessment.remedy.empty()) text += "; remedy: " + o.assessment.remedy;
    texts.push_back(std::move(text));
  }
  return texts;
}

void safety_analysis(Markdown& out, const Plan& plan) {
  std::vector<std::string> texts;
  for (const Operation& o : plan.operations) {
    std::vector<std::string> aspects;
    for (const Aspect& aspect : analysis(o.assessment)) aspects.push_back(aspect.label + ": " + aspect.text);
    texts.push_back(o.description() + ": " + join(aspects, "; "));
  }
  out.list("Safety analysis", texts);
}

void rollback_operations(Markdown& out, const Plan& plan) {
  std::vector<std::string> steps;
  for (const Operation& o : plan.rollback)
    steps.push_back(std::to_string(steps.size() + 1) + ". " + out.prose(o.description()) + " (" +
                    out.page().theme().badge(o.assessment.level) + ", " + milliseconds(o.assessment.time) + ")");
  out.heading("**Rollback plan**");
  out.lines(steps, most_of_a_list, "\n");
}

void assessment(Markdown& out, const Plan& plan) {
  out.heading("### " + out.page().theme().icon(level(plan)) + " Migration Safety Assessment");
  out.items({compatibility_sentence(plan), data_loss_sentence(plan), time_sentence(plan), rollback_sentence(plan)});
}

std::size_t size_of(const std::vector<std::string>& statements) {
  std::size_t size = 0;
  for (const std::string& statement : statements) size += statement.size() + 1;
  return size;
}

/// What is to be run, last: it gives way to all the rest.
void statements(Markdown& out, const Plan& plan, const PreviewOptions& options) {
  constexpr std::size_t frames = 1'000;
  const std::vector<std::string> up = sql_up(plan), down = sql_down(plan);
  const std::size_t room = most_of_a_comment - std::min(most_of_a_comment - frames, out.size()) - frames;
  const std::size_t for_down = options.show_sql ? std::min(size_of(down), std::max(room / 4, least_of_sql)) : room;
  if (options.show_sql && !up.empty()) out.sql("Generated SQL", up, room - std::min(room, for_down), false);
  const std::size_t taken = std::min(out.size() + frames / 2, most_of_a_comment);
  if (!plan.rollback.empty()) out.sql("Rollback SQL", down, most_of_a_comment - taken, options.show_rollback_plan);
}

}  // namespace

std::string markdown_code(std::string_view text) {
  if (text.empty()) return {};
  const std::string fence(longest_run(text, '`') + 1, '`');
  const bool pad = text.front() == '`' || text.back() == '`';
  std::string escaped;
  for (const char c : text) escaped += c == '|' ? "\\|" : std::string(1, c);
  return fence + (pad ? " " : "") + escaped + (pad ? " " : "") + fence;
}

std::string markdown_text(std::string_view text) {
  constexpr std::string_view special = "\\`*_[]<>|&~#";
  std::string escaped;
  char before = ' ';
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
    const bool in_a_word = std::isalnum(static_cast<unsigned char>(before)) != 0;
    if (c == '@' && !in_a_word) escaped += "<!-- -->";  // a name must not call somebody
    before = c;
  }
  return escaped;
}

std::string as_markdown(const Plan& plan, const PreviewOptions& options) {
  PreviewOptions plain = options;
  plain.color = false;
  Markdown out(plain);
  const bool nothing = nothing_to_do(plan);
  out.page().line("## " + out.page().theme().heading("🔄", "DataFlow Auto-Migration Preview"));
  out.page().gap();
  if (nothing) {
    out.page().line(plan.skipped.empty() ? "No changes: the database is up to date." : "No changes are left to apply.");
  } else {
    summary(out, plan);
    table(out, plan);
  }
  out.list("Would fail on today's data", failures(plan));
  if (options.safety_analysis && !nothing) safety_analysis(out, plan);
  out.list("Set aside before it goes", sentences(plan.set_aside));
  out.list("Perhaps a rename", sentences(plan.candidates));
  out.list("Skipped " + std::to_string(plan.skipped.size()), sentences(plan.skipped));
  out.list("Not managed, left alone", sentences(plan.unmanaged));
  out.list("Notes", plan.notes);
  if (options.safety_summary && !nothing) assessment(out, plan);
  if (!plan.rollback.empty()) rollback_operations(out, plan);
  statements(out, plan, plain);
  return out.page().take();
}

std::string as_markdown(const Difference& difference, const PreviewOptions& options) {
  PreviewOptions plain = options;
  plain.color = false;
  Markdown out(plain);
  std::vector<std::string> rows;
  for (const Operation& o : operations_of(difference))
    rows.push_back("| " + out.code(o.table.text) + " | " + upper(o.kind) + " | " + out.code(o.details) + " |");
  if (rows.empty())
    out.page().line(same_schemas);
  else
    out.page().line("| Table | Operation | Details |\n| --- | --- | --- |");
  out.lines(rows, 2 * most_of_a_table, "\n");
  out.list("Perhaps a rename", sentences(difference.candidates));
  out.list("Not managed, left alone", sentences(difference.unmanaged));
  out.list("Notes", difference.notes);
  return out.page().take();
}

}  // namespace dataflow::page
