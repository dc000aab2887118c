#include <map>
#include <utility>

#include "dataflow/error.hpp"
#include "dataflow/reflect/model.hpp"

namespace dataflow {
namespace {

using Key = std::pair<std::string, std::string>;

/// As they are written: whether names that differ by their case are the same is a question of the server.
Key key_of(const Name& schema, const Name& name) { return {schema.text, name.text}; }

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

std::map<Key, const Model*> owners_of_tables(const std::vector<Model>& models) {
  std::map<Key, const Model*> owners;
  for (const Model& model : models) {
    const auto [found, added] = owners.insert({key_of(model.table.schema, model.table.name), &model});
    if (!added)
      throw Error(ErrorCode::invalid_schema,
                  "structs " + found->second->cpp_name + " and " + model.cpp_name + " both claim table " +
                      quoted(model.table.name.text),
                  "give one of them another table(\"name\")");
  }
  return owners;
}

/// Index names are shared by all tables of a schema, but on MariaDB.
void check_indexes(const std::vector<Model>& models) {
  std::map<Key, const Model*> owners;
  for (const Model& model : models)
    for (const Index& index : model.table.indexes) {
      const auto only = index.attributes.find("only on");
      if (only != index.attributes.end() && only->second == "mariadb") continue;
      const auto [found, added] = owners.insert({key_of(model.table.schema, index.name), &model});
      if (!added && found->second != &model)
        throw Error(ErrorCode::invalid_schema,
                    "structs " + found->second->cpp_name + " and " + model.cpp_name + " both have an index " +
                        quoted(index.name.text),
                    "give one of them another name with named(\"name\")");
    }
}

void check_references(const std::vector<Model>& models, const std::map<Key, const Model*>& owners) {
  for (const Model& model : models)
    for (const ForeignKey& key : model.table.foreign_keys)
      if (!owners.contains(key_of(key.references.schema, key.references.name)))
        throw Error(
            ErrorCode::invalid_schema,
            "struct " + model.cpp_name + " references table " + quoted(key.references.name.text) +
                ", which no declared model has",
            "declare that model too; for an inherited member name the model: references<Model>(&From::m, &Model::m)");
}

template <class T> void append(std::vector<T>& to, const std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

Wanted to_wanted(const std::vector<Model>& models) {
  check_indexes(models);
  check_references(models, owners_of_tables(models));
  Wanted wanted;
  for (const Model& model : models) {
    wanted.schema.tables.push_back(model.table);
    append(wanted.hints.tables, model.hints.tables);
    append(wanted.hints.columns, model.hints.columns);
    append(wanted.hints.fills, model.hints.fills);
  }
  validate(wanted.schema);
  return wanted;
}

}  // namespace dataflow
