// File: number_set.h
//
// A set of numbers, described from outside: an interval, the grid that all of them lie on, and where there are few the
// numbers themselves. Every operation returns a set that holds at least each result that operands from the given sets
// can have; `exactness` says how much of the returned set is truly reached where the operands vary independently.
//
//   NumberSet item = NumberSet::Of({0, 1, 2, 3}, limits);
//   NumberSet sum = Add(item, Scaled(item, 10), limits);   // 0, 1, 2, 3, 10, 11, ... 33
//   sum.Contains(4);                                       // false
//
// A set whose ends would be out of range is unbounded: nothing is known of it then. CheckReachable refuses a program
// that needs one.
//
// Values; thread-compatible.

#ifndef LADDER_LIBS_QUIZ_POSSIBLE_NUMBER_SET_H_
#define LADDER_LIBS_QUIZ_POSSIBLE_NUMBER_SET_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "libs/quiz/number.h"
#include "libs/quiz/possible/budget.h"
#include "libs/quiz/possible/denominators.h"
#include "libs/quiz/program.h"

namespace ladder::quiz {

// How much of what a set claims is reached by some form.
enum class Exactness : std::uint8_t {
  kOuter,  // Nothing is promised: the set may be too wide.
  kEnds,   // The lowest and the highest value are reached, and so is "no value" where that is claimed.
  kAll,    // So is every value of the set.
};

// What bounds the work of one analysis.
struct AnalysisLimits {
  std::size_t listed_values;         // Longest list of the values of one set.
  std::size_t combinations;          // Most ways tried in the search for an aggregate's ends.
  AnalysisBudget* budget = nullptr;  // Of all operations together; null: there is none.
  // What happens to the rest of an analysis once the budget is used up: it goes on with intervals, or is left out.
  bool goes_on_with_intervals = true;

  bool exhausted() const { return budget != nullptr && budget->exhausted(); }
  // What is not finished is of no use any more, so whoever works on it may stop and claim nothing.
  bool gives_up() const { return exhausted() && !goes_on_with_intervals; }
  // The longest list that may be made now.
  std::size_t listed() const { return exhausted() ? 0 : listed_values; }
  void Spend(std::size_t steps) const {
    if (budget != nullptr) budget->Spend(steps);
  }
  bool Afford(std::size_t steps) const { return budget == nullptr || budget->Afford(steps); }
};

// One end of an interval.
struct Bound {
  Rational value;
  bool open = false;  // The value itself lies outside.
};

class NumberSet {
 public:
  NumberSet() = default;  // Without any value.

  static NumberSet Of(const Rational& only);
  static NumberSet Of(std::vector<Rational> values, const AnalysisLimits& limits);
  // low, low + step, ... up to `high`. REQUIRES: step > 0, low <= high.
  static NumberSet Progression(const Rational& low, const Rational& high, const Rational& step);
  // Any numbers in [low, high] with such denominators.
  static NumberSet Interval(const Rational& low, const Rational& high, const Denominators& denominators);
  // Nothing is known: any number.
  static NumberSet Unbounded();

  bool empty() const { return kind_ == Kind::kEmpty; }
  bool bounded() const { return kind_ != Kind::kUnbounded; }
  bool is_single() const { return kind_ == Kind::kBounded && low_ == high_; }

  // REQUIRES: bounded and not empty, here and below.
  const Rational& low() const { return low_; }
  const Rational& high() const { return high_; }
  // All values are low + grid * Z. Zero: low is the only value. Nothing: not known.
  const std::optional<Rational>& grid() const { return grid_; }

  // What one operation on this set takes, in steps of AnalysisBudget.
  std::size_t steps() const;

  // Every position of the grid between the ends is a value.
  bool is_gapless() const { return grid_.has_value() && listed_ == nullptr; }

  Exactness exactness() const { return bounded() ? exactness_ : Exactness::kOuter; }
  // Takes back claims that do not hold. Never adds any.
  void LowerExactness(Exactness most) { exactness_ = exactness_ < most ? exactness_ : most; }
  // REQUIRES: the caller has shown it.
  void SetExactness(Exactness exactness) { exactness_ = exactness; }

  // What is known of the denominators of all values, in lowest terms.
  const Denominators& denominators() const { return denominators_; }
  // Bits that any of the values, in lowest terms, needs at most, and of their magnitudes: |value| < 2^bits.
  int denominator_bits() const { return denominators_.bits; }
  int numerator_bits() const { return magnitude_bits() + denominators_.bits; }
  int magnitude_bits() const;

