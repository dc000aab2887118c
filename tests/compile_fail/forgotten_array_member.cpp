// expect: must name every base and every member of the struct
#include <dataflow/reflect.hpp>
namespace df = dataflow;
struct User {
  long id = 0;
  char scratch[4] = {};
  char more[2][3] = {};
  bool is_active = true;
  static auto dataflow() { return df::table().ignore(&User::scratch).ignore(&User::more); }
};
#ifdef FIXED
BOOST_DESCRIBE_STRUCT(User, (), (id, scratch, more, is_active))
#else
BOOST_DESCRIBE_STRUCT(User, (), (id, scratch, more))
#endif
df::Model model() { return df::model_of<User>(); }
