#include <algorithm>
#include <charconv>

#include "core/text.hpp"
#include "dialects/postgresql/survey.hpp"

namespace dataflow::postgresql {

std::vector<int> limits(const Type& type) {
  const std::string text = type_name(type);
  const std::size_t open = text.find('('), close = text.find(')', open);
  std::vector<int> out;
  if (close == std::string::npos) return out;
  for (const std::string& part : split(std::string_view(text).substr(open + 1, close - open - 1), ',')) {
    int n = 0;
    const std::string_view digits = trim(part);
    std::from_chars(digits.data(), digits.data() + digits.size(), n);
    out.push_back(n);
  }
  return out;
}

namespace {

/// The characters that a type has room for.
std::optional<int> room(const Type& type) {
  const auto numbers = limits(type);
  if (type.dimensions > 0 || numbers.empty() || !type_name(type).starts_with("character")) return std::nullopt;
  return numbers[0];
}

/// Values of types without equality are compared as text, JSON by what it says.
std::string differ(const std::string& back, const Type& type, bool as_text) {
  const std::string how = type_name(type) == "json" ? "::pg_catalog.jsonb" : as_text ? "::pg_catalog.text" : "";
  return "(" + back + ")" + how + " IS DISTINCT FROM (value)" + how;
}

constexpr std::string_view no_equality = "42883", no_cast = "42846";

/// Whether the rows themselves were the reason.
bool about_values(const Questions::Answer& answer) {
  const std::string state = answer.sqlstate();
  return state.starts_with("22") || state.starts_with("23") || state.starts_with("P0");
}

/// Tries every row by itself: how many fail, and the first of them.
std::string try_each(const std::string& rows, const std::string& expression) {
  return "DO " + text_literal(
                     "#variable_conflict use_column\nDECLARE dataflow_row pg_catalog.record; dataflow_n "
                     "pg_catalog.int8 := 0; dataflow_keys pg_catalog.text[] := '{}'; BEGIN FOR dataflow_row "
                     "IN SELECT dataflow_key, value FROM " +
                     rows + " LOOP BEGIN PERFORM " + expression +
                     "; EXCEPTION WHEN data_exception OR integrity_constraint_violation OR raise_exception "
                     "THEN dataflow_n := dataflow_n + 1; IF dataflow_n <= 3 THEN dataflow_keys := "
                     "dataflow_keys || dataflow_row.dataflow_key; END IF; EXIT WHEN dataflow_n > " +
                     std::to_string(enough) +
                     "; END; END LOOP; PERFORM pg_catalog.set_config('dataflow.failing', dataflow_n::text, "
                     "true), pg_catalog.set_config('dataflow.keys', pg_catalog.array_to_string(dataflow_keys, "
                     "E'\\n'), true); END");
}

constexpr std::string_view tried =
    "SELECT pg_catalog.current_setting('dataflow.failing'), pg_catalog.current_setting('dataflow.keys')";

}  // namespace

/// Rows that would have no value in a column that must have one.
void Survey::required(Evidence& e, const Column& column) {
  if (column.attributes.contains("not null not valid")) return;
  const std::string problem = "would have no value for " + column.name.text;
  const std::string c = quote(column.name.text);
  block(e, coming(c), c + " IS NULL", "row", shown(path_), problem, problem,
        "give the column a default, make it optional, or say which value these rows get: backfill, or --backfill " +
            shown(path_) + "." + column.name.text + "=SQL");
}

void Survey::type(Evidence& e, const Alter<Column>& alter) {
  e.type_change = compare_types(alter.before.type, alter.after.type);
  const Column* before = find_column(*now_, column_now(path_, alter.after.name));
  if (before == nullptr) return;
  if (e.when = case_of_type(alter); e.when.empty()) converts(e, *before, alter.after);
  if (!e.when.empty() || e.fits) {
    e.fits = true;
    e.comes_back = e.type_change == TypeChange::unknown || e.type_change == TypeChange::lateral;
  }
  if (e.when.empty()) still_hold(e, alter.after.name);
}

/// Whether every value has a place in the new type and would come back from it.
void Survey::converts(Evidence& e, const Column& before, const Column& after) {
  const std::string column = shown(path_) + "." + after.name.text, value = quote(before.name.text);
  const std::string rows = today(value);
  if (const auto length = room(after.type))
    block(e, rows, "pg_catalog.char_length(pg_catalog.rtrim(value::pg_catalog.text, ' ')) > " + std::to_string(*length),
          "value", column, "does not fit into " + type_name(after.type), "do not fit into " + type_name(after.type),
          "correct these values first, or choose a wider type");
  if (e.blocking || too_many_to_compare()) return;
  const std::string there = conversion("value", before.type, after.type),
                    back = conversion("(" + there + ")", after.type, before.type);
  const auto changed = [&](bool as_text) {
    return questions_.ask("SELECT dataflow_key FROM " + rows + " WHERE " + differ(back, before.type, as_text) +
                          " LIMIT " + std::to_string(enough + 1));
  };
  Questions::Answer answer = changed(false);
  if (answer.sqlstate() == no_equality) answer = changed(true);
  if (answer) {
    e.values = answer.rows.size();
    e.fits = answer.rows.empty();
    if (const std::string keys = keys_text(answer.rows); !e.fits)
      e.remedy = counted(answer.rows.size(), "value") + " of " + column + " would not come back as " +
                 (answer.rows.size() == 1 ? "it was" : "they were") + (keys.empty() ? "" : " (first: " + keys + ")") +
                 ": choose a wider type to keep them";
    return;
  }
  if (!about_values(answer) && answer.sqlstate() != no_cast) return;
  const auto forward = questions_.ask("SELECT count(" + there + ") FROM " + rows);
  if (about_values(forward)) refused_values(e, before, after, *forward.refused);
}

void Survey::refused_values(Evidence& e, const Column& before, const Column& after, const Error& said) {
  const std::string column = shown(path_) + "." + after.name.text, to = type_name(after.type);
  const std::string words = said.what();
  e.remedy = "correct these values first, or choose another type";
  e.blocking = "values of " + column + " cannot become " + to + ": " + words;
  if (figures_.about) return;
  const auto answer = questions_.ask(
      std::vector{try_each(today(quote(before.name.text)), conversion("dataflow_row.value", before.type, after.type)),
                  std::string(tried)});
  if (!answer || answer.rows.at(0).at(0).value_or("0") == "0") return;
  Rows keys;
  if (const auto& list = answer.rows[0].at(1); list && !list->empty())
    for (const std::string& key : split(*list, '\n')) keys.push_back({key});
  const std::string first = keys_text(keys);
  e.blocking = counted(std::stoul(*answer.rows[0][0]), "value") + " of " + column + " cannot become " + to + ": " +
               words + (first.empty() ? "" : " (first: " + first + ")");
}

/// Constraints that nobody touches may not hold any more once values change.
void Survey::still_hold(Evidence& e, const Name& column) {
  const auto in = [&](const std::vector<KeyPart>& parts) {
    return std::any_of(parts.begin(), parts.end(),
                       [&](const KeyPart& p) { return p.column == column || speaks_of(p.expression.text, column); });
  };
  const auto is_new = [&](const auto& part) {
    using Part = std::decay_t<decltype(part)>;
    return std::any_of(all_.begin(), all_.end(), [&](const Change& c) {
      const auto* create = std::get_if<Create<Part>>(&c);
      return create != nullptr && create->in == path_ && create->object.name == part.name;
    });
  };
  if (then_.primary_key && in(then_.primary_key->parts) && !is_new(*then_.primary_key))
    unique(e, then_.primary_key->parts, {}, then_.primary_key->attributes);
  for (const Unique& u : then_.uniques)
    if (in(u.parts) && !is_new(u)) unique(e, u.parts, {}, u.attributes);
  for (const Index& i : then_.indexes)
    if (i.unique && in(i.parts) && !is_new(i)) unique(e, i.parts, i.where, i.attributes);
  for (const Check& c : then_.checks)
    if (speaks_of(c.expression.text, column) && !is_new(c)) check(e, c);
  for (const ForeignKey& k : then_.foreign_keys)
    if (std::find(k.columns.begin(), k.columns.end(), column) != k.columns.end() && !is_new(k)) foreign_key(e, k);
}

}  // namespace dataflow::postgresql
