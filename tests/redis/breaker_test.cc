#include "libs/redis/breaker.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/testing/fake_clock.h"

namespace ladder::redis {
namespace {

// Gives the same number each time.
class FixedRandom final : public RandomSource {
 public:
  explicit FixedRandom(std::uint64_t number) : number_(number) {}
  std::uint64_t Next() override { return number_; }

 private:
  const std::uint64_t number_;
};

constexpr Breaker::Options kOptions = {
    .backoff_initial = absl::Milliseconds(50), .backoff_max = absl::Milliseconds(300), .settle_time = absl::Seconds(1)};

class BreakerTest : public ::testing::Test {
 protected:
  ladder::testing::FakeClock clock_;
  SeededRandom random_{7};
  Breaker breaker_{kOptions, &clock_, &random_};
};

TEST_F(BreakerTest, IsOpenUntilTheFirstConnection) {
  EXPECT_FALSE(breaker_.IsClosed());
  breaker_.OnConnected();
  EXPECT_TRUE(breaker_.IsClosed());
  breaker_.OnFailure();
  EXPECT_FALSE(breaker_.IsClosed());
}

TEST_F(BreakerTest, PausesStayWithinABoundThatDoublesUpToItsMaximum) {
  const int bounds_ms[] = {50, 100, 200, 300, 300, 300};
  for (const int bound_ms : bounds_ms) {
    const absl::Duration pause = breaker_.OnFailure();
    EXPECT_GE(pause, absl::ZeroDuration());
    EXPECT_LT(pause, absl::Milliseconds(bound_ms));
  }
}

TEST_F(BreakerTest, JitterReachesFromZeroToTheBound) {
  FixedRandom lowest(0);
  EXPECT_EQ(Breaker(kOptions, &clock_, &lowest).OnFailure(), absl::ZeroDuration());
  FixedRandom highest(49'999'999);
  EXPECT_EQ(Breaker(kOptions, &clock_, &highest).OnFailure(), absl::Milliseconds(50) - absl::Nanoseconds(1));
}

TEST_F(BreakerTest, AConnectionThatSettledStartsTheRowAnew) {
  FixedRandom random(49'999'999);
  Breaker breaker(kOptions, &clock_, &random);
  for (int i = 0; i < 5; ++i) breaker.OnFailure();
  breaker.OnConnected();
  clock_.Advance(kOptions.settle_time);
  EXPECT_LT(breaker.OnFailure(), absl::Milliseconds(50));
  FixedRandom other(60'000'000);
  Breaker second(kOptions, &clock_, &other);
  second.OnFailure();
  EXPECT_EQ(second.OnFailure(), absl::Milliseconds(60)) << "the second bound is 100 ms";
}

TEST_F(BreakerTest, AConnectionThatBreaksAtOnceGoesOnWithTheRow) {
  FixedRandom random(150'000'000);  // Fits under the third bound, 200 ms, but not under the first.
  Breaker breaker(kOptions, &clock_, &random);
  breaker.OnFailure();
  breaker.OnFailure();
  breaker.OnConnected();
  clock_.Advance(kOptions.settle_time - absl::Nanoseconds(1));
  EXPECT_EQ(breaker.OnFailure(), absl::Milliseconds(150));
}

}  // namespace
}  // namespace ladder::redis
