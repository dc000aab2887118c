// What models leave unsaid, said for PostgreSQL. Private to this folder.
#pragma once
#include "dialects/postgresql/postgresql.hpp"

namespace dataflow::postgresql {

/// A schema that only models speak of, as PostgreSQL needs it: everything stands in a schema ("public" where none is
/// named), schemas and enumerations are there to be created, keys that the server fills are of a type it can fill, and
/// what refers to them with them. Throws Error{invalid_schema}: one enumeration with two lists of labels.
Schema complete_models(Schema schema);
/// Gives columns of PostGIS their type where `home` names the schema that the extension stands in. Without it they keep
/// the type of their member: the sentences returned say which.
std::vector<std::string> place_postgis(Schema& schema, const std::optional<Name>& home);
/// Hints of models, their tables placed in the same way.
Hints complete_models(Hints hints);

/// Marks tables as a model's: it says nothing of what a model cannot speak of. The mark is no part of their values.
void mark_declared(Schema& schema, const Schema& models);
bool declared(const Table& table);
bool declared(const Schema& schema);

}  // namespace dataflow::postgresql
