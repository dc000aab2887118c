// The release. The build reads its version number from this file, so it stands nowhere else.
#pragma once
#include <string_view>

namespace dataflow {

inline constexpr std::string_view library_version = "0.1.0";

}  // namespace dataflow
