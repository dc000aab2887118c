// A value's one spelling: equal values give equal bytes, different ones different bytes.
#pragma once
#include <string>

#include "dataflow/schema.hpp"

namespace dataflow {

/// Members at their default are left out, so that a member added later changes no older fingerprint.
/// The order of tables, columns, constraints, indexes and definitions does not matter; that of key parts does.
std::string canonical(const Table& table);
std::string canonical(const Unique& unique);
std::string canonical(const ForeignKey& key);
std::string canonical(const Check& check);
std::string canonical(const Index& index);
std::string canonical(const Definition& definition);

}  // namespace dataflow
