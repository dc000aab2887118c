#include "everything.hpp"

std::size_t version_length_seen_elsewhere();

int main() { return version_length_seen_elsewhere() == dataflow::library_version.size() ? 0 : 1; }
