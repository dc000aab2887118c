// Plain aggregates: Boost.PFR finds the members, and their names are cut out of what the compiler calls a pointer to
// them.
#pragma once
#include <boost/pfr/core.hpp>
#if __has_include(<boost/pfr/core_name.hpp>)
#include <boost/pfr/core_name.hpp>
#endif
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "dataflow/reflect/builder.hpp"
#include "dataflow/reflect/requirements.hpp"
#include "dataflow/reflect/struct_options.hpp"

namespace dataflow::reflect {

/// Converts to bases of T only: T{BaseOf{}} compiles when T has one.
template <class T> struct BaseOf {
  template <class U>
  requires(std::is_base_of_v<U, T> && !std::is_same_v<U, T>) operator U() const;
};
template <class T> inline constexpr bool has_base = requires { T{BaseOf<T>{}}; };

inline constexpr std::size_t most_plain_members = 100;

/// How many initialisers fit: at least `low`, at most `high`.
template <class T, std::size_t low, std::size_t high> constexpr std::size_t most_that_fit() {
  constexpr std::size_t middle = low + (high - low + 1) / 2;
  if constexpr (low == high)
    return low;
  else if constexpr (fits<T, middle>)
    return most_that_fit<T, middle, high>();
  else
    return most_that_fit<T, low, middle - 1>();
}
/// The number of members, or one more than most_plain_members for all that have more. Few structs have more than 15.
template <class T> constexpr std::size_t count_members() {
  if constexpr (fits<T, 16>)
    return most_that_fit<T, 16, most_plain_members + 1>();
  else
    return most_that_fit<T, 0, 15>();
}
template <class T> inline constexpr std::size_t plain_size = count_members<T>();

#if defined(BOOST_PFR_CORE_NAME_ENABLED) && BOOST_PFR_CORE_NAME_ENABLED
template <std::size_t I, class T> constexpr const auto& plain_get(const T& object) {
  return boost::pfr::get<I>(object);
}
/// Stands for the member in errors.
template <class T, std::size_t I> struct PlainMember {};
template <class T, std::size_t I> consteval auto plain_member() { return PlainMember<T, I>{}; }

template <class T, std::size_t I>
[[gnu::always_inline]] inline Field plain_field(const TypeFacts* facts, const void* address) {
  constexpr std::string_view name = boost::pfr::get_name<I, T>();
  return {name.data(), facts, address, name.size()};
}
#else
// Before Boost 1.84 there are no names, and the public functions count members by an expression on which g++ 12 crashes
// (a default of std::vector<std::string>{"a"}): hence the inner ones. Those releases will not change any more.
template <std::size_t I, class T> constexpr const auto& plain_get(const T& object) {
  return boost::pfr::detail::sequence_tuple::get<I>(
      boost::pfr::detail::tie_as_tuple(object, boost::pfr::detail::size_t_<plain_size<T>>{}));
}

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wundefined-var-template"
#pragma clang diagnostic ignored "-Wundefined-internal"
#endif
template <class T> struct Holder { T value; };
/// Never defined: only the names of its members are wanted.
template <class T> extern const Holder<T> nowhere;
#if defined(__clang__)
/// clang before 18 takes no pointer to a member of an object as template argument, but a struct that holds one.
template <class P> struct Wrap { P pointer; };
template <class P> Wrap(P) -> Wrap<P>;
template <class T, std::size_t I> consteval auto plain_member() { return Wrap{&plain_get<I>(nowhere<T>.value)}; }
#else
template <class T, std::size_t I> consteval auto plain_member() { return &plain_get<I>(nowhere<T>.value); }
#endif

template <auto pointer> const char* spelled_member() { return __PRETTY_FUNCTION__; }
template <class T, std::size_t I>
[[gnu::always_inline]] inline Field plain_field(const TypeFacts* facts, const void* address) {
  return {spelled_member<plain_member<T, I>()>(), facts, address};
}
#if defined(__clang__)
#pragma clang diagnostic pop
#endif
#endif

template <class T, std::size_t I>
using plain_type = std::remove_cvref_t<decltype(plain_get<I>(std::declval<const T&>()))>;

template <class T, std::size_t... I>
[[gnu::always_inline]] inline void add_plain_members(ModelBuilder& builder, const T& object,
                                                     std::index_sequence<I...>) {
  if constexpr (!(has_column_type<plain_type<T, I>> && ...))
    (require_column<plain_member<T, I>(), plain_type<T, I>, ignores<T, T, plain_type<T, I>>>(), ...);
  const Field fields[] = {plain_field<T, I>(facts_or_none<plain_type<T, I>>, &plain_get<I>(object))...};
  builder.add_fields(fields, sizeof...(I));
}

template <class T> void describe_plain(ModelBuilder& builder, const T& object) {
  if constexpr (has_base<T>) {
    static_assert(
        never<T>,
        "dataflow: a struct with base classes must be described; write BOOST_DESCRIBE_STRUCT(Struct, (bases), "
        "(members)) after it, in the same namespace");
  } else if constexpr (plain_size<T> > most_plain_members) {
    static_assert(never<T>,
                  "dataflow: more than 100 members in one struct; move some into bases and describe it with "
                  "BOOST_DESCRIBE_STRUCT");
  } else {
    builder.add_class(&key_of<T>, &object);
    if constexpr (plain_size<T> != 0) add_plain_members(builder, object, std::make_index_sequence<plain_size<T>>{});
    add_options<T, true>(builder, false);
  }
}

}  // namespace dataflow::reflect
