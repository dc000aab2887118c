#include "property/sqlite_cases.hpp"

#include <algorithm>
#include <random>

namespace dataflow::test {

namespace {

/// mt19937_64 is the same everywhere; the standard distributions are not.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t n) { return n == 0 ? 0 : static_cast<std::size_t>(engine_() % n); }
  bool chance(unsigned percent) { return below(100) < percent; }
  template <class List> auto pick(const List& list) { return list[below(std::size(list))]; }
  std::string pick(std::initializer_list<const char*> list) { return list.begin()[below(list.size())]; }

 private:
  std::mt19937_64 engine_;
};

enum class Class { integer, text, real, blob, any };

struct Typed {
  const char* name;
  Class kind;
};
constexpr Typed loose_types[] = {{"INTEGER", Class::integer},
                                 {"INT", Class::integer},
                                 {"BIGINT", Class::integer},
                                 {"TEXT", Class::text},
                                 {"VARCHAR(20)", Class::text},
                                 {"REAL", Class::real},
                                 {"double precision", Class::real},
                                 {"BLOB", Class::blob},
                                 {"NUMERIC", Class::integer},
                                 {"DECIMAL(10, 2)", Class::real},
                                 {"BOOLEAN", Class::integer},
                                 {"DATE", Class::text},
                                 {"", Class::any},
                                 {"UNSIGNED BIG INT", Class::integer},
                                 {"TEXT", Class::text},
                                 {"INTEGER", Class::integer}};
constexpr Typed strict_types[] = {{"INTEGER", Class::integer}, {"INT", Class::integer}, {"TEXT", Class::text},
                                  {"REAL", Class::real},       {"BLOB", Class::blob},   {"ANY", Class::any}};

struct ColumnModel {
  int id = 0;
  std::string name = {};
  Typed type = {"", Class::any};
  bool required = false;
  std::string initial = {};  ///< its DEFAULT
  std::string collation = {};
  int generated_from = -1;  ///< another column's id
  bool stored = false;
  bool operator==(const ColumnModel& o) const { return id == o.id; }
};
struct Group {
  std::string name = {};
  std::vector<int> columns = {};
  std::string conflict = {};
};
struct CheckModel {
  std::string name = {};
  int column;
  int form;
};
struct ReferenceModel {
  std::string name = {};
  std::vector<int> columns = {};
  int table;
  std::vector<int> referenced = {};  ///< empty: its primary key
  std::string actions = {};
};
struct IndexModel {
  std::string name = {};
  bool unique = false;
  std::vector<int> columns = {};
  int form = 0;  ///< 1: descending, 2: an expression, 3: partial, 4: with a collation
};
struct TableModel {
  int id = 0;
  std::string name = {};
  std::vector<ColumnModel> columns = {};
  std::vector<int> key = {};
  std::string key_name = {};
  bool autoincrement = false, without_rowid = false, strict = false;
  std::vector<Group> uniques = {};
  std::vector<CheckModel> checks = {};
  std::vector<ReferenceModel> references = {};
  std::vector<IndexModel> indexes = {};

  ColumnModel* find(int column) {
    for (ColumnModel& c : columns)
      if (c.id == column) return &c;
    return nullptr;
  }
  const ColumnModel* find(int column) const { return const_cast<TableModel*>(this)->find(column); }
};
struct ViewModel {
  std::string name;
  int table;
  std::vector<int> columns;
  bool star = false, writable = false;
  int variant = 0;
};
struct TriggerModel {
  std::string name;
  int table, column;
  int form;
};
struct DatabaseModel {
  std::vector<TableModel> tables;
  std::vector<ViewModel> views;
  std::vector<TriggerModel> triggers;

