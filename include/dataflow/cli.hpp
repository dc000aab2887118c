// The command line, for the dataflow program and for programs that know their models.
#pragma once

namespace dataflow {

class DataFlow;

namespace cli {

/// Runs one command and returns its exit status (0 ok, 1 failed, 2 usage, 3 cancelled, 4 refused, …).
/// With `models`, the source word `models` stands for its models and `--database` defaults to its database.
int run(int argc, const char* const* argv, DataFlow* models = nullptr);

}  // namespace cli
}  // namespace dataflow
