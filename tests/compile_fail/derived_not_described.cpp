// expect: a struct with base classes must be described
#include <dataflow/reflect.hpp>
struct Timestamps {
  long created = 0;
};
BOOST_DESCRIBE_STRUCT(Timestamps, (), (created))
struct User : Timestamps {
  long id = 0;
};
#ifdef FIXED
BOOST_DESCRIBE_STRUCT(User, (Timestamps), (id))
#endif
dataflow::Model model() { return dataflow::model_of<User>(); }
