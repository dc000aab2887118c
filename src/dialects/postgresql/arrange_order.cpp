#include <functional>
#include <queue>

#include "dialects/postgresql/arrange_op.hpp"

namespace dataflow::postgresql::arranging {

namespace {

class Order {
 public:
  explicit Order(const std::vector<Op>& ops) : ops_(ops), after_(ops.size()), waits_for_(ops.size(), 0) {
    connect_needs();
    connect_ranks();
    connect_names();
    connect_parents();
  }

  /// A ring is entered at what comes first when nobody waits.
  std::vector<Arranged> sorted() {
    using Turn = std::pair<int, std::size_t>;
    std::priority_queue<Turn, std::vector<Turn>, std::greater<>> ready, all;
    std::vector<bool> done(ops_.size(), false);
    for (std::size_t o = 0; o < ops_.size(); ++o) {
      all.push({ops_[o].phase, o});
      if (waits_for_[o] == 0) ready.push({ops_[o].phase, o});
    }
    std::vector<Arranged> out;
    while (!all.empty()) {
      auto& queue = ready.empty() ? all : ready;
      const std::size_t o = queue.top().second;
      queue.pop();
      if (done[o]) continue;
      if (&queue == &all && out.size() == ops_.size()) break;
      done[o] = true;
      out.push_back(ops_[o].arranged);
      for (const std::size_t next : after_[o])
        if (--waits_for_[next] == 0 && !done[next]) ready.push({ops_[next].phase, next});
      if (out.size() == ops_.size()) break;
    }
    return out;
  }

 private:
  void edge(std::size_t a, std::size_t b) {
    if (a == b) return;
    after_[a].push_back(b);
    ++waits_for_[b];
  }

  void connect_needs() {
    std::map<std::string, std::vector<std::size_t>> providers;
    for (std::size_t o = 0; o < ops_.size(); ++o)
      for (const std::string& key : ops_[o].provides) providers[key].push_back(o);
    const auto each = [&](const Dependency& need, auto&& visit) {
      const std::string key = key_of(need.kind, need.path, need.on);
      for (const std::string& k : {key, need.column.empty() ? std::string("\n") : key + "\n#" + need.column.text})
        if (const auto at = providers.find(k); at != providers.end())
          for (const std::size_t provider : at->second) visit(provider);
    };
    for (std::size_t o = 0; o < ops_.size(); ++o) {
      const Op& op = ops_[o];
      for (const Dependency& need : op.needs_before)
        each(need, [&](std::size_t p) {
          const Verb verb = ops_[p].verb;
          // A sequence can be let go of while it is still in use.
          const bool let_go = op.lets_go && ops_[p].phase != free_sequences;
          if (verb == Verb::drop || ((op.verb == Verb::drop || let_go) && verb != Verb::create)) edge(o, p);
        });
      for (const Dependency& need : op.needs_after)
        each(need, [&](std::size_t p) {
          // Who needs a sequence does not wait for its owner, which may be waiting for them.
          if (ops_[p].verb != Verb::drop && ops_[p].phase != own_sequences) edge(p, o);
        });
      if (const auto* create = std::get_if<Create<Index>>(&op.arranged.change))
        attached(create->object, providers, [&](std::size_t p) { edge(p, o); });
      if (const auto* drop = std::get_if<Drop<Index>>(&op.arranged.change))
        attached(drop->object, providers, [&](std::size_t p) { edge(o, p); });
    }
  }

  static void attached(const Index& index, const std::map<std::string, std::vector<std::size_t>>& providers,
                       auto&& visit) {
    const auto at = providers.find("index\n" + attribute(index.attributes, "attached to"));
    if (at == providers.end()) return;
    for (const std::size_t provider : at->second) visit(provider);
  }

  void connect_ranks() {
    std::map<Path, std::map<int, std::vector<std::size_t>>> tables;
    for (std::size_t o = 0; o < ops_.size(); ++o)
      for (const auto& [path, at] : ops_[o].ranks) tables[path][at].push_back(o);
    for (const auto& [path, groups] : tables) {
      const std::vector<std::size_t>* last = nullptr;
      for (const auto& [at, group] : groups) {
        for (const std::size_t a : last == nullptr ? std::vector<std::size_t>() : *last)
          for (const std::size_t b : group) edge(a, b);
        last = &group;
      }
    }
  }

  void connect_names() {
    std::map<std::string, std::vector<std::size_t>> leave;
    for (std::size_t o = 0; o < ops_.size(); ++o)
      if (!ops_[o].leaves.empty()) leave[ops_[o].leaves].push_back(o);
    for (std::size_t o = 0; o < ops_.size(); ++o)
      if (const auto at = leave.find(ops_[o].takes); at != leave.end() && !ops_[o].takes.empty())
        for (const std::size_t other : at->second) edge(other, o);
  }

  void connect_parents() {
    std::map<std::size_t, std::size_t> main;
    for (std::size_t o = 0; o < ops_.size(); ++o)
      for (const std::size_t i : ops_[o].arranged.of) main[i] = o;
    for (std::size_t o = 0; o < ops_.size(); ++o)
      if (ops_[o].precedes)
        if (const auto at = main.find(*ops_[o].precedes); at != main.end()) edge(o, at->second);
    for (std::size_t o = 0; o < ops_.size(); ++o)
      if (ops_[o].follows)
        if (const auto at = main.find(*ops_[o].follows); at != main.end()) edge(at->second, o);
    for (std::size_t o = 0; o < ops_.size(); ++o)
      if (ops_[o].arranged.with)
        if (const auto at = main.find(*ops_[o].arranged.with); at != main.end()) edge(at->second, o);
  }

  const std::vector<Op>& ops_;
  std::vector<std::vector<std::size_t>> after_;
  std::vector<std::size_t> waits_for_;
};

}  // namespace

std::vector<Arranged> in_order(const std::vector<Op>& ops) { return Order(ops).sorted(); }

}  // namespace dataflow::postgresql::arranging
