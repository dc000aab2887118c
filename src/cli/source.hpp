// Where schemas come from and which database is meant: the words SOURCE and --database of the command line.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.hpp"
#include "dataflow/database.hpp"
#include "dataflow/migrate.hpp"

namespace dataflow::cli {

struct GitSource;

Option database_option();
Option to_option();
Option rename_option();
/// Where SQL text and models are tried out when no side is a database of a server that is not embedded.
Option dev_option();
/// --database, of commands that compare sources.
Option history_option();
/// --timeout, of commands that carry out or take back what was planned before.
Option timeout_option();
ExecuteOptions execute_options(const Arguments& arguments);

/// A word of the command line as messages show it: quoted, without any password.
std::string shown(std::string_view word);

/// The one file a source is, as it was written: also the only .sql file of a directory, and the file of git:REV:FILE.
/// Empty for a database, a SQLite file, what is no file, and several.
std::string file_of(const std::string& source);

/// The dialect that a source speaks by itself; empty for models, snapshots and SQL text.
std::string spoken_dialect(const std::string& source);

/// Who reads SQL text and models: a dialect, and a database beside which its server may try things out.
class Reader {
 public:
  /// Picks the server by --dev, DATAFLOW_DEV, or the first of `sources` that names a database; opened when it is
  /// needed.
  Reader(const Context& context, const std::vector<std::string>& sources);
  /// Reads beside a database that is open.
  explicit Reader(Database& database);

  std::string_view dialect() const { return dialect_; }
  /// The schema a source stands for: a database URL, a SQLite file, a .sql file, a directory of them, git:REV:PATH,
  /// version:V, a snapshot, `-`, or `models`.
  /// Throws Error{usage, no_such_file, bad_document, …} that names the source.
  Wanted load(const std::string& source, DataFlow* models);
  /// The same as the server reads it back. Throws Error{unsupported} for a schema of another dialect.
  Wanted load_normalized(const std::string& source, DataFlow* models);
  /// A database beside which scratch places stand; nullptr where the server is embedded.
  Database* server();

  enum class Content { sqlite, json, snapshot, sql, unknown };

 private:
  Wanted load_file(const std::string& source);
  Wanted load_git(const GitSource& source);
  Wanted load_version(const std::string& version);
  Wanted load_text(Content content, const std::string& name, const std::string& origin, std::string_view text);
  Wanted load_sql(const std::vector<SqlText>& files);

  std::string dialect_ = "sqlite", url_, history_url_;
  std::optional<Database> opened_;
  Database* server_ = nullptr;
};

/// The database of --database, of DATAFLOW_DATABASE, or of the models. Connects when it is asked for.
class Target {
 public:
  /// Throws Error{usage} when no database was named.
  explicit Target(const Context& context);

  std::string_view dialect();
  std::string name() const;  ///< its URL, without any password
  Database& database(Open open);
  DataFlow& dataflow();
  /// What --to says; the models when it is not given. Hints of the command line are added.
  Wanted wanted(const Context& context);

 private:
  std::string url_;  ///< empty: the models' own connection
  DataFlow* models_ = nullptr;
  std::optional<Database> database_;
  std::optional<DataFlow> dataflow_;
};

}  // namespace dataflow::cli
