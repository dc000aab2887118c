#include "dialects/mariadb/alter.hpp"

#include <algorithm>
#include <functional>

#include "core/text.hpp"
#include "dialects/mariadb/spelling.hpp"
#include "dialects/mariadb/tokens.hpp"

namespace dataflow::mariadb {

namespace {

template <class Object> const Object* named(const std::vector<Object>& all, const Name& name) {
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const Object& o) { return equal_ignoring_case(o.name.text, name.text); });
  return found == all.end() ? nullptr : &*found;
}

/// A clause, what it costs alone, and what it makes of the table.
struct Clause {
  std::string text;
  Way way;
  std::function<void(Table&)> effect;
  bool alone = false;      ///< quicker in a statement of its own
  bool strict = false;     ///< it may meet values that do not fit
  bool apart = false;      ///< only once what stands before it has been carried out
  bool full_text = false;  ///< an index of which the server adds one at a time, unless it copies the table
  std::vector<Name> dropped = {}, converted = {};
};

template <class Object> void remove(std::vector<Object>& all, const Name& name) {
  std::erase_if(all, [&](const Object& o) { return o.name == name; });
}

class Writer {
 public:
  Writer(const Table& before, const Table& after, Flavour flavour, bool in_one)
      : before_(before), after_(after), flavour_(flavour), together_(in_one) {}

  std::vector<Alteration> write() {
    // Rows keep the number that a full-text index gives them until the table is written anew.
    if ((full_texts(before_) == 0) != (full_texts(after_) == 0)) together_ = true;
    drop_checks();
    drop_keys();
    drop_columns();
    change_columns();
    add_keys();
    add_checks();
    options();
    return grouped();
  }

 private:
  Path path() const { return before_.path(); }

  static bool of_full_text(const Index& index) {
    const std::string* type = value_of(index.attributes, "type");
    return type != nullptr && equal_ignoring_case(*type, "fulltext");
  }
  static std::ptrdiff_t full_texts(const Table& table) {
    return std::count_if(table.indexes.begin(), table.indexes.end(),
                         [](const Index& index) { return of_full_text(index); });
  }

  void add(std::string text, const Change& change, std::function<void(Table&)> effect) {
    clauses_.push_back(
        {std::move(text), way_of(before_, change, flavour_), std::move(effect), stands_alone(before_, change)});
  }

  void drop_checks() {
    for (const Check& check : before_.checks)
      if (const Check* other = named(after_.checks, check.name); other == nullptr || !(*other == check))
        add((has(flavour_, Feature::constraint_of_any_kind) ? "DROP CONSTRAINT " : "DROP CHECK ") +
                quote(check.name.text),
            Drop<Check>{path(), check}, [&](Table& t) { remove(t.checks, check.name); });
  }

  void add_checks() {
    for (const Check& check : after_.checks)
      if (const Check* other = named(before_.checks, check.name); other == nullptr || !(*other == check))
        add("ADD " + check_clause(check), Create<Check>{path(), check}, [&](Table& t) { t.checks.push_back(check); });
  }

  void drop_keys() {
    if (before_.primary_key && before_.primary_key != after_.primary_key) {
      add("DROP PRIMARY KEY", primary_key_change(), [](Table& t) { t.primary_key.reset(); });
      together_ = true;
    }
    for (const Index& index : before_.indexes) {
      const Index* other = named(after_.indexes, index.name);
      if (renamed(index, other))
        add_instant("RENAME KEY " + quote(index.name.text) + " TO " + quote(other->name.text),
                    [&, other](Table& t) { find_index(t, index.name)->name = other->name; });
      else if (!keeps(index))
        add("DROP KEY " + quote(index.name.text), Drop<Index>{path(), index},
            [&](Table& t) { remove(t.indexes, index.name); });
    }
  }

  static bool renamed(const Index& index, const Index* other) {
    if (other == nullptr || other->name == index.name) return false;
    Index same = *other;
    same.name = index.name;
    return same == index;
  }

  static Index* find_index(Table& table, const Name& name) {
    return &*std::find_if(table.indexes.begin(), table.indexes.end(), [&](const Index& i) { return i.name == name; });
  }

