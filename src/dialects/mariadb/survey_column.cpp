#include <algorithm>

#include "core/text.hpp"
#include "dialects/mariadb/spelling.hpp"
#include "dialects/mariadb/survey.hpp"

namespace dataflow::mariadb {

/// Rows that would have no value in a column that must have one. The server would give them 0 or '' without a word.
void Survey::required(Evidence& e, const Column& column) {
  const std::string problem = "would have no value for " + column.name.text;
  const std::string c = quote(column.name.text);
  block(e, coming(c), c + " IS NULL", "row", path_.name.text, problem, problem,
        "give the column a default, make it optional, or say which value these rows get: backfill, or --backfill " +
            path_.name.text + "." + column.name.text + "=SQL");
}

/// Whether every value has a place in the new type and would come back from it.
void Survey::type(Evidence& e, const Alter<Column>& alter) {
  const Column* before = find_column(*now_, column_now(path_, alter.after.name));
  if (before == nullptr || before->generated || alter.after.generated) return;
  const Texture was = texture(*now_, *before), will = texture(then_, alter.after);
  if (e.act == Act::change_type) e.type_change = change_of(was, will);
  const bool other_kind = e.type_change == TypeChange::unknown || e.type_change == TypeChange::lateral;
  const Fit judged = fit(was, will, "value");
  if (!judged.known) return still_hold(e, alter.after.name);
  const std::string column = path_.name.text + "." + alter.after.name.text, to = type_name(alter.after.type),
                    rows = today(quote(before->name.text));
  block(e, rows, judged.refused, "value", column, "does not fit into " + to, "do not fit into " + to,
        "correct these values first, or choose another type");
  if (!e.blocking && !too_many_to_compare()) {
    std::optional<Rows> changed = Rows();
    if (!judged.changed.empty())
      changed =
          ask("SELECT dataflow_key FROM " + rows + " WHERE " + judged.changed + " LIMIT " + std::to_string(enough + 1));
    if (changed) {
      e.fits = changed->empty();
      e.comes_back = e.fits && other_kind;
      const std::string keys = keys_text(*changed);
      if (!e.fits) {
        e.values = changed->size();
        e.remedy = counted(changed->size(), "value") + " of " + column + " would not come back as " +
                   (changed->size() == 1 ? "it was" : "they were") + (keys.empty() ? "" : " (first: " + keys + ")") +
                   ": choose a wider type to keep them";
      }
    }
  }
  still_hold(e, alter.after.name);
}

/// AUTO_INCREMENT needs a key that begins with it, and gives rows that hold 0 or nothing another number.
void Survey::numbered(Evidence& e, const Column* before, const Column& after) {
  if (after.identity == Identity::none || e.blocking) return;
  const auto begins = [&](const auto& key) { return !key.parts.empty() && same_name(key.parts[0].column, after.name); };
  const bool keyed = (then_.primary_key && begins(*then_.primary_key)) ||
                     std::any_of(then_.uniques.begin(), then_.uniques.end(), begins) ||
                     std::any_of(then_.indexes.begin(), then_.indexes.end(), begins);
  if (!keyed) {
    e.blocking = after.name.text + " of " + path_.name.text + " counts by itself, and no key begins with it";
    e.remedy = "make it the primary key, or give it an index of its own";
    return;
  }
  if (before == nullptr || before->identity != Identity::none) return;
  block(e, today(quote(column_now(path_, after.name).text)), "value = 0", "value",
        path_.name.text + "." + after.name.text, "is 0 and would get another number",
        "are 0 and would get another number", "give these rows a number of their own first");
}

/// A CHECK in the column's own line: the server does not look at the rows of today, so they are looked at here.
void Survey::held_by_itself(Evidence& e, const Column& column) {
  if (const auto* expression = value_of(column.attributes, "check")) check(e, *expression);
}

/// Constraints that nobody touches may not hold any more once values, or what makes them equal, change.
void Survey::still_hold(Evidence& e, const Name& column) {
  const auto in = [&](const std::vector<KeyPart>& parts) {
    return std::any_of(parts.begin(), parts.end(), [&](const KeyPart& p) {
      return same_name(p.column, column) || mentions(p.expression.text, column.text);
    });
  };
  const auto is_new = [&](const auto& part) {
    using Part = std::decay_t<decltype(part)>;
    return std::any_of(all_.begin(), all_.end(), [&](const Change& c) {
      const auto* create = std::get_if<Create<Part>>(&c);
      return create != nullptr && create->in == path_ && create->object.name == part.name;
    });
  };
  if (then_.primary_key && in(then_.primary_key->parts) && !is_new(*then_.primary_key))
    unique(e, then_.primary_key->parts, then_.primary_key->attributes);
  for (const Unique& u : then_.uniques)
    if (in(u.parts) && !is_new(u)) unique(e, u.parts, u.attributes);
  for (const Index& i : then_.indexes)
    if (i.unique && in(i.parts) && !is_new(i)) unique(e, i.parts, i.attributes);
  for (const Check& c : then_.checks)
    if (mentions(c.expression.text, column.text) && !is_new(c)) check(e, c.expression.text);
  for (const Column& c : then_.columns)
    if (same_name(c.name, column)) held_by_itself(e, c);
  for (const ForeignKey& k : then_.foreign_keys)
    if (std::find(k.columns.begin(), k.columns.end(), column) != k.columns.end() && !is_new(k)) foreign_key(e, k);
}

}  // namespace dataflow::mariadb
