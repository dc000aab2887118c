#include "cli/source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "cli/git.hpp"
#include "cli/hints.hpp"
#include "core/text.hpp"
#include "dataflow/snapshot.hpp"
#include "db/url.hpp"
#include "dialects/dialect.hpp"

namespace dataflow::cli {

using Content = Reader::Content;

namespace {
constexpr std::string_view sqlite_header{"SQLite format 3\0", 16};
constexpr std::string_view what_a_source_is =
    "a source is a database URL such as sqlite:app.db, a SQLite file, a .sql file, a directory of them, git:REV:PATH, "
    "version:V, a snapshot, or - for standard input";
constexpr std::string_view version_prefix = "version:", extension_of_sql = ".sql";

/// An open file that is read piece by piece.
class Input {
 public:
  explicit Input(const std::string& source) : name_(source == "-" ? "standard input" : shown(source)) {
    descriptor_ = source == "-" ? ::dup(STDIN_FILENO) : ::open(source.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor_ < 0) fail(errno);
    struct stat status {};
    regular_ = ::fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode);
  }
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;
  ~Input() { ::close(descriptor_); }

  bool regular() const { return regular_; }
  const std::string& name() const { return name_; }
  /// What has been read so far, after reading until there are `size` bytes or no more.
  const std::string& upto(std::size_t size) {
    std::array<char, 65536> buffer;
    while (text_.size() < size) {
      const ssize_t got = ::read(descriptor_, buffer.data(), std::min(buffer.size(), size - text_.size()));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) fail(errno);
      if (got == 0) break;
      text_.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return text_;
  }

 private:
  [[noreturn]] void fail(int reason) {
    if (reason == ENOENT || reason == ENOTDIR)
      throw Error(ErrorCode::no_such_file, "there is no file " + name_, std::string(what_a_source_is));
    if (reason == EISDIR)
      throw Error(ErrorCode::bad_document, name_ + " is a directory", std::string(what_a_source_is));
    if (reason == EACCES) throw Error(ErrorCode::permission, name_ + " may not be read by this user");
    throw Error(ErrorCode::no_such_file,
                "cannot read " + name_ + ": " + lower(std::generic_category().message(reason)));
  }

