// A struct as it was collected, before its options are carried out.
#pragma once
#include <string>
#include <vector>

#include "dataflow/reflect/builder.hpp"
#include "reflect/options.hpp"

namespace dataflow::reflect {

struct CollectedField {
  std::string name;
  bool has_column = true;
  std::ptrdiff_t offset = 0;  ///< from the start of the model
  Type type = {};
  bool nullable = false;
  Initial initial = {};
};

struct CollectedClass {
  const void* key;
  std::ptrdiff_t offset;
};

/// One declaration: the struct's own, or the one of a base.
struct CollectedOptions {
  std::string table;
  std::vector<Option> options;
  bool inherited = false;
};

struct ModelBuilder::State {
  std::string cpp_name;
  const std::byte* object = nullptr;
  std::vector<CollectedField> fields;
  std::vector<CollectedClass> classes;
  std::vector<CollectedOptions> declarations;
};

/// Carries the options out.
Model resolve(const ModelBuilder::State& state);

}  // namespace dataflow::reflect