  void add_instant(std::string text, std::function<void(Table&)> effect) {
    clauses_.push_back({std::move(text), {Algorithm::instant, false}, std::move(effect)});
  }

  Change primary_key_change() const {
    if (!after_.primary_key) return Drop<PrimaryKey>{path(), *before_.primary_key};
    if (!before_.primary_key) return Create<PrimaryKey>{path(), *after_.primary_key};
    return Alter<PrimaryKey>{path(), *before_.primary_key, *after_.primary_key};
  }

  void add_keys() {
    if (after_.primary_key && before_.primary_key != after_.primary_key) {
      add("ADD " + primary_key_clause(*after_.primary_key), primary_key_change(),
          [&](Table& t) { t.primary_key = after_.primary_key; });
      together_ = true;
    }
    bool held = false;
    for (const Index& index : after_.indexes) {
      if (const Index* kept = named(before_.indexes, index.name);
          kept != nullptr && (keeps(*kept) || renamed(*kept, &index)))
        continue;
      if (!held) hold();
      held = true;
      add("ADD " + index_clause(index), Create<Index>{path(), index}, [&](Table& t) { t.indexes.push_back(index); });
      clauses_.back().full_text = of_full_text(index);
    }
  }

  /// Indexes that stay, where others come.
  void hold() {
    Table stays = before_;
    std::erase_if(stays.indexes, [&](const Index& index) { return !keeps(index); });
    for (std::string& text : hold_indexes(stays, before_.foreign_keys))
      clauses_.push_back({std::move(text), {Algorithm::nocopy, false}, [](Table&) {}});
  }

  bool keeps(const Index& index) const {
    const Index* other = named(after_.indexes, index.name);
    return other != nullptr && *other == index;
  }

  void drop_columns() {
    for (const Column& column : before_.columns) {
      if (find_column(after_, column.name) != nullptr) {
        order_.push_back(column.name);
        continue;
      }
      add("DROP COLUMN " + quote(column.name.text), Drop<Column>{path(), column},
          [&](Table& t) { remove(t.columns, column.name); });
      clauses_.back().dropped = {column.name};
    }
  }

  void change_columns() {
    Name previous;
    std::size_t at = 0;
    for (const Column& column : after_.columns) {
      const Column* was = find_column(before_, column.name);
      const bool in_place = at < order_.size() && order_[at] == column.name;
      const bool last = at >= order_.size();
      const std::string place = previous.empty() ? " FIRST" : " AFTER " + quote(previous.text);
      if (was == nullptr) {
        add("ADD COLUMN " + column_definition(column) + (last ? "" : place), Create<Column>{path(), column, at},
            [&column, at](Table& t) {
              t.columns.insert(t.columns.begin() + static_cast<std::ptrdiff_t>(std::min(at, t.columns.size())), column);
            });
        if (column.identity != Identity::none) together_ = true;
        order_.insert(order_.begin() + static_cast<std::ptrdiff_t>(at), column.name);
      } else {
        change_column(*was, column, in_place ? std::string() : place, at);
        if (!in_place) {
          std::erase(order_, column.name);
          order_.insert(order_.begin() + static_cast<std::ptrdiff_t>(at), column.name);
        }
      }
      previous = column.name;
      ++at;
    }
  }

