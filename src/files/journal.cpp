#include <algorithm>
#include <set>

#include "core/text.hpp"
#include "dataflow/files.hpp"
#include "execute/store.hpp"

namespace dataflow {

namespace {

std::string options_of(const std::vector<MigrationConflict>& conflicts) {
  std::set<std::string> all;
  for (const MigrationConflict& c : conflicts)
    for (const std::string& option : c.resolution_options)
      if (option.find(' ') == std::string::npos) all.insert(option);
  const std::vector<std::string> known(all.begin(), all.end());
  return known.empty() ? "migrate validate lists what can be done"
                       : "--resolve " + join(known, " or --resolve ") + "; migrate validate explains";
}

std::string sentence_of(const std::vector<MigrationConflict>& conflicts) {
  std::vector<std::string> sentences;
  for (const MigrationConflict& c : conflicts) sentences.push_back(c.description);
  return join(sentences, "; ");
}

std::vector<AppliedFile> applied_files(Database& database) {
  std::vector<AppliedFile> out;
  for (Migration& m : Store(database).migrations("status = 'applied'", {}, 1'000'000))
    if (m.plan.file) out.push_back({m.version, m.applied_at, *m.plan.file});
  std::reverse(out.begin(), out.end());
  return out;
}

const AppliedFile* find_applied(const std::vector<AppliedFile>& applied, const std::string& version) {
  const auto at =
      std::find_if(applied.begin(), applied.end(), [&](const AppliedFile& a) { return a.file.version == version; });
  return at == applied.end() ? nullptr : &*at;
}

std::string shown(const MigrationFile& file) {
  return file.name.empty() || file.name == file.version ? file.version : file.version + ' ' + file.name;
}

/// Writes within one transaction, where the history is still as it was read.
template <class What> void write_history(Database& database, What what) {
  const auto transaction = database.impl().dialect->begin(*database.impl().connection, std::nullopt, false);
  Store store(database);
  what(store);
  transaction->commit();
}

}  // namespace

MigrationConflictError::MigrationConflictError(std::vector<MigrationConflict> all)
    : Error(ErrorCode::conflict, sentence_of(all), options_of(all)), conflicts(std::move(all)) {}

MigrationJournal compare(const MigrationDirectory& directory, Database& database) {
  MigrationJournal out;
  out.applied = applied_files(database);
  out.conflicts = directory.conflicts;
  std::size_t newest = 0;  // behind the newest file that is applied
  for (std::size_t i = 0; i < directory.files.size(); ++i)
    if (find_applied(out.applied, directory.files[i].version) != nullptr) newest = i + 1;
  for (std::size_t i = 0; i < directory.files.size(); ++i) {
    const MigrationFile& file = directory.files[i];
    const AppliedFile* applied = find_applied(out.applied, file.version);
    if (applied == nullptr) {
      out.pending.push_back(file);
      if (i < newest)
        out.conflicts.push_back(
            {"out of order",
             file.version,
             shown(file) + " is older than " + shown(directory.files[newest - 1]) + ", which is applied",
             {"apply-out-of-order", "skip", "give it a newer version"}});
      continue;
    }
    if (applied->file.checksum != file.up.checksum())
      out.conflicts.push_back({"edited",
                               file.version,
                               "'" + file.up.path + "' was edited after it was applied on " + applied->applied_at,
                               {"accept-checksum", "put the file back as it was and write a new migration"}});
    else if (applied->file.carried_out && file.down && applied->file.down_checksum != file.down->checksum())
      out.conflicts.push_back({"edited",
                               file.version,
                               "the way down in '" + file.down->path + "' was edited after it was applied on " +
                                   applied->applied_at + "; going back runs what was recorded",
                               {"accept-checksum", "put the file back as it was"}});
  }
  for (const AppliedFile& applied : out.applied) {
    const bool there = std::any_of(directory.files.begin(), directory.files.end(),
                                   [&](const MigrationFile& f) { return f.version == applied.file.version; });
    if (!there)
      out.conflicts.push_back(
          {"missing",
           applied.file.version,
           "version " + applied.file.version + " is applied, and its file is gone from '" + directory.path + "'",
           {"ignore-missing", "put the file back"}});
  }
  return out;
}

void resolve(const MigrationDirectory& directory, MigrationJournal& journal, Database& database,
             std::string_view action) {
  std::vector<MigrationConflict> mine;
  const auto has = [&](const MigrationConflict& c) {
    return std::find(c.resolution_options.begin(), c.resolution_options.end(), action) != c.resolution_options.end();
  };
  std::copy_if(journal.conflicts.begin(), journal.conflicts.end(), std::back_inserter(mine), has);
  if (mine.empty())
    throw Error(ErrorCode::usage, "nothing is in conflict that '" + std::string(action) + "' would resolve",
                journal.conflicts.empty() ? "leave --resolve out" : options_of(journal.conflicts));
  const auto file_of = [&](const MigrationConflict& c) {
    return std::find_if(directory.files.begin(), directory.files.end(),
                        [&](const MigrationFile& f) { return f.version == c.version; });
  };
  for (const MigrationConflict& c : mine) {
    if (action == "accept-checksum") {
      const AppliedFile* applied = find_applied(journal.applied, c.version);
      Plan plan = find_migration(database, applied->recorded).plan;
      plan.file->checksum = file_of(c)->up.checksum();
      plan.file->down_checksum = file_of(c)->down ? file_of(c)->down->checksum() : "";
      write_history(database, [&](Store& store) { store.set_file(applied->recorded, plan); });
    } else if (action == "skip") {
      execute(database, mark(database, *file_of(c)), {.name = c.version});
    }
  }
  if (action == "accept-checksum" || action == "skip") {
    journal = compare(directory, database);
    return;
  }
  std::erase_if(journal.conflicts, has);
}

}  // namespace dataflow
