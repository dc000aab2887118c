#include "db/url.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>

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
                "write sqlite:PATH or postgresql://user@host/database");
  return {lower(url.substr(0, colon)), std::string(url.substr(colon + 1))};
}

namespace {

bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

/// The end of a keyword's value: quoted, with backslashes, as libpq takes it, or up to what separates keywords.
std::size_t end_of_value(std::string_view text, std::size_t at) {
  const bool quoted = at < text.size() && text[at] == '\'';
  for (std::size_t i = at + (quoted ? 1 : 0); i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size())
      ++i;
    else if (quoted ? text[i] == '\'' : text[i] == '&' || text[i] == ';' || is_space(text[i]))
      return i + (quoted ? 1 : 0);
  }
  return text.size();
}

/// What stands behind user: in an authority. A password may hold '@', '?' and '#', so its end is the last '@' before
/// the path, or before the query, whichever is later.
void hide_in_authority(std::string& url) {
  const std::size_t authority = url.find("://");
  if (authority == std::string::npos) return;
  const std::size_t colon = url.find(':', authority + 3);
  const auto last_before = [&](std::size_t end) {
    const std::size_t at = end == std::string::npos ? url.rfind('@') : url.substr(0, end).rfind('@');
    return at == std::string::npos ? 0 : at;
  };
  const std::size_t at = std::max(last_before(url.find('/', authority + 3)), last_before(url.find_first_of("?#")));
  if (colon != std::string::npos && colon < at) url.replace(colon + 1, at - colon - 1, "***");
}

/// password=…, also with spaces around the sign and with its letters as %xx.
void hide_keywords(std::string& url) {
  for (std::size_t sign = 0; (sign = url.find('=', sign)) != std::string::npos; ++sign) {
    std::size_t end = sign;
    while (end > 0 && is_space(url[end - 1])) --end;
    std::size_t begin = end;
    while (begin > 0 && (std::isalnum(static_cast<unsigned char>(url[begin - 1])) || url[begin - 1] == '%')) --begin;
    std::string key;
    for (std::size_t i = begin; i < end; ++i) {
      if (url[i] != '%' || i + 2 >= end) {
        key += url[i];
      } else {
        key += static_cast<char>(std::strtol(url.substr(i + 1, 2).c_str(), nullptr, 16));
        i += 2;
      }
    }
    key = lower(key);
    if (!key.ends_with("password") && !key.ends_with("passwd") && !key.ends_with("pwd")) continue;
    std::size_t value = sign + 1;
    while (value < url.size() && is_space(url[value])) ++value;
    url.replace(value, end_of_value(url, value) - value, "***");
  }
}

}  // namespace

std::string without_password(std::string_view url) {
  std::string out(url);
  hide_in_authority(out);
  hide_keywords(out);
  return out;
}

}  // namespace dataflow
