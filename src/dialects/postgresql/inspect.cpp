#include "dialects/postgresql/inspect.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>

#include "core/tell.hpp"
#include "dataflow/error.hpp"
#include "dialects/postgresql/settings.hpp"

namespace dataflow::postgresql {

namespace inspection {
namespace {

// Every name in a text of the server is to be qualified, and a constant is to read the same in every session.
constexpr const char* session_settings =
    "SELECT pg_catalog.set_config(name, value, true) FROM (VALUES ('search_path', 'pg_catalog, pg_temp'), "
    "('DateStyle', 'ISO, YMD'), ('IntervalStyle', 'postgres'), ('TimeZone', 'UTC'), ('bytea_output', 'hex'), "
    "('extra_float_digits', '1'), ('quote_all_identifiers', 'off'), ('jit', 'off')) s (name, value)";

std::span<const std::string_view> ends(bool in_transaction) {
  static constexpr std::string_view inside[] = {"ROLLBACK TO SAVEPOINT dataflow_inspect",
                                                "RELEASE SAVEPOINT dataflow_inspect"};
  static constexpr std::string_view alone[] = {"COMMIT"};
  return in_transaction ? std::span<const std::string_view>(inside) : alone;
}

/// Functions that write a text look at the newest catalog, whatever the snapshot: what went away in between they cannot
/// find.
bool changed_meanwhile(const Error& error) {
  static constexpr std::string_view states[] = {"XX000", "42P01", "42703", "42704", "42883", "3F000", "40001"};
  return std::find(std::begin(states), std::end(states), error.sqlstate) != std::end(states);
}

template <class List> std::string comma_separated(const List& list) {
  std::string out;
  for (const auto& number : list) (out += out.empty() ? "" : ",") += std::to_string(number);
  return out;
}

/// What the first message speaks of, each once, and which kinds of object it says are there.
struct Mentioned {
  std::set<Oid> collations, operator_classes;
  std::set<std::string, std::less<>> kinds;

  Mentioned(Answers& first, const Columns& columns) {
    for (const Fields& f : columns.in_order())
      if (const Oid collation = f.oid(6); collation != 0 && collation != database_collation)
        collations.insert(collation);
    std::unordered_set<std::string_view> classes_seen, collations_seen;
    for (const Fields f : first.of(Query::indexes)) {
      if (classes_seen.insert(f.view(5)).second)
        for (const std::int64_t oid : f.numbers(5)) operator_classes.insert(static_cast<Oid>(oid));
      if (collations_seen.insert(f.view(6)).second)
        for (const std::int64_t oid : f.numbers(6))
          if (oid != 0 && oid != database_collation) collations.insert(static_cast<Oid>(oid));
    }
    for (const Fields f : first.of(Query::relations))
      if (f.letter(3) != 'r') kinds.insert(std::string("relation ") + f.letter(3));
    for (const Fields f : first.of(Query::present)) kinds.insert(f.text(0));
  }

  bool any(std::initializer_list<std::string_view> words) const {
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return kinds.contains(word); });
  }
};

/// The second message. What takes the server longest comes last.
class FollowUp {
 public:
  FollowUp(const Mentioned& mentioned, const Columns& columns, const Expressions& expressions, int version)
      : version_(version) {
    std::vector<Oid> types;
    std::vector<int> modifiers;
    for (const auto& [type, modifier] : columns.types()) types.push_back(type), modifiers.push_back(modifier);
    ask(Query::types, !types.empty(), {comma_separated(types), comma_separated(modifiers)});
    ask(Query::collations, mentioned.collations);
    ask(Query::operator_classes, mentioned.operator_classes);
    ask(Query::default_texts, expressions.asked(catalog::default_value));
    ask(Query::check_texts, expressions.asked(catalog::constraint));
    ask(Query::foreign_tables, mentioned.any({"relation f"}));
    ask(Query::sequences, mentioned.any({"sequence"}));
    ask(Query::aliases, mentioned.any({"relation v", "relation m", "relation c", "type r"}));
    ask(Query::unmodelled, mentioned.any({"type b", "shell type", "1417", "2602", "2603", "unmodelled"}));
    const std::span<const Ready> kinds = ready_definitions();
    for (std::size_t i = 0; i < kinds.size(); ++i)
      if (kinds[i].when.empty() || mentioned.any({kinds[i].when}))
        questions.push_back({Answers::ready(i), for_version(kinds[i].sql, version_)});
    ask(Query::dependencies, true);
  }

