#include "cli/git.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "core/text.hpp"
#include "dataflow/error.hpp"

extern char** environ;

namespace dataflow::cli {

namespace {
constexpr std::string_view prefix = "git:";

class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) throw Error(ErrorCode::internal, "no pipe can be made to git");
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    for (const int end : ends_)
      if (end >= 0) ::close(end);
  }
  int reading() const { return ends_[0]; }
  int writing() const { return ends_[1]; }
  void close_writing() { ::close(std::exchange(ends_[1], -1)); }

 private:
  std::array<int, 2> ends_{-1, -1};
};

struct Said {
  int status = 0;
  std::string out, err;
};

/// Reads both until their end: a program that fills one of them must not wait for us.
void drain(Pipe& out, Pipe& err, Said& said) {
  std::array<pollfd, 2> waits = {pollfd{out.reading(), POLLIN, 0}, pollfd{err.reading(), POLLIN, 0}};
  std::array<char, 65536> buffer;
  while (waits[0].fd >= 0 || waits[1].fd >= 0) {
    if (::poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR) return;
    for (pollfd& wait : waits) {
      if (wait.fd < 0 || wait.revents == 0) continue;
      const ssize_t got = ::read(wait.fd, buffer.data(), buffer.size());
      if (got > 0) (&wait == waits.data() ? said.out : said.err).append(buffer.data(), static_cast<std::size_t>(got));
      if (got == 0 || (got < 0 && errno != EINTR)) wait.fd = -1;
    }
  }
}

Said git(std::vector<std::string> words) {
  words.insert(words.begin(), "git");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  Pipe out, err;
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, out.writing(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, err.writing(), STDERR_FILENO);
  pid_t process = 0;
  const int failure = ::posix_spawnp(&process, "git", &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failure != 0)
    throw Error(ErrorCode::no_such_file, "git cannot be run", "a source git:REV:PATH is read by the program git");
  out.close_writing(), err.close_writing();
  Said said;
  drain(out, err, said);
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {}
  said.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return said;
}

/// git's first line, as one lower-case sentence.
std::string sentence(const Said& said) {
  std::string line = said.err.substr(0, said.err.find('\n'));
  for (const std::string_view begin : {"fatal: ", "error: "})
    if (line.starts_with(begin)) line.erase(0, begin.size());
  if (!line.empty()) line[0] = lower(line.substr(0, 1))[0];
  return line.empty() ? "git ended with status " + std::to_string(said.status) : line;
}

/// Runs in the directory that `source` is meant from.
std::string ask(const GitSource& source, const std::string& directory, std::vector<std::string> words) {
  words.insert(words.begin(), {"-C", directory});
  const Said said = git(std::move(words));
  if (said.status == 0) return said.out;
  throw Error(ErrorCode::no_such_file, "git:" + source.revision + ':' + source.path + ": " + sentence(said),
              "write git:REV:PATH, PATH from the working directory: git:HEAD~1:db/schema.sql");
}
}  // namespace

std::optional<GitSource> git_source(std::string_view word) {
  if (!word.starts_with(prefix)) return std::nullopt;
  word.remove_prefix(prefix.size());
  std::size_t colon = 0;  // that of HEAD^{/fix: it} is none
  for (int depth = 0; colon < word.size() && (depth > 0 || word[colon] != ':'); ++colon)
    depth += word[colon] == '{' ? 1 : word[colon] == '}' ? -1 : 0;
  GitSource out{std::string(word.substr(0, colon)), std::string(word.substr(std::min(colon + 1, word.size())))};
  if (out.revision.empty() || out.revision.starts_with('-') || out.path.empty())
    throw Error(ErrorCode::usage, "a source of git needs a revision and a path", "write git:HEAD~1:db/schema.sql");
  return out;
}

GitTree read_git(const GitSource& source, bool (*wanted)(std::string_view path)) {
  const std::filesystem::path path = std::filesystem::path(source.path).lexically_normal();
  const bool absolute = path.is_absolute();
  const std::string directory = absolute ? path.parent_path().string() : ".";
  std::string inside = absolute ? path.filename().string() : path.string();
  while (inside.ends_with('/')) inside.pop_back();
  const std::string object = source.revision + ":./" + (inside == "." ? "" : inside);
  GitTree out;
  const std::string type(trim(ask(source, directory, {"cat-file", "-t", object})));
  if (type != "tree") {
    out.files.push_back({source.path, ask(source, directory, {"cat-file", "blob", object})});
    return out;
  }
  out.directory = true;
  const std::string listed = ask(source, directory, {"ls-tree", "-r", "-z", "--full-tree", "--name-only", object});
  std::vector<std::string> names;
  for (std::string& name : split(listed, '\0'))
    if (wanted(name)) names.push_back(std::move(name));
  std::sort(names.begin(), names.end());
  for (const std::string& name : names)
    out.files.push_back(
        {(std::filesystem::path(source.path) / name).string(),
         ask(source, directory, {"cat-file", "blob", object + (object.ends_with("/") ? "" : "/") + name})});
  return out;
}

}  // namespace dataflow::cli
