#include "dataflow/plan.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

#include "core/hash.hpp"
#include "core/text.hpp"
#include "plan/statements.hpp"

namespace dataflow {

namespace {

/// The words an operation is described with. Without a preposition it concerns a whole object.
struct Phrase {
  OperationKind kind;
  std::string_view verb, noun, preposition;
};
using K = OperationKind;
constexpr Phrase phrases[] = {
    {K::create_table, "create", "table", ""},
    {K::drop_table, "drop", "table", ""},
    {K::rename_table, "rename", "table", ""},
    {K::alter_table, "alter", "table", ""},
    {K::add_column, "add", "column", "to"},
    {K::drop_column, "drop", "column", "from"},
    {K::alter_column, "alter", "column", "of"},
    {K::rename_column, "rename", "column", "in"},
    {K::add_index, "add", "index", "to"},
    {K::drop_index, "drop", "index", "from"},
    {K::alter_index, "alter", "index", "of"},
    {K::add_constraint, "add", "constraint", "to"},
    {K::drop_constraint, "drop", "constraint", "from"},
    {K::alter_constraint, "alter", "constraint", "of"},
    {K::create_view, "create", "view", ""},
    {K::drop_view, "drop", "view", ""},
    {K::alter_view, "alter", "view", ""},
    {K::create_trigger, "create", "trigger", "on"},
    {K::drop_trigger, "drop", "trigger", "on"},
    {K::alter_trigger, "alter", "trigger", "on"},
    {K::create_object, "create", "object", ""},
    {K::drop_object, "drop", "object", ""},
    {K::alter_object, "alter", "object", ""},
};
constexpr bool in_order() {
  for (std::size_t i = 0; i < std::size(phrases); ++i)
    if (static_cast<std::size_t>(phrases[i].kind) != i) return false;
  return std::size(phrases) == operation_kinds;
}
static_assert(in_order(), "phrases stand in the order of OperationKind, one for each");

const Phrase& phrase(OperationKind kind) { return phrases[static_cast<std::size_t>(kind)]; }

/// "mail → email" becomes "mail to email".
std::string renamed(std::string details) {
  constexpr std::string_view arrow = " → ";
  const std::size_t at = details.find(arrow);
  return at == std::string::npos ? details : details.replace(at, arrow.size(), " to ");
}

bool is_rename(OperationKind kind) { return kind == K::rename_table || kind == K::rename_column; }

/// What the operation's verb is applied to: the part where there is one, otherwise the whole object.
std::string object_of(const Operation& operation) {
  if (is_rename(operation.kind) && !operation.details.empty()) return renamed(operation.details);
  if (!operation.object.empty()) return operation.object.text;
  return phrase(operation.kind).preposition.empty() ? operation.table.text : operation.details;
}

std::vector<std::string> distinct_tables(const std::vector<const Operation*>& operations) {
  std::vector<std::string> names;
  for (const Operation* o : operations)
    if (std::find(names.begin(), names.end(), o->table.text) == names.end()) names.push_back(o->table.text);
  return names;
}

constexpr std::size_t description_length = 72;

/// Characters of UTF-8 text.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

/// At most `length` characters, the last of them "…" when some had to go.
std::string shortened(std::string_view text, std::size_t length) {
  if (characters(text) <= length) return std::string(text);
  std::size_t end = 0;
  for (std::size_t seen = 0; end < text.size(); ++end)
    if ((text[end] & 0xC0) != 0x80 && ++seen == length) break;
  return std::string(text.substr(0, end)) + "…";
}

/// Operations of one kind as one clause.
std::string clause(const std::vector<const Operation*>& operations) {
  if (operations.size() == 1) return operations.front()->description();
  const Phrase& words = phrase(operations.front()->kind);
  const std::vector<std::string> tables = distinct_tables(operations);
  const std::string verb = std::string(words.verb) + ' ';
  const std::string counted = verb + count(operations.size(), words.noun);
  if (!words.preposition.empty())
    return counted + ' ' + std::string(words.preposition) + ' ' +
           (tables.size() == 1 ? tables.front() : count(tables.size(), "table"));
  const std::string listed = verb + std::string(words.noun) + "s " + join(tables, ", ");
  return is_rename(words.kind) || characters(listed) > description_length / 2 ? counted : listed;
}

std::string joined(const std::vector<std::string>& clauses, const std::string& last) {
  return clauses.empty() ? last : join(clauses, ", ") + " and " + last;
}

/// A clause and how many changes it stands for.
struct Clause {
  std::string text;
  std::size_t changes;
};

/// As many clauses as fit, the rest counted.
std::string bounded(const std::vector<Clause>& clauses, std::string_view noun) {
  std::size_t left = 0;
  for (const Clause& c : clauses) left += c.changes;
  std::vector<std::string> taken;
  std::string best;
  for (const Clause& c : clauses) {
    left -= c.changes;
    std::vector<std::string> next = taken;
    next.push_back(c.text);
    const std::string text =
        left == 0 ? joined(taken, c.text)
                  : joined(next, std::to_string(left) + " more " + std::string(noun) + (left == 1 ? "" : "s"));
    if (characters(text) <= description_length || best.empty()) best = text;
    if (characters(text) > 2 * description_length) break;
    taken = std::move(next);
  }
  return shortened(best, description_length);
}

std::vector<Clause> clauses_of(const std::vector<Operation>& operations) {
  std::vector<std::vector<const Operation*>> groups;
  for (const Operation& o : operations) {
    const auto same = [&](const auto& group) { return group.front()->kind == o.kind; };
    const auto group = std::find_if(groups.begin(), groups.end(), same);
    if (group == groups.end())
      groups.push_back({&o});
    else
      group->push_back(&o);
  }
  std::vector<Clause> clauses;
  for (const auto& group : groups) clauses.push_back({clause(group), group.size()});
  return clauses;
}

template <class Enum> Enum worst(const Plan& plan, Enum Assessment::*axis) {
  Enum value{};
  for (const Operation& o : plan.operations) value = std::max(value, o.assessment.*axis);
  return value;
}

std::uint64_t added(std::uint64_t a, std::uint64_t b) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  return a > most - b ? most : a + b;
}

/// A comment ends with its line.
std::string on_one_line(std::string_view text) {
  std::string line;
  for (const char c : trim(text)) {
    const bool blank = c == '\n' || c == '\r' || c == '\t' || c == ' ';
    if (!blank)
      line += c;
    else if (!line.ends_with(' '))
      line += ' ';
  }
  return line;
}

struct ToSql {
  std::string operator()(const Run& run) const {
    const std::string_view sql = trim(run.sql);
    if (sql.ends_with(';')) return std::string(sql);
    // Behind a comment on the last line a semicolon would belong to the comment.
    const std::size_t line = sql.rfind('\n') == std::string_view::npos ? 0 : sql.rfind('\n');
    return std::string(sql) + (sql.find("--", line) == std::string_view::npos ? ";" : "\n;");
  }
  std::string operator()(const SameRows& check) const {
    return "-- check: same rows: " + on_one_line(check.left) + " = " + on_one_line(check.right);
  }
  std::string operator()(const NoRows& check) const { return "-- check: no rows: " + on_one_line(check.query); }
  std::string operator()(const RunAlone& run) const {
    return "-- outside a transaction, commits by itself:\n" + (*this)(Run{run.sql});
  }
};

/// Text that no two different lists of fields share: each field goes in behind its length.
class Fields {
 public:
  Fields& add(std::string_view field) {
    text_ += std::to_string(field.size()) + ':';
    text_ += field;
    return *this;
  }
  Fields& add(const std::vector<Statement>& statements) {
    add(std::to_string(statements.size()));
    for (const Statement& statement : statements) std::visit(*this, statement);
    return *this;
  }
  void operator()(const Run& run) { add("run").add(run.sql); }
  void operator()(const SameRows& check) { add("same_rows").add(check.left).add(check.right); }
  void operator()(const NoRows& check) { add("no_rows").add(check.query); }
  void operator()(const RunAlone& run) { add("run_alone").add(run.sql).add(run.done).add(run.clear); }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

void append(std::vector<std::string>& to, std::vector<std::string> from) {
  std::move(from.begin(), from.end(), std::back_inserter(to));
}

}  // namespace

std::string Operation::description() const {
  const Phrase& words = phrase(kind);
  std::string text = std::string(words.verb) + ' ' + std::string(words.noun);
  const std::string what = object_of(*this);
  if (words.preposition.empty()) return text + ' ' + what;
  if (what.empty()) return text + ' ' + std::string(words.preposition) + ' ' + table.text;
  return text + ' ' + what + ' ' + std::string(words.preposition) + ' ' + table.text;
}

RiskLevel level(const Plan& plan) { return worst(plan, &Assessment::level); }
DataLoss data_loss(const Plan& plan) { return worst(plan, &Assessment::data_loss); }
Reversal reversal(const Plan& plan) { return worst(plan, &Assessment::reversal); }

Estimate estimate(const Plan& plan) {
  Estimate total;
  std::vector<std::string> bases;
  for (const Operation& o : plan.operations) {
    const Estimate& time = o.assessment.time;
    total.low_ms = added(total.low_ms, time.low_ms);
    total.high_ms = added(total.high_ms, time.high_ms);
    if (!time.basis.empty() && std::find(bases.begin(), bases.end(), time.basis) == bases.end())
      bases.push_back(time.basis);
  }
  total.basis = join(bases, "; ");
  return total;
}

std::string describe(const Plan& plan) {
  if (!plan.operations.empty()) return bounded(clauses_of(plan.operations), "change");
  std::vector<Clause> titles;
  for (const Step& step : plan.steps) titles.push_back({step.title, 1});
  return titles.empty() ? "no changes" : bounded(titles, "step");
}

std::string checksum(const Plan& plan) {
  Fields fields;
  fields.add("dataflow plan 1").add(plan.dialect).add(plan.from).add(plan.to);
  fields.add(std::to_string(plan.steps.size()));
  for (const Step& step : plan.steps) fields.add(step.up).add(step.down);
  return sha256(fields.text());
}

std::string to_sql(const Statement& statement) { return std::visit(ToSql{}, statement); }

std::vector<std::string> to_sql(const std::vector<Statement>& statements) {
  std::vector<std::string> texts;
  for (const Statement& statement : statements) texts.push_back(to_sql(statement));
  return texts;
}

std::vector<std::string> sql_up(const Plan& plan) {
  std::vector<std::string> texts;
  for (const Step& step : plan.steps) append(texts, to_sql(step.up));
  return texts;
}

std::vector<std::string> sql_down(const Plan& plan) { return sql_up(inverse(plan)); }

Plan inverse(const Plan& plan) {
  Plan back = plan;
  std::swap(back.from, back.to);
  std::swap(back.operations, back.rollback);
  std::swap(back.set_aside, back.rollback_set_aside);
  std::reverse(back.steps.begin(), back.steps.end());
  for (Step& step : back.steps) {
    std::swap(step.up, step.down);
    std::swap(step.reaches, step.returns);
  }
  return back;
}

}  // namespace dataflow