  void change_column(const Column& was, const Column& column, const std::string& place, std::size_t at) {
    const Column a = spelled_out(was, before_), b = spelled_out(column, after_);
    if (a == b && place.empty()) return;
    const Change change = Alter<Column>{path(), a, b};
    const auto effect = [&column, at, moved = !place.empty()](Table& t) {
      if (moved) {
        remove(t.columns, column.name);
        t.columns.insert(t.columns.begin() + static_cast<std::ptrdiff_t>(std::min(at, t.columns.size())), column);
      } else if (Column* own = find_column(t, column.name)) {
        *own = column;
      }
    };
    const std::string name = quote(column.name.text);
    if (made_otherwise(a, b)) {
      const std::string at_place = at == 0 ? " FIRST" : " AFTER " + quote(after_.columns[at - 1].name.text);
      add("DROP COLUMN " + name + ", ADD COLUMN " + column_definition(column) + at_place, change, effect);
      clauses_.back().way = {Algorithm::copy, true};
      return;
    }
    if (place.empty() && only_default_differs(a, b)) {
      add("ALTER COLUMN " + name + default_clause(b), change, effect);
      return;
    }
    const bool same_set =
        !a.attributes.contains("character set") || !b.attributes.contains("character set") ||
        (a.attributes.at("character set") == b.attributes.at("character set") && a.collation == b.collation);
    // What a column has from its table it is told by name while the table's own default changes.
    add("MODIFY COLUMN " + column_definition(same_set ? column : b) + place, change, effect);
    if (!place.empty()) {
      const Way moving = way_of(before_, Alter<Column>{path(), a, a}, flavour_);
      Way& way = clauses_.back().way;
      way = {std::max(way.algorithm, moving.algorithm), way.writers_wait || moving.writers_wait};
    }
    if (a.identity != b.identity) together_ = true;
    if (!same_type(a.type, b.type)) clauses_.back().converted = {column.name};
    clauses_.back().strict = !same_type(a.type, b.type) || (a.nullable && !b.nullable) || a.collation != b.collation;
  }

  /// The server turns a column that is computed on reading into no other, nor any into one.
  static bool made_otherwise(const Column& a, const Column& b) {
    const auto read = [](const Column& c) { return c.generated && !c.generated->stored; };
    return read(a) != read(b);
  }

  static bool only_default_differs(Column a, Column b) {
    for (Column* column : {&a, &b}) {
      column->default_value.reset();
      column->attributes.erase("no default");
    }
    return a == b && !a.generated;
  }

  void options() {
    if (before_.options == after_.options) return;
    TableOptions a = before_.options, b = after_.options;
    const auto partitions_before = value_of(a.attributes, "partition by"),
               partitions_after = value_of(b.attributes, "partition by");
    const bool repartitioned = (partitions_before == nullptr) != (partitions_after == nullptr) ||
                               (partitions_before != nullptr && *partitions_before != *partitions_after);
    if (repartitioned)
      partition_by_ = partitions_after == nullptr ? "REMOVE PARTITIONING" : "PARTITION BY " + *partitions_after;
    for (auto* options : {&a, &b}) options->attributes.erase("partition by");
    const Change whole = Alter<TableOptions>{path(), before_.options, after_.options};
    const TableOptions reached = left_behind();
    const auto take_options = [this, reached](Table& t) { adopt_options(t, reached); };
    const bool versioned = a.attributes.contains("system versioning"),
               versions = b.attributes.contains("system versioning");
    if (versioned != versions) add(versions ? "ADD SYSTEM VERSIONING" : "DROP SYSTEM VERSIONING", whole, take_options);
    for (const auto& [key, value] : a.attributes)
      if (key.starts_with("period ") && !b.attributes.contains(key))
        add("DROP PERIOD FOR " + (key == "period system_time" ? "SYSTEM_TIME" : quote(key.substr(7))), whole,
            take_options);
    for (const auto& [key, value] : b.attributes)
      if (key.starts_with("period ") && !a.attributes.contains(key)) {
        add("ADD PERIOD FOR " + (key == "period system_time" ? "SYSTEM_TIME" : quote(key.substr(7))) + " (" + value +
                ")",
            whole, take_options);
        together_ = true;
      }
    const auto plain = [](TableOptions options) {
      std::erase_if(options.attributes, [](const auto& entry) {
        return entry.first == "system versioning" || entry.first.starts_with("period ");
      });
      return options;
    };
    a = plain(a), b = plain(b);
    if (a == b) return;
    std::string text;
    for (const auto& [key, value] : a.attributes)
      if (!b.attributes.contains(key)) text += " " + reset(key);
    TableOptions changed{.comment = b.comment != a.comment ? b.comment : ""};
    for (const auto& [key, value] : b.attributes)
      if (const auto* was = value_of(a.attributes, key); was == nullptr || *was != value)
        changed.attributes[key] = value;
    if (changed.attributes.contains("collate") && b.attributes.contains("character set"))
      changed.attributes["character set"] = b.attributes.at("character set");
    text += table_options(changed);
    if (b.comment.empty() && !a.comment.empty()) text += " COMMENT=''";
    add(std::string(trim(text)), whole, take_options);
    if (reached == after_.options) return;
    clauses_.push_back({.text = "PAGE_CHECKSUM=DEFAULT",
                        .way = {Algorithm::instant, false},
                        .effect = [this](Table& t) { t.options = after_.options; },
                        .apart = true});
  }

