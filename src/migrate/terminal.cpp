// The process's own terminal as a console.
#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "dataflow/migrate.hpp"

namespace dataflow {

namespace {

class Terminal final : public Console {
 public:
  void print(std::string_view text) override {
    std::cout.write(text.data(), static_cast<std::streamsize>(text.size())).flush();
  }

  std::optional<std::string> ask(std::string_view prompt) override {
    if (isatty(STDIN_FILENO) != 1 || isatty(STDOUT_FILENO) != 1) return {};
    print(prompt);
    std::string answer;
    if (std::getline(std::cin, answer)) return answer;
    // The end of input leaves the cursor behind the prompt. The next question may find a line again.
    std::cin.clear();
    print("\n");
    return {};
  }

  PreviewOptions style() const override { return preview_options(STDOUT_FILENO); }
};

}  // namespace

Console& terminal() {
  static Terminal console;
  return console;
}

}  // namespace dataflow
