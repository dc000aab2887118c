// A plan as people read it. Pure text: nothing here talks to a database.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "dataflow/diff.hpp"
#include "dataflow/plan.hpp"

namespace dataflow {

enum class Format : std::uint8_t {
  table,
  tree,
  sql,
  markdown,  ///< a comment on a pull request
  json,
  html,   ///< a page that needs nothing beside it
  github  ///< annotations of a GitHub workflow run
};
/// "table" ("text"), "tree", "sql", "markdown" ("md"), "json", "html", "github"
std::optional<Format> format(std::string_view word);

struct PreviewOptions {
  bool show_sql = true;  ///< the "Generated SQL:" block
  bool show_rollback_plan = false;
  bool safety_analysis = false;  ///< per operation: level, rule, reason, lock, work, reversal
  bool safety_summary = true;    ///< the four-line assessment
  std::size_t width = 70;        ///< columns of the terminal; the table never goes beyond
  bool ascii = false;            ///< no byte above 127: +-| boxes, [OK] instead of icons
  bool color = false;            ///< ANSI colours
  std::string subject = {};      ///< html: what the plan is for, such as the name of the database
  std::string file = {};         ///< github: the file that the annotations stand at
};
/// What the environment says: NO_COLOR, TERM=dumb, a locale that is not UTF-8 and DATAFLOW_ASCII switch things off;
/// `fd` is asked for its width when it is a terminal, and is given no colour when it is not.
PreviewOptions preview_options(int fd);

std::string preview(const Plan& plan, Format format, const PreviewOptions& options = {});
/// The same for a difference that is not (yet) a plan: one line a change.
std::string preview(const Difference& difference, Format format, const PreviewOptions& options = {});

/// Columns a UTF-8 string takes on a terminal; wide characters and emoji count two, combining ones none.
std::size_t display_width(std::string_view utf8);

}  // namespace dataflow
