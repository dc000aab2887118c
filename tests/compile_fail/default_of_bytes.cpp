// expect: default_from_initializer: values of this type have no constant; use default_sql
#include <dataflow/reflect.hpp>
namespace df = dataflow;
struct File {
  long id = 0;
#ifdef FIXED
  std::string content;
#else
  std::vector<std::byte> content;
#endif
  static auto dataflow() { return df::table().default_from_initializer(&File::content); }
};
df::Model model() { return df::model_of<File>(); }
