// Shorthand for tests that go the whole line on SQLite.
#pragma once
#include <string>
#include <string_view>

#include "dataflow/database.hpp"
#include "dataflow/error.hpp"
#include "dataflow/execute.hpp"
#include "dataflow/migrate.hpp"
#include "support/sqlite.hpp"

namespace dataflow::test {

/// The plan that turns the database into what the script says, dropping whatever the script does not name.
inline Plan plan_to(Database& database, std::string_view script, PlanOptions options = {.drop_unmanaged = true},
                    Hints hints = {}) {
  Wanted wanted = schema_from_sql("sqlite", script, "test");
  wanted.hints = std::move(hints);
  return plan(database, wanted, options);
}

/// Plans and carries out; gives back the version.
inline std::string migrate_to(const Sqlite& file, std::string_view script, Hints hints = {}) {
  Database database(file.url(), Open::create);
  const Plan p = plan_to(database, script, {.drop_unmanaged = true}, std::move(hints));
  for (const Operation& operation : p.operations)
    if (operation.assessment.blocking) throw Error(ErrorCode::refused, *operation.assessment.blocking);
  return execute(database, p).version;
}

inline void roll_back(const Sqlite& file, const std::string& version) {
  Database database(file.url());
  rollback(database, version);
}

/// The code of the Error that `call` throws.
template <class Call> ErrorCode code_of(Call&& call, std::string* sentence = nullptr) {
  try {
    call();
  } catch (const Error& e) {
    if (sentence != nullptr) *sentence = e.what();
    return e.code;
  }
  throw std::runtime_error("no Error was thrown");
}

/// Answers questions from a list and remembers what was said.
class Script final : public Console {
 public:
  explicit Script(std::vector<std::string> answers = {}) : answers_(std::move(answers)) {}
  void print(std::string_view text) override { said += text; }
  std::optional<std::string> ask(std::string_view prompt) override {
    asked.emplace_back(prompt);
    if (next_ == answers_.size()) return std::nullopt;
    return answers_[next_++];
  }
  std::string said;
  std::vector<std::string> asked;

 private:
  std::vector<std::string> answers_;
  std::size_t next_ = 0;
};

}  // namespace dataflow::test
