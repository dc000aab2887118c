// expect: an option of this struct names a member of a different struct
#include <dataflow/reflect.hpp>
namespace df = dataflow;
struct Org {
  long id = 0;
};
struct User {
  long id = 0;
  std::string email;
  static auto dataflow() {
#ifdef FIXED
    return df::table().index(&User::email).unique(&User::id).comment(&User::email, "where to write to");
#else
    return df::table().index(&User::email).unique(&Org::id).comment(&User::email, "where to write to");
#endif
  }
};
df::Model model() { return df::model_of<User>(); }
