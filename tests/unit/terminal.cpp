// The process's own terminal, on a real one.
#include <doctest/doctest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "dataflow/migrate.hpp"

using namespace dataflow;

namespace {

std::string read_all(int fd) {
  std::string all;
  char buffer[256];
  for (ssize_t got; (got = read(fd, buffer, sizeof buffer)) > 0;) all.append(buffer, static_cast<std::size_t>(got));
  return all;
}

/// What a process asked in a new session got: "<answer>", or "nothing".
struct Answer {
  std::string got, screen;
};

/// Asks in a child whose standard input and output are a terminal on which `typed` is typed.
Answer ask_on_terminal(const std::string& typed, bool input_is_terminal = true) {
  int result[2];
  REQUIRE(pipe(result) == 0);
  int master = -1;
  const pid_t child = forkpty(&master, nullptr, nullptr, nullptr);
  REQUIRE(child >= 0);
  if (child == 0) {
    int empty[2];
    if (!input_is_terminal && pipe(empty) == 0) {
      close(empty[1]);
      dup2(empty[0], STDIN_FILENO);
    }
    terminal().print("hello\n");
    const std::optional<std::string> answer = terminal().ask("Apply? ");
    const std::string text = answer ? "<" + *answer + ">" : "nothing";
    const ssize_t written = write(result[1], text.data(), text.size());
    _exit(written == static_cast<ssize_t>(text.size()) ? 0 : 1);
  }
  close(result[1]);
  // Typed any earlier, Ctrl-C would find no process to stop.
  std::string screen;
  for (char c; screen.find(input_is_terminal ? "Apply? " : "hello") == std::string::npos && read(master, &c, 1) == 1;)
    screen += c;
  CHECK(write(master, typed.data(), typed.size()) == static_cast<ssize_t>(typed.size()));
  Answer answer;
  answer.got = read_all(result[0]);
  answer.screen = screen + read_all(master);
  close(result[0]);
  close(master);
  int status = 0;
  waitpid(child, &status, 0);
  return answer;
}

}  // namespace

TEST_CASE("terminal: the answer without its newline") {
  const Answer answer = ask_on_terminal("yes please\n");
  CHECK(answer.got == "<yes please>");
  CHECK(answer.screen.find("hello") != std::string::npos);
  CHECK(answer.screen.find("Apply? ") != std::string::npos);
  CHECK(ask_on_terminal("\n").got == "<>");
}

TEST_CASE("terminal: nobody to ask") {
  CHECK(ask_on_terminal("\x04").got == "nothing");
  const Answer answer = ask_on_terminal("yes\n", false);
  CHECK(answer.got == "nothing");
  CHECK(answer.screen.find("Apply?") == std::string::npos);
}

TEST_CASE("terminal: Ctrl-C ends the process without an answer") { CHECK(ask_on_terminal("\x03").got.empty()); }

TEST_CASE("terminal: one console for the process, styled for standard output") {
  CHECK(&terminal() == &terminal());
  CHECK(terminal().style().color == preview_options(STDOUT_FILENO).color);
  CHECK(terminal().style().width == preview_options(STDOUT_FILENO).width);
}
