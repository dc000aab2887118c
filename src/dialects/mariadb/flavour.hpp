// What MariaDB and MySQL say differently. Every such word is decided here.
#pragma once
#include <string_view>

#include "dialects/mariadb/mariadb.hpp"

namespace dataflow::mariadb {

/// What a server understands or does not.
enum class Feature : std::uint8_t {
  settings_for_one_statement,  ///< SET STATEMENT x = y FOR …
  replaced_code,               ///< CREATE OR REPLACE of what is not a view
  nocopy,                      ///< ALGORITHM=NOCOPY
  lock_beside_instant,         ///< LOCK=… beside ALGORITHM=INSTANT
  constraint_of_any_kind,      ///< DROP CONSTRAINT of a CHECK
  indexed_expressions,         ///< KEY ((lower(name)))
  instant_names,               ///< ALGORITHM=INSTANT for a new name of a column and for the end of a foreign key
};
bool has(Flavour flavour, Feature feature);
/// How a column gets a new name and a foreign key goes.
Way way_of_names(Flavour flavour);

/// MySQL has not come to 10, where MariaDB of today begins. Without a version: MariaDB.
Flavour flavour_of(const Since& version);

}  // namespace dataflow::mariadb
