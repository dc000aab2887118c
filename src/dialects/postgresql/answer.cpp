#include "dialects/postgresql/answer.hpp"

#include <charconv>

namespace dataflow::postgresql {

std::vector<std::int64_t> read_numbers(std::string_view all) {
  std::vector<std::int64_t> out;
  out.reserve(all.size() / 2 + 1);
  for (const char *at = all.data(), *end = at + all.size(); at < end;) {
    std::int64_t value = 0;
    const auto [next, error] = std::from_chars(at, end, value);
    if (error == std::errc()) out.push_back(value);
    at = error == std::errc() ? next : at + 1;
  }
  return out;
}

Row read_array(std::string_view text) {
  Row out;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '{' || c == '}' || c == ',') {
      ++at;
    } else if (c == '"') {
      std::string element;
      for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\') ++at;
        element += text[at];
      }
      ++at;
      out.emplace_back(std::move(element));
    } else {
      const std::size_t end = std::min(text.find_first_of(",}", at), text.size());
      const std::string_view element = text.substr(at, end - at);
      out.push_back(element == "NULL" ? Cell() : Cell(std::string(element)));
      at = end;
    }
  }
  return out;
}

}  // namespace dataflow::postgresql
