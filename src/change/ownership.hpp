#pragma once
#include <map>
#include <string>

#include "change/sameness.hpp"

namespace dataflow {

/// What an Ownership allows to be dropped.
class Owned {
 public:
  Owned(const Ownership& ownership, const Same& same);
  bool table(const Path& path) const;
  bool index(const Path& table, const Name& name) const;
  bool definition(const Definition& definition) const;

 private:
  const Ownership& ownership_;
  const Same& same_;
  Directory tables_;
  std::map<std::string, Directory> definitions_;  ///< by kind
};

}  // namespace dataflow
