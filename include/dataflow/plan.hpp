// What will run, in which order, how it is undone and what it risks: a document that can be read, stored and run
// elsewhere.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "dataflow/change.hpp"
#include "dataflow/diff.hpp"
#include "dataflow/risk.hpp"

namespace dataflow {

/// SQL to run.
struct Run {
  std::string sql;
  bool operator==(const Run&) const = default;
};
/// Both queries must give the same rows, in any order. Guards every copy of data before its original goes.
struct SameRows {
  std::string left, right;
  std::string failure;  ///< the sentence when they do not
  bool operator==(const SameRows&) const = default;
};
/// The query must give no row.
struct NoRows {
  std::string query;
  std::string failure;  ///< the sentence when it does; the first rows are added
  bool operator==(const NoRows&) const = default;
};
/// SQL that commits by itself: the server allows it in no transaction, or what follows needs it committed. The other
/// statements of its step in that direction may be repeated, and need not be run once it is carried out. A run that
/// ended in the middle of it asks `done` where it stands.
struct RunAlone {
  std::string sql;
  std::string done;  ///< a query that gives a row once it is carried out; empty: the schema is that of Step::reaches
  /// Takes away what an attempt that failed or was killed left behind; empty where it leaves nothing.
  std::string clear = {};
  /// What leads to the same schema inside a transaction, for a rehearsal that must stand in one.
  std::vector<std::string> within = {};
  bool operator==(const RunAlone&) const = default;
};
using Statement = std::variant<Run, SameRows, NoRows, RunAlone>;

/// A step: what it runs to go forward and what it runs to go back. Both come from the same lowering.
struct Step {
  std::string title;  ///< "rebuild table users"
  std::vector<Statement> up, down;
  /// Digests of the schema after its up and after its down, where a run that way may be interrupted there;
  /// empty elsewhere, and where the plan was not rehearsed. Going back need not pass where going forward did.
  std::string reaches = {}, returns = {};
  bool operator==(const Step&) const = default;
};

/// One change as users see it: a row of the preview.
struct Operation {
  OperationKind kind = OperationKind::alter_object;
  Name table;            ///< the table, or the object itself for views and the like
  Name object;           ///< column, index, constraint; empty for the table itself
  std::string details;   ///< "phone (TEXT)"
  std::size_t step = 0;  ///< index into Plan::steps
  Assessment assessment;
  std::string description() const;  ///< "add column phone to user"
  bool operator==(const Operation&) const = default;
};

/// Data that a plan sets aside before it is destroyed.
struct SetAside {
  std::string location;  ///< the table that holds it
  Name table;
  Name column;            ///< empty: the whole table
  std::string kind;       ///< "table", "column", "values changed by a new type"
  std::vector<Name> key;  ///< how its rows find back: columns of the table
  bool operator==(const SetAside&) const = default;
};

/// An operation that was asked to be left out.
struct Skipped {
  OperationKind kind = OperationKind::alter_object;
  Name table;
  std::string details;
  std::string reason;  ///< "excluded operation", "table not included"
  bool operator==(const Skipped&) const = default;
};

/// The migration file that a plan carries out.
struct PlanFile {
  std::string version;        ///< "20240115093000"
  std::string name;           ///< "add_payment_retry_columns"
  std::string checksum;       ///< of the file's up text
  std::string down_checksum;  ///< of its down text; empty where there is none
  bool carried_out = true;    ///< false: only marked as applied
  bool operator==(const PlanFile&) const = default;
};

struct Plan {
  std::string dialect;
  std::string from, to;  ///< fingerprints of the schema before and after
  std::vector<Operation> operations;
  std::vector<Operation> rollback;  ///< the operations of going back, graded like any other; steps of inverse(plan)
  std::vector<Step> steps;
  std::vector<SetAside> set_aside;           ///< by going forward
  std::vector<SetAside> rollback_set_aside;  ///< by going back
  std::vector<Unmanaged> unmanaged;
  std::vector<Skipped> skipped;
  std::vector<RenameCandidate> candidates;
  std::vector<std::string> notes;
  std::optional<PlanFile> file = {};
  bool empty() const { return steps.empty(); }
  bool operator==(const Plan&) const = default;
};

RiskLevel level(const Plan& plan);  ///< the highest of its operations; safe when empty
DataLoss data_loss(const Plan& plan);
Reversal reversal(const Plan& plan);     ///< the worst of its operations
Estimate estimate(const Plan& plan);     ///< added up
std::string describe(const Plan& plan);  ///< "add 3 columns to user", derived from the operations
std::string checksum(const Plan& plan);  ///< SHA-256 of what would run; no clock in it
/// The statements of one direction as SQL text, one per entry; checks become comments.
std::vector<std::string> sql_up(const Plan& plan);
std::vector<std::string> sql_down(const Plan& plan);
/// The plan that goes back: steps reversed, up and down exchanged, operations and rollback exchanged.
Plan inverse(const Plan& plan);

std::string to_json(const Plan& plan);       ///< pretty-printed; round-trips
Plan plan_from_json(std::string_view json);  ///< throws Error{bad_document}

}  // namespace dataflow
