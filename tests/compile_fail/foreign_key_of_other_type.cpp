// expect: a foreign key column and the column it points to have different C++ types
#include <dataflow/reflect.hpp>
namespace df = dataflow;
struct Org {
  std::int64_t id = 0;
};
struct User {
  std::int64_t id = 0;
#ifdef FIXED
  std::optional<std::int64_t> org_id;
#else
  int org_id = 0;
#endif
  static auto dataflow() { return df::table().references(&User::org_id, &Org::id); }
};
df::Model model() { return df::model_of<User>(); }
