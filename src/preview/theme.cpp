#include "preview/theme.hpp"

#include <iterator>

namespace dataflow::page {

namespace {

struct Look {
  std::string_view icon;
  std::string_view color;  ///< the parameters of an SGR sequence
};
constexpr Look looks[] = {{"✅", "32"}, {"⚠️", "33"}, {"🚨", "31"}, {"🔥", "1;31"}};
static_assert(std::size(looks) == static_cast<std::size_t>(RiskLevel::critical) + 1);

const Look& look(RiskLevel level) { return looks[static_cast<std::size_t>(level)]; }

constexpr Lines box_lines{"─", "│", "┌", "┬", "┐", "├", "┼", "┤", "└", "┴", "┘", "├─ ", "└─ ", "│  "};
constexpr Lines ascii_lines{"-", "|", "+", "+", "+", "+", "+", "+", "+", "+", "+", "|- ", "`- ", "|  "};

}  // namespace

const Lines& Theme::lines() const { return ascii_ ? ascii_lines : box_lines; }

std::string Theme::icon(RiskLevel level) const {
  return ascii_ ? '[' + std::string(to_string(level)) + ']' : std::string(look(level).icon);
}

std::string Theme::badge(RiskLevel level) const {
  return ascii_ ? icon(level) : icon(level) + ' ' + std::string(to_string(level));
}

std::string Theme::heading(std::string_view icon, std::string_view text) const {
  return bold(ascii_ ? std::string(text) : std::string(icon) + ' ' + std::string(text));
}

std::string Theme::painted(RiskLevel level, std::string_view text) const { return styled(look(level).color, text); }
std::string Theme::bold(std::string_view text) const { return styled("1", text); }

std::string Theme::styled(std::string_view code, std::string_view text) const {
  if (!color_) return std::string(text);
  return "\x1b[" + std::string(code) + 'm' + std::string(text) + "\x1b[0m";
}

}  // namespace dataflow::page
