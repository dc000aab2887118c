// What a plan means, in sentences. Raw text: whoever prints it makes it printable.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "dataflow/diff.hpp"
#include "dataflow/plan.hpp"

namespace dataflow::page {

/// "<100ms", "2-5 seconds", "10+ seconds", "40 seconds to 2 minutes".
std::string rough_time(const Estimate& time);
/// "3ms", "1-3ms".
std::string milliseconds(const Estimate& time);

/// "with backup", "schema only: rows do not come back".
std::string reversal_words(Reversal reversal);
/// "schema changes" for "schema_changes".
std::string spaced(std::string_view word);

/// Programs written for the schema before go on working with the one after.
bool backward_compatible(const Operation& operation);

// The four lines of the safety assessment.
std::string compatibility_sentence(const Plan& plan);
std::string data_loss_sentence(const Plan& plan);
std::string time_sentence(const Plan& plan);
std::string rollback_sentence(const Plan& plan);

/// The data set aside before `operation` destroys it; nullptr when there is none.
const SetAside* set_aside_for(const Plan& plan, const Operation& operation);

std::string sentence(const SetAside& set_aside);   ///< "column phone of user, kept in …"
std::string sentence(const Unmanaged& unmanaged);  ///< "table billing_ledger", "index i on t"
std::string sentence(const Skipped& skipped);      ///< "DROP_COLUMN user: phone (TEXT), excluded operation"
std::string sentence(const RenameCandidate& candidate);

template <class T> std::vector<std::string> sentences(const std::vector<T>& values) {
  std::vector<std::string> texts;
  for (const T& value : values) texts.push_back(sentence(value));
  return texts;
}

/// What a safety analysis says of one operation: a label and a text, in the order to print them.
struct Aspect {
  std::string label, text;
};
std::vector<Aspect> analysis(const Assessment& assessment);

/// '+', '-', '~' or an arrow, and the noun the operation is about: "column".
struct Sign {
  char mark;  ///< '>' for a rename
  std::string noun;
};
Sign sign(OperationKind kind);

}  // namespace dataflow::page
