// expect: backfill: the value does not convert to the type of the member
#include <dataflow/reflect.hpp>
namespace df = dataflow;
struct User {
  long id = 0;
  long score = 0;
#ifdef FIXED
  static auto dataflow() { return df::table().backfill(&User::score, 7); }
#else
  static auto dataflow() { return df::table().backfill(&User::score, "seven"); }
#endif
};
df::Model model() { return df::model_of<User>(); }