  TableModel* find(int table) {
    for (TableModel& t : tables)
      if (t.id == table) return &t;
    return nullptr;
  }
  const TableModel* find(int table) const { return const_cast<DatabaseModel*>(this)->find(table); }
};

// --- writing
// ----------------------------------------------------------------------------------------------------------

std::string doubled(const std::string& text, char quote) {
  std::string out;
  for (char c : text) out += c == quote ? std::string(2, c) : std::string(1, c);
  return quote + out + quote;
}

bool plain(const std::string& name) {
  static const std::vector<std::string> reserved = {"order", "group", "select", "index", "table"};
  return std::all_of(name.begin(), name.end(),
                     [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9');
                     }) &&
         std::find(reserved.begin(), reserved.end(), name) == reserved.end();
}

class Scribe {
 public:
  Scribe(const DatabaseModel& db, std::uint64_t style) : db_(db), dice_(style) {}

  std::string script() {
    std::string out;
    for (const TableModel& table : db_.tables) {
      out += create(table) + ";\n";
      for (const IndexModel& index : table.indexes) out += create(table, index) + ";\n";
    }
    for (const ViewModel& view : db_.views) out += create(view);
    for (const TriggerModel& trigger : db_.triggers) out += create(trigger) + ";\n";
    return out;
  }

  std::string quoted(const std::string& name) {
    if (plain(name) && dice_.chance(60)) return name;
    if (name.find(']') == std::string::npos && dice_.chance(20)) return "[" + name + "]";
    return doubled(name, dice_.chance(20) ? '`' : '"');
  }

 private:
  std::string blank() { return dice_.pick({" ", " ", " ", "\n  ", " /* a, (b */ ", " -- it's\n"}); }
  std::string word(const std::string& keyword) {
    if (dice_.chance(70)) return keyword;
    std::string out;
    for (char c : keyword) out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
  }
  std::string names(const TableModel& table, const std::vector<int>& columns) {
    std::string out;
    for (int id : columns) out += (out.empty() ? "" : ", ") + quoted(table.find(id)->name);
    return out;
  }
  std::string named(const std::string& name) {
    return name.empty() ? "" : word("CONSTRAINT") + " " + quoted(name) + " ";
  }
  std::string condition(const TableModel& table, int column, int form) {
    const std::string c = quoted(table.find(column)->name);
    switch (form) {
      case 0: return "length(" + c + ") < 40";
      case 1: return c + " IS NULL OR " + c + " <> ''";
      case 2: return "typeof(" + c + ") <> 'blob'";
      default: return c + " NOT IN ('(', ')', '--')";
    }
  }
  std::string references(const ReferenceModel& reference) {
    const TableModel& parent = *db_.find(reference.table);
    return word("REFERENCES") + " " + quoted(parent.name) +
           (reference.referenced.empty() ? "" : " (" + names(parent, reference.referenced) + ")") + reference.actions;
  }

