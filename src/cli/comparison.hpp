// A difference between two schemas, told as the command's format wants it.
#pragma once
#include <string>

#include "cli/command.hpp"
#include "dataflow/diff.hpp"

namespace dataflow::cli {

/// The exit status of a comparison that finds a difference where none is allowed.
inline constexpr int different = 12;

/// `from` and `to` name the sides. `none`: the sentence where there is no difference.
void tell(Context& context, const Difference& difference, const std::string& from, const std::string& to,
          const std::string& none);

}  // namespace dataflow::cli
