// Sums and unions of sets: what joins the grids and lists of two.

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "libs/quiz/possible/number_set.h"

namespace ladder::quiz {

namespace {

// How much longer than its result the making of a list of sums may be.
constexpr std::size_t kWorkPerListedValue = 4;
// Steps of AnalysisBudget.
constexpr std::size_t kStepsToSortAValue = 3;

Rational Magnitude(const Rational& value) { return value.sign() < 0 ? -value : value; }

using Positions = std::vector<std::int64_t>;

// All sums of one position of each, ascending; nothing where these are more than may be listed or too much work.
std::optional<Positions> SumsOf(const Positions& a, std::int64_t stretch_a, const Positions& b, std::int64_t stretch_b,
                                const AnalysisLimits& limits) {
  const std::size_t most = limits.listed();
  const std::size_t work = a.size() * b.size();
  if (a.size() > most || b.size() > most || work > most * kWorkPerListedValue) return std::nullopt;
  const std::int64_t last = a.back() * stretch_a + b.back() * stretch_b;
  const bool is_close = last <= static_cast<std::int64_t>(work * kWorkPerListedValue);
  if (!limits.Afford(work * (is_close ? 1 : kStepsToSortAValue))) return std::nullopt;
  Positions sums;
  if (is_close) {
    // Close together: a mark for each position is less work than sorting.
    std::vector<char> marks(static_cast<std::size_t>(last) + 1, 0);
    for (const std::int64_t x : a) {
      for (const std::int64_t y : b) marks[static_cast<std::size_t>(x * stretch_a + y * stretch_b)] = 1;
    }
    for (std::size_t i = 0; i < marks.size(); ++i) {
      if (marks[i] != 0) sums.push_back(static_cast<std::int64_t>(i));
    }
  } else {
    sums.reserve(work);
    for (const std::int64_t x : a) {
      for (const std::int64_t y : b) sums.push_back(x * stretch_a + y * stretch_b);
    }
    std::sort(sums.begin(), sums.end());
    sums.erase(std::unique(sums.begin(), sums.end()), sums.end());
  }
  if (sums.size() > most) return std::nullopt;
  return sums;
}

}  // namespace

NumberSet Add(const NumberSet& a, const NumberSet& b, const AnalysisLimits& limits) {
  if (a.empty() || b.empty()) return NumberSet();
  if (!a.bounded() || !b.bounded()) return NumberSet::Unbounded();
  const Exactness exactness = std::min(a.exactness_, b.exactness_);
  if (a.is_single() || b.is_single()) {
    NumberSet shifted = b.is_single() ? Shifted(a, b.low_) : Shifted(b, a.low_);
    shifted.LowerExactness(exactness);
    return shifted;
  }
  const Rational low = a.low_ + b.low_;
  const Rational high = a.high_ + b.high_;
  std::optional<Rational> grid;
  if (a.grid_.has_value() && b.grid_.has_value()) grid = CommonDivisor(*a.grid_, *b.grid_);
  const Denominators denominators = DenominatorsOfSum(a.denominators_, b.denominators_);
  NumberSet sum =
      grid.has_value() ? NumberSet::Lattice(low, high, *grid) : NumberSet::Interval(low, high, denominators);
  sum.exactness_ = std::min(exactness, Exactness::kEnds);
  const std::optional<std::int64_t> last_a = a.LastPosition();
  const std::optional<std::int64_t> last_b = b.LastPosition();
  if (!sum.LastPosition().has_value() || !last_a.has_value() || !last_b.has_value()) return sum;
  const std::int64_t stretch_a = *NumberSet::StepsIn(*a.grid_, *grid);
  const std::int64_t stretch_b = *NumberSet::StepsIn(*b.grid_, *grid);
  // Steps of one size fill the gaps between steps of a larger one if there are enough of them: no list is needed then.
  const bool gapless = a.listed_ == nullptr && b.listed_ == nullptr &&
                       ((stretch_a == 1 && *last_a >= stretch_b - 1) || (stretch_b == 1 && *last_b >= stretch_a - 1));
  if (!gapless) {
    const std::optional<Positions> positions_a = a.PositionsUpTo(limits.listed());
    const std::optional<Positions> positions_b = b.PositionsUpTo(limits.listed());
    if (!positions_a.has_value() || !positions_b.has_value()) return sum;
    std::optional<Positions> sums = SumsOf(*positions_a, stretch_a, *positions_b, stretch_b, limits);
    if (!sums.has_value()) return sum;
    sum.List(std::move(*sums));
  }
  sum.Tighten(denominators);
  sum.exactness_ = exactness;
  return sum;
}

// `other` continues or overlaps this set's unbroken steps, in the same steps.
bool NumberSet::Touches(const NumberSet& other) const {
  if (is_single() || !is_gapless() || !other.is_gapless()) return false;
  if (!other.is_single() && *other.grid_ != *grid_) return false;
  return other.low_ <= high_ + *grid_ && low_ <= other.high_ + *grid_;
}

bool NumberSet::ListAll(const std::vector<const NumberSet*>& parts, const AnalysisLimits& limits) {
  Positions merged;
  for (const NumberSet* part : parts) {
    const std::optional<Positions> positions = part->PositionsUpTo(limits.listed());
    if (!positions.has_value() || merged.size() + positions->size() > limits.listed_values * 2) return false;
    const std::optional<std::int64_t> offset = StepsIn(part->low_ - low_, *grid_);
    const std::optional<std::int64_t> stretch = StepsIn(*part->grid_, *grid_);
    if (!offset.has_value() || !stretch.has_value()) return false;
    for (const std::int64_t position : *positions) merged.push_back(*offset + position * *stretch);
  }
  if (!limits.Afford(merged.size() * kStepsToSortAValue)) return false;
  std::sort(merged.begin(), merged.end());
  merged.erase(std::unique(merged.begin(), merged.end()), merged.end());
  if (merged.size() > limits.listed_values) return false;
  List(std::move(merged));
  return true;
}

NumberSet Union(const NumberSet& a, const NumberSet& b, const AnalysisLimits& limits) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  if (!a.bounded() || !b.bounded()) return NumberSet::Unbounded();
  const Exactness exactness = std::min(a.exactness_, b.exactness_);
  const Rational& low = std::min(a.low_, b.low_);
  const Rational& high = std::max(a.high_, b.high_);
  std::optional<Rational> grid;
  if (a.grid_.has_value() && b.grid_.has_value()) grid = CommonDivisor(*a.grid_, *b.grid_);
  if (!IsHandy(a.low_) || !IsHandy(b.low_)) grid.reset();
  if (grid.has_value()) grid = CommonDivisor(*grid, Magnitude(a.low_ - b.low_));
  const Denominators denominators = DenominatorsOfEither(a.denominators_, b.denominators_);
  NumberSet both =
      grid.has_value() ? NumberSet::Lattice(low, high, *grid) : NumberSet::Interval(low, high, denominators);
  both.exactness_ = exactness;
  if (both.is_single()) return both;
  const bool two_values = a.is_single() && b.is_single();
  const bool gapless = both.grid_.has_value() && (two_values || a.Touches(b) || b.Touches(a));
  if (gapless && (two_values || (a.is_single() ? *b.grid_ : *a.grid_) == *both.grid_)) return both;
  if (!both.LastPosition().has_value() || !both.ListAll({&a, &b}, limits)) both.LowerExactness(Exactness::kEnds);
  both.Tighten(denominators);
  return both;
}

// Joins many at once: one list is made in the end, not one for each.
NumberSet UnionOf(const std::vector<NumberSet>& parts, const AnalysisLimits& limits) {
  constexpr std::size_t kFewParts = 2;
  NumberSet hull;
  AnalysisLimits without_lists = limits;
  if (parts.size() > kFewParts) without_lists.listed_values = 0;
  for (const NumberSet& part : parts) hull = Union(hull, part, without_lists);
  if (parts.size() <= kFewParts || hull.empty() || !hull.bounded() || !hull.LastPosition().has_value()) return hull;
  std::vector<const NumberSet*> all;
  Denominators denominators;
  for (const NumberSet& part : parts) {
    if (part.empty()) continue;
    all.push_back(&part);
    denominators = DenominatorsOfEither(denominators, part.denominators());
  }
  hull.ListAll(all, limits);
  hull.Tighten(denominators);
  return hull;
}

}  // namespace ladder::quiz