  std::string create(const TableModel& table) {
    std::vector<std::string> lines, constraints;
    std::vector<const Group*> uniques;
    std::vector<const CheckModel*> checks;
    std::vector<const ReferenceModel*> keys;
    for (const Group& unique : table.uniques) uniques.push_back(&unique);
    for (const CheckModel& check : table.checks) checks.push_back(&check);
    for (const ReferenceModel& reference : table.references) keys.push_back(&reference);
    const bool inline_key = table.key.size() == 1 && (table.autoincrement || dice_.chance(70));
    for (const ColumnModel& column : table.columns) {
      std::vector<std::string> clauses;
      if (column.required) clauses.push_back(word("NOT NULL"));
      if (!column.initial.empty()) clauses.push_back(word("DEFAULT") + " " + column.initial);
      if (!column.collation.empty()) clauses.push_back(word("COLLATE") + " " + column.collation);
      if (inline_key && table.key[0] == column.id)
        clauses.push_back(named(table.key_name) + word("PRIMARY KEY") + (table.autoincrement ? " AUTOINCREMENT" : ""));
      const auto own = [&](const std::vector<int>& columns) {
        return columns.size() == 1 && columns[0] == column.id && dice_.chance(50);
      };
      std::erase_if(uniques, [&](const Group* u) {
        return own(u->columns) && (clauses.push_back(named(u->name) + "UNIQUE" + u->conflict), true);
      });
      std::erase_if(checks, [&](const CheckModel* c) {
        return own({c->column}) &&
               (clauses.push_back(named(c->name) + "CHECK (" + condition(table, c->column, c->form) + ")"), true);
      });
      std::erase_if(keys, [&](const ReferenceModel* k) {
        return own(k->columns) && (clauses.push_back(named(k->name) + references(*k)), true);
      });
      for (std::size_t i = clauses.size(); i > 1; --i) std::swap(clauses[i - 1], clauses[dice_.below(i)]);
      std::string line = quoted(column.name) + (column.type.name[0] == '\0' ? "" : " " + std::string(column.type.name));
      if (column.generated_from >= 0)
        line += std::string(dice_.chance(50) ? " GENERATED ALWAYS" : "") + " AS (" +
                quoted(table.find(column.generated_from)->name) + " || '!')" +
                (column.stored      ? " STORED"
                 : dice_.chance(50) ? " VIRTUAL"
                                    : "");
      for (const std::string& clause : clauses) line += blank() + clause;
      lines.push_back(line);
    }
    if (!inline_key && !table.key.empty())
      constraints.push_back(named(table.key_name) + "PRIMARY KEY (" + names(table, table.key) + ")");
    for (const Group* u : uniques)
      constraints.push_back(named(u->name) + "UNIQUE (" + names(table, u->columns) + ")" + u->conflict);
    for (const CheckModel* c : checks)
      constraints.push_back(named(c->name) + "CHECK (" + condition(table, c->column, c->form) + ")");
    for (const ReferenceModel* k : keys)
      constraints.push_back(named(k->name) + "FOREIGN KEY (" + names(table, k->columns) + ") " + references(*k));
    std::string out = word("CREATE TABLE") + " " + quoted(table.name) + blank() + "(";
    for (std::size_t i = 0; i < lines.size(); ++i) out += (i == 0 ? "" : ",") + blank() + lines[i];
    for (const std::string& constraint : constraints) out += "," + blank() + constraint;
    out += blank() + ")";
    if (table.strict) out += " STRICT";
    if (table.without_rowid) out += std::string(table.strict ? "," : "") + " WITHOUT ROWID";
    return out;
  }

  std::string create(const TableModel& table, const IndexModel& index) {
    std::string parts;
    for (int id : index.columns) {
      const std::string column = quoted(table.find(id)->name);
      parts += (parts.empty() ? "" : ", ") + (index.form == 2 ? "lower(" + column + ")"
                                                              : column + (index.form == 4 ? " COLLATE NOCASE" : "") +
                                                                    (index.form == 1 ? " DESC" : ""));
    }
    std::string out = std::string("CREATE ") + (index.unique ? "UNIQUE " : "") + "INDEX " + quoted(index.name) +
                      " ON " + quoted(table.name) + blank() + "(" + parts + ")";
    if (index.form == 3) out += " WHERE " + quoted(table.find(index.columns[0])->name) + " IS NOT NULL";
    return out;
  }

  /// Their text is compared as a whole, so it is always written the same way.
  std::string create(const ViewModel& view) {
    const TableModel& table = *db_.find(view.table);
    std::string columns;
    for (int id : view.columns) columns += (columns.empty() ? "" : ", ") + doubled(table.find(id)->name, '"');
    std::string out = "CREATE VIEW " + doubled(view.name, '"') + " AS SELECT " + (view.star ? "*" : columns) +
                      " FROM " + doubled(table.name, '"') + " WHERE " + std::to_string(view.variant) + " = " +
                      std::to_string(view.variant) + ";\n";
    if (view.writable)
      out += "CREATE TRIGGER " + doubled("on " + view.name, '"') + " INSTEAD OF DELETE ON " + doubled(view.name, '"') +
             " BEGIN SELECT OLD." + doubled(table.find(view.columns[0])->name, '"') + "; END;\n";
    return out;
  }
  std::string create(const TriggerModel& trigger) {
    const TableModel& table = *db_.find(trigger.table);
    const std::string column = doubled(table.find(trigger.column)->name, '"'), on = doubled(table.name, '"');
    const std::string head = "CREATE TRIGGER " + doubled(trigger.name, '"');
    switch (trigger.form) {
      case 0:
        return head + " AFTER UPDATE OF " + column + " ON " + on + " BEGIN SELECT NEW." + column + ", OLD." + column +
               "; END";
      case 1:
        return head + " BEFORE DELETE ON " + on + " WHEN OLD." + column +
               " IS 'never' BEGIN SELECT raise(ABORT, 'no; not this'); END";
      default:
        return head + " AFTER INSERT ON " + on + " BEGIN UPDATE " + on + " SET " + column + " = " + column +
               " WHERE 0; END";
    }
  }

