#include "dialects/postgresql/postgresql.hpp"

namespace dataflow::postgresql {

namespace {

constexpr Since v14{14, 0}, v18{18, 0};
constexpr std::string_view measured = "measured on 14 to 18 with 20,000 rows";

// A lock, and who waits for it: readers and writers, writers, only other changes of the schema, nobody.
struct Lock {
  std::string_view name;
  Blocks blocks;
};
constexpr Lock access_exclusive{"ACCESS EXCLUSIVE", Blocks::everything};
constexpr Lock share_row_exclusive{"SHARE ROW EXCLUSIVE", Blocks::writers};
constexpr Lock share{"SHARE", Blocks::writers};
constexpr Lock share_update_exclusive{"SHARE UPDATE EXCLUSIVE", Blocks::schema_changes};
constexpr Lock row_share{"ROW SHARE", Blocks::nothing};
constexpr Lock access_share{"ACCESS SHARE", Blocks::nothing};
constexpr Lock none{"", Blocks::nothing};

/// `also`: the lock on other tables. A new object is locked by nobody else, so the other tables decide who waits.
constexpr Fact row(Act act, std::string_view when, Since since, Lock lock, Work work, Lock also = none) {
  return {.act = act,
          .since = since,
          .blocks = lock.name.empty() ? also.blocks : lock.blocks,
          .work = work,
          .lock = lock.name,
          .source = measured,
          .when = when,
          .also_locks = also.name,
          .rebuilds_indexes = work == Work::rewrite};
}

/// As `row`, where the rows stay as they are but the indexes do not.
constexpr Fact reindexing(Act act, std::string_view when, Since since, Lock lock, Lock also) {
  Fact fact = row(act, when, since, lock, Work::index_build, also);
  fact.rebuilds_indexes = true;
  return fact;
}

/// As `row`, where every row is updated: new versions beside the old ones, indexes grow.
constexpr Fact updating(Act act, std::string_view when, Since since, Lock lock, Lock also) {
  Fact fact = row(act, when, since, lock, Work::rewrite, also);
  fact.rebuilds_indexes = false;
  return fact;
}

/// As `row`, where the server allows it in no transaction.
constexpr Fact alone(Act act, std::string_view when, Since since, Lock lock, Work work) {
  Fact fact = row(act, when, since, lock, work);
  fact.in_transaction = false;
  return fact;
}

constexpr Fact facts[] = {
    row(Act::create_table, "", v14, none, Work::catalog),
    row(Act::create_table, "foreign keys", v14, none, Work::catalog, share_row_exclusive),
    row(Act::create_table, "partition", v14, none, Work::catalog, access_exclusive),
    row(Act::create_table, "inherits", v14, none, Work::catalog, share_update_exclusive),
    row(Act::drop_table, "", v14, access_exclusive, Work::catalog, access_exclusive),
    row(Act::rename_table, "", v14, access_exclusive, Work::catalog),
    row(Act::change_table_options, "", v14, access_exclusive, Work::catalog),
    row(Act::change_table_options, "grants", v14, none, Work::catalog),
    row(Act::change_table_options, "grants", v18, access_share, Work::catalog),
    row(Act::change_table_options, "storage parameters", v14, share_update_exclusive, Work::catalog),
    row(Act::change_table_options, "rewrite", v14, access_exclusive, Work::rewrite),
    row(Act::change_table_options, "inherit", v14, access_exclusive, Work::catalog, share_update_exclusive),
    row(Act::change_table_options, "attach partition", v14, access_exclusive, Work::scan, share_update_exclusive),
    row(Act::change_table_options, "detach partition", v14, access_exclusive, Work::catalog, access_exclusive),

    row(Act::add_nullable_column, "", v14, access_exclusive, Work::catalog, access_exclusive),
    row(Act::add_nullable_column, "constrained domain", v14, access_exclusive, Work::rewrite, access_exclusive),
    row(Act::add_column_with_default, "", v14, access_exclusive, Work::catalog, access_exclusive),
    row(Act::add_column_with_default, "constrained domain", v14, access_exclusive, Work::rewrite, access_exclusive),
    row(Act::add_column_with_volatile_default, "", v14, access_exclusive, Work::rewrite, access_exclusive),
    row(Act::add_required_column, "", v14, access_exclusive, Work::catalog, access_exclusive),
    row(Act::add_required_column, "constrained domain", v14, access_exclusive, Work::rewrite, access_exclusive),
    updating(Act::add_required_column, "filled", v14, access_exclusive, access_exclusive),
    row(Act::add_generated_column, "", v14, access_exclusive, Work::rewrite, access_exclusive),
    row(Act::add_generated_column, "virtual", v18, access_exclusive, Work::catalog, access_exclusive),
    row(Act::drop_column, "", v14, access_exclusive, Work::catalog, access_exclusive),
    row(Act::rename_column, "", v14, access_exclusive, Work::catalog, access_exclusive),

    row(Act::change_type, "", v14, access_exclusive, Work::rewrite, access_exclusive),
    row(Act::change_type, "no rewrite", v14, access_exclusive, Work::catalog, access_exclusive),
    row(Act::change_type, "no rewrite, checked again", v14, access_exclusive, Work::scan, access_exclusive),
    reindexing(Act::change_type, "no rewrite, indexes built anew", v14, access_exclusive, access_exclusive),
    row(Act::set_not_null, "", v14, access_exclusive, Work::scan, access_exclusive),
    row(Act::set_not_null, "proved by a check", v14, access_exclusive, Work::catalog, access_exclusive),
    row(Act::set_not_null, "not valid", v18, access_exclusive, Work::catalog, access_exclusive),
    updating(Act::set_not_null, "filled", v14, access_exclusive, access_exclusive),
    row(Act::drop_not_null, "", v14, access_exclusive, Work::catalog, access_exclusive),
    row(Act::change_default, "", v14, access_exclusive, Work::catalog, access_exclusive),
    row(Act::change_generated, "", v14, access_exclusive, Work::rewrite, access_exclusive),
    row(Act::change_generated, "drop expression", v14, access_exclusive, Work::catalog, access_exclusive),
    row(Act::change_collation, "", v14, access_exclusive, Work::catalog, access_exclusive),
    row(Act::change_collation, "checked again", v14, access_exclusive, Work::scan, access_exclusive),
    reindexing(Act::change_collation, "indexes built anew", v14, access_exclusive, access_exclusive),
    row(Act::change_column_options, "", v14, access_exclusive, Work::catalog, access_exclusive),
    row(Act::change_column_options, "statistics", v14, share_update_exclusive, Work::catalog, share_update_exclusive),
    row(Act::change_column_options, "validate", v18, share_update_exclusive, Work::scan, share_update_exclusive),
    row(Act::change_column_options, "grants", v14, none, Work::catalog),
    row(Act::change_column_options, "grants", v18, access_share, Work::catalog),
    row(Act::change_identity, "", v14, access_exclusive, Work::catalog),
    row(Act::change_comment, "", v14, share_update_exclusive, Work::catalog),

    row(Act::add_primary_key, "", v14, access_exclusive, Work::index_build, share),
    row(Act::add_primary_key, "", v18, access_exclusive, Work::index_build, access_exclusive),
    row(Act::drop_primary_key, "", v14, access_exclusive, Work::catalog, access_exclusive),
    row(Act::add_unique, "", v14, access_exclusive, Work::index_build, share),
    row(Act::add_unique, "", v18, access_exclusive, Work::index_build, access_exclusive),
    row(Act::drop_unique, "", v14, access_exclusive, Work::catalog, access_exclusive),
    row(Act::add_foreign_key, "", v14, share_row_exclusive, Work::scan, share_row_exclusive),
    row(Act::add_foreign_key, "not valid", v14, share_row_exclusive, Work::catalog, share_row_exclusive),
    row(Act::add_foreign_key, "validate", v14, share_update_exclusive, Work::scan, row_share),
    row(Act::drop_foreign_key, "", v14, access_exclusive, Work::catalog, access_exclusive),
    row(Act::add_check, "", v14, access_exclusive, Work::scan, access_exclusive),
    row(Act::add_check, "not valid", v14, access_exclusive, Work::catalog, access_exclusive),
    row(Act::add_check, "validate", v14, share_update_exclusive, Work::scan, share_update_exclusive),
    row(Act::drop_check, "", v14, access_exclusive, Work::catalog, access_exclusive),
    row(Act::create_index, "", v14, share, Work::index_build, share),
    alone(Act::create_index, "concurrently", v14, share_update_exclusive, Work::index_build),
    row(Act::create_unique_index, "", v14, share, Work::index_build, share),
    alone(Act::create_unique_index, "concurrently", v14, share_update_exclusive, Work::index_build),
    row(Act::drop_index, "", v14, access_exclusive, Work::catalog, access_exclusive),
    alone(Act::drop_index, "concurrently", v14, share_update_exclusive, Work::catalog),

    row(Act::create_definition, "", v14, none, Work::catalog),
    row(Act::create_definition, "view", v14, none, Work::catalog, access_share),
    row(Act::create_definition, "materialized view", v14, none, Work::scan, access_share),
    row(Act::create_definition, "trigger", v14, share_row_exclusive, Work::catalog, share_row_exclusive),
    row(Act::create_definition, "rule", v14, access_exclusive, Work::catalog),
    row(Act::create_definition, "policy", v14, access_exclusive, Work::catalog),
    row(Act::create_definition, "statistics", v14, share_update_exclusive, Work::catalog),
    row(Act::create_definition, "publication", v14, none, Work::catalog, share_update_exclusive),
    row(Act::replace_definition, "", v14, none, Work::catalog),
    row(Act::replace_definition, "view", v14, access_exclusive, Work::catalog),
    row(Act::replace_definition, "materialized view", v14, access_exclusive, Work::scan, access_share),
    row(Act::replace_definition, "trigger", v14, access_exclusive, Work::catalog, access_exclusive),
    row(Act::replace_definition, "trigger enabled", v14, share_row_exclusive, Work::catalog, share_row_exclusive),
    row(Act::replace_definition, "rule", v14, access_exclusive, Work::catalog),
    row(Act::replace_definition, "policy", v14, access_exclusive, Work::catalog),
    row(Act::replace_definition, "statistics", v14, share_update_exclusive, Work::catalog),
    row(Act::replace_definition, "publication", v14, none, Work::catalog, share_update_exclusive),
    row(Act::replace_definition, "sequence", v14, share_row_exclusive, Work::catalog),
    row(Act::replace_definition, "enum", v14, none, Work::rewrite, access_exclusive),
    row(Act::replace_definition, "enum, labels added", v14, none, Work::catalog),
    row(Act::replace_definition, "domain", v14, none, Work::catalog),
    row(Act::replace_definition, "domain, checked", v14, none, Work::scan, share),
    row(Act::drop_definition, "", v14, none, Work::catalog),
    row(Act::drop_definition, "view", v14, access_exclusive, Work::catalog),
    row(Act::drop_definition, "materialized view", v14, access_exclusive, Work::catalog),
    row(Act::drop_definition, "trigger", v14, access_exclusive, Work::catalog, access_exclusive),
    row(Act::drop_definition, "rule", v14, access_exclusive, Work::catalog),
    row(Act::drop_definition, "policy", v14, access_exclusive, Work::catalog),
    row(Act::drop_definition, "statistics", v14, share_update_exclusive, Work::catalog),
    row(Act::drop_definition, "publication", v14, none, Work::catalog),
    row(Act::drop_definition, "sequence", v14, access_exclusive, Work::catalog),
};
static_assert(complete(facts), "every Act needs a base row");

}  // namespace

std::span<const Fact> all_facts() { return facts; }

}  // namespace dataflow::postgresql
