#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "scoring-service/concurrency/lru_cache.h"
#include "scoring-service/concurrency/not_found_memory.h"
#include "scoring-service/concurrency/read_through_cache.h"
#include "tests/scoring-service/fakes/fake_timers.h"

namespace ladder::scoring {
namespace {

using ::testing::Optional;

TEST(LruCacheTest, ForgetsWhatWasUsedLongestAgo) {
  LruCache<int> cache(2);
  cache.Put("a", 1);
  cache.Put("b", 2);
  EXPECT_THAT(cache.Get("a"), Optional(1));
  cache.Put("c", 3);
  EXPECT_EQ(cache.Get("b"), std::nullopt);
  EXPECT_THAT(cache.Get("a"), Optional(1));
  EXPECT_THAT(cache.Get("c"), Optional(3));
}

TEST(LruCacheTest, NeverHoldsMoreThanItsCapacity) {
  LruCache<int> cache(10);
  for (int i = 0; i < 1000; ++i) cache.Put(absl::StrCat(i), i);
  EXPECT_EQ(cache.size(), 10u);
}

TEST(LruCacheTest, PuttingAgainReplacesAndCountsAsUse) {
  LruCache<int> cache(2);
  cache.Put("a", 1);
  cache.Put("b", 2);
  cache.Put("a", 10);
  cache.Put("c", 3);
  EXPECT_THAT(cache.Get("a"), Optional(10));
  EXPECT_EQ(cache.Get("b"), std::nullopt);
}

LruCache<std::string>::Limits InBytes(std::size_t bytes) {
  return {.entries = 10, .bytes = bytes, .bytes_of = [](const std::string& value) { return value.size(); }};
}

TEST(LruCacheTest, ForgetsWhatWasUsedLongestAgoOnceThereAreTooManyBytes) {
  LruCache<std::string> cache(InBytes(10));
  cache.Put("a", "1234");
  cache.Put("b", "1234");
  ASSERT_TRUE(cache.Get("a").has_value());
  cache.Put("c", "1234");
  EXPECT_EQ(cache.Get("b"), std::nullopt);
  EXPECT_EQ(cache.bytes(), 8u);
  cache.Put("a", "1");
  EXPECT_EQ(cache.bytes(), 5u);
  cache.Erase("c");
  EXPECT_EQ(cache.bytes(), 1u);
}

TEST(LruCacheTest, AValueThatIsTooLargeIsKeptAlone) {
  LruCache<std::string> cache(InBytes(10));
  cache.Put("a", "1");
  cache.Put("large", std::string(100, 'x'));
  EXPECT_TRUE(cache.Get("large").has_value());
  EXPECT_EQ(cache.size(), 1u);
  cache.Put("b", "1");
  EXPECT_EQ(cache.bytes(), 1u);
}

TEST(LruCacheTest, ErasingForgets) {
  LruCache<int> cache(2);
  cache.Put("a", 1);
  cache.Erase("a");
  cache.Erase("never there");
  EXPECT_EQ(cache.Get("a"), std::nullopt);
  EXPECT_EQ(cache.size(), 0u);
}

TEST(LruCacheTest, ManyThreadsMayUseIt) {
  LruCache<std::string> cache(16);
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 2000; ++i) {
        const std::string key = absl::StrCat(i % 40);
        cache.Put(key, key);
        if (const std::optional<std::string> value = cache.Get(key); value && *value != key) ++wrong;
        if (i % 7 == 0) cache.Erase(key);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(NotFoundMemoryTest, BelievesNotFoundForASecondAndNothingElse) {
  ladder::testing::FakeClock clock;
  NotFoundMemory memory(&clock);
  memory.Keep("missing", absl::NotFoundError("no such quiz"));
  memory.Keep("down", absl::UnavailableError("down"));
  EXPECT_TRUE(memory.Find("missing").has_value());
  EXPECT_FALSE(memory.Find("down").has_value());
  clock.Advance(kNotFoundLifetime);
  EXPECT_FALSE(memory.Find("missing").has_value());
}

TEST(NotFoundMemoryTest, ForgetsWhenTold) {
  ladder::testing::FakeClock clock;
  NotFoundMemory memory(&clock);
  memory.Keep("missing", absl::NotFoundError("no such quiz"));
  memory.Forget("missing");
  EXPECT_FALSE(memory.Find("missing").has_value());
}

class ReadThroughCacheTest : public ::testing::Test {
 protected:
  absl::StatusOr<int> Get(const std::string& key, absl::StatusOr<int> fetched) {
    absl::StatusOr<int> answer = absl::UnknownError("not called");
    cache_.Get(
        key, absl::InfiniteFuture(),
        [&](const ReadThroughCache<int>::Callback& end) {
          ++fetches_;
          end(fetched);
        },
        [&](absl::StatusOr<int> value) { answer = std::move(value); });
    return answer;
  }

  ladder::testing::FakeClock clock_;
  FakeTimers timers_{&clock_};
  ReadThroughCache<int> cache_{2, &clock_, &timers_};
  int fetches_ = 0;
};

TEST_F(ReadThroughCacheTest, FetchesWhatItLacksAndKeepsIt) {
  EXPECT_EQ(Get("a", 1).value(), 1);
  EXPECT_EQ(Get("a", 2).value(), 1);
  EXPECT_EQ(fetches_, 1);
  EXPECT_THAT(cache_.Peek("a"), Optional(1));
}

TEST_F(ReadThroughCacheTest, KeepsNoFailure) {
  EXPECT_TRUE(absl::IsUnavailable(Get("a", absl::UnavailableError("down")).status()));
  EXPECT_EQ(Get("a", 2).value(), 2);
}

TEST_F(ReadThroughCacheTest, AStormForWhatDoesNotExistAsksOnceASecond) {
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(absl::IsNotFound(Get("a", absl::NotFoundError("none")).status()));
  EXPECT_EQ(fetches_, 1);
  clock_.Advance(kNotFoundLifetime);
  EXPECT_EQ(Get("a", 3).value(), 3);
}

TEST_F(ReadThroughCacheTest, FetchesAnewWhatItForgot) {
  Get("a", 1).status().IgnoreError();
  Get("b", 2).status().IgnoreError();
  Get("c", 3).status().IgnoreError();
  EXPECT_EQ(Get("a", 4).value(), 4);
  EXPECT_EQ(fetches_, 4);
}

TEST_F(ReadThroughCacheTest, AFlightThatEndedJustBeforeIsNotFlownAgain) {
  // The first caller's callback asks again while its flight is ending: the value is there by then.
  int second = 0;
  cache_.Get(
      "a", absl::InfiniteFuture(), [](const ReadThroughCache<int>::Callback& end) { end(1); },
      [&](const absl::StatusOr<int>&) { second = Get("a", 2).value(); });
  EXPECT_EQ(second, 1);
  EXPECT_EQ(fetches_, 0);
}

}  // namespace
}  // namespace ladder::scoring
