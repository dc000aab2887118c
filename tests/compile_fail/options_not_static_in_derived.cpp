// expect: dataflow() of a model must be public and static and return table(...)
#include <dataflow/reflect.hpp>
namespace df = dataflow;
struct Named {
  std::string name;
  static auto dataflow() { return df::table().index(&Named::name); }
};
BOOST_DESCRIBE_STRUCT(Named, (), (name))
struct User : Named {
  long id = 0;
#ifdef FIXED
  static auto dataflow() { return df::table("people"); }
#else
  auto dataflow() const { return df::table("people"); }
#endif
};
BOOST_DESCRIBE_STRUCT(User, (Named), (id))
df::Model model() { return df::model_of<User>(); }