  const DatabaseModel& db_;
  Dice dice_;
};

// --- making
// -----------------------------------------------------------------------------------------------------------

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : dice_(seed) {}

  MigrationCase make() {
    MigrationCase out;
    DatabaseModel before;
    for (std::size_t n = 1 + dice_.below(4); n > 0; --n) before.tables.push_back(table(before));
    for (std::size_t n = dice_.below(3); n > 0; --n) add_view(before);
    for (std::size_t n = dice_.below(3); n > 0; --n) add_trigger(before);
    out.rows = rows(before);
    const auto style = dice_.below(1'000'000);
    out.from = Scribe(before, style).script();
    out.from_again = Scribe(before, style + 1).script();
    DatabaseModel after = before;
    for (std::size_t n = 1 + dice_.below(4); n > 0; --n) mutate(after, out);
    settle(after);
    out.to = Scribe(after, dice_.chance(50) ? style : style + 1).script();
    hints(before, after, out);
    return out;
  }

 private:
  std::string table_name() {
    static constexpr const char* stems[] = {"user", "Orders", "order", "a b", "item", "q\"t",
                                            "t",    "größe",  "Log",   "x.y", "it's"};
    return std::string(dice_.pick(stems)) + std::to_string(next_++);
  }
  std::string column_name() {
    static constexpr const char* stems[] = {"name", "Value", "select", "c d", "k\"q", "col",
                                            "ü",    "Group", "b]c",    "o",   "n"};
    if (dice_.chance(2)) return "rowid";
    return std::string(dice_.pick(stems)) + std::to_string(next_++);
  }
  std::string maybe_name(const char* stem) { return dice_.chance(40) ? stem + std::to_string(next_++) : ""; }

  std::string initial(Class kind) {
    switch (kind) {
      case Class::integer: return dice_.pick({"0", "-7", "(1 + 2)", "+3", "42", "0x10"});
      case Class::text: return dice_.pick({"'x'", "'it''s'", "''", "CURRENT_TIMESTAMP", "('a' || 'b')", "'-- no'"});
      case Class::real: return dice_.pick({"1.5", "-0.5", "1e3", "(2.0 * 2)"});
      case Class::blob: return dice_.pick({"x'00ff'", "X''"});
      case Class::any: return dice_.pick({"NULL", "'any'", "5", "x'01'"});
    }
    return "NULL";
  }
  Typed type(bool strict) { return strict ? dice_.pick(strict_types) : dice_.pick(loose_types); }

  ColumnModel column(const TableModel& of) {
    ColumnModel c{.id = next_++, .name = column_name(), .type = type(of.strict)};
    while (std::any_of(of.columns.begin(), of.columns.end(),
                       [&](const ColumnModel& other) { return other.name == c.name; }))
      c.name = column_name();
    c.required = dice_.chance(30);
    if (dice_.chance(30)) c.initial = initial(c.type.kind);
    if (c.type.kind == Class::text && dice_.chance(20)) c.collation = dice_.pick({"NOCASE", "RTRIM", "BINARY"});
    return c;
  }

  TableModel table(const DatabaseModel& db) {
    TableModel t{.id = next_++, .name = table_name()};
    t.strict = dice_.chance(15);
    const std::size_t form = dice_.below(10);
    if (form < 5) {
      t.columns.push_back({.id = next_++, .name = "id", .type = {"INTEGER", Class::integer}});
      t.key = {t.columns[0].id};
      t.autoincrement = dice_.chance(30);
      t.columns[0].required = dice_.chance(20);
    }
    for (std::size_t n = 1 + dice_.below(5); n > 0; --n) t.columns.push_back(column(t));
    if (form >= 5 && form < 8) set_key(t);
    if (!t.key.empty() && !t.autoincrement && dice_.chance(25)) t.without_rowid = true;
    if (!t.key.empty() && dice_.chance(20)) t.key_name = "pk" + std::to_string(next_++);
    if (dice_.chance(20)) add_generated(t);
    for (std::size_t n = dice_.below(2); n > 0; --n) add_unique(t);
    for (std::size_t n = dice_.below(3); n > 0; --n) add_check(t);
    for (std::size_t n = dice_.below(3); n > 0; --n) add_index(t);
    if (dice_.chance(50)) add_reference(db, t);
    return t;
  }

