#include "files/script.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/text.hpp"
#include "plan/parts.hpp"

namespace dataflow {

namespace {

using Json = nlohmann::ordered_json;
constexpr std::string_view directive = "-- dataflow:";

// --- writing ---------------------------------------------------------------------------------------------------------

ScriptPiece comment(std::string_view word, const Json& value) {
  return {std::string(directive) + std::string(word) + ' ' + value.dump(-1, ' ', true, Json::error_handler_t::replace),
          true, false};
}

std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

/// Operations of one kind on one table as a clause: "add columns a, b to t".
struct Clause {
  OperationKind kind;
  std::string table;
  std::vector<const Operation*> operations;

  std::string text() const {
    std::string one = operations[0]->description();
    const std::string& first = operations[0]->object.text;
    const std::size_t at = first.empty() ? std::string::npos : one.find(' ' + first);
    if (operations.size() == 1 || at == std::string::npos) return one;
    std::vector<std::string> names;
    for (const Operation* o : operations) names.push_back(o->object.text);
    const std::size_t noun = one.rfind(' ', at - 1) + 1;
    const std::string plural = count(2, one.substr(noun, at - noun)).substr(2);
    return one.substr(0, noun) + plural + ' ' + join(names, ", ") + one.substr(at + 1 + first.size());
  }
};

bool mentions(const Step& step, const Name& name) {
  return std::any_of(step.up.begin(), step.up.end(), [&](const Statement& statement) {
    const auto* run = std::get_if<Run>(&statement);
    const auto* own = std::get_if<RunAlone>(&statement);
    return (run != nullptr ? run->sql : own != nullptr ? own->sql : std::string()).find(name.text) != std::string::npos;
  });
}

/// The step that an operation is told with. Where one table takes several steps, all of its operations stand in one of
/// them: then it is the first that names it.
std::size_t told_in(const Plan& plan, const Operation& operation) {
  const auto differs = [&](const Operation& o) { return o.step == operation.step && o.kind != operation.kind; };
  if (operation.object.empty() || std::none_of(plan.operations.begin(), plan.operations.end(), differs))
    return operation.step;
  for (std::size_t i = 0; i < plan.steps.size(); ++i)
    if (mentions(plan.steps[i], operation.object) && mentions(plan.steps[i], operation.table)) return i;
  return operation.step;
}

std::vector<Clause> clauses_of(const Plan& plan, std::size_t step) {
  std::vector<Clause> out;
  for (const Operation& o : plan.operations) {
    if (told_in(plan, o) != step) continue;
    const auto same = [&](const Clause& c) { return c.kind == o.kind && c.table == o.table.text; };
    const auto at = std::find_if(out.begin(), out.end(), same);
    (at == out.end() ? out.emplace_back(Clause{o.kind, o.table.text, {}}) : *at).operations.push_back(&o);
  }
  return out;
}

std::string title_of(const std::vector<Clause>& clauses, const Step& step) {
  std::vector<std::string> texts;
  for (const Clause& clause : clauses) texts.push_back(clause.text());
  std::string text = texts.empty() ? step.title : join(texts, "; ");
  std::replace(text.begin(), text.end(), '\n', ' ');
  std::replace(text.begin(), text.end(), '\r', ' ');
  return capitalised(std::move(text));
}

Json json_of(const SetAside& aside) {
  Json key = Json::array();
  for (const Name& name : aside.key) key.push_back(name.text);
  return {{"location", aside.location},
          {"table", aside.table.text},
          {"column", aside.column.text},
          {"kind", aside.kind},
          {"key", std::move(key)}};
}

std::string stripped(std::string_view sql) {
  sql = trim(sql);
  while (sql.ends_with(';')) sql = trim(sql.substr(0, sql.size() - 1));
  return std::string(sql);
}

class ScriptWriter {
 public:
  ScriptWriter(const Plan& plan, bool back)
      : plan_(plan), back_(back), numbered_(std::any_of(plan.steps.begin(), plan.steps.end(), [](const Step& step) {
          return alone(step.up) != nullptr || alone(step.down) != nullptr;
        })) {}

  MigrationScript write() {
    head();
    for (std::size_t i = 0; i < plan_.steps.size(); ++i) step(i);
    return std::move(out_);
  }

 private:
  void head() { out_.emplace_back().pieces.push_back(comment("dialect", plan_.dialect)); }

