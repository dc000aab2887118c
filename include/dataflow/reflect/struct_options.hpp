// The options that belong to a struct: its own dataflow(), and Options<T> outside of it.
#pragma once
#include <type_traits>

#include "dataflow/reflect/builder.hpp"
#include "dataflow/reflect/options.hpp"

namespace dataflow::reflect {

template <class T> inline constexpr bool has_inside = requires { T::dataflow().contents(); };
template <class T> inline constexpr bool has_outside = requires { Options<T>::get().contents(); };

/// Finds the name `dataflow` in T whatever it is and whoever may use it: then the lookup in Both is ambiguous.
struct Fallback {
  int dataflow;
};
template <class T> struct Both : T, Fallback {};
template <class T> inline constexpr bool names_dataflow = !requires { &Both<T>::dataflow; };

template <auto> struct Constant {};
/// Whether T has its dataflow() only from its base B.
template <class T, class B> constexpr bool inherits_options() {
  if constexpr (has_inside<T> && has_inside<B>)
    return std::is_same_v<Constant<&T::dataflow>, Constant<&B::dataflow>>;
  else
    return false;
}

template <class T> auto options_inside() {
  if constexpr (has_inside<T>)
    return T::dataflow();
  else
    return table();
}
template <class T> auto options_outside() {
  if constexpr (has_outside<T>)
    return Options<T>::get();
  else
    return table();
}

template <class T, class Declaration> inline constexpr bool owns = false;
template <class T, class Owner> inline constexpr bool owner_is_part = std::is_base_of_v<Owner, T>;
template <class T, class C, class M> inline constexpr bool owner_is_part<T, Ignored<C, M>> = true;
template <class T, class... Owners>
inline constexpr bool owns<T, Declaration<Owners...>> = (owner_is_part<T, Owners> && ...);

template <class Owners, class C, class M> inline constexpr bool lists = false;
template <class... Owners, class C, class M>
inline constexpr bool lists<Declaration<Owners...>, C, M> = (std::is_same_v<Owners, Ignored<C, M>> || ...);
template <class T, class C, class M>
inline constexpr bool ignores =
    lists<decltype(options_inside<T>()), C, M> || lists<decltype(options_outside<T>()), C, M>;

template <class T, bool own> [[gnu::always_inline]] inline void add_options(ModelBuilder& builder, bool inherited) {
  if constexpr (own && has_inside<T>) {
    static_assert(owns<T, decltype(T::dataflow())>,
                  "dataflow: an option of this struct names a member of a different struct");
    builder.add_options(T::dataflow(), inherited);
  }
  if constexpr (has_outside<T>) {
    static_assert(owns<T, decltype(Options<T>::get())>,
                  "dataflow: an option of this struct names a member of a different struct");
    builder.add_options(Options<T>::get(), inherited);
  }
}

}  // namespace dataflow::reflect