  int some_column(const TableModel& t, bool with_generated = false) {
    for (int attempt = 0; attempt < 20; ++attempt) {
      const ColumnModel& c = t.columns[dice_.below(t.columns.size())];
      if (with_generated || c.generated_from < 0) return c.id;
    }
    return t.columns[0].id;
  }
  std::vector<int> some_columns(const TableModel& t, std::size_t most) {
    std::vector<int> out;
    for (std::size_t n = 1 + dice_.below(most); n > 0; --n)
      if (const int c = some_column(t); std::find(out.begin(), out.end(), c) == out.end()) out.push_back(c);
    return out;
  }
  void set_key(TableModel& t) { t.key = some_columns(t, 3); }
  void add_generated(TableModel& t) {
    ColumnModel c = column(t);
    c.initial.clear(), c.required = false, c.collation.clear();
    c.type = {"TEXT", Class::text};
    c.generated_from = some_column(t), c.stored = dice_.chance(40);
    t.columns.insert(t.columns.begin() + static_cast<std::ptrdiff_t>(dice_.below(t.columns.size() + 1)), c);
  }
  void add_unique(TableModel& t) {
    t.uniques.push_back({maybe_name("uq"), some_columns(t, 2), dice_.chance(15) ? " ON CONFLICT IGNORE" : ""});
  }
  void add_check(TableModel& t) {
    t.checks.push_back({maybe_name("ck"), some_column(t), static_cast<int>(dice_.below(4))});
  }
  void add_index(TableModel& t) {
    t.indexes.push_back({.name = dice_.pick({"ix", "ix on ", "IX_"}) + std::to_string(next_++),
                         .unique = dice_.chance(15),
                         .columns = some_columns(t, 2),
                         .form = static_cast<int>(dice_.below(5))});
  }
  void add_reference(const DatabaseModel& db, TableModel& t) {
    std::vector<const TableModel*> parents;
    for (const TableModel& other : db.tables)
      if (other.key.size() == 1 && other.id != t.id) parents.push_back(&other);
    if (t.key.size() == 1 && dice_.chance(30)) parents.push_back(&t);
    if (parents.empty()) return;
    const TableModel& parent = *dice_.pick(parents);
    ReferenceModel r{maybe_name("fk"), {some_column(t)}, parent.id, {}, ""};
    if (r.columns == t.key) return;
    if (dice_.chance(70)) r.referenced = parent.key;
    if (dice_.chance(40))
      r.actions += dice_.pick({" ON DELETE CASCADE", " ON DELETE SET NULL", " ON UPDATE CASCADE ON DELETE RESTRICT",
                               " ON DELETE NO ACTION"});
    if (dice_.chance(20)) r.actions += dice_.pick({" DEFERRABLE INITIALLY DEFERRED", " NOT DEFERRABLE"});
    if (!t.strict) t.find(r.columns[0])->type = parent.find(parent.key[0])->type;
    ColumnModel& child = *t.find(r.columns[0]);
    child.initial.clear(), child.collation.clear();
    if (t.strict && std::none_of(std::begin(strict_types), std::end(strict_types),
                                 [&](const Typed& s) { return std::string(s.name) == child.type.name; }))
      child.type = {"ANY", Class::any};
    t.references.push_back(std::move(r));
  }
  void add_view(DatabaseModel& db) {
    const TableModel& t = dice_.pick(db.tables);
    db.views.push_back(
        {"view " + std::to_string(next_++), t.id, some_columns(t, 3), dice_.chance(30), dice_.chance(20), 0});
  }
  void add_trigger(DatabaseModel& db) {
    const TableModel& t = dice_.pick(db.tables);
    db.triggers.push_back(
        {"trigger " + std::to_string(next_++), t.id, some_column(t), static_cast<int>(dice_.below(3))});
  }

