#include "libs/chassis/random.h"

#include <gtest/gtest.h>

#include <set>

namespace ladder {
namespace {

TEST(RandomTest, ASeedGivesTheSameNumbersAgainAndAnotherGivesOthers) {
  SeededRandom first(1);
  SeededRandom again(1);
  SeededRandom other(2);
  int same = 0;
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t number = first.Next();
    EXPECT_EQ(number, again.Next());
    if (number == other.Next()) ++same;
  }
  EXPECT_EQ(same, 0);
}

TEST(RandomTest, TheSystemsNumbersDoNotRepeat) {
  SystemRandom random;
  std::set<std::uint64_t> numbers;
  for (int i = 0; i < 1000; ++i) numbers.insert(random.Next());
  EXPECT_EQ(numbers.size(), 1000u);
}

TEST(RandomTest, DurationsLieBetweenTheBounds) {
  SeededRandom random(3);
  const absl::Duration low = absl::Milliseconds(10);
  const absl::Duration high = absl::Milliseconds(20);
  absl::Duration least = high;
  absl::Duration most = low;
  for (int i = 0; i < 1000; ++i) {
    const absl::Duration duration = UniformDuration(random, low, high);
    ASSERT_GE(duration, low);
    ASSERT_LT(duration, high);
    least = std::min(least, duration);
    most = std::max(most, duration);
  }
  EXPECT_LT(least, absl::Milliseconds(11));
  EXPECT_GT(most, absl::Milliseconds(19));
  EXPECT_EQ(UniformDuration(random, high, low), high);
}

}  // namespace
}  // namespace ladder
