#include <algorithm>
#include <array>
#include <set>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dialects/postgresql/errors.hpp"
#include "dialects/postgresql/kinds.hpp"
#include "dialects/postgresql/models.hpp"
#include "dialects/postgresql/order.hpp"
#include "dialects/postgresql/render.hpp"

namespace dataflow::postgresql {

namespace {

constexpr std::string_view no_server_hint = "give --dev URL: a server where a scratch database can be made";

/// SQLSTATE classes that speak of the schema that is asked for, not of the connection or the server.
bool about_schema(const Error& e) {
  return e.code == ErrorCode::sql || e.code == ErrorCode::unsupported || e.code == ErrorCode::not_found;
}

std::string hint_for(const Error& e) {
  if (e.sqlstate == "42704" && std::string_view(e.what()).find("role") != std::string_view::npos)
    return "create the role first: roles belong to the server, not to the database";
  if (e.sqlstate == "42704" || e.sqlstate == "42883")
    return "where an extension brings it, create the extension in the database first (CREATE EXTENSION …)";
  if (e.sqlstate == "42601" && e.statement.find(" VIRTUAL") != std::string::npos)
    return "this server has no virtual generated columns (PostgreSQL 18 has); declare the column as stored";
  return e.hint;
}

[[noreturn]] void refuse(const Error& e, const std::string& statement) {
  Error error(ErrorCode::invalid_schema, std::string("PostgreSQL does not take this schema: ") + e.what(), hint_for(e));
  error.dialect = "postgresql";
  error.sqlstate = e.sqlstate;
  error.statement = statement;
  throw error;
}

/// What a model's expressions may rest on without any model saying so: never a table or view.
bool may_surround(const Definition& d) {
  constexpr std::array kinds = std::to_array<std::string_view>(
      {"schema", "extension", "collation", "enum", "domain", "composite type", "range type", "sequence", "function",
       "aggregate", "operator", "operator family", "operator class", "cast", "text search dictionary",
       "text search configuration"});
  return std::find(kinds.begin(), kinds.end(), d.kind) != kinds.end();
}

/// `wanted` with those definitions of `live` that can stand without any table.
Schema with_surroundings(const Schema& wanted, const Schema& live) {
  const Objects objects(live);
  const std::size_t tables = live.tables.size();
  std::vector<bool> usable(live.definitions.size());
  for (std::size_t i = 0; i < usable.size(); ++i) usable[i] = may_surround(live.definitions[i]);
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < usable.size(); ++i) {
      const auto& needs = live.definitions[i].depends_on;
      const bool stands = std::all_of(needs.begin(), needs.end(), [&](const Dependency& need) {
        const std::size_t at = objects.find(need);
        return at >= tables && (at >= tables + usable.size() || usable[at - tables]);
      });
      if (usable[i] && !stands) usable[i] = false, changed = true;
    }
  }
  Schema out = wanted;
  const Objects asked(wanted);
  const std::size_t known = wanted.tables.size() + wanted.definitions.size();
  for (std::size_t i = 0; i < usable.size(); ++i) {
    const Definition& d = live.definitions[i];
    if (usable[i] && asked.find(d.kind, {d.schema, d.name}, d.on) >= known) out.definitions.push_back(d);
  }
  // No dependency of a model's table is known: live's functions and types come first by their rank.
  return out;
}

