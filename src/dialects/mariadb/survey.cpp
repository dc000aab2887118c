#include "dialects/mariadb/survey.hpp"

#include <algorithm>
#include <array>

#include "core/text.hpp"
#include "dialects/mariadb/errors.hpp"
#include "dialects/mariadb/spelling.hpp"

namespace dataflow::mariadb {

namespace {

/// Tables up to this size are counted, larger ones estimated.
constexpr std::uint64_t counted_up_to = 1'000'000;

/// What the server has to say about the question itself, as against what befell the connection.
bool refusal(const Error& error) {
  switch (error.code) {
    case ErrorCode::permission:
    case ErrorCode::not_found: return true;
    case ErrorCode::sql: break;
    default: return false;
  }
  constexpr std::array<unsigned, 6> ended = {1053, 1317, 1927, 1969, 3024, 1028};
  const auto* said = dynamic_cast<const ServerError*>(&error);
  return said != nullptr && !is_lost(said->number) &&
         std::find(ended.begin(), ended.end(), said->number) == ended.end();
}

}  // namespace

bool same_name(const Name& a, const Name& b) { return equal_ignoring_case(a.text, b.text); }

Texture texture(const Table& table, const Column& column) {
  return {column.type, charset(table, column), collation(table, column)};
}

std::optional<Rows> Survey::ask(const std::string& query) {
  try {
    return server_.query(query);
  } catch (const Error& error) {
    if (!refusal(error)) throw;
    return std::nullopt;
  }
}

/// Rows and bytes of the table; with a column, how many values it holds. Unset where the account may not read.
void Survey::measure(const std::optional<Name>& counted) {
  const auto size = ask(
      "SELECT TABLE_ROWS, DATA_LENGTH + INDEX_LENGTH FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() "
      "AND TABLE_NAME = " +
      text_literal(now_->name.text));
  if (!size || size->empty()) return;
  const std::uint64_t estimated = number(size->at(0).at(0));
  figures_.bytes = number(size->at(0).at(1));
  figures_.about = estimated > counted_up_to;
  const std::string from = " FROM " + table_, column = counted ? quote(counted->text) : "";
  if (figures_.about) {
    figures_.rows = estimated;
    if (!counted) return;
    const auto some = ask("SELECT 1" + from + " WHERE " + column + " IS NOT NULL LIMIT 1");
    if (some) figures_.values = some->empty() ? 0 : estimated;
    return;
  }
  auto n = ask("SELECT count(*)" + (counted ? ", count(" + column + ")" : "") + from);
  if (!n && counted) n = ask("SELECT count(*)" + from);  // other columns may be read
  if (!n) return;
  figures_.rows = number(n->at(0).at(0));
  if (n->at(0).size() > 1) figures_.values = number(n->at(0)[1]);
}

std::string Survey::keys_text(const Rows& rows) const {
  if (!now_->primary_key) return {};
  std::vector<std::string> keys, names;
  for (std::size_t i = 0; i < rows.size() && i < 3; ++i)
    if (rows[i].at(0)) keys.push_back(*rows[i][0]);
  for (const KeyPart& part : now_->primary_key->parts) names.push_back(part.column.text);
  return keys.empty() ? std::string() : join(names, ", ") + " " + join(keys, ", ");
}

/// Lays the rows for which `condition` holds, if there are any, in the way.
void Survey::block(Evidence& e, const std::string& rows, const std::string& condition, std::string_view noun,
                   const std::string& of, std::string_view one, std::string_view many, std::string remedy) {
  if (e.blocking || condition.empty()) return;
  const auto found =
      ask("SELECT dataflow_key FROM " + rows + " WHERE " + condition + " LIMIT " + std::to_string(enough + 1));
  if (!found || found->empty()) return;
  const std::size_t n = found->size();
  e.blocking = counted(n, noun) + " of " + of + " " + std::string(n == 1 ? one : many);
  if (const std::string keys = keys_text(*found); !keys.empty()) *e.blocking += " (first: " + keys + ")";
  e.remedy = std::move(remedy);
}

void Survey::look(Evidence& e) {
  std::visit(Overloaded{
                 [&](const Drop<Table>&) {
                   e.values = e.rows;
                   dependents(e, Name());
                 },
                 [&](const Rename<Table>&) { dependents(e, Name()); },
                 [&](const Create<Column>& c) {
                   if (!c.object.nullable && !c.object.generated && c.object.identity == Identity::none)
                     required(e, c.object);
                   numbered(e, nullptr, c.object);
                   held_by_itself(e, c.object);
                 },
                 [&](const Drop<Column>& c) {
                   e.values = c.object.generated ? std::optional<std::uint64_t>(0) : figures_.values;
                   dependents(e, column_now(path_, c.object.name));
                 },
                 [&](const Rename<Column>& c) { dependents(e, c.before); },
                 [&](const Alter<Column>& c) {
                   if (e.act == Act::change_type) type(e, c);
                   if (e.act == Act::set_not_null) required(e, c.after);
                   if (e.act == Act::set_not_null && fill(c.after.name)) still_hold(e, c.after.name);
                   if (e.act == Act::change_identity) numbered(e, &c.before, c.after);
                   if (e.act == Act::change_collation) still_hold(e, c.after.name);
                   if (e.act != Act::change_column_options) return;
                   if (const auto* a = value_of(c.before.attributes, "check"),
                       *b = value_of(c.after.attributes, "check");
                       b != nullptr && (a == nullptr || *a != *b))
                     held_by_itself(e, c.after);
                   if (differing(c.before.attributes, c.after.attributes).contains("character set")) type(e, c);
                 },
                 [&](const Create<PrimaryKey>& c) { unique(e, c.object.parts, c.object.attributes); },
                 [&](const Drop<PrimaryKey>& c) { relying(e, c.object.parts); },
                 [&](const Alter<PrimaryKey>& c) {
                   if (e.act == Act::drop_primary_key) relying(e, c.before.parts);
                   if (e.act == Act::add_primary_key) unique(e, c.after.parts, c.after.attributes);
                 },
                 [&](const Create<Unique>& c) { unique(e, c.object.parts, c.object.attributes); },
                 [&](const Drop<Unique>& c) { relying(e, c.object.parts); },
                 [&](const Alter<Unique>& c) {
                   if (e.act == Act::drop_unique) relying(e, c.before.parts);
                   if (e.act == Act::add_unique) unique(e, c.after.parts, c.after.attributes);
                 },
                 [&](const Create<Index>& c) {
                   if (c.object.unique) unique(e, c.object.parts, c.object.attributes);
                 },
                 [&](const Drop<Index>& c) {
                   if (c.object.unique) relying(e, c.object.parts);
                 },
                 [&](const Alter<Index>& c) {
                   if (e.act == Act::create_unique_index && !(c.before.unique && c.before.parts == c.after.parts))
                     unique(e, c.after.parts, c.after.attributes);
                 },
                 [&](const Create<Check>& c) { check(e, c.object.expression.text); },
                 [&](const Alter<Check>& c) {
                   if (e.act == Act::add_check) check(e, c.after.expression.text);
                 },
                 [&](const Create<ForeignKey>& c) { foreign_key(e, c.object); },
                 [&](const Alter<ForeignKey>& c) {
                   if (e.act == Act::add_foreign_key) foreign_key(e, c.after);
                 },
                 [&](const Drop<Definition>& c) { dependents(e, c.object); },
                 [](const auto&) {},  // what is left asks nothing of the data
             },
             change_);
}

std::vector<Evidence> Survey::evidence() {
  const bool definition = std::holds_alternative<Create<Definition>>(change_) ||
                          std::holds_alternative<Drop<Definition>>(change_) ||
                          std::holds_alternative<Alter<Definition>>(change_);
  path_ = subject(change_);
  const auto* rename = std::get_if<Rename<Table>>(&change_);
  if (!definition) now_ = rename != nullptr ? find_table(from_, {path_.schema, rename->before}) : table_now(path_);
  if (now_ != nullptr) {
    if (rename != nullptr) path_.name = rename->after;
    table_ = quote(now_->name.text);
    foresee();
    std::optional<Name> goes = column_that_goes(change_);
    if (goes) goes = column_now(path_, *goes);
    measure(goes);
  }
  std::vector<Evidence> out;
  for (Act act : acts_of(change_, one_value)) {
    Evidence e{.act = act, .rows = figures_.rows, .about = figures_.about, .bytes = figures_.bytes};
    if (now_ == nullptr && !definition) e.rows = 0;  // this plan creates the table
    if (now_ != nullptr || definition) look(e);
    choose_case(e);
    out.push_back(std::move(e));
  }
  return out;
}

std::vector<Evidence> survey(Connection& connection, const Schema& from, const Change& change,
                             const std::vector<Change>& all, const Hints& hints) {
  return Survey(connection, from, change, all, hints).evidence();
}

}  // namespace dataflow::mariadb
