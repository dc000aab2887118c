// expect: a base of this struct is not described
#include <dataflow/reflect.hpp>
struct Timestamps {
  long created = 0;
};
#ifdef FIXED
BOOST_DESCRIBE_STRUCT(Timestamps, (), (created))
#endif
struct User : Timestamps {
  long id = 0;
};
BOOST_DESCRIBE_STRUCT(User, (Timestamps), (id))
dataflow::Model model() { return dataflow::model_of<User>(); }
