// expect: emial
#include <dataflow/reflect.hpp>
struct User {
  long id = 0;
  std::string email;
};
#ifdef FIXED
BOOST_DESCRIBE_STRUCT(User, (), (id, email))
#else
BOOST_DESCRIBE_STRUCT(User, (), (id, emial))
#endif
dataflow::Model model() { return dataflow::model_of<User>(); }
