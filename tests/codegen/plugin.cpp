// One generated header as a shared object.
#include GENERATED

extern "C" void declare_models(dataflow::DataFlow& db) { models::declare(db); }
