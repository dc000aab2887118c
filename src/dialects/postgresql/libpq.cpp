#include "dialects/postgresql/libpq.hpp"

#include <dlfcn.h>

#include "dataflow/error.hpp"

namespace dataflow::postgresql::pq {

void* find(const char* name) {
  // The one that SOCI's backend uses: the same file is loaded once.
  static void* const library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
  void* const function = dlsym(library == nullptr ? RTLD_DEFAULT : library, name);
  if (function == nullptr)
    throw Error(ErrorCode::unsupported, "libpq, the client library of PostgreSQL, is not installed or too old",
                "install the package libpq5");
  return function;
}

}  // namespace dataflow::postgresql::pq
