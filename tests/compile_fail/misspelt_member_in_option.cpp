// expect: emial
#include <dataflow/reflect.hpp>
namespace df = dataflow;
#ifdef FIXED
#define EMAIL email
#else
#define EMAIL emial
#endif
struct User {
  long id = 0;
  std::string email;
  static auto dataflow() { return df::table().unique(&User::EMAIL); }
};
df::Model model() { return df::model_of<User>(); }
