#include "dialects/postgresql/inspect.hpp"

#include <algorithm>
#include <tuple>

#include "dataflow/error.hpp"

namespace dataflow::postgresql {

namespace inspection {
namespace {

// Every name in a text of the server is to be qualified, and a constant is to read the same in every session.
constexpr const char* session_settings =
    "SELECT pg_catalog.set_config(name, value, true) FROM (VALUES ('search_path', 'pg_catalog, pg_temp'), "
    "('DateStyle', 'ISO, YMD'), ('IntervalStyle', 'postgres'), ('TimeZone', 'UTC'), ('bytea_output', 'hex'), "
    "('extra_float_digits', '1'), ('quote_all_identifiers', 'off'), ('jit', 'off')) s (name, value)";

/// All questions under one snapshot: in a transaction of their own, or, where one is open, behind a savepoint that
/// puts the settings back.
class Reading {
 public:
  explicit Reading(Server& server) : server_(server) {
    // In a statement of its own both are the same moment.
    const Rows open = server.query("SELECT pg_catalog.now() <> pg_catalog.statement_timestamp()");
    in_transaction_ = open.at(0).at(0) == "t";
  }

  Answers read() {
    std::vector<std::string> queries = {
        in_transaction_ ? "SAVEPOINT dataflow_inspect" : "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        session_settings};
    const std::size_t first = queries.size();
    for (std::size_t i = 0; i < query_count; ++i)
      queries.push_back(for_version(sql_of(static_cast<Query>(i)), server_.version()));
    for (const Ready& kind : ready_definitions()) queries.push_back(for_version(kind.sql, server_.version()));
    const std::size_t end = queries.size();
    if (in_transaction_) {
      queries.emplace_back("ROLLBACK TO SAVEPOINT dataflow_inspect");
      queries.emplace_back("RELEASE SAVEPOINT dataflow_inspect");
    } else {
      queries.emplace_back("COMMIT");
    }
    std::vector<Rows> all = send(queries);
    const auto at = [&](std::size_t i) {
      return std::make_move_iterator(all.begin() + static_cast<std::ptrdiff_t>(i));
    };
    return {{at(first), at(first + query_count)}, {at(first + query_count), at(end)}};
  }

 private:
  std::vector<Rows> send(const std::vector<std::string>& queries) {
    try {
      return server_.batch(queries);
    } catch (const Error&) {
      leave();
      throw;
    }
  }

  /// What the failed message left open.
  void leave() {
    try {
      if (in_transaction_) {
        server_.run("ROLLBACK TO SAVEPOINT dataflow_inspect");
        server_.run("RELEASE SAVEPOINT dataflow_inspect");
      } else {
        server_.run("ROLLBACK");
      }
    } catch (const Error&) {
      return;  // the first error says more
    }
  }

  Server& server_;
  bool in_transaction_ = false;
};

/// Functions that write a text look at the newest catalog, whatever the snapshot: what went away in between they cannot
/// find.
bool changed_meanwhile(const Error& error) {
  static constexpr std::string_view states[] = {"XX000", "42P01", "42703", "42704", "42883", "3F000", "40001"};
  return std::find(std::begin(states), std::end(states), error.sqlstate) != std::end(states);
}

Answers ask(Server& server) {
  constexpr int attempts = 5;
  for (int attempt = 1;; ++attempt) {
    try {
      return Reading(server).read();
    } catch (const Error& error) {
      if (!changed_meanwhile(error)) throw;
      if (attempt == attempts) throw naming_the_object(server, error);
    }
  }
}

void read_names(const Answers& answers, Picture& picture) {
  for (const Row& row : answers.of(Query::reader)) picture.reader = Fields(row).oid(0);
  for (const Row& row : answers.of(Query::roles)) {
    picture.roles[Fields(row).oid(0)] = Fields(row).text(1);
    picture.role_names.insert(Fields(row).text(1));
  }
  for (const Row& row : answers.of(Query::schemas)) picture.schemas[Fields(row).oid(0)] = Fields(row).text(1);
  for (const Row& row : answers.of(Query::comments)) {
    const Fields f(row);
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

}  // namespace
}  // namespace inspection

Schema inspect(Connection& connection) {
  using namespace inspection;
  Server& asked = server(connection);
  const Answers answers = ask(asked);
  Picture picture;
  picture.version = asked.version();
  read_names(answers, picture);
  read_extension_members(answers, picture);
  read_relations(answers, picture);
  read_sequences(answers, picture);
  read_keys(answers, picture);
  read_definitions(answers, picture);
  read_default_privileges(answers, picture);
  read_dependencies(answers, picture);
  put_in_order(picture.schema);
  return std::move(picture.schema);
}

}  // namespace dataflow::postgresql
