#include "libs/chassis/executor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <vector>

#include "tests/testing/waiting.h"

namespace ladder {
namespace {

using ::ladder::testing::Promised;

TEST(ExecutorTest, OneThreadKeepsTheOrder) {
  std::vector<int> order;
  {
    Executor executor({.threads = 1, .queue_limit = 100});
    for (int i = 0; i < 50; ++i) EXPECT_TRUE(executor.TrySubmit([&order, i] { order.push_back(i); }));
  }
  ASSERT_EQ(order.size(), 50u);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
}

TEST(ExecutorTest, RefusesWhatTheQueueCannotHold) {
  Promised<bool> started;
  Promised<bool> go_on;
  Executor executor({.threads = 1, .queue_limit = 2});
  ASSERT_TRUE(executor.TrySubmit([&] {
    started.Give(true);
    go_on.Wait();
  }));
  ASSERT_TRUE(started.Wait());
  EXPECT_TRUE(executor.TrySubmit([] {}));
  EXPECT_TRUE(executor.TrySubmit([] {}));
  EXPECT_FALSE(executor.TrySubmit([] {}));
  go_on.Give(true);
}

TEST(ExecutorTest, StopFinishesWhatWasTakenAndRefusesTheRest) {
  std::atomic<int> done = 0;
  Executor executor({.threads = 3, .queue_limit = 100});
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(executor.TrySubmit([&] { ++done; }));
  executor.Stop();
  EXPECT_EQ(done, 100);
  EXPECT_FALSE(executor.TrySubmit([&] { ++done; }));
  executor.Stop();
  EXPECT_EQ(done, 100);
}

TEST(ExecutorTest, ThreadsWorkAtTheSameTime) {
  Promised<bool> first;
  Promised<bool> second;
  Executor executor({.threads = 2, .queue_limit = 10});
  std::atomic<int> met = 0;
  ASSERT_TRUE(executor.TrySubmit([&] {
    first.Give(true);
    if (second.Wait().has_value()) ++met;
  }));
  ASSERT_TRUE(executor.TrySubmit([&] {
    second.Give(true);
    if (first.Wait().has_value()) ++met;
  }));
  executor.Stop();
  EXPECT_EQ(met, 2);
}

}  // namespace
}  // namespace ladder
