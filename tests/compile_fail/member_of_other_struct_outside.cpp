// expect: an option of this struct names a member of a different struct
#include <dataflow/reflect.hpp>
namespace df = dataflow;
struct Org {
  long id = 0;
};
struct User {
  long id = 0;
};
#ifdef FIXED
#define OWNER User
#else
#define OWNER Org
#endif
template <> struct dataflow::Options<User> {
  static auto get() { return df::table("people").identity(&OWNER::id); }
};
df::Model model() { return df::model_of<User>(); }
