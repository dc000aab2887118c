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

Oid to_oid(std::string_view text) {
  Oid value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

const std::string& Fields::text(std::size_t i) const {
  static const std::string nothing;
  return row_[i] ? *row_[i] : nothing;
}

Oid Fields::oid(std::size_t i) const { return to_oid(text(i)); }

Row Fields::list(std::size_t i) const { return row_[i] ? read_array(*row_[i]) : Row(); }

std::vector<std::int64_t> Fields::numbers(std::size_t i) const {
  std::vector<std::int64_t> out;
  const std::string& all = text(i);
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
