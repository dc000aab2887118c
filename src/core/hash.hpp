#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace dataflow {

/// SHA-256 as 64 lower-case hexadecimal digits.
std::string sha256(std::string_view bytes);

/// A keyless 128-bit digest of a multiset of rows: the order of rows does not matter, their bytes and number do.
class RowsDigest {
 public:
  RowsDigest() = default;
  /// What a server has already added up.
  RowsDigest(std::uint64_t rows, std::uint64_t low, std::uint64_t high) : rows_(rows), low_(low), high_(high) {}
  void add(std::string_view row);
  std::uint64_t rows() const { return rows_; }
  std::string hex() const;
  bool operator==(const RowsDigest&) const = default;

 private:
  std::uint64_t rows_ = 0, low_ = 0, high_ = 0;
};

}  // namespace dataflow
