#include "change/ownership.hpp"

#include <algorithm>

namespace dataflow {

Owned::Owned(const Ownership& ownership, const Same& same) : ownership_(ownership), same_(same), tables_(same) {
  if (ownership.everything) return;
  const Schema& owned = ownership.owned;
  for (std::size_t i = 0; i < owned.tables.size(); ++i) tables_.add(owned.tables[i].path(), i);
  for (std::size_t i = 0; i < owned.definitions.size(); ++i) {
    const Definition& d = owned.definitions[i];
    definitions_.try_emplace(d.kind, same).first->second.add({d.schema, d.name}, i);
  }
}

bool Owned::table(const Path& path) const { return ownership_.everything || tables_.contains(path); }

bool Owned::index(const Path& table, const Name& name) const {
  if (ownership_.everything) return true;
  const std::size_t at = tables_.find(table);
  if (at == nowhere) return false;
  const auto& indexes = ownership_.owned.tables[at].indexes;
  return std::any_of(indexes.begin(), indexes.end(), [&](const Index& index) { return same_.names(index.name, name); });
}

bool Owned::definition(const Definition& definition) const {
  if (ownership_.everything) return true;
  const auto kind = definitions_.find(definition.kind);
  return kind != definitions_.end() && kind->second.contains({definition.schema, definition.name});
}

}  // namespace dataflow
