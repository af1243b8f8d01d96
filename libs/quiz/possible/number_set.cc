#include "libs/quiz/possible/number_set.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <numeric>
#include <utility>

namespace ladder::quiz {
namespace {

// A grid is kept while its numbers have at most so many bits, so that a step along it never needs more than 256.
constexpr int kLatticeBits = 60;
// Positions on a grid are counted up to here; further ones are only known to lie on it.
constexpr std::int64_t kMaxPosition = std::int64_t{1} << 40;

Rational Magnitude(const Rational& value) { return value.sign() < 0 ? -value : value; }

// Steps of AnalysisBudget, as measured: an operation on sets with a grid and on others, which tend to have long
// numbers; what each listed value adds to it; and what each value takes that a set is made of.
constexpr std::size_t kStepsOfGrid = 32;
constexpr std::size_t kStepsOfInterval = 96;
constexpr std::size_t kListedValuesPerStep = 8;
constexpr std::size_t kStepsPerValue = 20;
constexpr std::size_t kStepsPerWideValue = 64;

// Of numerator and denominator together.
int BitsOf(const Rational& value) { return value.numerator_bits() + value.denominator_bits(); }

// REQUIRES: an integer.
std::int64_t Clamped(const Rational& value, std::int64_t low, std::int64_t high) {
  if (value < Rational(low)) return low;
  return std::min(value.ToInt64().value_or(high), high);
}

}  // namespace

int BitsOfSum(const NumberSet& a, const NumberSet& b) {
  return std::max(a.magnitude_bits(), b.magnitude_bits()) + 1 +
         DenominatorsOfSum(a.denominators(), b.denominators()).bits;
}

int BitsOfProduct(const NumberSet& a, const NumberSet& b) {
  return a.magnitude_bits() + b.magnitude_bits() + DenominatorsOfProduct(a.denominators(), b.denominators()).bits;
}

bool IsHandy(const Rational& value) {
  return value.numerator_bits() <= kLatticeBits && value.denominator_bits() <= kLatticeBits;
}

int MagnitudeBits(const Rational& value) { return std::max(0, value.numerator_bits() - value.denominator_bits() + 1); }

std::optional<Rational> CommonDivisor(const Rational& a, const Rational& b) {
  if (a.sign() == 0) return b;
  if (b.sign() == 0 || a == b) return a;
  if (!IsHandy(a) || !IsHandy(b)) return std::nullopt;
  const Rational divisor = GreatestCommonDivisor(a, b);
  if (!IsHandy(divisor)) return std::nullopt;
  return divisor;
}

NumberSet NumberSet::Of(const Rational& only) {
  if (only.out_of_range()) return Unbounded();
  NumberSet set;
  set.kind_ = Kind::kBounded;
  set.low_ = set.high_ = only;
  set.grid_ = Rational(0);
  set.denominators_ = DenominatorsOf(only);
  return set;
}

NumberSet NumberSet::Of(std::vector<Rational> values, const AnalysisLimits& limits) {
  if (values.empty()) return NumberSet();
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  if (values.size() == 1 || values.back().out_of_range()) return Of(values.back());
  Denominators denominators;
  std::optional<Rational> grid = Rational(0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    denominators = DenominatorsOfEither(denominators, DenominatorsOf(values[i]));
    if (!IsHandy(values[i])) grid.reset();
    if (i > 0 && grid.has_value()) grid = CommonDivisor(*grid, values[i] - values[i - 1]);
  }
  NumberSet set = grid.has_value() ? Lattice(values.front(), values.back(), *grid)
                                   : Interval(values.front(), values.back(), denominators);
  set.exactness_ = Exactness::kEnds;
  limits.Spend(values.size() * (grid.has_value() ? kStepsPerValue : kStepsPerWideValue));
  const std::optional<std::int64_t> last = set.LastPosition();
  if (!last.has_value() || values.size() > limits.listed()) return set;
  Positions positions;
  positions.reserve(values.size());
  for (const Rational& value : values) positions.push_back(*StepsIn(value - set.low_, *grid));
  set.List(std::move(positions));
  set.Tighten(denominators);
  set.exactness_ = Exactness::kAll;
  return set;
}

NumberSet NumberSet::Progression(const Rational& low, const Rational& high, const Rational& step) {
  if (low == high) return Of(low);
  const Rational last = low + step * Floor((high - low) / step);
  if (last.out_of_range()) return Interval(low, high, DenominatorsOnGrid(low, step));
  return last == low ? Of(low) : Lattice(low, last, step);
}

NumberSet NumberSet::Interval(const Rational& low, const Rational& high, const Denominators& denominators) {
  if (low.out_of_range() || high.out_of_range()) return Unbounded();
  if (low == high) return Of(low);
  NumberSet set;
  set.kind_ = Kind::kBounded;
  set.exactness_ = Exactness::kEnds;
  set.low_ = low;
  set.high_ = high;
  set.denominators_ = denominators;
  set.IncludeEnds();
  return set;
}

NumberSet NumberSet::Unbounded() {
  NumberSet set;
  set.kind_ = Kind::kUnbounded;
  set.exactness_ = Exactness::kOuter;
  return set;
}

NumberSet NumberSet::Lattice(const Rational& low, const Rational& high, const Rational& grid) {
  if (low == high) return Of(low);
  const Denominators denominators = DenominatorsOnGrid(low, grid);
  if (!IsHandy(low) || !IsHandy(high) || !IsHandy(grid)) return Interval(low, high, denominators);
  NumberSet set;
  set.kind_ = Kind::kBounded;
  set.low_ = low;
  set.high_ = high;
  set.grid_ = grid;
  set.denominators_ = denominators;
  return set;
}

std::size_t NumberSet::steps() const {
  if (listed_ != nullptr) return kStepsOfGrid + listed_->size() / kListedValuesPerStep;
  return grid_.has_value() ? kStepsOfGrid : kStepsOfInterval;
}

void NumberSet::Tighten(const Denominators& denominators) {
  if (LastPosition().has_value() && listed_ == nullptr && !is_single()) return;
  denominators_ = Tighter(denominators_, denominators);
  IncludeEnds();
}

void NumberSet::IncludeEnds() {
  for (const Rational* end : {&low_, &high_}) {
    const Denominators of_end = DenominatorsOf(*end);
    denominators_.bits = std::max(denominators_.bits, of_end.bits);
    if (denominators_.common.has_value() && !(*denominators_.common / *of_end.common).is_integer()) {
      denominators_.common.reset();
    }
  }
}

int NumberSet::magnitude_bits() const { return std::max(MagnitudeBits(low_), MagnitudeBits(high_)); }

std::optional<std::int64_t> NumberSet::StepsIn(const Rational& distance, const Rational& grid) {
  if (grid.sign() == 0) return 0;
  const std::optional<std::int64_t> count = (distance / grid).ToInt64();
  if (!count.has_value() || *count > kMaxPosition || *count < 0) return std::nullopt;
  return count;
}

std::optional<std::int64_t> NumberSet::LastPosition() const {
  if (!grid_.has_value()) return std::nullopt;
  return StepsIn(high_ - low_, *grid_);
}

std::optional<std::size_t> NumberSet::CountUpTo(std::size_t most) const {
  if (kind_ == Kind::kEmpty) return 0;
  if (kind_ == Kind::kUnbounded) return std::nullopt;
  std::size_t count = listed_ != nullptr ? listed_->size() : 0;
  if (count == 0) {
    const std::optional<std::int64_t> last = LastPosition();
    if (!last.has_value()) return std::nullopt;
    count = static_cast<std::size_t>(*last) + 1;
  }
  if (count > most) return std::nullopt;
  return count;
}

std::optional<NumberSet::Positions> NumberSet::PositionsUpTo(std::size_t most) const {
  const std::optional<std::size_t> count = CountUpTo(most);
  if (!count.has_value()) return std::nullopt;
  if (listed_ != nullptr) return *listed_;
  Positions positions(*count);
  std::iota(positions.begin(), positions.end(), std::int64_t{0});
  return positions;
}

std::vector<Rational> NumberSet::Points() const {
  std::vector<Rational> points;
  const std::optional<Positions> positions = PositionsUpTo(std::numeric_limits<std::size_t>::max());
  if (!positions.has_value()) return points;
  points.reserve(positions->size());
  for (const std::int64_t position : *positions) {
    points.push_back(position == 0 ? low_ : low_ + *grid_ * Rational(position));
  }
  return points;
}

// Takes the list, ascending from 0 to the last position, unless it names every position: then there is no need of it.
void NumberSet::List(Positions positions) {
  const bool has_gaps = static_cast<std::int64_t>(positions.size()) <= positions.back();
  listed_ = has_gaps ? std::make_shared<const Positions>(std::move(positions)) : nullptr;
}

bool NumberSet::Contains(const Rational& value) const {
  if (kind_ == Kind::kEmpty) return false;
  if (kind_ == Kind::kUnbounded) return true;
  if (value < low_ || value > high_) return false;
  if (value == low_ || value == high_) return true;
  if (!grid_.has_value() || !IsHandy(value)) return true;
  const Rational steps = (value - low_) / *grid_;
  if (!steps.is_integer()) return false;
  if (listed_ == nullptr) return true;
  return std::binary_search(listed_->begin(), listed_->end(), steps.ToInt64().value_or(-1));
}

NumberSet NumberSet::Part(std::int64_t first, std::int64_t last) const {
  if (first > last) return NumberSet();
  Positions kept;
  if (listed_ != nullptr) {
    const auto begin = std::lower_bound(listed_->begin(), listed_->end(), first);
    const auto end = std::upper_bound(listed_->begin(), listed_->end(), last);
    if (begin == end) return NumberSet();
    first = *begin;
    last = *std::prev(end);
    kept.assign(begin, end);
    for (std::int64_t& position : kept) position -= first;
  }
  NumberSet part = Lattice(low_ + *grid_ * Rational(first), low_ + *grid_ * Rational(last), *grid_);
  if (kept.size() > 1 && part.grid_.has_value()) part.List(std::move(kept));
  part.Tighten(denominators_);
  return part;
}

Rational NumberSet::FirstFrom(const Bound& lower) const {
  Bound bound = lower;
  // A value differs from an open bound by at least the unit of both denominators.
  if (bound.open && denominators_.bits + BitsOf(bound.value) < kMostBits) {
    const Rational unit = DenominatorOf(bound.value) * Rational::PowerOfTwo(denominators_.bits);
    bound = {bound.value + Rational(1) / unit, false};
  }
  if (!denominators_.common.has_value() || denominators_.common->numerator_bits() + BitsOf(bound.value) >= kMostBits) {
    return bound.value;
  }
  // And where all have a common denominator they are multiples of its unit.
  const Rational steps = bound.value * *denominators_.common;
  return (bound.open ? Floor(steps) + Rational(1) : Ceiling(steps)) / *denominators_.common;
}

NumberSet NumberSet::Within(const std::optional<Bound>& lower, const std::optional<Bound>& upper) const {
  if (kind_ != Kind::kBounded) return *this;
  const bool cut_below = lower.has_value() && (lower->value > low_ || (lower->open && lower->value == low_));
  const bool cut_above = upper.has_value() && (upper->value < high_ || (upper->open && upper->value == high_));
  if (!cut_below && !cut_above) return *this;
  if ((cut_below && lower->value > high_) || (cut_above && upper->value < low_)) return NumberSet();
  const std::optional<std::int64_t> last = LastPosition();
  NumberSet part;
  if (last.has_value() && (!cut_below || IsHandy(lower->value)) && (!cut_above || IsHandy(upper->value))) {
    if (*last == 0) return NumberSet();  // The only value was cut off.
    std::int64_t from = 0;
    std::int64_t to = *last;
    if (cut_below) {
      const Rational steps = (lower->value - low_) / *grid_;
      from = Clamped(lower->open ? Floor(steps) + Rational(1) : Ceiling(steps), 0, *last + 1);
    }
    if (cut_above) {
      const Rational steps = (upper->value - low_) / *grid_;
      to = Clamped(upper->open ? Ceiling(steps) - Rational(1) : Floor(steps), -1, *last);
    }
    part = Part(from, to);
  } else {
    const Rational from = cut_below ? FirstFrom(*lower) : low_;
    const Rational to = cut_above ? -Scaled(*this, Rational(-1)).FirstFrom({-upper->value, upper->open}) : high_;
    if (from > to) return NumberSet();
    part = Interval(from, to, denominators_);
  }
  part.exactness_ = Exactness::kOuter;
  return part;
}

NumberSet NumberSet::Without(const Rational& value, const AnalysisLimits& limits) const {
  if (kind_ != Kind::kBounded || !Contains(value)) return *this;
  if (value == low_) return Within(Bound{value, true}, std::nullopt);
  if (value == high_) return Within(std::nullopt, Bound{value, true});
  if (!CountUpTo(limits.listed()).has_value()) return *this;
  std::vector<Rational> points = Points();
  std::erase(points, value);
  NumberSet rest = Of(std::move(points), limits);
  rest.exactness_ = Exactness::kOuter;
  return rest;
}

NumberSet Shifted(const NumberSet& set, const Rational& by) {
  if (set.kind_ != NumberSet::Kind::kBounded || by.sign() == 0) return set;
  const Rational low = set.low_ + by;
  const Rational high = set.high_ + by;
  const Denominators denominators = DenominatorsOfSum(set.denominators_, DenominatorsOf(by));
  NumberSet result =
      set.grid_.has_value() ? NumberSet::Lattice(low, high, *set.grid_) : NumberSet::Interval(low, high, denominators);
  result.exactness_ = set.exactness_;
  if (result.grid_.has_value()) {
    result.listed_ = set.listed_;
  } else {
    result.LowerExactness(Exactness::kEnds);
  }
  result.Tighten(denominators);
  return result;
}

NumberSet Scaled(const NumberSet& set, const Rational& by) {
  if (set.kind_ != NumberSet::Kind::kBounded || by == Rational(1)) return set;
  if (by.sign() == 0) {
    NumberSet zero = NumberSet::Of(Rational(0));
    zero.exactness_ = set.exactness_;
    return zero;
  }
  const bool turned = by.sign() < 0;
  const Rational low = (turned ? set.high_ : set.low_) * by;
  const Rational high = (turned ? set.low_ : set.high_) * by;
  const Denominators denominators = DenominatorsOfMultiple(set.denominators_, by);
  NumberSet result = set.grid_.has_value() ? NumberSet::Lattice(low, high, *set.grid_ * Magnitude(by))
                                           : NumberSet::Interval(low, high, denominators);
  result.exactness_ = set.exactness_;
  if (!result.grid_.has_value()) {
    result.LowerExactness(Exactness::kEnds);
    return result;
  }
  result.listed_ = set.listed_;
  if (turned && set.listed_ != nullptr) {
    NumberSet::Positions positions(set.listed_->rbegin(), set.listed_->rend());
    for (std::int64_t& position : positions) position = set.listed_->back() - position;
    result.listed_ = std::make_shared<const NumberSet::Positions>(std::move(positions));
  }
  result.Tighten(denominators);
  return result;
}

}  // namespace ladder::quiz
