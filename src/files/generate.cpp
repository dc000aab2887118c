#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <system_error>

#include "core/text.hpp"
#include "dialects/dialect.hpp"
#include "execute/store.hpp"
#include "files/script.hpp"

namespace dataflow {

namespace {

namespace fs = std::filesystem;

/// "20240115093000", UTC.
std::string now_as_version() {
  std::string text = utc_now();
  std::erase_if(text, [](char c) { return c < '0' || c > '9'; });
  return text;
}

/// "< 1 minute", "2-5 minutes"
std::string spoken(const Estimate& time) {
  constexpr std::uint64_t minute = 60'000;
  if (time.high_ms < minute) return "< 1 minute";
  const std::uint64_t low = time.low_ms / minute, high = (time.high_ms + minute - 1) / minute;
  return low == high ? count(high, "minute") : std::to_string(low) + "-" + count(high, "minute");
}

std::vector<std::string> names_of(const std::vector<KeyPart>& parts) {
  std::vector<std::string> out;
  for (const KeyPart& part : parts) out.push_back(part.column.empty() ? part.expression.text : part.column.text);
  return out;
}

/// The table that an operation speaks of, in the first schema that has it.
const Table* table_of(const Operation& operation, const Schema& first, const Schema& second) {
  for (const Schema* schema : {&first, &second})
    for (const Table& table : schema->tables)
      if (table.name == operation.table || table.schema.text + '.' + table.name.text == operation.table.text)
        return &table;
  return nullptr;
}

GeneratedChange change_of(const Operation& operation, const Schema& from, const Schema& to) {
  GeneratedChange out{operation, {}, ""};
  const bool drops = operation.kind == OperationKind::drop_column || operation.kind == OperationKind::drop_index ||
                     operation.kind == OperationKind::drop_constraint;
  const Table* table = drops ? table_of(operation, from, to) : table_of(operation, to, from);
  if (table == nullptr) return out;
  if (const Column* column = find_column(*table, operation.object)) out.type = column->type.spelled;
  for (const Index& index : table->indexes)
    if (index.name == operation.object) out.columns = names_of(index.parts);
  for (const Unique& unique : table->uniques)
    if (unique.name == operation.object && !operation.object.empty()) out.columns = names_of(unique.parts);
  return out;
}

[[noreturn]] void cannot_write(const std::string& path, int reason) {
  const std::string why = lower(std::generic_category().message(reason));
  if (reason == EEXIST)
    throw Error(ErrorCode::conflict, "the file '" + path + "' is there already", "give the migration another name");
  const ErrorCode code = reason == ENOSPC || reason == EDQUOT                     ? ErrorCode::disk_full
                         : reason == EACCES || reason == EPERM || reason == EROFS ? ErrorCode::permission
                                                                                  : ErrorCode::no_such_file;
  throw Error(code, "cannot write '" + path + "': " + why);
}

/// What has been written, taken away again unless it is kept.
class Written {
 public:
  ~Written() {
    if (kept_) return;
    std::error_code ignored;
    for (const auto& [path, size] : appended_) fs::resize_file(path, size, ignored);
    for (const std::string& path : created_) fs::remove(path, ignored);
  }
  Written() = default;
  Written(const Written&) = delete;
  Written& operator=(const Written&) = delete;

  void write(const std::string& path, const std::string& text, bool append) {
    std::error_code none;
    const bool there = append && fs::exists(path, none);
    const int flags = O_WRONLY | O_CLOEXEC | (there ? O_APPEND : O_CREAT | O_EXCL);
    const int file = ::open(path.c_str(), flags, 0666);
    if (file < 0) cannot_write(path, errno);
    if (there)
      appended_.emplace_back(path, fs::file_size(path, none));
    else
      created_.push_back(path);
    std::size_t done = 0;
    int reason = 0;
    while (done < text.size() && reason == 0) {
      const ssize_t n = ::write(file, text.data() + done, text.size() - done);
      if (n >= 0)
        done += static_cast<std::size_t>(n);
      else if (errno != EINTR)
        reason = errno;
    }
    if (reason == 0 && ::fsync(file) != 0 && errno != EINVAL) reason = errno;
    if (::close(file) != 0 && reason == 0) reason = errno;
    if (reason != 0) cannot_write(path, reason);
  }
  void keep() { kept_ = true; }

 private:
  std::vector<std::string> created_;
  std::vector<std::pair<std::string, std::uintmax_t>> appended_;
  bool kept_ = false;
};

}  // namespace

GeneratedMigration generate(Database& scratch, const Wanted& to, const MigrationDirectory& directory,
                            const GenerateOptions& options) {
  GeneratedMigration out;
  const Schema from = inspect(scratch);
  out.plan = plan(scratch, to,
                  {.drop_unmanaged = options.drop_missing,
                   .create_backup = options.create_backup,
                   .online = options.online,
                   .rows_unknown = true});
  if (out.empty()) return out;
  for (const Operation& operation : out.plan.operations)
    if (operation.assessment.blocking)
      throw Error(ErrorCode::refused, operation.description() + " would fail: " + *operation.assessment.blocking,
                  operation.assessment.remedy);
  const MigrationScript up = script_of(out.plan, false), down = script_of(out.plan, true);
  out.name = options.name.empty() ? derived_name(out.plan) : slug(options.name);
  if (out.name.empty())
    throw Error(ErrorCode::usage, "'" + options.name + "' holds no letter that a file name can have",
                "give a name such as add_phone_to_users");
  out.version = next_version(directory, options.naming, options.layout, now_as_version());
  out.up_script = plain_text(up), out.down_script = plain_text(down);
  const Schema target = dataflow::normalize(scratch, to).schema;
  for (const Operation& operation : out.plan.operations) {
    out.changes.push_back(change_of(operation, from, target));
    if (operation.assessment.data_loss != DataLoss::none) out.data_at_risk = true;
  }
  out.estimated_duration = spoken(estimate(out.plan));
  out.files = lay_out(options.layout, {out.version, out.name, out.plan.dialect, up, down}, directory);
  return out;
}

std::vector<std::string> write(const GeneratedMigration& migration, const std::string& directory) {
  std::vector<std::string> out;
  Written written;
  for (const WrittenFile& file : migration.files) {
    const fs::path path = fs::path(directory) / file.path;
    std::error_code failed;
    fs::create_directories(path.parent_path(), failed);
    if (failed) cannot_write(path.parent_path().string(), failed.value());
    written.write(path.string(), file.text, file.append);
    if (std::find(out.begin(), out.end(), path.string()) == out.end()) out.push_back(path.string());
  }
  written.keep();
  return out;
}

}  // namespace dataflow
