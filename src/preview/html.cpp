// The plan as a page: one file that needs no other, runs nothing and fetches nothing.
#include "preview/html.hpp"

#include "core/text.hpp"
#include "dataflow/version.hpp"
#include "plan/statements.hpp"
#include "preview/page.hpp"
#include "preview/text.hpp"
#include "preview/words.hpp"

namespace dataflow::page {

namespace {

/// A tag with text from outside, or with HTML that is made already.
std::string tag(const std::string& name, const std::string& inside) {
  return '<' + name + '>' + inside + "</" + name.substr(0, name.find(' ')) + '>';
}

class Html {
 public:
  explicit Html(const PreviewOptions& options) : ascii_(options.ascii), subject_(options.subject) {}

  std::string text(std::string_view text) const { return html_text(shown(text, ascii_)); }
  std::string code(std::string_view text) const { return text.empty() ? "" : tag("code", this->text(text)); }
  std::string badge(RiskLevel level) const {
    const std::string word(to_string(level));
    return "<span class=\"level " + lower(word) + "\">" + word + "</span>";
  }

  void begin(std::string_view title) {
    const std::string whole = std::string(title) + (subject_.empty() ? "" : ": " + subject_);
    line("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">");
    // Whatever a name may hold: nothing runs, nothing is fetched.
    line("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">");
    line("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    line("<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"generator\" content=\"dataflow " +
         std::string(library_version) + "\">");
    line(tag("title", text(whole)) + "\n<style>" + std::string(html_style) + "</style>\n</head>\n<body>\n<header>");
    line(tag("h1", text(title)));
    if (!subject_.empty()) line(tag("p class=\"subject\"", text(subject_)));
    line("</header>\n<main>");
  }
  void end(const std::vector<std::string>& small_print) {
    line("</main>\n<footer>");
    for (const std::string& p : small_print) line(tag("p", text(p)));
    line(tag("p", "Made by dataflow " + std::string(library_version) + ".") + "\n</footer>\n</body>\n</html>");
  }
  void line(std::string_view html) { out_.append(html) += '\n'; }
  void list(const std::string& title, const std::vector<std::string>& items) {
    if (items.empty()) return;
    line("<section>\n" + tag("h2", text(title)) + "\n<ul>");
    for (const std::string& item : items) line(tag("li", text(item)));
    line("</ul>\n</section>");
  }
  void fact(std::string_view name, const std::string& html) {
    line("<div>" + tag("dt", text(name)) + tag("dd", html) + "</div>");
  }
  void sql(const std::vector<std::string>& statements, std::string_view dialect) {
    std::vector<std::string> lines;
    for (const std::string& statement : statements)
      for (std::string& l : sql_lines(statement, ascii_)) lines.push_back(std::move(l));
    line("<pre tabindex=\"0\"><code>" + html_sql(join(lines, "\n"), dialect == "mariadb") + "</code></pre>");
  }
  // The roles stay what they are where a narrow page shows rows as blocks.
  void begin_table(const std::string& caption, std::initializer_list<const char*> titles) {
    line("<table role=\"table\">\n" + tag("caption", text(caption)) + "\n<thead role=\"rowgroup\"><tr role=\"row\">");
    for (const char* title : titles) line(tag("th role=\"columnheader\" scope=\"col\"", title));
    line("</tr></thead>\n<tbody role=\"rowgroup\">");
  }
  void row(const std::string& head, const std::string& cells) {
    line("<tr role=\"row\" class=\"operation\">" + tag("th role=\"rowheader\" scope=\"row\"", head) + cells + "</tr>");
  }
  void end_table() { line("</tbody>\n</table>"); }
  std::string take() { return std::move(out_); }

 private:
  bool ascii_;
  std::string subject_, out_;
};

/// What stands behind the colon of a sentence of the assessment.
std::string value_of(const std::string& sentence) { return sentence.substr(sentence.find(": ") + 2); }

void summary(Html& out, const Plan& plan) {
  out.line("<section aria-label=\"Summary\">\n<dl class=\"facts\">");
  out.fact("Risk", out.badge(level(plan)) + " the highest of " + html_text(count(plan.operations.size(), "operation")));
  out.fact("Data", out.text(data_loss_sentence(plan)));
  out.fact("Compatibility", out.text(compatibility_sentence(plan)));
  out.fact("Rollback", out.text(value_of(rollback_sentence(plan))));
  out.fact("Estimated time", out.text(value_of(time_sentence(plan))));
  out.line("</dl>\n</section>");
}

void would_fail(Html& out, const Plan& plan) {
  bool open = false;
  for (const Operation& o : plan.operations) {
    if (!o.assessment.blocking) continue;
    if (!std::exchange(open, true)) out.line("<section class=\"stop\">\n<h2>Would fail on today&#39;s data</h2>\n<ul>");
    out.line("<li><strong>" + out.text(o.description()) + "</strong>: " + out.text(*o.assessment.blocking) +
             (o.assessment.remedy.empty() ? "" : "<br>Remedy: " + out.text(o.assessment.remedy)) + "</li>");
  }
  if (open) out.line("</ul>\n</section>");
}

std::string cell(std::string_view label, const std::string& html) {
  return "<td role=\"cell\" data-label=\"" + std::string(label) + "\"><div>" + html + "</div></td>";
}
std::string more(const std::string& html) { return html.empty() ? "" : "<span class=\"more\">" + html + "</span>"; }

void row(Html& out, const Plan& plan, const Operation& o) {
  const Assessment& a = o.assessment;
  std::string why = out.text(a.reason) + more(a.rule.empty() ? "" : "rule " + out.text(a.rule));
  if (a.blocking) why += "<span class=\"bad\">would fail: " + out.text(*a.blocking) + "</span>";
  const SetAside* saved = set_aside_for(plan, o);
  std::string loss = out.text(to_string(a.data_loss));
  if (saved != nullptr) loss += more("set aside first");
  const std::string rows = a.rows ? ", " + count(*a.rows, "row") : "";
  out.row(out.code(o.table.text) + "<span class=\"kind\">" + upper(o.kind) + "</span><span class=\"details\">" +
              out.code(o.details) + "</span>",
          cell("Risk", out.badge(a.level)) + cell("Why", why) +
              cell("Waits meanwhile", out.text(spaced(to_string(a.blocks))) + more(out.text(a.lock))) +
              cell("Work", out.text(spaced(to_string(a.work)) + rows) + more(out.text(milliseconds(a.time)))) +
              cell("Data loss", loss) + cell("Rollback", out.text(reversal_words(a.reversal))));
}

void operations(Html& out, const Plan& plan) {
  out.line("<section>\n<h2>Operations</h2>");
  out.begin_table(count(plan.operations.size(), "operation") + " in " + count(plan.steps.size(), "step") +
                      ". Risk is judged from what the server does for each, and from the rows that are there.",
                  {"Change", "Risk", "Why", "Waits meanwhile", "Work", "Data loss", "Rollback"});
  for (const Operation& o : plan.operations) row(out, plan, o);
  out.end_table();
  out.line("</section>");
}

void statements(Html& out, const Plan& plan, std::string_view title, bool open) {
  if (plan.steps.empty()) return;
  out.line(std::string("<details") + (open ? " open" : "") + ">\n<summary>" + out.text(title) +
           " <span class=\"dim\">" + count(plan.steps.size(), "step") + "</span></summary>\n<div>");
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    out.line(tag("h3", out.text(std::to_string(i + 1) + ". " + plan.steps[i].title)));
    const std::vector<std::string> sql = to_sql(plan.steps[i].up);
    if (sql.empty())
      out.line(tag("p class=\"dim\"", "nothing to run"));
    else
      out.sql(sql, plan.dialect);
  }
  out.line("</div>\n</details>");
}

void remarks(Html& out, const std::vector<RenameCandidate>& candidates, const std::vector<Unmanaged>& unmanaged,
             const std::vector<std::string>& notes) {
  out.list("Perhaps a rename", sentences(candidates));
  out.list("Not managed, left alone", sentences(unmanaged));
  out.list("Notes", notes);
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string as_html(const Plan& plan, const PreviewOptions& options) {
  Html out(options);
  out.begin("Migration plan");
  if (nothing_to_do(plan)) {
    out.line(
        tag("p", plan.skipped.empty() ? "No changes: the database is up to date." : "No changes are left to apply."));
  } else {
    summary(out, plan);
    would_fail(out, plan);
    operations(out, plan);
    if (options.show_sql) {
      statements(out, plan, "SQL, forward", true);
      statements(out, inverse(plan), "SQL, back", options.show_rollback_plan);
    }
  }
  out.list("Set aside before it goes", sentences(plan.set_aside));
  out.list("Skipped", sentences(plan.skipped));
  remarks(out, plan.candidates, plan.unmanaged, plan.notes);
  std::vector<std::string> small_print;
  if (!nothing_to_do(plan))
    small_print = {"Server: " + plan.dialect + ". Checksum of what would run: " + checksum(plan),
                   "Schema before: " + plan.from + ", after: " + plan.to};
  out.end(small_print);
  return out.take();
}

std::string as_html(const Difference& difference, const PreviewOptions& options) {
  Html out(options);
  const std::vector<Operation> all = operations_of(difference);
  out.begin("Schema difference");
  if (all.empty()) {
    out.line(tag("p", std::string(same_schemas)));
  } else {
    out.line("<section>\n<h2>Differences</h2>");
    out.begin_table(count(all.size(), "difference") + ", in an order in which they can be carried out.",
                    {"Table", "Operation", "Details"});
    for (const Operation& o : all)
      out.row(out.code(o.table.text), cell("Operation", "<span class=\"kind\">" + upper(o.kind) + "</span>") +
                                          cell("Details", out.code(o.details)));
    out.end_table();
    out.line("</section>");
  }
  remarks(out, difference.candidates, difference.unmanaged, difference.notes);
  out.end({});
  return out.take();
}

}  // namespace dataflow::page