  // How many values the set has; nothing where these are more than `most` or not countable.
  std::optional<std::size_t> CountUpTo(std::size_t most) const;
  // Ascending. REQUIRES: CountUpTo of some number answered.
  std::vector<Rational> Points() const;

  bool Contains(const Rational& value) const;
  // The part between the bounds; a missing bound is no bound. Claims nothing about exactness unless all is kept.
  NumberSet Within(const std::optional<Bound>& lower, const std::optional<Bound>& upper) const;
  NumberSet Without(const Rational& value, const AnalysisLimits& limits) const;

  friend NumberSet Shifted(const NumberSet& set, const Rational& by);
  friend NumberSet Scaled(const NumberSet& set, const Rational& by);
  friend NumberSet Add(const NumberSet& a, const NumberSet& b, const AnalysisLimits& limits);
  friend NumberSet Union(const NumberSet& a, const NumberSet& b, const AnalysisLimits& limits);
  friend NumberSet UnionOf(const std::vector<NumberSet>& parts, const AnalysisLimits& limits);

 private:
  enum class Kind : std::uint8_t { kEmpty, kBounded, kUnbounded };

  // Positions of a lattice: low + grid * index.
  using Positions = std::vector<std::int64_t>;

  static NumberSet Lattice(const Rational& low, const Rational& high, const Rational& grid);
  // How often `grid` fits into `distance`, of which it is a divisor; nothing where that is too often.
  static std::optional<std::int64_t> StepsIn(const Rational& distance, const Rational& grid);
  std::optional<std::int64_t> LastPosition() const;
  std::optional<Positions> PositionsUpTo(std::size_t most) const;
  void List(Positions positions);
  // Takes over that all values have such denominators, unless positions that may be no values are looked at one by one.
  void Tighten(const Denominators& denominators);
  // Lets what is known of denominators hold for the ends too, which may be no values: arithmetic is done with them.
  void IncludeEnds();
  // The lowest number not below the bound that a value may be.
  Rational FirstFrom(const Bound& lower) const;
  NumberSet Part(std::int64_t first, std::int64_t last) const;
  bool Touches(const NumberSet& other) const;
  // Lists all values of `parts`, which lie on this set's grid; false where these are too many.
  bool ListAll(const std::vector<const NumberSet*>& parts, const AnalysisLimits& limits);

  Kind kind_ = Kind::kEmpty;
  Exactness exactness_ = Exactness::kAll;
  Denominators denominators_;
  Rational low_;
  Rational high_;
  std::optional<Rational> grid_;
  // Ascending from 0; null: every position up to `high` is possible. Shared, since sets are copied a lot.
  std::shared_ptr<const Positions> listed_;
};

// Operations on sets whose members vary independently; where they do not, the caller lowers the exactness.
NumberSet Shifted(const NumberSet& set, const Rational& by);
NumberSet Scaled(const NumberSet& set, const Rational& by);
NumberSet Add(const NumberSet& a, const NumberSet& b, const AnalysisLimits& limits);
NumberSet Multiply(const NumberSet& a, const NumberSet& b, const AnalysisLimits& limits);
// REQUIRES: !b.Contains(0).
NumberSet Divide(const NumberSet& a, const NumberSet& b, const AnalysisLimits& limits);
NumberSet Minimum(const NumberSet& a, const NumberSet& b, const AnalysisLimits& limits);
NumberSet Maximum(const NumberSet& a, const NumberSet& b, const AnalysisLimits& limits);
// 10^-digits, the least step between rounded numbers.
Rational UnitOf(const Rounding& rounding);
NumberSet Rounded(const NumberSet& set, const Rounding& rounding, const AnalysisLimits& limits);
// Where the value comes from one or the other.
NumberSet Union(const NumberSet& a, const NumberSet& b, const AnalysisLimits& limits);

NumberSet UnionOf(const std::vector<NumberSet>& parts, const AnalysisLimits& limits);

// Bits that the sum of any number of each needs at most, its numerator included. REQUIRES: both bounded, not empty.
int BitsOfSum(const NumberSet& a, const NumberSet& b);
// The same of the product.
int BitsOfProduct(const NumberSet& a, const NumberSet& b);
// Small enough to lie on a grid: so that steps along one never need more than 256 bits.
bool IsHandy(const Rational& value);
// Bits that the magnitude of a number needs: |value| < 2^bits.
int MagnitudeBits(const Rational& value);
// The largest number of which both are multiples; nothing where it would be unwieldy. REQUIRES: neither is negative.
std::optional<Rational> CommonDivisor(const Rational& a, const Rational& b);

}  // namespace ladder::quiz

#endif  // LADDER_LIBS_QUIZ_POSSIBLE_NUMBER_SET_H_
