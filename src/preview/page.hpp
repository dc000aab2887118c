// A preview as it grows: blocks of lines with a blank line between them. What goes in is made printable here.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "dataflow/preview.hpp"
#include "preview/theme.hpp"

namespace dataflow::page {

class Page {
 public:
  explicit Page(const PreviewOptions& options);

  const Theme& theme() const { return theme_; }
  std::size_t width() const { return width_; }
  std::string shown(std::string_view text) const;

  /// A blank line, but not at the top.
  void gap();
  /// A line that is printable already, with its styles.
  void line(std::string_view styled);
  /// Text behind `first`, wrapped; its further lines stand behind as many blanks.
  void text(std::string_view first, std::string_view text);
  void sql(std::string_view indent, std::string_view statement);

  /// A block: "label item", or the label and a bullet for each item. No items: nothing.
  void list(std::string_view label, const std::vector<std::string>& items);
  void bullet(std::string_view text);

  std::size_t size() const { return text_.size(); }
  std::string take() { return std::move(text_); }

 private:
  Theme theme_;
  std::size_t width_;
  std::string text_;
};

/// A row of the table of changes and a leaf of the tree.
struct Row {
  const Operation* operation;
  bool graded;  ///< false: nobody looked at its risk yet
};

/// The changes of a difference as operations nobody has graded.
std::vector<Operation> operations_of(const Difference& difference);

std::vector<Row> rows_of(const std::vector<Operation>& operations, bool graded);

void table_of_changes(Page& page, const std::vector<Row>& rows);
void tree_of_changes(Page& page, const std::vector<Row>& rows);
/// "Schema Changes Detected:" and the table or the tree.
void changes(Page& page, const std::vector<Row>& rows, Format format);
/// "Not managed, left alone: …"
void not_managed(Page& page, const std::vector<Unmanaged>& unmanaged);

bool nothing_to_do(const Plan& plan);
inline constexpr std::string_view same_schemas = "No changes: both schemas are the same.";

std::string as_text(const Plan& plan, Format format, const PreviewOptions& options);
std::string as_sql(const Plan& plan, const PreviewOptions& options);
std::string as_markdown(const Plan& plan, const PreviewOptions& options);
std::string as_html(const Plan& plan, const PreviewOptions& options);
std::string as_github(const Plan& plan, const PreviewOptions& options);

std::string as_text(const Difference& difference, Format format, const PreviewOptions& options);
std::string as_sql(const Difference& difference, const PreviewOptions& options);
std::string as_markdown(const Difference& difference, const PreviewOptions& options);
std::string as_html(const Difference& difference, const PreviewOptions& options);
std::string as_github(const Difference& difference, const PreviewOptions& options);
std::string as_json(const Difference& difference);

/// One code span and one escaped text of Markdown, safe inside a table.
std::string markdown_code(std::string_view text);
std::string markdown_text(std::string_view text);

}  // namespace dataflow::page
