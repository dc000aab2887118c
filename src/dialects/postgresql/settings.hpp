// What a session is set to while dataflow uses it.
#pragma once
#include <span>
#include <string>
#include <string_view>

namespace dataflow::postgresql {

struct Setting {
  std::string_view name, value;
};
/// With these, texts of the server are qualified and the same for every role, database and client.
std::span<const Setting> settings();
/// One SELECT that sets all of them. `local`, an SQL condition: for the transaction at hand only.
std::string apply_settings(std::string_view local);

}  // namespace dataflow::postgresql