/// Leaves out what was only there in case it was needed: what nothing that was asked for stands on. Extensions stay,
/// their objects are not seen.
void remove_unused(Schema& schema, const Schema& asked) {
  const Objects objects(schema), wanted(asked);
  const std::size_t tables = schema.tables.size(), all = tables + schema.definitions.size();
  std::vector<bool> used(all);
  std::vector<std::size_t> open;
  const auto use = [&](std::size_t i) {
    if (i >= all || used[i]) return;
    used[i] = true;
    open.push_back(i);
  };
  for (std::size_t i = 0; i < tables; ++i) use(i);
  for (std::size_t i = tables; i < all; ++i) {
    const Definition& d = schema.definitions[i - tables];
    const bool named = wanted.find(d.kind, {d.schema, d.name}, d.on) < asked.tables.size() + asked.definitions.size();
    if (named || d.kind == "extension" || (d.kind == "schema" && d.name.text == "public")) use(i);
  }
  while (!open.empty()) {
    const std::size_t i = open.back();
    open.pop_back();
    const auto& needs = i < tables ? schema.tables[i].depends_on : schema.definitions[i - tables].depends_on;
    for (const Dependency& need : needs) use(objects.find(need));
    if (i >= tables) {
      const Definition& d = schema.definitions[i - tables];
      use(objects.find("schema", {{}, d.schema}));
      if (const auto* home = value_of(d.attributes, "schema")) use(objects.find("schema", {{}, *home}));
    }
  }
  std::size_t i = tables;
  std::erase_if(schema.definitions, [&](const Definition&) { return !used[i++]; });
}

/// The schema as the server reads it back from a scratch place where it was built.
Schema built(Connection& server, const Schema& schema, bool by_models) {
  Scratch scratch(server);
  Server& place = scratch.connection();
  // The texts of models are written as people write them; those of the server name every schema.
  place.run(std::string("SELECT pg_catalog.set_config('search_path', '") + (by_models ? "public" : "") +
            "', false), pg_catalog.set_config('check_function_bodies', 'off', false)");
  scratch.build(creation_script(schema));
  return inspect(place);
}

bool asks_for_postgis(const Schema& models) {
  return std::any_of(models.tables.begin(), models.tables.end(), [](const Table& table) {
    return std::any_of(table.columns.begin(), table.columns.end(),
                       [](const Column& column) { return column.attributes.contains("postgis"); });
  });
}

/// The schema that the extension postgis stands in, where it is installed.
std::optional<Name> home_of_postgis(Connection& server) {
  const Rows rows = server.query(
      "SELECT n.nspname FROM pg_catalog.pg_extension AS e JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace "
      "WHERE e.extname = 'postgis'");
  if (rows.empty()) return std::nullopt;
  return Name(rows[0][0].value_or(""));
}

/// A model may use what stands in the database without being declared: extensions, types, functions.
Schema built_from_models(Connection& server, const Schema& models, std::vector<std::string>& notes) {
  Schema complete = complete_models(models);
  if (asks_for_postgis(complete)) notes = place_postgis(complete, home_of_postgis(server));
  Schema out;
  try {
    out = built(server, complete, true);
  } catch (const Error& e) {
    if (!names_missing(e)) throw;
    out = built(server, with_surroundings(complete, inspect(server)), true);
    remove_unused(out, complete);
  }
  mark_declared(out, complete);
  return out;
}

}  // namespace

Wanted normalize(Connection* server, const Wanted& wanted) {
  if (server == nullptr)
    throw Error(ErrorCode::unsupported, "a schema of postgresql is read by a server, and there is none",
                std::string(no_server_hint));
  const std::string& dialect = wanted.schema.dialect;
  if (!dialect.empty() && dialect != "postgresql")
    throw Error(ErrorCode::unsupported, "a schema of " + dialect + " cannot be built on PostgreSQL");
  try {
    if (dialect.empty()) {
      Wanted out{.hints = complete_models(wanted.hints)};
      out.schema = built_from_models(*server, wanted.schema, out.notes);
      return out;
    }
    return {built(*server, wanted.schema, false), complete_models(wanted.hints)};
  } catch (const Error& e) {
    if (!about_schema(e)) throw;
    refuse(e, e.statement);
  }
}

Wanted load(Connection* server, std::span<const SqlText> files) {
  if (server == nullptr)
    throw Error(ErrorCode::unsupported, "reading SQL of postgresql needs a server", std::string(no_server_hint));
  Scratch scratch(*server);
  run_scripts(scratch, files);
  return {inspect(scratch.connection()), {}};
}

std::string canonical(std::string_view expression) { return std::string(trim(expression)); }

}  // namespace dataflow::postgresql
