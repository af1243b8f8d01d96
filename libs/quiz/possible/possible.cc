#include "libs/quiz/possible.h"

#include <cstddef>
#include <memory>

#include "libs/quiz/possible/analysis.h"
#include "libs/quiz/possible/places.h"

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

ReachablePlace PlaceOf(const Facts& facts, const BandSet& set, const AbstractValue& scale) {
  ReachablePlace place;
  if (set.when != kNone) place.may_apply = RangeOfExpression(facts, set.when).may_be_true;
  if (!place.may_apply || scale.number.empty() || !scale.number.bounded()) return place;
  const std::vector<BandReached> reached = BandsReached(set, scale.number);
  for (const BandReached& band : reached) place.possible.push_back(band.band);
  if (reached.size() != 1) return place;
  place.decided = reached.front().band;
  if (reached.front().ranges.size() == 1) place.decided_range = reached.front().ranges.front();
  return place;
}

Possibility Summary(const Program& program, const Analysis& analysis) {
  Possibility possibility;
  possibility.scales.resize(program.scales.size());
  for (std::size_t i = 0; i < program.scales.size(); ++i) {
    const AbstractValue& scale = analysis.ReportedScale(static_cast<Index>(i));
    possibility.scales[i].range = RangeOf(scale);
    for (const BandSet& set : program.scales[i].band_sets) {
      possibility.scales[i].places.push_back(PlaceOf(analysis.facts(), set, scale));
    }
  }
  for (std::size_t i = 0; i < program.decisions.size(); ++i) {
    possibility.outcomes.push_back(analysis.OutcomesOf(static_cast<Index>(i)).codes);
  }
  for (std::size_t i = 0; i < program.context.size(); ++i) {
    possibility.context.push_back(RangeOf(analysis.context(static_cast<Index>(i))));
  }
  return possibility;
}

}  // namespace

Possibility PossibleForAll(const Program& program) {
  return Summary(program, Analysis(program, nullptr, kLimitsAtPublish, nullptr));
}

Possibility PossibleFrom(const Program& program, const Input& input) {
  auto analysis = std::make_unique<Analysis>(program, &input, kLimitsWhileAnswering, nullptr);
  if (!analysis->has_unbounded_scale()) return Summary(program, *analysis);
  // What publishing has shown with long lists of values, for example that a divisor is never 0, may need them again.
  analysis = std::make_unique<Analysis>(program, &input, kLimitsAtPublish, nullptr);
  Possibility possibility = Summary(program, *analysis);
  if (!analysis->has_unbounded_scale()) return possibility;
  // Constants may lose a bound too that publishing has shown for all forms. Each form of theirs is one of all.
  const Possibility for_all = PossibleForAll(program);
  for (std::size_t i = 0; i < program.scales.size(); ++i) {
    if (analysis->ReportedScale(static_cast<Index>(i)).number.bounded()) continue;
    possibility.scales[i] = for_all.scales[i];
    possibility.scales[i].range.exact = false;
  }
  return possibility;
}

}  // namespace ladder::quiz
