// The command line with the models of a shared object: host MODELS.so DATABASE COMMAND… . Compiling a generated header
// this way costs one file a case, and no link with the library.
#include <dlfcn.h>

#include <cstdio>
#include <dataflow/cli.hpp>
#include <dataflow/dataflow.hpp>

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fputs("usage: host MODELS.so DATABASE COMMAND…\n", stderr);
    return 2;
  }
  void* object = ::dlopen(argv[1], RTLD_NOW);
  void* symbol = object == nullptr ? nullptr : ::dlsym(object, "declare_models");
  if (symbol == nullptr) {
    std::fprintf(stderr, "host: %s\n", ::dlerror());
    return 2;
  }
  try {
    dataflow::DataFlow db(argv[2]);
    reinterpret_cast<void (*)(dataflow::DataFlow&)>(symbol)(db);
    argv[2] = argv[0];
    return dataflow::cli::run(argc - 2, argv + 2, &db);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "host: %s\n", e.what());
    return 1;
  }
}
