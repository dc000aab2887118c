// Which fact of an act applies to the change at hand, and which other tables it locks.
#include <algorithm>
#include <array>
#include <set>

#include "core/text.hpp"
#include "dialects/postgresql/survey.hpp"

namespace dataflow::postgresql {

namespace {

std::string attribute(const Attributes& attributes, const std::string& key) {
  const auto found = attributes.find(key);
  return found == attributes.end() ? std::string() : found->second;
}

/// The attributes that are not the same on both sides.
std::set<std::string> differing(const Attributes& before, const Attributes& after) {
  std::set<std::string> out;
  for (const auto* side : {&before, &after})
    for (const auto& [key, value] : *side) {
      const auto a = before.find(key), b = after.find(key);
      if (a == before.end() || b == after.end() || a->second != b->second) out.insert(key);
    }
  return out;
}

bool rights(const std::string& key) { return key.starts_with("grant ") || key.starts_with("revoke "); }

/// Whether nothing but attributes differs, and only those that `allowed` names.
template <class Part> bool only(const Alter<Part>& alter, std::initializer_list<std::string_view> allowed) {
  Part before = alter.before;
  before.attributes = alter.after.attributes;
  if constexpr (std::is_same_v<Part, ForeignKey> || std::is_same_v<Part, Check> || std::is_same_v<Part, Index> ||
                std::is_same_v<Part, Unique> || std::is_same_v<Part, PrimaryKey>)
    before.name = alter.after.name;  // a constraint is renamed in place
  if (!(before == alter.after)) return false;
  const auto keys = differing(alter.before.attributes, alter.after.attributes);
  return std::all_of(keys.begin(), keys.end(), [&](const std::string& key) {
    return std::find(allowed.begin(), allowed.end(), key) != allowed.end();
  });
}

/// What an altered part of a table comes to where it need not go and come back.
template <class Part> std::optional<Act> in_place(const Alter<Part>& alter, Act add) {
  if (alter.before.name == alter.after.name && only(alter, {"comment"})) return Act::change_comment;
  if (only(alter, {"comment", "with", "statistics", "clustered", "replica identity"})) return Act::change_table_options;
  const bool validated = alter.before.attributes.contains("not valid") && !alter.after.attributes.contains("not valid");
  return validated && only(alter, {"comment", "not valid"}) ? std::optional(add) : std::nullopt;
}

struct InPlace {
  std::optional<Act> operator()(const Alter<Check>& c) const { return in_place(c, Act::add_check); }
  std::optional<Act> operator()(const Alter<ForeignKey>& c) const { return in_place(c, Act::add_foreign_key); }
  std::optional<Act> operator()(const Alter<Index>& c) const { return in_place(c, Act::create_index); }
  std::optional<Act> operator()(const Alter<Unique>& c) const { return in_place(c, Act::add_unique); }
  std::optional<Act> operator()(const Alter<PrimaryKey>& c) const { return in_place(c, Act::add_primary_key); }
  std::optional<Act> operator()(const Alter<Definition>& c) const {
    return only(c, {"comment"}) ? std::optional(Act::change_comment) : std::nullopt;
  }
  template <class Other> std::optional<Act> operator()(const Other&) const { return std::nullopt; }
};

/// Whether a part that is changed in place keeps its name and what replication knows its rows by.
struct Lightly {
  template <class Part> bool operator()(const Alter<Part>& c) const {
    if constexpr (std::is_same_v<Part, Index>)
      return only(c, {"comment", "with", "statistics", "clustered"});
    else if constexpr (std::is_same_v<Part, Unique> || std::is_same_v<Part, PrimaryKey>)
      return c.before.name == c.after.name && only(c, {"comment", "with", "clustered"});
    else
      return false;
  }
  template <class Other> bool operator()(const Other&) const { return false; }
};

/// Words before a parenthesis: the functions that an expression calls, without their schemas.
std::vector<std::string> called(std::string_view text) {
  const auto part = [](char c) { return c == '_' || c == '$' || (c >= '0' && c <= '9') || (c | 32) >= 'a' || c < 0; };
  std::vector<std::string> out;
  for (std::size_t open = text.find('('); open != std::string_view::npos; open = text.find('(', open + 1)) {
    std::size_t begin = open;
    if (open > 0 && text[open - 1] == '"') {
      begin = open >= 2 ? text.rfind('"', open - 2) : 0;
      out.emplace_back(text.substr(begin + 1, open - begin - 2));
      continue;
    }
    while (begin > 0 && part(text[begin - 1])) --begin;
    if (begin < open) out.emplace_back(text.substr(begin, open - begin));
  }
  return out;
}

/// More room for the same values: the limits of the one are within those of the other.
bool widens(const std::string& base, const std::vector<int>& before, const std::vector<int>& after) {
  if (after.empty()) return true;
  if (before.empty()) return false;
  if (base == "numeric")
    return before.size() == 2 && after.size() == 2 && before[1] == after[1] && before[0] <= after[0];
  constexpr std::array growing = {"character varying", "bit varying"};
  const bool grows = std::find(growing.begin(), growing.end(), base) != growing.end() || base.starts_with("time");
  return grows && before[0] <= after[0];
}

/// Types that one index serves alike. Those of partitions are built anew even then.
bool one_index(const Table& table, const std::string& a, const std::string& b) {
  if (table.options.attributes.contains("partition by")) return false;
  const auto pair = [&](std::string_view x, std::string_view y) { return (a == x && b == y) || (a == y && b == x); };
  return a == b || pair("text", "character varying") || pair("cidr", "inet");
}

std::string base_type(const std::string& type, const std::string& what) {
  return "SELECT " + what +
         " FROM (WITH RECURSIVE t AS (SELECT oid, typbasetype, typtype, typnotnull, typtypmod, 0 AS "
         "depth FROM pg_catalog.pg_type WHERE oid = pg_catalog.to_regtype(" +
         text_literal(type) +
         ") UNION ALL SELECT p.oid, p.typbasetype, p.typtype, p.typnotnull, p.typtypmod, t.depth + 1 FROM "
         "pg_catalog.pg_type p JOIN t ON p.oid = t.typbasetype WHERE t.typtype = 'd') SELECT * FROM t) AS t";
}

}  // namespace

std::vector<Act> Survey::acts() const {
  if (const auto act = std::visit(InPlace(), change_)) return {*act};
  return acts_of(change_, [](std::string_view) { return true; });
}

Survey::Cast Survey::cast(const Type& before, const Type& after) {
  const std::string last = "(pg_catalog.array_agg(oid ORDER BY depth DESC))[1]";
  const std::string from = "(" + base_type(type_name(before), last) + ")",
                    to = "(" + base_type(type_name(after), last) + ")";
  const auto answer = questions_.ask(
      "SELECT pg_catalog.format_type(" + from + ", NULL), pg_catalog.format_type(" + to +
      ", NULL), EXISTS (SELECT 1 FROM pg_catalog.pg_cast WHERE castsource = " + from + " AND casttarget = " + to +
      " AND castmethod = 'b'), (" +
      base_type(type_name(after),
                "coalesce(bool_or(typtype = 'd' AND (typnotnull OR typtypmod <> -1 OR EXISTS (SELECT 1 FROM "
                "pg_catalog.pg_constraint WHERE contypid = t.oid))), true)") +
      "), pg_catalog.current_setting('TimeZone')");
  if (!answer) return {};
  const Row& row = answer.rows.at(0);
  constexpr std::array utc = {"UTC", "GMT", "Etc/UTC", "Etc/GMT", "Etc/UCT", "UCT", "Zulu", "Etc/Zulu"};
  return {.before = row.at(0).value_or(""),
          .after = row.at(1).value_or(""),
          .relabels = row.at(2) == "t",
          .constrained = row.at(3) != "f",
          .utc = std::find(utc.begin(), utc.end(), row.at(4).value_or("")) != utc.end()};
}

/// What the server spares itself: where bytes stay as they are the table is not written anew.
std::string Survey::case_of_type(Evidence&, const Alter<Column>& alter) {
  const Column &b = alter.before, &a = alter.after;
  const Cast how = cast(b.type, a.type);
  if (how.constrained || how.before.empty() || how.after.empty() || b.type.dimensions != a.type.dimensions) return {};
  const auto before = limits(b.type), after = limits(a.type);
  const auto clock = [](const std::string& s) { return s.starts_with("timestamp"); };
  if (a.type.dimensions > 0 && !after.empty()) return {};  // elements are checked one by one
  const bool same = how.before == how.after && widens(how.before, before, after);
  const bool relabels = how.relabels && after.empty();
  const bool zone = clock(how.before) && clock(how.after) && how.utc && before == after;
  if (!same && !relabels && !zone) return {};
  const Name column = column_now(path_, a.name);
  bool rebuilt = false;
  for (const Index& index : now_->indexes) {
    const bool computed = speaks_of(index.where.text, column) ||
                          std::any_of(index.parts.begin(), index.parts.end(),
                                      [&](const KeyPart& p) { return speaks_of(p.expression.text, column); });
    const bool on =
        std::any_of(index.parts.begin(), index.parts.end(), [&](const KeyPart& p) { return p.column == column; });
    rebuilt = rebuilt || computed || (on && !one_index(*now_, how.before, how.after));
  }
  const auto keyed = [&](const auto& key) {
    return !one_index(*now_, how.before, how.after) &&
           std::any_of(key.parts.begin(), key.parts.end(), [&](const KeyPart& p) { return p.column == column; });
  };
  rebuilt = rebuilt || (now_->primary_key && keyed(*now_->primary_key)) ||
            std::any_of(now_->uniques.begin(), now_->uniques.end(), keyed);
  if (rebuilt) return "no rewrite, indexes built anew";
  const bool checked = std::any_of(now_->checks.begin(), now_->checks.end(),
                                   [&](const Check& c) { return speaks_of(c.expression.text, column); });
  return checked ? "no rewrite, checked again" : "no rewrite";
}

/// The heaviest of what differs.
std::string Survey::case_of_options(Evidence& e, const Attributes& before, const Attributes& after) {
  const auto keys = differing(before, after);
  const auto differs = [&](const char* key) { return keys.contains(key); };
  e.for_users = std::any_of(keys.begin(), keys.end(), [](const std::string& key) {
    constexpr std::array seen = {"owner", "row security", "partition of", "bound", "inherits"};
    return rights(key) || std::find(seen.begin(), seen.end(), key) != seen.end();
  });
  if (differs("persistence") || differs("tablespace") || differs("access method")) return "rewrite";
  if (differs("partition of") || differs("bound"))
    return after.contains("partition of") ? "attach partition" : "detach partition";
  if (differs("inherits")) return attribute(after, "inherits").empty() ? "" : "inherit";
  if (std::all_of(keys.begin(), keys.end(), rights)) return "grants";
  const bool parameters = std::all_of(keys.begin(), keys.end(), [](const std::string& key) {
    return rights(key) || key == "with" || key == "options" || key == "statistics" || key == "clustered";
  });
  return parameters ? "storage parameters" : "";
}

/// A function that gives every row another value; also one that is not known yet.
bool Survey::volatile_default(const Column& column) {
  if (!column.default_value) return false;
  const auto* sql = std::get_if<Sql>(&*column.default_value);
  if (sql == nullptr) return false;
  std::vector<std::string> names;
  for (const std::string& name : called(sql->text)) names.push_back("(" + text_literal(name) + ")");
  if (names.empty()) return false;
  const auto answer = questions_.ask(
      "SELECT 1 FROM (VALUES " + join(names, ", ") +
      ") AS f (name) LEFT JOIN pg_catalog.pg_proc p ON p.proname = "
      "f.name OR p.proname = pg_catalog.lower(f.name) WHERE p.provolatile = 'v' OR p.oid IS NULL AND NOT EXISTS "
      "(SELECT "
      "1 FROM pg_catalog.pg_type t WHERE t.typname = pg_catalog.lower(f.name)) AND pg_catalog.lower(f.name) NOT IN "
      "('coalesce', 'nullif', 'greatest', 'least', 'row', 'in', 'and', 'or', 'not', 'varying', 'character', 'bit', "
      "'precision', 'timestamp', 'time', 'interval', 'current_timestamp', 'localtimestamp', 'current_time', "
      "'localtime', "
      "'case', 'when', 'then', 'else', 'any', 'all', 'operator', 'values', 'decimal', 'extract', 'cast') LIMIT 1");
  return !answer || !answer.rows.empty();
}

/// A domain that checks: the server tries every row against it, even where all are NULL.
bool Survey::constrained(const Type& type) const {
  const std::string name = type_name(type);
  const auto is = [&](const Definition& d) {
    return d.kind == "domain" && quote(Path{d.schema, d.name}) == name &&
           (!d.parts.empty() || d.attributes.contains("not null"));
  };
  if (std::any_of(from_.definitions.begin(), from_.definitions.end(), is)) return true;
  return std::any_of(all_.begin(), all_.end(), [&](const Change& c) {
    const auto* create = std::get_if<Create<Definition>>(&c);
    return create != nullptr && is(create->object);
  });
}

namespace {

bool proved(const Table& table, const Name& column) {
  const std::string proof = quote(column.text) + " IS NOT NULL";
  return std::any_of(table.checks.begin(), table.checks.end(), [&](const Check& c) {
    return bare(c.expression.text) == proof && !c.attributes.contains("not valid") &&
           !c.attributes.contains("not enforced") && !c.attributes.contains("no inherit");
  });
}

std::string case_of_definition(const Alter<Definition>& c) {
  if (c.after.kind == "enum")
    return removed_labels(c.before, c.after).empty() && !reordered_labels(c.before, c.after) ? "enum, labels added"
                                                                                             : "enum";
  if (c.after.kind == "domain") return new_conditions(c.before, c.after).empty() ? "domain" : "domain, checked";
  if (c.after.kind == "trigger" && only(c, {"enabled", "comment"})) return "trigger enabled";
  return c.after.kind;
}

std::string case_of_table(const Table& table) {
  if (table.options.attributes.contains("partition of")) return "partition";
  if (!table.foreign_keys.empty()) return "foreign keys";
  return table.options.attributes.contains("inherits") ? "inherits" : "";
}

template <class Part> std::string case_of_validation(const Alter<Part>& c) {
  if (c.after.attributes.contains("not valid")) return "not valid";
  return c.before.attributes.contains("not valid") && only(c, {"comment", "not valid"}) ? "validate" : "";
}

}  // namespace

void Survey::choose_case(Evidence& e) {
  if (e.act == Act::add_column_with_default && volatile_default(std::get<Create<Column>>(change_).object))
    e.act = Act::add_column_with_volatile_default;
  e.also_locked = also_locked(e.act);
  if (const auto* c = std::get_if<Create<Table>>(&change_)) {
    e.when = case_of_table(c->object);
  } else if (const auto* column = std::get_if<Create<Column>>(&change_)) {
    if (column->object.generated && !column->object.generated->stored)
      e.when = "virtual";
    else if (e.act == Act::add_required_column && fill(column->object.name))
      e.when = "filled";
    else if (constrained(column->object.type))
      e.when = "constrained domain";
  } else if (const auto* alter = std::get_if<Alter<Column>>(&change_)) {
    const Name now = column_now(path_, alter->after.name);
    if (e.act == Act::set_not_null && now_ != nullptr)
      e.when = fill(alter->after.name) ? "filled" : proved(*now_, now) ? "proved by a check" : "";
    if (e.act == Act::change_generated && !alter->after.generated) e.when = "drop expression";
    if (e.act == Act::change_collation && now_ != nullptr) {
      Evidence again{.act = e.act};
      dependents(again, now);
      const auto built = [](const std::string& d) { return d.starts_with("index "); };
      const bool keyed = std::any_of(now_->uniques.begin(), now_->uniques.end(), [&](const Unique& u) {
        return std::any_of(u.parts.begin(), u.parts.end(), [&](const KeyPart& p) { return p.column == now; });
      });
      if (keyed || std::any_of(again.dependents.begin(), again.dependents.end(), built)) e.when = "indexes built anew";
    }
    if (e.act == Act::change_column_options) {
      const std::string option = case_of_options(e, alter->before.attributes, alter->after.attributes);
      e.when = option == "storage parameters" ? "statistics" : option;
    }
  } else if (const auto* options = std::get_if<Alter<TableOptions>>(&change_)) {
    if (e.act == Act::change_table_options)
      e.when = case_of_options(e, options->before.attributes, options->after.attributes);
  } else if (const auto* check = std::get_if<Create<Check>>(&change_)) {
    if (check->object.attributes.contains("not valid") || check->object.attributes.contains("not enforced"))
      e.when = "not valid";
  } else if (const auto* key = std::get_if<Create<ForeignKey>>(&change_)) {
    if (key->object.attributes.contains("not valid") || key->object.attributes.contains("not enforced"))
      e.when = "not valid";
  } else if (const auto* rechecked = std::get_if<Alter<Check>>(&change_)) {
    if (e.act == Act::add_check) e.when = case_of_validation(*rechecked);
  } else if (const auto* rekeyed = std::get_if<Alter<ForeignKey>>(&change_)) {
    if (e.act == Act::add_foreign_key) e.when = case_of_validation(*rekeyed);
  } else if (const auto* redefined = std::get_if<Alter<Definition>>(&change_)) {
    e.when = case_of_definition(*redefined);
  } else if (e.act == Act::change_table_options) {
    e.when = std::visit(Lightly(), change_) ? "storage parameters" : "";
  } else {
    e.when = case_of(change_);
  }
}

std::vector<std::string> Survey::also_locked(Act act) const {
  std::vector<Path> paths;
  const auto referenced = [&](const ForeignKey& key) {
    if (const Table* t = table_now(key.references); t != nullptr && t != now_) paths.push_back(t->path());
  };
  const auto named = [&](const Attributes& attributes, const char* key) {
    const std::string text = attribute(attributes, key);
    for (const std::string& parent : text.empty() ? std::vector<std::string>() : split_list(text))
      for (const Table& t : from_.tables)
        if (quote(t.path()) == parent) paths.push_back(t.path());
  };
  const auto of_type = [&](const Definition& d) {
    for (const auto& [table, column] : columns_of_type(from_, {d.schema, d.name})) paths.push_back(table->path());
  };
  if (const auto* create = std::get_if<Create<Table>>(&change_)) {
    for (const ForeignKey& key : create->object.foreign_keys) referenced(key);
    named(create->object.options.attributes, "partition of");
    named(create->object.options.attributes, "inherits");
  } else if (const auto* drop = std::get_if<Drop<Table>>(&change_)) {
    for (const ForeignKey& key : drop->object.foreign_keys) referenced(key);
    named(drop->object.options.attributes, "partition of");
  } else if (const auto* options = std::get_if<Alter<TableOptions>>(&change_)) {
    for (const auto* side : {&options->before, &options->after})
      named(side->attributes, "partition of"), named(side->attributes, "inherits");
  } else if (const auto* added = std::get_if<Create<ForeignKey>>(&change_)) {
    referenced(added->object);
  } else if (const auto* gone = std::get_if<Drop<ForeignKey>>(&change_)) {
    referenced(gone->object);
  } else if (const auto* key = std::get_if<Alter<ForeignKey>>(&change_)) {
    referenced(act == Act::drop_foreign_key ? key->before : key->after);
  } else if (const auto* redefined = std::get_if<Alter<Definition>>(&change_)) {
    if (redefined->after.kind == "enum" || redefined->after.kind == "domain") of_type(redefined->after);
  }
  Name column;
  if (const auto* dropped_column = std::get_if<Drop<Column>>(&change_)) column = dropped_column->object.name;
  if (const auto* altered = std::get_if<Alter<Column>>(&change_); altered != nullptr && act == Act::change_type)
    column = altered->after.name;
  if (now_ != nullptr && !column.empty()) {
    column = column_now(path_, column);
    const auto has = [&](const std::vector<Name>& names) {
      return std::find(names.begin(), names.end(), column) != names.end();
    };
    for (const ForeignKey& key : now_->foreign_keys)
      if (has(key.columns)) referenced(key);
    for (const Table& other : from_.tables)
      for (const ForeignKey& key : other.foreign_keys)
        if (&other != now_ && key.references == now_->path() && has(key.referenced)) paths.push_back(other.path());
  }
  const bool of_table = !std::holds_alternative<Alter<TableOptions>>(change_) &&
                        !std::holds_alternative<Create<Table>>(change_) && act != Act::change_comment;
  if (now_ != nullptr && of_table)
    for (const Table* heir : heirs(from_, *now_)) paths.push_back(heir->path());
  std::vector<std::string> out;
  for (const Path& path : paths)
    if (std::find(out.begin(), out.end(), shown(path)) == out.end()) out.push_back(shown(path));
  constexpr std::size_t few = 5;
  if (out.size() > few) {
    const std::size_t more = out.size() - few;
    out.resize(few);
    out.push_back(std::to_string(more) + " more");
  }
  return out;
}

}  // namespace dataflow::postgresql
