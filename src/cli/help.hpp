// Help, made from the table of commands.
#pragma once
#include "cli/command.hpp"

namespace dataflow::cli {

/// Prints what one command does, takes and ends with.
int explain(Context& context, const Command& command);

/// What an exit status means. One row each; `help --exit-codes` and the help of every command read it.
struct ExitStatus {
  int status;
  std::string_view meaning;
};
std::span<const ExitStatus> exit_statuses();
std::string exit_status_table();

/// An option as help lists it: a flag that is on by default by what switches it off.
std::string spelling(const Option& option);
/// A usage line: "migrate show VERSION".
std::string usage_of(const Command& command);

}  // namespace dataflow::cli