  /// A column that stays as it was under another default of its table is shown otherwise from then on.
  void adopt_options(Table& table, const TableOptions& options) const {
    for (Column& column : table.columns)
      if (const Column* shown = find_column(after_, column.name);
          shown != nullptr && spelled_out(column, table) == spelled_out(*shown, after_))
        column = *shown;
    table.options = options;
  }

  /// The options after a change of the engine: Aria writes its PAGE_CHECKSUM into a table as that leaves it.
  TableOptions left_behind() const {
    TableOptions out = after_.options;
    const auto aria = [](const TableOptions& options) {
      const std::string* engine = value_of(options.attributes, "engine");
      return engine != nullptr && equal_ignoring_case(*engine, "aria");
    };
    if (const std::string* kept = value_of(before_.options.attributes, "page_checksum");
        kept != nullptr && aria(before_.options) && !aria(after_.options))
      out.attributes.try_emplace("page_checksum", *kept);
    return out;
  }

  /// What takes an option back to what a new table has.
  static std::string reset(const std::string& key) {
    if (key == "row format") return "ROW_FORMAT=DEFAULT";
    if (key == "key_block_size") return "KEY_BLOCK_SIZE=0";
    return upper(key) + "=DEFAULT";
  }

  std::vector<Alteration> grouped() {
    const bool copies = !partition_by_.empty() || std::any_of(clauses_.begin(), clauses_.end(), [](const Clause& c) {
      return c.way.algorithm == Algorithm::copy;
    });
    const auto class_of = [](Algorithm algorithm) { return algorithm == Algorithm::instant ? 0 : 1; };
    std::vector<Alteration> out;
    Table now = before_;
    bool alone = false, full_text = false;
    for (const Clause& clause : clauses_) {
      const bool apart = clause.apart || (full_text && clause.full_text && !copies);
      const bool joins =
          !out.empty() && !apart &&
          (copies || together_ ||
           (!alone && !clause.alone && class_of(out.back().way.algorithm) == class_of(clause.way.algorithm)));
      if (!joins)
        out.push_back(
            {.way = clause.way, .clauses = {}, .versioned = now.options.attributes.contains("system versioning")});
      full_text = clause.full_text || (joins && full_text);
      Alteration& into = out.back();
      // What is quick alone is not beside others.
      if (joins && (alone || clause.alone)) into.way = {Algorithm::copy, true};
      if (joins && class_of(into.way.algorithm) != class_of(clause.way.algorithm))
        into.way.algorithm = std::max(into.way.algorithm, Algorithm::inplace);
      alone = (joins && alone) || clause.alone;
      into.way.algorithm = std::max(into.way.algorithm, clause.way.algorithm);
      into.way.writers_wait = into.way.writers_wait || clause.way.writers_wait;
      into.clauses.push_back(clause.text);
      into.strict = into.strict || clause.strict;
      clause.effect(now);
      into.after = now;
      if (into.way.algorithm == Algorithm::inplace && full_texts(now) > 1) into.way = {Algorithm::copy, true};
      into.dropped.insert(into.dropped.end(), clause.dropped.begin(), clause.dropped.end());
      into.converted.insert(into.converted.end(), clause.converted.begin(), clause.converted.end());
    }
    if (!partition_by_.empty()) {
      if (out.empty()) out.push_back({});
      out.back().way = {Algorithm::copy, true};
      out.back().partition_by = partition_by_;
      out.back().after = now;
      adopt_options(out.back().after, after_.options);
    }
    for (Alteration& alteration : out) alteration.flavour = flavour_;
    return out;
  }

