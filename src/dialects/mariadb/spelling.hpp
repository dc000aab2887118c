// A type's spelling taken apart, and what the text in a column is made of.
#pragma once
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "dataflow/schema.hpp"

namespace dataflow::mariadb {

/// "int(10) unsigned zerofill" as its pieces.
struct Spelling {
  std::string base, behind;            ///< "int", "unsigned zerofill "
  std::vector<std::string> arguments;  ///< "10"; labels as they read
  explicit Spelling(const Type& type);
  std::uint64_t number(std::size_t argument, std::uint64_t otherwise = 0) const;
  std::uint64_t length() const { return number(0); }
  bool is_unsigned() const;  ///< ZEROFILL makes it so too
};

/// Bytes that a character may take.
unsigned width(std::string_view charset);
/// The character set of a column's text, lower case: its own, or its table's.
std::string charset(const Table& table, const Column& column);
/// The collation by name; "" where it is the default of the column's own character set.
std::string collation(const Table& table, const Column& column);

/// Whether a default is the same for every row, and known to be so: then no row is written for it.
bool one_value(std::string_view expression);

const std::string* value_of(const Attributes& attributes, const std::string& key);
/// The attributes that are not the same on both sides.
std::set<std::string> differing(const Attributes& before, const Attributes& after);

}  // namespace dataflow::mariadb
