// The value a struct turns into. Everything behind this header compiles once.
#pragma once
#include <string>

#include "dataflow/schema.hpp"

namespace dataflow {

/// One struct as a table, before any server has seen it.
struct Model {
  std::string cpp_name;  ///< "User", without its namespace
  Table table;           ///< logical types; foreign keys name their tables
  Hints hints;
};

/// The model that a struct describes. Defined in reflect.hpp.
template <class T> Model model_of();

/// Models as one wanted schema. Throws Error{invalid_schema} when two of them claim one table.
Wanted to_wanted(const std::vector<Model>& models);

}  // namespace dataflow
