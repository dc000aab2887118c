#include "dialects/mariadb/libmariadb.hpp"

#include <dlfcn.h>

#include "dataflow/error.hpp"

namespace dataflow::mariadb::my {

void* find(const char* name) {
  // The one that SOCI's backend uses: the same file is loaded once.
  static void* const library = dlopen("libmariadb.so.3", RTLD_NOW | RTLD_LOCAL);
  void* const function = dlsym(library == nullptr ? RTLD_DEFAULT : library, name);
  if (function == nullptr)
    throw Error(ErrorCode::unsupported, "libmariadb, the client library of MariaDB, is not installed or too old",
                "install the package libmariadb3");
  return function;
}

}  // namespace dataflow::mariadb::my
