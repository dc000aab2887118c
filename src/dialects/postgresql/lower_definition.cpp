#include <algorithm>
#include <set>

#include "core/text.hpp"
#include "dialects/postgresql/arrange.hpp"
#include "dialects/postgresql/kinds.hpp"
#include "dialects/postgresql/lower.hpp"
#include "dialects/postgresql/lower_sequence.hpp"
#include "dialects/postgresql/render.hpp"
#include "dialects/postgresql/set_aside.hpp"

namespace dataflow::postgresql {

namespace {

std::string attribute_of(const Definition& d, const std::string& key) { return attribute(d.attributes, key); }

std::string part(const Definition& d, std::string_view name) {
  for (const Part& p : d.parts)
    if (p.name.text == name) return p.text.text;
  return {};
}

/// Attributes that every definition can have; the rest belong to its kind.
bool common(const std::string& key) { return key == "comment" || key == "owner" || of_rights(key) || of_part(key); }

Attributes own_attributes(const Definition& d) {
  Attributes out;
  for (const auto& [key, value] : d.attributes)
    if (!common(key)) out[key] = value;
  return out;
}

/// The keys under which two definitions differ, common ones left out.
std::set<std::string> differing(const Definition& before, const Definition& after) {
  std::set<std::string> out;
  const Attributes a = own_attributes(before), b = own_attributes(after);
  for (const auto& [key, value] : a)
    if (const auto at = b.find(key); at == b.end() || at->second != value) out.insert(key);
  for (const auto& [key, value] : b)
    if (!a.contains(key)) out.insert(key);
  return out;
}

bool only(const std::set<std::string>& keys, std::initializer_list<std::string_view> allowed) {
  return std::all_of(keys.begin(), keys.end(), [&](const std::string& key) {
    return std::find(allowed.begin(), allowed.end(), key) != allowed.end();
  });
}

bool same_text(const Definition& before, const Definition& after) { return before.text == after.text; }

// --- what can be changed in place, by kind ---

bool extension_in_place(const Definition& before, const Definition& after) {
  return only(differing(before, after), {"version", "schema"});
}

bool same_policy_kind(const Definition& before, const Definition& after) {
  const auto goes = [&](const char* name) { return !part(before, name).empty() && part(after, name).empty(); };
  return part(before, "command") == part(after, "command") && part(before, "permissive") == part(after, "permissive") &&
         !goes("using") && !goes("check");
}

bool enabled_only(const Definition& before, const Definition& after) {
  return same_text(before, after) && before.parts == after.parts && only(differing(before, after), {"enabled"});
}

bool plain(const Definition& before, const Definition& after) {
  return same_text(before, after) && before.parts == after.parts && differing(before, after).empty();
}

// --- how it is changed ---

void alter_sequence(const Alter<Definition>& c, Written& out) {
  const Path path{c.after.schema, c.after.name};
  const std::string sequence = quote(path);
  alter_counting("ALTER SEQUENCE " + sequence, " ", path, counting_of(c.before), counting_of(c.after), out);
  if (attribute_of(c.before, "persistence") != attribute_of(c.after, "persistence"))
    out.run("ALTER SEQUENCE " + sequence + (has(c.after.attributes, "persistence") ? " SET UNLOGGED" : " SET LOGGED"));
  if (attribute_of(c.before, "owned by") != attribute_of(c.after, "owned by"))
    out.run("ALTER SEQUENCE " + sequence + " OWNED BY " +
            (has(c.after.attributes, "owned by") ? attribute_of(c.after, "owned by") : "NONE"));
}

/// A sequence that takes over a column goes on behind what stands there.
void continue_behind(const Alter<Definition>& c, const Place& place, Written& out) {
  const std::string owner = attribute_of(c.after, "owned by");
  if (owner.empty() || owner == attribute_of(c.before, "owned by")) return;
  for (const Table& table : place.after.tables) {
    if (!owner.starts_with(quote(table.path()) + ".")) continue;
    for (const Column& column : table.columns) {
      const std::string name = quote(column.name.text);
      const bool counts =
          column.type.dimensions == 0 &&
          (column.type.kind == Kind::int16 || column.type.kind == Kind::int32 || column.type.kind == Kind::int64);
      if (owner != quote(table.path()) + "." + name || !counts || !column.default_value ||
          !mentions(default_text(column), c.after.name))
        continue;
      out.run(count_on(table.path(), column.name, {c.after.schema, c.after.name}));
    }
  }
}

void alter_extension(const Alter<Definition>& c, Written& out) {
  const std::string alter = "ALTER " + identity(c.after);
  const std::string from = text_literal(attribute_of(c.before, "version")),
                    to = text_literal(attribute_of(c.after, "version"));
  // Seldom does an extension know the way back: then it goes and comes, unless something stands on it.
  if (from != to)
    out.run("DO $dataflow$ BEGIN IF EXISTS (SELECT FROM pg_catalog.pg_extension_update_paths(" +
            text_literal(c.after.name.text) + ") WHERE source = " + from + " AND target = " + to +
            " AND path IS NOT NULL) THEN " + alter + " UPDATE TO " + to + "; ELSE DROP " + identity(c.after) + "; " +
            postgresql::create(c.after).front() + "; END IF; END $dataflow$");
  if (attribute_of(c.before, "schema") != attribute_of(c.after, "schema"))
    out.run(alter + " SET SCHEMA " + quote(attribute_of(c.after, "schema")));
}

void alter_policy(const Alter<Definition>& c, Written& out) {
  const auto differs = [&](const char* name) { return part(c.before, name) != part(c.after, name); };
  const auto in_parentheses = [&](const char* name) {
    const std::string text = part(c.after, name);
    return text.starts_with("(") ? text : "(" + text + ")";
  };
  std::string clauses;
  if (differs("roles")) clauses += " TO " + (part(c.after, "roles").empty() ? "PUBLIC" : part(c.after, "roles"));
  if (differs("using")) clauses += " USING " + in_parentheses("using");
  if (differs("check")) clauses += " WITH CHECK " + in_parentheses("check");
  if (!clauses.empty()) out.run("ALTER " + identity(c.after) + clauses);
}

std::string enabling(const Definition& d, std::string_view word) {
  const std::string how = attribute_of(d, "enabled");
  if (how.empty()) return "ENABLE" + std::string(word);
  return how == "disabled" ? "DISABLE" + std::string(word) : "ENABLE " + upper(how) + std::string(word);
}

void alter_enabled(const Alter<Definition>& c, Written& out) {
  if (attribute_of(c.before, "enabled") == attribute_of(c.after, "enabled")) return;
  if (c.after.kind == "event trigger") {
    out.run("ALTER " + identity(c.after) + " " + enabling(c.after, ""));
    return;
  }
  const std::string word = c.after.kind == "rule" ? " RULE " : " TRIGGER ";
  out.run("ALTER TABLE " + quote({c.after.schema, c.after.on}) + " " + enabling(c.after, word) +
          quote(c.after.name.text));
}

void alter_statistics(const Alter<Definition>& c, Written& out) {
  if (attribute_of(c.before, "target") != attribute_of(c.after, "target"))
    out.run("ALTER " + identity(c.after) + " SET STATISTICS " +
            (has(c.after.attributes, "target") ? attribute_of(c.after, "target") : "-1"));
}

void replace_text(const Alter<Definition>& c, Written& out) {
  if (!same_text(c.before, c.after) || c.before.parts != c.after.parts) out.run(create_or_replace(c.after));
}

/// Kinds with an ALTER of their own.
struct Alteration {
  std::string_view kind;
  bool (*in_place)(const Definition& before, const Definition& after);
  void (*write)(const Alter<Definition>& change, Written& out);
};

bool always(const Definition&, const Definition&) { return true; }
bool replaceable_trigger(const Definition& before, const Definition& after) {
  return enabled_only(before, after) ||
         (replaceable(before, after) && attribute_of(before, "enabled") == attribute_of(after, "enabled"));
}
bool replaceable_rule(const Definition& before, const Definition& after) { return enabled_only(before, after); }
bool same_statistics(const Definition& before, const Definition& after) {
  return same_text(before, after) && only(differing(before, after), {"target"});
}
void replace_and_enable(const Alter<Definition>& c, Written& out) {
  replace_text(c, out);
  alter_enabled(c, out);
}

constexpr Alteration alterations[] = {
    {"sequence", always, alter_sequence},
    {"extension", extension_in_place, alter_extension},
    {"policy", same_policy_kind, alter_policy},
    {"trigger", replaceable_trigger, replace_and_enable},
    {"rule", replaceable_rule, alter_enabled},
    {"event trigger", enabled_only, alter_enabled},
    {"statistics", same_statistics, alter_statistics},
    {"view", replaceable, replace_text},
    {"function", replaceable, replace_text},
    {"procedure", replaceable, replace_text},
};

const Alteration* alteration_of(const std::string& kind) {
  for (const Alteration& row : alterations)
    if (row.kind == kind) return &row;
  return nullptr;
}

bool is_type(const std::string& kind) { return kind == "enum" || kind == "domain" || kind == "composite type"; }

void alter_common(const Definition& before, const Definition& after, Written& out) {
  Attributes a, b;
  for (const auto& [key, value] : before.attributes)
    if (common(key)) a[key] = value;
  for (const auto& [key, value] : after.attributes)
    if (common(key)) b[key] = value;
  out.run(alter_attributes(identity(after), a, b));
  out.run(alter_parts(before, after));
}

/// ALTER DEFAULT PRIVILEGES … GRANT … TO … is taken back by REVOKE … FROM, and the other way round.
std::string opposite(std::string text) {
  const bool grants = text.find(" GRANT ") != std::string::npos;
  const auto replace_last = [&](std::string_view from, std::string_view to) {
    if (const std::size_t at = text.rfind(from); at != std::string::npos) text.replace(at, from.size(), to);
  };
  if (const std::string_view option = " WITH GRANT OPTION"; text.ends_with(option))
    text.erase(text.size() - option.size());
  replace_last(grants ? " GRANT " : " REVOKE ", grants ? " REVOKE " : " GRANT ");
  replace_last(grants ? " TO " : " FROM ", grants ? " FROM " : " TO ");
  return text;
}

bool keeps_value(const Definition& d) { return d.kind == "sequence"; }

}  // namespace

bool changes_in_place(const Definition& before, const Definition& after) {
  if (plain(before, after)) return true;
  if (is_type(after.kind)) return true;
  const Alteration* row = alteration_of(after.kind);
  return row != nullptr && row->in_place(before, after);
}

void with_standing(const Definition& definition, const Place& place, Written& out,
                   const std::function<void()>& change) {
  const Standing standing = standing_on(place.before, definition);
  const auto run = [&](const std::vector<Change>& changes) {
    for (const Change& c : changes) out.add(std::visit([&](const auto& x) { return write(x, place); }, c).statements);
  };
  run(standing.drops);
  change();
  run(standing.creates);
}

Written write(const Create<Definition>& change, const Place& place) {
  Written out;
  const Definition& d = change.object;
  if (d.kind == "schema" && d.name.text == "public") {
    out.run("CREATE SCHEMA IF NOT EXISTS public");
    alter_common(Definition{}, d, out);
    return out;
  }
  out.run(create(d));
  if (place.restores != nullptr && keeps_value(d)) out.run(restore_sequence({d.schema, d.name}, *place.restores));
  return out;
}

Written write(const Drop<Definition>& change, const Place& place) {
  Written out;
  const Definition& d = change.object;
  if (keeps_value(d) && place.options.create_backup) {
    SetAside aside = new_aside({d.schema, d.name}, {}, "sequence", place);
    out.add(set_sequence_aside({d.schema, d.name}, aside));
    out.kept = std::move(aside);
  }
  if (d.kind == "default privileges") {
    for (const std::string& statement : split(d.text.text, ';'))
      if (!trim(statement).empty()) out.run(opposite(std::string(trim(statement))));
  } else {
    out.run(drop(d));
  }
  return out;
}

Written write(const Alter<Definition>& change, const Place& place) {
  Written out;
  const std::string& kind = change.after.kind;
  if (kind == "enum") out = alter_enum(change, place);
  if (kind == "domain") out = alter_domain(change, place);
  if (kind == "composite type") out = alter_composite(change, place);
  if (!changes_in_place(change.before, change.after)) {
    // It could be changed as it stood in the other direction: nothing has been taken down.
    with_standing(change.before, place, out, [&] {
      out.add(write(Drop<Definition>{change.in, change.before}, place).statements);
      out.add(write(Create<Definition>{change.in, change.after}, place).statements);
    });
    return out;
  }
  if (const Alteration* row = alteration_of(kind); row != nullptr && !plain(change.before, change.after))
    row->write(change, out);
  if (kind == "sequence" && place.direction == "up") continue_behind(change, place, out);
  alter_common(change.before, change.after, out);
  return out;
}

}  // namespace dataflow::postgresql
