// expect: StoredAs<S>: S itself has no column type
#include <dataflow/reflect.hpp>
struct Email {
  std::string text;
};
#ifdef FIXED
template <> struct dataflow::ColumnType<Email> : dataflow::StoredAs<std::string> {};
#else
template <> struct dataflow::ColumnType<Email> : dataflow::StoredAs<const char*> {};
#endif
struct User {
  long id = 0;
  Email email;
};
BOOST_DESCRIBE_STRUCT(User, (), (id, email))
dataflow::Model model() { return dataflow::model_of<User>(); }
