#include "dialects/postgresql/survey.hpp"

#include <algorithm>
#include <array>

#include "core/text.hpp"

namespace dataflow::postgresql {

namespace {

/// Tables up to this size are counted, larger ones estimated.
constexpr std::uint64_t counted_up_to = 1'000'000;

/// The planner's estimate: from the pages the table has by now, not from those it had when it was last analyzed.
std::uint64_t planned_rows(const Rows& explained) {
  constexpr std::string_view label = "\"Plan Rows\": ";
  for (const Row& row : explained)
    if (const std::size_t at = row.at(0).value_or("").find(label); at != std::string::npos)
      return number(row[0]->substr(at + label.size()));
  return 0;
}

/// The bytes of a table, its indexes and everything below it, as an expression.
std::string size_of_tree(const std::string& table) {
  return "(WITH RECURSIVE tree AS (SELECT pg_catalog.to_regclass(" + text_literal(table) +
         ")::pg_catalog.oid AS oid UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree ON i.inhparent = "
         "tree.oid) SELECT sum(pg_catalog.pg_total_relation_size(oid))::pg_catalog.int8 FROM tree)";
}

/// What the server has to say about the question itself, as against what befell the connection.
bool refusal(const Error& error) {
  constexpr std::array<std::string_view, 10> classes = {"0A", "22", "23", "25", "2F", "38", "39", "42", "54", "P0"};
  return error.code != ErrorCode::timeout && error.code != ErrorCode::cancelled && error.sqlstate.size() == 5 &&
         std::find(classes.begin(), classes.end(), std::string_view(error.sqlstate).substr(0, 2)) != classes.end();
}

}  // namespace

Questions::Answer Questions::ask(std::vector<std::string> statements) {
  statements.insert(statements.begin(), {"SET TRANSACTION READ ONLY", "SET LOCAL row_security = off"});
  try {
    return {std::move(server_.batch(statements).back()), std::nullopt};
  } catch (const Error& error) {
    if (!refusal(error)) throw;
    return {{}, error};
  }
}

std::string shown(const Path& path) {
  return path.schema.empty() || path.schema.text == "public" ? path.name.text : path.schema.text + "." + path.name.text;
}

/// Rows and bytes of the table; with a column, how many values it holds. Unset where the role may not read.
void Survey::measure(const std::optional<Name>& counted) {
  const auto plan = questions_.ask("EXPLAIN (FORMAT JSON) SELECT FROM " + table_);
  if (!plan) return;
  figures_.about = planned_rows(plan.rows) > counted_up_to;
  const std::string size = size_of_tree(table_), from = " FROM " + table_;
  if (figures_.about) {
    figures_.rows = planned_rows(plan.rows);
    if (const auto bytes = questions_.ask("SELECT " + size)) figures_.bytes = number(bytes.rows.at(0).at(0));
    if (counted) estimate_values(*counted);
    return;
  }
  auto n =
      questions_.ask("SELECT " + size + ", count(*)" + (counted ? ", count(" + quote(counted->text) + ")" : "") + from);
  if (!n && counted) n = questions_.ask("SELECT " + size + ", count(*)" + from);  // other columns may be read
  if (!n) return;
  const Row& row = n.rows.at(0);
  figures_.bytes = number(row.at(0));
  figures_.rows = number(row.at(1));
  if (row.size() > 2) figures_.values = number(row[2]);
}

void Survey::estimate_values(const Name& column) {
  const std::string c = quote(column.text);
  const auto some = questions_.ask("SELECT 1 FROM " + table_ + " WHERE " + c + " IS NOT NULL LIMIT 1");
  if (!some) return;
  if (some.rows.empty()) {
    figures_.values = 0;
    return;
  }
  const auto share = questions_.ask(
      "SELECT greatest(1, (" + std::to_string(*figures_.rows) + " * (1 - max(null_frac)))::pg_catalog.int8) FROM " +
      "pg_catalog.pg_stats WHERE schemaname = " + text_literal(now_->schema.text) +
      " AND tablename = " + text_literal(now_->name.text) + " AND attname = " + text_literal(column.text));
  if (share && share.rows.at(0).at(0)) figures_.values = number(share.rows[0][0]);
}

std::string Survey::keys_text(const Rows& rows) const {
  std::vector<std::string> keys, names;
  for (std::size_t i = 0; i < rows.size() && i < 3; ++i)
    if (rows[i].at(0)) keys.push_back(*rows[i][0]);
  if (keys.empty()) return {};
  if (now_->primary_key)
    for (const KeyPart& part : now_->primary_key->parts) names.push_back(part.column.text);
  return (names.empty() ? "ctid" : join(names, ", ")) + " " + join(keys, ", ");
}

/// Lays the rows for which `condition` holds, if there are any, in the way.
void Survey::block(Evidence& e, const std::string& rows, const std::string& condition, std::string_view noun,
                   const std::string& of, std::string_view one, std::string_view many, std::string remedy) {
  if (e.blocking) return;
  const auto found = questions_.ask("SELECT dataflow_key FROM " + rows + " WHERE " + condition + " LIMIT " +
                                    std::to_string(enough + 1));
  if (!found || found.rows.empty()) return;  // refused: it speaks of what is still to come, or may not be read
  const std::size_t n = found.rows.size();
  e.blocking = counted(n, noun) + " of " + of + " " + std::string(n == 1 ? one : many);
  if (const std::string keys = keys_text(found.rows); !keys.empty()) *e.blocking += " (first: " + keys + ")";
  e.remedy = std::move(remedy);
}

void Survey::look(Evidence& e) {
  std::visit(Overloaded{
                 [&](const Create<Table>& c) { default_partition(e, c.object.options.attributes); },
                 [&](const Drop<Table>&) {
                   e.values = e.rows;
                   dependents(e, Name());
                 },
                 [&](const Rename<Table>&) { dependents(e, Name()); },
                 [&](const Alter<TableOptions>& c) {
                   bound(e, c.after.attributes);
                   default_partition(e, c.after.attributes);
                 },
                 [&](const Create<Column>& c) {
                   if (!c.object.nullable && !c.object.generated && c.object.identity == Identity::none)
                     required(e, c.object);
                 },
                 [&](const Drop<Column>& c) {
                   e.values = c.object.generated ? std::optional<std::uint64_t>(0) : figures_.values;
                   dependents(e, column_now(path_, c.object.name));
                 },
                 [&](const Rename<Column>& c) { dependents(e, c.before); },
                 [&](const Alter<Column>& c) {
                   if (e.act == Act::change_type) type(e, c);
                   const bool unproved = !c.after.nullable && c.before.attributes.contains("not null not valid");
                   if (e.act == Act::set_not_null || unproved) required(e, c.after);
                   if (e.act == Act::set_not_null && fill(c.after.name)) still_hold(e, c.after.name);
                 },
                 [&](const Create<PrimaryKey>& c) {
                   unique(e, c.object.parts, {}, c.object.attributes);
                   for (const KeyPart& part : c.object.parts)
                     if (const Column* column = find_column(then_, part.column)) required(e, *column);
                 },
                 [&](const Drop<PrimaryKey>& c) { relying(e, c.object.parts); },
                 [&](const Alter<PrimaryKey>& c) {
                   if (e.act == Act::drop_primary_key) relying(e, c.before.parts);
                   if (e.act == Act::add_primary_key) unique(e, c.after.parts, {}, c.after.attributes);
                 },
                 [&](const Create<Unique>& c) { unique(e, c.object.parts, {}, c.object.attributes); },
                 [&](const Drop<Unique>& c) { relying(e, c.object.parts); },
                 [&](const Alter<Unique>& c) {
                   if (e.act == Act::drop_unique) relying(e, c.before.parts);
                   if (e.act == Act::add_unique) unique(e, c.after.parts, {}, c.after.attributes);
                 },
                 [&](const Create<Index>& c) {
                   if (c.object.unique) unique(e, c.object.parts, c.object.where, c.object.attributes);
                 },
                 [&](const Alter<Index>& c) {
                   if (e.act == Act::create_unique_index) unique(e, c.after.parts, c.after.where, c.after.attributes);
                 },
                 [&](const Create<Check>& c) { check(e, c.object); },
                 [&](const Alter<Check>& c) {
                   if (e.act == Act::add_check) check(e, c.after);
                 },
                 [&](const Create<ForeignKey>& c) { foreign_key(e, c.object); },
                 [&](const Alter<ForeignKey>& c) {
                   if (e.act == Act::add_foreign_key) foreign_key(e, c.after);
                 },
                 [&](const Create<Definition>& c) {
                   if (c.object.kind == "exclusion constraint") exclusion(e, c.object);
                 },
                 [&](const Drop<Definition>& c) { dependents(e, c.object); },
                 [&](const Alter<Definition>& c) {
                   if (c.after.kind == "exclusion constraint" && e.act == Act::add_unique) exclusion(e, c.after);
                   if (c.after.kind == "enum") labels(e, c);
                   if (c.after.kind == "domain") domain(e, c);
                 },
                 [](const auto&) {},  // drops of indexes, checks and foreign keys ask nothing of the data
             },
             change_);
}

std::vector<Evidence> Survey::evidence() {
  const auto* create = std::get_if<Create<Definition>>(&change_);
  const auto* drop = std::get_if<Drop<Definition>>(&change_);
  const auto* alter = std::get_if<Alter<Definition>>(&change_);
  const Definition* definition = create != nullptr  ? &create->object
                                 : drop != nullptr  ? &drop->object
                                 : alter != nullptr ? &alter->after
                                                    : nullptr;
  path_ = subject(change_);
  if (definition != nullptr) path_.name = definition->kind == "exclusion constraint" ? definition->on : Name();
  const auto* rename = std::get_if<Rename<Table>>(&change_);
  now_ = rename != nullptr ? find_table(from_, {path_.schema, rename->before}) : table_now(path_);
  if (now_ != nullptr) {
    if (rename != nullptr) path_.name = rename->after;
    table_ = quote(now_->path());
    foresee();
    std::optional<Name> goes = column_that_goes(change_);
    if (goes) goes = column_now(path_, *goes);
    measure(goes);
  }
  std::vector<Evidence> out;
  for (Act act : acts()) {
    Evidence e{.act = act, .rows = figures_.rows, .about = figures_.about, .bytes = figures_.bytes};
    if (now_ == nullptr && definition == nullptr) e.rows = 0;  // this plan creates the table
    look(e);
    choose_case(e);
    out.push_back(std::move(e));
  }
  return out;
}

std::vector<Evidence> survey(Connection& connection, const Schema& from, const Change& change,
                             const std::vector<Change>& all, const Hints& hints) {
  return Survey(connection, from, change, all, hints).evidence();
}

}  // namespace dataflow::postgresql
