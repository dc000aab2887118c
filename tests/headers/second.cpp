#include "everything.hpp"

std::size_t version_length_seen_elsewhere();
std::size_t version_length_seen_elsewhere() { return dataflow::library_version.size(); }
