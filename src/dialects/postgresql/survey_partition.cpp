#include <algorithm>

#include "core/text.hpp"
#include "dialects/postgresql/survey.hpp"

namespace dataflow::postgresql {

namespace {

/// "RANGE (a, lower(b))": the method and the keys, each an expression without its collation and operator class.
struct Key {
  std::string method;
  std::vector<std::string> parts;
};

std::optional<Key> read_key(const Table& parent) {
  const auto by = parent.options.attributes.find("partition by");
  if (by == parent.options.attributes.end()) return std::nullopt;
  const std::string& text = by->second;
  const std::size_t open = text.find('(');
  if (open == std::string::npos || !text.ends_with(')')) return std::nullopt;
  Key key{std::string(trim(text.substr(0, open))), {}};
  for (const std::string& part : split_list(std::string_view(text).substr(open + 1, text.size() - open - 2))) {
    const bool plain = part.find('(') == std::string::npos && !part.starts_with('"');
    key.parts.push_back(plain ? part.substr(0, part.find(' ')) : part);
  }
  return key;
}

/// What stands in the parentheses that open behind `word`.
std::optional<std::string> behind(const std::string& bound, std::string_view word) {
  const std::size_t at = bound.find(word);
  if (at == std::string::npos) return std::nullopt;
  const std::size_t open = at + word.size();
  std::size_t close = open;
  for (bool quoted = false; close < bound.size() && (quoted || bound[close] != ')'); ++close)
    if (bound[close] == '\'') quoted = !quoted;
  return bound.substr(open, close - open);
}

/// (a, b) >= (x, y) in the order of the parts, where a side may be MINVALUE or MAXVALUE. `below`: < instead.
std::string compare(const std::vector<std::string>& parts, const std::vector<std::string>& limit, bool below,
                    std::size_t i = 0) {
  if (i >= parts.size() || i >= limit.size()) return below ? "false" : "true";
  if (limit[i] == "MINVALUE") return below ? "false" : "true";
  if (limit[i] == "MAXVALUE") return below ? "true" : "false";
  const std::string p = parts[i], l = limit[i];
  return "(" + p + (below ? " < " : " > ") + l + " OR " + p + " = " + l + " AND " +
         compare(parts, limit, below, i + 1) + ")";
}

std::string in_list(const std::string& part, const std::string& list) {
  std::vector<std::string> values;
  bool null = false;
  for (std::string& value : split_list(list))
    if (value == "NULL")
      null = true;
    else
      values.push_back(std::move(value));
  const std::string among = values.empty() ? "false" : "coalesce(" + part + " IN (" + join(values, ", ") + "), false)";
  return null ? "(" + among + " OR " + part + " IS NULL)" : among;
}

}  // namespace

std::optional<std::string> bound_condition(const Table& parent, const std::string& bound) {
  const auto key = read_key(parent);
  if (!key) return std::nullopt;
  if (const auto list = behind(bound, "FOR VALUES IN (")) return in_list(key->parts.at(0), *list);
  if (const auto modulus = behind(bound, "WITH (modulus ")) {
    const std::size_t comma = modulus->find(", remainder ");
    if (comma == std::string::npos) return std::nullopt;
    return "pg_catalog.satisfies_hash_partition(" + text_literal(quote(parent.path())) + "::pg_catalog.regclass, " +
           modulus->substr(0, comma) + ", " + modulus->substr(comma + 12) + ", " + join(key->parts, ", ") + ")";
  }
  const auto from = behind(bound, "FROM ("), to = behind(bound, "TO (");
  if (!from || !to) return std::nullopt;  // DEFAULT: what no other partition takes
  return "coalesce(" + compare(key->parts, split_list(*from), false) + " AND " +
         compare(key->parts, split_list(*to), true) + ", false)";
}

namespace {

std::string text_of(const Attributes& attributes, const std::string& key) {
  const auto found = attributes.find(key);
  return found == attributes.end() ? std::string() : found->second;
}

const Table* parent_of(const Schema& schema, const std::string& parent) {
  const auto found = std::find_if(schema.tables.begin(), schema.tables.end(),
                                  [&](const Table& t) { return quote(t.path()) == parent; });
  return found == schema.tables.end() ? nullptr : &*found;
}

}  // namespace

/// Rows of a table that becomes a partition, or whose bound moves, that do not belong there.
void Survey::bound(Evidence& e, const Attributes& partition) {
  const std::string bound = text_of(partition, "bound");
  const Table* parent = parent_of(from_, text_of(partition, "partition of"));
  if (now_ == nullptr || parent == nullptr || bound == text_of(now_->options.attributes, "bound")) return;
  const auto belongs = bound_condition(*parent, bound);
  if (!belongs) return;
  block(e, coming(*belongs), "NOT " + *belongs, "row", shown(path_), "does not belong into the partition " + bound,
        "do not belong into the partition " + bound, "move these rows first, or choose another bound");
}

/// Rows of the default partition that a new partition would take.
void Survey::default_partition(Evidence& e, const Attributes& partition) {
  const std::string parent_text = text_of(partition, "partition of"), bound = text_of(partition, "bound");
  const Table* parent = parent_of(from_, parent_text);
  if (parent == nullptr || (now_ != nullptr && bound == text_of(now_->options.attributes, "bound"))) return;
  const auto belongs = bound_condition(*parent, bound);
  const auto rest = std::find_if(from_.tables.begin(), from_.tables.end(), [&](const Table& t) {
    return text_of(t.options.attributes, "partition of") == parent_text &&
           text_of(t.options.attributes, "bound") == "DEFAULT";
  });
  if (!belongs || rest == from_.tables.end() || e.blocking) return;
  const auto found = questions_.ask("SELECT 1 FROM " + quote(rest->path()) + " WHERE " + *belongs + " LIMIT " +
                                    std::to_string(enough + 1));
  if (!found || found.rows.empty()) return;
  e.blocking = counted(found.rows.size(), "row") + " of the default partition " + shown(rest->path()) + " " +
               (found.rows.size() == 1 ? "belongs" : "belong") + " into the partition " + bound;
  e.remedy = "move these rows out of the default partition first";
}

}  // namespace dataflow::postgresql
