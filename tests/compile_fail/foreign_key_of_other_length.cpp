// expect: foreign_key: both sides must have as many columns
#include <dataflow/reflect.hpp>
namespace df = dataflow;
struct Place {
  int country = 0;
  int city = 0;
};
struct User {
  std::int64_t id = 0;
  int country = 0;
  int city = 0;
  static auto dataflow() {
#ifdef FIXED
    return df::table().foreign_key(df::columns(&User::country, &User::city),
                                   df::columns(&Place::country, &Place::city));
#else
    return df::table().foreign_key(df::columns(&User::country, &User::city), df::columns(&Place::country));
#endif
  }
};
df::Model model() { return df::model_of<User>(); }
