// The plan as a person at a terminal reads it: the changes, then block by block what to know before saying yes.
#include "core/text.hpp"
#include "plan/statements.hpp"
#include "preview/page.hpp"
#include "preview/words.hpp"

namespace dataflow::page {

namespace {

void would_fail(Page& page, const Plan& plan) {
  bool first = true;
  for (const Operation& o : plan.operations) {
    if (!o.assessment.blocking) continue;
    if (std::exchange(first, false)) page.gap(), page.line(page.theme().bold("Would fail on today's data:"));
    page.bullet(o.description() + ": " + *o.assessment.blocking);
    if (!o.assessment.remedy.empty()) page.text("    remedy: ", o.assessment.remedy);
  }
}

void generated_sql(Page& page, const Plan& plan) {
  if (plan.steps.empty()) return;
  page.gap();
  page.line(page.theme().bold("Generated SQL:"));
  for (const std::string& statement : sql_up(plan)) page.sql("  ", statement);
}

/// Operations that share a step stand together above its statements.
void rollback_plan(Page& page, const Plan& plan) {
  page.gap();
  page.line(page.theme().bold("Rollback plan:"));
  const Plan back = inverse(plan);
  if (back.operations.empty()) page.line("  none");
  std::vector<bool> printed(back.steps.size());
  const auto print_step = [&](std::size_t step) {
    if (step >= back.steps.size() || printed[step]) return;
    printed[step] = true;
    for (const std::string& statement : to_sql(back.steps[step].up)) page.sql("     ", statement);
  };
  for (std::size_t i = 0; i < back.operations.size(); ++i) {
    const Operation& o = back.operations[i];
    page.text("  " + std::to_string(i + 1) + ". ", o.description() + " (" + page.theme().badge(o.assessment.level) +
                                                       ", " + milliseconds(o.assessment.time) + ")");
    const bool more_of_step = i + 1 < back.operations.size() && back.operations[i + 1].step == o.step;
    if (!more_of_step) print_step(o.step);
  }
  for (std::size_t step = 0; step < back.steps.size(); ++step) print_step(step);
}

void safety_analysis(Page& page, const Plan& plan) {
  if (plan.operations.empty()) return;
  page.gap();
  page.line(page.theme().bold("Safety analysis:"));
  for (std::size_t i = 0; i < plan.operations.size(); ++i) {
    page.text("  " + std::to_string(i + 1) + ". ", plan.operations[i].description());
    for (const Aspect& aspect : analysis(plan.operations[i].assessment)) {
      std::string label = "     " + aspect.label;
      label.resize(17, ' ');
      page.text(label, aspect.text);
    }
  }
}

void assessment(Page& page, const Plan& plan) {
  page.gap();
  const Theme& theme = page.theme();
  const RiskLevel worst = level(plan);
  page.line(theme.painted(worst, theme.icon(worst)) + ' ' + theme.bold("Migration Safety Assessment:"));
  page.bullet(compatibility_sentence(plan));
  page.bullet(data_loss_sentence(plan));
  page.bullet(time_sentence(plan));
  page.bullet(rollback_sentence(plan));
}

/// What is worth knowing beside the changes.
void remarks(Page& page, const Plan& plan) {
  page.list("Set aside before it goes:", sentences(plan.set_aside));
  page.list("Perhaps a rename:", sentences(plan.candidates));
  page.list("Skipped " + std::to_string(plan.skipped.size()) + ':', sentences(plan.skipped));
  not_managed(page, plan.unmanaged);
  page.list("Note:", plan.notes);
}

}  // namespace

bool nothing_to_do(const Plan& plan) { return plan.empty() && plan.operations.empty(); }

std::string as_text(const Plan& plan, Format format, const PreviewOptions& options) {
  Page page(options);
  if (nothing_to_do(plan)) {
    page.line(plan.skipped.empty() ? "No changes: the database is up to date." : "No changes are left to apply.");
    remarks(page, plan);
    return page.take();
  }
  page.line(page.theme().heading("🔄", "DataFlow Auto-Migration Preview"));
  changes(page, rows_of(plan.operations, true), format);
  would_fail(page, plan);
  if (options.show_sql) generated_sql(page, plan);
  if (options.show_rollback_plan) rollback_plan(page, plan);
  if (options.safety_analysis) safety_analysis(page, plan);
  remarks(page, plan);
  if (options.safety_summary) assessment(page, plan);
  return page.take();
}

}  // namespace dataflow::page
