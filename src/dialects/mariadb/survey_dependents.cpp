// What stands on a table, a column or another object, and is not touched by the plan. The server keeps no record of it:
// names are looked for in texts.
#include <algorithm>

#include "core/text.hpp"
#include "dialects/mariadb/survey.hpp"

namespace dataflow::mariadb {

/// Whether the plan itself drops or replaces the object: then it is no obstacle.
bool Survey::touched(std::string_view kind, const Name& name) const {
  return std::any_of(all_.begin(), all_.end(), [&](const Change& c) {
    if (const auto* drop = std::get_if<Drop<Definition>>(&c))
      return drop->object.kind == kind && drop->object.name == name;
    if (const auto* alter = std::get_if<Alter<Definition>>(&c))
      return alter->before.kind == kind && alter->before.name == name;
    if (const auto* drop = std::get_if<Drop<Index>>(&c))
      return kind == "index" && drop->in == path_ && drop->object.name == name;
    if (const auto* alter = std::get_if<Alter<Index>>(&c))
      return kind == "index" && alter->in == path_ && alter->before.name == name;
    if (const auto* drop = std::get_if<Drop<Table>>(&c)) return kind == "table" && drop->object.name == name;
    return false;
  });
}

bool Survey::dropped(const Table& table, const ForeignKey& key) const {
  return touched("table", table.name) || std::any_of(all_.begin(), all_.end(), [&](const Change& c) {
           const auto* drop = std::get_if<Drop<ForeignKey>>(&c);
           return drop != nullptr && table_now(drop->in) == &table && drop->object.name == key.name;
         });
}

/// `column` as it is called today; empty: the whole table.
void Survey::dependents(Evidence& e, const Name& column) {
  const std::string& table = now_->name.text;
  for (const Definition& d : from_.definitions) {
    const bool stands_on = same_name(d.on, now_->name);
    if (column.empty() && stands_on) continue;  // it goes along
    const bool about = stands_on || mentions(d.text.text, table);
    if (about && (column.empty() || mentions(d.text.text, column.text)) && !touched(d.kind, d.name))
      e.dependents.push_back(d.kind + " " + d.name.text);
  }
  if (!column.empty())
    for (const Index& index : now_->indexes) {
      const bool on = std::any_of(index.parts.begin(), index.parts.end(), [&](const KeyPart& p) {
        return same_name(p.column, column) || mentions(p.expression.text, column.text);
      });
      if (on && !touched("index", index.name)) e.dependents.push_back("index " + index.name.text);
    }
  for (const Table& other : from_.tables) {
    if (&other == now_) continue;
    for (const ForeignKey& key : other.foreign_keys) {
      const bool named = column.empty() || std::any_of(key.referenced.begin(), key.referenced.end(),
                                                       [&](const Name& n) { return same_name(n, column); });
      if (same_name(key.references.name, now_->name) && key.references.schema.empty() && named && !dropped(other, key))
        e.dependents.push_back("a foreign key of " + other.name.text);
    }
  }
}

/// What names a definition.
void Survey::dependents(Evidence& e, const Definition& definition) {
  const std::string& name = definition.name.text;
  if (definition.kind == "trigger" || definition.kind == "event") return;  // nothing can name them
  for (const Definition& d : from_.definitions) {
    const bool itself = d.kind == definition.kind && d.name == definition.name;
    if (!itself && mentions(d.text.text, name) && !touched(d.kind, d.name))
      e.dependents.push_back(d.kind + " " + d.name.text);
  }
  if (definition.kind != "sequence" && definition.kind != "function") return;
  for (const Table& table : from_.tables)
    for (const Column& column : table.columns) {
      const auto* sql = column.default_value ? std::get_if<Sql>(&*column.default_value) : nullptr;
      if (sql != nullptr && mentions(sql->text, name) && !touched("table", table.name))
        e.dependents.push_back("column " + column.name.text + " of " + table.name.text);
    }
}

/// Foreign keys that point to a key which goes.
void Survey::relying(Evidence& e, const std::vector<KeyPart>& key) {
  std::vector<Name> columns;
  for (const KeyPart& part : key) columns.push_back(column_now(path_, part.column));
  for (const Table& table : from_.tables)
    for (const ForeignKey& foreign : table.foreign_keys) {
      const bool here = foreign.references.schema.empty() && same_name(foreign.references.name, now_->name);
      const bool served = foreign.referenced.size() <= columns.size() &&
                          std::equal(foreign.referenced.begin(), foreign.referenced.end(), columns.begin(), same_name);
      if (here && served && !dropped(table, foreign)) e.dependents.push_back("a foreign key of " + table.name.text);
    }
}

}  // namespace dataflow::mariadb
