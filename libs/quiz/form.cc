#include "libs/quiz/form.h"

#include <algorithm>

#include "libs/quiz/score.h"

namespace ladder::quiz {
namespace {

// Whether a set's place can no longer change, its range included.
bool IsDecided(const BandSet& set, const ReachablePlace& place) {
  if (!place.may_apply) return true;
  if (place.decided == kNone) return false;
  return set.bands[place.decided].ranges.empty() || place.decided_range != kNone;
}

// A scale that may stay unscored has decided places only for the case that it is scored, so it is open as a whole.
bool IsDecided(const Scale& scale, const ScalePossibility& possibility) {
  if (!possibility.range.can_be_scored) return true;
  if (possibility.range.may_be_unscored) return false;
  for (Index set = 0; set < scale.band_sets.size(); ++set) {
    if (!IsDecided(scale.band_sets[set], possibility.places[set])) return false;
  }
  return true;
}

bool AllDecided(const Program& program, const Possibility& possibility) {
  bool decides_anything = !program.decisions.empty();
  for (Index scale = 0; scale < program.scales.size(); ++scale) {
    if (program.scales[scale].band_sets.empty()) continue;
    decides_anything = true;
    if (!IsDecided(program.scales[scale], possibility.scales[scale])) return false;
  }
  const auto single = [](const std::vector<Index>& outcomes) { return outcomes.size() == 1; };
  return decides_anything && std::all_of(possibility.outcomes.begin(), possibility.outcomes.end(), single);
}

}  // namespace

NextItems FindNextItems(const Program& program, const Input& input, const Possibility& possible) {
  Result result;
  Score(program, input, result);
  NextItems next;
  for (Index item = 0; item < program.items.size(); ++item) {
    const ItemState state = result.items[item];
    if (state == ItemState::kHidden) continue;
    if (state == ItemState::kUndecided) {
      ++next.undecided;
    } else if (input.answers[item].given) {
      ++next.answered;
    } else {
      next.to_ask.push_back(item);
    }
  }
  next.complete = result.complete;
  next.decided = AllDecided(program, possible);
  return next;
}

}  // namespace ladder::quiz
