#include "dialects/mariadb/flavour.hpp"

#include <algorithm>
#include <array>

namespace dataflow::mariadb {

namespace {

struct Row {
  Feature feature;
  bool mariadb;  ///< tried on 10.11
  bool mysql;
  std::string_view manual;  ///< what says so of MySQL: no server of it was asked
};

constexpr std::array rows = std::to_array<Row>({
    {Feature::settings_for_one_statement, true, false,
     "by the manual of 8.0 (SET Syntax for Variable Assignment; SET_VAR hints are for queries and rows alone)"},
    {Feature::replaced_code, true, false, "by the manual of 8.0 (CREATE TRIGGER, CREATE PROCEDURE, CREATE EVENT)"},
    {Feature::nocopy, true, false, "by the manual of 8.0 (ALTER TABLE: DEFAULT, INSTANT, INPLACE, COPY)"},
    {Feature::lock_beside_instant, true, false, "by the manual of 8.0 (Online DDL: LOCK=DEFAULT alone with INSTANT)"},
    {Feature::constraint_of_any_kind, true, false,
     "by the manual of 8.0 (ALTER TABLE: DROP CONSTRAINT since 8.0.19, DROP CHECK since 8.0.16)"},
    {Feature::indexed_expressions, false, true, "by the manual of 8.0 (CREATE INDEX: Functional Key Parts, 8.0.13)"},
    {Feature::instant_names, true, false,
     "by the manual of 8.0 (Online DDL: INSTANT since 8.0.28, and not where a foreign key points to the column)"},
});

const Row& row_of(Feature feature) {
  return *std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.feature == feature; });
}

}  // namespace

bool has(Flavour flavour, Feature feature) {
  return flavour == Flavour::mysql ? row_of(feature).mysql : row_of(feature).mariadb;
}

Way way_of_names(Flavour flavour) {
  return {has(flavour, Feature::instant_names) ? Algorithm::instant : Algorithm::inplace, false};
}

Flavour flavour_of(const Since& version) {
  constexpr int first_mariadb = 10;
  return version.major > 0 && version.major < first_mariadb ? Flavour::mysql : Flavour::mariadb;
}

}  // namespace dataflow::mariadb
