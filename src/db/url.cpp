#include "db/url.hpp"

#include <algorithm>
#include <cctype>

#include "core/text.hpp"
#include "dataflow/error.hpp"

namespace dataflow {

static std::size_t scheme_length(std::string_view url) {
  const std::size_t colon = url.find(':');
  if (colon == std::string_view::npos || colon < 2) return 0;
  const bool word = std::all_of(url.begin(), url.begin() + static_cast<std::ptrdiff_t>(colon),
                                [](unsigned char c) { return std::isalnum(c) || c == '+' || c == '-' || c == '.'; });
  return word ? colon : 0;
}

bool looks_like_url(std::string_view text) { return scheme_length(text) > 0; }

Url parse_url(std::string_view url) {
  const std::size_t colon = scheme_length(url);
  if (colon == 0)
    throw Error(ErrorCode::bad_url, "'" + without_password(url) + "' is not a database URL",
                "write sqlite:PATH, for example sqlite:app.db");
  return {lower(url.substr(0, colon)), std::string(url.substr(colon + 1))};
}

std::string without_password(std::string_view url) {
  std::string out(url);
  // A password may hold any character but the ones that end the authority for certain.
  const std::size_t authority = out.find("://");
  if (authority != std::string::npos) {
    const std::size_t at = out.rfind('@', out.find_first_of("?#"));
    const std::size_t colon = out.find(':', authority + 3);
    if (at != std::string::npos && colon < at) out.replace(colon + 1, at - colon - 1, "***");
  }
  for (std::string_view key : {"password=", "passwd=", "pwd="}) {
    for (std::size_t at = 0; (at = lower(out).find(key, at)) != std::string::npos;) {
      at += key.size();
      out.replace(
          at, out.find_first_of("& ;", at) == std::string::npos ? std::string::npos : out.find_first_of("& ;", at) - at,
          "***");
    }
  }
  return out;
}

}  // namespace dataflow
