#include <algorithm>
#include <set>
#include <utility>

#include "core/text.hpp"
#include "dialects/postgresql/arrange.hpp"
#include "dialects/postgresql/lower.hpp"
#include "dialects/postgresql/render.hpp"

namespace dataflow::postgresql {

namespace {

std::string spelled(const Definition& type) { return quote({type.schema, type.name}); }

/// The types that hold a type: domains over it, composites with it, and what holds these.
std::vector<Definition> family(const Schema& schema, const Definition& type) {
  std::vector<Definition> out = {type};
  const auto holds = [&](const Definition& outer, const Definition& inner) {
    const Path path{inner.schema, inner.name};
    if (outer.kind == "domain") return is_of(attribute(outer.attributes, "type"), path);
    if (outer.kind != "composite type") return false;
    return std::any_of(outer.parts.begin(), outer.parts.end(), [&](const Part& p) { return is_of(p.text.text, path); });
  };
  for (std::size_t i = 0; i < out.size(); ++i)
    for (const Definition& d : schema.definitions)
      if (holds(d, out[i]) && std::find(out.begin(), out.end(), d) == out.end()) out.push_back(d);
  return out;
}

std::string name_aside(const Definition& type) { return "dataflow_old_" + type.name.text.substr(0, 48); }

bool is_generated(const Column& column) { return column.generated.has_value(); }

/// Makes the type anew under the columns that hold it: the old one steps aside, every column is converted by way of
/// text, and the old one goes. What else stands on it has been taken down.
void rebuild_type(const Definition& before, const Definition& after, const Place& place, Written& out) {
  std::vector<Definition> types = family(place.before, before);
  for (const Definition& type : types) out.run("ALTER " + identity(type) + " RENAME TO " + quote(name_aside(type)));
  for (const Definition& type : types)
    out.run(
        create(type.name == before.name && type.schema == before.schema && type.kind == before.kind ? after : type));
  for (const Table& table : place.before.tables) {
    if (has(table.options.attributes, "foreign server")) continue;
    for (const Column& column : table.columns) {
      const bool held = std::any_of(types.begin(), types.end(), [&](const Definition& type) {
        return is_of(column.type.spelled, {type.schema, type.name});
      });
      if (!held || is_generated(column) || has(column.attributes, "inherited")) continue;
      const std::string name = quote(column.name.text);
      const std::string alter = "ALTER TABLE " + quote(table.path()) + " ALTER COLUMN " + name;
      if (column.default_value) out.run(alter + " DROP DEFAULT");
      const std::string type = type_name(column.type);
      out.run(alter + " TYPE " + type + " USING " + name + "::text::" + type);
      if (column.default_value) {
        out.run(alter + " SET DEFAULT " + default_text(column));
      }
    }
  }
  std::reverse(types.begin(), types.end());
  for (Definition type : types) {
    type.name = name_aside(type);
    out.run("DROP " + identity(type));
  }
}

const Part* find_part(const Definition& d, const Name& name) {
  for (const Part& p : d.parts)
    if (p.name == name) return &p;
  return nullptr;
}

/// Whether a value that rows are given is, or holds, a label that the type gains.
bool fills_new_label(const Hints& hints, const Definition& before, const Definition& after) {
  const auto text = [](const Hints::Fill& fill) {
    if (const auto* sql = std::get_if<Sql>(&fill.value)) return sql->text;
    return literal(std::get<Literal>(fill.value), Type{});
  };
  for (const Hints::Fill& fill : hints.fills)
    for (const Part& label : after.parts)
      if (find_part(before, label.name) == nullptr && text(fill).find(label.name.text) != std::string::npos)
        return true;
  return false;
}

/// `alone`: another statement of the same plan uses a label, which the server allows once the label is committed.
/// `within`: what to do where that cannot be.
void add_labels(const Definition& before, const Definition& after, bool alone, std::vector<std::string> within,
                Written& out) {
  std::vector<std::string> there;
  for (const Part& label : before.parts) there.push_back(label.name.text);
  for (std::size_t i = 0; i < after.parts.size(); ++i) {
    const std::string& label = after.parts[i].name.text;
    if (i < there.size() && there[i] == label) continue;
    const std::string sql = "ALTER TYPE " + spelled(after) + " ADD VALUE " + text_literal(label) +
                            (i < there.size() ? " BEFORE " + text_literal(there[i]) : std::string());
    if (alone)
      out.statements.emplace_back(
          RunAlone{.sql = sql,
                   .done = "SELECT 1 FROM pg_catalog.pg_enum WHERE enumtypid = pg_catalog.to_regtype(" +
                           text_literal(spelled(after)) + ") AND enumlabel = " + text_literal(label),
                   .within = std::exchange(within, {})});
    else
      out.run(sql);
    there.insert(there.begin() + static_cast<std::ptrdiff_t>(i), label);
  }
}

bool only_common_differs(Definition a, Definition b) {
  const auto strip = [](Definition& d) {
    std::erase_if(d.attributes, [](const auto& entry) {
      return entry.first == "comment" || entry.first == "owner" || of_rights(entry.first) || of_part(entry.first);
    });
  };
  strip(a), strip(b);
  return a.attributes == b.attributes && a.parts == b.parts;
}

}  // namespace

bool is_of(const std::string& text, const Path& type) {
  const std::string name = quote(type);
  if (!text.starts_with(name)) return false;
  const std::string_view rest = std::string_view(text).substr(name.size());
  return rest.empty() || rest[0] == '[' || rest[0] == ' ' || rest[0] == '(';
}

bool only_adds_labels(const Definition& before, const Definition& after) {
  const std::vector<Part>&a = before.parts, &b = after.parts;
  std::size_t at = 0;
  for (const Part& label : b)
    if (at < a.size() && a[at].name == label.name) ++at;
  return after.kind == "enum" && at == a.size() && a.size() < b.size();
}

bool uses_new_label(const Schema& target, const Definition& before, const Definition& after) {
  if (!only_adds_labels(before, after)) return false;
  const std::string cast = "'::" + quote(Path{after.schema, after.name});
  const auto in = [&](const std::string& text) {
    for (std::size_t at = text.find(cast); at != std::string::npos && at > 0; at = text.find(cast, at + 1)) {
      const std::size_t open = text.rfind('\'', at - 1);
      const std::string value = text.substr(open + 1, at - open - 1);
      for (const Part& label : after.parts)
        if (find_part(before, label.name) == nullptr && value.find(label.name.text) != std::string::npos) return true;
    }
    return false;
  };
  const auto in_parts = [&](const std::vector<KeyPart>& parts) {
    return std::any_of(parts.begin(), parts.end(), [&](const KeyPart& p) { return in(p.expression.text); });
  };
  const auto in_table = [&](const Table& t) {
    const auto any = [](const auto& list, auto&& test) { return std::any_of(list.begin(), list.end(), test); };
    return any(t.columns,
               [&](const Column& c) {
                 return (c.default_value && in(default_text(c))) || (c.generated && in(c.generated->expression.text));
               }) ||
           any(t.checks, [&](const Check& c) { return in(c.expression.text); }) ||
           any(t.indexes, [&](const Index& i) { return in(i.where.text) || in_parts(i.parts); }) ||
           in(attribute(t.options.attributes, "bound"));
  };
  const auto in_definition = [&](const Definition& d) {
    return in(d.text.text) || in(attribute(d.attributes, "default")) ||
           std::any_of(d.parts.begin(), d.parts.end(), [&](const Part& p) { return in(p.text.text); });
  };
  return std::any_of(target.tables.begin(), target.tables.end(), in_table) ||
         std::any_of(target.definitions.begin(), target.definitions.end(), in_definition);
}

bool needs_new_type(const Definition& before, const Definition& after) {
  if (only_common_differs(before, after)) return false;
  if (after.kind == "enum") return before.parts != after.parts && !only_adds_labels(before, after);
  if (after.kind == "domain")
    return attribute(before.attributes, "type") != attribute(after.attributes, "type") ||
           attribute(before.attributes, "collation") != attribute(after.attributes, "collation");
  return false;
}

bool labels_stand_alone(const Alter<Definition>& change, const LowerOptions& options, const Hints& hints) {
  return only_adds_labels(change.before, change.after) &&
         ((options.to != nullptr && uses_new_label(*options.to, change.before, change.after)) ||
          fills_new_label(hints, change.before, change.after));
}

Written alter_enum(const Alter<Definition>& change, const Place& place) {
  Written out;
  if (change.before.parts == change.after.parts) return out;
  if (!place.anew && only_adds_labels(change.before, change.after) && place.direction == "up") {
    const bool used = labels_stand_alone(change, place.options, place.hints);
    std::vector<std::string> within;
    if (used) {
      Written anew;
      with_standing(change.before, place, anew, [&] { rebuild_type(change.before, change.after, place, anew); });
      for (const Statement& statement : anew.statements)
        if (const auto* run = std::get_if<Run>(&statement)) within.push_back(run->sql);
    }
    add_labels(change.before, change.after, used, std::move(within), out);
    return out;
  }
  const auto rebuild = [&] { rebuild_type(change.before, change.after, place, out); };
  // Labels that were added are taken back by a rebuild, but adding them needed nothing to be taken down.
  if (!place.anew)
    with_standing(change.before, place, out, rebuild);
  else
    rebuild();
  return out;
}

Written alter_domain(const Alter<Definition>& change, const Place& place) {
  Written out;
  const Definition &before = change.before, &after = change.after;
  if (needs_new_type(before, after)) {
    rebuild_type(before, after, place, out);
    return out;
  }
  const std::string alter = "ALTER DOMAIN " + spelled(after);
  for (const Part& check : before.parts)
    if (const Part* same = find_part(after, check.name); same == nullptr || same->text != check.text)
      out.run(alter + " DROP CONSTRAINT " + quote(check.name.text));
  if (attribute(before.attributes, "default") != attribute(after.attributes, "default"))
    out.run(alter + (has(after.attributes, "default") ? " SET DEFAULT " + attribute(after.attributes, "default")
                                                      : " DROP DEFAULT"));
  const auto not_null = [](const Definition& d) {
    const std::string name = attribute(d.attributes, "not null constraint");
    return !has(d.attributes, "not null") ? ""
           : name.empty()                 ? " SET NOT NULL"
                                          : " ADD CONSTRAINT " + quote(name) + " NOT NULL";
  };
  if (const std::string had = not_null(before), has = not_null(after); had != has) {
    if (!had.empty()) out.run(alter + " DROP NOT NULL");
    if (!has.empty()) out.run(alter + has);
  }
  for (const Part& check : after.parts)
    if (const Part* same = find_part(before, check.name); same == nullptr || same->text != check.text)
      out.run(alter + " ADD CONSTRAINT " + quote(check.name.text) + " " + check.text.text);
  return out;
}

Written alter_composite(const Alter<Definition>& change, const Place&) {
  Written out;
  const Definition &before = change.before, &after = change.after;
  const std::string alter = "ALTER TYPE " + spelled(after);
  std::vector<std::string> actions;
  // What follows an attribute that comes in between has to come again to stand behind it.
  std::size_t kept = 0;
  std::vector<Part> order;
  for (const Part& p : before.parts)
    if (find_part(after, p.name) != nullptr) order.push_back(p);
  while (kept < order.size() && kept < after.parts.size() && order[kept].name == after.parts[kept].name) ++kept;
  const auto stays = [&](const Part& p) {
    return std::any_of(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept),
                       [&](const Part& o) { return o.name == p.name; });
  };
  for (const Part& p : before.parts)
    if (!stays(p)) actions.push_back("DROP ATTRIBUTE " + quote(p.name.text) + " CASCADE");
  for (const Part& p : after.parts) {
    if (!stays(p))
      actions.push_back("ADD ATTRIBUTE " + quote(p.name.text) + " " + p.text.text + " CASCADE");
    else if (find_part(before, p.name)->text != p.text)
      actions.push_back("ALTER ATTRIBUTE " + quote(p.name.text) + " TYPE " + p.text.text + " CASCADE");
  }
  if (!actions.empty()) out.run(alter + " " + join(actions, ", "));
  return out;
}

}  // namespace dataflow::postgresql
