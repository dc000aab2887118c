// The words of the schema's closed sets, one row each: what snapshots, messages and other layers write and read.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string_view>

#include "dataflow/schema.hpp"

namespace dataflow {

template <class E> struct Word {
  E value;
  std::string_view text;
};

/// The rows of one set, in the order of its enumeration.
template <class E> struct Words;

template <> struct Words<Kind> {
  static constexpr std::string_view noun = "a kind of type";
  static constexpr auto rows = std::to_array<Word<Kind>>({
      {Kind::boolean, "boolean"}, {Kind::int8, "int8"},       {Kind::int16, "int16"},
      {Kind::int32, "int32"},     {Kind::int64, "int64"},     {Kind::uint64, "uint64"},
      {Kind::float32, "float32"}, {Kind::float64, "float64"}, {Kind::decimal, "decimal"},
      {Kind::text, "text"},       {Kind::varchar, "varchar"}, {Kind::bytes, "bytes"},
      {Kind::date, "date"},       {Kind::time, "time"},       {Kind::timestamp, "timestamp"},
      {Kind::uuid, "uuid"},       {Kind::json, "json"},       {Kind::enumeration, "enumeration"},
      {Kind::other, "other"},
  });
  static constexpr Kind last = Kind::other;
};

template <> struct Words<Identity> {
  static constexpr std::string_view noun = "an identity";
  static constexpr auto rows = std::to_array<Word<Identity>>({
      {Identity::none, "none"},
      {Identity::by_default, "by default"},
      {Identity::always, "always"},
  });
  static constexpr Identity last = Identity::always;
};

template <> struct Words<Action> {
  static constexpr std::string_view noun = "an action";
  static constexpr auto rows = std::to_array<Word<Action>>({
      {Action::no_action, "no action"},
      {Action::restrict, "restrict"},
      {Action::cascade, "cascade"},
      {Action::set_null, "set null"},
      {Action::set_default, "set default"},
  });
  static constexpr Action last = Action::set_default;
};

template <class E>
concept Worded = requires {
  Words<E>::rows;
};

template <Worded E> constexpr bool complete() {
  const auto& rows = Words<E>::rows;
  for (std::size_t i = 0; i < std::size(rows); ++i)
    if (static_cast<std::size_t>(rows[i].value) != i) return false;
  return std::size(rows) == static_cast<std::size_t>(Words<E>::last) + 1;
}
static_assert(complete<Kind>() && complete<Identity>() && complete<Action>(), "one row a value, in their order");

template <Worded E> constexpr std::string_view word(E value) {
  return Words<E>::rows[static_cast<std::size_t>(value)].text;
}

/// The value a word stands for; nothing for any other word.
template <Worded E> constexpr std::optional<E> from_word(std::string_view text) {
  const auto& rows = Words<E>::rows;
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const Word<E>& r) { return r.text == text; });
  return row == rows.end() ? std::nullopt : std::optional<E>(row->value);
}

}  // namespace dataflow
