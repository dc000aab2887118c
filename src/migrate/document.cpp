#include "migrate/document.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "codegen/codegen.hpp"
#include "core/text.hpp"
#include "dataflow/error.hpp"
#include "dataflow/execute.hpp"

namespace dataflow {

namespace {
constexpr std::size_t every = 1'000'000;

[[noreturn]] void fail(const std::string& path, int reason) {
  throw Error(reason == EACCES || reason == EROFS ? ErrorCode::permission : ErrorCode::no_such_file,
              "the documentation cannot be written to " + path + ": " + lower(std::generic_category().message(reason)),
              "give generate_documentation the path of a file");
}

/// Beside the file, so that it can take its place.
std::string draft_of(const std::string& path) { return path + ".new"; }

void write(const std::string& path, const std::string& text) {
  errno = 0;
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text << std::flush;
  if (!file) fail(path, errno == 0 ? EIO : errno);
}
}  // namespace

void check_document(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) fail(path, EISDIR);
  write(draft_of(path), "");
  std::filesystem::remove(draft_of(path), ignored);
}

void write_document(Database& database, const std::string& path) {
  const std::string name = codegen::title_of(database.url());
  const std::string title = name.empty() ? std::string(database.dialect()) : name;
  write(draft_of(path), codegen::markdown(inspect(database), title, history(database, every)));
  std::error_code failure;
  std::filesystem::rename(draft_of(path), path, failure);
  if (failure) fail(path, failure.value());
}

}  // namespace dataflow
