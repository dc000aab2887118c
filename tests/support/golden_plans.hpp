// The cases of tests/golden/plans, each a file that a DBA can read: from, rows, to, and what dataflow makes of it. One
// file serves all servers: a section "up on mariadb" stands for "up" there, and a section "servers" names them where
// the case is not for all. The text is compared, then the same case runs live: apply, compare, roll back, compare.
// DATAFLOW_UPDATE_GOLDEN=1 writes the expected sections anew.
#pragma once
#include <functional>
#include <memory>
#include <string>

namespace dataflow::test {

/// An empty database of a case's own.
class GoldenDatabase {
 public:
  virtual ~GoldenDatabase() = default;
  virtual std::string url() const = 0;
  virtual void run(const std::string& script) = 0;
  /// Everything in it but what is dataflow's own, as the server's own tools see it.
  virtual std::string dump() = 0;
};

/// Runs every case that is for the server. `dialect` is "sqlite", "postgresql" or "mariadb".
void check_golden_plans(const std::string& dialect, const std::function<std::unique_ptr<GoldenDatabase>()>& make);

}  // namespace dataflow::test
