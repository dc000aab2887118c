#include "dialects/aside.hpp"

#include <algorithm>

#include "core/hash.hpp"
#include "core/text.hpp"

namespace dataflow {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Behind the dot of a schema a name begins.
std::string readable(const AsideNames& names, const Name& table, const Name& column) {
  std::string out;
  for (const char c : lower(table.text + (column.empty() ? "" : "_" + column.text)))
    out += (c >= 'a' && c <= 'z') || is_digit(c) ? c : '_';
  const bool begins_name = names.prefix.ends_with('.');
  if (begins_name && (out.empty() || is_digit(out[0]))) out.insert(0, "_");
  return out.substr(0, names.longest);
}

}  // namespace

SetAside aside_for(const AsideNames& names, const std::string& origin, const Name& table, const Name& column,
                   std::string kind, const std::vector<std::string>& taken, const std::vector<SetAside>& asides) {
  const std::string base = std::string(names.prefix) + readable(names, table, column) + "_" +
                           sha256(origin + "/" + column.text + "/" + kind).substr(0, 8);
  std::string location = base;
  const auto is_taken = [&] {
    return std::find(taken.begin(), taken.end(), location) != taken.end() ||
           std::any_of(asides.begin(), asides.end(), [&](const SetAside& a) { return a.location == location; });
  };
  for (int n = 2; is_taken(); ++n) location = base + "_" + std::to_string(n);
  return {.location = location, .table = table, .column = column, .kind = std::move(kind), .key = {}};
}

}  // namespace dataflow
