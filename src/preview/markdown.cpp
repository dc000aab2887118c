// The plan as a comment on a pull request.
#include <algorithm>

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
  void item(std::string_view text) { page_.line("- " + prose(text)); }
  void list(std::string_view title, const std::vector<std::string>& items) {
    if (items.empty()) return;
    heading("**" + std::string(title) + "**");
    for (const std::string& text : items) item(text);
  }
  void sql(const std::vector<std::string>& statements) {
    std::string text;
    for (const std::string& statement : statements)
      for (const std::string& line : sql_lines(statement, page_.theme().ascii())) text += line + '\n';
    const std::string fence(std::max<std::size_t>(3, longest_run(text, '`') + 1), '`');
    page_.line(fence + "sql\n" + text + fence);
  }

 private:
  Page page_;
};

void table(Markdown& out, const Plan& plan) {
  out.page().line("| Table | Operation | Details | Safety Level |\n| --- | --- | --- | --- |");
  for (const Operation& o : plan.operations)
    out.page().line("| " + out.code(o.table.text) + " | " + upper(o.kind) + " | " + out.code(o.details) + " | " +
                    out.page().theme().badge(o.assessment.level) + " |");
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
  out.heading("**Safety analysis**");
  for (const Operation& o : plan.operations) {
    std::vector<std::string> texts;
    for (const Aspect& aspect : analysis(o.assessment)) texts.push_back(aspect.label + ": " + aspect.text);
    out.item(o.description() + ": " + join(texts, "; "));
  }
}

void rollback_plan(Markdown& out, const Plan& plan, bool open) {
  if (plan.rollback.empty()) return;
  Page& page = out.page();
  page.gap();
  page.line(open ? "<details open>" : "<details>");
  page.line("<summary>Rollback plan (" + count(plan.rollback.size(), "step") + ")</summary>");
  page.gap();
  for (std::size_t i = 0; i < plan.rollback.size(); ++i) {
    const Operation& o = plan.rollback[i];
    page.line(std::to_string(i + 1) + ". " + out.prose(o.description()) + " (" +
              page.theme().badge(o.assessment.level) + ", " + milliseconds(o.assessment.time) + ")");
  }
  page.gap();
  out.sql(sql_down(plan));
  page.gap();
  page.line("</details>");
}

void assessment(Markdown& out, const Plan& plan) {
  out.heading("### " + out.page().theme().icon(level(plan)) + " Migration Safety Assessment");
  out.item(compatibility_sentence(plan));
  out.item(data_loss_sentence(plan));
  out.item(time_sentence(plan));
  out.item(rollback_sentence(plan));
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
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
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
  if (nothing)
    out.page().line(plan.skipped.empty() ? "No changes: the database is up to date." : "No changes are left to apply.");
  else
    table(out, plan);
  out.list("Would fail on today's data", failures(plan));
  if (options.show_sql && !plan.steps.empty()) {
    out.heading("**Generated SQL**");
    out.sql(sql_up(plan));
  }
  if (options.safety_analysis && !nothing) safety_analysis(out, plan);
  out.list("Set aside before it goes", sentences(plan.set_aside));
  out.list("Perhaps a rename", sentences(plan.candidates));
  out.list("Skipped " + std::to_string(plan.skipped.size()), sentences(plan.skipped));
  out.list("Not managed, left alone", sentences(plan.unmanaged));
  out.list("Notes", plan.notes);
  if (options.safety_summary && !nothing) assessment(out, plan);
  rollback_plan(out, plan, options.show_rollback_plan);
  return out.page().take();
}

}  // namespace dataflow::page
