// Which column type a C++ type has. One specialisation of ColumnType per type, ours or the user's.
#pragma once
#include <boost/describe/enum.hpp>
#include <boost/describe/enumerators.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "dataflow/reflect/types.hpp"
#include "dataflow/schema.hpp"

namespace dataflow {

namespace reflect {
template <class T> inline constexpr bool is_optional = false;
template <class T> inline constexpr bool is_optional<std::optional<T>> = true;
}  // namespace reflect

/// The column type of `T`. This primary template is every type that has none.
/// A specialisation has `supported = true`, `nullable`, `static Type type()` and, where a value can be written as a
/// constant, `static std::optional<Literal> literal(const T&)`.
template <class T, class = void> struct ColumnType { static constexpr bool supported = false; };

/// Base of a specialisation for a type that is stored as another one:
///   template <> struct dataflow::ColumnType<Email> : dataflow::StoredAs<std::string> {
///     static std::string stored(const Email& e) { return e.address; }   // optional: lets an initialiser be a DEFAULT
///   };
template <class S> struct StoredAs {
  using Stored = S;
  static constexpr bool supported = true;
  static constexpr bool nullable = reflect::is_optional<S>;
  static Type type() {
    static_assert(ColumnType<S>::supported, "dataflow: StoredAs<S>: S itself has no column type");
    if constexpr (ColumnType<S>::supported)
      return ColumnType<S>::type();
    else
      return {};
  }
};

namespace reflect {

template <class> inline constexpr bool never = false;

/// T as its compiler spells it, inside more text: type_name() finds it there.
template <class T> const char* spelled() { return __PRETTY_FUNCTION__; }
std::string type_name(std::string_view spelled);
std::string snake_case(std::string_view name);

/// What a member's initialiser left in a fresh object.
struct Initial {
  std::optional<Literal> value;
  bool zero = true;  ///< the same as without an initialiser
};
Initial initial(std::optional<Literal> value, const std::optional<Literal>& zero);

/// All that is asked of a C++ type: one constant per type, not per member.
struct TypeFacts {
  Type (*type)();
  bool nullable;
  Initial (*initial)(const void* member);
};

struct Scalar {
  static constexpr bool supported = true;
  static constexpr bool nullable = false;
};

Type scalar(Kind kind, std::uint32_t length = 0, std::uint32_t precision = 0, std::uint32_t scale = 0);
Type enumeration(std::string_view spelled_name, const char* const* labels, std::size_t size);
std::optional<Literal> decimal_literal(const std::string& digits);
std::optional<Literal> float_literal(float value);

/// bool and the character types are integral, but no numbers.
template <class T>
inline constexpr bool is_number = std::is_integral_v<T> && sizeof(T) <= 8 && !std::is_same_v<T, bool> &&
                                  !std::is_same_v<T, char> && !std::is_same_v<T, wchar_t> &&
                                  !std::is_same_v<T, char8_t> && !std::is_same_v<T, char16_t> &&
                                  !std::is_same_v<T, char32_t>;

/// The narrowest kind that holds every value of the type.
constexpr Kind integer_kind(std::size_t size, bool is_signed) {
  switch (size) {
    case 1: return is_signed ? Kind::int8 : Kind::int16;
    case 2: return is_signed ? Kind::int16 : Kind::int32;
    case 4: return is_signed ? Kind::int32 : Kind::int64;
  }
  return is_signed ? Kind::int64 : Kind::uint64;
}

template <class T> struct StoredType { using type = T; };
template <class T>
requires requires { typename ColumnType<T>::Stored; }
struct StoredType<T> : StoredType<typename ColumnType<T>::Stored> {};
template <class T> struct StoredType<std::optional<T>> : StoredType<T> {};
/// What reaches the database of a T: without optional, with StoredAs followed.
template <class T> using stored_type = typename StoredType<std::remove_cv_t<T>>::type;

template <class A, class B>
inline constexpr bool same_column_type = std::is_same_v<A, B> ||
                                         (is_number<A> && is_number<B> && sizeof(A) == sizeof(B) &&
                                          std::is_signed_v<A> == std::is_signed_v<B>);

template <class T> inline constexpr bool has_column_type = ColumnType<std::remove_cv_t<T>>::supported;

template <class T> inline constexpr bool has_literal = requires(const T& value) { ColumnType<T>::literal(value); }
|| requires(const T& value) { ColumnType<T>::stored(value); };

template <class T> std::optional<Literal> literal_of(const T& value) {
  if constexpr (requires { ColumnType<T>::literal(value); })
    return ColumnType<T>::literal(value);
  else
    return literal_of<typename ColumnType<T>::Stored>(ColumnType<T>::stored(value));
}

template <class T> Initial read_initial([[maybe_unused]] const void* member) {
  [[maybe_unused]] const T& value = *static_cast<const T*>(member);
  if constexpr (is_optional<T>) {
    if (!value) return {};
    Initial held = read_initial<typename T::value_type>(&*value);
    held.zero = false;
    return held;
  } else if constexpr (std::is_enum_v<T>) {
    return {literal_of<T>(value), value == T{}};
  } else if constexpr (has_literal<T>) {
    return initial(literal_of<T>(value), literal_of<T>(T{}));
  } else {
    return {};
  }
}

template <class T>
inline constexpr TypeFacts facts_of = {&ColumnType<T>::type, ColumnType<T>::nullable, &read_initial<T>};

}  // namespace reflect

template <> struct ColumnType<bool> : reflect::Scalar {
  static Type type() { return reflect::scalar(Kind::boolean); }
  static std::optional<Literal> literal(bool value) { return Literal{value}; }
};

template <class T> struct ColumnType<T, std::enable_if_t<reflect::is_number<T>>> : reflect::Scalar {
  static Type type() { return reflect::scalar(reflect::integer_kind(sizeof(T), std::is_signed_v<T>)); }
  static std::optional<Literal> literal(T value) {
    if constexpr (sizeof(T) == 8 && std::is_unsigned_v<T>)
      return Literal{static_cast<std::uint64_t>(value)};
    else
      return Literal{static_cast<std::int64_t>(value)};
  }
};

template <> struct ColumnType<float> : reflect::Scalar {
  static Type type() { return reflect::scalar(Kind::float32); }
  static std::optional<Literal> literal(float value) { return reflect::float_literal(value); }
};

template <> struct ColumnType<double> : reflect::Scalar {
  static Type type() { return reflect::scalar(Kind::float64); }
  static std::optional<Literal> literal(double value) { return Literal{value}; }
};

template <> struct ColumnType<std::string> : reflect::Scalar {
  static Type type() { return reflect::scalar(Kind::text); }
  static std::optional<Literal> literal(const std::string& value) { return Literal{value}; }
};

template <std::size_t N> struct ColumnType<varchar<N>> : reflect::Scalar {
  static Type type() { return reflect::scalar(Kind::varchar, N); }
  static std::optional<Literal> literal(const std::string& value) { return Literal{value}; }
};

template <unsigned P, unsigned S> struct ColumnType<decimal<P, S>> : reflect::Scalar {
  static Type type() { return reflect::scalar(Kind::decimal, 0, P, S); }
  static std::optional<Literal> literal(const decimal<P, S>& value) { return reflect::decimal_literal(value.digits); }
};

template <> struct ColumnType<uuid> : reflect::Scalar {
  static Type type() { return reflect::scalar(Kind::uuid); }
  static std::optional<Literal> literal(const uuid& value) { return Literal{to_string(value)}; }
};

template <> struct ColumnType<json> : reflect::Scalar {
  static Type type() { return reflect::scalar(Kind::json); }
  static std::optional<Literal> literal(const json& value) {
    if (value.text.empty()) return {};
    return Literal{value.text};
  }
};

template <> struct ColumnType<std::vector<std::byte>> : reflect::Scalar {
  static Type type() { return reflect::scalar(Kind::bytes); }
};

template <class T> struct ColumnType<std::vector<T>> : reflect::Scalar {
  static constexpr bool supported = ColumnType<T>::supported && !reflect::is_optional<T>;
  static Type type() {
    Type element = ColumnType<T>::type();
    ++element.dimensions;
    return element;
  }
};

template <class T> struct ColumnType<std::optional<T>> {
  static constexpr bool supported = ColumnType<T>::supported && !reflect::is_optional<T>;
  static constexpr bool nullable = true;
  static Type type() { return ColumnType<T>::type(); }
  static std::optional<Literal> literal(const std::optional<T>& value) requires reflect::has_literal<T> {
    if (!value) return {};
    return reflect::literal_of<T>(*value);
  }
};

/// An enum described by BOOST_DESCRIBE_ENUM, as its labels.
template <class E>
struct ColumnType<E, std::enable_if_t<std::is_enum_v<E> && boost::describe::has_describe_enumerators<E>::value>>
    : reflect::Scalar {
  static Type type() {
    return [](auto list) { return labels(list); }(boost::describe::describe_enumerators<E>{});
  }
  static std::optional<Literal> literal(E value) {
    return [value](auto list) { return label(value, list); }(boost::describe::describe_enumerators<E>{});
  }

 private:
  template <template <class...> class List, class... D> static Type labels(List<D...>) {
    static constexpr const char* names[] = {D::name...};
    return reflect::enumeration(reflect::spelled<E>(), names, sizeof...(D));
  }
  template <template <class...> class List, class... D> static std::optional<Literal> label(E value, List<D...>) {
    const char* name = nullptr;
    (void)((value == D::value && (name = D::name)) || ...);
    if (!name) return {};
    return Literal{std::string(name)};
  }
};

}  // namespace dataflow
