// Pairs of PostgreSQL schemas that lead from one to the other and back.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "dataflow/schema.hpp"

namespace dataflow::test {

struct RoundTrip {
  std::string name;
  std::string common = {};  ///< what both sides have
  std::string from = {}, to = {};
  std::string rows = {};                                        ///< put into `from`
  std::vector<std::pair<std::string, std::string>> after = {};  ///< queries on the way there, and what they give
  Hints hints = {};
  bool one_way = false;  ///< the opposite direction is another matter
  int since = 14;        ///< the first version of PostgreSQL that has it
};

const std::vector<RoundTrip>& round_trips();
const std::vector<RoundTrip>& round_trips_of_versions();  ///< roundtrip_versions.cpp
/// Keys of partitions, and what objects have besides their text.
const std::vector<RoundTrip>& more_round_trips();

}  // namespace dataflow::test
