#include <algorithm>
#include <cctype>

#include "core/text.hpp"
#include "dialects/postgresql/lower.hpp"
#include "dialects/postgresql/set_aside.hpp"

namespace dataflow::postgresql {

std::string attribute(const Attributes& attributes, const std::string& key) {
  const auto at = attributes.find(key);
  return at == attributes.end() ? std::string() : at->second;
}
bool has(const Attributes& attributes, const std::string& key) { return attributes.contains(key); }

std::string table_word(const Table& table) {
  return has(table.options.attributes, "foreign server") ? "FOREIGN TABLE" : "TABLE";
}

Attributes with_comment(Attributes attributes, const std::string& comment) {
  if (!comment.empty()) attributes["comment"] = comment;
  return attributes;
}

bool mentions(const std::string& expression, const Name& name) {
  const std::string word = quote(name.text);
  const auto in_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '"'; };
  for (std::size_t at = expression.find(word); at != std::string::npos; at = expression.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !in_word(expression[at - 1])) && (end == expression.size() || !in_word(expression[end])))
      return true;
  }
  return false;
}

bool user_defined(const Type& type) {
  return type.kind == Kind::enumeration || type.spelled.find('.') != std::string::npos;
}

std::string lasting(const Column& column) {
  const std::string name = quote(column.name.text);
  return user_defined(column.type) ? name + "::text AS " + name : name;
}

static bool keeps_rows(const Table& table) {
  return !has(table.options.attributes, "partition by") && !has(table.options.attributes, "foreign server") &&
         std::any_of(table.columns.begin(), table.columns.end(), [](const Column& c) { return !c.generated; });
}

/// Whether a foreign key points at the table, or at one it is a partition of.
static bool is_referred_to(const Schema& schema, const std::string& table) {
  for (const Table& other : schema.tables) {
    for (const ForeignKey& key : other.foreign_keys)
      if (quote(key.references) == table) return true;
    const std::string above = attribute(other.options.attributes, "partition of");
    if (quote(other.path()) == table && !above.empty() && is_referred_to(schema, above)) return true;
  }
  return false;
}

Written write(const Create<Table>& change, const Place& place) {
  Written out;
  out.run(create(change.object));
  if (place.restores != nullptr) {
    out.add(restore_table(change.object, *place.restores));
  }
  return out;
}

Written write(const Drop<Table>& change, const Place& place) {
  Written out;
  const Table& table = change.object;
  if (place.options.create_backup && keeps_rows(table)) {
    SetAside aside = new_aside(table.path(), {}, "table", place);
    out.add(set_table_aside(table, aside));
    out.kept = std::move(aside);
  }
  // A key that refers to the whole of a partitioned table holds each partition, unless that has left.
  const std::string parent = attribute(table.options.attributes, "partition of");
  if (!parent.empty() && is_referred_to(place.before, parent))
    out.run("ALTER TABLE " + parent + " DETACH PARTITION " + quote(table.path()));
  out.run("DROP " + table_word(table) + " " + quote(table.path()));
  return out;
}

/// Tables are changed part by part; a table as a whole is made anew.
Written write(const Alter<Table>& change, const Place& place) {
  Written out = write(Drop<Table>{change.in, change.before}, place);
  const Place after{place.before, place.after,     place.options,
                    place.hints,  place.direction, out.kept ? &*out.kept : nullptr,
                    place.taken};
  out.add(write(Create<Table>{change.in, change.after}, after).statements);
  return out;
}

Written write(const Rename<Table>& change, const Place& place) {
  const Table* table = find_table(place.before, {change.in.schema, change.before});
  Written out;
  out.run("ALTER " + (table == nullptr ? std::string("TABLE") : table_word(*table)) + " " +
          quote({change.in.schema, change.before}) + " RENAME TO " + quote(change.after.text));
  return out;
}

Written write(const Rename<Column>& change, const Place& place) {
  const Table* table = find_table(place.before, change.in);
  Written out;
  out.run("ALTER " + (table == nullptr ? std::string("TABLE") : table_word(*table)) + " " + quote(change.in) +
          " RENAME COLUMN " + quote(change.before.text) + " TO " + quote(change.after.text));
  return out;
}

}  // namespace dataflow::postgresql