  std::string name_, text_;
  int descriptor_ = -1;
  bool regular_ = false;
};

bool has_extension(std::string_view path, std::string_view extension) {
  return path.size() > extension.size() && equal_ignoring_case(path.substr(path.size() - extension.size()), extension);
}

std::string_view without_bom(std::string_view text) { return text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text; }

Content content_of(std::string_view path, std::string_view begin) {
  const std::string_view start = trim(without_bom(begin));
  if (start.starts_with(sqlite_header.substr(0, 15))) return Content::sqlite;
  if (has_extension(path, extension_of_sql)) return Content::sql;
  if (start.starts_with("{") || has_extension(path, ".json")) return Content::json;
  if (start.starts_with("dataflow schema")) return Content::snapshot;
  return Content::unknown;
}

[[noreturn]] void unreadable(const std::string& name) {
  throw Error(ErrorCode::bad_document, name + " is neither SQL, nor a snapshot, nor a SQLite file",
              std::string(what_a_source_is));
}

/// Whether the file or a directory on the way to it is.
bool hidden(std::string_view path) { return path.starts_with('.') || path.find("/.") != std::string_view::npos; }

/// Of the files below a directory, by their paths from there. The way back of a migration describes nothing of a
/// schema.
bool describes_schema(std::string_view path) {
  return has_extension(path, extension_of_sql) && !hidden(path) && !path.ends_with(".down.sql");
}

/// Every file below a directory that describes a schema, by path.
std::vector<std::string> sql_files(const std::string& directory) {
  namespace fs = std::filesystem;
  std::vector<std::string> paths;
  try {
    for (fs::recursive_directory_iterator at(directory), end; at != end; ++at) {
      const std::string name = at->path().filename().string();
      if (hidden(name) && at->is_directory()) at.disable_recursion_pending();
      if (describes_schema(name) && at->is_regular_file()) paths.push_back(at->path().string());
    }
  } catch (const fs::filesystem_error& e) {
    throw Error(ErrorCode::permission,
                "directory " + shown(directory) + " cannot be read: " + lower(e.code().message()));
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

std::vector<SqlText> read_directory(const std::string& directory) {
  const std::vector<std::string> paths = sql_files(directory);
  if (paths.empty()) throw Error(ErrorCode::bad_document, "directory " + shown(directory) + " holds no .sql file");
  std::vector<SqlText> files;
  for (const std::string& path : paths) {
    Input input(path);
    files.push_back({path, std::string(without_bom(input.upto(static_cast<std::size_t>(-1))))});
  }
  return files;
}

bool is_directory(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

/// Whether a word names a database by its URL; git: and version: are sources of their own.
bool is_database_url(std::string_view word) {
  return looks_like_url(word) && !word.starts_with(version_prefix) && !git_source(word);
}

template <class Parse> Schema read_snapshot(const std::string& origin, Parse parse) {
  try {
    return parse();
  } catch (const Error& error) {
    throw Error(error.code, origin + ": " + error.what(), error.hint);
  }
}

Wanted load_database(const std::string& url) {
  Database database(url, Open::read_only);
  return {inspect(database), {}, true};
}

bool embedded(std::string_view dialect) { return dialect_named(dialect).embedded; }
}  // namespace

Wanted Reader::load_sql(const std::vector<SqlText>& files) {
  Database* place = server();
  return place == nullptr ? schema_from_sql(dialect_, files) : schema_from_sql(*place, files);
}

Wanted Reader::load_text(Content content, const std::string& name, const std::string& origin, std::string_view text) {
  switch (content) {
    case Content::json: return {read_snapshot(name, [&] { return schema_from_json(text); }), {}};
    case Content::snapshot: return {read_snapshot(name, [&] { return schema_from_text(text); }), {}};
    case Content::sql: return load_sql({{origin, std::string(text)}});
    case Content::sqlite:
    case Content::unknown: break;
  }
  unreadable(name);
}

Wanted Reader::load_file(const std::string& source) {
  const bool standard_input = source == "-";
  if (!standard_input && is_directory(source)) return load_sql(read_directory(source));
  Input input(source);
  Content content = content_of(source, input.upto(1024));
  const bool file = input.regular() && !standard_input;
  if (content == Content::sqlite && file) return load_database("sqlite:" + source);
  if (content == Content::unknown && !file) content = Content::sql;
  if (content == Content::sqlite || content == Content::unknown) unreadable(input.name());
  return load_text(content, input.name(), standard_input ? "standard input" : source,
                   without_bom(input.upto(static_cast<std::size_t>(-1))));
}

namespace {
std::vector<std::string> paths_of(const GitSource& source) {
  std::vector<std::string> paths;
  for (const GitFile& file : read_git(source, describes_schema).files) paths.push_back(file.path);
  return paths;
}
}  // namespace

Wanted Reader::load_git(const GitSource& source) {
  const GitTree tree = read_git(source, describes_schema);
  const std::string revision = "git:" + source.revision + ':';
  if (!tree.directory) {
    const GitFile& file = tree.files.front();
    const std::string_view text = without_bom(file.text);
    return load_text(content_of(file.path, text.substr(0, 1024)), shown(revision + file.path), revision + file.path,
                     text);
  }
  std::vector<SqlText> files;
  for (const GitFile& file : tree.files) files.push_back({revision + file.path, std::string(without_bom(file.text))});
  if (files.empty()) throw Error(ErrorCode::bad_document, shown(revision + source.path) + " holds no .sql file");
  return load_sql(files);
}

Wanted Reader::load_version(const std::string& version) {
  // The server may be another one: that of --dev.
  if (server_ != nullptr && (history_url_.empty() || history_url_ == url_))
    return {recorded_schema(*server_, version), {}, true};
  if (history_url_.empty())
    throw Error(ErrorCode::usage, "version:" + version + " needs the database whose history has it",
                "give --database URL, or set DATAFLOW_DATABASE");
  Database database(history_url_, Open::read_only);
  return {recorded_schema(database, version), {}, true};
}

namespace {
bool is_sqlite_file(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
  Input input(path);
  return input.upto(sqlite_header.size()) == sqlite_header;
}

/// The URL that --database means: a URL, or the path of a SQLite file that is there.
std::string database_url(const std::string& word) {
  if (looks_like_url(word)) return word;
  if (is_sqlite_file(word)) return "sqlite:" + word;
  struct stat status {};
  if (::stat(word.c_str(), &status) != 0)
    throw Error(ErrorCode::no_such_file, "there is no file " + shown(word),
                "write sqlite:" + word + " to create a database");
  if (status.st_size == 0 && S_ISREG(status.st_mode))
    throw Error(ErrorCode::not_a_database, "the file " + shown(word) + " is empty",
                "write sqlite:" + word + " to make it a database");
  throw Error(ErrorCode::not_a_database, shown(word) + " is not a database",
              "give a database URL such as sqlite:app.db");
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}
}  // namespace

Option database_option() {
  return {.name = "database", .value = "URL", .help = "the database; else DATAFLOW_DATABASE is looked at"};
}
Option to_option() { return {.name = "to", .value = "SOURCE", .help = "the schema it should have"}; }
Option dev_option() {
  return {.name = "dev",
          .value = "URL",
          .help = "a server where SQL text and models are tried out; else DATAFLOW_DEV, else the database at hand"};
}
Option history_option() {
  return {.name = "database", .value = "URL", .help = "whose history version:V is looked up in, where no source is it"};
}
Option timeout_option() {
  return {.name = "timeout", .value = "SECONDS", .help = "give up after this time; 0 for never"};
}
ExecuteOptions execute_options(const Arguments& arguments) {
  ExecuteOptions options;
  if (const auto seconds = arguments.number("timeout", 0)) options.timeout_ms = std::uint64_t(*seconds) * 1000;
  return options;
}
Option rename_option() {
  return {.name = "rename",
          .value = "OLD=NEW",
          .help = "a rename, not a drop and an addition: table.old=new, or old_table=new_table"};
}

std::string shown(std::string_view word) {
  std::string text = without_password(word);
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
  return "'" + text + "'";
}

std::string spoken_dialect(const std::string& source) {
  if (is_database_url(source)) return std::string(dialect_of(parse_url(source)).name);
  return is_sqlite_file(source) ? "sqlite" : "";
}

std::string file_of(const std::string& source) {
  const auto only = [](const std::vector<std::string>& paths) { return paths.size() == 1 ? paths.front() : ""; };
  if (const auto git = git_source(source)) return only(paths_of(*git));
  if (is_directory(source)) return only(sql_files(source));
  struct stat status {};
  const bool file = ::stat(source.c_str(), &status) == 0 && S_ISREG(status.st_mode);
  return file && spoken_dialect(source).empty() ? source : "";
}

Reader::Reader(const Context& context, const std::vector<std::string>& sources) {
  const auto named = context.arguments.value("database");
  std::vector<std::string> databases = sources;
  if (named)
    databases.insert(databases.begin(), *named);
  else
    databases.push_back(environment("DATAFLOW_DATABASE"));
  for (const std::string& source : databases)
    if (history_url_.empty() && !source.empty() && !spoken_dialect(source).empty()) history_url_ = database_url(source);
  const bool asks_history =
      std::any_of(sources.begin(), sources.end(), [](const std::string& s) { return s.starts_with(version_prefix); });
  std::vector<std::string> all = asks_history ? databases : sources;
  all.insert(all.begin(), context.arguments.value("dev").value_or(environment("DATAFLOW_DEV")));
  for (const std::string& source : all) {
    std::string spoken = source.empty() ? "" : spoken_dialect(source);
    if (spoken.empty()) continue;
    dialect_ = spoken, url_ = source;
    return;
  }
}

Reader::Reader(Database& database) : dialect_(database.dialect()), server_(&database) {}

Database* Reader::server() {
  if (server_ == nullptr && !embedded(dialect_)) server_ = &opened_.emplace(url_, Open::read_only);
  return server_;
}

Wanted Reader::load(const std::string& source, DataFlow* models) {
  if (source.empty()) throw Error(ErrorCode::usage, "a source is empty", std::string(what_a_source_is));
  if (source == "models") {
    if (models != nullptr) return models->wanted();
    throw Error(ErrorCode::usage, "this program knows no models",
                "call dataflow::cli::run from a program that declares them; for a file write ./models");
  }
  if (const auto git = git_source(source)) return load_git(*git);
  if (source.starts_with(version_prefix)) return load_version(source.substr(version_prefix.size()));
  return is_database_url(source) ? load_database(source) : load_file(source);
}

Wanted Reader::load_normalized(const std::string& source, DataFlow* models) {
  Wanted wanted = load(source, models);
  if (wanted.schema.dialect.empty()) {
    Database* place = server();
    return place == nullptr ? dataflow::normalize(dialect_named(dialect_), nullptr, std::move(wanted))
                            : normalize(*place, wanted);
  }
  if (wanted.schema.dialect == dialect_) return wanted;
  throw Error(ErrorCode::unsupported,
              shown(source) + " is a schema of " + wanted.schema.dialect + ", not of " + dialect_,
              "compare schemas of one server");
}

Target::Target(const Context& context) {
  std::string word = context.arguments.value("database").value_or(environment("DATAFLOW_DATABASE"));
  if (!word.empty())
    url_ = database_url(word);
  else if (context.models != nullptr)
    models_ = context.models;
  else
    throw Error(ErrorCode::usage, std::string(context.command.name) + " needs a database",
                "give --database sqlite:app.db, or set DATAFLOW_DATABASE");
}

std::string_view Target::dialect() {
  const std::string& url = models_ != nullptr ? models_->url() : url_;
  // A session that was lent has no URL. Where there is one, nothing is opened, and so no file created.
  return looks_like_url(url) ? dialect_of(parse_url(url)).name : models_->database().dialect();
}

std::string Target::name() const { return without_password(models_ != nullptr ? models_->url() : url_); }

Database& Target::database(Open open) {
  if (models_ != nullptr) return models_->database();
  if (!database_) database_.emplace(url_, open);
  return *database_;
}

DataFlow& Target::dataflow() {
  if (models_ != nullptr) return *models_;
  if (!dataflow_) dataflow_.emplace(url_);
  return *dataflow_;
}

Wanted Target::wanted(const Context& context) {
  const auto source = context.arguments.value("to");
  if (!source && context.models == nullptr)
    throw Error(ErrorCode::usage, std::string(context.command.name) + " needs --to SOURCE",
                std::string(what_a_source_is));
  // SQLite reads SQL text in memory: a file that is not there need not be made for it.
  auto reader = context.arguments.value("dev") || embedded(dialect())
                    ? Reader(context, {models_ != nullptr ? models_->url() : url_})
                    : Reader(database(Open::existing));
  Wanted wanted = reader.load(source.value_or("models"), context.models);
  add_hints(wanted.hints, context.arguments);
  return wanted;
}

}  // namespace dataflow::cli
