#include <array>

#include "dialects/mariadb/mariadb.hpp"

namespace dataflow::mariadb {

namespace {

// A version does not say whose it is: MySQL's are below 10 and MariaDB's from 10 on, and a server takes the newest row
// that is not newer than itself. So a row of `both` is listed once and stands twice in the table, and one of `mysql` is
// of a case that MariaDB has a row of its own for, or never comes to.
constexpr Since both{0, 0}, mysql{8, 0}, mariadb{10, 0};
constexpr std::string_view measured = "measured on MariaDB 10.11", manual = "MySQL's manual, not measured";

// Every change of a table takes its metadata lock exclusively for a moment, at its end where it takes longer. It waits
// for every transaction that has used the table, and everybody who comes later waits behind it.
struct Lock {
  std::string_view name;
  Blocks blocks;
};
constexpr Lock exclusive{"metadata EXCLUSIVE (moment)", Blocks::everything};
constexpr Lock none{"LOCK=NONE; metadata EXCLUSIVE (moment)", Blocks::schema_changes};
constexpr Lock shared{"LOCK=SHARED; metadata EXCLUSIVE (moment)", Blocks::writers};
constexpr Lock rows{"row locks on all rows; metadata EXCLUSIVE (moment)", Blocks::writers};
constexpr Lock unlocked{"", Blocks::nothing};

/// Each commits by itself: a transaction that is open is committed before it.
constexpr Fact row(Act act, std::string_view when, Since since, Lock lock, Work work) {
  return {.act = act,
          .since = since,
          .blocks = lock.blocks,
          .work = work,
          .lock = lock.name,
          .source = {},
          .when = when,
          .rebuilds_indexes = work == Work::rewrite,
          .in_transaction = false};
}
constexpr Fact of_mysql(Act act, std::string_view when, Lock lock, Work work) {
  return row(act, when, mysql, lock, work);
}

// How the server goes about an ALTER TABLE: the words of case_of().
constexpr Fact instant(Act act) { return row(act, "instant", both, exclusive, Work::catalog); }
constexpr Fact nocopy(Act act, Work work = Work::index_build) { return row(act, "nocopy", mariadb, none, work); }
constexpr Fact nocopy_waiting(Act act) { return row(act, "nocopy, writers wait", mariadb, shared, Work::index_build); }
constexpr Fact inplace(Act act) { return row(act, "inplace", both, none, Work::rewrite); }
constexpr Fact inplace_waiting(Act act) { return row(act, "inplace, writers wait", both, shared, Work::rewrite); }
constexpr Fact copy(Act act) { return row(act, "copy", both, shared, Work::rewrite); }
/// One column after the other: rows are given a value before the column is required, in one transaction.
constexpr Fact filled(Act act) { return row(act, "filled", both, rows, Work::rewrite); }

/// What a plain table of InnoDB comes to, for where the case is not known.
constexpr Fact usual(Fact fact) {
  fact.since = both;
  fact.when = {};
  return fact;
}

constexpr Fact listed[] = {
    row(Act::create_table, "", both, unlocked, Work::catalog),
    row(Act::drop_table, "", both, exclusive, Work::catalog),
    row(Act::rename_table, "", both, exclusive, Work::catalog),
    usual(instant(Act::change_table_options)),
    instant(Act::change_table_options),
    inplace(Act::change_table_options),
    inplace_waiting(Act::change_table_options),
    copy(Act::change_table_options),
    usual(instant(Act::add_nullable_column)),
    instant(Act::add_nullable_column),
    inplace(Act::add_nullable_column),
    inplace_waiting(Act::add_nullable_column),
    copy(Act::add_nullable_column),
    usual(instant(Act::add_column_with_default)),
    instant(Act::add_column_with_default),
    inplace(Act::add_column_with_default),
    inplace_waiting(Act::add_column_with_default),
    copy(Act::add_column_with_default),
    usual(copy(Act::add_column_with_volatile_default)),
    inplace_waiting(Act::add_column_with_volatile_default),
    copy(Act::add_column_with_volatile_default),
    usual(instant(Act::add_required_column)),
    instant(Act::add_required_column),
    inplace(Act::add_required_column),
    inplace_waiting(Act::add_required_column),
    copy(Act::add_required_column),
    filled(Act::add_required_column),
    usual(instant(Act::add_generated_column)),
    instant(Act::add_generated_column),
    copy(Act::add_generated_column),
    usual(instant(Act::drop_column)),
    instant(Act::drop_column),
    nocopy(Act::drop_column, Work::catalog),
    inplace(Act::drop_column),
    inplace_waiting(Act::drop_column),
    copy(Act::drop_column),
    usual(instant(Act::rename_column)),
    instant(Act::rename_column),
    copy(Act::rename_column),
    usual(copy(Act::change_type)),
    instant(Act::change_type),
    copy(Act::change_type),
    usual(inplace(Act::set_not_null)),
    inplace(Act::set_not_null),
    inplace_waiting(Act::set_not_null),
    copy(Act::set_not_null),
    filled(Act::set_not_null),
    usual(inplace(Act::drop_not_null)),
    instant(Act::drop_not_null),
    inplace(Act::drop_not_null),
    inplace_waiting(Act::drop_not_null),
    copy(Act::drop_not_null),
    usual(instant(Act::change_default)),
    instant(Act::change_default),
    copy(Act::change_default),
    usual(copy(Act::change_generated)),
    instant(Act::change_generated),
    copy(Act::change_generated),
    usual(nocopy(Act::change_collation)),
    instant(Act::change_collation),
    nocopy(Act::change_collation),
    nocopy_waiting(Act::change_collation),
    copy(Act::change_collation),
    usual(instant(Act::change_column_options)),
    instant(Act::change_column_options),
    nocopy(Act::change_column_options),
    nocopy_waiting(Act::change_column_options),
    copy(Act::change_column_options),
    usual(copy(Act::change_identity)),
    instant(Act::change_identity),
    copy(Act::change_identity),
    usual(instant(Act::change_comment)),
    instant(Act::change_comment),
    copy(Act::change_comment),
    usual(inplace(Act::add_primary_key)),
    inplace(Act::add_primary_key),
    inplace_waiting(Act::add_primary_key),
    copy(Act::add_primary_key),
    usual(copy(Act::drop_primary_key)),
    inplace(Act::drop_primary_key),
    inplace_waiting(Act::drop_primary_key),
    copy(Act::drop_primary_key),
    usual(nocopy(Act::add_unique)),
    usual(nocopy(Act::drop_unique, Work::catalog)),
    usual(nocopy(Act::add_foreign_key)),
    copy(Act::add_foreign_key),
    // With foreign_key_checks = 0: a query behind it looks at the rows of today.
    row(Act::add_foreign_key, "instant", mariadb, exclusive, Work::scan),
    nocopy(Act::add_foreign_key),
    usual(instant(Act::drop_foreign_key)),
    instant(Act::drop_foreign_key),
    copy(Act::drop_foreign_key),
    usual(copy(Act::add_check)),
    copy(Act::add_check),
    usual(instant(Act::drop_check)),
    instant(Act::drop_check),
    copy(Act::drop_check),
    usual(nocopy(Act::create_index)),
    instant(Act::create_index),
    nocopy(Act::create_index),
    nocopy_waiting(Act::create_index),
    copy(Act::create_index),
    usual(nocopy(Act::create_unique_index)),
    instant(Act::create_unique_index),
    nocopy(Act::create_unique_index),
    copy(Act::create_unique_index),
    usual(nocopy(Act::drop_index, Work::catalog)),
    instant(Act::drop_index),
    nocopy(Act::drop_index, Work::catalog),
    nocopy_waiting(Act::drop_index),
    copy(Act::drop_index),
    row(Act::create_index, "inplace, writers wait", mariadb, shared, Work::rewrite),
    row(Act::drop_index, "inplace, writers wait", mariadb, shared, Work::rewrite),

    row(Act::create_definition, "", both, unlocked, Work::catalog),
    row(Act::create_definition, "trigger", both, exclusive, Work::catalog),
    row(Act::replace_definition, "", both, exclusive, Work::catalog),
    row(Act::drop_definition, "", both, exclusive, Work::catalog),

    // MySQL says INPLACE also where rows stay where they are.
    of_mysql(Act::rename_column, "inplace", none, Work::catalog),
    of_mysql(Act::change_type, "inplace", none, Work::catalog),
    of_mysql(Act::change_comment, "inplace", none, Work::catalog),
    of_mysql(Act::create_index, "inplace", none, Work::index_build),
    of_mysql(Act::create_index, "inplace, writers wait", shared, Work::index_build),
    of_mysql(Act::create_unique_index, "inplace", none, Work::index_build),
    of_mysql(Act::drop_index, "inplace", none, Work::catalog),
    of_mysql(Act::drop_index, "inplace, writers wait", shared, Work::index_build),
    of_mysql(Act::add_foreign_key, "inplace", none, Work::scan),
    of_mysql(Act::drop_foreign_key, "inplace", none, Work::catalog),
};

constexpr std::size_t shared_rows = [] {
  std::size_t n = 0;
  for (const Fact& fact : listed) n += fact.since == both ? 1 : 0;
  return n;
}();

/// Each with the server that it is of, and who says so: one of both becomes MySQL's and MariaDB's.
constexpr auto facts = [] {
  std::array<Fact, std::size(listed) + shared_rows> out{};
  std::size_t n = 0;
  const auto put = [&](Fact fact, Since since) {
    fact.since = since, fact.measured = since != mysql, fact.source = fact.measured ? measured : manual;
    out[n++] = fact;
  };
  for (const Fact& fact : listed) {
    if (fact.since == both) put(fact, mysql);
    put(fact, fact.since == both ? mariadb : fact.since);
  }
  return out;
}();
static_assert(complete(facts), "every Act needs a base row");

}  // namespace

std::span<const Fact> all_facts() { return facts; }

}  // namespace dataflow::mariadb
