#include "dataflow/preview.hpp"

#include <nlohmann/json.hpp>

#include "core/text.hpp"
#include "preview/page.hpp"
#include "preview/text.hpp"

namespace dataflow {

namespace {

struct FormatWord {
  std::string_view word;
  Format format;
};
constexpr FormatWord format_words[] = {
    {"table", Format::table}, {"text", Format::table},        {"tree", Format::tree},
    {"sql", Format::sql},     {"markdown", Format::markdown}, {"md", Format::markdown},
    {"json", Format::json},   {"html", Format::html},         {"github", Format::github}};

/// JSON has escapes of its own for what must not be printed as it is.
std::string printable(const std::string& json, const PreviewOptions& options) {
  if (page::shows_as_is(json, options.ascii)) return json;
  return nlohmann::ordered_json::parse(json).dump(2, ' ', true) + '\n';
}

}  // namespace

std::optional<Format> format(std::string_view word) {
  for (const FormatWord& f : format_words)
    if (equal_ignoring_case(f.word, word)) return f.format;
  return {};
}

std::string preview(const Plan& plan, Format format, const PreviewOptions& options) {
  switch (format) {
    case Format::table:
    case Format::tree: return page::as_text(plan, format, options);
    case Format::sql: return page::as_sql(plan, options);
    case Format::markdown: return page::as_markdown(plan, options);
    case Format::json: return printable(to_json(plan), options);
    case Format::html: return page::as_html(plan, options);
    case Format::github: return page::as_github(plan, options);
  }
  return {};
}

std::string preview(const Difference& difference, Format format, const PreviewOptions& options) {
  switch (format) {
    case Format::table:
    case Format::tree: return page::as_text(difference, format, options);
    case Format::sql: return page::as_sql(difference, options);
    case Format::markdown: return page::as_markdown(difference, options);
    case Format::json: return printable(page::as_json(difference), options);
    case Format::html: return page::as_html(difference, options);
    case Format::github: return page::as_github(difference, options);
  }
  return {};
}

}  // namespace dataflow
