// The members of the schema's values as rows: name, member, and when a document holds it. JSON and fingerprint are
// both read off these rows, so that a member cannot be in one and be forgotten in the other.
#pragma once
#include <string_view>
#include <tuple>

#include <boost/pfr/core.hpp>

#include "dataflow/schema.hpp"

namespace dataflow {

enum class Presence {
  required,  ///< always written, must be there when read
  always,    ///< always written, may be missing when read
  when_set   ///< written when it differs from its default
};

template <class Owner, class Member> struct Field {
  std::string_view key;
  Member Owner::*member;
  Presence presence;
};

template <class Owner, class Member>
constexpr Field<Owner, Member> field(std::string_view key, Member Owner::*member,
                                     Presence presence = Presence::when_set) {
  return {key, member, presence};
}

/// `noun` names the value in messages.
template <class T> struct Fields;

template <class T>
concept Fielded = requires {
  Fields<T>::rows;
};

template <> struct Fields<Path> {
  static constexpr std::string_view noun = "a reference to a table";
  static constexpr std::tuple rows{field("schema", &Path::schema), field("name", &Path::name, Presence::required)};
};

template <> struct Fields<Type> {
  static constexpr std::string_view noun = "a type";
  static constexpr std::tuple rows{field("kind", &Type::kind, Presence::required),
                                   field("length", &Type::length),
                                   field("precision", &Type::precision),
                                   field("scale", &Type::scale),
                                   field("dimensions", &Type::dimensions),
                                   field("name", &Type::name),
                                   field("labels", &Type::labels),
                                   field("spelled", &Type::spelled)};
};

template <> struct Fields<Generated> {
  static constexpr std::string_view noun = "a generated value";
  static constexpr std::tuple rows{field("expression", &Generated::expression, Presence::required),
                                   field("stored", &Generated::stored)};
};

template <> struct Fields<Column> {
  static constexpr std::string_view noun = "a column";
  static constexpr std::tuple rows{field("name", &Column::name, Presence::required),
                                   field("type", &Column::type, Presence::required),
                                   field("nullable", &Column::nullable, Presence::always),
                                   field("default", &Column::default_value),
                                   field("generated", &Column::generated),
                                   field("identity", &Column::identity),
                                   field("collation", &Column::collation),
                                   field("comment", &Column::comment),
                                   field("attributes", &Column::attributes)};
};

template <> struct Fields<KeyPart> {
  static constexpr std::string_view noun = "a key part";
  static constexpr std::tuple rows{field("column", &KeyPart::column), field("expression", &KeyPart::expression),
                                   field("descending", &KeyPart::descending), field("collation", &KeyPart::collation),
                                   field("attributes", &KeyPart::attributes)};
};

template <> struct Fields<PrimaryKey> {
  static constexpr std::string_view noun = "a primary key";
  static constexpr std::tuple rows{field("name", &PrimaryKey::name),
                                   field("parts", &PrimaryKey::parts, Presence::required),
                                   field("attributes", &PrimaryKey::attributes)};
};

template <> struct Fields<Unique> {
  static constexpr std::string_view noun = "a unique constraint";
  static constexpr std::tuple rows{field("name", &Unique::name), field("parts", &Unique::parts, Presence::required),
                                   field("attributes", &Unique::attributes)};
};

template <> struct Fields<ForeignKey> {
  static constexpr std::string_view noun = "a foreign key";
  static constexpr std::tuple rows{field("name", &ForeignKey::name),
                                   field("columns", &ForeignKey::columns, Presence::required),
                                   field("references", &ForeignKey::references, Presence::required),
                                   field("referenced", &ForeignKey::referenced),
                                   field("on_delete", &ForeignKey::on_delete),
                                   field("on_update", &ForeignKey::on_update),
                                   field("deferrable", &ForeignKey::deferrable),
                                   field("initially_deferred", &ForeignKey::initially_deferred),
                                   field("attributes", &ForeignKey::attributes)};
};

template <> struct Fields<Check> {
  static constexpr std::string_view noun = "a check";
  static constexpr std::tuple rows{field("name", &Check::name),
                                   field("expression", &Check::expression, Presence::required),
                                   field("attributes", &Check::attributes)};
};

template <> struct Fields<Index> {
  static constexpr std::string_view noun = "an index";
  static constexpr std::tuple rows{field("name", &Index::name, Presence::required), field("unique", &Index::unique),
                                   field("parts", &Index::parts, Presence::required), field("where", &Index::where),
                                   field("attributes", &Index::attributes)};
};

template <> struct Fields<TableOptions> {
  static constexpr std::string_view noun = "the options of a table";
  static constexpr std::tuple rows{field("comment", &TableOptions::comment),
                                   field("attributes", &TableOptions::attributes)};
};

template <> struct Fields<Dependency> {
  static constexpr std::string_view noun = "a dependency";
  static constexpr std::tuple rows{field("kind", &Dependency::kind, Presence::required),
                                   field("path", &Dependency::path, Presence::required), field("on", &Dependency::on),
                                   field("column", &Dependency::column), field("part", &Dependency::part)};
};

template <> struct Fields<Part> {
  static constexpr std::string_view noun = "a part of a definition";
  static constexpr std::tuple rows{field("name", &Part::name, Presence::required), field("text", &Part::text)};
};

template <> struct Fields<Table> {
  static constexpr std::string_view noun = "a table";
  static constexpr std::tuple rows{field("schema", &Table::schema),
                                   field("name", &Table::name, Presence::required),
                                   field("columns", &Table::columns, Presence::required),
                                   field("primary_key", &Table::primary_key),
                                   field("uniques", &Table::uniques),
                                   field("foreign_keys", &Table::foreign_keys),
                                   field("checks", &Table::checks),
                                   field("indexes", &Table::indexes),
                                   field("options", &Table::options),
                                   field("depends_on", &Table::depends_on)};
};

template <> struct Fields<Definition> {
  static constexpr std::string_view noun = "a definition";
  static constexpr std::tuple rows{field("kind", &Definition::kind, Presence::required),
                                   field("schema", &Definition::schema),
                                   field("name", &Definition::name, Presence::required),
                                   field("on", &Definition::on),
                                   field("text", &Definition::text),
                                   field("parts", &Definition::parts),
                                   field("attributes", &Definition::attributes),
                                   field("depends_on", &Definition::depends_on)};
};

template <> struct Fields<Unmodelled> {
  static constexpr std::string_view noun = "an unmodelled object";
  static constexpr std::tuple rows{field("kind", &Unmodelled::kind, Presence::required),
                                   field("path", &Unmodelled::path, Presence::required),
                                   field("reason", &Unmodelled::reason)};
};

template <> struct Fields<Schema> {
  static constexpr std::string_view noun = "a schema";
  static constexpr std::tuple rows{
      field("dialect", &Schema::dialect), field("tables", &Schema::tables, Presence::always),
      field("definitions", &Schema::definitions), field("unmodelled", &Schema::unmodelled)};
};

/// Calls `visit(row)` for every row of T.
template <Fielded T, class Visit> constexpr void for_each_field(Visit&& visit) {
  std::apply([&](const auto&... row) { (visit(row), ...); }, Fields<T>::rows);
}

template <Fielded T, int verbatim_members = 0>
inline constexpr bool every_member_has_a_row =
    std::tuple_size_v<decltype(Fields<T>::rows)> + verbatim_members == boost::pfr::tuple_size_v<T>;

static_assert(every_member_has_a_row<Path> && every_member_has_a_row<Type> && every_member_has_a_row<Generated> &&
              every_member_has_a_row<Column> && every_member_has_a_row<KeyPart> && every_member_has_a_row<PrimaryKey> &&
              every_member_has_a_row<Unique> && every_member_has_a_row<ForeignKey> && every_member_has_a_row<Check> &&
              every_member_has_a_row<Index, 1> && every_member_has_a_row<TableOptions> &&
              every_member_has_a_row<Table, 1> && every_member_has_a_row<Definition> &&
              every_member_has_a_row<Dependency> && every_member_has_a_row<Part> &&
              every_member_has_a_row<Unmodelled> && every_member_has_a_row<Schema>);

}  // namespace dataflow
