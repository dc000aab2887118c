#include "dialects/sqlite/sqlite.hpp"

namespace dataflow::sqlite {

namespace {

// Every statement takes the file's one write lock at BEGIN IMMEDIATE: other writers wait, readers go on until COMMIT.
constexpr std::string_view lock = "RESERVED, EXCLUSIVE at COMMIT";
constexpr Since any{3, 0};
constexpr std::string_view altertable = "sqlite.org/lang_altertable", measured = "measured on 3.40.1 with 200,000 rows";

constexpr Fact facts[] = {
    {Act::create_table, any, Blocks::writers, Work::catalog, lock, altertable},
    {Act::drop_table, any, Blocks::writers, Work::scan, lock, measured},
    {Act::rename_table, any, Blocks::writers, Work::catalog, lock, altertable},
    {Act::change_table_options, any, Blocks::writers, Work::rewrite, lock, altertable},
    {Act::add_nullable_column, any, Blocks::writers, Work::catalog, lock, measured},
    {Act::add_column_with_default, any, Blocks::writers, Work::catalog, lock, measured},
    {Act::add_column_with_volatile_default, any, Blocks::writers, Work::rewrite, lock, altertable},
    {Act::add_required_column, any, Blocks::writers, Work::rewrite, lock, altertable},
    {Act::add_generated_column, any, Blocks::writers, Work::catalog, lock, altertable},
    {Act::drop_column, any, Blocks::writers, Work::rewrite, lock, measured},
    {Act::rename_column, any, Blocks::writers, Work::catalog, lock, altertable},
    {Act::change_type, any, Blocks::writers, Work::rewrite, lock, altertable},
    {Act::set_not_null, any, Blocks::writers, Work::rewrite, lock, altertable},
    {Act::drop_not_null, any, Blocks::writers, Work::rewrite, lock, altertable},
    {Act::change_default, any, Blocks::writers, Work::rewrite, lock, altertable},
    {Act::change_generated, any, Blocks::writers, Work::rewrite, lock, altertable},
    {Act::change_collation, any, Blocks::writers, Work::rewrite, lock, altertable},
    {Act::change_column_options, any, Blocks::writers, Work::rewrite, lock, altertable},
    {Act::change_identity, any, Blocks::writers, Work::rewrite, lock, altertable},
    {Act::change_comment, any, Blocks::nothing, Work::catalog, "", altertable},
    {Act::add_primary_key, any, Blocks::writers, Work::rewrite, lock, altertable},
    {Act::drop_primary_key, any, Blocks::writers, Work::rewrite, lock, altertable},
    {Act::add_unique, any, Blocks::writers, Work::rewrite, lock, altertable},
    {Act::drop_unique, any, Blocks::writers, Work::rewrite, lock, altertable},
    {Act::add_foreign_key, any, Blocks::writers, Work::rewrite, lock, altertable},
    {Act::drop_foreign_key, any, Blocks::writers, Work::rewrite, lock, altertable},
    {Act::add_check, any, Blocks::writers, Work::rewrite, lock, altertable},
    {Act::drop_check, any, Blocks::writers, Work::rewrite, lock, altertable},
    {Act::create_index, any, Blocks::writers, Work::index_build, lock, measured},
    {Act::create_unique_index, any, Blocks::writers, Work::index_build, lock, measured},
    {Act::drop_index, any, Blocks::writers, Work::catalog, lock, altertable},
    {Act::create_definition, any, Blocks::writers, Work::catalog, lock, altertable},
    {Act::replace_definition, any, Blocks::writers, Work::catalog, lock, altertable},
    {Act::drop_definition, any, Blocks::writers, Work::catalog, lock, altertable},
};
static_assert(complete(facts), "every Act needs a base row");

}  // namespace

std::span<const Fact> all_facts() { return facts; }

}  // namespace dataflow::sqlite
