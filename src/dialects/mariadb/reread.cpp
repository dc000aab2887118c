// Which objects the statements of a step make, change or take away, told from their words; only these are read again.
// What is written otherwise than lowering writes it may be anything: then the whole schema is read.
#include <algorithm>
#include <array>
#include <map>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/mariadb/mariadb.hpp"
#include "dialects/mariadb/tokens.hpp"

namespace dataflow::mariadb {

namespace {

/// A statement that cannot be told.
struct Unclear {};

class Touching {
 public:
  Touching(Server& server, const Schema& before) : server_(server), before_(before) {}

  void take(const std::string& sql) {
    all_ = tokens(sql), at_ = 0;
    if (all_.empty()) return;
    if (accept("set") && accept("statement")) {
      while (at_ < all_.size() && !all_[at_].is("for")) ++at_;
      ++at_;
    } else {
      at_ = 0;
    }
    static constexpr std::array<std::string_view, 9> changes_none = {"set",  "insert", "update", "delete", "replace",
                                                                     "lock", "unlock", "select", "do"};
    if (at_ < all_.size() && std::any_of(changes_none.begin(), changes_none.end(),
                                         [&](std::string_view word) { return all_[at_].is(word); }))
      return;
    if (accept("create")) return create();
    if (accept("alter")) return alter();
    if (accept("drop")) return drop();
    if (accept("rename")) return rename();
    throw Unclear{};
  }

  Reread read() {
    Reread out;
    std::vector<Object> there;
    for (const auto& [object, state] : touched_) {
      out.stale.emplace_back(object.first, Name(object.second));
      if (state.there) there.push_back({object.first, object.second, state.on});
    }
    out.now = inspect(server_, there);
    return out;
  }

 private:
  struct State {
    bool there;
    std::string on = {};
  };

  bool accept(std::string_view word) {
    if (at_ >= all_.size() || !all_[at_].is(word)) return false;
    ++at_;
    return true;
  }
  std::string name() {
    while (accept("if") || accept("not") || accept("exists")) {}
    if (at_ >= all_.size() || !all_[at_].names()) throw Unclear{};
    std::string out = all_[at_++].name();
    if (at_ < all_.size() && all_[at_].is('.')) throw Unclear{};
    return out;
  }
  void must_end() const {
    if (at_ < all_.size()) throw Unclear{};
  }

  void note(std::string kind, std::string name, State state) {
    if (ours(name) || ours(state.on)) return;
    touched_[{std::move(kind), std::move(name)}] = std::move(state);
  }

  /// The kind of object that is spoken of; what stands in front of it is passed.
  std::string kind() {
    static constexpr std::array<std::string_view, 7> kinds = {"table",    "view",      "sequence", "trigger",
                                                              "function", "procedure", "event"};
    for (const std::size_t limit = std::min<std::size_t>(at_ + 14, all_.size()); at_ < limit; ++at_)
      for (const std::string_view word : kinds) {
        if (all_[at_].is("package")) throw Unclear{};
        if (!all_[at_].is(word)) continue;
        ++at_;
        return std::string(word);
      }
    throw Unclear{};
  }

  void create() {
    const std::string what = kind();
    const std::string named = name();
    note(what, named, {true, what == "trigger" ? table_of_trigger() : ""});
  }

  /// … BEFORE INSERT ON t
  std::string table_of_trigger() {
    while (at_ < all_.size() && !all_[at_].is("on")) ++at_;
    ++at_;
    const std::string named = name();
    for (const Table& table : before_.tables)
      if (table.name.text == named) return named;
    for (const Table& table : before_.tables)
      if (equal_ignoring_case(table.name.text, named)) return table.name.text;
    throw Unclear{};
  }

  void alter() {
    if (accept("sequence")) return note("sequence", name(), {true});
    if (!accept("table")) throw Unclear{};
    const std::string table = name();
    note("table", table, {true});
    for (; at_ < all_.size(); ++at_) {
      if (all_[at_].is("change") || all_[at_].is("convert")) note_children(table);
      if (!all_[at_].is("rename") || at_ + 1 >= all_.size()) continue;
      const Token& what = all_[at_ + 1];
      if (what.is("column"))
        note_children(table);
      else if (!what.is("key") && !what.is("index"))
        throw Unclear{};
    }
  }

  void drop() {
    const std::string what = kind(), named = name();
    must_end();
    note(what, named, {false});
    if (what == "table") note_triggers(named, false);
  }

  void rename() {
    if (!accept("table")) throw Unclear{};
    const std::string from = name();
    if (!accept("to")) throw Unclear{};
    const std::string to = name();
    must_end();
    const std::string what = kind_of(from, to);
    note(what, from, {false});
    note(what, to, {true});
    note_children(from);
    note_children(to);
    note_triggers(from, false);
    if (what != "table" || ours(to)) return;
    for (const Row& row :
         server_.query("SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA "
                       "= ? AND EVENT_OBJECT_TABLE = ?",
                       {server_.database(), to}))
      note("trigger", row.at(0).value_or(""), {true, to});
  }

  /// What is renamed: a table or a sequence.
  std::string kind_of(const std::string& from, const std::string& to) {
    if (!ours(from)) {
      const bool sequence = std::any_of(before_.definitions.begin(), before_.definitions.end(),
                                        [&](const auto& d) { return d.kind == "sequence" && d.name.text == from; });
      return sequence ? "sequence" : "table";
    }
    const Rows rows =
        server_.query("SELECT TABLE_TYPE FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?",
                      {server_.database(), to});
    return !rows.empty() && rows[0].at(0) == "SEQUENCE" ? "sequence" : "table";
  }

  /// Tables whose foreign keys point to one that is called otherwise now, or one of whose columns is.
  void note_children(const std::string& parent) {
    for (const Table& table : before_.tables)
      if (std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(),
                      [&](const ForeignKey& key) { return equal_ignoring_case(key.references.name.text, parent); }))
        touched_.try_emplace({"table", table.name.text}, State{true});
  }

  /// Triggers go where their table goes.
  void note_triggers(const std::string& table, bool there) {
    for (const Definition& d : before_.definitions)
      if (d.kind == "trigger" && d.on.text == table) touched_.try_emplace({"trigger", d.name.text}, State{there});
  }

  Server& server_;
  const Schema& before_;
  std::vector<Token> all_;
  std::size_t at_ = 0;
  std::map<std::pair<std::string, std::string>, State> touched_;
};

}  // namespace

std::optional<Reread> reread(Connection& connection, const Schema& before, const std::vector<Statement>& ran) {
  Touching touching(server(connection), before);
  try {
    for (const Statement& statement : ran) {
      if (const auto* run = std::get_if<Run>(&statement)) touching.take(run->sql);
      if (const auto* alone = std::get_if<RunAlone>(&statement)) touching.take(alone->sql);
    }
    return touching.read();
  } catch (const Unclear&) {
    return std::nullopt;
  } catch (const Error& e) {
    if (e.code != ErrorCode::not_found) throw;
    return std::nullopt;
  }
}

}  // namespace dataflow::mariadb
