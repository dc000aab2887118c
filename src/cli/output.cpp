#include "cli/output.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "cli/json.hpp"
#include "core/text.hpp"
#include "preview/annotation.hpp"
#include "preview/text.hpp"

namespace dataflow::cli {

void Output::options(const OutputOptions& options) {
  options_ = options;
  if (options.progress != ProgressMode::none)
    progress_ = std::make_unique<ProgressPrinter>(options.progress, options.ascii);
}

void Output::write(std::string_view text) {
  if (progress_ && !text.empty()) progress_->pause();
  if (failure_ != 0 || text.empty()) return;
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) failure_ = errno == 0 ? EIO : errno;
}

void Output::result(std::string_view text) {
  if (!options_.json) write(text);
}

void Output::say(std::string_view text) {
  if (!options_.quiet) result(text);
}

void Output::document(std::string_view json) {
  write(json);
  if (!json.ends_with('\n')) write("\n");
}

void Output::complain(const Error& error) {
  const bool lost = failure_ != 0;
  const bool told = progress_ && progress_->complain(error);
  if (options_.json && !lost) return document(dump(failure_document(error)));
  if (options_.github && !lost) {
    const std::string title = page::shown("dataflow " + std::string(id(error.code)), options_.ascii);
    const std::string hint = error.hint.empty() ? "" : "\n" + page::shown(error.hint, options_.ascii);
    write(page::annotation("error", title, page::shown(error.what(), options_.ascii) + hint, file_) + '\n');
  }
  std::fflush(stdout);
  if (told) return;
  std::fputs(to_text(error).c_str(), stderr);
}

void Output::print(std::string_view text) {
  if (options_.quiet && !options_.json)
    held_back_ += text;
  else
    say(text);
}

std::optional<std::string> Output::ask(std::string_view prompt) {
  if (options_.json) return {};
  if (progress_) progress_->pause();
  result(std::exchange(held_back_, {}));
  std::fflush(stdout);
  return terminal().ask(prompt);
}

PreviewOptions Output::style() const {
  PreviewOptions style = preview_options(STDOUT_FILENO);
  if (options_.ascii) style.ascii = true;
  if (!options_.color) style.color = false;
  style.subject = subject_;
  style.file = file_;
  return style;
}

void Output::end(int status) {
  if (progress_) progress_->end(status);
  progress_.reset();
}

void Output::finish() {
  errno = 0;
  if (std::fflush(stdout) != 0 && failure_ == 0) failure_ = errno == 0 ? EIO : errno;
  if (failure_ == 0 || failure_ == EPIPE) return;
  std::string reason = std::generic_category().message(failure_);
  reason.replace(0, 1, lower(reason.substr(0, 1)));
  throw Error(failure_ == ENOSPC ? ErrorCode::disk_full : ErrorCode::internal,
              "cannot write to standard output: " + reason, "what was printed is incomplete");
}

}  // namespace dataflow::cli
