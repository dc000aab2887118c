// A script in a scratch place of a server, as the only file of a schema.
#pragma once
#include <string>
#include <string_view>

#include "dataflow/database.hpp"

namespace dataflow::test {

template <class Scratch> void run_script(Scratch& scratch, std::string_view sql, std::string_view origin) {
  const SqlText file[] = {{std::string(origin), std::string(sql)}};
  run_scripts(scratch, file);
}

}  // namespace dataflow::test