  /// Steps that do the same to one table stand in one group.
  void step(std::size_t i) {
    const Step& step = plan_.steps[i];
    std::vector<Clause> clauses = clauses_of(plan_, i);
    const bool goes_on = clauses.size() == 1 && last_.size() == 1 && clauses[0].kind == last_[0].kind &&
                         clauses[0].table == last_[0].table;
    if (goes_on)
      last_[0].operations.insert(last_[0].operations.end(), clauses[0].operations.begin(), clauses[0].operations.end());
    else
      last_ = std::move(clauses), out_.emplace_back();
    out_.back().title = title_of(last_, step);
    if (numbered_) add(comment("step", back_ ? plan_.steps.size() - 1 - i : i));
    for (const Statement& statement : step.up) std::visit([&](const auto& s) { piece(s); }, statement);
  }

  void add(ScriptPiece piece) { out_.back().pieces.push_back(std::move(piece)); }

  /// A file may be run more than once, down and up again: what it set aside before has been put back by then.
  void make_room(const std::string& sql) {
    for (const SetAside& aside : plan_.set_aside) {
      const bool seen = std::find(begun_.begin(), begun_.end(), aside.location) != begun_.end();
      if (seen || sql.find(aside.location) == std::string::npos) continue;
      begun_.push_back(aside.location);
      add(comment("set-aside", json_of(aside)));
      if (sql.find("IF NOT EXISTS") == std::string::npos) add({"DROP TABLE IF EXISTS " + aside.location});
    }
  }

  void piece(const Run& run) {
    make_room(run.sql);
    add({stripped(run.sql)});
  }
  void piece(const RunAlone& run) {
    make_room(run.sql);
    if (numbered_) add(comment("alone", {{"done", run.done}, {"clear", run.clear}, {"within", run.within}}));
    add({stripped(run.sql), false, true});
  }
  void piece(const SameRows& check) {
    add(comment("same-rows", {{"left", check.left}, {"right", check.right}, {"failure", check.failure}}));
  }
  void piece(const NoRows& check) { add(comment("no-rows", {{"query", check.query}, {"failure", check.failure}})); }

  const Plan& plan_;
  const bool back_, numbered_;
  MigrationScript out_;
  std::vector<Clause> last_;
  std::vector<std::string> begun_;
};

// --- reading ---------------------------------------------------------------------------------------------------------

[[noreturn]] void refuse(const MigrationText& text, std::size_t line, const std::string& sentence, std::string hint) {
  throw Error(ErrorCode::bad_document, text.path + ':' + std::to_string(line) + ": " + sentence, std::move(hint));
}

struct Directive {
  std::size_t line;
  std::string word;
  Json value;
};

std::vector<Directive> directives_of(const MigrationText& text) {
  std::vector<Directive> out;
  std::size_t line = 0;
  for (const std::string& raw : split(text.sql, '\n')) {
    ++line;
    const std::string_view said = trim(raw);
    if (!said.starts_with(directive)) continue;
    const std::string_view rest = said.substr(directive.size());
    const std::size_t blank = std::min(rest.find(' '), rest.size());
    out.push_back({line, std::string(rest.substr(0, blank)), Json::parse(rest.substr(blank), nullptr, false)});
  }
  return out;
}

std::string member(const Json& value, const char* key) {
  return value.is_object() && value.contains(key) && value[key].is_string() ? value[key].get<std::string>() : "";
}
std::vector<std::string> members(const Json& value, const char* key) {
  std::vector<std::string> out;
  if (value.is_object() && value.contains(key) && value[key].is_array())
    for (const Json& one : value[key])
      if (one.is_string()) out.push_back(one.get<std::string>());
  return out;
}

class StepReader {
 public:
  StepReader(const Dialect& dialect, const MigrationText& text)
      : dialect_(dialect), text_(text), directives_(directives_of(text)) {}

  FileSteps read() {
    for (const FileStatement& statement : dialect_.split(text_.sql)) {
      directives_before(statement.line);
      take(statement);
      last_line_ =
          statement.line + static_cast<std::size_t>(std::count(statement.text.begin(), statement.text.end(), '\n'));
    }
    directives_before(static_cast<std::size_t>(-1));
    if (locked_) refuse(text_, out_.steps.back().line, "LOCK TABLES without UNLOCK TABLES", "unlock them in this file");
    return std::move(out_);
  }

