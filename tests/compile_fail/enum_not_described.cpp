// expect: the enum of this member is not described; write BOOST_DESCRIBE_ENUM
#include <dataflow/reflect.hpp>
enum class Role { user, admin };
#ifdef FIXED
BOOST_DESCRIBE_ENUM(Role, user, admin)
#endif
struct User {
  long id = 0;
  std::optional<Role> role;
};
dataflow::Model model() { return dataflow::model_of<User>(); }
