#include "cli/confirm.hpp"

#include "cli/output.hpp"
#include "core/text.hpp"

namespace dataflow::cli {

std::vector<Option> confirm_options() {
  return {{.name = "auto-confirm", .help = "do not ask, up to the maximum risk level"},
          {.name = "max-risk-level",
           .value = "LEVEL",
           .help = "refuse what is riskier",
           .words = {"SAFE", "LOW", "MEDIUM", "HIGH", "CRITICAL"},
           .aliases = {"safety-level"}}};
}

void confirm(const Context& context, RiskLevel level, const std::string& question) {
  const bool unasked = context.arguments.flag("auto-confirm");
  std::optional<RiskLevel> most = unasked ? std::optional(RiskLevel::medium) : std::nullopt;
  if (const auto word = context.arguments.value("max-risk-level")) most = risk_level(*word);
  if (most && level > *most)
    throw Error(ErrorCode::refused,
                "this is " + std::string(to_string(level)) + ", and " + std::string(to_string(*most)) +
                    " is the most that is allowed",
                "look at it with --dry-run; allow it with --max-risk-level " + std::string(to_string(level)));
  if (unasked) return;
  const auto answer = context.output.ask(question + " [y/N]: ");
  if (!answer)
    throw Error(ErrorCode::cancelled, "there is nobody to ask, so nothing was changed",
                "run it on a terminal, or with --auto-confirm");
  const std::string word = lower(trim(*answer));
  if (word != "y" && word != "yes") throw Error(ErrorCode::cancelled, "cancelled; nothing was changed");
}

}  // namespace dataflow::cli
