#include "dataflow/watcher.hpp"

#include <iterator>

#include "core/tell.hpp"

namespace dataflow {

namespace {
constexpr std::string_view words[] = {"start", "read", "try_out", "survey", "rehearse", "wait", "run", "verify"};
static_assert(std::size(words) == static_cast<std::size_t>(Activity::verify) + 1);

thread_local Watcher* current = nullptr;
}  // namespace

std::string_view to_string(Activity activity) { return words[static_cast<std::size_t>(activity)]; }

Watching::Watching(Watcher* watcher) : before_(current) { current = watcher; }
Watching::~Watching() { current = before_; }

void tell(const Stage& stage) {
  if (current != nullptr) current->see(stage);
}

}  // namespace dataflow
