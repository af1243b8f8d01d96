#include "libs/quiz/possible/summary.h"

#include <cstddef>

namespace ladder::quiz {
namespace {

ReachableRange RangeOf(const AbstractValue& scale) {
  ReachableRange range;
  range.may_be_unscored = scale.may_be_none;
  if (scale.number.empty() || !scale.number.bounded()) return range;
  range.can_be_scored = true;
  range.low = scale.number.low();
  range.high = scale.number.high();
  range.grid = scale.number.grid();
  range.exact = scale.exactness >= Exactness::kEnds && scale.number.exactness() >= Exactness::kEnds;
  return range;
}

ReachablePlace PlaceOf(const ReachedSet& set, const AbstractValue& scale) {
  ReachablePlace place;
  place.may_apply = set.applies.may_be_true;
  if (!place.may_apply || scale.number.empty() || !scale.number.bounded()) return place;
  for (const BandReached& band : set.bands) place.possible.push_back(band.band);
  if (set.bands.size() != 1) return place;
  place.decided = set.bands.front().band;
  if (set.bands.front().ranges.size() == 1) place.decided_range = set.bands.front().ranges.front();
  return place;
}

}  // namespace

Possibility SummaryOf(const Program& program, const Analysis& analysis) {
  Possibility possibility;
  possibility.scales.resize(program.scales.size());
  for (std::size_t i = 0; i < program.scales.size(); ++i) {
    const auto index = static_cast<Index>(i);
    if (!analysis.HasScale(index)) continue;
    const AbstractValue& scale = analysis.ReportedScale(index);
    possibility.scales[i].range = RangeOf(scale);
    for (std::size_t j = 0; j < program.scales[i].band_sets.size(); ++j) {
      const ReachedSet* reached = analysis.BandsOf(index, static_cast<Index>(j));
      if (reached == nullptr) break;
      possibility.scales[i].places.push_back(PlaceOf(*reached, scale));
    }
  }
  possibility.outcomes.resize(program.decisions.size());
  for (std::size_t i = 0; i < program.decisions.size(); ++i) {
    const auto index = static_cast<Index>(i);
    if (analysis.HasDecision(index)) possibility.outcomes[i] = analysis.OutcomesOf(index).codes;
  }
  for (std::size_t i = 0; i < program.context.size(); ++i) {
    possibility.context.push_back(RangeOf(analysis.context(static_cast<Index>(i))));
  }
  return possibility;
}

AnalysisUse UseOf(const AnalysisBudget& budget) {
  return {.steps = budget.used(), .cut_short = budget.cut_short(), .cut_short_at = budget.cut_short_at()};
}

}  // namespace ladder::quiz
