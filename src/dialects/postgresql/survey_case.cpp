// Which fact of an act applies to the change at hand.
#include <algorithm>
#include <array>
#include <set>

#include "core/text.hpp"
#include "dialects/postgresql/render.hpp"
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

/// A part that is changed in place and keeps its name and what replication knows its rows by.
template <class Part> std::string case_of_parameters(const Evidence& e, const Alter<Part>& c) {
  const bool named = std::is_same_v<Part, Index> || c.before.name == c.after.name;
  const bool light = named && only(c, {"comment", "with", "statistics", "clustered"});
  return e.act == Act::change_table_options && light ? "storage parameters" : "";
}

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
std::string Survey::case_of_type(const Alter<Column>& alter) {
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
  return checked(column) ? "no rewrite, checked again" : "no rewrite";
}

/// The heaviest of what differs.
std::string Survey::case_of_options(Evidence& e, const Attributes& before, const Attributes& after) const {
  const auto keys = differing(before, after);
  const auto differs = [&](const char* key) { return keys.contains(key); };
  e.for_users = std::any_of(keys.begin(), keys.end(), [](const std::string& key) {
    constexpr std::array seen = {"owner", "row security", "partition of", "bound", "inherits"};
    return of_rights(key) || std::find(seen.begin(), seen.end(), key) != seen.end();
  });
  if (differs("persistence") || differs("tablespace") || differs("access method")) return "rewrite";
  if (differs("partition of") || differs("bound"))
    return after.contains("partition of") ? "attach partition" : "detach partition";
  if (differs("inherits")) return attribute(after, "inherits").empty() ? "" : "inherit";
  if (std::all_of(keys.begin(), keys.end(), of_rights)) return "grants";
  const bool parameters = std::all_of(keys.begin(), keys.end(), [](const std::string& key) {
    return of_rights(key) || key == "with" || key == "options" || key == "statistics" || key == "clustered";
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

/// A NOT NULL that did not hold for every row, and now is to.
bool proves_not_null(const Alter<Column>& c) {
  return !c.before.nullable && !c.after.nullable && c.before.attributes.contains("not null not valid") &&
         !c.after.attributes.contains("not null not valid");
}

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
  const auto unchecked = [](const Attributes& a) {
    return a.contains("not valid") || a.contains("not enforced") ? "not valid" : "";
  };
  std::visit(Overloaded{
                 [&](const Create<Table>& c) { e.when = case_of_table(c.object); },
                 [&](const Create<Column>& c) { e.when = case_of_new(e, c.object); },
                 [&](const Alter<Column>& c) { e.when = case_of_altered(e, c); },
                 [&](const Alter<TableOptions>& c) {
                   if (e.act == Act::change_table_options)
                     e.when = case_of_options(e, c.before.attributes, c.after.attributes);
                 },
                 [&](const Create<Check>& c) { e.when = unchecked(c.object.attributes); },
                 [&](const Create<ForeignKey>& c) { e.when = unchecked(c.object.attributes); },
                 [&](const Alter<Check>& c) {
                   if (e.act == Act::add_check) e.when = case_of_validation(c);
                 },
                 [&](const Alter<ForeignKey>& c) {
                   if (e.act == Act::add_foreign_key) e.when = case_of_validation(c);
                 },
                 [&](const Alter<Definition>& c) { e.when = case_of_definition(c); },
                 [&](const Alter<Index>& c) { e.when = case_of_parameters(e, c); },
                 [&](const Alter<Unique>& c) { e.when = case_of_parameters(e, c); },
                 [&](const Alter<PrimaryKey>& c) { e.when = case_of_parameters(e, c); },
                 [&](const auto&) { e.when = case_of(change_); },
             },
             change_);
}

std::string Survey::case_of_new(const Evidence& e, const Column& column) const {
  if (column.generated && !column.generated->stored) return "virtual";
  if (e.act == Act::add_required_column && fill(column.name)) return "filled";
  return constrained(column.type) ? "constrained domain" : "";
}

std::string Survey::case_of_altered(Evidence& e, const Alter<Column>& alter) const {
  if (now_ == nullptr) return e.when;
  const Name now = column_now(path_, alter.after.name);
  switch (e.act) {
    case Act::set_not_null:
      if (fill(alter.after.name)) return "filled";
      if (alter.after.attributes.contains("not null not valid")) return "not valid";
      return proved(*now_, now) ? "proved by a check" : "";
    case Act::change_generated: return alter.after.generated ? "" : "drop expression";
    case Act::change_collation: return indexed(now) ? "indexes built anew" : checked(now) ? "checked again" : "";
    case Act::change_column_options: {
      if (proves_not_null(alter)) return "validate";
      const std::string option = case_of_options(e, alter.before.attributes, alter.after.attributes);
      return option == "storage parameters" ? "statistics" : option;
    }
    default: return e.when;
  }
}

/// Whether an index or key is built on the column.
bool Survey::indexed(const Name& column) const {
  const auto on = [&](const auto& key) {
    return std::any_of(key.parts.begin(), key.parts.end(),
                       [&](const KeyPart& p) { return p.column == column || speaks_of(p.expression.text, column); });
  };
  return (now_->primary_key && on(*now_->primary_key)) || std::any_of(now_->uniques.begin(), now_->uniques.end(), on) ||
         std::any_of(now_->indexes.begin(), now_->indexes.end(),
                     [&](const Index& i) { return on(i) || speaks_of(i.where.text, column); });
}

bool Survey::checked(const Name& column) const {
  return std::any_of(now_->checks.begin(), now_->checks.end(),
                     [&](const Check& c) { return speaks_of(c.expression.text, column); });
}

}  // namespace dataflow::postgresql
