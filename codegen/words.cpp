#include "codegen/words.hpp"

#include <algorithm>

#include "schema/notation.hpp"
#include "schema/words.hpp"

namespace dataflow::codegen {

namespace {

bool has(const std::vector<KeyPart>& parts, const Name& column) {
  return std::any_of(parts.begin(), parts.end(), [&](const KeyPart& part) { return part.column == column; });
}

bool only(const std::vector<KeyPart>& parts, const Name& column) { return parts.size() == 1 && has(parts, column); }

}  // namespace

std::string shown(const Path& path) {
  if (path.schema.empty() || path.schema.text == "public") return path.name.text;
  return path.schema.text + "." + path.name.text;
}

std::string type_text(const Type& type) {
  if (!type.spelled.empty()) return type.spelled;
  if (type.kind == Kind::other) return type.name.text;
  std::string out(word(type.kind));
  const notation::Measures known = notation::measures(type.kind);
  if (known.length && type.length > 0) out += "(" + std::to_string(type.length) + ")";
  if (known.precision && type.precision > 0)
    out += "(" + std::to_string(type.precision) + (known.scale ? "," + std::to_string(type.scale) : "") + ")";
  for (std::uint8_t i = 0; i < type.dimensions; ++i) out += "[]";
  return out;
}

std::vector<const Table*> by_path(const Schema& schema) {
  std::vector<const Table*> out;
  for (const Table& table : schema.tables) out.push_back(&table);
  std::sort(out.begin(), out.end(), [](const Table* a, const Table* b) { return a->path() < b->path(); });
  return out;
}

bool in_primary_key(const Table& table, const Name& column) {
  return table.primary_key && has(table.primary_key->parts, column);
}

bool in_foreign_key(const Table& table, const Name& column) {
  return std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(), [&](const ForeignKey& key) {
    return std::find(key.columns.begin(), key.columns.end(), column) != key.columns.end();
  });
}

bool alone_unique(const Table& table, const Name& column) {
  return std::any_of(table.uniques.begin(), table.uniques.end(),
                     [&](const Unique& unique) { return only(unique.parts, column); }) ||
         std::any_of(table.indexes.begin(), table.indexes.end(), [&](const Index& index) {
           return index.unique && index.where.empty() && only(index.parts, column);
         });
}

}  // namespace dataflow::codegen
