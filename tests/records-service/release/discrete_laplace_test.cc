#include "records-service/release/discrete_laplace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

namespace ladder::records::release {
namespace {

// Gives these numbers, and fails the test where more are asked for.
class ScriptedRandom final : public RandomSource {
 public:
  explicit ScriptedRandom(std::vector<std::uint64_t> numbers) : numbers_(std::move(numbers)) {}
  std::uint64_t Next() override { return numbers_.at(used_++); }
  bool used_up() const { return used_ == numbers_.size(); }

 private:
  const std::vector<std::uint64_t> numbers_;
  std::size_t used_ = 0;
};

struct KnownDraw {
  const char* name;
  Budget budget;
  std::vector<std::uint64_t> bits;
  std::int64_t number;
};

// Worked by hand from algorithms 1 and 2 of Canonne, Kamath and Steinke. Each line of bits is one step of them:
// u below t; whether it stays, with probability exp(-u/t); successes of exp(-1), and the failure that ends them; sign.
// Below(n) passes over numbers below 2^64 modulo n: none for 1, 2 and 4, but 0 for 3 and 5, and 0 to 5 for 10.
const std::vector<KnownDraw>& KnownDraws() {
  static const auto* const draws = new std::vector<KnownDraw>{
      {"PlusZero", {2, 1}, {0, 1, /**/ 0, 1, /**/ 1}, 0},
      {"MinusZeroIsDrawnAgain",
       {2, 1},
       {0, 1, /**/ 0, 1, /**/ 0,  //
        0, 1, /**/ 0, 1, /**/ 1},
       0},
      // v: Bernoulli(1/1), Bernoulli(1/2) hold, Bernoulli(1/3) fails at 3, which is odd; 0 is no number below 3.
      {"OneStepDown", {2, 1}, {0, 1, /**/ 0, 0, 0, 1, /**/ 0, 1, /**/ 0}, -1},
      // u = 1 fails exp(-1/2): Bernoulli(1/2) holds, Bernoulli(1/4) fails at 2, which is even. Then u = 0.
      {"ARemainderIsRejected", {2, 1}, {1, 0, 1, /**/ 0, 1, /**/ 0, 1, /**/ 1}, 0},
      // t = 10, s = 3: u = 7 stays, v = 1, (10 + 7) / 3 = 5 and a rest.
      {"ARationalScale", {3, 5}, {5, 7, /**/ 17, /**/ 0, 0, 1, /**/ 0, 1, /**/ 1}, 5},
      // u = 3 and v = 2: 23 / 3 = 7. The second success fails only at 5: four steps hold.
      {"LongerRuns", {3, 5}, {13, 19, /**/ 0, 0, 1, /**/ 0, 0, 3, 4, 1, /**/ 0, 1, /**/ 2}, -7},
  };
  return *draws;
}

TEST(DiscreteLaplaceTest, KnownBitsGiveKnownNumbers) {
  for (const KnownDraw& draw : KnownDraws()) {
    ScriptedRandom random(draw.bits);
    EXPECT_EQ(DiscreteLaplace(random).Draw(draw.budget), draw.number) << draw.name;
    EXPECT_TRUE(random.used_up()) << draw.name;
  }
}

TEST(DiscreteLaplaceTest, TheSmallestAndLargestBudgetsKeepWithin64Bits) {
  SeededRandom random(20260801);
  DiscreteLaplace noise(random);
  double largest = 0;
  for (int i = 0; i < 10'000; ++i) {
    const auto magnitude = static_cast<double>(std::abs(noise.Draw(Budget{1, kMaxBudgetTerm})));
    largest = std::max(largest, magnitude);
    EXPECT_LE(std::abs(noise.Draw(Budget{kMaxTotalBudget, 1})), 10);
  }
  // The largest of 10,000: about ln(10,000) scales of 2,000,000.
  EXPECT_GT(largest, 10e6);
  EXPECT_LT(largest, 50e6);
}

// The variance from the definition of the distribution, summed.
double SummedVariance(const Budget& budget) {
  const double p = std::exp(-static_cast<double>(budget.numerator) / (2.0 * static_cast<double>(budget.denominator)));
  double sum = 0;
  for (int n = 1; n < 100'000; ++n) sum += 2.0 * n * n * std::pow(p, n) * (1 - p) / (1 + p);
  return sum;
}

TEST(VarianceTest, IsThatOfTheDistribution) {
  for (const Budget& budget : {Budget{3, 5}, Budget{3, 10}, Budget{1, 4}, Budget{1, 100}, Budget{10, 1}}) {
    const double summed = SummedVariance(budget);
    EXPECT_NEAR(Variance(budget) / summed, 1, 1e-9) << ToText(budget);
  }
  EXPECT_NEAR(std::sqrt(Variance(Budget{3, 5})), 4.7, 0.05) << "as release.md tells it";
  EXPECT_NEAR(Variance(Budget{1, 1'000'000}) / 8e12, 1, 1e-6) << "2 scale^2, where p is nearly 1";
}

}  // namespace
}  // namespace ladder::records::release
