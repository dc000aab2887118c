#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>
#include <tuple>

#include "core/tell.hpp"
#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/mariadb/mariadb.hpp"
#include "dialects/mariadb/tokens.hpp"

namespace dataflow::mariadb {

bool ours(std::string_view name) { return lower(name.substr(0, 9)) == "dataflow_"; }

namespace {

/// A kind of object that SHOW CREATE writes: what stands behind these words, and in which columns its answer is.
struct Shown {
  std::string_view kind, words;
  std::size_t text, sql_mode, time_zone, client;  ///< nothing: there is none
};
constexpr std::size_t nothing = static_cast<std::size_t>(-1);
constexpr std::array shown = std::to_array<Shown>({
    {"table", "TABLE", 1, nothing, nothing, nothing},
    {"view", "VIEW", 1, nothing, nothing, 2},
    {"sequence", "SEQUENCE", 1, nothing, nothing, nothing},
    {"trigger", "TRIGGER", 2, 1, nothing, 3},
    {"function", "FUNCTION", 2, 1, nothing, 3},
    {"procedure", "PROCEDURE", 2, 1, nothing, 3},
    {"package", "PACKAGE", 2, 1, nothing, 3},
    {"package body", "PACKAGE BODY", 2, 1, nothing, 3},
    {"event", "EVENT", 3, 1, 2, 4},
});

struct Object {
  const Shown* shown;
  std::string name, on;
};

const Shown* shown_as(std::string_view kind) {
  const std::string word = lower(kind);
  const auto found = std::find_if(shown.begin(), shown.end(), [&](const Shown& s) { return s.kind == word; });
  return found == shown.end() ? nullptr : &*found;
}

struct Session {
  std::string sql_mode, time_zone, client, collation, account, database;
};

/// Names first, then texts: 200 in a message, each object opened once by the server.
class Reading {
 public:
  explicit Reading(Server& server) : server_(server) {}

  Schema read() {
    list();
    std::vector<std::string> questions;
    for (const Object& object : objects_)
      questions.push_back("SHOW CREATE " + std::string(object.shown->words) + " " + quote(object.name));
    const auto say = [&](std::size_t done) {
      tell({.activity = Activity::read,
            .title = "reading the schema",
            .done = done,
            .total = questions.size(),
            .unit = "object"});
    };
    constexpr std::size_t in_one_message = 200;
    for (std::size_t i = 0; i < questions.size(); i += in_one_message) {
      const std::size_t n = std::min(in_one_message, questions.size() - i);
      say(i);
      const std::vector<Rows> answers = server_.batch(std::span(questions).subspan(i, n));
      for (std::size_t k = 0; k < n; ++k) take(objects_[i + k], answers.at(k).at(0));
    }
    say(questions.size());
    put_in_order();
    return std::move(schema_);
  }

 private:
  void list() {
    session_.database = server_.database();
    session_.account = server_.account();
    const std::string here = text_literal(session_.database);
    const std::vector<Rows> lists = server_.batch(std::vector<std::string>{
        "SHOW FULL TABLES",
        "SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = " + here,
        "SELECT ROUTINE_TYPE, ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = " + here,
        "SELECT EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = " + here,
        "SELECT @@SESSION.sql_mode, @@SESSION.time_zone, @@SESSION.character_set_client, "
        "@@SESSION.collation_connection"});
    for (const Row& row : lists[0]) {
      const std::string type = row.at(1).value_or("");
      add(type == "BASE TABLE" || type == "SYSTEM VERSIONED" ? "table" : type, row[0].value_or(""), {});
    }
    for (const Row& row : lists[1]) add("trigger", row[0].value_or(""), row[1].value_or(""));
    for (const Row& row : lists[2]) add(row[0].value_or(""), row[1].value_or(""), {});
    for (const Row& row : lists[3]) add("event", row[0].value_or(""), {});
    session_.sql_mode = lists[4].at(0).at(0).value_or("");
    session_.time_zone = lists[4][0].at(1).value_or("");
    session_.client = lists[4][0].at(2).value_or("");
    session_.collation = lists[4][0].at(3).value_or("");
  }

  void add(std::string_view kind, const std::string& name, const std::string& on) {
    if (ours(name) || ours(on)) return;
    if (const Shown* how = shown_as(kind))
      objects_.push_back({how, name, on});
    else
      schema_.unmodelled.push_back({lower(kind), {{}, name}, "objects of this kind are not carried"});
  }

  void take(const Object& object, const Row& row) {
    const Cell& text = row.at(object.shown->text);
    if (!text) {
      schema_.unmodelled.push_back({std::string(object.shown->kind),
                                    {{}, object.name},
                                    "this account may not read its text (SHOW_ROUTINE, or being its definer)"});
    } else if (object.shown->kind == "table") {
      take_table(object, *text);
    } else {
      take_definition(object, row, *text);
    }
  }

