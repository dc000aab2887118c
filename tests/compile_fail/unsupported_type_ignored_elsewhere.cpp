// expect: the type of this member has no column type
#include <dataflow/reflect.hpp>
#include <map>
#include <set>
namespace df = dataflow;
struct User {
  long id = 0;
  std::map<int, int> cache;
#ifndef FIXED
  std::set<int> seen;
#endif
  static auto dataflow() { return df::table().ignore(&User::cache); }
};
df::Model model() { return df::model_of<User>(); }
