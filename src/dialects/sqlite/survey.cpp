#include <algorithm>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/fill.hpp"
#include "dialects/sqlite/set_aside.hpp"
#include "dialects/sqlite/sqlite.hpp"
#include "dialects/sqlite/tokens.hpp"
#include "dialects/survey.hpp"

namespace dataflow::sqlite {

namespace {

/// SQLite's own clock words and constants give every row of one statement the same value.
bool stable(std::string_view expression) {
  const auto all = tokens(expression);
  return all.size() <= 2 || canonical(expression) == "now ( )";
}

/// The data as it is now, asked about changes that name tables and columns as they will be.
class Survey {
 public:
  Survey(Connection& connection, const Schema& from, const Change& change, const std::vector<Change>& all,
         const Hints& hints)
      : connection_(connection), from_(from), change_(change), all_(all), hints_(hints) {}

  std::vector<Evidence> evidence();

 private:
  Name table_now(const Path& path) const;
  Name column_now(const Path& path, const Name& column) const { return dataflow::column_now(all_, path, column); }
  std::uint64_t number(const std::string& sql);
  std::string first_keys(const std::string& from);
  void block(Evidence& e, const std::string& rows, const std::string& condition, const std::string& noun,
             const std::string& of, std::string_view one, std::string_view many, std::string remedy);
  bool touched(std::string_view kind, const Name& name) const;
  void dependents(Evidence& e, const Name& column);

  void look(Evidence& e);
  void required(Evidence& e, const Name& column, const std::string& condition);
  void type(Evidence& e, const Alter<Column>& alter);
  void fits(Evidence& e, const Column& after);
  void options(Evidence& e, const Alter<TableOptions>& alter);
  void still_hold(Evidence& e, const Name& column);
  bool holds_today();
  void unique(Evidence& e, const std::vector<KeyPart>& parts, const Sql& where);
  void check(Evidence& e, const Check& check);
  void foreign_key(Evidence& e, const ForeignKey& key);

