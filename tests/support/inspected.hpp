// A script, and what PostgreSQL's inspect is to make of it.
#pragma once
#include <doctest/doctest.h>

#include <string>

#include "dataflow/database.hpp"
#include "dataflow/snapshot.hpp"
#include "support/postgres.hpp"

namespace dataflow::test {

struct Inspected {
  const char* name;
  int since;  ///< the oldest version of the server that takes the script
  const char* sql;
  const char* expected;  ///< the text of the schema, without its head and without what every database has
};

inline Schema inspected(const PostgresDatabase& database) {
  Database connection(database.url(), Open::read_only);
  return inspect(connection);
}

inline std::string body_of(const Schema& schema) {
  std::string text = to_text(schema);
  text.erase(0, text.find("\n\n") + 1);
  const std::string born = "\ndefine \"schema\" public\n  | CREATE SCHEMA public\n";
  if (const std::size_t at = text.find(born); at != std::string::npos) text.erase(at, born.size());
  return text;
}

/// Roles that the scripts speak of.
inline void make_inspected_roles(const PostgresDatabase& database) {
  for (const char* role : {"inspect_b", "inspect A"})
    database.run("DO $$ BEGIN CREATE ROLE \"" + std::string(role) +
                 "\"; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$");
}

inline void check(const Inspected& kind) {
  CAPTURE(kind.name);
  const PostgresDatabase database;
  if (std::stoi(database.value("SHOW server_version_num")) / 10000 < kind.since) return;
  make_inspected_roles(database);
  database.run(kind.sql);
  CHECK(body_of(inspected(database)) == kind.expected);
}

}  // namespace dataflow::test
