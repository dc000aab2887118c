// The members of a struct, by the best description that it has.
#pragma once
#include <cstddef>
#include <type_traits>

#include "dataflow/reflect/builder.hpp"
#include "dataflow/reflect/described.hpp"
#include "dataflow/reflect/plain.hpp"
#include "dataflow/reflect/struct_options.hpp"

namespace dataflow::reflect {

template <template <class...> class List, class... B> constexpr std::size_t bases_with_options(List<B...>) {
  return (std::size_t{0} + ... + std::size_t{has_inside<typename B::type>});
}
/// Whether something called dataflow in T is none of its bases' options. Of two of those T itself has neither.
template <class T> constexpr bool has_unusable_options() {
  if constexpr (has_inside<T> || std::is_final_v<T>)
    return false;
  else if constexpr (described<T>)
    return names_dataflow<T> && bases_with_options(BasesOf<T>{}) < 2;
  else
    return names_dataflow<T>;
}

/// Everything the builder has to know of T.
template <class T> void describe([[maybe_unused]] ModelBuilder& builder) {
  if constexpr (!std::is_class_v<T>) {
    static_assert(never<T>, "dataflow: a model must be a struct");
  } else if constexpr (!std::is_aggregate_v<T>) {
    static_assert(never<T>,
                  "dataflow: a model must be an aggregate: no constructors, no private members, no virtual functions");
  } else if constexpr (!std::is_default_constructible_v<T>) {
    static_assert(never<T>,
                  "dataflow: a model must be default constructible; its defaults are read from a fresh object");
  } else if constexpr (has_unusable_options<T>()) {
    static_assert(never<T>,
                  "dataflow: dataflow() of a model must be public and static and return table(...) with its options");
  } else {
    const T object{};
    builder.begin(spelled<T>(), &object);
    if constexpr (described<T>)
      describe_class<T>(builder, object);
    else
      describe_plain(builder, object);
  }
}

}  // namespace dataflow::reflect