  // --- rows ---

  std::string value(const ColumnModel& c, bool strict) {
    if (!c.required && dice_.chance(15)) return "NULL";
    if (!strict && dice_.chance(12))
      return dice_.pick({"'007'", "'abc'", "x'00ff41'", "9007199254740993", "1e100", "' 5 '", "'1.50'", "-0.0", "''"});
    switch (c.type.kind) {
      case Class::integer: return std::to_string(dice_.below(1000));
      case Class::text:
        return doubled("text " + std::to_string(dice_.below(100)) + (dice_.chance(10) ? "'; -- \"" : ""), '\'');
      case Class::real: return std::to_string(dice_.below(100)) + "." + std::to_string(dice_.below(1000));
      case Class::blob: return "x'" + std::to_string(10 + dice_.below(89)) + "00'";
      case Class::any: return dice_.pick({"1", "'1'", "1.0", "x'31'", "'text'", "NULL"});
    }
    return "NULL";
  }

  std::vector<std::string> rows(const DatabaseModel& db) {
    std::vector<std::string> out;
    for (const TableModel& t : db.tables) {
      const std::string name = doubled(t.name, '"');
      for (std::size_t n = dice_.below(12); n > 0; --n) {
        std::string columns, values;
        for (const ColumnModel& c : t.columns) {
          if (c.generated_from >= 0 || dice_.chance(5)) continue;
          columns += (columns.empty() ? "" : ", ") + doubled(c.name, '"');
          std::string cell = value(c, t.strict);
          for (const ReferenceModel& r : t.references)
            if (r.columns[0] == c.id && r.table != t.id && !dice_.chance(3)) {
              const TableModel& parent = *db.find(r.table);
              cell = "(SELECT " + doubled(parent.find(parent.key[0])->name, '"') + " FROM " +
                     doubled(parent.name, '"') + " ORDER BY 1 LIMIT 1 OFFSET " + std::to_string(dice_.below(4)) + ")";
            } else if (r.columns[0] == c.id && r.table == t.id) {
              cell = "NULL";
            }
          values += (values.empty() ? "" : ", ") + cell;
        }
        out.push_back("INSERT INTO " + name +
                      (columns.empty() ? " DEFAULT VALUES" : " (" + columns + ") VALUES (" + values + ")"));
      }
      if (!t.without_rowid && dice_.chance(20))
        out.push_back("DELETE FROM " + name + " WHERE _rowid_ = (SELECT max(_rowid_) FROM " + name + ")");
    }
    return out;
  }

  // --- wishes ---

