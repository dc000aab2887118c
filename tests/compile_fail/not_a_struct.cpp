// expect: a model must be a struct
#include <dataflow/reflect.hpp>
#ifdef FIXED
struct User {
  long id = 0;
};
#else
using User = long;
#endif
dataflow::Model model() { return dataflow::model_of<User>(); }
