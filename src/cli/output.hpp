// Standard output and the terminal, as the options of the command line want them.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "dataflow/error.hpp"
#include "dataflow/migrate.hpp"

namespace dataflow::cli {

struct OutputOptions {
  bool json = false;  ///< one document on standard output, nobody is asked
  bool quiet = false;
  bool ascii = false;
  bool color = true;
};

/// What a command prints goes through here. A lost standard output is noticed by `finish`.
class Output final : public Console {
 public:
  explicit Output(const OutputOptions& options) : options_(options) {}

  void options(const OutputOptions& options) { options_ = options; }

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

 private:
  void write(std::string_view text);

  OutputOptions options_;
  std::string held_back_;
  int failure_ = 0;  ///< errno of the first write that failed
};

}  // namespace dataflow::cli
