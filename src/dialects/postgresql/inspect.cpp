#include "dialects/postgresql/inspect.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>

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

/// All questions under one snapshot, in two messages: in a transaction of their own, or, where one is open, behind a
/// savepoint that puts the settings back.
class Reading {
 public:
  explicit Reading(Server& server) : server_(server), in_transaction_(server.in_transaction()) {}
  ~Reading() {
    if (open_) leave();
  }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

  std::vector<Answer> first(std::vector<std::string> queries) {
    std::vector<std::string> all = {in_transaction_ ? "SAVEPOINT dataflow_inspect"
                                                    : "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"};
    // Behind a pooler nothing is set but what the transaction sets.
    if (!in_transaction_) all.push_back(apply_settings("true"));
    all.emplace_back(session_settings);
    const auto before = static_cast<std::ptrdiff_t>(all.size());
    std::move(queries.begin(), queries.end(), std::back_inserter(all));
    open_ = true;
    std::vector<Answer> answers = server_.answers(all);
    answers.erase(answers.begin(), answers.begin() + before);
    return answers;
  }

  std::vector<Answer> last(std::vector<std::string> queries) {
    const std::size_t asked = queries.size();
    for (std::string_view end : ends()) queries.emplace_back(end);
    std::vector<Answer> answers = server_.answers(queries);
    open_ = false;
    answers.resize(asked);
    return answers;
  }

 private:
  std::span<const std::string_view> ends() const {
    static constexpr std::string_view inside[] = {"ROLLBACK TO SAVEPOINT dataflow_inspect",
                                                  "RELEASE SAVEPOINT dataflow_inspect"};
    static constexpr std::string_view alone[] = {"COMMIT"};
    return in_transaction_ ? std::span<const std::string_view>(inside) : alone;
  }

  /// What a failed message left open. Where it never began this says so, and that is no news.
  void leave() noexcept {
    try {
      if (!in_transaction_) return static_cast<void>(server_.run("ROLLBACK"));
      for (const std::string_view end : ends()) server_.run(end);
    } catch (const Error&) {
      return;  // the first error says more
    }
  }

  Server& server_;
  bool in_transaction_, open_ = false;
};

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
  std::set<std::pair<Oid, int>> types;
  std::set<Oid> collations, operator_classes;
  std::set<std::string, std::less<>> kinds;

  Mentioned(const Answers& first, const Columns& columns) {
    std::pair<Oid, int> last;
    for (const Fields& f : columns.in_order()) {
      if (const std::pair type(f.oid(3), f.number(4)); type != last) types.insert(last = type);
      if (const Oid collation = f.oid(6); collation != 0 && collation != database_collation)
        collations.insert(collation);
    }
    for (const Fields f : first.of(Query::indexes)) {
      for (const std::int64_t oid : f.numbers(5)) operator_classes.insert(static_cast<Oid>(oid));
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

/// The second message: the queries, and where their answers belong.
class FollowUp {
 public:
  FollowUp(const Mentioned& mentioned, const Expressions& expressions, int version) : version_(version) {
    std::vector<Oid> types;
    std::vector<int> modifiers;
    for (const auto& [type, modifier] : mentioned.types) types.push_back(type), modifiers.push_back(modifier);
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
      if (kinds[i].when.empty() || mentioned.any({kinds[i].when})) {
        queries_.push_back(for_version(kinds[i].sql, version_));
        ready_.push_back(i);
      }
  }

  void send(Reading& reading, Answers& into) const {
    std::vector<Answer> answers = reading.last(queries_);
    for (std::size_t i = 0; i < asked_.size(); ++i)
      into.queries[static_cast<std::size_t>(asked_[i])] = std::move(answers[i]);
    for (std::size_t i = 0; i < ready_.size(); ++i) into.ready[ready_[i]] = std::move(answers[asked_.size() + i]);
  }

 private:
  void ask(Query query, bool wanted, std::initializer_list<std::string> lists = {}) {
    if (!wanted) return;
    queries_.push_back(with_lists(for_version(sql_of(query), version_), lists));
    asked_.push_back(query);
  }
  template <class List>
  requires requires(List list) { list.size(); }
  void ask(Query query, const List& list) { ask(query, !list.empty(), {comma_separated(list)}); }

  int version_;
  std::vector<std::string> queries_;
  std::vector<Query> asked_;
  std::vector<std::size_t> ready_;
};

void read_trees(const Answers& answers, const Columns& columns, Expressions& into) {
  into.reserve(answers.of(Query::defaults).size() + answers.of(Query::constraints).size());
  for (const Fields f : answers.of(Query::defaults)) {
    // Only what a column is generated from names columns.
    const Fields* column = columns.find(f.oid(0), f.number(1));
    const bool generated = column != nullptr && !column->null(8) && column->list(8)[1] != "";
    into.add({catalog::default_value, f.oid(2)}, generated ? f.text(2) : f.text(3) + ' ' + f.text(4));
  }
  for (const Fields f : answers.of(Query::constraints))
    if (f.letter(2) == 'c') into.add({catalog::constraint, f.oid(0)}, f.view(14), f.oid(3), columns);
}

void read_texts(const Answers& answers, Picture& picture) {
  for (const Fields f : answers.of(Query::default_texts))
    if (!f.null(1)) picture.expressions.answer({catalog::default_value, f.oid(0)}, f.view(1));
  for (const Fields f : answers.of(Query::check_texts))
    if (!f.null(1)) picture.expressions.answer({catalog::constraint, f.oid(0)}, f.view(1));
  picture.collations[database_collation] = "default";
  for (const Fields f : answers.of(Query::collations)) picture.collations[f.oid(0)] = f.text(1);
}

void read_names(const Answers& answers, Picture& picture) {
  for (const Fields f : answers.of(Query::roles)) {
    picture.roles[f.oid(0)] = f.text(1);
    picture.role_names.insert(f.text(1));
    if (f.flag(2)) picture.reader = f.oid(0);
  }
  for (const Fields f : answers.of(Query::schemas)) picture.schemas[f.oid(0)] = f.text(1);
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
    std::sort(all.begin(), all.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  };
  sort(schema.tables, table);
  sort(schema.definitions, definition);
  sort(schema.unmodelled, unmodelled);
}

Schema read(Server& server) {
  Answers answers;
  std::vector<std::string> queries;
  for (std::size_t i = 0; i < first_query_count; ++i)
    queries.push_back(for_version(sql_of(static_cast<Query>(i)), server.version()));
  Reading reading(server);
  answers.queries = reading.first(std::move(queries));
  answers.queries.resize(query_count);
  answers.ready.resize(ready_definitions().size());

  Picture picture;
  picture.version = server.version();
  const Columns columns(answers.of(Query::columns));
  read_trees(answers, columns, picture.expressions);
  FollowUp(Mentioned(answers, columns), picture.expressions, picture.version).send(reading, answers);

  picture.places.reserve(answers.of(Query::relations).size() + answers.of(Query::defaults).size() +
                         answers.of(Query::constraints).size() + answers.of(Query::indexes).size());
  read_names(answers, picture);
  read_extension_members(answers, picture);
  read_texts(answers, picture);
  read_relations(answers, columns, picture);
  read_sequences(answers, picture);
  read_keys(answers, picture);
  read_definitions(answers, picture);
  read_default_privileges(answers, picture);
  read_dependencies(answers, picture);
  put_in_order(picture.schema);
  return std::move(picture.schema);
}

}  // namespace
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
