#include <charconv>

#include "dataflow/error.hpp"
#include "dialects/postgresql/inspect.hpp"

namespace dataflow::postgresql::inspection {

namespace {
/// The end of the text that `from` is in: the next of `stop` that is not inside of another {{…}{…}}.
std::size_t end_of_choice(std::string_view sql, std::size_t from, std::string_view stop) {
  int depth = 0;
  for (std::size_t at = from; at + 1 < sql.size(); ++at) {
    const std::string_view two = sql.substr(at, 2);
    if (depth == 0 && two == stop) return at;
    if (two == "{{") ++depth, ++at;
    if (two == "}}") --depth, ++at;
  }
  throw Error(ErrorCode::internal, "a catalog query has a choice by version without an end");
}

bool is_plain_value(std::string_view value) {
  return !value.empty() &&
         value.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") ==
             std::string_view::npos;
}
}  // namespace

std::string for_version(std::string_view sql, int version) {
  std::string out;
  for (;;) {
    const std::size_t open = sql.find("{{");
    if (open == std::string_view::npos) return out.append(sql);
    out.append(sql.substr(0, open));
    int since = 0;
    const auto* digits = sql.data() + open + 2;
    const auto* after = std::from_chars(digits, sql.data() + sql.size(), since).ptr;
    const auto then = static_cast<std::size_t>(after - sql.data()) + 1;
    const std::size_t middle = end_of_choice(sql, then, "}{"), end = end_of_choice(sql, middle + 2, "}}");
    out += for_version(
        version / 10000 >= since ? sql.substr(then, middle - then) : sql.substr(middle + 2, end - middle - 2), version);
    sql.remove_prefix(end + 2);
  }
}

std::string with_lists(std::string_view sql, std::initializer_list<std::string> lists) {
  std::string out;
  for (const std::string& list : lists) {
    const std::size_t mark = sql.find('$');
    out.append(sql.substr(0, mark)).append("'{").append(list).append("}'");
    sql.remove_prefix(mark + 2);
  }
  return out.append(sql);
}

std::string storage_parameters(const Row& options, std::string_view prefix) {
  return joined(options, [&](const Cell& option) {
    const std::string text = option.value_or("");
    const std::size_t equals = std::min(text.find('='), text.size());
    const std::string value = text.substr(std::min(equals + 1, text.size()));
    return std::string(prefix) + quote(text.substr(0, equals)) + "=" +
           (is_plain_value(value) ? value : text_literal(value));
  });
}

const Name* Picture::schema_name(Oid oid) const {
  const auto at = schemas.find(oid);
  return at == schemas.end() ? nullptr : &at->second;
}

Definition& Picture::add(Address address, Definition definition) {
  places[address] = {.is_table = false, .index = schema.definitions.size()};
  schema.definitions.push_back(std::move(definition));
  return schema.definitions.back();
}

void Picture::report(std::string kind, Path path, std::string reason) {
  schema.unmodelled.push_back({std::move(kind), std::move(path), std::move(reason)});
}

void Picture::comment(Attributes& into, Address address) const {
  if (const auto at = comments.find(address); at != comments.end()) into["comment"] = at->second;
}

}  // namespace dataflow::postgresql::inspection
