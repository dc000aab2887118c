// Functions of a library that is loaded when the first of them is called.
#pragma once
#include <atomic>

namespace dataflow {

/// A function under `name`, found by `find`, which throws where there is none.
template <class Function, void* (*find)(const char* name)> class Late;
template <class Result, class... Arguments, void* (*find)(const char* name)> class Late<Result(Arguments...), find> {
 public:
  constexpr explicit Late(const char* name) : name_(name) {}
  Result operator()(Arguments... arguments) const {
    auto* function = function_.load(std::memory_order_relaxed);
    if (function == nullptr) {
      function = reinterpret_cast<Result (*)(Arguments...)>(find(name_));
      function_.store(function, std::memory_order_relaxed);
    }
    return function(arguments...);
  }

 private:
  const char* name_;
  mutable std::atomic<Result (*)(Arguments...)> function_ = nullptr;
};

}  // namespace dataflow
