#include <doctest/doctest.h>

#include <set>
#include <string>

#include "dataflow/risk.hpp"

using namespace dataflow;

TEST_CASE("risk levels: words, order and the other name of SAFE") {
  CHECK(to_string(RiskLevel::safe) == "SAFE");
  CHECK(to_string(RiskLevel::critical) == "CRITICAL");
  CHECK(RiskLevel::safe < RiskLevel::medium);
  CHECK(RiskLevel::high < RiskLevel::critical);
  CHECK(risk_level("Medium") == RiskLevel::medium);
  CHECK(risk_level("LOW") == RiskLevel::safe);
  CHECK(risk_level("low") == RiskLevel::safe);
  CHECK_FALSE(risk_level(""));
  CHECK_FALSE(risk_level("MEDIUMS"));
  for (RiskLevel level : {RiskLevel::safe, RiskLevel::medium, RiskLevel::high, RiskLevel::critical})
    CHECK(risk_level(to_string(level)) == level);
}

TEST_CASE("operation kinds: every word is its own and is read back in any case") {
  std::set<std::string_view> words;
  for (std::size_t i = 0; i < operation_kinds; ++i) {
    const auto kind = static_cast<OperationKind>(i);
    words.insert(to_string(kind));
    CHECK(operation_kind(to_string(kind)) == kind);
    CHECK(operation_kind(upper(kind)) == kind);
  }
  CHECK(words.size() == operation_kinds);
  CHECK(to_string(OperationKind::add_column) == "add_column");
  CHECK(upper(OperationKind::drop_constraint) == "DROP_CONSTRAINT");
  CHECK(to_string(OperationKind::alter_object) == "alter_object");
  CHECK_FALSE(operation_kind("truncate_table"));
  CHECK_FALSE(operation_kind("add column"));
}

TEST_CASE("the axes beside the level have words") {
  CHECK(to_string(DataLoss::low) == "low");
  CHECK(to_string(Reversal::with_backup) == "with_backup");
  CHECK(to_string(Reversal::none) == "none");
  CHECK(to_string(Blocks::schema_changes) == "schema_changes");
  CHECK(to_string(Work::index_build) == "index_build");
}