  const Table &before_, &after_;
  const Flavour flavour_;
  std::vector<Clause> clauses_;
  std::vector<Name> order_;  ///< of the columns, as the clauses so far leave it
  std::string partition_by_;
  bool together_;  ///< a key and its column come or go in one statement
};

}  // namespace

std::vector<Statement> Alteration::statements() const {
  // A table that keeps its history is touched on request only.
  std::vector<std::pair<std::string, std::string>> settings;
  if (versioned) settings.emplace_back("system_versioning_alter_history", "KEEP");
  if (strict) settings.emplace_back("sql_mode", "CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')");
  std::string sql = "ALTER TABLE " + quote(after.name.text) + " " + join(clauses, ", ");
  if (!clauses.empty()) sql += ", ";
  sql += clause(way, flavour).substr(2);
  return with_settings(settings, partition_by.empty() ? sql : sql + " " + partition_by, flavour);
}

std::vector<Statement> with_settings(const std::vector<std::pair<std::string, std::string>>& settings, std::string sql,
                                     Flavour flavour) {
  std::vector<std::string> names_and_values;
  for (const auto& [name, value] : settings) names_and_values.push_back(name + " = " + value);
  if (settings.empty()) return {RunAlone{std::move(sql), {}}};
  if (has(flavour, Feature::settings_for_one_statement))
    return {RunAlone{"SET STATEMENT " + join(names_and_values, ", ") + " FOR " + sql, {}}};
  // Where it fails, the end of the run puts the session back.
  std::vector<std::string> set, back;
  for (const auto& [name, value] : settings) {
    const std::string kept = "@dataflow_" + name;
    set.push_back(kept + " = @@SESSION." + name + ", SESSION " + name + " = " + value);
    back.push_back("SESSION " + name + " = " + kept);
  }
  return {Run{"SET " + join(set, ", ")}, RunAlone{std::move(sql), {}}, Run{"SET " + join(back, ", ")}};
}

bool of_characters(const Type& type) {
  const auto all = tokens(type.spelled);
  if (all.empty()) return type.kind == Kind::text || type.kind == Kind::varchar || type.kind == Kind::enumeration;
  return all[0].is("char") || all[0].is("varchar") || all[0].is("enum") || all[0].is("set") ||
         lower(all[0].text).ends_with("text");
}

std::string Alteration::title() const {
  const auto all = tokens(clauses.empty() ? partition_by : clauses[0]);
  std::string what;
  for (const Token& token : all) {
    if (token.kind == Token::Kind::punctuation) break;
    what += (what.empty() ? "" : " ") + (token.kind == Token::Kind::quoted ? token.name() : lower(token.text));
    if (token.kind == Token::Kind::quoted) break;
  }
  if (clauses.size() > 1) what += ", and " + std::to_string(clauses.size() - 1) + " more";
  return "alter table " + after.name.text + ": " + what;
}

std::vector<std::string> hold_indexes(const Table& table, const std::vector<ForeignKey>& keys) {
  std::vector<std::string> out;
  for (const Index& index : table.indexes) {
    std::vector<Name> columns;
    for (const KeyPart& part : index.parts) columns.push_back(part.column);
    const std::string name = quote(index.name.text);
    if (std::any_of(keys.begin(), keys.end(), [&](const ForeignKey& key) { return key.columns == columns; }))
      out.push_back("RENAME KEY " + name + " TO " + name);
  }
  return out;
}

Column spelled_out(const Column& column, const Table& table) {
  Column out = column;
  if (!of_characters(column.type)) return out;
  const auto* set = value_of(table.options.attributes, "character set");
  const auto* collation = value_of(table.options.attributes, "collate");
  if (out.attributes.contains("character set") || set == nullptr) return out;
  out.attributes["character set"] = *set;
  if (out.collation.empty() && collation != nullptr) out.collation = *collation;
  return out;
}

std::vector<Alteration> alterations(const Table& before, const Table& after, Flavour flavour, bool in_one) {
  return Writer(before, after, flavour, in_one).write();
}

}  // namespace dataflow::mariadb
