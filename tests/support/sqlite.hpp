// A SQLite database of a test's own, looked at through SQLite alone: dataflow has no say in what is read here.
#pragma once
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;

namespace dataflow::test {

/// An empty directory that goes away with its owner.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// A connection of its own to a file, opened for the moment of each call.
class Sqlite {
 public:
  explicit Sqlite(std::string path) : path_(std::move(path)) {}
  /// Runs a script; throws std::runtime_error with SQLite's words.
  void run(const std::string& script) const;
  /// Rows as "a|b|c"; NULL is "NULL", blobs are hexadecimal.
  std::vector<std::string> rows(const std::string& query) const;
  std::string value(const std::string& query) const;
  /// Every object's text and every row of every table that is not dataflow's, in one string. Double quotes are left
  /// out: RENAME writes the new name in them.
  std::string dump() const;
  const std::string& path() const { return path_; }
  std::string url() const { return "sqlite:" + path_; }

 private:
  std::string path_;
};

}  // namespace dataflow::test
