#include <algorithm>
#include <cctype>
#include <set>

#include "core/text.hpp"
#include "dialects/postgresql/lexer.hpp"
#include "dialects/postgresql/survey.hpp"

namespace dataflow::postgresql {

namespace {

/// A type without its dimensions.
std::string element(const Type& type) {
  std::string text = type_name(type);
  while (text.ends_with("[]")) text.resize(text.size() - 2);
  return text;
}

std::vector<std::string> label_names(const Definition& definition) {
  std::vector<std::string> out;
  for (const Part& part : definition.parts) out.push_back(part.name.text);
  return out;
}

bool among(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

std::vector<std::pair<const Table*, const Column*>> columns_of_type(const Schema& schema, const Path& type) {
  std::vector<std::string> names = {quote(type)};
  for (std::size_t i = 0; i < names.size(); ++i)
    for (const Definition& d : schema.definitions) {
      const auto over = d.attributes.find("type");
      const std::string name = quote(Path{d.schema, d.name});
      if (d.kind == "domain" && over != d.attributes.end() && over->second.starts_with(names[i]) && !among(names, name))
        names.push_back(name);
    }
  std::vector<std::pair<const Table*, const Column*>> out;
  for (const Table& table : schema.tables)
    for (const Column& column : table.columns)
      if (among(names, element(column.type))) out.emplace_back(&table, &column);
  return out;
}

std::vector<std::string> removed_labels(const Definition& before, const Definition& after) {
  const auto stays = label_names(after);
  std::vector<std::string> out;
  for (std::string& label : label_names(before))
    if (!among(stays, label)) out.push_back(std::move(label));
  return out;
}

bool reordered_labels(const Definition& before, const Definition& after) {
  const auto was = label_names(before);
  std::vector<std::string> kept;
  for (std::string& label : label_names(after))
    if (among(was, label)) kept.push_back(std::move(label));
  std::size_t i = 0;
  for (const std::string& label : was)
    if (among(kept, label) && label != kept[i++]) return true;
  return false;
}

std::vector<std::string> new_conditions(const Definition& before, const Definition& after) {
  std::vector<std::string> out;
  if (after.attributes.contains("not null") && !before.attributes.contains("not null"))
    out.emplace_back("value IS NOT NULL");
  for (const Part& part : after.parts) {
    const bool was =
        std::any_of(before.parts.begin(), before.parts.end(), [&](const Part& p) { return p.text == part.text; });
    const std::string_view text = trim(part.text.text);
    if (was || !text.starts_with("CHECK ") || text.ends_with("NOT VALID")) continue;
    out.emplace_back(bare(text.substr(6)));
  }
  return out;
}

/// Values that hold a label which goes.
void Survey::labels(Evidence& e, const Alter<Definition>& alter) {
  const auto removed = removed_labels(alter.before, alter.after);
  if (removed.empty()) return;
  std::vector<std::string> literals, where;
  for (const std::string& label : removed) literals.push_back(text_literal(label));
  const std::string list = "(" + join(literals, ", ") + ")";
  std::size_t total = 0;
  for (const auto& [table, column] : columns_of_type(from_, {alter.before.schema, alter.before.name})) {
    const std::string c = quote(column->name.text);
    const std::string held =
        column->type.dimensions > 0 ? c + "::text[] && ARRAY[" + join(literals, ", ") + "]" : c + "::text IN " + list;
    const auto found = questions_.ask("SELECT " + c + "::text FROM " + quote(table->path()) + " WHERE " + held +
                                      " LIMIT " + std::to_string(enough + 1));
    if (!found || found.rows.empty()) continue;
    total += found.rows.size();
    where.push_back(shown(table->path()) + "." + column->name.text);
  }
  if (total == 0) return;
  std::sort(where.begin(), where.end());
  e.values = total;
  e.blocking = counted(total, "value") + " of " + join(where, ", ") + (total == 1 ? " holds" : " hold") +
               (removed.size() == 1 ? " the label " : " one of the labels ") + join(literals, ", ") + ", which " +
               (removed.size() == 1 ? "goes" : "go");
  e.remedy = "give these rows another label first";
}

/// Values that a domain would no longer allow.
void Survey::domain(Evidence& e, const Alter<Definition>& alter) {
  std::vector<std::string> obstacles;
  for (const std::string& condition : new_conditions(alter.before, alter.after)) {
    for (const auto& [table, column] : columns_of_type(from_, {alter.before.schema, alter.before.name})) {
      const std::string c = quote(column->name.text);
      const std::string values =
          column->type.dimensions > 0
              ? "(SELECT pg_catalog.unnest(" + c + ") AS value FROM " + quote(table->path()) + ")"
              : "(SELECT " + c + " AS value FROM " + quote(table->path()) + ")";
      const auto found = questions_.ask("SELECT value::text FROM " + values + " AS c WHERE NOT (" + condition +
                                        ") LIMIT " + std::to_string(enough + 1));
      if (!found || found.rows.empty()) continue;
      const std::size_t n = found.rows.size();
      const bool null = condition == "value IS NOT NULL";
      obstacles.push_back(null ? counted(n, "row") + " of " + shown(table->path()) + (n == 1 ? " has" : " have") +
                                     " no value for " + column->name.text
                               : counted(n, "value") + " of " + shown(table->path()) + "." + column->name.text +
                                     (n == 1 ? " breaks" : " break") + " CHECK (" + condition +
                                     ") (first: " + found.rows[0].at(0).value_or("NULL") + ")");
    }
  }
  if (obstacles.empty()) return;
  e.blocking = join(obstacles, "; ");
  e.remedy = "correct these rows first";
}

/// Whether the plan itself drops or replaces the object: then it is no obstacle.
bool Survey::touched(std::string_view kind, const Path& path, const Name& on) const {
  return std::any_of(all_.begin(), all_.end(), [&](const Change& c) {
    const auto is = [&](const Definition& d) {
      return d.kind == kind && d.schema == path.schema && d.name == path.name && d.on == on;
    };
    if (const auto* drop = std::get_if<Drop<Definition>>(&c)) return is(drop->object);
    if (const auto* alter = std::get_if<Alter<Definition>>(&c)) return is(alter->before);
    if (const auto* drop = std::get_if<Drop<Index>>(&c))
      return kind == "index" && drop->in.schema == path.schema && drop->object.name == path.name;
    if (const auto* alter = std::get_if<Alter<Index>>(&c))
      return kind == "index" && alter->in.schema == path.schema && alter->before.name == path.name;
    if (const auto* drop = std::get_if<Drop<Table>>(&c)) return kind == "table" && drop->object.path() == path;
    return false;
  });
}

bool Survey::dropped(const Table& table, const ForeignKey& key) const {
  return touched("table", table.path()) || std::any_of(all_.begin(), all_.end(), [&](const Change& c) {
           const auto* drop = std::get_if<Drop<ForeignKey>>(&c);
           return drop != nullptr && table_now(drop->in) == &table && drop->object.name == key.name;
         });
}

static bool is_program(const Definition& d) { return d.kind == "function" || d.kind == "procedure"; }

/// Names as the server reads them that stand in the strings of a statement: where the body of a program is one. What
/// stands outside of them the server has read and follows.
static std::set<std::string> names_in_strings(std::string_view sql, bool inside = false) {
  std::set<std::string> out;
  for (std::size_t at = 0; at < sql.size();) {
    const Token token = token_at(sql, at);
    at += std::max<std::size_t>(token.text.size(), 1);
    if (inside && token.kind == Lexeme::word) out.insert(lower(token.text));
    if (inside && token.kind == Lexeme::quoted_name && token.text.size() > 2)
      out.emplace(token.text.substr(1, token.text.size() - 2));
    if (token.kind != Lexeme::string || token.text.size() < 2) continue;
    std::string_view body = token.text;
    const std::size_t quote = body.find_first_of("'$");
    if (quote == std::string_view::npos) continue;
    const std::size_t mark = body[quote] == '$' ? body.find('$', quote + 1) + 1 - quote : 1;
    if (body.size() < quote + 2 * mark) continue;
    body = body.substr(quote + mark, body.size() - quote - 2 * mark);
    out.merge(names_in_strings(body, true));
  }
  return out;
}

/// Whether the letters of the name stand anywhere in the text. Most programs are done with at that, and to cut each of
/// them into words for each table takes long where there are hundreds of both.
static bool may_name(const Definition& program, const Name& name) {
  const std::string& text = program.text.text;
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
  };
  return std::search(text.begin(), text.end(), name.text.begin(), name.text.end(), same) != text.end();
}

/// What stands on the table, or on a column of it, and is not touched by the plan.
void Survey::dependents(Evidence& e, const Name& column) {
  const Path path = now_->path();
  for (const Definition& d : from_.definitions) {
    const bool needs = std::any_of(d.depends_on.begin(), d.depends_on.end(), [&](const Dependency& n) {
      return n.kind == "table" && n.path == path && (column.empty() || n.column == column);
    });
    const bool goes_along = column.empty() && d.on == path.name && d.schema == path.schema;
    if (needs && !goes_along && !touched(d.kind, {d.schema, d.name}, d.on))
      e.dependents.push_back(d.kind + " " + shown({d.schema, d.name}));
  }
  if (!column.empty())
    for (const Index& index : now_->indexes) {
      const bool on = speaks_of(index.where.text, column) ||
                      std::any_of(index.parts.begin(), index.parts.end(), [&](const KeyPart& p) {
                        return p.column == column || speaks_of(p.expression.text, column);
                      });
      if (on && !touched("index", {path.schema, index.name})) e.dependents.push_back("index " + index.name.text);
    }
  for (const Table& other : from_.tables) {
    if (&other == now_) continue;
    for (const ForeignKey& key : other.foreign_keys) {
      const bool named =
          column.empty() || std::find(key.referenced.begin(), key.referenced.end(), column) != key.referenced.end();
      if (key.references == path && named && !dropped(other, key))
        e.dependents.push_back("a foreign key of " + shown(other.path()));
    }
  }
  for (const Definition& d : from_.definitions)
    if (is_program(d) && may_name(d, column.empty() ? now_->name : column) &&
        !touched(d.kind, {d.schema, d.name}, d.on) && names_in_text(d, column))
      e.by_text.push_back(d.kind + " " + shown({d.schema, d.name}));
}

/// Whether the text of a program names the table, and the column if one is given; of a column a program that a trigger
/// of the table runs need not name the table.
bool Survey::names_in_text(const Definition& program, const Name& column) const {
  const std::set<std::string> names = names_in_strings(program.text.text);
  if (column.empty()) return names.contains(now_->name.text);
  const auto is_run_by = [&](const Definition& d) {
    return d.kind == "trigger" && d.on == now_->name && d.schema == now_->schema &&
           std::any_of(d.depends_on.begin(), d.depends_on.end(), [&](const Dependency& need) {
             return need.kind == program.kind && need.path == Path{program.schema, program.name};
           });
  };
  return names.contains(column.text) && (names.contains(now_->name.text) ||
                                         std::any_of(from_.definitions.begin(), from_.definitions.end(), is_run_by));
}

/// What needs a definition and is not touched by the plan.
void Survey::dependents(Evidence& e, const Definition& definition) {
  const auto needs = [&](const std::vector<Dependency>& all) {
    return std::find_if(all.begin(), all.end(), [&](const Dependency& d) {
      return d.kind == definition.kind && d.path == Path{definition.schema, definition.name} && d.on == definition.on;
    });
  };
  for (const Definition& d : from_.definitions)
    if (needs(d.depends_on) != d.depends_on.end() && !touched(d.kind, {d.schema, d.name}, d.on))
      e.dependents.push_back(d.kind + " " + shown({d.schema, d.name}));
  for (const Table& table : from_.tables) {
    const auto need = needs(table.depends_on);
    if (need == table.depends_on.end() || touched("table", table.path())) continue;
    e.dependents.push_back(need->part.empty() ? "table " + shown(table.path())
                                              : need->part + " of " + shown(table.path()));
  }
}

/// Foreign keys that point to a key which goes.
void Survey::relying(Evidence& e, const std::vector<KeyPart>& key) {
  if (now_ == nullptr) return;
  std::vector<Name> columns;
  for (const KeyPart& part : key) columns.push_back(column_now(path_, part.column));
  std::sort(columns.begin(), columns.end());
  for (const Table& table : from_.tables)
    for (const ForeignKey& foreign : table.foreign_keys) {
      std::vector<Name> referenced = foreign.referenced;
      std::sort(referenced.begin(), referenced.end());
      if (foreign.references == now_->path() && (referenced.empty() || referenced == columns) &&
          !dropped(table, foreign))
        e.dependents.push_back("a foreign key of " + shown(table.path()));
    }
}

}  // namespace dataflow::postgresql
