#include "change/sameness.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace dataflow {

bool Same::names(const Name& a, const Name& b) const {
  return a == b || (sameness_.names && sameness_.names(a.text, b.text));
}

bool Same::paths(const Path& a, const Path& b) const { return names(a.name, b.name) && names(a.schema, b.schema); }

bool Same::types(const Type& a, const Type& b) const { return a == b || (sameness_.types && sameness_.types(a, b)); }

bool Same::expressions(const Sql& a, const Sql& b) const {
  if (a == b) return true;
  return !a.empty() && !b.empty() && sameness_.expressions && sameness_.expressions(a.text, b.text);
}

bool Same::names(const std::vector<Name>& a, const std::vector<Name>& b) const {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](const Name& x, const Name& y) { return names(x, y); });
}

bool Same::part(const KeyPart& a, const KeyPart& b) const {
  return names(a.column, b.column) && expressions(a.expression, b.expression) && a.descending == b.descending &&
         names(a.collation, b.collation) && a.attributes == b.attributes;
}

bool Same::parts(const std::vector<KeyPart>& a, const std::vector<KeyPart>& b) const {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](const KeyPart& x, const KeyPart& y) { return part(x, y); });
}

bool Same::defaults(const std::optional<Default>& a, const std::optional<Default>& b) const {
  if (a == b || !a || !b) return a == b;
  const auto *x = std::get_if<Sql>(&*a), *y = std::get_if<Sql>(&*b);
  return x && y && expressions(*x, *y);
}

bool Same::generated(const std::optional<Generated>& a, const std::optional<Generated>& b) const {
  return a && b ? a->stored == b->stored && expressions(a->expression, b->expression) : a.has_value() == b.has_value();
}

bool Same::shape(const Column& a, const Column& b) const {
  return types(a.type, b.type) && a.nullable == b.nullable && defaults(a.default_value, b.default_value) &&
         generated(a.generated, b.generated) && a.identity == b.identity && names(a.collation, b.collation) &&
         a.attributes == b.attributes;
}

bool Same::operator()(const Column& a, const Column& b) const { return shape(a, b) && a.comment == b.comment; }

bool Same::operator()(const PrimaryKey& a, const PrimaryKey& b) const {
  return names(a.name, b.name) && parts(a.parts, b.parts) && a.attributes == b.attributes;
}

bool Same::operator()(const Unique& a, const Unique& b) const {
  return names(a.name, b.name) && parts(a.parts, b.parts) && a.attributes == b.attributes;
}

bool Same::operator()(const ForeignKey& a, const ForeignKey& b) const {
  return names(a.name, b.name) && names(a.columns, b.columns) && paths(a.references, b.references) &&
         names(a.referenced, b.referenced) && a.on_delete == b.on_delete && a.on_update == b.on_update &&
         a.deferrable == b.deferrable && a.initially_deferred == b.initially_deferred && a.attributes == b.attributes;
}

bool Same::operator()(const Check& a, const Check& b) const {
  return names(a.name, b.name) && expressions(a.expression, b.expression) && a.attributes == b.attributes;
}

bool Same::operator()(const Index& a, const Index& b) const {
  const bool name = sameness_.index_case ? a.name == b.name : names(a.name, b.name);
  return name && a.unique == b.unique && parts(a.parts, b.parts) && expressions(a.where, b.where) &&
         a.attributes == b.attributes;
}

bool Same::operator()(const Definition& a, const Definition& b) const {
  return a.kind == b.kind && names(a.schema, b.schema) && names(a.name, b.name) && names(a.on, b.on) &&
         expressions(a.text, b.text) && a.parts == b.parts && a.attributes == b.attributes;
}

std::string Same::key(const Name& name) const { return sameness_.names ? lower(name.text) : name.text; }

std::string Same::key(const Path& path) const {
  const std::string schema = key(path.schema);
  return std::to_string(schema.size()) + ':' + schema + key(path.name);
}

void Directory::remove(const Path& path, std::size_t index) {
  const auto at = entries_.find(same_->key(path));
  if (at != entries_.end()) std::erase_if(at->second, [&](const Entry& entry) { return entry.index == index; });
}

std::size_t Directory::find(const Path& path) const {
  const auto at = entries_.find(same_->key(path));
  if (at == entries_.end()) return nowhere;
  const Entry* best = nullptr;
  for (const Entry& entry : at->second) {
    if (entry.path == path) return entry.index;
    if (!best && same_->paths(entry.path, path)) best = &entry;
  }
  return best ? best->index : nowhere;
}

}  // namespace dataflow