  void mutate(DatabaseModel& db, MigrationCase& out) {
    const auto did = [&](const std::string& what) { out.mutations.push_back(what); };
    if (db.tables.empty() || dice_.chance(5)) {
      db.tables.push_back(table(db));
      return did("create table " + db.tables.back().name);
    }
    TableModel& t = db.tables[dice_.below(db.tables.size())];
    ColumnModel& c = *t.find(some_column(t, true));
    const std::string what = t.name + "." + c.name;
    const bool in_key = std::find(t.key.begin(), t.key.end(), c.id) != t.key.end();
    switch (dice_.below(24)) {
      case 0:
      case 1:
      case 2:
      case 3: return add_column(db, t), did("add column to " + t.name);
      case 4:
      case 5: return drop_column(t, c.id), did("drop column " + what);
      case 6:
      case 7: c.name = c.name + "_r" + std::to_string(next_++); return did("rename column " + what + " to " + c.name);
      case 8:
      case 9:
        if (c.generated_from >= 0) return;
        c.type = type(t.strict);
        return did("retype " + what + " to " + c.type.name);
      case 10:
      case 11:
        if (c.generated_from >= 0) return;
        c.required = !c.required;
        if (c.required && dice_.chance(70)) fill(t, c);
        return did("toggle required " + what);
      case 12:
        if (c.generated_from >= 0 || in_key) return;
        c.initial = dice_.chance(30) ? "" : initial(c.type.kind);
        return did("default of " + what + " is " + c.initial);
      case 13:
        if (!t.checks.empty() && dice_.chance(50))
          t.checks.erase(t.checks.begin());
        else
          add_check(t);
        return did("checks of " + t.name);
      case 14:
        if (!t.uniques.empty() && dice_.chance(50))
          t.uniques.erase(t.uniques.begin());
        else
          add_unique(t);
        return did("uniques of " + t.name);
      case 15: {
        if (dice_.chance(25))
          t.key.clear(), t.key_name.clear();
        else
          set_key(t);
        return did("key of " + t.name);
      }
      case 16: t.autoincrement = !t.autoincrement; return did("autoincrement of " + t.name);
      case 17:
        if (dice_.chance(50))
          t.without_rowid = !t.without_rowid;
        else
          t.strict = !t.strict;
        return did("options of " + t.name);
      case 18:
      case 19:
        if (!t.indexes.empty() && dice_.chance(50)) {
          if (dice_.chance(50))
            t.indexes.erase(t.indexes.begin());
          else
            t.indexes[0].form = static_cast<int>(dice_.below(5)), t.indexes[0].unique = dice_.chance(10);
        } else {
          add_index(t);
        }
        return did("indexes of " + t.name);
      case 20:
        if (!t.references.empty() && dice_.chance(40))
          t.references.erase(t.references.begin());
        else if (!t.references.empty() && dice_.chance(50))
          t.references[0].actions = dice_.pick({"", " ON DELETE CASCADE", " ON UPDATE SET NULL"});
        else
          add_reference(db, t);
        return did("references of " + t.name);
      case 21:
        if (!db.views.empty() && dice_.chance(60)) {
          if (dice_.chance(50))
            db.views.erase(db.views.begin());
          else
            db.views[0].variant = static_cast<int>(dice_.below(9));
        } else {
          add_view(db);
        }
        if (!db.triggers.empty() && dice_.chance(30))
          db.triggers.erase(db.triggers.begin());
        else if (dice_.chance(40))
          add_trigger(db);
        return did("views and triggers");
      case 22: did("drop table " + t.name); return drop_table(db, t.id);
      default:
        if (dice_.chance(30))
          c.collation = c.collation.empty() ? "NOCASE" : "";
        else
          t.name = t.name + "_r" + std::to_string(next_++);
        return did("rename or collate " + what);
    }
  }

  void add_column(const DatabaseModel& db, TableModel& t) {
    if (dice_.chance(15)) return add_generated(t);
    ColumnModel c = column(t);
    if (c.required && c.initial.empty() && dice_.chance(70))
      fill(t, c);
    else if (dice_.chance(10))
      fill(t, c);
    const bool last = dice_.chance(60);
    t.columns.insert(
        last ? t.columns.end() : t.columns.begin() + static_cast<std::ptrdiff_t>(dice_.below(t.columns.size() + 1)), c);
    if (dice_.chance(20)) t.checks.push_back({maybe_name("ck"), c.id, static_cast<int>(dice_.below(4))});
    if (dice_.chance(10)) t.uniques.push_back({maybe_name("uq"), {c.id}, ""});
    if (dice_.chance(10)) t.indexes.push_back({.name = "ix" + std::to_string(next_++), .columns = {c.id}});
    if (dice_.chance(20))
      for (const TableModel& parent : db.tables)
        if (parent.key.size() == 1) {
          t.references.push_back({maybe_name("fk"), {c.id}, parent.id, parent.key, ""});
          t.find(c.id)->initial.clear(), t.find(c.id)->required = false;
          break;
        }
  }

  void fill(const TableModel& t, const ColumnModel& c) { fills_.push_back({t.id, c.id, initial(c.type.kind)}); }

