// Files as they stand in a revision of a git repository, read by git itself.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dataflow::cli {

/// git:REV:PATH. PATH is meant from the working directory, as every other path of the command line.
struct GitSource {
  std::string revision, path;
};
/// Nothing where the word does not begin with git:. Throws Error{usage} where it does and says no more.
std::optional<GitSource> git_source(std::string_view word);

struct GitFile {
  std::string path;  ///< as the user would write it
  std::string text;
};
struct GitTree {
  bool directory = false;
  std::vector<GitFile> files;  ///< one, unless it is a directory; then those that are wanted, by path
};
/// `wanted` is asked about the files of a directory, by their paths from there. Throws Error{no_such_file} with git's
/// own words: no git, no repository, no such revision or path.
GitTree read_git(const GitSource& source, bool (*wanted)(std::string_view path));

}  // namespace dataflow::cli
