#include <algorithm>
#include <functional>

#include "core/text.hpp"
#include "dialects/fill.hpp"
#include "dialects/postgresql/lower.hpp"
#include "dialects/postgresql/lower_sequence.hpp"
#include "dialects/postgresql/render.hpp"
#include "dialects/postgresql/set_aside.hpp"

namespace dataflow::postgresql {

namespace {

std::string q(const Name& name) { return quote(name.text); }

/// "ALTER TABLE t ALTER COLUMN c".
std::string alter_table(const Table& table) { return "ALTER " + table_word(table) + " " + quote(table.path()); }
std::string alter_column(const Table& table, const Name& column) {
  return alter_table(table) + " ALTER COLUMN " + q(column);
}

std::optional<std::string> fill_for(const Hints& hints, const Path& table, const Column& column) {
  return fill_of(hints, table, column.name, std::equal_to<>(),
                 [&](const Literal& constant) { return literal(constant, column.type); });
}

bool is_text(const Type& type) {
  return type.dimensions == 0 && (type.kind == Kind::text || type.kind == Kind::varchar ||
                                  type.spelled.starts_with("character") || type.spelled == "name");
}
bool is_integer(const Type& type) {
  return type.dimensions == 0 && (type.kind == Kind::int16 || type.kind == Kind::int32 || type.kind == Kind::int64);
}
bool is_number(const Type& type) {
  return type.dimensions == 0 &&
         (is_integer(type) || type.kind == Kind::decimal || type.kind == Kind::float32 || type.kind == Kind::float64);
}
bool is_time(const Type& type) {
  return type.dimensions == 0 && (type_name(type).starts_with("timestamp") || type.kind == Kind::date);
}
bool is_json(const Type& type) { return type.dimensions == 0 && (type.spelled == "json" || type.spelled == "jsonb"); }

/// What a column has beyond its definition, turned from the one state into the other.
void alter_extras(const Table& table, const Column& before, const Column& after, Written& out) {
  const std::string alter = alter_column(table, after.name);
  const auto differs = [&](const char* key) {
    return attribute(before.attributes, key) != attribute(after.attributes, key);
  };
  if (differs("storage"))
    out.run(alter + " SET STORAGE " +
            (has(after.attributes, "storage") ? attribute(after.attributes, "storage") : default_storage(after.type)));
  if (differs("compression"))
    out.run(alter + " SET COMPRESSION " +
            (has(after.attributes, "compression") ? attribute(after.attributes, "compression") : "default"));
  if (differs("statistics"))
    out.run(alter + " SET STATISTICS " +
            (has(after.attributes, "statistics") ? attribute(after.attributes, "statistics") : "-1"));
  for (const std::string& clause :
       parameter_clauses(attribute(before.attributes, "options"), attribute(after.attributes, "options")))
    out.run(alter + " " + clause);
  if (differs("foreign options"))
    out.run(
        alter + " " +
        option_clause(attribute(before.attributes, "foreign options"), attribute(after.attributes, "foreign options")));
  const std::string target = "COLUMN " + quote(table.path()) + "." + q(after.name);
  out.run(alter_attributes(target, with_comment(before.attributes, before.comment),
                           with_comment(after.attributes, after.comment)));
}

std::string identity_word(Identity identity) { return identity == Identity::always ? "ALWAYS" : "BY DEFAULT"; }

std::string identity_clause(const Column& column) {
  const std::string options = attribute(column.attributes, "identity options");
  return "GENERATED " + identity_word(column.identity) + " AS IDENTITY" + (options.empty() ? "" : " (" + options + ")");
}

void alter_identity(const Table& table, const Column& before, const Column& after, Written& out) {
  const std::string alter = alter_column(table, after.name);
  const Path path = table.path();
  if (after.identity == Identity::none) return;
  if (before.identity == Identity::none) {
    out.run(alter + " ADD " + identity_clause(after));
    out.run(continue_identity(path, after.name));
    return;
  }
  const Path named = identity_sequence(path, before), wanted = identity_sequence(path, after);
  if (before.identity != after.identity) out.run(alter + " SET GENERATED " + identity_word(after.identity));
  if (named.name != wanted.name) out.run("ALTER SEQUENCE " + quote(named) + " RENAME TO " + quote(wanted.name.text));
  const Counting counted = counting_of(before, after.type), counts = counting_of(after, after.type);
  alter_counting(alter, " SET ", wanted, counted, counts, out);
  if (counted.start != counts.start || counted.minimum != counts.minimum || counted.maximum != counts.maximum)
    out.run(count_on(path, after.name, wanted));
}

/// Every value comes back unchanged.
bool widens(const Type& before, const Type& after) {
  if (before.dimensions != after.dimensions) return false;
  if (before.kind == Kind::int16 && (after.kind == Kind::int32 || after.kind == Kind::int64)) return true;
  if (before.kind == Kind::int32 && after.kind == Kind::int64) return true;
  const bool varying = before.kind == Kind::varchar || before.kind == Kind::text;
  if (varying && after.kind == Kind::text) return true;
  return before.kind == Kind::varchar && after.kind == Kind::varchar &&
         (after.length == 0 || (before.length != 0 && before.length <= after.length));
}

/// Rows whose value the new type does not keep are set aside.
void keep_changes(const Table& table, const Column& before, const Column& after, const Place& place, Written& out) {
  const std::string column = q(before.name);
  const std::string changed = conversion(column, before.type, after.type);
  const std::string back = conversion("(" + changed + ")", after.type, before.type);
  SetAside aside = new_aside(table.path(), before.name, "values changed by a new type", place);
  out.add(set_changes_aside(table, before, changed, column + "::text IS DISTINCT FROM (" + back + ")::text", aside));
  out.kept = std::move(aside);
}

void change_type(const Table& table, const Column& before, const Column& after, const Place& place, Written& out) {
  const bool type_differs = !same_type(before.type, after.type);
  if (type_differs && place.options.create_backup && place.restores == nullptr && !widens(before.type, after.type))
    keep_changes(table, before, after, place, out);
  if (before.default_value) out.run(alter_column(table, after.name) + " DROP DEFAULT");
  std::string sql = alter_column(table, after.name) + " TYPE " + type_name(after.type);
  if (!after.collation.empty()) sql += " COLLATE " + quote_collation(after.collation);
  if (other_base(before, after)) sql += " USING " + conversion(q(after.name), before.type, after.type);
  out.run(std::move(sql));
}

/// The name of a NOT NULL, which the server has chosen where nobody else has.
std::string not_null_name(const Table& table, const Column& column) {
  const std::string name = attribute(column.attributes, "not null constraint");
  return name.empty() ? table.name.text + "_" + column.name.text + "_not_null" : name;
}

/// Gives another name to a NOT NULL that was named by the server: by the names that table and column had at the time.
std::string rename_not_null(const Table& table, const Name& column, const std::string& name) {
  return "DO $dataflow$ BEGIN EXECUTE (SELECT pg_catalog.format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', "
         "k.conrelid::pg_catalog.regclass, k.conname, " +
         text_literal(name) +
         ") FROM pg_catalog.pg_constraint AS k JOIN pg_catalog.pg_attribute AS a ON a.attrelid = k.conrelid AND "
         "a.attnum = k.conkey[1] WHERE k.contype = 'n' AND k.conrelid = " +
         text_literal(quote(table.path())) + "::pg_catalog.regclass AND a.attname = " + text_literal(column.text) +
         "); END $dataflow$";
}

/// NOT NULL before and after, under another name or with other words (18).
void alter_not_null(const Table& table, const Column& before, const Column& after, Written& out) {
  const std::string alter = alter_table(table), name = quote(not_null_name(table, after));
  const auto words = [](const Column& column, const char* key) { return has(column.attributes, key); };
  if (!words(before, "not null not valid") && words(after, "not null not valid")) {
    out.run(alter_column(table, after.name) + " DROP NOT NULL");
    out.run(require_not_null(alter, after));
    return;
  }
  if (attribute(before.attributes, "not null constraint") != attribute(after.attributes, "not null constraint")) {
    out.run(has(before.attributes, "not null constraint")
                ? alter + " RENAME CONSTRAINT " + quote(not_null_name(table, before)) + " TO " + name
                : rename_not_null(table, after.name, not_null_name(table, after)));
  }
  if (words(before, "not null no inherit") != words(after, "not null no inherit"))
    out.run(alter + " ALTER CONSTRAINT " + name + (words(after, "not null no inherit") ? " NO INHERIT" : " INHERIT"));
  if (words(before, "not null not valid") && !words(after, "not null not valid"))
    out.run(alter + " VALIDATE CONSTRAINT " + name);
}

void require(const Table& table, const Column& before, const Column& after, const Place& place, Written& out) {
  const std::string alter = alter_column(table, after.name);
  if (before.nullable && !after.nullable) {
    if (const auto fill = fill_for(place.hints, table.path(), after)) {
      if (place.options.create_backup && !out.kept) {
        SetAside aside = new_aside(table.path(), after.name, "values filled in", place);
        out.add(set_changes_aside(table, after, *fill, q(after.name) + " IS NULL", aside));
        out.kept = std::move(aside);
      }
      out.run("UPDATE " + quote(table.path()) + " SET " + q(after.name) + " = " + *fill + " WHERE " + q(after.name) +
              " IS NULL");
    }
    out.run(require_not_null(alter_table(table), after));
  } else if (!after.nullable && !has(after.attributes, "inherited")) {
    alter_not_null(table, before, after, out);
  }
}

/// Values that were set aside when the column went come back before it is required again.
void bring_back(const Table& table, const Column& column, const SetAside& aside, Written& out) {
  Column bare = column;
  bare.default_value.reset(), bare.identity = Identity::none, bare.nullable = true;
  out.run(alter_table(table) + " ADD COLUMN " + column_definition(bare));
  out.run(restore_column(table, column, aside, ""));
  if (column.default_value) {
    out.run(alter_column(table, column.name) + " SET DEFAULT " + default_text(column));
    if (!column.nullable)
      out.run("UPDATE " + quote(table.path()) + " SET " + q(column.name) + " = DEFAULT WHERE " + q(column.name) +
              " IS NULL");
  }
  if (!column.nullable) out.run(require_not_null(alter_table(table), column));
  alter_identity(table, bare, column, out);
}

void fill_new(const Table& table, const Column& column, const std::string& fill, Written& out) {
  Column bare = column;
  bare.default_value.reset(), bare.nullable = true;
  out.run(alter_table(table) + " ADD COLUMN " + column_definition(bare));
  out.run("UPDATE " + quote(table.path()) + " SET " + q(column.name) + " = " + fill);
  if (column.default_value) out.run(alter_column(table, column.name) + " SET DEFAULT " + default_text(column));
  if (!column.nullable) out.run(require_not_null(alter_table(table), column));
}

const Table& table_in(const Schema& schema, const Path& path) { return *find_table(schema, path); }

/// Whether a column of the table's own is going to be brought by a parent that does not have it yet: then the parent
/// brings it anew.
bool makes_room(const Alter<Column>& change, const Place& place) {
  const Table& table = table_in(place.before, change.in);
  if (has(change.before.attributes, "inherited") || !has(change.after.attributes, "inherited")) return false;
  const std::vector<Path> parents = read_paths(attribute(table.options.attributes, "inherits"));
  return !parents.empty() && std::none_of(parents.begin(), parents.end(), [&](const Path& path) {
    const Table* parent = find_table(place.before, path);
    return parent != nullptr && find_column(*parent, change.before.name) != nullptr;
  });
}

/// Whether a table that inherits the column keeps it as its own.
bool stays_below(const Schema* to, const Path& parent, const Name& column) {
  if (to == nullptr) return false;
  return std::any_of(to->tables.begin(), to->tables.end(), [&](const Table& t) {
    const std::vector<Path> parents = read_paths(attribute(t.options.attributes, "inherits"));
    return std::find(parents.begin(), parents.end(), parent) != parents.end() && find_column(t, column) != nullptr;
  });
}

}  // namespace

std::string default_storage(const Type& type) {
  if (type.dimensions == 0 && type.kind == Kind::decimal) return "MAIN";
  const bool fixed =
      type.dimensions == 0 && (is_number(type) || type.kind == Kind::boolean || type.kind == Kind::date ||
                               type.kind == Kind::time || type.kind == Kind::timestamp || type.kind == Kind::uuid);
  return fixed ? "PLAIN" : "EXTENDED";
}

bool other_type(const Column& before, const Column& after) {
  return !same_type(before.type, after.type) || before.collation != after.collation;
}

bool other_base(const Column& before, const Column& after) {
  const Type &a = before.type, &b = after.type;
  if (same_type(a, b)) return false;
  const auto varying = [](const Type& t) { return t.kind == Kind::text || t.kind == Kind::varchar; };
  if (a.dimensions != b.dimensions) return true;
  if (varying(a) && varying(b)) return false;
  return a.kind != b.kind || a.kind == Kind::other || a.kind == Kind::enumeration || a.kind == Kind::timestamp ||
         a.kind == Kind::time || a.kind == Kind::json;
}

bool other_generated(const Column& before, const Column& after) { return before.generated != after.generated; }

std::string conversion(const std::string& value, const Type& before, const Type& after) {
  const std::string to = "::" + type_name(after);
  if (before.dimensions == 0 && after.dimensions > 0 && !is_text(before))
    return "CASE WHEN " + value + " IS NULL THEN NULL ELSE ARRAY[" + value + "]" + to + " END";
  if (before.dimensions == 0 && after.dimensions > 0)
    return "CASE WHEN " + value + " IS NULL THEN NULL WHEN " + value + " ~ '^\\s*\\{.*\\}\\s*$' THEN " + value + to +
           " ELSE ARRAY[" + value + "]" + to + " END";
  if (before.dimensions > 0 && after.dimensions == 0 && !is_text(after)) return "(" + value + ")[1]" + to;
  if (before.dimensions > 0 || after.dimensions > 0) return value + to;
  if (before.kind == Kind::boolean && is_number(after) && after.kind != Kind::int32) return value + "::integer" + to;
  if (is_number(before) && before.kind != Kind::int32 && after.kind == Kind::boolean) return "(" + value + " <> 0)";
  if (is_json(after) && !is_json(before) && !is_text(before)) return "pg_catalog.to_json(" + value + ")" + to;
  if (is_json(before) && !is_json(after) && !is_text(after)) return "(" + value + " #>> '{}')" + to;
  // Times as numbers are seconds since 1970, UTC.
  if (is_time(before) && is_number(after)) return "EXTRACT(epoch FROM " + value + ")" + to;
  if (is_number(before) && is_time(after))
    return "((pg_catalog.to_timestamp(" + value + "::double precision) AT TIME ZONE 'UTC')" +
           (type_name(after).find("with time zone") == std::string::npos ? "" : " AT TIME ZONE 'UTC'") + ")" + to;
  if (before.spelled.starts_with("interval") && is_number(after)) return "EXTRACT(epoch FROM " + value + ")" + to;
  const bool by_text = (user_defined(before) || user_defined(after)) && !is_text(before) && !is_text(after);
  return value + (by_text ? "::text" : "") + to;
}

Written write(const Create<Column>& change, const Place& place) {
  const Table& table = table_in(place.after, change.in);
  const Column& column = change.object;
  Written out;
  const auto fill = fill_for(place.hints, change.in, column);
  if (place.restores != nullptr && !column.generated)
    bring_back(table, column, *place.restores, out);
  else if (fill && !column.generated && column.identity == Identity::none)
    fill_new(table, column, *fill, out);
  else
    out.run(alter_table(table) + " ADD COLUMN " + column_definition(column));
  if (place.restores == nullptr && !fill && !column.nullable && has(column.attributes, "not null not valid"))
    out.run(require_not_null(alter_table(table), column));
  alter_extras(table, Column{.name = column.name, .type = column.type}, column, out);
  return out;
}

Written write(const Drop<Column>& change, const Place& place) {
  const Table& table = table_in(place.before, change.in);
  Written out;
  if (place.options.create_backup && !change.object.generated && !has(table.options.attributes, "foreign server")) {
    SetAside aside = new_aside(table.path(), change.object.name, "column", place);
    out.add(set_column_aside(table, table_in(place.after, change.in), change.object, aside));
    out.kept = std::move(aside);
  }
  const bool only = place.direction == "up" && stays_below(place.options.to, table.path(), change.object.name);
  out.run("ALTER " + table_word(table) + (only ? " ONLY " : " ") + quote(table.path()) + " DROP COLUMN " +
          q(change.object.name));
  return out;
}

Written write(const Alter<Column>& change, const Place& place) {
  const Table& table = table_in(place.before, change.in);
  const Column &before = change.before, &after = change.after;
  if (makes_room(change, place)) return write(Drop<Column>{change.in, before}, place);
  Written out;
  const std::string alter = alter_column(table, after.name);
  const bool computed_anew = after.generated && before.generated != after.generated;
  if (computed_anew || (before.generated && !before.generated->stored && !after.generated)) {
    if (!before.generated)
      out = write(Drop<Column>{change.in, before}, place);
    else
      out.run(alter_table(table) + " DROP COLUMN " + q(before.name));
    out.run(alter_table(table) + " ADD COLUMN " + column_definition(after));
    alter_extras(table, Column{.name = after.name, .type = after.type}, after, out);
    return out;
  }
  if (before.generated && !after.generated) out.run(alter + " DROP EXPRESSION");
  if (before.identity != Identity::none && after.identity == Identity::none) out.run(alter + " DROP IDENTITY");
  if (!before.nullable && after.nullable) out.run(alter + " DROP NOT NULL");
  const bool retyped = other_type(before, after);
  if (retyped)
    change_type(table, before, after, place, out);
  else if (before.default_value && !before.generated && !after.default_value)
    out.run(alter + " DROP DEFAULT");
  // Values of its own were set aside where they were not null.
  if (place.restores != nullptr && before.generated && after.nullable)
    out.run("UPDATE " + quote(table.path()) + " SET " + q(after.name) + " = NULL");
  if (place.restores != nullptr)
    out.run(
        restore_column(table, after, *place.restores,
                       retyped && place.restores->kind == "values changed by a new type"
                           ? conversion(conversion(std::string(changed_value), Type{.kind = Kind::text}, before.type),
                                        before.type, after.type)
                           : std::string()));
  if (after.default_value && !after.generated && (retyped || before.default_value != after.default_value))
    out.run(alter + " SET DEFAULT " + default_text(after));
  require(table, before, after, place, out);
  alter_identity(table, before, after, out);
  Column extras = before;
  if (retyped) extras.attributes.erase("storage"), extras.attributes.erase("compression");
  alter_extras(table, extras, after, out);
  return out;
}

}  // namespace dataflow::postgresql
