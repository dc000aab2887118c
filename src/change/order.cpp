#include "change/order.hpp"

#include <algorithm>
#include <numeric>

namespace dataflow {

namespace {
class Walk {
 public:
  Walk(const std::vector<const Table*>& tables, const Same& same) : tables_(tables), directory_(same) {
    for (std::size_t i = 0; i < tables.size(); ++i) directory_.add(tables[i]->path(), i);
    seen_.resize(tables.size(), false);
  }

  std::vector<std::size_t> order() {
    std::vector<std::size_t> roots(tables_.size());
    std::iota(roots.begin(), roots.end(), std::size_t{0});
    sort(roots);
    for (const std::size_t root : roots) visit(root);
    return std::move(order_);
  }

 private:
  struct Frame {
    std::size_t table;
    std::vector<std::size_t> parents;
    std::size_t next = 0;
  };

  // Depth first with a stack of its own: chains of references can be as long as there are tables.
  void visit(std::size_t root) {
    enter(root);
    while (!stack_.empty()) {
      Frame& frame = stack_.back();
      if (frame.next < frame.parents.size()) {
        enter(frame.parents[frame.next++]);
      } else {
        order_.push_back(frame.table);
        stack_.pop_back();
      }
    }
  }

  void enter(std::size_t table) {
    if (seen_[table]) return;
    seen_[table] = true;
    stack_.push_back({table, parents(table)});
  }

  std::vector<std::size_t> parents(std::size_t table) const {
    std::vector<std::size_t> out;
    for (const ForeignKey& key : tables_[table]->foreign_keys)
      if (const std::size_t parent = directory_.find(key.references); parent != nowhere) out.push_back(parent);
    sort(out);
    return out;
  }

  void sort(std::vector<std::size_t>& indexes) const {
    std::sort(indexes.begin(), indexes.end(),
              [&](std::size_t a, std::size_t b) { return tables_[a]->path() < tables_[b]->path(); });
  }

  const std::vector<const Table*>& tables_;
  Directory directory_;
  std::vector<bool> seen_;
  std::vector<Frame> stack_;
  std::vector<std::size_t> order_;
};
}  // namespace

std::vector<std::size_t> parents_first(const std::vector<const Table*>& tables, const Same& same) {
  return Walk(tables, same).order();
}

std::size_t Positions::remove(std::size_t index) {
  const auto at = std::lower_bound(removed_.begin(), removed_.end(), index);
  const auto before = static_cast<std::size_t>(at - removed_.begin());
  removed_.insert(at, index);
  return index - before;
}

}  // namespace dataflow
