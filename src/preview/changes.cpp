// The changes themselves: a box with a row for each, or a tree with a branch for each table.
#include <algorithm>
#include <numeric>
#include <optional>

#include "core/text.hpp"
#include "preview/page.hpp"
#include "preview/text.hpp"
#include "preview/words.hpp"

namespace dataflow::page {

namespace {

/// A column of the box. It gets what it needs beyond `width` only when the terminal has it to give.
struct Column {
  std::string_view title;
  std::size_t width;
};
constexpr Column columns[] = {{"Table", 15}, {"Operation", 16}, {"Details", 14}, {"Safety Level", 12}};
enum : std::size_t { table_column, operation_column, details_column, level_column };
constexpr std::size_t least_column = 3;

struct Cells {
  std::vector<std::string> texts;
  std::optional<RiskLevel> level;
};

std::vector<Cells> cells_of(const Page& page, const std::vector<Row>& rows) {
  std::vector<Cells> all;
  for (const Row& row : rows) {
    const Operation& o = *row.operation;
    Cells cells{{page.shown(o.table.text), upper(o.kind), page.shown(o.details)}, {}};
    if (row.graded) {
      cells.level = o.assessment.level;
      cells.texts.push_back(page.theme().badge(o.assessment.level));
    }
    all.push_back(std::move(cells));
  }
  return all;
}

/// What the cells of a column would like to have.
std::size_t wanted_width(const std::vector<Cells>& rows, std::size_t column) {
  std::size_t width = 0;
  for (const Cells& row : rows) width = std::max(width, display_width(row.texts[column]));
  return width;
}

using Widths = std::vector<std::size_t>;

/// The columns' inner widths: the standard ones, shrunk to the terminal or grown into it where cells need it.
Widths widths_for(const std::vector<Cells>& rows, std::size_t shown_columns, std::size_t terminal) {
  Widths widths;
  for (std::size_t i = 0; i < shown_columns; ++i) widths.push_back(columns[i].width);
  const std::size_t frame = 3 * shown_columns + 1;
  std::size_t used = std::accumulate(widths.begin(), widths.end(), frame);
  for (; used > terminal; --used) {
    const auto widest = std::max_element(widths.begin(), widths.end());
    if (*widest <= least_column) break;
    --*widest;
  }
  for (const std::size_t column : {details_column, table_column}) {
    const std::size_t free = terminal > used ? terminal - used : 0;
    const std::size_t wanted = wanted_width(rows, column);
    const std::size_t grown = wanted > widths[column] ? std::min(free, wanted - widths[column]) : 0;
    widths[column] += grown;
    used += grown;
  }
  return widths;
}

std::string rule(const Widths& widths, const Lines& lines, std::string_view left, std::string_view middle,
                 std::string_view right) {
  std::string text(left);
  for (std::size_t i = 0; i < widths.size(); ++i) {
    if (i > 0) text += middle;
    for (std::size_t n = 0; n < widths[i] + 2; ++n) text += lines.horizontal;
  }
  return text + std::string(right);
}

void row_lines(Page& page, const Cells& cells, const Widths& widths) {
  std::vector<std::vector<std::string>> wrapped_cells;
  std::size_t height = 1;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    wrapped_cells.push_back(wrapped(cells.texts[i], widths[i]));
    height = std::max(height, wrapped_cells.back().size());
  }
  const std::string bar(page.theme().lines().vertical);
  for (std::size_t line = 0; line < height; ++line) {
    std::string text = bar;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      const std::string piece = line < wrapped_cells[i].size() ? wrapped_cells[i][line] : "";
      const std::string blanks(widths[i] - std::min(widths[i], display_width(piece)), ' ');
      const bool painted = i == level_column && cells.level && !piece.empty();
      text += ' ' + (painted ? page.theme().painted(*cells.level, piece) : piece) + blanks + ' ' + bar;
    }
    page.line(text);
  }
}

/// Rows of one table, in the order in which tables first come up.
std::vector<std::vector<Row>> by_table(const std::vector<Row>& rows) {
  std::vector<std::vector<Row>> groups;
  for (const Row& row : rows) {
    const auto same = [&](const auto& group) { return group.front().operation->table == row.operation->table; };
    const auto group = std::find_if(groups.begin(), groups.end(), same);
    if (group == groups.end())
      groups.push_back({row});
    else
      group->push_back(row);
  }
  return groups;
}

void leaf(Page& page, const Row& row, bool last) {
  const Lines& lines = page.theme().lines();
  const Sign s = sign(row.operation->kind);
  const std::string mark = s.mark == '>' ? std::string(page.theme().arrow()) : std::string(1, s.mark);
  const std::string text = page.shown(s.noun + ' ' + row.operation->details);
  const std::string head = std::string(last ? lines.last_branch : lines.branch) + mark + ' ';
  const std::string trunk = (last ? std::string("   ") : std::string(lines.trunk)) + "  ";
  std::vector<std::string> pieces = wrapped(text, page.width() - display_width(trunk));
  if (row.graded) {
    const RiskLevel level = row.operation->assessment.level;
    const std::string badge = page.theme().badge(level);
    const bool fits = display_width(head) + display_width(pieces.back()) + 2 + display_width(badge) <= page.width();
    if (fits)
      pieces.back() += "  " + page.theme().painted(level, badge);
    else
      pieces.push_back(page.theme().painted(level, badge));
  }
  page.line(head + pieces.front());
  for (std::size_t i = 1; i < pieces.size(); ++i) page.line(trunk + pieces[i]);
}

}  // namespace

std::vector<Row> rows_of(const std::vector<Operation>& operations, bool graded) {
  std::vector<Row> rows;
  for (const Operation& o : operations) rows.push_back({&o, graded});
  return rows;
}

void table_of_changes(Page& page, const std::vector<Row>& rows) {
  const std::vector<Cells> cells = cells_of(page, rows);
  const bool graded = std::any_of(rows.begin(), rows.end(), [](const Row& row) { return row.graded; });
  const Widths widths = widths_for(cells, graded ? std::size(columns) : level_column, page.width());
  Cells titles;
  for (const Column& column : columns) titles.texts.emplace_back(column.title);
  const Lines& l = page.theme().lines();
  page.line(rule(widths, l, l.top_left, l.top, l.top_right));
  row_lines(page, titles, widths);
  page.line(rule(widths, l, l.left, l.cross, l.right));
  for (const Cells& row : cells) row_lines(page, row, widths);
  page.line(rule(widths, l, l.bottom_left, l.bottom, l.bottom_right));
}

void tree_of_changes(Page& page, const std::vector<Row>& rows) {
  for (const std::vector<Row>& group : by_table(rows)) {
    page.text("", group.front().operation->table.text);
    for (const Row& row : group) leaf(page, row, &row == &group.back());
  }
}

void changes(Page& page, const std::vector<Row>& rows, Format format) {
  page.gap();
  page.line(page.theme().bold("Schema Changes Detected:"));
  if (format == Format::tree)
    tree_of_changes(page, rows);
  else
    table_of_changes(page, rows);
}

void not_managed(Page& page, const std::vector<Unmanaged>& unmanaged) {
  if (!unmanaged.empty()) page.list("Not managed, left alone:", {join(sentences(unmanaged), ", ")});
}

}  // namespace dataflow::page
