#include "dialects/postgresql/order.hpp"

#include <algorithm>
#include <array>
#include <queue>
#include <tuple>

#include "dialects/postgresql/kinds.hpp"
#include "dialects/postgresql/render.hpp"

namespace dataflow::postgresql {

namespace {

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

std::string key_of(const std::string& kind, const Path& path, const Name& on) {
  std::string out = kind;
  for (const Name* name : {&path.schema, &path.name, &on}) (out += '\0') += name->text;
  return out;
}

/// How hard it is to create an object without what it needs. A default, check or index is added later; a view stands
/// in for itself until it can be what it is; a domain can do without its checks for a while.
enum class Hardness : std::uint8_t { part, stand_in, checks, impossible };

bool is_code(const std::string& kind) {
  constexpr std::array kinds = std::to_array<std::string_view>(
      {"function", "procedure", "aggregate", "operator", "sequence", "view", "materialized view"});
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

struct Edge {
  std::size_t from, to;  ///< `from` needs `to`
  Dependency need;
  bool kept = true;
};

/// What objects need, as far as it is among the objects of the schema.
class Needs {
 public:
  explicit Needs(const Schema& schema) : schema_(schema), objects_(schema) {
    for (std::size_t i = 0; i < schema.tables.size(); ++i) of_table(i, schema.tables[i]);
    for (std::size_t i = 0; i < schema.definitions.size(); ++i)
      of_definition(schema.tables.size() + i, schema.definitions[i]);
  }
  std::vector<Edge> edges;

  Hardness hardness(const Edge& edge) const {
    const std::size_t tables = schema_.tables.size();
    if (edge.from < tables) {
      const std::string& part = edge.need.part;
      if (part.starts_with("index ") || part.starts_with("check ")) return Hardness::part;
      if (!part.starts_with("column ")) return Hardness::impossible;
      // A column cannot do without its type; without its default it can.
      const Column* column = find_column(schema_.tables[edge.from], part.substr(part.find(' ') + 1));
      const bool by_default = column != nullptr && column->default_value && !column->generated;
      return by_default && (is_code(edge.need.kind) || edge.need.kind == "table") ? Hardness::part
                                                                                  : Hardness::impossible;
    }
    const Definition& d = schema_.definitions[edge.from - tables];
    // What its columns are of, a stand-in needs too.
    if (!stand_in(d).empty() && (is_code(edge.need.kind) || edge.need.kind == "table")) return Hardness::stand_in;
    return d.kind == "domain" && d.attributes.contains("type") && is_code(edge.need.kind) ? Hardness::checks
                                                                                          : Hardness::impossible;
  }

 private:
  void need(std::size_t from, Dependency need) {
    const std::size_t to = objects_.find(need);
    if (to != nowhere && to != from) edges.push_back({from, to, std::move(need)});
  }
  void need_schema(std::size_t from, const Name& schema) {
    if (!schema.empty()) need(from, {.kind = "schema", .path = {{}, schema}});
  }
  void need_named(std::size_t from, const char* kind, const Attributes& attributes, const char* key) {
    if (const auto* name = value_of(attributes, key)) need(from, {.kind = kind, .path = {{}, *name}});
  }

  void of_table(std::size_t i, const Table& table) {
    need_schema(i, table.schema);
    const Attributes& attributes = table.options.attributes;
    for (const char* key : {"partition of", "inherits"})
      if (const auto* parents = value_of(attributes, key))
        for (const Path& parent : read_paths(*parents)) need(i, {.kind = "table", .path = parent});
    if (const auto* type = value_of(attributes, "of type"))
      need(i, {.kind = "composite type", .path = read_path(*type)});
    need_named(i, "server", attributes, "foreign server");
    need_named(i, "access method", attributes, "access method");
    for (const Dependency& d : table.depends_on)
      if (d.kind != "table" || !d.part.starts_with("foreign key ")) need(i, d);
  }

  void of_definition(std::size_t i, const Definition& d) {
    need_schema(i, d.schema);
    if (d.kind == "extension") {
      const auto* schema = value_of(d.attributes, "schema");
      // An extension may bring the schema it lives in.
      if (schema != nullptr) need_schema(i, *schema);
    }
    const DefinitionKind* kind = find_kind(d.kind);
    const bool on_relation = kind != nullptr && !d.on.empty() &&
                             (kind->naming == Naming::relation || d.kind == "index" || d.kind == "statistics");
    if (on_relation)
      for (const char* relation : {"table", "view", "materialized view"})
        need(i, {.kind = relation, .path = {d.schema, d.on}});
    for (const Dependency& dependency : d.depends_on) need(i, dependency);
  }

  const Schema& schema_;
  Objects objects_;
};

/// Rank, then names: where needs leave a choice, the order in which people would write it.
using Place = std::tuple<int, Path, Name, std::size_t>;

Place place_of(const Schema& schema, std::size_t i) {
  if (i < schema.tables.size()) return {table_rank, schema.tables[i].path(), {}, i};
  const Definition& d = schema.definitions[i - schema.tables.size()];
  const DefinitionKind* kind = find_kind(d.kind);
  return {kind == nullptr ? table_rank + 1 : kind->rank, {d.schema, d.name}, d.on, i};
}

/// Objects that need each other in a ring have the same number.
class Rings {
 public:
  Rings(std::size_t objects, const std::vector<Edge>& edges, const std::vector<bool>& done)
      : out_(objects), number_(objects, nowhere), low_(objects), on_stack_(objects), ring(objects, nowhere) {
    for (const Edge& edge : edges)
      if (edge.kept && !done[edge.from] && !done[edge.to]) out_[edge.from].push_back(edge.to);
    for (std::size_t i = 0; i < objects; ++i)
      if (!done[i] && number_[i] == nowhere) visit(i);
  }

 private:
  struct Frame {
    std::size_t object, next;
  };
  void enter(std::size_t i) {
    number_[i] = low_[i] = count_++;
    stack_.push_back(i);
    on_stack_[i] = true;
    frames_.push_back({i, 0});
  }
  /// Tarjan's algorithm, without recursion: chains of needs may be long.
  void visit(std::size_t root) {
    enter(root);
    while (!frames_.empty()) {
      Frame& frame = frames_.back();
      const std::size_t i = frame.object;
      if (frame.next < out_[i].size()) {
        const std::size_t to = out_[i][frame.next++];
        if (number_[to] == nowhere)
          enter(to);
        else if (on_stack_[to])
          low_[i] = std::min(low_[i], number_[to]);
        continue;
      }
      frames_.pop_back();
      if (!frames_.empty()) low_[frames_.back().object] = std::min(low_[frames_.back().object], low_[i]);
      if (low_[i] == number_[i]) close(i);
    }
  }
  void close(std::size_t root) {
    std::size_t member = nowhere;
    do {
      member = stack_.back();
      stack_.pop_back();
      on_stack_[member] = false;
      ring[member] = root;
    } while (member != root);
  }

  std::vector<std::vector<std::size_t>> out_;
  std::vector<std::size_t> number_, low_, stack_;
  std::vector<bool> on_stack_;
  std::vector<Frame> frames_;
  std::size_t count_ = 0;

 public:
  std::vector<std::size_t> ring;
};

class Sorter {
 public:
  explicit Sorter(const Schema& schema)
      : schema_(schema),
        needs_(schema),
        count_(schema.tables.size() + schema.definitions.size()),
        open_(count_),
        needed_by_(count_),
        done_(count_) {
    for (std::size_t e = 0; e < needs_.edges.size(); ++e) {
      ++open_[needs_.edges[e].from];
      needed_by_[needs_.edges[e].to].push_back(e);
    }
  }

  Order sort() {
    for (std::size_t i = 0; i < count_; ++i)
      if (open_[i] == 0) ready_.push(place_of(schema_, i));
    while (out_.sequence.size() < count_) {
      if (ready_.empty()) cut();
      take();
    }
    return std::move(out_);
  }

 private:
  void take() {
    const std::size_t i = std::get<std::size_t>(ready_.top());
    ready_.pop();
    done_[i] = true;
    out_.sequence.push_back(i);
    for (const std::size_t e : needed_by_[i])
      if (needs_.edges[e].kept) met(needs_.edges[e]);
  }
  void met(const Edge& edge) {
    if (--open_[edge.from] == 0) ready_.push(place_of(schema_, edge.from));
  }

  /// Gives up needs until an object is ready: the weakest of those that close a ring.
  void cut() {
    while (ready_.empty()) {
      const Rings rings(count_, needs_.edges, done_);
      Edge* weakest = nullptr;
      const auto weight = [&](const Edge& edge) {
        return std::tuple{needs_.hardness(edge), place_of(schema_, edge.from), place_of(schema_, edge.to)};
      };
      for (Edge& edge : needs_.edges) {
        if (!edge.kept || done_[edge.to] || rings.ring[edge.from] != rings.ring[edge.to]) continue;
        if (weakest == nullptr || weight(edge) < weight(*weakest)) weakest = &edge;
      }
      give_up(*weakest);
    }
  }
  /// A part that comes later, and a view that something stands in for, need nothing any more that could close a ring.
  void give_up(const Edge& weakest) {
    const std::size_t from = weakest.from;
    const Hardness hardness = needs_.hardness(weakest);
    const std::string part = weakest.need.part;
    const Edge* const only = &weakest;
    for (Edge& edge : needs_.edges) {
      if (!edge.kept || edge.from != from || done_[edge.to]) continue;
      const bool same = needs_.hardness(edge) == hardness && edge.need.part == part;
      if (&edge != only && (hardness == Hardness::impossible || !same)) continue;
      edge.kept = false;
      out_.cuts.push_back({from, edge.need});
      met(edge);
    }
  }

  const Schema& schema_;
  Needs needs_;
  std::size_t count_;
  std::vector<std::size_t> open_;
  std::vector<std::vector<std::size_t>> needed_by_;
  std::vector<bool> done_;
  std::priority_queue<Place, std::vector<Place>, std::greater<>> ready_;
  Order out_;
};

}  // namespace

Objects::Objects(const Schema& schema) {
  for (std::size_t i = 0; i < schema.tables.size(); ++i)
    index_.emplace(key_of("table", schema.tables[i].path(), {}), i);
  for (std::size_t i = 0; i < schema.definitions.size(); ++i) {
    const Definition& d = schema.definitions[i];
    index_.emplace(key_of(d.kind, {d.schema, d.name}, d.on), schema.tables.size() + i);
  }
}

std::size_t Objects::find(const std::string& kind, const Path& path, const Name& on) const {
  const auto at = index_.find(key_of(kind, path, on));
  return at == index_.end() ? nowhere : at->second;
}

std::size_t Objects::find(const Dependency& dependency) const {
  return find(dependency.kind, dependency.path, dependency.on);
}

Order order_of(const Schema& schema) { return Sorter(schema).sort(); }

std::vector<std::size_t> creation_order(const Schema& schema, std::vector<Dependency>* loose) {
  Order order = order_of(schema);
  if (loose != nullptr)
    for (Cut& cut : order.cuts) loose->push_back(std::move(cut.need));
  return std::move(order.sequence);
}

}  // namespace dataflow::postgresql
