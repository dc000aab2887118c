// Dates and times as columns. Apart from reflect.hpp because <chrono> is costly to include.
#pragma once
#include <chrono>

#include "dataflow/reflect/column_type.hpp"

namespace dataflow {

/// A moment, to the microsecond: the finest that every server keeps.
using timestamp = std::chrono::sys_time<std::chrono::microseconds>;
/// A time of day, to the microsecond.
using time_of_day = std::chrono::hh_mm_ss<std::chrono::microseconds>;

namespace reflect {

/// The fractional digits that a duration needs, of the 0, 3 or 6 that servers have. Nanoseconds are stored as 6.
template <class Duration>
inline constexpr std::uint32_t fractional_digits =
    std::ratio_greater_equal_v<typename Duration::period, std::ratio<1>> ? 0
    : std::ratio_greater_equal_v<typename Duration::period, std::milli>  ? 3
                                                                         : 6;

}  // namespace reflect

template <class Duration> struct ColumnType<std::chrono::sys_time<Duration>> : reflect::Scalar {
  static Type type() { return reflect::scalar(Kind::timestamp, 0, reflect::fractional_digits<Duration>); }
};

template <class Duration> struct ColumnType<std::chrono::hh_mm_ss<Duration>> : reflect::Scalar {
  static Type type() { return reflect::scalar(Kind::time, 0, reflect::fractional_digits<Duration>); }
};

template <> struct ColumnType<std::chrono::year_month_day> : reflect::Scalar {
  static Type type() { return reflect::scalar(Kind::date); }
};

}  // namespace dataflow
