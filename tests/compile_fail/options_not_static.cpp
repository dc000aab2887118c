// expect: dataflow() of a model must be public and static and return table(...)
#include <dataflow/reflect.hpp>
namespace df = dataflow;
struct User {
  long id = 0;
#ifdef FIXED
  static auto dataflow() { return df::table("people"); }
#else
  auto dataflow() const { return df::table("people"); }
#endif
};
df::Model model() { return df::model_of<User>(); }
