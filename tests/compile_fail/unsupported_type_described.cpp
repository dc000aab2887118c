// expect: the type of this member has no column type
#include <dataflow/reflect.hpp>
#include <map>
struct User {
  long id = 0;
#ifdef FIXED
  std::vector<int> scores;
#else
  std::map<std::string, int> scores;
#endif
};
BOOST_DESCRIBE_STRUCT(User, (), (id, scores))
dataflow::Model model() { return dataflow::model_of<User>(); }
