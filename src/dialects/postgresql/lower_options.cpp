#include <algorithm>
#include <map>

#include "core/text.hpp"
#include "dialects/postgresql/lower.hpp"
#include "dialects/postgresql/render.hpp"

namespace dataflow::postgresql {

namespace {

/// Names and values of options: "a 'x', b 'y'".
std::map<std::string, std::string> pairs_of(const std::string& text) {
  std::map<std::string, std::string> out;
  for (const std::string& item : split_list(text)) {
    const bool quoted = item[0] == '"';
    const std::size_t from = quoted ? item.find('"', 1) : 0;
    const std::size_t at = std::min(item.find(' ', from), item.size());
    out[item.substr(0, at)] = at < item.size() ? item.substr(at + 1) : std::string();
  }
  return out;
}

struct OptionsWriter {
  const Path& in;
  const Attributes &before, &after;
  std::string alter;
  Written& out;

  bool differs(const char* key) const { return attribute(before, key) != attribute(after, key); }
  std::string wanted(const char* key, const std::string& otherwise) const {
    return has(after, key) ? attribute(after, key) : otherwise;
  }

  void parents() const {
    const auto old_parents = split_list(attribute(before, "inherits")),
               new_parents = split_list(attribute(after, "inherits"));
    const auto among = [](const std::vector<std::string>& list, const std::string& item) {
      return std::find(list.begin(), list.end(), item) != list.end();
    };
    for (const std::string& parent : old_parents)
      if (!among(new_parents, parent)) out.run(alter + " NO INHERIT " + parent);
    for (const std::string& parent : new_parents)
      if (!among(old_parents, parent)) out.run(alter + " INHERIT " + parent);
    if (differs("partition of") || differs("bound")) {
      if (has(before, "partition of"))
        out.run("ALTER TABLE " + attribute(before, "partition of") + " DETACH PARTITION " + quote(in));
      if (has(after, "partition of"))
        out.run("ALTER TABLE " + attribute(after, "partition of") + " ATTACH PARTITION " + quote(in) + " " +
                attribute(after, "bound"));
    }
    if (differs("of type")) out.run(alter + (has(after, "of type") ? " OF " + attribute(after, "of type") : " NOT OF"));
  }

  void storage() const {
    if (differs("persistence")) out.run(alter + (has(after, "persistence") ? " SET UNLOGGED" : " SET LOGGED"));
    if (differs("access method")) out.run(alter + " SET ACCESS METHOD " + wanted("access method", "heap"));
    if (differs("tablespace"))
      out.run(alter + " SET TABLESPACE " +
              (has(after, "tablespace") ? quote(attribute(after, "tablespace")) : "pg_default"));
    for (const std::string& clause : parameter_clauses(attribute(before, "with"), attribute(after, "with")))
      out.run(alter + " " + clause);
    if (differs("foreign options"))
      out.run(alter + " " + option_clause(attribute(before, "foreign options"), attribute(after, "foreign options")));
  }

  void replica_identity() const {
    if (!differs("replica identity")) return;
    const std::string how = wanted("replica identity", "DEFAULT");
    const bool index = how.starts_with("index ");
    out.run(alter + " REPLICA IDENTITY " + (index ? "USING INDEX " + quote(how.substr(6)) : upper(how)));
  }

  void row_security() const {
    const auto is = [](const Attributes& attributes, std::string_view word) {
      return attribute(attributes, "row security").find(word) != std::string::npos;
    };
    if (is(before, "enabled") != is(after, "enabled"))
      out.run(alter + (is(after, "enabled") ? " ENABLE" : " DISABLE") + " ROW LEVEL SECURITY");
    if (is(before, "forced") != is(after, "forced"))
      out.run(alter + (is(after, "forced") ? " FORCE" : " NO FORCE") + " ROW LEVEL SECURITY");
  }
};

}  // namespace

std::vector<std::string> parameter_clauses(const std::string& before, const std::string& after) {
  if (before == after) return {};
  std::vector<std::string> reset, set = split_list(after), out;
  const std::vector<std::string> old = split_list(before);
  // The server keeps the order in which they were set.
  if (set.size() > old.size() && std::equal(old.begin(), old.end(), set.begin()))
    set.erase(set.begin(), set.begin() + static_cast<std::ptrdiff_t>(old.size()));
  else
    for (const std::string& item : old) reset.push_back(item.substr(0, item.find('=')));
  if (!reset.empty()) out.push_back("RESET (" + join(reset, ", ") + ")");
  if (!set.empty()) out.push_back("SET (" + join(set, ", ") + ")");
  return out;
}

std::string option_clause(const std::string& before, const std::string& after) {
  const auto a = pairs_of(before), b = pairs_of(after);
  std::vector<std::string> items;
  for (const auto& [name, value] : b) {
    const auto at = a.find(name);
    if (at == a.end())
      items.push_back("ADD " + name + " " + value);
    else if (at->second != value)
      items.push_back("SET " + name + " " + value);
  }
  for (const auto& [name, value] : a)
    if (!b.contains(name)) items.push_back("DROP " + name);
  return items.empty() ? std::string() : "OPTIONS (" + join(items, ", ") + ")";
}

bool needs_new_table(const Table& before, const Table& after) {
  const auto differs = [&](const char* key) {
    return attribute(before.options.attributes, key) != attribute(after.options.attributes, key);
  };
  if (differs("partition by") || differs("foreign server")) return true;
  // INHERIT leaves every column the table's own.
  return differs("inherits") && std::any_of(after.columns.begin(), after.columns.end(), [&](const Column& column) {
           const Column* old = find_column(before, column.name);
           return has(column.attributes, "inherited") && old != nullptr && !has(old->attributes, "inherited");
         });
}

Written write(const Alter<TableOptions>& change, const Place& place) {
  Written out;
  const Table* table = find_table(place.before, change.in);
  if (place.anew) {
    make_anew(change, place, out);
    return out;
  }
  const std::string word = table == nullptr ? "TABLE" : table_word(*table);
  const OptionsWriter writer{change.in, change.before.attributes, change.after.attributes,
                             "ALTER " + word + " " + quote(change.in), out};
  writer.parents();
  writer.storage();
  writer.replica_identity();
  writer.row_security();
  out.run(alter_attributes(word + " " + quote(change.in), with_comment(change.before.attributes, change.before.comment),
                           with_comment(change.after.attributes, change.after.comment)));
  return out;
}

Written write(const Create<TableOptions>& change, const Place& place) {
  return write(Alter<TableOptions>{change.in, {}, change.object}, place);
}
Written write(const Drop<TableOptions>& change, const Place& place) {
  return write(Alter<TableOptions>{change.in, change.object, {}}, place);
}

}  // namespace dataflow::postgresql
