#include "plan/parts.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace dataflow {

const RunAlone* alone(const std::vector<Statement>& statements) {
  for (const Statement& statement : statements)
    if (const auto* found = std::get_if<RunAlone>(&statement)) return found;
  return nullptr;
}

std::vector<PlanPart> parts(const Plan& plan) {
  std::vector<PlanPart> out = {{}};
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    if (alone(plan.steps[i].up) == nullptr) {
      out.back().end = i + 1;
      continue;
    }
    out.push_back({i, i + 1, true});
    out.push_back({i + 1, i + 1});
  }
  return out;
}

bool may_stop_after(const std::vector<Step>& steps, std::size_t i) {
  const auto stands_alone = [](const Step& step) { return alone(step.up) != nullptr || alone(step.down) != nullptr; };
  return i + 1 < steps.size() && (stands_alone(steps[i]) || stands_alone(steps[i + 1]));
}

std::string parts_note(const Plan& plan) {
  std::vector<std::string> titles;
  for (const PlanPart& part : parts(plan))
    if (part.alone) titles.push_back(plan.steps[part.first].title);
  if (titles.empty()) return {};
  return "not one transaction: " + join(titles, ", ") +
         (titles.size() == 1 ? " commits by itself" : " commit by themselves") +
         "; a run that is interrupted there is finished by the next one";
}

}  // namespace dataflow
