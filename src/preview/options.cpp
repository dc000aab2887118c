// What the environment says about a terminal.
#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <string>

#include "core/text.hpp"
#include "dataflow/preview.hpp"

namespace dataflow {

namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

/// The first variable that is set decides, as setlocale has it. None: the C locale, which is not UTF-8.
bool is_utf8_locale() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string value = lower(variable(name));
    if (!value.empty()) return value.find("utf-8") != std::string::npos || value.find("utf8") != std::string::npos;
  }
  return false;
}

std::optional<std::size_t> stated_columns() {
  const std::string_view text = variable("COLUMNS");
  std::size_t columns = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), columns);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size() || columns == 0) return {};
  return columns;
}

std::optional<std::size_t> terminal_columns(int fd) {
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return {};
  return size.ws_col;
}

}  // namespace

PreviewOptions preview_options(int fd) {
  PreviewOptions options;
  const bool terminal = isatty(fd) == 1;
  options.color = terminal && variable("NO_COLOR").empty() && variable("TERM") != "dumb";
  options.ascii = !variable("DATAFLOW_ASCII").empty() || !is_utf8_locale();
  const auto asked = terminal ? terminal_columns(fd) : std::nullopt;
  if (const auto columns = asked ? asked : stated_columns()) options.width = *columns;
  return options;
}

}  // namespace dataflow
