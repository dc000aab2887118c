// What members must be: of a type that has a column, unless they are ignored. And how many initialisers a struct takes,
// which is how many members and bases it has.
#pragma once
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "dataflow/reflect/column_type.hpp"

namespace dataflow::reflect {

template <class T> struct Innermost { using type = T; };
template <class T> struct Innermost<std::optional<T>> : Innermost<T> {};
template <class T> struct Innermost<std::vector<T>> : Innermost<T> {};

/// Both carry the member in their name, so that the compiler names it next to the sentence.
template <auto member, class M> inline constexpr bool has_column = has_column_type<M>;
template <auto member, class E> inline constexpr bool enum_is_described = has_column_type<E>;

/// `ignored`: some member of this type is ignored. Whether it is this one shows at run time.
template <auto member, class M, bool ignored> constexpr void require_column() {
  using Inner = typename Innermost<std::remove_cv_t<M>>::type;
  if constexpr (ignored || has_column_type<M>)
    return;
  else if constexpr (std::is_enum_v<Inner>)
    static_assert(
        enum_is_described<member, Inner>,
        "dataflow: the enum of this member is not described; write BOOST_DESCRIBE_ENUM(Enum, enumerators...) after it, "
        "in the same namespace");
  else
    static_assert(has_column<member, M>,
                  "dataflow: the type of this member has no column type; use one of docs/models.md, specialise "
                  "dataflow::ColumnType for it, or ignore(&Struct::member)");
}

template <class M> constexpr const TypeFacts* find_facts() {
  if constexpr (has_column_type<M>)
    return &facts_of<M>;
  else
    return nullptr;
}
/// nullptr: none, which is an error unless the member is ignored.
template <class M> inline constexpr const TypeFacts* facts_or_none = find_facts<M>();

/// Converts to anything. One type for all structs, so that the compiler meets each conversion once.
struct Any {
  template <class U> operator U() const;
};
/// Converts to anything but T itself, so that T{AnyBut<T>{}} is never a copy.
template <class T> struct AnyBut {
  template <class U>
  requires(!std::is_same_v<U, T>) operator U() const;
};
template <std::size_t> using AnyAt = Any;
template <class T, std::size_t... I> constexpr bool takes(std::index_sequence<I...>) {
  if constexpr (sizeof...(I) == 1) return requires {
      T{AnyBut<T>{}};
    };
  else
    return requires { T{AnyAt<I>{}...}; };
}
/// Whether n initialisers fit. A base takes one.
template <class T, std::size_t n> inline constexpr bool fits = takes<T>(std::make_index_sequence<n>{});

}  // namespace dataflow::reflect