  void take_table(const Object& object, const std::string& text) {
    Table table = read_table(text);
    table.name = object.name;
    for (Column& column : table.columns) {
      if (column.default_value)
        if (auto* sql = std::get_if<Sql>(&*column.default_value))
          sql->text = without_database(sql->text, session_.database);
      if (column.generated)
        column.generated->expression.text = without_database(column.generated->expression.text, session_.database);
    }
    if (auto reason = lost(text, create_table(table)))
      schema_.unmodelled.push_back({"table", {{}, object.name}, std::move(*reason)});
    schema_.tables.push_back(std::move(table));
  }

  /// What of the server's text our own does not say, or the other way round.
  std::optional<std::string> lost(const std::string& text, const std::string& own) const {
    const auto words = [&](const std::string& sql) {
      std::vector<std::string> out;
      const std::string plain = without_database(sql, session_.database);
      const auto all = tokens(plain);
      for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].is("auto_increment") && i + 1 < all.size() && all[i + 1].is('=')) {
          i += 2;
          continue;
        }
        if (!all[i].is(',')) out.push_back(lower(all[i].text));
      }
      return out;
    };
    const auto sum = [](const std::vector<std::string>& all) {
      std::size_t out = all.size();
      for (const std::string& word : all) out += std::hash<std::string>{}(word);
      return out;
    };
    auto theirs = words(text), mine = words(own);
    if (sum(theirs) == sum(mine)) return std::nullopt;
    std::sort(theirs.begin(), theirs.end());
    std::sort(mine.begin(), mine.end());
    std::vector<std::string> apart;
    std::set_symmetric_difference(theirs.begin(), theirs.end(), mine.begin(), mine.end(), std::back_inserter(apart));
    apart.resize(std::min<std::size_t>(apart.size(), 5));
    return "part of it is not understood: " + join(apart, " ");
  }

  void take_definition(const Object& object, const Row& row, const std::string& text) {
    Definition d{.kind = std::string(object.shown->kind), .name = object.name, .on = object.on, .text = Sql(text)};
    take_definer(d);
    const auto differs = [&](std::size_t column, const char* attribute, const std::string& usual) {
      if (column == nothing) return;
      if (const std::string value = row.at(column).value_or(""); value != usual) d.attributes[attribute] = value;
    };
    differs(object.shown->sql_mode, "sql mode", session_.sql_mode);
    differs(object.shown->time_zone, "time zone", session_.time_zone);
    // One UTF-8 or the other makes no difference to what is written.
    if (object.shown->client != nothing && !row.at(object.shown->client).value_or("").starts_with("utf8")) {
      differs(object.shown->client, "character set client", session_.client);
      differs(object.shown->client + 1, "collation connection", session_.collation);
    }
    if (d.kind == "event" && session_.database.starts_with(scratch_prefix)) d.text.text = awake(d.text.text);
    if (d.kind == "view") d.text.text = without_database(d.text.text, session_.database);
    schema_.definitions.push_back(std::move(d));
  }

  /// DEFINER=`root`@`localhost` goes, and is said apart where it is not the account that reads.
  void take_definer(Definition& d) const {
    const std::string text = d.text.text;
    const auto all = tokens(text);
    for (std::size_t i = 0; i + 3 < all.size() && i < 8; ++i) {
      if (!all[i].is("definer") || !all[i + 1].is('=')) continue;
      const bool with_host = i + 4 < all.size() && all[i + 3].text == "@";
      const std::size_t end = i + (with_host ? 4 : 2);
      const std::string definer = text.substr(all[i + 2].begin, all[end].end - all[i + 2].begin);
      if (definer != session_.account) d.attributes["definer"] = definer;
      d.text.text = text.substr(0, all[i].begin) + text.substr(all[end + 1].begin);
      return;
    }
  }

  void put_in_order() {
    const auto sort = [](auto& all, auto key) {
      std::sort(all.begin(), all.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
    };
    sort(schema_.tables, [](const Table& t) { return std::tie(t.name); });
    sort(schema_.definitions, [](const Definition& d) { return std::tie(d.name, d.kind, d.on); });
    sort(schema_.unmodelled, [](const Unmodelled& u) { return std::tie(u.path, u.kind); });
  }

  Server& server_;
  Session session_;
  std::vector<Object> objects_;
  Schema schema_{.dialect = "mariadb"};
};

/// An object that went away between its name and its text.
bool changed_meanwhile(const Error& error) { return error.code == ErrorCode::not_found && error.sqlstate != "42000"; }

}  // namespace

Schema inspect(Connection& connection) {
  constexpr int attempts = 5;
  for (int attempt = 1;; ++attempt) {
    try {
      return Reading(server(connection)).read();
    } catch (const Error& error) {
      if (!changed_meanwhile(error) || attempt == attempts) throw;
    }
  }
}

}  // namespace dataflow::mariadb
