#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "dataflow/cli.hpp"
#include "dataflow/migrate.hpp"
#include "support/sqlite.hpp"

using namespace dataflow;

namespace {
Model user_model() {
  return {"User",
          Table{.name = "user",
                .columns = {Column{.name = "id", .type = {.kind = Kind::int64}, .identity = Identity::by_default},
                            Column{.name = "name", .type = {.kind = Kind::text}}},
                .primary_key = PrimaryKey{.parts = {KeyPart{.column = "id"}}}},
          {}};
}

/// A program with one model, and a database that is not there yet.
struct Program {
  test::Folder folder;
  std::string file = folder / "app.db", url = "sqlite:" + file;
  DataFlow models{url};

  Program() { models.add(user_model()); }

  int run(std::vector<const char*> words) {
    words.insert(words.begin(), "shop");
    words.push_back("--quiet");
    return cli::run(static_cast<int>(words.size()), words.data(), &models);
  }
};
}  // namespace

TEST_CASE("a program with models migrates its own database to them without being told where and what") {
  Program program;
  CHECK(program.run({"migrate", "auto", "--dry-run"}) == 0);
  CHECK_FALSE(std::filesystem::exists(program.file));
  CHECK(program.run({"migrate", "auto", "--auto-confirm"}) == 0);
  CHECK(program.run({"diff", "models", program.url.c_str(), "--check"}) == 0);
  CHECK(program.run({"diff", program.url.c_str(), "models", "--check"}) == 0);
  CHECK(history(program.models.database()).size() == 1);
  CHECK(program.run({"migrate", "auto", "--auto-confirm"}) == 0);
  CHECK(history(program.models.database()).size() == 1);
  CHECK(program.run({"migrate", "rollback", "--last", "--auto-confirm", "--max-risk-level", "CRITICAL"}) == 0);
  CHECK(program.run({"diff", "models", program.url.c_str(), "--check"}) == 12);
}

TEST_CASE("--database stands above the models' database") {
  Program program;
  const std::string file = program.folder / "other.db", other = "sqlite:" + file;
  CHECK(program.run({"migrate", "auto", "--auto-confirm", "--database", other.c_str()}) == 0);
  CHECK(std::filesystem::exists(file));
  CHECK_FALSE(std::filesystem::exists(program.file));
  CHECK(program.run({"diff", "models", other.c_str(), "--check", "--simple-exit"}) == 0);
}