  Connection& connection_;
  const Schema& from_;
  const Change& change_;
  const std::vector<Change>& all_;
  const Hints& hints_;
  Path path_;
  std::string table_;  ///< quoted, as it is called today
  const Table* now_ = nullptr;
  /// The rows as they will be, as a subquery: final names, values converted as the final types convert them, added
  /// columns with what they will be filled with, and the key of today as dataflow_key.
  std::string coming_;
  std::string today_;  ///< the rows of today with that key
  Table then_;         ///< the table once all changes are done
  void foresee();
  std::optional<std::string> fill(const Name& column) const;
};

/// What column affinity makes of a value.
std::string converted(const std::string& value, Affinity affinity) {
  switch (affinity) {
    case Affinity::text:
      return "CASE WHEN typeof(" + value + ") IN ('integer', 'real') THEN CAST(" + value + " AS TEXT) ELSE " + value +
             " END";
    case Affinity::blob: return value;
    case Affinity::integer:
    case Affinity::real:
    case Affinity::numeric: break;
  }
  return "CASE WHEN typeof(" + value + ") = 'text' AND CAST(" + value + " AS NUMERIC) IS " + value + " THEN CAST(" +
         value + " AS NUMERIC) ELSE " + value + " END";
}

std::optional<std::string> Survey::fill(const Name& column) const {
  return fill_of(hints_, path_, column, equal_ignoring_case, literal);
}

void Survey::foresee() {
  std::vector<Source> sources;
  for (const Column& column : now_->columns) sources.push_back({column, quote(column.name.text), &column});
  then_ = *now_;
  Schema schema = from_;
  for (const Change& change : all_) apply_where_possible(schema, change);
  if (const Table* table = find_table(schema, path_)) then_ = *table;
  for (const Change& change : all_)
    if (subject(change) == path_) follow(sources, change);
  for (Source& source : sources) {
    if (source.before != nullptr) continue;
    std::string value = default_clause(source.after);
    if (!value.empty()) value.erase(0, std::string_view(" DEFAULT ").size());
    source.value = fill(source.after.name).value_or(value.empty() ? "NULL" : value);
  }
  const RowKey key = row_key(*now_);
  std::vector<std::string> columns, keys;
  for (const Name& name : key.columns) keys.push_back(quote(name.text));
  if (keys.empty() && !rowid_name(*now_).empty()) keys = {rowid_name(*now_)};
  columns.push_back((keys.empty() ? "NULL" : join(keys, " || '/' || ")) + " AS dataflow_key");
  for (const Source& source : sources) {
    const Affinity affinity_then = affinity(source.after.type.spelled, strict(then_));
    std::string value = source.value;
    const auto filled = fill(source.after.name);
    if (source.before != nullptr && filled && source.before->nullable && !source.after.nullable)
      value = "coalesce(" + value + ", " + *filled + ")";
    if (source.before == nullptr || value != source.value ||
        affinity(source.before->type.spelled, strict(*now_)) != affinity_then)
      value = converted(value, affinity_then);
    if (source.before == nullptr || value != source.value || source.before->collation != source.after.collation)
      value =
          "(" + value + ") COLLATE " + (source.after.collation.empty() ? "BINARY" : quote(source.after.collation.text));
    columns.push_back(value + " AS " + quote(source.after.name.text));
  }
  coming_ = "(SELECT " + join(columns, ", ") + " FROM " + table_ + ")";
  today_ = "(SELECT " + columns[0] + ", * FROM " + table_ + ")";
}

Name Survey::table_now(const Path& path) const {
  for (const Change& c : all_)
    if (const auto* rename = std::get_if<Rename<Table>>(&c); rename != nullptr && rename->after == path.name)
      return rename->before;
  return path.name;
}

std::uint64_t Survey::number(const std::string& sql) {
  return std::stoull(connection_.query(sql).at(0).at(0).value_or("0"));
}

std::string Survey::first_keys(const std::string& from) {
  const RowKey key = row_key(*now_);
  const std::string what = key.columns.empty() ? rowid_name(*now_) : column_list(key.columns);
  if (what.empty()) return {};
  std::vector<std::string> keys;
  for (const Row& row : connection_.query("SELECT dataflow_key" + from + " LIMIT 3"))
    keys.push_back(row[0].value_or("NULL"));
  return what + " " + join(keys, ", ");
}

/// Lays the rows for which `condition` holds, if there are any, in the way.
void Survey::block(Evidence& e, const std::string& rows, const std::string& condition, const std::string& noun,
                   const std::string& of, std::string_view one, std::string_view many, std::string remedy) {
  const std::string from = " FROM " + rows + " AS c WHERE " + condition;
  if (e.blocking || connection_.complaint("SELECT dataflow_key" + from)) return;  // it speaks of what is still to come
  const std::uint64_t n = number("SELECT count(*)" + from);
  if (n == 0) return;
  e.blocking = count(n, noun) + " of " + of + " " + std::string(n == 1 ? one : many);
  if (const std::string keys = first_keys(from); !keys.empty()) *e.blocking += " (first: " + keys + ")";
  e.remedy = std::move(remedy);
}

/// Whether the plan itself drops or replaces the object: then it is no obstacle.
bool Survey::touched(std::string_view kind, const Name& name) const {
  return std::any_of(all_.begin(), all_.end(), [&](const Change& c) {
    if (const auto* drop = std::get_if<Drop<Definition>>(&c))
      return drop->object.kind == kind && drop->object.name == name;
    if (const auto* alter = std::get_if<Alter<Definition>>(&c))
      return alter->before.kind == kind && alter->before.name == name;
    if (const auto* drop = std::get_if<Drop<Index>>(&c)) return kind == "index" && drop->object.name == name;
    if (const auto* alter = std::get_if<Alter<Index>>(&c)) return kind == "index" && alter->before.name == name;
    if (const auto* drop = std::get_if<Drop<Table>>(&c)) return kind == "table" && drop->object.name == name;
    return false;
  });
}

void Survey::dependents(Evidence& e, const Name& column) {
  const std::string& table = now_->name.text;
  for (const Definition& d : from_.definitions) {
    const bool about = equal_ignoring_case(d.on.text, table) || mentions(d.text.text, table);
    if (about && (column.empty() ? d.kind == "view" : mentions(d.text.text, column.text)) && !touched(d.kind, d.name))
      e.dependents.push_back(d.kind + " " + d.name.text);
  }
  if (!column.empty())
    for (const Index& index : now_->indexes)
      if (!touched("index", index.name) &&
          std::any_of(index.parts.begin(), index.parts.end(), [&](const KeyPart& p) { return p.column == column; }))
        e.dependents.push_back("index " + index.name.text);
  for (const Table& other : from_.tables) {
    if (touched("table", other.name) || other.name == now_->name) continue;
    for (const ForeignKey& key : other.foreign_keys) {
      if (!equal_ignoring_case(key.references.name.text, table)) continue;
      const bool named =
          column.empty() || std::find(key.referenced.begin(), key.referenced.end(), column) != key.referenced.end();
      const bool dropped = std::any_of(all_.begin(), all_.end(), [&](const Change& c) {
        const auto* drop = std::get_if<Drop<ForeignKey>>(&c);
        return drop != nullptr && drop->in.name == other.name && drop->object == key;
      });
      if (named && !dropped) e.dependents.push_back("a foreign key of " + other.name.text);
    }
  }
}

void Survey::required(Evidence& e, const Name& column, const std::string& condition) {
  const std::string problem = "would have no value for " + column.text;
  block(e, coming_, condition, "row", path_.name.text, problem, problem,
        "give the column a default, make it optional, or say which value these rows get: backfill, or --backfill " +
            path_.name.text + "." + column.text + "=SQL");
}

/// The range of an integer kind.
std::optional<std::string> range(Kind kind) {
  switch (kind) {
    case Kind::int8: return "-128 AND 127";
    case Kind::int16: return "-32768 AND 32767";
    case Kind::int32: return "-2147483648 AND 2147483647";
    case Kind::uint64: return "0 AND 9223372036854775807";
    default: return std::nullopt;
  }
}

/// Which values the server would refuse, or would keep otherwise than they are. `value` is the column as it is.
std::string misfit(const Column& after, const std::string& value, bool strict) {
  const Type& to = after.type;
  const std::string type = "typeof(" + value + ")", read = "CAST(" + value + " AS NUMERIC)";
  const std::string no_number = type + " = 'blob' OR (" + type + " = 'text' AND " + read + " IS NOT " + value + ")";
  const std::string no_integer = no_number + " OR (" + type + " = 'text' AND typeof(" + read + ") <> 'integer') OR (" +
                                 type + " = 'real' AND CAST(" + value + " AS INTEGER) <> " + value + ")";
  const Affinity affinity_then = affinity(to.spelled, strict);
  if (after.identity != Identity::none) return no_integer;
  if (affinity_then == Affinity::integer) {
    const auto bounds = strict ? std::nullopt : range(to.kind);
    return no_integer + (bounds ? " OR " + read + " NOT BETWEEN " + *bounds : "");
  }
  if (affinity_then == Affinity::real)
    return no_number + " OR (" + type + " = 'integer' AND CAST(CAST(" + value + " AS REAL) AS INTEGER) <> " + value +
           ")";
  if (strict)
    return equal_ignoring_case(to.spelled, "BLOB") ? type + " <> 'blob'"
           : affinity_then == Affinity::text       ? type + " = 'blob'"
                                                   : "";
  if (to.kind == Kind::varchar && to.length > 0) return "length(" + value + ") > " + std::to_string(to.length);
  return to.kind == Kind::decimal ? no_number : "";
}

void Survey::fits(Evidence& e, const Column& after) {
  const std::string value = quote(column_now(path_, after.name).text), misfits = misfit(after, value, strict(then_));
  if (misfits.empty()) return;
  block(e, today_, value + " IS NOT NULL AND (" + misfits + ")", "value", path_.name.text + "." + after.name.text,
        "does not fit into " + after.type.spelled, "do not fit into " + after.type.spelled,
        "correct these values first, or choose a wider type");
  e.fits = !e.blocking;
}

void Survey::type(Evidence& e, const Alter<Column>& alter) {
  e.type_change = compare_types(alter.before.type, alter.after.type);
  fits(e, alter.after);
  // Where the affinity stays, no value is touched, whatever the type is called.
  if (!e.blocking &&
      affinity(alter.before.type.spelled, strict(*now_)) == affinity(alter.after.type.spelled, strict(then_)))
    e.fits = true;
  still_hold(e, alter.after.name);
}

/// STRICT holds every value to its type; leaving it, ANY begins to take text for numbers.
void Survey::options(Evidence& e, const Alter<TableOptions>& alter) {
  const bool was = alter.before.attributes.contains("strict"), is = alter.after.attributes.contains("strict");
  for (const Column& column : then_.columns) {
    const Column* before = find_column(*now_, column_now(path_, column.name));
    if (before == nullptr || column.generated) continue;
    if (!was && is) fits(e, column);
    if (!was || is || !equal_ignoring_case(column.type.spelled, "ANY")) continue;
    const std::string value = quote(before->name.text), read = "CAST(" + value + " AS NUMERIC)";
    block(e, today_,
          "CASE typeof(" + value + ") WHEN 'text' THEN " + read + " IS " + value + " WHEN 'real' THEN CAST(" + value +
              " AS INTEGER) = " + value + " END",
          "value", path_.name.text + "." + column.name.text, "would become a number", "would become numbers",
          "declare the column as BLOB, or leave the type out: both take values as they are");
  }
}

/// Rows that point to nothing already are not this change's doing.
bool Survey::holds_today() {
  try {
    return connection_.query("PRAGMA foreign_key_check(" + table_ + ")").empty();
  } catch (const Error&) {  // a foreign key that names nothing cannot be checked
    return false;
  }
}

/// Constraints that nobody touches may not hold any more once values or their order change.
void Survey::still_hold(Evidence& e, const Name& column) {
  const auto in = [&](const std::vector<KeyPart>& parts) {
    return std::any_of(parts.begin(), parts.end(), [&](const KeyPart& p) {
      return p.column == column || mentions(p.expression.text, column.text);
    });
  };
  const auto is_new = [&](const auto& part) {
    using Part = std::decay_t<decltype(part)>;
    return std::any_of(all_.begin(), all_.end(), [&](const Change& c) {
      const auto* create = std::get_if<Create<Part>>(&c);
      return create != nullptr && create->in == path_ && create->object == part;
    });
  };
  if (then_.primary_key && in(then_.primary_key->parts) && !is_new(*then_.primary_key))
    unique(e, then_.primary_key->parts, {});
  for (const Unique& u : then_.uniques)
    if (in(u.parts) && !is_new(u)) unique(e, u.parts, {});
  for (const Index& i : then_.indexes)
    if (i.unique && in(i.parts) && !is_new(i)) unique(e, i.parts, i.where);
  for (const Check& c : then_.checks)
    if (mentions(c.expression.text, column.text) && !is_new(c)) check(e, c);
  for (const ForeignKey& k : then_.foreign_keys)
    if (std::find(k.columns.begin(), k.columns.end(), column) != k.columns.end() && !is_new(k) && holds_today())
      foreign_key(e, k);
}

void Survey::unique(Evidence& e, const std::vector<KeyPart>& parts, const Sql& where) {
  std::vector<std::string> expressions, conditions;
  for (const KeyPart& part : parts) {
    std::string x = part.column.empty() ? "(" + part.expression.text + ")" : quote(part.column.text);
    conditions.push_back(x + " IS NOT NULL");
    if (!part.collation.empty()) x += " COLLATE " + quote(part.collation.text);
    expressions.push_back(std::move(x));
  }
  if (!where.empty()) conditions.push_back("(" + where.text + ")");
  const std::string groups = "SELECT " + join(expressions, ", ") + " FROM " + coming_ + " WHERE " +
                             join(conditions, " AND ") + " GROUP BY " + join(expressions, ", ") +
                             " HAVING count(*) > 1";
  if (e.blocking || connection_.complaint(groups)) return;  // speaks of a column that is still to come
  const std::uint64_t n = number("SELECT count(*) FROM (" + groups + ")");
  if (n == 0) return;
  const Row first = connection_.query(groups + " LIMIT 1").at(0);
  std::vector<std::string> cells;
  for (const Cell& cell : first) cells.push_back(cell.value_or("NULL"));
  e.blocking = count(n, "value") + " of " + path_.name.text + " (" + join(expressions, ", ") + ") " +
               (n == 1 ? "stands" : "stand") + " in more than one row (first: " + join(cells, "/") + ")";
  e.remedy = "make these rows distinct first";
}

void Survey::check(Evidence& e, const Check& check) {
  const std::string broken = "NOT (" + check.expression.text + ")";
  block(e, coming_, broken, "row", path_.name.text, "breaks CHECK (" + check.expression.text + ")",
        "break CHECK (" + check.expression.text + ")", "correct these rows first");
}

void Survey::foreign_key(Evidence& e, const ForeignKey& key) {
  const Table* parent = find_table(from_, {key.references.schema, table_now(key.references)});
  std::vector<Name> referenced = key.referenced;
  if (parent != nullptr && referenced.empty() && parent->primary_key)
    for (const KeyPart& part : parent->primary_key->parts) referenced.push_back(part.column);
  if (parent != nullptr && referenced.size() != key.columns.size()) return;
  std::vector<std::string> present, match;
  for (std::size_t i = 0; i < key.columns.size(); ++i) {
    const std::string child = "c." + quote(key.columns[i].text);
    present.push_back(child + " IS NOT NULL");
    if (parent != nullptr)
      match.push_back("p." + quote(column_now(key.references, referenced[i]).text) + " = " + child);
  }
  std::string orphan = join(present, " AND ");
  if (parent != nullptr)
    orphan +=
        " AND NOT EXISTS (SELECT 1 FROM " + quote(parent->name.text) + " AS p WHERE " + join(match, " AND ") + ")";
  block(e, coming_, orphan, "row", path_.name.text, "points to no row of " + key.references.name.text,
        "point to no row of " + key.references.name.text, "correct or delete these rows first");
}

void Survey::look(Evidence& e) {
  if (const auto* c = std::get_if<Create<Column>>(&change_)) {
    const bool null_default = c->object.default_value && std::holds_alternative<Sql>(*c->object.default_value) &&
                              canonical(std::get<Sql>(*c->object.default_value).text) == "null";
    if (e.act == Act::add_required_column || (null_default && !c->object.nullable))
      required(e, c->object.name, quote(c->object.name.text) + " IS NULL");
  } else if (const auto* d = std::get_if<Drop<Column>>(&change_)) {
    const Name column = column_now(path_, d->object.name);
    e.values = d->object.generated ? 0 : number("SELECT count(" + quote(column.text) + ") FROM " + table_);
    dependents(e, column);
  } else if (const auto* r = std::get_if<Rename<Column>>(&change_)) {
    dependents(e, r->before);
  } else if (std::holds_alternative<Rename<Table>>(change_)) {
    dependents(e, {});
  } else if (std::holds_alternative<Drop<Table>>(change_)) {
    e.values = e.rows;
    dependents(e, {});
  } else if (const auto* a = std::get_if<Alter<Column>>(&change_)) {
    if (e.act == Act::change_type) type(e, *a);
    if (e.act == Act::change_identity) fits(e, a->after);
    if (e.act == Act::change_collation || e.act == Act::change_column_options ||
        (e.act == Act::set_not_null && fill(a->after.name)))
      still_hold(e, a->after.name);
    if (e.act == Act::set_not_null) required(e, a->after.name, quote(a->after.name.text) + " IS NULL");
  } else if (const auto* o = std::get_if<Alter<TableOptions>>(&change_)) {
    options(e, *o);
  } else if (const auto* u = std::get_if<Create<Unique>>(&change_)) {
    unique(e, u->object.parts, {});
  } else if (const auto* i = std::get_if<Create<Index>>(&change_)) {
    if (e.act == Act::create_unique_index) unique(e, i->object.parts, i->object.where);
  } else if (const auto* x = std::get_if<Alter<Index>>(&change_)) {
    if (e.act == Act::create_unique_index) unique(e, x->after.parts, x->after.where);
  } else if (const auto* p = std::get_if<Create<PrimaryKey>>(&change_)) {
    unique(e, p->object.parts, {});
  } else if (const auto* q = std::get_if<Alter<PrimaryKey>>(&change_)) {
    if (e.act == Act::add_primary_key) unique(e, q->after.parts, {});
  } else if (const auto* k = std::get_if<Create<Check>>(&change_)) {
    check(e, k->object);
  } else if (const auto* f = std::get_if<Create<ForeignKey>>(&change_)) {
    foreign_key(e, f->object);
  } else if (const auto* g = std::get_if<Alter<ForeignKey>>(&change_)) {
    if (e.act == Act::add_foreign_key) foreign_key(e, g->after);
  }
}

std::vector<Evidence> Survey::evidence() {
  path_ = subject(change_);
  const Name now =
      std::holds_alternative<Rename<Table>>(change_) ? std::get<Rename<Table>>(change_).before : table_now(path_);
  now_ = find_table(from_, {path_.schema, now});
  table_ = quote(now.text);
  if (now_ != nullptr) foresee();
  std::vector<Evidence> out;
  for (Act act : acts_of(change_, stable)) {
    Evidence e{.act = act};
    const auto* dropped = std::get_if<Drop<Definition>>(&change_);
    const auto* altered = std::get_if<Alter<Definition>>(&change_);
    const Definition* gone = dropped != nullptr ? &dropped->object : altered != nullptr ? &altered->before : nullptr;
    if (gone != nullptr && act == Act::drop_definition && gone->kind == "virtual table") {
      e.unrecoverable = true;
      const std::string rows = "SELECT count(*) FROM " + quote(gone->name.text);
      if (!connection_.complaint(rows)) e.values = e.rows = number(rows);
    } else if (now_ != nullptr) {
      e.rows = number("SELECT count(*) FROM " + table_);
      look(e);
    } else if (act == Act::create_table) {
      e.rows = 0;
    }
    out.push_back(std::move(e));
  }
  return out;
}

}  // namespace

std::vector<Evidence> survey(Connection& connection, const Schema& from, const Change& change,
                             const std::vector<Change>& all, const Hints& hints) {
  return Survey(connection, from, change, all, hints).evidence();
}

}  // namespace dataflow::sqlite
