// The members of a struct: as BOOST_DESCRIBE_STRUCT lists them, or for a plain aggregate as Boost.PFR finds them.
#pragma once
#include <boost/describe/bases.hpp>
#include <boost/describe/class.hpp>
#include <boost/describe/members.hpp>
#include <boost/pfr/core.hpp>
#if __has_include(<boost/pfr/core_name.hpp>)
#include <boost/pfr/core_name.hpp>
#endif
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include "dataflow/reflect/builder.hpp"

namespace dataflow::reflect {

template <class List> inline constexpr std::size_t length = 0;
template <template <class...> class List, class... X> inline constexpr std::size_t length<List<X...>> = sizeof...(X);

template <class T> inline constexpr bool described = boost::describe::has_describe_members<T>::value;
template <class T> using BasesOf = boost::describe::describe_bases<T, boost::describe::mod_public>;

/// The public members as the macro lists them. Costs a third of describe_members, which sorts them by access and kind.
template <class T> using ListedMembers = decltype(boost_public_member_descriptor_fn(static_cast<T**>(nullptr)));
template <class List> inline constexpr bool holds_data_only = false;
template <template <class...> class List, class... D>
inline constexpr bool holds_data_only<List<D...>> =
    (((D::modifiers & (boost::describe::mod_static | boost::describe::mod_function)) == 0) && ...);

template <class T> struct DataMembers { using type = boost::describe::describe_members<T, boost::describe::mod_public>; };
template <class T>
  requires holds_data_only<ListedMembers<T>>
struct DataMembers<T> { using type = ListedMembers<T>; };
template <class T> using MembersOf = typename DataMembers<T>::type;

// --- options of a struct ------------------------------------------------------------------------------------------

template <class T> inline constexpr bool has_inside = requires { T::dataflow().contents(); };
template <class T> inline constexpr bool has_outside = requires { Options<T>::get().contents(); };

/// Finds the name `dataflow` in T whatever it is and whoever may use it: then the lookup in Both is ambiguous.
struct Fallback { int dataflow; };
template <class T> struct Both : T, Fallback {};
template <class T> inline constexpr bool names_dataflow = !requires { &Both<T>::dataflow; };

template <auto> struct Constant {};
/// Whether T has its dataflow() only from its base B.
template <class T, class B> constexpr bool inherits_options() {
  if constexpr (has_inside<B>)
    return std::is_same_v<Constant<&T::dataflow>, Constant<&B::dataflow>>;
  else
    return false;
}

template <class T> auto options_inside() {
  if constexpr (has_inside<T>) return T::dataflow();
  else return table();
}
template <class T> auto options_outside() {
  if constexpr (has_outside<T>) return Options<T>::get();
  else return table();
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
inline constexpr bool ignores = lists<decltype(options_inside<T>()), C, M> || lists<decltype(options_outside<T>()), C, M>;

template <class T, bool own> [[gnu::always_inline]] inline void add_options(ModelBuilder& builder, bool inherited) {
  if constexpr (own && has_inside<T>) {
    static_assert(owns<T, decltype(T::dataflow())>, "dataflow: an option of this struct names a member of a different struct");
    builder.add_options(T::dataflow(), inherited);
  }
  if constexpr (has_outside<T>) {
    static_assert(owns<T, decltype(Options<T>::get())>, "dataflow: an option of this struct names a member of a different struct");
    builder.add_options(Options<T>::get(), inherited);
  }
}

// --- types that have no column ------------------------------------------------------------------------------------

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
    static_assert(enum_is_described<member, Inner>,
                  "dataflow: the enum of this member is not described; write BOOST_DESCRIBE_ENUM(Enum, enumerators...) after it, "
                  "in the same namespace");
  else
    static_assert(has_column<member, M>,
                  "dataflow: the type of this member has no column type; use one of docs/models.md, specialise "
                  "dataflow::ColumnType for it, or ignore(&Struct::member)");
}

template <class M> constexpr const TypeFacts* find_facts() {
  if constexpr (has_column_type<M>) return &facts_of<M>;
  else return nullptr;
}
/// nullptr: none, which is an error unless the member is ignored.
template <class M> inline constexpr const TypeFacts* facts_or_none = find_facts<M>();

// --- is a list complete? ------------------------------------------------------------------------------------------

/// Converts to anything but T itself, so that T{Any{}} is never a copy. A base takes one initialiser.
template <class T> struct AnyBut {
  template <class U>
    requires(!std::is_same_v<U, T>)
  operator U() const;
};
template <class T, std::size_t> using AnyButAt = AnyBut<T>;
template <class T, std::size_t... I> constexpr bool takes(std::index_sequence<I...>) {
  return requires { T{AnyButAt<T, I>{}...}; };
}
/// Whether n initialisers fit.
template <class T, std::size_t n> inline constexpr bool fits = takes<T>(std::make_index_sequence<n>{});

/// Initialisers that a member takes: an array takes one for each element.
template <class M> inline constexpr std::size_t slots = 1;
template <class M, std::size_t n> inline constexpr std::size_t slots<M[n]> = n * slots<M>;

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

// --- described structs --------------------------------------------------------------------------------------------

template <class Model, class T> void describe_class(ModelBuilder& builder, const T& object);

template <class Model, class T, template <class...> class List, class... B>
[[gnu::always_inline]] inline void add_bases(ModelBuilder& builder, const T& object, List<B...>) {
  (describe_class<Model, typename B::type>(builder, object), ...);
}

/// Inline, because with the whole list in it the function's symbol would be of several kilobytes.
template <class Model, class T, template <class...> class List, class... D>
[[gnu::always_inline]] inline void add_members(ModelBuilder& builder, const T& object, List<D...>) {
  if constexpr (!(has_column_type<member_type<D, T>> && ...))
    (require_column<D::pointer, member_type<D, T>,
                    ignores<T, T, member_type<D, T>> || ignores<Model, T, member_type<D, T>>>(),
     ...);
  if constexpr (sizeof...(D) > 0) {
    const Field fields[] = {{D::name, facts_or_none<member_type<D, T>>, &(object.*D::pointer)}...};
    builder.add_fields(fields, sizeof...(D));
  }
}

template <class T, template <class...> class List, class... B> constexpr bool owns_options(List<B...>) {
  return has_inside<T> && !(inherits_options<T, typename B::type>() || ...);
}

template <class Model, class T> void describe_class(ModelBuilder& builder, const T& object) {
  if constexpr (!described<T>) {
    static_assert(never<T>, "dataflow: a base of this struct is not described; write BOOST_DESCRIBE_STRUCT(Base, (bases), (members)) "
                            "after it, in the same namespace");
  } else if constexpr (!members_differ<T>(MembersOf<T>{})) {
    static_assert(never<T>, "dataflow: the BOOST_DESCRIBE_STRUCT list names a member twice");
  } else if constexpr (!is_complete<T>(BasesOf<T>{})) {
    static_assert(never<T>, "dataflow: the BOOST_DESCRIBE_STRUCT list must name every base and every member of the struct; a "
                            "forgotten member would look like a dropped column");
  } else {
    builder.add_class(&key_of<T>, &object);
    if constexpr (length<BasesOf<T>> > 0) add_bases<Model>(builder, object, BasesOf<T>{});
    add_members<Model>(builder, object, MembersOf<T>{});
    add_options<T, owns_options<T>(BasesOf<T>{})>(builder, !std::is_same_v<Model, T>);
  }
}

// --- plain aggregates ---------------------------------------------------------------------------------------------

/// Converts to bases of T only: T{BaseOf{}} compiles when T has one.
template <class T> struct BaseOf {
  template <class U>
    requires(std::is_base_of_v<U, T> && !std::is_same_v<U, T>)
  operator U() const;
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
  if constexpr (fits<T, 16>) return most_that_fit<T, 16, most_plain_members + 1>();
  else return most_that_fit<T, 0, 15>();
}
template <class T> inline constexpr std::size_t plain_size = count_members<T>();

#if defined(BOOST_PFR_CORE_NAME_ENABLED) && BOOST_PFR_CORE_NAME_ENABLED
template <std::size_t I, class T> constexpr const auto& plain_get(const T& object) { return boost::pfr::get<I>(object); }
/// Stands for the member in errors.
template <class T, std::size_t I> struct PlainMember {};
template <class T, std::size_t I> consteval auto plain_member() { return PlainMember<T, I>{}; }

template <class T, std::size_t I> [[gnu::always_inline]] inline Field plain_field(const TypeFacts* facts, const void* address) {
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
template <class T, std::size_t I> [[gnu::always_inline]] inline Field plain_field(const TypeFacts* facts, const void* address) {
  return {spelled_member<plain_member<T, I>()>(), facts, address};
}
#if defined(__clang__)
#pragma clang diagnostic pop
#endif
#endif

template <class T, std::size_t I> using plain_type = std::remove_cvref_t<decltype(plain_get<I>(std::declval<const T&>()))>;

template <class T, std::size_t... I>
[[gnu::always_inline]] inline void add_plain_members(ModelBuilder& builder, const T& object, std::index_sequence<I...>) {
  if constexpr (!(has_column_type<plain_type<T, I>> && ...))
    (require_column<plain_member<T, I>(), plain_type<T, I>, ignores<T, T, plain_type<T, I>>>(), ...);
  const Field fields[] = {plain_field<T, I>(facts_or_none<plain_type<T, I>>, &plain_get<I>(object))...};
  builder.add_fields(fields, sizeof...(I));
}

template <class T> void describe_plain(ModelBuilder& builder, const T& object) {
  if constexpr (has_base<T>) {
    static_assert(never<T>, "dataflow: a struct with base classes must be described; write BOOST_DESCRIBE_STRUCT(Struct, (bases), "
                            "(members)) after it, in the same namespace");
  } else if constexpr (plain_size<T> > most_plain_members) {
    static_assert(never<T>, "dataflow: more than 100 members in one struct; move some into bases and describe it with "
                            "BOOST_DESCRIBE_STRUCT");
  } else {
    builder.add_class(&key_of<T>, &object);
    if constexpr (plain_size<T> > 0) add_plain_members(builder, object, std::make_index_sequence<plain_size<T>>{});
    add_options<T, true>(builder, false);
  }
}

// --- either -------------------------------------------------------------------------------------------------------

/// Then two bases may have a dataflow() of their own, and T has none.
template <class T> constexpr bool has_described_bases() {
  if constexpr (described<T>) return length<BasesOf<T>> > 0;
  else return false;
}

/// Everything the builder has to know of T.
template <class T> void describe([[maybe_unused]] ModelBuilder& builder) {
  if constexpr (!std::is_class_v<T> || std::is_union_v<T>) {
    static_assert(never<T>, "dataflow: a model must be a struct");
  } else if constexpr (!std::is_aggregate_v<T>) {
    static_assert(never<T>, "dataflow: a model must be an aggregate: no constructors, no private members, no virtual functions");
  } else if constexpr (!std::is_default_constructible_v<T>) {
    static_assert(never<T>, "dataflow: a model must be default constructible; its defaults are read from a fresh object");
  } else {
    if constexpr (!has_inside<T> && !std::is_final_v<T> && !has_described_bases<T>())
      static_assert(!names_dataflow<T>, "dataflow: dataflow() of a model must be public and static and return table(...) with its options");
    const T object{};
    builder.begin(spelled<T>(), &object);
    if constexpr (described<T>) describe_class<T>(builder, object);
    else describe_plain(builder, object);
  }
}

}  // namespace dataflow::reflect
