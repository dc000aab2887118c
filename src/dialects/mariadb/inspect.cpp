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

bool is_sequence(std::string_view text) {
  if (text.substr(0, 300).find("(\n  `next_not_cached_value` ") == std::string_view::npos) return false;
  const std::size_t options = text.rfind("\n) ENGINE=");
  return options != std::string_view::npos && text.find(" SEQUENCE=1", options) != std::string_view::npos;
}

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

struct Asked {
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

constexpr const char* session =
    "SELECT @@SESSION.sql_mode, @@SESSION.time_zone, @@SESSION.character_set_client, @@SESSION.collation_connection";

/// Names first, then texts, each object opened once by the server and read while that works on the next ones.
class Reading {
 public:
  explicit Reading(Server& server) : server_(server) {}

  Schema read() {
    list();
    return read_texts();
  }

  Schema read(std::span<const Object> objects) {
    for (const Object& object : objects) add(object.kind, object.name, object.on);
    ask_session();
    return read_texts();
  }

 private:
  Schema read_texts() {
    ask();
    // As a table a sequence does not say how it counts.
    objects_.clear();
    for (const std::string& name : sequences_) add("sequence", name, {});
    ask();
    put_in_order();
    return std::move(schema_);
  }

  void ask() {
    std::vector<std::string> questions;
    for (const Asked& object : objects_)
      questions.push_back("SHOW CREATE " + std::string(object.shown->words) + " " + quote(object.name));
    const auto told = [&](std::size_t done) {
      tell({.activity = Activity::read,
            .title = "reading the schema",
            .done = done,
            .total = questions.size(),
            .unit = "object"});
    };
    constexpr std::size_t often = 200;
    if (!questions.empty())
      server_.stream(questions, [&](std::size_t i, Rows rows) {
        if (i % often == 0) told(i);
        take(objects_[i], rows.at(0));
      });
    if (!questions.empty()) told(questions.size());
  }

  void ask_session() { take_session(server_.query(session).at(0)); }

  void list() {
    const std::string here = text_literal(server_.database());
    // Asked by TRIGGER_SCHEMA the server looks through the tables of every database it has.
    const std::vector<Rows> lists = server_.batch(std::vector<std::string>{
        "SHOW TABLES",
        "SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = " + here,
        "SELECT ROUTINE_TYPE, ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = " + here,
        "SELECT EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = " + here, session});
    for (const Row& row : lists[0]) add("table", row[0].value_or(""), {});
    for (const Row& row : lists[1]) add("trigger", row[0].value_or(""), row[1].value_or(""));
    for (const Row& row : lists[2]) add(row[0].value_or(""), row[1].value_or(""), {});
    for (const Row& row : lists[3]) add("event", row[0].value_or(""), {});
    take_session(lists[4].at(0));
  }

  void take_session(const Row& row) {
    session_.database = server_.database();
    session_.account = server_.account();
    session_.sql_mode = row.at(0).value_or("");
    session_.time_zone = row.at(1).value_or("");
    session_.client = row.at(2).value_or("");
    session_.collation = row.at(3).value_or("");
  }

  void add(std::string_view kind, const std::string& name, const std::string& on) {
    if (ours(name) || ours(on)) return;
    if (const Shown* how = shown_as(kind))
      objects_.push_back({how, name, on});
    else
      schema_.unmodelled.push_back({lower(kind), {{}, name}, "objects of this kind are not carried"});
  }

  void take(const Asked& object, const Row& row) {
    const Cell& text = row.at(object.shown->text);
    if (!text) {
      schema_.unmodelled.push_back({std::string(object.shown->kind),
                                    {{}, object.name},
                                    "this account may not read its text (SHOW_ROUTINE, or being its definer)"});
    } else if (object.shown->kind == "table") {
      constexpr std::size_t columns_of_view = 4;
      if (row.size() >= columns_of_view)
        take_definition({shown_as("view"), object.name, {}}, row, *text);
      else if (is_sequence(*text))
        sequences_.push_back(object.name);
      else
        take_table(object, *text);
    } else {
      take_definition(object, row, *text);
    }
  }

  void take_table(const Asked& object, const std::string& text) {
    Table table = read_table(text);
    table.name = object.name;
    for (Column& column : table.columns) {
      if (column.default_value)
        if (auto* sql = std::get_if<Sql>(&*column.default_value))
          sql->text = without_database(sql->text, session_.database);
      if (column.generated)
        column.generated->expression.text = without_database(column.generated->expression.text, session_.database);
    }
    const std::string own = create_table(table);
    if (auto reason = same(text, own) ? std::nullopt : lost(text, own))
      schema_.unmodelled.push_back({"table", {{}, object.name}, std::move(*reason)});
    schema_.tables.push_back(std::move(table));
  }

  /// The usual case, letter by letter: where the next row's number stands is data.
  static bool same(std::string_view text, std::string_view own) {
    constexpr std::string_view word = " AUTO_INCREMENT=";
    const std::size_t at = text.rfind(word);
    if (at == std::string_view::npos) return text == own;
    const std::size_t end = std::min(text.find_first_not_of("0123456789", at + word.size()), text.size());
    return text.substr(0, at) == own.substr(0, std::min(at, own.size())) &&
           text.substr(end) == own.substr(std::min(at, own.size()));
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
        // MySQL says what is usual where it was said to it.
        if (all[i].is("on") && i + 2 < all.size() && all[i + 2].is("restrict")) {
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

  void take_definition(const Asked& object, const Row& row, const std::string& text) {
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
  std::vector<Asked> objects_;
  std::vector<std::string> sequences_;
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

Schema inspect(Server& server, std::span<const Object> objects) {
  return objects.empty() ? Schema{.dialect = "mariadb"} : Reading(server).read(objects);
}

}  // namespace dataflow::mariadb
