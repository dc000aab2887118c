// expect: a model must be an aggregate
#include <dataflow/reflect.hpp>
struct User {
#ifndef FIXED
  User() {}
#endif
  long id = 0;
};
dataflow::Model model() { return dataflow::model_of<User>(); }
