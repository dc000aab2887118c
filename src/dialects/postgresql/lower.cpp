#include <algorithm>
#include <type_traits>

#include "dialects/postgresql/arrange.hpp"
#include "dialects/postgresql/lower.hpp"
#include "plan/parts.hpp"

namespace dataflow::postgresql {

namespace {

std::string shown(const Path& path) {
  return path.schema.empty() || path.schema.text == "public" ? path.name.text : path.schema.text + "." + path.name.text;
}
std::string shown(const Path& in, const Name& part) { return shown(in) + "." + part.text; }
std::string what(const Path&, const Table& t) { return "table " + shown(t.path()); }
std::string what(const Path& in, const Column& c) { return "column " + shown(in, c.name); }
std::string what(const Path& in, const PrimaryKey&) { return "primary key of " + shown(in); }
std::string what(const Path& in, const Unique& u) { return "unique constraint " + shown(in, u.name); }
std::string what(const Path& in, const ForeignKey& f) { return "foreign key " + shown(in, f.name); }
std::string what(const Path& in, const Check& c) { return "check " + shown(in, c.name); }
std::string what(const Path& in, const Index& i) { return "index " + shown({in.schema, i.name}); }
std::string what(const Path& in, const TableOptions&) { return "table " + shown(in); }
std::string what(const Path&, const Definition& d) {
  const std::string on = d.on.empty() || d.kind == "function" || d.kind == "procedure" || d.kind == "aggregate"
                             ? std::string()
                             : " of " + d.on.text;
  return d.kind + " " + shown({d.schema, d.name}) + on;
}

struct Title {
  bool aside;
  template <class O> std::string operator()(const Create<O>& c) const {
    return (aside                                                                                   ? "recreate "
            : std::is_same_v<O, Table> || std::is_same_v<O, Definition> || std::is_same_v<O, Index> ? "create "
                                                                                                    : "add ") +
           what(c.in, c.object);
  }
  template <class O> std::string operator()(const Drop<O>& c) const {
    return (aside ? "take down " : "drop ") + what(c.in, c.object);
  }
  template <class O> std::string operator()(const Alter<O>& c) const { return "alter " + what(c.in, c.before); }
  std::string operator()(const Rename<Table>& c) const {
    return "rename table " + shown({c.in.schema, c.before}) + " to " + c.after.text;
  }
  std::string operator()(const Rename<Column>& c) const {
    return "rename column " + shown(c.in, c.before) + " to " + c.after.text;
  }
};

Written write_change(const Change& change, const Place& place) {
  return std::visit([&](const auto& c) { return write(c, place); }, change);
}

template <class O, class List> void agree_in(List& list, const O& object, auto&& same) {
  const auto at = std::find_if(list.begin(), list.end(), [&](const O& other) { return same(other, object); });
  if (at == list.end())
    list.push_back(object);
  else
    *at = object;
}

/// Puts the value that a change says was there into its place.
struct Agree {
  Schema& schema;

