// expect: the BOOST_DESCRIBE_STRUCT list names a member twice
#include <dataflow/reflect.hpp>
struct User {
  long id = 0;
  std::string email;
  std::string phone;
};
#ifdef FIXED
BOOST_DESCRIBE_STRUCT(User, (), (id, email, phone))
#else
BOOST_DESCRIBE_STRUCT(User, (), (id, email, email))
#endif
dataflow::Model model() { return dataflow::model_of<User>(); }
