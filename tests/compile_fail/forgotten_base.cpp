// expect: must name every base and every member of the struct
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
#else
BOOST_DESCRIBE_STRUCT(User, (), (id))
#endif
dataflow::Model model() { return dataflow::model_of<User>(); }
