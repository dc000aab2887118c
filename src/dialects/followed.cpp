#include "dialects/followed.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>

namespace dataflow {

namespace {

Place place_of(const Dialect& dialect, const Schema& schema) {
  Place out;
  for (const Table& table : schema.tables) out.add(dialect, table);
  for (const Definition& definition : schema.definitions) out.add(dialect, definition);
  return out;
}

auto order(const Table& table) { return std::tie(table.schema, table.name); }
auto order(const Definition& d) { return std::tie(d.schema, d.name, d.kind, d.on); }
auto order(const Unmodelled& u) { return std::tie(u.path, u.kind); }

template <class Object> void insert(std::vector<Object>& all, Object object) {
  const auto at = std::upper_bound(all.begin(), all.end(), object,
                                   [](const Object& a, const Object& b) { return order(a) < order(b); });
  all.insert(at, std::move(object));
}

}  // namespace

void Place::take(const Dialect& dialect, Schema object, std::uint64_t times) {
  const std::string digest = fingerprint(dialect, std::move(object));
  for (std::size_t i = 0; i < sum_.size(); ++i) {
    std::uint64_t word = 0;
    std::from_chars(digest.data() + 16 * i, digest.data() + 16 * (i + 1), word, 16);
    sum_[i] += word * times;
  }
}

std::string Place::text() const {
  std::string out;
  for (const std::uint64_t word : sum_) {
    char digits[16];
    const auto end = std::to_chars(digits, digits + sizeof digits, word, 16).ptr;
    out.append(sizeof digits - static_cast<std::size_t>(end - digits), '0').append(digits, end);
  }
  return out;
}

std::string place(const Dialect& dialect, const Schema& schema) { return place_of(dialect, schema).text(); }

Followed::Followed(const Dialect& dialect, Connection& connection) : dialect_(dialect), connection_(connection) {
  read_whole();
}

void Followed::read_whole() {
  schema_ = dialect_.inspect(connection_);
  place_ = place_of(dialect_, schema_);
}

void Followed::after(const std::vector<Statement>& statements) {
  std::optional<Reread> reread;
  if (dialect_.reread != nullptr) reread = dialect_.reread(connection_, schema_, statements);
  if (!reread) return read_whole();
  const auto stale = [&](std::string_view kind, const Name& name) {
    return std::any_of(reread->stale.begin(), reread->stale.end(),
                       [&](const auto& object) { return object.second == name && object.first == kind; });
  };
  std::erase_if(schema_.tables, [&](const Table& table) {
    if (!stale("table", table.name)) return false;
    place_.remove(dialect_, table);
    return true;
  });
  std::erase_if(schema_.definitions, [&](const Definition& d) {
    if (!stale(d.kind, d.name)) return false;
    place_.remove(dialect_, d);
    return true;
  });
  std::erase_if(schema_.unmodelled, [&](const Unmodelled& u) { return stale(u.kind, u.path.name); });
  for (Table& table : reread->now.tables) {
    place_.add(dialect_, table);
    insert(schema_.tables, std::move(table));
  }
  for (Definition& d : reread->now.definitions) {
    place_.add(dialect_, d);
    insert(schema_.definitions, std::move(d));
  }
  for (Unmodelled& u : reread->now.unmodelled) insert(schema_.unmodelled, std::move(u));
}

}  // namespace dataflow
