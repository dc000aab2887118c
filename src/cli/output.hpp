// Standard output and the terminal, as the options of the command line want them.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cli/progress.hpp"
#include "dataflow/error.hpp"
#include "dataflow/migrate.hpp"

namespace dataflow::cli {

struct OutputOptions {
  bool json = false;  ///< one document on standard output, nobody is asked
  bool quiet = false;
  bool ascii = false;
  bool color = true;
  bool github = false;  ///< a failure is an annotation too
  ProgressMode progress = ProgressMode::none;
};

/// What a command prints goes through here. A lost standard output is noticed by `finish`.
class Output final : public Console {
 public:
  explicit Output(const OutputOptions& options) : options_(options) {}

  void options(const OutputOptions& options);
  /// What a page is headed with, and the file at which annotations stand.
  void about(std::string subject, std::string file) { subject_ = std::move(subject), file_ = std::move(file); }
  /// Who is told of the work; nullptr where nothing is shown of it.
  Watcher* watcher() { return progress_.get(); }

  /// The command's result: printed even when quiet. Nothing in JSON mode, which has its document.
  void result(std::string_view text);
  /// What accompanies a result.
  void say(std::string_view text);
  /// The one document of JSON mode, whole.
  void document(std::string_view json);
  /// A failure: on standard error; in JSON mode as the document, where standard output still takes one.
  void complain(const Error& error);

  /// What the library says while it works: as `say`; held back when quiet until somebody is asked about it.
  void print(std::string_view text) override;
  std::optional<std::string> ask(std::string_view prompt) override;
  PreviewOptions style() const override;

  /// Flushes. Throws Error when standard output did not take everything; a reader that went away is no error.
  void finish();
  /// The command has ended: nothing more is shown.
  void end(int status);

 private:
  void write(std::string_view text);

  OutputOptions options_;
  std::unique_ptr<ProgressPrinter> progress_;
  std::string held_back_, subject_, file_;
  int failure_ = 0;  ///< errno of the first write that failed
};

}  // namespace dataflow::cli
