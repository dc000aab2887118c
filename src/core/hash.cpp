#include "core/hash.hpp"

#include <sodium.h>

#include <cstring>

namespace dataflow {

static std::string to_hex(const unsigned char* bytes, std::size_t size) {
  std::string hex(size * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), bytes, size);
  hex.pop_back();
  return hex;
}

std::string sha256(std::string_view bytes) {
  unsigned char out[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(out, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  return to_hex(out, sizeof out);
}

void RowsDigest::add(std::string_view row) {
  unsigned char out[16];
  crypto_generichash(out, sizeof out, reinterpret_cast<const unsigned char*>(row.data()), row.size(), nullptr, 0);
  std::uint64_t low, high;
  std::memcpy(&low, out, 8);
  std::memcpy(&high, out + 8, 8);
  ++rows_;
  low_ += low;
  high_ += high;
}

std::string RowsDigest::hex() const {
  unsigned char bytes[16];
  std::memcpy(bytes, &low_, 8);
  std::memcpy(bytes + 8, &high_, 8);
  return to_hex(bytes, sizeof bytes);
}

}  // namespace dataflow
