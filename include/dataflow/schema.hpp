// What a database looks like, as plain values: no back-pointers, no I/O, no dialect. Everything compares with ==.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "dataflow/name.hpp"

namespace dataflow {

/// Text that travels with a value without being part of it: two values that differ only here are equal.
struct Verbatim {
  std::string text;
  bool operator==(const Verbatim&) const { return true; }
};

/// What a column holds, whatever a server calls it. `other` is a type only its server knows; `Type::spelled` says
/// which.
enum class Kind : std::uint8_t {
  boolean,
  int8,
  int16,
  int32,
  int64,
  uint64,
  float32,
  float64,
  decimal,
  text,
  varchar,
  bytes,
  date,
  time,
  timestamp,
  uuid,
  json,
  enumeration,
  other
};

/// A column's type. A model fills the logical part and leaves `spelled` empty; an inspected column has both.
struct Type {
  Kind kind = Kind::other;
  std::uint32_t length = 0;              ///< varchar: characters; 0 = not limited
  std::uint32_t precision = 0;           ///< decimal: digits; time, timestamp: fractional digits
  std::uint32_t scale = 0;               ///< decimal: digits after the point
  std::uint8_t dimensions = 0;           ///< 0 for a scalar, 1 for an array of it
  Name name = {};                        ///< enumeration: the type's name
  std::vector<std::string> labels = {};  ///< enumeration: its labels, in order
  std::string spelled = {};              ///< the type as its server writes it
  bool operator==(const Type&) const = default;
};

/// A constant, kept typed until a dialect writes it.
struct Literal {
  std::variant<bool, std::int64_t, std::uint64_t, double, std::string> value = {};
  bool operator==(const Literal&) const = default;
};

/// A column's DEFAULT: a constant, or an expression in the server's SQL.
using Default = std::variant<Literal, Sql>;

/// Properties only some servers know, as words: {"strict",""}, {"on conflict","replace"}.
using Attributes = std::map<std::string, std::string>;

/// GENERATED ALWAYS AS.
struct Generated {
  Sql expression = {};
  bool stored = false;
  bool operator==(const Generated&) const = default;
};

/// Who gives a key its value. `by_default`: the server, unless the row brings one (SQLite: INTEGER PRIMARY KEY).
/// `always`: the server, and no value is ever used twice (SQLite: AUTOINCREMENT).
enum class Identity : std::uint8_t { none, by_default, always };

struct Column {
  Name name = {};
  Type type = {};
  bool nullable = false;
  std::optional<Default> default_value = {};
  std::optional<Generated> generated = {};
  Identity identity = Identity::none;
  Name collation = {};
  std::string comment = {};
  Attributes attributes = {};
  bool operator==(const Column&) const = default;
};

/// One part of a key or index: a column, or an expression where `column` is empty.
struct KeyPart {
  Name column = {};
  Sql expression = {};
  bool descending = false;
  Name collation = {};
  Attributes attributes = {};
  bool operator==(const KeyPart&) const = default;
};

/// `name` is empty where the constraint was declared without one.
struct PrimaryKey {
  Name name = {};
  std::vector<KeyPart> parts = {};
  Attributes attributes = {};
  bool operator==(const PrimaryKey&) const = default;
};

struct Unique {
  Name name = {};
  std::vector<KeyPart> parts = {};
  Attributes attributes = {};
  bool operator==(const Unique&) const = default;
};

enum class Action : std::uint8_t { no_action, restrict, cascade, set_null, set_default };

struct ForeignKey {
  Name name = {};
  std::vector<Name> columns = {};
  Path references = {};
  std::vector<Name> referenced = {};  ///< empty: the primary key of the referenced table
  Action on_delete = Action::no_action;
  Action on_update = Action::no_action;
  bool deferrable = false;
  bool initially_deferred = false;
  Attributes attributes = {};
  bool operator==(const ForeignKey&) const = default;
};

struct Check {
  Name name = {};
  Sql expression = {};
  Attributes attributes = {};
  bool operator==(const Check&) const = default;
};

struct Index {
  Name name = {};
  bool unique = false;
  std::vector<KeyPart> parts = {};
  Sql where = {};  ///< partial index: its condition
  Attributes attributes = {};
  Verbatim text = {};  ///< the server's own CREATE INDEX, where it keeps one
  bool operator==(const Index&) const = default;
};

/// That one object cannot stand without another, as the server recorded it. Orders creation and removal; `diff` does
/// not compare it.
struct Dependency {
  std::string kind = {};  ///< of what is needed: "table", or the kind of a Definition
  Path path = {};
  Name on = {};           ///< as in Definition
  Name column = {};       ///< the column that is needed, of a table or view; empty: the object itself
  std::string part = {};  ///< which part of a table needs it: "column total", "check positive"; empty: the whole object
  bool operator==(const Dependency&) const = default;
};

/// What a table has besides its parts.
struct TableOptions {
  std::string comment = {};
  Attributes attributes = {};  ///< SQLite: "strict", "without rowid"
  bool operator==(const TableOptions&) const = default;
};

struct Table {
  Name schema = {};
  Name name = {};
  std::vector<Column> columns = {};
  std::optional<PrimaryKey> primary_key = {};
  std::vector<Unique> uniques = {};
  std::vector<ForeignKey> foreign_keys = {};
  std::vector<Check> checks = {};
  std::vector<Index> indexes = {};
  TableOptions options = {};
  std::vector<Dependency> depends_on = {};
  Verbatim text = {};  ///< the server's own CREATE TABLE, where it keeps one
  Path path() const { return {schema, name}; }
  bool operator==(const Table&) const = default;
};

/// A piece of a Definition that a server can change by itself: a label of an enum, an attribute of a composite type.
struct Part {
  Name name = {};
  Sql text = {};
  bool operator==(const Part&) const = default;
};

/// An object whose body only its server understands: a view, a trigger, a virtual table. Compared as text.
struct Definition {
  std::string kind = {};  ///< "view", "trigger", "virtual table", …
  Name schema = {};
  Name name = {};
  Name on = {};   ///< trigger, policy: the table or view it stands on; function: its argument types, "integer, text"
  Sql text = {};  ///< the server's own CREATE statement
  std::vector<Part> parts = {};
  Attributes attributes = {};  ///< what is set apart from the CREATE statement: {"comment","…"}, {"grant bob","SELECT"}
  std::vector<Dependency> depends_on = {};
  bool operator==(const Definition&) const = default;
};

/// An object that was seen and cannot be carried. Reported by name, never skipped silently.
struct Unmodelled {
  std::string kind = {};
  Path path = {};
  std::string reason = {};
  bool operator==(const Unmodelled&) const = default;
};

/// A whole schema. `dialect` is empty for a schema that only models speak of.
struct Schema {
  std::string dialect = {};
  std::vector<Table> tables = {};
  std::vector<Definition> definitions = {};
  std::vector<Unmodelled> unmodelled = {};
  bool operator==(const Schema&) const = default;
};

/// Finds by exact name; nullptr when there is none. The pointer lives as long as the vector is not changed.
const Table* find_table(const Schema& schema, const Path& path);
Table* find_table(Schema& schema, const Path& path);
const Column* find_column(const Table& table, const Name& name);
Column* find_column(Table& table, const Name& name);

/// What cannot be read off two schemas: how the owner of the wanted one wants to get there.
struct Hints {
  struct TableRename {
    Path table;
    Name before;
    bool operator==(const TableRename&) const = default;
  };
  struct ColumnRename {
    Path table;
    Name column, before;
    bool operator==(const ColumnRename&) const = default;
  };
  struct Fill {
    Path table;
    Name column;
    std::variant<Literal, Sql> value;
    bool operator==(const Fill&) const = default;
  };
  std::vector<TableRename> tables = {};    ///< the table was called `before`
  std::vector<ColumnRename> columns = {};  ///< the column was called `before`
  std::vector<Fill> fills = {};            ///< existing rows of a new or newly required column get this value
  bool operator==(const Hints&) const = default;
};

/// A schema somebody wants, with the hints that belong to it.
struct Wanted {
  Schema schema = {};
  Hints hints = {};
  bool as_read = false;                 ///< a server has just read the schema back: there is nothing to normalize
  std::vector<std::string> notes = {};  ///< where a server cannot give what was asked, and what it gives instead
  bool operator==(const Wanted&) const = default;
};

/// Throws Error{invalid_schema} naming the first defect: a table twice, a column twice, a key or foreign key on a
/// column that does not exist, a foreign key to a table that does not exist, a table without columns.
void validate(const Schema& schema);

}  // namespace dataflow