  static void drop_column(TableModel& t, int column) {
    std::vector<int> gone = {column};
    for (const ColumnModel& c : t.columns)
      if (c.generated_from == column) gone.push_back(c.id);
    if (gone.size() >= t.columns.size()) return;
    const auto is_gone = [&](int id) { return std::find(gone.begin(), gone.end(), id) != gone.end(); };
    const auto touched = [&](const std::vector<int>& ids) { return std::any_of(ids.begin(), ids.end(), is_gone); };
    std::erase_if(t.columns, [&](const ColumnModel& c) { return is_gone(c.id); });
    std::erase_if(t.uniques, [&](const Group& u) { return touched(u.columns); });
    std::erase_if(t.checks, [&](const CheckModel& c) { return is_gone(c.column); });
    std::erase_if(t.references, [&](const ReferenceModel& r) { return touched(r.columns); });
    std::erase_if(t.indexes, [&](const IndexModel& i) { return touched(i.columns); });
    if (touched(t.key)) t.key.clear();
  }
  static void drop_table(DatabaseModel& db, int id) {
    std::erase_if(db.tables, [&](const TableModel& t) { return t.id == id; });
  }

  /// What no longer makes sense after all changes goes: SQLite would not take it.
  void settle(DatabaseModel& db) {
    for (TableModel& t : db.tables) {
      if (std::none_of(t.columns.begin(), t.columns.end(), [](const ColumnModel& c) { return c.generated_from < 0; }))
        t.columns.push_back({.id = next_++, .name = column_name(), .type = {"ANY", Class::any}});
      for (ColumnModel& c : t.columns)
        if (t.strict && std::none_of(std::begin(strict_types), std::end(strict_types),
                                     [&](const Typed& s) { return std::string(s.name) == c.type.name; }))
          c.type = {"ANY", Class::any};
      if (t.key.empty()) t.without_rowid = false;
      const bool alias = t.key.size() == 1 && std::string(t.find(t.key[0])->type.name) == "INTEGER" && !t.without_rowid;
      if (!alias) t.autoincrement = false;
      if (alias) t.find(t.key[0])->initial.clear();
    }
    for (TableModel& t : db.tables)
      std::erase_if(t.references, [&](const ReferenceModel& r) {
        const TableModel* parent = db.find(r.table);
        return parent == nullptr || parent->key.size() != 1 || (!r.referenced.empty() && r.referenced != parent->key) ||
               r.columns.size() != 1;
      });
    const auto has = [&](int table, const std::vector<int>& columns) {
      const TableModel* t = db.find(table);
      return t != nullptr && std::all_of(columns.begin(), columns.end(), [&](int c) { return t->find(c) != nullptr; });
    };
    std::erase_if(db.views, [&](const ViewModel& v) { return !has(v.table, v.columns); });
    std::erase_if(db.triggers, [&](const TriggerModel& t) { return !has(t.table, {t.column}); });
  }

  struct Filled {
    int table, column;
    std::string value;
  };

  void hints(const DatabaseModel& before, const DatabaseModel& after, MigrationCase& out) {
    for (const TableModel& t : after.tables) {
      for (const Filled& f : fills_)
        if (f.table == t.id && t.find(f.column) != nullptr)
          out.hints.fills.push_back({{"", t.name}, t.find(f.column)->name, Sql(f.value)});
      const TableModel* old = before.find(t.id);
      if (old == nullptr) continue;
      CarriedTable carried{old->name, t.name, {}};
      if (old->name != t.name) out.hints.tables.push_back({{"", t.name}, old->name});
      for (const ColumnModel& c : t.columns) {
        const ColumnModel* was = old->find(c.id);
        if (was == nullptr) continue;
        if (was->name != c.name) out.hints.columns.push_back({{"", t.name}, c.name, was->name});
        if (c.generated_from >= 0) continue;
        const bool filled =
            std::any_of(fills_.begin(), fills_.end(), [&](const Filled& f) { return f.column == c.id; });
        carried.columns.push_back(
            {was->name, c.name, std::string(was->type.name) == c.type.name && !filled && old->strict == t.strict});
      }
      out.carried.push_back(std::move(carried));
    }
  }

  Dice dice_;
  int next_ = 1;
  std::vector<Filled> fills_;
};

}  // namespace

MigrationCase migration_case(std::uint64_t seed) { return Maker(seed).make(); }

}  // namespace dataflow::test
