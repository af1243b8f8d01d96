// Operations that need nothing but what every reader of a set sees.

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "libs/quiz/possible/number_set.h"

namespace ladder::quiz {
namespace {

// Divisors up to so many are taken one by one, which keeps the grid.
constexpr std::size_t kFewDivisors = 64;
// Numbers of so many bits are multiplied in one step; longer ones take more.
constexpr int kNarrowBits = 62;
constexpr std::size_t kStepsToMultiplyLongNumbers = 24;
// To find out how long the numbers are takes as much as to multiply so many.
constexpr std::size_t kTooFewToCount = 64;

Rational Magnitude(const Rational& value) { return value.sign() < 0 ? -value : value; }

NumberSet ListedProducts(const NumberSet& a, const NumberSet& b, const AnalysisLimits& limits) {
  std::vector<Rational> products;
  const std::vector<Rational> right = b.Points();
  for (const Rational& x : a.Points()) {
    for (const Rational& y : right) products.push_back(x * y);
  }
  return NumberSet::Of(std::move(products), limits);
}

// All products lie on this grid, counted from the product of the lower ends:
// (a + g * i) * (b + h * j) = a * b + a * h * j + b * g * i + g * h * i * j.
std::optional<Rational> GridOfProducts(const NumberSet& a, const NumberSet& b) {
  if (!a.grid().has_value() || !b.grid().has_value()) return std::nullopt;
  std::optional<Rational> grid = CommonDivisor(Magnitude(a.low() * *b.grid()), Magnitude(b.low() * *a.grid()));
  if (grid.has_value()) grid = CommonDivisor(*grid, *a.grid() * *b.grid());
  return grid;
}

// Whether each pair can be looked at, and so many steps are left.
bool HasFewPairs(const NumberSet& a, const NumberSet& b, const AnalysisLimits& limits) {
  const std::size_t most = limits.listed();
  const std::optional<std::size_t> count_a = a.CountUpTo(most);
  const std::optional<std::size_t> count_b = b.CountUpTo(most);
  if (!count_a.has_value() || !count_b.has_value() || *count_a * *count_b > most) return false;
  const std::size_t pairs = *count_a * *count_b;
  const bool is_long = pairs > kTooFewToCount && BitsOfProduct(a, b) > kNarrowBits;
  return limits.Afford(pairs * (is_long ? kStepsToMultiplyLongNumbers : 1));
}

// The hull of the quotients of ends, where all divisors have the same sign.
NumberSet QuotientsOfEnds(const NumberSet& a, const NumberSet& divisor) {
  const Rational corners[] = {a.low() / divisor.low(), a.low() / divisor.high(), a.high() / divisor.low(),
                              a.high() / divisor.high()};
  const auto [low, high] = std::minmax_element(std::begin(corners), std::end(corners));
  NumberSet hull =
      NumberSet::Interval(*low, *high, DenominatorsOfBits(a.denominator_bits() + divisor.numerator_bits()));
  hull.SetExactness(std::min({a.exactness(), divisor.exactness(), Exactness::kEnds}));
  return hull;
}

}  // namespace

NumberSet Multiply(const NumberSet& a, const NumberSet& b, const AnalysisLimits& limits) {
  if (a.empty() || b.empty()) return NumberSet();
  if (!a.bounded() || !b.bounded()) return NumberSet::Unbounded();
  const Exactness exactness = std::min(a.exactness(), b.exactness());
  if (a.is_single() || b.is_single()) {
    NumberSet scaled = b.is_single() ? Scaled(a, b.low()) : Scaled(b, a.low());
    scaled.LowerExactness(exactness);
    return scaled;
  }
  if (HasFewPairs(a, b, limits)) {
    NumberSet products = ListedProducts(a, b, limits);
    products.LowerExactness(exactness);
    return products;
  }
  const Rational corners[] = {a.low() * b.low(), a.low() * b.high(), a.high() * b.low(), a.high() * b.high()};
  const auto [low, high] = std::minmax_element(std::begin(corners), std::end(corners));
  const std::optional<Rational> grid = GridOfProducts(a, b);
  const Denominators denominators = DenominatorsOfProduct(a.denominators(), b.denominators());
  NumberSet products = grid.has_value() && *low != *high ? NumberSet::Progression(*low, *high, *grid)
                                                         : NumberSet::Interval(*low, *high, denominators);
  products.SetExactness(std::min(exactness, Exactness::kEnds));
  return products;
}

NumberSet Divide(const NumberSet& a, const NumberSet& b, const AnalysisLimits& limits) {
  if (a.empty() || b.empty()) return NumberSet();
  if (!a.bounded() || !b.bounded()) return NumberSet::Unbounded();
  const NumberSet negative = b.Within(std::nullopt, Bound{Rational(0), true});
  const NumberSet positive = b.Within(Bound{Rational(0), true}, std::nullopt);
  // Where divisors have both signs the ends come from those next to zero, which only a full list tells for certain.
  const bool one_sign = negative.empty() || positive.empty();
  Exactness exactness = std::min(a.exactness(), b.exactness());
  if (!one_sign && b.exactness() != Exactness::kAll) exactness = Exactness::kOuter;
  NumberSet quotients;
  const std::optional<std::size_t> divisors = b.CountUpTo(limits.exhausted() ? 1 : kFewDivisors);
  if (divisors.has_value() && limits.Afford(*divisors * (a.steps() + b.steps()))) {
    if (b.exactness() != Exactness::kAll) exactness = std::min(exactness, Exactness::kEnds);
    for (const Rational& divisor : b.Points()) {
      quotients = Union(quotients, Scaled(a, Rational(1) / divisor), limits);
    }
    // A single divisor keeps all that is known of the dividend.
    if (quotients.exactness() < a.exactness()) exactness = std::min(exactness, Exactness::kEnds);
  } else {
    if (!negative.empty()) quotients = QuotientsOfEnds(a, negative);
    if (!positive.empty()) quotients = Union(quotients, QuotientsOfEnds(a, positive), limits);
    exactness = std::min(exactness, Exactness::kEnds);
  }
  quotients.SetExactness(exactness);
  return quotients;
}

NumberSet Maximum(const NumberSet& a, const NumberSet& b, const AnalysisLimits& limits) {
  if (a.empty() || b.empty()) return NumberSet();
  if (!a.bounded() || !b.bounded()) return NumberSet::Unbounded();
  const Exactness exactness = std::min(a.exactness(), b.exactness());
  // A value below the other set's lowest is never the larger one; every other one is where the other takes its lowest.
  const Bound least{std::max(a.low(), b.low())};
  NumberSet from_a = a.Within(least, std::nullopt);
  NumberSet from_b = b.Within(least, std::nullopt);
  from_a.SetExactness(exactness);
  from_b.SetExactness(exactness);
  return Union(from_a, from_b, limits);
}

NumberSet Minimum(const NumberSet& a, const NumberSet& b, const AnalysisLimits& limits) {
  const Rational minus_one = -1;
  return Scaled(Maximum(Scaled(a, minus_one), Scaled(b, minus_one), limits), minus_one);
}

Rational UnitOf(const Rounding& rounding) {
  Rational unit = 1;
  for (int i = 0; i < rounding.digits; ++i) unit = unit / Rational(10);
  return unit;
}

NumberSet Rounded(const NumberSet& set, const Rounding& rounding, const AnalysisLimits& limits) {
  if (set.empty() || !set.bounded()) return set;
  const Rational unit = UnitOf(rounding);
  const auto is_on_unit = [&](const Rational& value) { return (value / unit).is_integer(); };
  if (set.grid().has_value() && is_on_unit(set.low()) && is_on_unit(*set.grid())) return set;
  const auto round = [&](const Rational& value) { return Round(value, rounding.digits, rounding.mode); };
  const Rational low = round(set.low());
  const Rational high = round(set.high());
  NumberSet rounded = low == high ? NumberSet::Of(low) : NumberSet::Progression(low, high, unit);
  rounded.SetExactness(low == high ? set.exactness() : std::min(set.exactness(), Exactness::kEnds));
  if (low == high) return rounded;
  // Values closer to each other than a unit leave no unit between them out; else each one is looked at.
  if (set.is_gapless() && *set.grid() < unit) {
    rounded.SetExactness(set.exactness());
    return rounded;
  }
  if (!set.CountUpTo(limits.listed()).has_value()) return rounded;
  std::vector<Rational> values = set.Points();
  for (Rational& value : values) value = round(value);
  NumberSet each = NumberSet::Of(std::move(values), limits);
  each.LowerExactness(set.exactness());
  return each;
}

}  // namespace ladder::quiz
