// expect: must name every base and every member of the struct; a forgotten member would look like a dropped column
#include <dataflow/reflect.hpp>
struct User {
  long id = 0;
  std::string email;
  bool is_active = true;
};
#ifdef FIXED
BOOST_DESCRIBE_STRUCT(User, (), (id, email, is_active))
#else
BOOST_DESCRIBE_STRUCT(User, (), (id, email))
#endif
dataflow::Model model() { return dataflow::model_of<User>(); }
