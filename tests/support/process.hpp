// Real processes, started, watched and killed.
#pragma once
#include <functional>
#include <string>
#include <vector>

namespace dataflow::test {

struct Finished {
  int status = -1;  ///< exit status; 128 + signal when killed
  std::string out, err;
};

/// Runs a program to its end. Standard input is empty.
Finished run_program(const std::vector<std::string>& arguments);
/// Starts a program and kills it with SIGKILL after `microseconds`. True when it was still running then.
bool run_and_kill(const std::vector<std::string>& arguments, long microseconds);
/// Starts a program and kills it with SIGKILL once `reached` says so, or it has ended, or a minute has passed. True
/// when `reached` had said so.
bool run_and_kill_at(const std::vector<std::string>& arguments, const std::function<bool()>& reached);

}  // namespace dataflow::test
