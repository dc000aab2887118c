#include "support/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "support/sqlite.hpp"

namespace dataflow::test {

namespace {

pid_t start(const std::vector<std::string>& arguments, const char* out, const char* err) {
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("cannot fork");
  if (child > 0) return child;
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const int in = open("/dev/null", O_RDONLY), to = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600),
            errors = open(err, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  dup2(in, 0), dup2(to, 1), dup2(errors, 2);
  execv(argv[0], argv.data());
  _exit(127);
}

std::string content(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

int status_of(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

}  // namespace

Finished run_program(const std::vector<std::string>& arguments) {
  const Folder folder;
  const pid_t child = start(arguments, (folder / "out").c_str(), (folder / "err").c_str());
  int status = 0;
  waitpid(child, &status, 0);
  return {status_of(status), content(folder / "out"), content(folder / "err")};
}

bool run_and_kill_at(const std::vector<std::string>& arguments, const std::function<bool()>& reached) {
  const pid_t child = start(arguments, "/dev/null", "/dev/null");
  int status = 0;
  bool there = false, ended = false;
  const auto enough = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (!there && !ended && std::chrono::steady_clock::now() < enough) {
    usleep(1000);
    there = reached();
    ended = waitpid(child, &status, WNOHANG) == child;
  }
  if (!ended) {
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
  }
  return there && WIFSIGNALED(status);
}

bool run_and_kill(const std::vector<std::string>& arguments, long microseconds) {
  const pid_t child = start(arguments, "/dev/null", "/dev/null");
  usleep(static_cast<useconds_t>(microseconds));
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status);
}

}  // namespace dataflow::test
