// The plan as a script that can be run.
#include "core/text.hpp"
#include "plan/statements.hpp"
#include "preview/page.hpp"
#include "preview/text.hpp"
#include "preview/words.hpp"

namespace dataflow::page {

namespace {

void comment(Page& page, std::string_view text) { page.line("-- " + page.shown(text)); }

/// A statement that cannot be shown as it is must not run as it is not: it becomes a comment.
bool statement(Page& page, const std::string& sql) {
  if (shows_as_is(sql, page.theme().ascii())) {
    page.line(sql);
    return true;
  }
  for (const std::string& line : sql_lines(sql, page.theme().ascii())) comment(page, line);
  return false;
}

void header(Page& page, const Plan& plan) {
  comment(page, describe(plan));
  comment(page, "safety level: " + std::string(to_string(level(plan))));
  comment(page, "dialect: " + plan.dialect);
  comment(page, "schema before: " + plan.from);
  comment(page, "schema after: " + plan.to);
  comment(page, "checksum: " + checksum(plan));
  for (const Operation& o : plan.operations)
    if (o.assessment.blocking)
      comment(page, "would fail on today's data: " + o.description() + ": " + *o.assessment.blocking);
}

}  // namespace

std::string as_sql(const Plan& plan, const PreviewOptions& options) {
  Page body(options);
  std::size_t commented_out = 0;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    body.gap();
    comment(body, "step " + std::to_string(i + 1) + ": " + plan.steps[i].title);
    for (const std::string& sql : to_sql(plan.steps[i].up)) commented_out += statement(body, sql) ? 0 : 1;
  }
  Page page(options);
  header(page, plan);
  if (commented_out > 0)
    comment(page, "not for running: " + count(commented_out, "statement") +
                      " with characters that are shown as escapes became comments");
  page.gap();
  return page.take() + body.take();
}

}  // namespace dataflow::page
