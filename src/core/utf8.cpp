#include "core/utf8.hpp"

namespace dataflow {

namespace {

/// The forms of a code point: the lead byte, and the least value that needs so many bytes.
struct Form {
  unsigned char mask, lead;
  std::size_t bytes;
  char32_t least;
};
constexpr Form forms[] = {{0x80, 0x00, 1, 0}, {0xE0, 0xC0, 2, 0x80}, {0xF0, 0xE0, 3, 0x800}, {0xF8, 0xF0, 4, 0x10000}};

bool is_scalar(char32_t value) { return value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF); }

}  // namespace

CodePoint code_point(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const CodePoint broken{byte(0), 1, false};
  for (const Form& form : forms) {
    if ((byte(0) & form.mask) != form.lead) continue;
    if (text.size() - at < form.bytes) return broken;
    char32_t value = byte(0) & static_cast<unsigned char>(~form.mask);
    for (std::size_t i = 1; i < form.bytes; ++i) {
      if ((byte(i) & 0xC0) != 0x80) return broken;
      value = value << 6 | (byte(i) & 0x3F);
    }
    return value < form.least || !is_scalar(value) ? broken : CodePoint{value, form.bytes, true};
  }
  return broken;
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point(text, at);
    if (!point.valid) return false;
    at += point.bytes;
  }
  return true;
}

}  // namespace dataflow
