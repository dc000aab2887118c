// From C++ structs to a schema. `model_of` is the only door: a third way of reading a struct would change nothing else.
#pragma once
#include <vector>

#include "dataflow/reflect/column_type.hpp"
#include "dataflow/reflect/members.hpp"
#include "dataflow/reflect/model.hpp"
#include "dataflow/reflect/options.hpp"
#include "dataflow/reflect/types.hpp"

namespace dataflow {

/// T as a table: a plain aggregate, or a struct with BOOST_DESCRIBE_STRUCT. Throws Error{invalid_schema} for what only
/// shows at run time: two columns of one name, an option on an ignored member.
template <class T> Model model_of() { return reflect::build(&reflect::describe<T>); }

/// The schema that these structs want, checked. Throws Error{invalid_schema}.
template <class... Models> Wanted schema_of() {
  std::vector<Model> models;
  models.reserve(sizeof...(Models));
  (models.push_back(model_of<Models>()), ...);
  return to_wanted(models);
}

}  // namespace dataflow
