// One table's way from one shape to another, as ALTER TABLE statements.
#pragma once
#include <string>
#include <vector>

#include "dialects/mariadb/flavour.hpp"
#include "dialects/mariadb/mariadb.hpp"

namespace dataflow::mariadb {

/// Clauses that are carried out together, with the algorithm that the server is held to.
struct Alteration {
  Way way;
  std::vector<std::string> clauses;
  std::string partition_by = {};     ///< stands behind everything else; "REMOVE PARTITIONING" too
  std::vector<Name> dropped = {};    ///< columns that go here
  std::vector<Name> converted = {};  ///< columns whose values may change here
  bool strict = false;               ///< what does not fit is to be an error, whatever the session takes it for
  bool versioned = false;            ///< the table keeps its history
  Table after = {};                  ///< what the table is then
  Flavour flavour = Flavour::mariadb;
  /// The ALTER TABLE, with what its session is set to for as long as it takes.
  std::vector<Statement> statements() const;
  std::string title() const;  ///< "alter table users: drop column note, and 2 more"
};

/// What leads from `before` to `after`, without foreign keys and without a new name: keys go before the columns they
/// stand on, columns come in the order of `after`. Everything is one statement where it has to be: the table is copied
/// anyway, or the parts need each other; and where `in_one` asks for it.
std::vector<Alteration> alterations(const Table& before, const Table& after, Flavour flavour, bool in_one = false);

/// A statement that commits by itself, with settings that hold for it alone: {"foreign_key_checks", "0"}.
std::vector<Statement> with_settings(const std::vector<std::pair<std::string, std::string>>& settings, std::string sql,
                                     Flavour flavour);

/// The server replaces the index that it made for a foreign key by itself as soon as another one will do, and no text
/// tells which it made. Clauses that make the indexes of `table` that serve `keys` as good as asked for.
std::vector<std::string> hold_indexes(const Table& table, const std::vector<ForeignKey>& keys);

bool of_characters(const Type& type);
/// The column with the character set and collation it has from its table where it says none itself.
Column spelled_out(const Column& column, const Table& table);

}  // namespace dataflow::mariadb
