// Icons, colours and lines, or their ASCII stand-ins.
#pragma once
#include <string>
#include <string_view>

#include "dataflow/preview.hpp"

namespace dataflow::page {

/// The characters boxes and trees are drawn with.
struct Lines {
  std::string_view horizontal, vertical;
  std::string_view top_left, top, top_right;
  std::string_view left, cross, right;
  std::string_view bottom_left, bottom, bottom_right;
  std::string_view branch, last_branch, trunk;
};

class Theme {
 public:
  explicit Theme(const PreviewOptions& options) : ascii_(options.ascii), color_(options.color) {}

  bool ascii() const { return ascii_; }
  const Lines& lines() const;
  std::string_view bullet() const { return ascii_ ? "*" : "•"; }
  std::string_view arrow() const { return ascii_ ? "->" : "→"; }
  /// "✅", or "[SAFE]".
  std::string icon(RiskLevel level) const;
  /// "✅ SAFE", or "[SAFE]".
  std::string badge(RiskLevel level) const;
  /// A heading in bold; the icon only where it can be drawn.
  std::string heading(std::string_view icon, std::string_view text) const;

  std::string painted(RiskLevel level, std::string_view text) const;
  std::string bold(std::string_view text) const;

 private:
  std::string styled(std::string_view code, std::string_view text) const;

  bool ascii_, color_;
};

}  // namespace dataflow::page
