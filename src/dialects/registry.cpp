#include <algorithm>
#include <array>

#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dataflow/snapshot.hpp"
#include "dialects/dialect.hpp"

namespace dataflow {

std::span<const Dialect* const> dialects() {
  static constexpr std::array all = {&sqlite_dialect, &postgresql_dialect, &mariadb_dialect};
  return all;
}

const Dialect& dialect_of(const Url& url) {
  std::vector<std::string> known;
  for (const Dialect* dialect : dialects())
    for (std::string_view scheme : dialect->schemes) {
      if (scheme == url.scheme) return *dialect;
      known.emplace_back(scheme);
    }
  const std::string near = nearest(url.scheme, known);
  throw Error(ErrorCode::bad_url, "'" + url.scheme + ":' is not a database we know",
              near.empty() ? "known: " + join(known, ", ") : "did you mean " + near + ":?");
}

const Dialect& dialect_named(std::string_view name) {
  std::vector<std::string> known;
  for (const Dialect* dialect : dialects()) {
    if (dialect->name == name) return *dialect;
    known.emplace_back(dialect->name);
  }
  throw Error(ErrorCode::unsupported, "'" + std::string(name) + "' is not a dialect we know",
              "known: " + join(known, ", "));
}

std::string fingerprint(const Dialect& dialect, Schema schema) {
  const auto spell = [&](Sql& sql) { sql.text = dialect.canonical(sql.text); };
  const auto spell_parts = [&](std::vector<KeyPart>& parts) {
    for (KeyPart& part : parts) spell(part.expression);
  };
  for (Table& table : schema.tables) {
    for (Column& column : table.columns) {
      if (column.default_value)
        if (auto* sql = std::get_if<Sql>(&*column.default_value)) spell(*sql);
      if (column.generated) spell(column.generated->expression);
      column.type.spelled = lower(column.type.spelled);
    }
    for (Unique& unique : table.uniques) spell_parts(unique.parts);
    for (Check& check : table.checks) spell(check.expression);
    for (Index& index : table.indexes) spell_parts(index.parts), spell(index.where);
  }
  for (Definition& definition : schema.definitions) spell(definition.text);
  return fingerprint(schema);
}

}  // namespace dataflow