 private:
  void add(Statement statement, std::size_t line, bool rehearsed = true) {
    const bool goes_on = locked_ || (number_ && !out_.steps.empty() && out_.steps.back().number == number_);
    if (!goes_on) out_.steps.push_back({{}, line, rehearsed, number_});
    out_.steps.back().statements.push_back(std::move(statement));
  }

  void directives_before(std::size_t line) {
    for (; next_ < directives_.size() && directives_[next_].line < line; ++next_) {
      const Directive& d = directives_[next_];
      if (d.line <= last_line_) continue;  // it stands in the text of a statement
      if (d.value.is_discarded())
        refuse(text_, d.line, "this line of dataflow's cannot be read", "generate the file anew, or take the line out");
      if (d.word == "dialect") {
        if (d.value != Json(std::string(dialect_.name)))
          refuse(text_, d.line, "this file is for another server: " + d.value.dump(),
                 "generate it for " + std::string(dialect_.name));
        out_.ours = true;
      } else if (d.word == "set-aside") {
        SetAside aside{.location = member(d.value, "location"),
                       .table = member(d.value, "table"),
                       .column = member(d.value, "column"),
                       .kind = member(d.value, "kind"),
                       .key = {}};
        for (const std::string& name : members(d.value, "key")) aside.key.emplace_back(name);
        out_.set_aside.push_back(std::move(aside));
      } else if (d.word == "same-rows") {
        add(SameRows{member(d.value, "left"), member(d.value, "right"), member(d.value, "failure")}, d.line);
      } else if (d.word == "no-rows") {
        add(NoRows{member(d.value, "query"), member(d.value, "failure")}, d.line);
      } else if (d.word == "step" && d.value.is_number_unsigned()) {
        number_ = d.value.get<std::size_t>();
      } else if (d.word == "alone") {
        alone_ = RunAlone{"", member(d.value, "done"), member(d.value, "clear"), members(d.value, "within")};
      } else {
        refuse(text_, d.line, "'" + d.word + "' is nothing we know", "it was written by a newer dataflow");
      }
    }
  }

  void take(const FileStatement& statement) {
    using Use = FileStatement::Use;
    switch (statement.use) {
      case Use::left_out: return;
      case Use::refused:
        refuse(text_, statement.line, "this statement has no place in a migration file: " + head(statement.text),
               "run it by hand, outside of migrations");
      case Use::locks:
        if (!locked_ && !number_) out_.steps.push_back({{}, statement.line, true});
        locked_ = !number_;
        break;
      case Use::unlocks:
      case Use::run: break;
    }
    if (alone_) {
      alone_->sql = statement.text;
      add(*std::exchange(alone_, std::nullopt), statement.line, statement.rehearsed);
    } else if (statement.alone && !number_) {
      add(RunAlone{statement.text, ""}, statement.line, statement.rehearsed);
    } else {
      add(Run{statement.text}, statement.line, statement.rehearsed);
    }
    if (statement.use == Use::unlocks) locked_ = false;
  }

  static std::string head(const std::string& sql) { return sql.substr(0, std::min<std::size_t>(sql.find('\n'), 60)); }

  const Dialect& dialect_;
  const MigrationText& text_;
  const std::vector<Directive> directives_;
  std::size_t next_ = 0, last_line_ = 0;
  std::optional<RunAlone> alone_;
  std::optional<std::size_t> number_;
  bool locked_ = false;
  FileSteps out_;
};

}  // namespace

MigrationScript script_of(const Plan& plan, bool back) {
  const Plan way = back ? inverse(plan) : plan;
  return ScriptWriter(way, back).write();
}

FileSteps steps_of(const Dialect& dialect, const MigrationText& text) { return StepReader(dialect, text).read(); }

void free_places(std::string& text, const std::vector<std::string>& taken) {
  for (const std::string& old : taken) {
    if (text.find(old) == std::string::npos) continue;
    std::string fresh;
    for (int n = 2; fresh.empty() || std::find(taken.begin(), taken.end(), fresh) != taken.end(); ++n)
      fresh = old + "x" + std::to_string(n);
    for (std::size_t at = text.find(old); at != std::string::npos; at = text.find(old, at + fresh.size()))
      text.replace(at, old.size(), fresh);
  }
}

}  // namespace dataflow
