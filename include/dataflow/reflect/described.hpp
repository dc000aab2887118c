// Structs with BOOST_DESCRIBE_STRUCT: their bases and members as the macro lists them, once the list is proved
// complete.
#pragma once
#include <boost/describe/bases.hpp>
#include <boost/describe/class.hpp>
#include <boost/describe/members.hpp>
#include <cstddef>
#include <type_traits>
#include <utility>

#include "dataflow/reflect/builder.hpp"
#include "dataflow/reflect/requirements.hpp"
#include "dataflow/reflect/struct_options.hpp"

namespace dataflow::reflect {

template <class List> inline constexpr std::size_t length = 0;
template <template <class...> class List, class... X> inline constexpr std::size_t length<List<X...>> = sizeof...(X);

template <class T> inline constexpr bool described = boost::describe::has_describe_members<T>::value;
template <class T> using BasesOf = boost::describe::describe_bases<T, boost::describe::mod_public>;

/// The public members as the macro lists them: cheaper to compile than describe_members, which sorts them by access and
/// kind. A list that holds functions or static members needs that.
template <class T> using ListedMembers = decltype(boost_public_member_descriptor_fn(static_cast<T**>(nullptr)));
template <class List> inline constexpr bool holds_data_only = false;
template <template <class...> class List, class... D>
inline constexpr bool holds_data_only<List<D...>> =
    (((D::modifiers & (boost::describe::mod_static | boost::describe::mod_function)) == 0) && ...);

template <class T> struct DataMembers {
  using type = boost::describe::describe_members<T, boost::describe::mod_public>;
};
template <class T>
requires holds_data_only<ListedMembers<T>>
struct DataMembers<T> {
  using type = ListedMembers<T>;
};
template <class T> using MembersOf = typename DataMembers<T>::type;
template <class T> inline constexpr bool has_bases = length<BasesOf<T>> != 0;

/// Initialisers that a member takes: an array takes one for each element.
template <class M> inline constexpr std::size_t slots = 1;
template <class M, std::size_t n> inline constexpr std::size_t slots<M[n]> = slots<M>* n;

constexpr bool same_text(const char* a, const char* b) {
  while (*a && *a == *b) ++a, ++b;
  return *a == *b;
}
template <std::size_t size> constexpr bool all_different(const char* const (&names)[size]) {
  for (std::size_t i = 1; i < size; ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (same_text(names[i], names[j])) return false;
  return true;
}

template <class D, class T> using member_type = std::remove_cvref_t<decltype(std::declval<const T&>().*D::pointer)>;

/// What can be said of a list of members without looking at their types' columns. The last name closes an empty list.
template <class T, template <class...> class List, class... D> constexpr bool members_differ(List<D...>) {
  return all_different({D::name..., ""});
}
template <class T, template <class...> class List, class... D> constexpr std::size_t slots_of(List<D...>) {
  return (std::size_t{0} + ... + slots<member_type<D, T>>);
}

/// One more initialiser than the list has names must not fit: then no member was forgotten. That the list is not too
/// long, the compiler sees to, but for a base that is named twice or is a base of a base.
template <class T, template <class...> class List, class... B> constexpr bool is_complete(List<B...>) {
  constexpr std::size_t n = sizeof...(B) + slots_of<T>(MembersOf<T>{});
  return !fits<T, n + 1> && (sizeof...(B) == 0 || fits<T, n>);
}

/// T for itself, or as a base of the structs in `Derived`, the nearest first.
template <class T, class... Derived> void describe_class(ModelBuilder& builder, const T& object);

template <class... Derived, class T, template <class...> class List, class... B>
[[gnu::always_inline]] inline void add_bases(ModelBuilder& builder, const T& object, List<B...>) {
  (describe_class<typename B::type, T, Derived...>(builder, object), ...);
}

template <class M, class T, class... Derived>
inline constexpr bool ignored_somewhere = ignores<T, T, M> || (ignores<Derived, T, M> || ...);

/// Inline, because with the whole list in it the function's symbol would be of several kilobytes.
template <class... Derived, class T, template <class...> class List, class... D>
[[gnu::always_inline]] inline void add_members(ModelBuilder& builder, const T& object, List<D...>) {
  if constexpr (!(has_column_type<member_type<D, T>> && ...))
    (require_column<D::pointer, member_type<D, T>, ignored_somewhere<member_type<D, T>, T, Derived...>>(), ...);
  if constexpr (sizeof...(D) > 0) {
    const Field fields[] = {{D::name, facts_or_none<member_type<D, T>>, &(object.*D::pointer)}...};
    builder.add_fields(fields, sizeof...(D));
  }
}

template <class T, template <class...> class List, class... B> constexpr bool owns_options(List<B...>) {
  return has_inside<T> && !(inherits_options<T, typename B::type>() || ...);
}

template <class T, class... Derived> void describe_class(ModelBuilder& builder, const T& object) {
  if constexpr (!described<T>) {
    static_assert(
        never<T>,
        "dataflow: a base of this struct is not described; write BOOST_DESCRIBE_STRUCT(Base, (bases), (members)) "
        "after it, in the same namespace");
  } else if constexpr (!members_differ<T>(MembersOf<T>{})) {
    static_assert(never<T>, "dataflow: the BOOST_DESCRIBE_STRUCT list names a member twice");
  } else if constexpr (!is_complete<T>(BasesOf<T>{})) {
    static_assert(never<T>,
                  "dataflow: the BOOST_DESCRIBE_STRUCT list must name every base and every member of the struct; a "
                  "forgotten member would look like a dropped column");
  } else {
    builder.add_class(&key_of<T>, &object);
    if constexpr (has_bases<T>) add_bases<Derived...>(builder, object, BasesOf<T>{});
    add_members<Derived...>(builder, object, MembersOf<T>{});
    add_options<T, owns_options<T>(BasesOf<T>{})>(builder, sizeof...(Derived) > 0);
  }
}

}  // namespace dataflow::reflect
