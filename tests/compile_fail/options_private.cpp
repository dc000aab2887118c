// expect: dataflow() of a model must be public and static and return table(...)
#include <dataflow/reflect.hpp>
namespace df = dataflow;
struct User {
  long id = 0;
#ifndef FIXED
 private:
#endif
  static auto dataflow() { return df::table("people"); }
};
df::Model model() { return df::model_of<User>(); }