  std::vector<Answers::Question> questions;

 private:
  void ask(Query query, bool wanted, std::initializer_list<std::string> lists = {}) {
    if (wanted)
      questions.push_back({static_cast<std::size_t>(query), with_lists(for_version(sql_of(query), version_), lists)});
  }
  template <class List>
  requires requires(List list) { list.size(); }
  void ask(Query query, const List& list) { ask(query, !list.empty(), {comma_separated(list)}); }

  int version_;
};

void read_trees(Answers& answers, const Columns& columns, Expressions& into) {
  for (const Fields f : answers.of(Query::constraints))
    if (f.letter(2) == 'c') into.add({catalog::constraint, f.oid(0)}, f.view(8), f.oid(3), columns);
  for (const Fields f : answers.of(Query::defaults)) {
    // Only what a column is generated from names columns.
    const Fields* column = columns.find(f.oid(0), f.number(1));
    const bool generated = column != nullptr && !column->null(8) && column->list(8)[1] != "";
    into.add({catalog::default_value, f.oid(2)}, generated ? f.text(2) : f.text(3) + ' ' + f.text(4));
  }
}

void read_texts(Answers& answers, Picture& picture) {
  for (const Fields f : answers.of(Query::default_texts))
    if (!f.null(1)) picture.expressions.answer({catalog::default_value, f.oid(0)}, f.view(1));
  for (const Fields f : answers.of(Query::check_texts))
    if (!f.null(1)) picture.expressions.answer({catalog::constraint, f.oid(0)}, f.view(1));
  picture.collations[database_collation] = "default";
  for (const Fields f : answers.of(Query::collations)) picture.collations[f.oid(0)] = f.text(1);
}

void read_names(Answers& answers, Picture& picture) {
  for (const Fields f : answers.of(Query::roles)) {
    picture.roles[f.oid(0)] = f.text(1);
    picture.role_names.insert(f.text(1));
    if (f.flag(2)) picture.reader = f.oid(0);
  }
  for (const Fields f : answers.of(Query::schemas)) picture.schemas[f.oid(0)] = f.text(1);
  for (const Fields f : answers.of(Query::extension_members)) picture.extension_of[{f.oid(0), f.oid(1)}] = f.oid(2);
  for (const Fields f : answers.of(Query::comments)) {
    if (f.oid(2) == 0)
      picture.comments[{f.oid(0), f.oid(1)}] = f.text(3);
    else
      picture.column_comments[{f.oid(0), f.oid(1)}].emplace_back(f.number(2), f.text(3));
  }
}

void put_in_order(Schema& schema) {
  const auto table = [](const Table& t) { return std::tie(t.schema, t.name); };
  const auto definition = [](const Definition& d) { return std::tie(d.schema, d.name, d.kind, d.on, d.text.text); };
  const auto unmodelled = [](const Unmodelled& u) { return std::tie(u.path, u.kind, u.reason); };
  const auto sort = [](auto& all, auto key) {
    const auto before = [&](const auto& a, const auto& b) { return key(a) < key(b); };
    if (!std::is_sorted(all.begin(), all.end(), before)) std::sort(all.begin(), all.end(), before);
  };
  sort(schema.tables, table);
  sort(schema.definitions, definition);
  sort(schema.unmodelled, unmodelled);
}

Schema read(Server& server) {
  Picture picture;
  const auto say = [&] {
    const std::size_t objects = picture.schema.tables.size() + picture.schema.definitions.size();
    tell({.activity = Activity::read, .title = "reading the schema", .done = objects, .unit = "object"});
  };
  say();
  Answers answers(server);
  picture.version = server.version();
  read_names(answers, picture);
  read_relations(answers, picture);
  const Columns columns(answers.of(Query::columns));
  read_columns(answers, columns, picture);
  read_constraints(answers, picture);
  say();
  const Mentioned mentioned(answers, columns);
  read_trees(answers, columns, picture.expressions);
  answers.ask(FollowUp(mentioned, columns, picture.expressions, picture.version).questions);

  picture.places.reserve(picture.places.size() + answers.of(Query::defaults).size() +
                         answers.of(Query::constraints).size() + answers.of(Query::indexes).size());
  read_default_privileges(answers, picture);
  read_texts(answers, picture);
  finish_columns(answers, columns, picture);
  read_sequences(answers, picture);
  read_indexes(answers, picture);
  read_definitions(answers, picture);
  say();
  read_dependencies(answers, picture);
  answers.finish();
  put_in_order(picture.schema);
  return std::move(picture.schema);
}

}  // namespace

