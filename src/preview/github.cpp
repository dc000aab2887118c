// The plan as annotations: one for each operation, the most dangerous first, because GitHub shows ten of a kind.
#include <algorithm>

#include "core/text.hpp"
#include "preview/annotation.hpp"
#include "preview/page.hpp"
#include "preview/words.hpp"

namespace dataflow::page {

namespace {

std::string escaped(std::string_view text, bool property) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '%': out += "%25"; break;
      case '\r': out += "%0D"; break;
      case '\n': out += "%0A"; break;
      case ':': out += property ? "%3A" : ":"; break;
      case ',': out += property ? "%2C" : ","; break;
      default: out += c;
    }
  }
  return out;
}

std::string_view kind_of(const Assessment& a) {
  if (a.blocking || a.level == RiskLevel::critical) return "error";
  return a.level == RiskLevel::safe ? "notice" : "warning";
}

class Annotations {
 public:
  explicit Annotations(const PreviewOptions& options) : page_(options), file_(options.file) {}

  /// A line of the log. It must hold no name: a line that begins like a command is one.
  void log(std::string_view text) { page_.line(text); }
  void add(std::string_view kind, std::string_view title, const std::vector<std::string>& lines) {
    std::vector<std::string> printable;
    for (const std::string& line : lines)
      if (!line.empty()) printable.push_back(page_.shown(line));
    page_.line(annotation(kind, page_.shown(title), join(printable, "\n"), file_));
  }
  template <class T> void each(std::string_view kind, std::string_view title, const std::vector<T>& values) {
    for (const T& value : values) add(kind, title, {sentence(value)});
  }
  std::string take() { return page_.take(); }

 private:
  static const std::string& sentence(const std::string& text) { return text; }
  template <class T> static std::string sentence(const T& value) { return page::sentence(value); }

  Page page_;
  std::string file_;
};

std::string cost(const Assessment& a) {
  const std::string lock = a.lock.empty() ? "" : " (" + a.lock + ")";
  const std::string rows = a.rows ? ", " + count(*a.rows, "row") : "";
  return "work: " + spaced(to_string(a.work)) + rows + ", " + rough_time(a.time) +
         "; waits: " + spaced(to_string(a.blocks)) + lock + "; rollback: " + reversal_words(a.reversal);
}

std::string loss(const Plan& plan, const Operation& o) {
  if (o.assessment.data_loss == DataLoss::none) return {};
  const SetAside* saved = set_aside_for(plan, o);
  return "data loss: " + std::string(to_string(o.assessment.data_loss)) +
         (saved == nullptr ? ", nothing set aside" : ", set aside first in " + saved->location);
}

void add(Annotations& out, const Plan& plan, const Operation& o) {
  const Assessment& a = o.assessment;
  const std::string title = std::string(to_string(a.level)) + ": " + o.description();
  if (a.blocking)
    out.add(kind_of(a), title,
            {"would fail on today's data: " + *a.blocking, a.remedy.empty() ? "" : "remedy: " + a.remedy, a.reason,
             loss(plan, o), cost(a)});
  else
    out.add(kind_of(a), title, {a.reason.empty() ? o.details : a.reason, loss(plan, o), cost(a)});
}

}  // namespace

std::string annotation(std::string_view kind, std::string_view title, std::string_view message, std::string_view file) {
  std::string line = "::" + std::string(kind) + ' ';
  if (!file.empty()) line += "file=" + escaped(file, true) + ',';
  return line + "title=" + escaped(title, true) + "::" + escaped(message, false);
}

std::string as_github(const Plan& plan, const PreviewOptions& options) {
  Annotations out(options);
  if (nothing_to_do(plan)) {
    out.log(plan.skipped.empty() ? "No changes: the database is up to date." : "No changes are left to apply.");
  } else {
    out.log(count(plan.operations.size(), "operation") + ", the highest level is " +
            std::string(to_string(level(plan))) + "; data loss: " + std::string(to_string(data_loss(plan))) +
            "; rollback: " + reversal_words(reversal(plan)) + "; estimated time: " + rough_time(estimate(plan)));
    std::vector<const Operation*> operations;
    for (const Operation& o : plan.operations) operations.push_back(&o);
    std::stable_sort(operations.begin(), operations.end(), [](const Operation* a, const Operation* b) {
      const auto rank = [](const Assessment& x) { return std::pair(x.blocking.has_value(), x.level); };
      return rank(a->assessment) > rank(b->assessment);
    });
    for (const Operation* o : operations) add(out, plan, *o);
  }
  out.each("warning", "Perhaps a rename", plan.candidates);
  out.each("notice", "Skipped", plan.skipped);
  out.each("notice", "Not managed, left alone", plan.unmanaged);
  out.each("notice", "Note", plan.notes);
  return out.take();
}

std::string as_github(const Difference& difference, const PreviewOptions& options) {
  Annotations out(options);
  const std::vector<Operation> operations = operations_of(difference);
  out.log(operations.empty() ? std::string(same_schemas) : count(operations.size(), "difference"));
  for (const Operation& o : operations) out.add("notice", upper(o.kind) + ' ' + o.table.text, {o.details});
  out.each("warning", "Perhaps a rename", difference.candidates);
  out.each("notice", "Not managed, left alone", difference.unmanaged);
  out.each("notice", "Note", difference.notes);
  return out.take();
}

}  // namespace dataflow::page
