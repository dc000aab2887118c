#include "preview/page.hpp"

#include <algorithm>

#include "preview/text.hpp"

namespace dataflow::page {

namespace {
constexpr std::size_t least_width = 25;
}

Page::Page(const PreviewOptions& options) : theme_(options), width_(std::max(options.width, least_width)) {}

std::string Page::shown(std::string_view text) const { return page::shown(text, theme_.ascii()); }

void Page::gap() {
  if (!text_.empty()) text_ += '\n';
}

void Page::line(std::string_view styled) {
  text_ += styled;
  text_ += '\n';
}

void Page::text(std::string_view first, std::string_view text) {
  const std::size_t indent = std::min(display_width(first), width_ - 1);
  const std::vector<std::string> lines = wrapped(shown(text), width_ - indent);
  line(std::string(first) + lines.front());
  for (std::size_t i = 1; i < lines.size(); ++i) line(std::string(indent, ' ') + lines[i]);
}

void Page::sql(std::string_view indent, std::string_view statement) {
  for (const std::string& l : sql_lines(statement, theme_.ascii())) line(l.empty() ? l : std::string(indent) + l);
}

void Page::bullet(std::string_view text) { this->text("  " + std::string(theme_.bullet()) + ' ', text); }

void Page::list(std::string_view label, const std::vector<std::string>& items) {
  if (items.empty()) return;
  gap();
  const std::string head(label);
  if (items.size() == 1) return text("", head + ' ' + items.front());
  line(head);
  for (const std::string& item : items) bullet(item);
}

}  // namespace dataflow::page
