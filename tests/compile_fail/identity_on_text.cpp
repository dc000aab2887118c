// expect: identity: only an integer member can be numbered by the database
#include <dataflow/reflect.hpp>
namespace df = dataflow;
struct User {
#ifdef FIXED
  long code = 0;
#else
  std::string code;
#endif
  static auto dataflow() { return df::table().identity(&User::code); }
};
df::Model model() { return df::model_of<User>(); }
