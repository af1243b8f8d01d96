#include "libs/quiz/possible.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "libs/quiz/possible/analysis.h"
#include "libs/quiz/possible/summary.h"

namespace ladder::quiz {
namespace {

// Takes what the analysis left out or could not bound from what holds for all forms: each form of these is one of all.
void FillIn(const Program& program, const Analysis& analysis, const Possibility& for_all, Possibility& possibility) {
  for (std::size_t i = 0; i < program.scales.size(); ++i) {
    const auto scale = static_cast<Index>(i);
    if (!analysis.HasScale(scale) || !analysis.ReportedScale(scale).number.bounded()) {
      possibility.scales[i] = for_all.scales[i];
      possibility.scales[i].range.exact = false;
    } else if (possibility.scales[i].places.size() < program.scales[i].band_sets.size()) {
      possibility.scales[i].places = for_all.scales[i].places;
    }
  }
  for (std::size_t i = 0; i < program.decisions.size(); ++i) {
    if (!analysis.HasDecision(static_cast<Index>(i))) possibility.outcomes[i] = for_all.outcomes[i];
  }
}

}  // namespace

Possibility PossibleForAll(const Program& program, const AnalysisEffort& effort, AnalysisUse* use) {
  AnalysisBudget budget(effort.steps, effort.stop);
  const Analysis analysis(program, nullptr, LimitsAtPublish(budget), nullptr);
  Possibility possibility = SummaryOf(program, analysis);
  if (use != nullptr) *use = UseOf(budget);
  return possibility;
}

Possibility PossibleFrom(const Program& program, const Input& input, const AnalysisEffort& effort, AnalysisUse* use) {
  AnalysisBudget budget(effort.steps, effort.stop);
  const Analysis analysis(program, &input, LimitsWhileAnswering(budget), nullptr);
  Possibility possibility = SummaryOf(program, analysis);
  if (analysis.is_incomplete() || budget.exhausted()) {
    FillIn(program, analysis, program.for_all != nullptr ? *program.for_all : PossibleForAll(program), possibility);
  }
  if (use != nullptr) *use = UseOf(budget);
  return possibility;
}

std::optional<Possibility> PossibleForUse(const Program& program, const AnalysisEffort& effort, AnalysisUse& use) {
  {
    AnalysisBudget budget(std::min(effort.steps, kMaxStepsWhileAnswering), effort.stop);
    AnalysisLimits limits = LimitsWhileAnswering(budget);
    limits.goes_on_with_intervals = true;
    const Analysis analysis(program, nullptr, limits, nullptr);
    use = UseOf(budget);
    if (!analysis.is_incomplete()) return SummaryOf(program, analysis);
  }
  // What publishing has shown with long lists of values, for example that a divisor is never 0, may need them again.
  AnalysisBudget budget(effort.steps, effort.stop);
  const Analysis analysis(program, nullptr, LimitsAtPublish(budget), nullptr);
  use = UseOf(budget);
  if (analysis.is_incomplete() && budget.cut_short()) return std::nullopt;
  return SummaryOf(program, analysis);
}

}  // namespace ladder::quiz
