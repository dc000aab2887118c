// expect: the type of this member has no column type
#include <dataflow/reflect.hpp>
struct User {
  long id = 0;
#ifdef FIXED
  std::int8_t grade = 0;
#else
  char grade = 0;
#endif
};
dataflow::Model model() { return dataflow::model_of<User>(); }
