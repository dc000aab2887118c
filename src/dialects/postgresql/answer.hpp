// Rows as libpq holds them. Reading a catalog means reading each value once: copying them all first costs more than
// what is made of them.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "db/connection.hpp"
#include "dialects/postgresql/libpq.hpp"

namespace dataflow::postgresql {

using Oid = std::uint32_t;

/// The elements of an array as the server writes it: {a,"b c",NULL}.
Row read_array(std::string_view text);
/// "{1,2}" or "1 2".
std::vector<std::int64_t> read_numbers(std::string_view all);

/// One row, read by position, while its Answer lives. A NULL reads as nothing: "", 0, false.
class Fields {
 public:
  Fields(const PGresult* rows, int row) : rows_(rows), row_(row) {}
  std::string_view view(std::size_t i) const {
    const int at = static_cast<int>(i);
    return {pq::getvalue(rows_, row_, at), static_cast<std::size_t>(pq::getlength(rows_, row_, at))};
  }
  std::string text(std::size_t i) const { return std::string(view(i)); }
  bool null(std::size_t i) const { return pq::getisnull(rows_, row_, static_cast<int>(i)) != 0; }
  Oid oid(std::size_t i) const { return static_cast<Oid>(integer(i)); }
  int number(std::size_t i) const { return static_cast<int>(integer(i)); }
  bool flag(std::size_t i) const { return letter(i) == 't'; }
  char letter(std::size_t i) const { return value(i)[0]; }
  /// A row of values that a query packed into an array, so that what is rarely there costs one field.
  Row list(std::size_t i) const { return null(i) ? Row() : read_array(view(i)); }
  std::vector<std::int64_t> numbers(std::size_t i) const { return read_numbers(view(i)); }

 private:
  const char* value(std::size_t i) const { return pq::getvalue(rows_, row_, static_cast<int>(i)); }
  /// The server's own digits, behind which there is a '\0'.
  std::int64_t integer(std::size_t i) const {
    const char* at = value(i);
    const bool negative = *at == '-';
    std::int64_t value = 0;
    for (at += negative; *at >= '0' && *at <= '9'; ++at) value = value * 10 + (*at - '0');
    return negative ? -value : value;
  }

  const PGresult* rows_;
  int row_;
};

/// What one query gave; nothing where it was not asked.
class Answer {
 public:
  class Iterator {
   public:
    Iterator(const PGresult* rows, int row) : rows_(rows), row_(row) {}
    Fields operator*() const { return {rows_, row_}; }
    Iterator& operator++() {
      ++row_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return row_ != other.row_; }

   private:
    const PGresult* rows_;
    int row_;
  };

  Answer() = default;
  explicit Answer(std::unique_ptr<PGresult, pq::Free> rows) : rows_(std::move(rows)) {}
  std::size_t size() const { return rows_ == nullptr ? 0 : static_cast<std::size_t>(pq::ntuples(rows_.get())); }
  Iterator begin() const { return {rows_.get(), 0}; }
  Iterator end() const { return {rows_.get(), static_cast<int>(size())}; }

 private:
  std::unique_ptr<PGresult, pq::Free> rows_;
};

}  // namespace dataflow::postgresql
