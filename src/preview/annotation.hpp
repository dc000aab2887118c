// A workflow command of GitHub Actions: a line that becomes an annotation.
#pragma once
#include <string>
#include <string_view>

namespace dataflow::page {

/// "::error file=schema.sql,title=Refused::the risk is HIGH". `kind` is error, warning or notice; a `file` that is
/// empty is left out. `message` may have several lines. What these characters mean to GitHub is escaped.
std::string annotation(std::string_view kind, std::string_view title, std::string_view message,
                       std::string_view file = {});

}  // namespace dataflow::page
