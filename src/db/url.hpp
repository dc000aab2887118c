#pragma once
#include <string>
#include <string_view>

namespace dataflow {

/// A database URL taken apart. `rest` is what stands after "scheme:".
struct Url {
  std::string scheme, rest;
};

/// Throws Error{bad_url} when there is no scheme.
Url parse_url(std::string_view url);
/// Whether `text` looks like a database URL at all: a word, a colon, something.
bool looks_like_url(std::string_view text);
/// The URL with its password, if any, replaced.
std::string without_password(std::string_view url);

}  // namespace dataflow
