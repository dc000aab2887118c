// What parts of a definition have of their own: comments, grants and settings of the columns of views and types, and
// comments on the checks of domains.
#include <algorithm>

#include "dialects/postgresql/lower.hpp"
#include "dialects/postgresql/render.hpp"

namespace dataflow::postgresql {

namespace {

const Part* part_named(const Definition& d, const Name& name) {
  const auto at = std::find_if(d.parts.begin(), d.parts.end(), [&](const Part& p) { return p.name == name; });
  return at == d.parts.end() ? nullptr : &*at;
}

std::string word(const Definition& d) { return d.kind == "domain" ? "constraint" : "column"; }

Attributes attributes_of(const Definition& d, const Name& part) {
  const std::string prefix = part_key(word(d), part, "");
  Attributes out;
  for (auto at = d.attributes.lower_bound(prefix); at != d.attributes.end() && at->first.starts_with(prefix); ++at)
    out[at->first.substr(prefix.size())] = at->second;
  return out;
}

/// An attribute of a type that is moved goes and comes back without anything of its own.
bool stays(const Definition& before, const Definition& after, const Part& part) {
  const Part* old = part_named(before, part.name);
  if (old == nullptr) return false;
  return after.kind == "composite type" ? before.parts == after.parts : old->text == part.text;
}

/// What only columns of views have: their targets are told apart by ALTER VIEW … ALTER COLUMN.
void alter_column(const std::string& alter, const std::string& type, const Attributes& before, const Attributes& after,
                  std::vector<std::string>& out) {
  struct Setting {
    const char* key;
    std::string set, none;
  };
  const Setting settings[] = {{"default", " SET DEFAULT ", " DROP DEFAULT"},
                              {"statistics", " SET STATISTICS ", " SET STATISTICS -1"},
                              {"compression", " SET COMPRESSION ", " SET COMPRESSION default"},
                              {"storage", " SET STORAGE ", " SET STORAGE " + default_storage(read_type(type))}};
  for (const Setting& setting : settings) {
    if (attribute(before, setting.key) == attribute(after, setting.key)) continue;
    const std::string* value = value_of(after, setting.key);
    out.push_back(alter + (value != nullptr ? setting.set + *value : setting.none));
  }
  for (const std::string& clause : parameter_clauses(attribute(before, "options"), attribute(after, "options")))
    out.push_back(alter + " " + clause);
}

}  // namespace

std::string part_key(const std::string& word, const Name& part, const std::string& key) {
  return word + " " + quote(part.text) + ": " + key;
}

bool of_part(const std::string& key) { return key.starts_with("column ") || key.starts_with("constraint "); }

std::vector<std::string> alter_parts(const Definition& before, const Definition& after) {
  std::vector<std::string> out;
  if (std::none_of(before.attributes.begin(), before.attributes.end(),
                   [](const auto& a) { return of_part(a.first); }) &&
      std::none_of(after.attributes.begin(), after.attributes.end(), [](const auto& a) { return of_part(a.first); }))
    return out;
  const std::string path = quote(Path{after.schema, after.name});
  for (const Part& part : after.parts) {
    Attributes old = attributes_of(before, part.name);
    const Attributes now = attributes_of(after, part.name);
    if (!stays(before, after, part)) old.clear();
    if (old == now) continue;
    const std::string name = quote(part.name.text);
    if (after.kind == "domain") {
      for (std::string& sql : alter_attributes("CONSTRAINT " + name + " ON DOMAIN " + path, old, now))
        out.push_back(std::move(sql));
      continue;
    }
    if (after.kind != "composite type")
      alter_column("ALTER " + identity(after) + " ALTER COLUMN " + name, part.text.text, old, now, out);
    for (std::string& sql : alter_attributes("COLUMN " + path + "." + name, old, now)) out.push_back(std::move(sql));
  }
  return out;
}

}  // namespace dataflow::postgresql
