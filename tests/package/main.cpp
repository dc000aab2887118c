// A program outside the project: declares a model, migrates a file to it, grows the model, looks at what stands there.
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>

#include "dataflow/dataflow.hpp"

namespace before {
struct Item {
  std::int64_t id;
  std::string title;
};
}  // namespace before

namespace after {
struct Item {
  std::int64_t id;
  std::string title;
  std::optional<std::string> note;
};
}  // namespace after

template <class Model> static bool migrate(dataflow::DataFlow& db, std::size_t migrations_expected) {
  db.model<Model>();
  dataflow::AutoMigrateOptions options;
  options.interactive = false;
  options.auto_confirm = true;
  const auto result = db.auto_migrate(options);
  if (!result.success) std::printf("%s\n", result.message.c_str());
  return result.success && result.migrations.size() == migrations_expected;
}

static bool has_note(dataflow::DataFlow& db) {
  const dataflow::Schema schema = dataflow::inspect(db.database());
  return schema.tables.size() == 1 && schema.tables.front().columns.size() == 3 &&
         dataflow::find_column(schema.tables.front(), "note") != nullptr;
}

int main(int argc, char** argv) try {
  if (argc != 2) return 2;
  dataflow::DataFlow db("sqlite:" + std::string(argv[1]));
  const bool ok = migrate<before::Item>(db, 1) && !has_note(db) && migrate<after::Item>(db, 1) && has_note(db) &&
                  migrate<after::Item>(db, 0);
  std::printf("%s\n", ok ? "migrated" : "not migrated as expected");
  return ok ? 0 : 1;
} catch (const dataflow::Error& error) {
  std::printf("%s", dataflow::to_text(error).c_str());
  return 1;
}