  void put(const Path&, const Table& t) const {
    agree_in(schema.tables, t, [](const Table& a, const Table& b) { return a.path() == b.path(); });
  }
  void put(const Path&, const Definition& d) const {
    agree_in(schema.definitions, d, [](const Definition& a, const Definition& b) {
      return a.kind == b.kind && a.schema == b.schema && a.name == b.name && a.on == b.on;
    });
  }
  template <class Part> void put(const Path& in, const Part& part) const {
    Table* table = find_table(schema, in);
    if (table == nullptr) return;
    const auto namesake = [](const auto& a, const auto& b) { return a.name == b.name; };
    if constexpr (std::is_same_v<Part, Column>) agree_in(table->columns, part, namesake);
    if constexpr (std::is_same_v<Part, PrimaryKey>) table->primary_key = part;
    if constexpr (std::is_same_v<Part, Unique>) agree_in(table->uniques, part, namesake);
    if constexpr (std::is_same_v<Part, ForeignKey>) agree_in(table->foreign_keys, part, namesake);
    if constexpr (std::is_same_v<Part, Check>) agree_in(table->checks, part, namesake);
    if constexpr (std::is_same_v<Part, Index>) agree_in(table->indexes, part, namesake);
    if constexpr (std::is_same_v<Part, TableOptions>) table->options = part;
  }
  template <class O> void operator()(const Drop<O>& c) const { put(c.in, c.object); }
  template <class O> void operator()(const Alter<O>& c) const { put(c.in, c.before); }
  template <class Other> void operator()(const Other&) const {}
};

/// What a table needs for a part that has just come is known to the schema that everything leads to.
void learn_needs(Schema& state, const Path& path, const Schema* to) {
  Table* table = find_table(state, path);
  const Table* wanted = to == nullptr ? nullptr : find_table(*to, path);
  if (table == nullptr || wanted == nullptr) return;
  for (const Dependency& need : wanted->depends_on)
    if (std::find(table->depends_on.begin(), table->depends_on.end(), need) == table->depends_on.end())
      table->depends_on.push_back(need);
}

bool is_lone(const Statement& statement) { return std::holds_alternative<RunAlone>(statement); }
std::size_t lone_in(const std::vector<Statement>& statements) {
  return static_cast<std::size_t>(std::count_if(statements.begin(), statements.end(), is_lone));
}

/// Statements that can share a transaction, and between them those that stand alone, each by itself: n of these give
/// 2n + 1 lists. With `n` larger than there are, everything is in the last.
std::vector<std::vector<Statement>> apart(std::vector<Statement> statements, std::size_t n) {
  std::vector<std::vector<Statement>> out(2 * n + 1);
  if (lone_in(statements) < n) {
    out.back() = std::move(statements);
    return out;
  }
  std::size_t at = 0;
  for (Statement& statement : statements) {
    const bool lone = is_lone(statement);
    out[at += lone ? 1 : 0].push_back(std::move(statement));
    if (lone) ++at;
  }
  return out;
}

/// One step, or where statements stand alone, one for each of them and for what is before, between and after.
std::vector<Step> to_steps(const std::string& title, std::vector<Statement> up, std::vector<Statement> down) {
  const std::size_t n = std::max(lone_in(up), lone_in(down));
  auto forward = apart(std::move(up), n), back = apart(std::move(down), n);
  std::vector<Step> steps;
  for (std::size_t i = 0; i < forward.size(); ++i) {
    Step step{title, std::move(forward[i]), std::move(back[back.size() - 1 - i])};
    // What is undone as a whole is undone with the first of them.
    if (i == 1 && step.down.empty() && !steps.empty() && steps[0].up.empty()) {
      step.down = std::move(steps[0].down);
      steps.pop_back();
    }
    if (n == 0 || !step.up.empty() || !step.down.empty()) steps.push_back(std::move(step));
  }
  return steps;
}

/// The step that users mean: the first that stands alone, or else the first.
std::size_t main_of(const std::vector<Step>& steps) {
  const auto found =
      std::find_if(steps.begin(), steps.end(), [](const Step& step) { return alone(step.up) != nullptr; });
  return found == steps.end() ? 0 : static_cast<std::size_t>(found - steps.begin());
}

/// The schema of data set aside has to be there before the first of it, in either direction.
void prepare(Lowered& lowered) {
  // CREATE SCHEMA IF NOT EXISTS asks for the right to create one even where it is there already.
  static const Run make{
      "DO $$ BEGIN IF pg_catalog.to_regnamespace('dataflow_backup') IS NULL THEN CREATE SCHEMA dataflow_backup; END "
      "IF; "
      "END $$"};
  const auto sets_aside = [](const std::vector<Statement>& statements) {
    return std::any_of(statements.begin(), statements.end(), [](const Statement& statement) {
      const auto* run = std::get_if<Run>(&statement);
      return run != nullptr && run->sql.starts_with("CREATE TABLE dataflow_backup.");
    });
  };
  const auto forward =
      std::find_if(lowered.steps.begin(), lowered.steps.end(), [&](const Step& step) { return sets_aside(step.up); });
  if (forward != lowered.steps.end()) forward->up.insert(forward->up.begin(), make);
  const auto back = std::find_if(lowered.steps.rbegin(), lowered.steps.rend(),
                                 [&](const Step& step) { return sets_aside(step.down); });
  if (back != lowered.steps.rend()) back->down.insert(back->down.begin(), make);
}

}  // namespace

void agree(Schema& schema, const Change& change) { std::visit(Agree{schema}, change); }

Lowered lower_changes(const Schema& from, const std::vector<Change>& changes, const Hints& hints,
                      const LowerOptions& options) {
  Lowered lowered;
  lowered.step_of.resize(changes.size());
  lowered.saved.resize(changes.size());
  lowered.rollback_saved.resize(changes.size());
  const Hints none;
  std::vector<std::string> taken = options.taken;
  std::vector<std::pair<std::size_t, std::size_t>> together;
  // The schema before and after each change: two values that take turns, for a copy of a large one costs.
  Schema state = from, next = from;
  const auto carry_out = [&](Schema& schema, const Change& change) {
    agree(schema, change);
    apply_change(schema, change);
    learn_needs(schema, subject(change), options.to);
  };
  std::vector<Arranged> order = arrange(from, options.to, changes);
  set_apart(order, from, options, hints);
  for (const Arranged& arranged : order) {
    agree(state, arranged.change);
    carry_out(next, arranged.change);
    if (arranged.with) {
      for (const std::size_t i : arranged.of) together.emplace_back(i, *arranged.with);
      carry_out(state, arranged.change);
      continue;
    }
    Written up = write_change(arranged.change,
                              {state, next, options, hints, "up", nullptr, taken, arranged.anew, arranged.aside});
    Written down = write_change(
        inverse(arranged.change),
        {next, state, options, none, "down", up.kept ? &*up.kept : nullptr, taken, arranged.anew, arranged.aside});
    std::vector<Step> steps = to_steps(std::visit(Title{arranged.aside}, arranged.change), std::move(up.statements),
                                       std::move(down.statements));
    const std::size_t main = lowered.steps.size() + main_of(steps);
    for (const std::size_t i : arranged.of) {
      lowered.step_of[i] = main;
      if (up.kept) lowered.saved[i] = lowered.set_aside.size();
      if (down.kept) lowered.rollback_saved[i] = lowered.rollback_set_aside.size();
    }
    if (up.kept) lowered.set_aside.push_back(*up.kept);
    if (down.kept) lowered.rollback_set_aside.push_back(*down.kept);
    std::move(steps.begin(), steps.end(), std::back_inserter(lowered.steps));
    carry_out(state, arranged.change);
  }
  prepare(lowered);
  for (const auto& [child, parent] : together) lowered.step_of[child] = lowered.step_of[parent];
  return lowered;
}

}  // namespace dataflow::postgresql
