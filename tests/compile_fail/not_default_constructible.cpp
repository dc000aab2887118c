// expect: a model must be default constructible
#include <dataflow/reflect.hpp>
struct Email {
#ifdef FIXED
  Email() = default;
#endif
  explicit Email(std::string text) : text(std::move(text)) {}
  std::string text;
};
template <> struct dataflow::ColumnType<Email> : dataflow::StoredAs<std::string> {};
struct User {
  long id = 0;
  Email email;
};
BOOST_DESCRIBE_STRUCT(User, (), (id, email))
dataflow::Model model() { return dataflow::model_of<User>(); }
