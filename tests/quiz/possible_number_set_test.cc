#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libs/quiz/possible/number_set.h"

namespace ladder::quiz {
namespace {

constexpr AnalysisLimits kLimits{/*listed_values=*/1000, /*combinations=*/1000};
constexpr AnalysisLimits kNoLists{/*listed_values=*/0, /*combinations=*/1000};

Rational N(const std::string& text) { return *Rational::Parse(text); }

NumberSet SetOf(const std::vector<std::string>& values, const AnalysisLimits& limits = kLimits) {
  std::vector<Rational> numbers;
  numbers.reserve(values.size());
  for (const std::string& value : values) numbers.push_back(N(value));
  return NumberSet::Of(numbers, limits);
}

// The sets that every operation is tried with: dense, sparse, of one value, of both signs, fractions.
std::vector<NumberSet> Samples() {
  return {SetOf({"0", "1", "2", "3"}), SetOf({"0", "10", "20"}),     SetOf({"0", "1", "2", "4", "9"}), SetOf({"5"}),
          SetOf({"-3", "-1", "2"}),    SetOf({"1/3", "1/2", "7/4"}), SetOf({"-2", "-1", "0"})};
}

using Operation = std::function<NumberSet(const NumberSet&, const NumberSet&, const AnalysisLimits&)>;
using Exactly = std::function<Rational(const Rational&, const Rational&)>;

// All results are in the set; where it says so its ends or all its values are results.
void ExpectCovers(const NumberSet& set, const std::set<Rational>& results) {
  ASSERT_FALSE(results.empty());
  for (const Rational& result : results) EXPECT_TRUE(set.Contains(result)) << result.ToString();
  if (set.exactness() >= Exactness::kEnds) {
    EXPECT_EQ(set.low(), *results.begin());
    EXPECT_EQ(set.high(), *results.rbegin());
  }
  if (set.exactness() == Exactness::kAll) {
    ASSERT_TRUE(set.CountUpTo(100'000).has_value());
    const std::vector<Rational> points = set.Points();
    EXPECT_EQ(std::set<Rational>(points.begin(), points.end()), results);
  }
}

void ExpectCoversAllPairs(const Operation& operation, const Exactly& exactly, bool without_zero = false) {
  for (const NumberSet& a : Samples()) {
    for (const NumberSet& b : Samples()) {
      if (without_zero && b.Contains(Rational(0))) continue;
      std::set<Rational> results;
      for (const Rational& x : a.Points()) {
        for (const Rational& y : b.Points()) results.insert(exactly(x, y));
      }
      ExpectCovers(operation(a, b, kLimits), results);
      ExpectCovers(operation(a, b, kNoLists), results);
    }
  }
}

TEST(NumberSetTest, SumsCoverEverySum) {
  ExpectCoversAllPairs(Add, [](const Rational& a, const Rational& b) { return a + b; });
}

TEST(NumberSetTest, ProductsCoverEveryProduct) {
  ExpectCoversAllPairs(Multiply, [](const Rational& a, const Rational& b) { return a * b; });
}

TEST(NumberSetTest, QuotientsCoverEveryQuotient) {
  ExpectCoversAllPairs(
      Divide, [](const Rational& a, const Rational& b) { return a / b; }, /*without_zero=*/true);
}

TEST(NumberSetTest, TheSmallerAndTheLargerCoverEveryPair) {
  ExpectCoversAllPairs(Minimum, [](const Rational& a, const Rational& b) { return std::min(a, b); });
  ExpectCoversAllPairs(Maximum, [](const Rational& a, const Rational& b) { return std::max(a, b); });
}

TEST(NumberSetTest, AUnionCoversBoth) {
  for (const NumberSet& a : Samples()) {
    for (const NumberSet& b : Samples()) {
      std::set<Rational> results;
      for (const NumberSet* part : {&a, &b}) {
        for (const Rational& value : part->Points()) results.insert(value);
      }
      ExpectCovers(Union(a, b, kLimits), results);
      ExpectCovers(Union(a, b, kNoLists), results);
      ExpectCovers(UnionOf({a, b, a}, kLimits), results);
    }
  }
}

TEST(NumberSetTest, RoundingCoversEveryRoundedValue) {
  for (const RoundingMode mode : {RoundingMode::kHalfUp, RoundingMode::kHalfEven}) {
    for (const int digits : {0, 1}) {
      for (const std::string step : {"1/2", "1/3", "1/4", "1", "7/3", "1/40"}) {
        const NumberSet set = NumberSet::Progression(N("-3/2"), N("5/2"), N(step));
        std::set<Rational> results;
        for (const Rational& value : set.Points()) results.insert(Round(value, digits, mode));
        ExpectCovers(Rounded(set, {digits, mode}, kLimits), results);
        ExpectCovers(Rounded(set, {digits, mode}, kNoLists), results);
      }
    }
  }
}

TEST(NumberSetTest, ListsTellSparseSumsApart) {
  NumberSet code = NumberSet::Of(Rational(0));
  for (const int place : {10000, 1000, 100, 10, 1}) {
    code = Add(code, Scaled(SetOf({"1", "2", "3"}), Rational(place)), kLimits);
  }
  EXPECT_EQ(code.CountUpTo(1000), 243u);
  EXPECT_TRUE(code.Contains(Rational(21232)));
  EXPECT_FALSE(code.Contains(Rational(21242)));
  EXPECT_EQ(code.exactness(), Exactness::kAll);
}

TEST(NumberSetTest, UnbrokenStepsNeedNoList) {
  const NumberSet sum = Add(SetOf({"0", "1", "2", "3"}), SetOf({"0", "4", "8"}), kNoLists);
  EXPECT_TRUE(sum.is_gapless());
  EXPECT_EQ(sum.exactness(), Exactness::kAll);
  EXPECT_EQ(sum.CountUpTo(100), 12u);
}

TEST(NumberSetTest, WithinKeepsWhatLiesBetweenTheBounds) {
  const NumberSet set = SetOf({"0", "1", "2", "4", "9"});
  EXPECT_EQ(set.Within(Bound{Rational(2), true}, std::nullopt).low(), Rational(4));
  EXPECT_EQ(set.Within(Bound{Rational(2), false}, Bound{Rational(9), true}).high(), Rational(4));
  EXPECT_TRUE(set.Within(Bound{Rational(5), false}, Bound{Rational(8), false}).empty());
  EXPECT_TRUE(set.Within(Bound{Rational(10), false}, std::nullopt).empty());
  EXPECT_EQ(set.Within(Bound{Rational(0), true}, std::nullopt).exactness(), Exactness::kOuter);
  const NumberSet interval = NumberSet::Interval(Rational(0), Rational(1), DenominatorsOfBits(8));
  EXPECT_TRUE(interval.Within(Bound{Rational(1), true}, std::nullopt).empty());
  // Denominators are below 256, so no value is closer to a half than 1/512.
  const NumberSet above = interval.Within(Bound{N("1/2"), true}, std::nullopt);
  EXPECT_TRUE(above.low() > N("1/2") && above.low() <= N("257/512"));
  EXPECT_FALSE(interval.Without(Rational(0), kLimits).Contains(Rational(0)));
}

TEST(NumberSetTest, WithoutLeavesTheOthers) {
  const NumberSet set = SetOf({"-1", "0", "1"});
  EXPECT_FALSE(set.Without(Rational(0), kLimits).Contains(Rational(0)));
  EXPECT_TRUE(set.Without(Rational(0), kNoLists).Contains(Rational(0)));
  EXPECT_EQ(set.Without(Rational(1), kNoLists).high(), Rational(0));
  EXPECT_TRUE(SetOf({"5"}).Without(Rational(5), kLimits).empty());
}

TEST(NumberSetTest, AnUnwieldyGridIsGivenUpNotWrong) {
  const NumberSet a = NumberSet::Progression(Rational(0), Rational(1), N("1/1000000007"));
  const NumberSet b = NumberSet::Progression(Rational(0), Rational(1), N("1/1000000009"));
  const NumberSet c = NumberSet::Progression(Rational(0), Rational(1), N("1/998244353"));
  const NumberSet sum = Add(Add(a, b, kLimits), c, kLimits);
  EXPECT_FALSE(sum.grid().has_value());
  EXPECT_EQ(sum.high(), Rational(3));
  EXPECT_GE(sum.denominator_bits(), 89);
  EXPECT_TRUE(sum.Contains(N("1/1000000007")));
}

// Sets of one number and of two, up to the ends of what numbers hold.
std::vector<NumberSet> ExtremeSets() {
  const Rational most = Rational::PowerOfTwo(255) + (Rational::PowerOfTwo(255) - Rational(1));
  std::vector<Rational> numbers = {0, 1, most, most - Rational(2), N("1/3")};
  for (std::size_t i = 1, count = numbers.size(); i < count; ++i) {
    numbers.push_back(-numbers[i]);
    numbers.push_back(Rational(1) / numbers[i]);
  }
  std::vector<NumberSet> sets;
  for (const Rational& a : numbers) {
    sets.push_back(NumberSet::Of(a));
    for (const Rational& b : numbers) sets.push_back(NumberSet::Of({a, b}, kLimits));
  }
  return sets;
}

// Whether every result fits is for BitsOfSum and BitsOfProduct to say.
TEST(NumberSetTest, ResultsOfExtremesAreCoveredOrTheSetHasNoBounds) {
  const std::vector<std::pair<Operation, Exactly>> operations = {
      {Add, [](const Rational& a, const Rational& b) { return a + b; }},
      {Multiply, [](const Rational& a, const Rational& b) { return a * b; }},
      {Divide, [](const Rational& a, const Rational& b) { return a / b; }},
      {Maximum, [](const Rational& a, const Rational& b) { return std::max(a, b); }},
      {Union, [](const Rational& a, const Rational&) { return a; }}};
  int unbounded = 0;
  for (const NumberSet& a : ExtremeSets()) {
    for (const NumberSet& b : ExtremeSets()) {
      for (const auto& [operation, exactly] : operations) {
        if (exactly(1, 0).out_of_range() && b.Contains(Rational(0))) continue;
        const NumberSet set = operation(a, b, kLimits);
        if (!set.bounded()) ++unbounded;
        ASSERT_FALSE(set.low().out_of_range() || set.high().out_of_range());
        for (const Rational* x : {&a.low(), &a.high()}) {
          for (const Rational* y : {&b.low(), &b.high()}) {
            const Rational result = exactly(*x, *y);
            EXPECT_TRUE(result.out_of_range() || set.Contains(result)) << x->ToString() << " and " << y->ToString();
          }
        }
      }
    }
  }
  EXPECT_GT(unbounded, 0);
}

TEST(NumberSetTest, SetsOfNumbersThatAreOutOfRangeHaveNoBounds) {
  const Rational beyond = Rational::OutOfRange();
  EXPECT_FALSE(NumberSet::Of(beyond).bounded());
  EXPECT_FALSE(NumberSet::Of({Rational(1), beyond}, kLimits).bounded());
  EXPECT_FALSE(NumberSet::Interval(Rational(0), beyond, DenominatorsOfBits(1)).bounded());
  EXPECT_FALSE(NumberSet::Interval(beyond, Rational(0), DenominatorsOfBits(1)).bounded());
  EXPECT_FALSE(NumberSet::Progression(Rational(0), beyond, Rational(1)).bounded());
  EXPECT_EQ(NumberSet::Unbounded().exactness(), Exactness::kOuter);
  // The last position cannot be counted, so all that is known is the interval.
  const Rational low = -Rational::PowerOfTwo(200);
  const NumberSet fine = NumberSet::Progression(low, -low, Rational(1) / Rational::PowerOfTwo(100));
  EXPECT_EQ(fine.low(), low);
  EXPECT_EQ(fine.high(), -low);
  EXPECT_TRUE(fine.Contains(N("1/2")));
}

}  // namespace
}  // namespace ladder::quiz