Answers::Answers(Server& server)
    : server_(server), in_transaction_(server.in_transaction()), answers_(query_count + ready_definitions().size()) {
  std::vector<Question> questions;
  if (in_transaction_)
    questions.push_back({nowhere, "SAVEPOINT dataflow_inspect"});
  else
    questions.push_back({nowhere, "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"});
  // Behind a pooler nothing is set but what the transaction sets.
  if (!in_transaction_) questions.push_back({nowhere, apply_settings("true")});
  questions.push_back({nowhere, session_settings});
  for (std::size_t i = 0; i < first_query_count; ++i)
    questions.push_back({i, for_version(sql_of(static_cast<Query>(i)), server_.version())});
  send(std::move(questions));
}

Answers::~Answers() {
  if (open_) leave();
}

void Answers::ask(std::vector<Question> questions) {
  for (const std::string_view end : ends(in_transaction_)) questions.push_back({nowhere, std::string(end)});
  send(std::move(questions));
  ending_ = true;
}

void Answers::send(std::vector<Question> questions) {
  if (open_) receive_all();
  std::vector<std::string> queries;
  for (Question& question : questions) {
    expected_.push_back(question.place);
    queries.push_back(std::move(question.sql));
  }
  open_ = true;
  server_.start_batch(std::move(queries));
}

void Answers::receive() {
  std::optional<Answer> answer = server_.next_answer();
  if (!answer) throw Error(ErrorCode::internal, "a question to the catalog was left without an answer");
  if (const std::size_t place = expected_[received_++]; place != nowhere) answers_[place] = std::move(*answer);
}

void Answers::receive_all() {
  while (received_ < expected_.size()) receive();
  if (server_.next_answer()) throw Error(ErrorCode::internal, "more than one statement where one was expected");
  expected_.clear();
  received_ = 0;
}

const Answer& Answers::at(std::size_t place) {
  const auto first = expected_.begin();
  while (std::find(first + static_cast<std::ptrdiff_t>(received_), expected_.end(), place) != expected_.end())
    receive();
  return answers_[place];
}

void Answers::finish() {
  receive_all();
  open_ = false;
}

/// What a failed message left open. Where it never began this says so, and that is no news.
void Answers::leave() noexcept {
  try {
    receive_all();
    if (ending_) return;
  } catch (const Error&) {}  // this one, or one before: then the message ended there
  try {
    if (!in_transaction_) return static_cast<void>(server_.run("ROLLBACK"));
    for (const std::string_view end : ends(in_transaction_)) server_.run(end);
  } catch (const Error&) {
    return;  // the first error says more
  }
}
}  // namespace inspection

/// Again where something went away in between.
Schema inspect(Connection& connection) {
  constexpr int attempts = 5;
  for (int attempt = 1;; ++attempt) {
    try {
      return inspection::read(server(connection));
    } catch (const Error& error) {
      if (!inspection::changed_meanwhile(error)) throw;
      if (attempt == attempts) throw inspection::naming_the_object(server(connection), error);
    }
  }
}

}  // namespace dataflow::postgresql
